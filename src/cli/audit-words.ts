import type { AuditFinding, SetFinding } from '#security'
import type { KeptCheckpoint } from './checkpoints.ts'
import { grouped } from './progress.ts'

/** One finding of `socle audit verify`, as a sentence. */
export function auditFindingText(finding: AuditFinding): string {
  switch (finding.kind) {
    case 'record_altered':
      return `Record ${finding.position} altered: it was sealed otherwise in seal ${finding.seal}; it reads now: ${named(finding)}.`
    case 'record_moved':
      return `Record ${finding.position} moved: its place was ${finding.from}; it reads: ${named(finding)}.`
    case 'record_removed':
      return `Record ${finding.position} removed: it was sealed in seal ${finding.seal}, ${finding.sealedAt.toISOString()}.`
    case 'record_inserted':
      return `Record ${finding.position} inserted: no seal covers it; it reads: ${named(finding)}.`
    case 'seal_altered':
      return `Seal ${finding.seal} altered: its hash is not that of what it says (${finding.sealedAt.toISOString()}, records ${finding.positions}).`
    case 'seals_removed':
      return `Seals removed: after seal ${finding.after} comes seal ${finding.seal} of ${finding.sealedAt.toISOString()}.`
    case 'seal_unlinked':
      return `Seal ${finding.seal} does not follow seal ${finding.seal - 1n}: that one, or all up to it, was written again (before ${finding.sealedAt.toISOString()}).`
    case 'checkpoint_differs':
      return `Seal ${finding.seal} is not the one that the checkpoint witnessed: the chain up to it was written again (sha256 ${finding.hash}, witnessed ${finding.witnessed}).`
    case 'checkpoint_beyond_chain':
      return `The checkpoint witnessed seal ${finding.seal}; the chain ends at ${finding.last}: its end was cut off.`
  }
}

/** One checkpoint of the folder, as a line. */
export function keptCheckpointText({ day, path, state, checkpoint, key }: KeptCheckpoint): string {
  const what = checkpoint ? `seal ${checkpoint.seal}, ${grouped(Number(checkpoint.records))} records, ${key}` : path
  switch (state) {
    case 'holds':
      return `${day}  holds: ${what}`
    case 'another_chain':
      return `${day}  THE CHAIN IS ANOTHER than the one witnessed: ${what}`
    case 'unknown_key':
      return `${day}  signed by a key that is not published here: ${what}`
    case 'not_a_checkpoint':
      return `${day}  is not a checkpoint: ${what}`
    case 'signature_wrong':
    case 'signed_by_another_key':
      return `${day}  was altered, its signature is wrong: ${what}`
  }
}

/** One set that is not as recorded, as a sentence: which, and what differs. */
export function setFindingText({ recorded, now, ...record }: SetFinding): string {
  const which = Object.entries(record.detail).map(([name, value]) => `${name} ${String(value)}`)
  const differs =
    recorded.count === now.count
      ? `${now.count} rows as recorded, and not what they said (sha256 ${now.digest}, recorded ${recorded.digest})`
      : `${recorded.count} rows recorded, ${now.count < recorded.count ? '' : 'at least '}${now.count} there`
  return `Set of record ${record.position} differs: ${differs}; ${named(record)}; ${which.join(', ')}.`
}

function named(record: {
  readonly at: Date
  readonly by: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string | null
}): string {
  const subject = `${record.subjectKind} ${record.subjectId ?? '(a set)'}`
  return `${record.at.toISOString()}, ${record.action}, ${subject}, by ${record.by || 'nobody known'}`
}
