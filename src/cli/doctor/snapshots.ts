// What snapshots take on the disk, and what to say of it.
import { basename } from 'node:path'
import type { SnapshotSurvey } from '#households'
import type { Finding } from '#kernel'
import { sizeText } from '../size-text.ts'

/** `freeBytes` and `bytes`: of the disk on which the folder is. */
export type SnapshotFacts = SnapshotSurvey & {
  readonly folder: string
  readonly freeBytes: number
  readonly bytes: number
}

/** Of the disk: from here on they are worth a word. */
const LARGE = 0.25

export function decideSnapshots({ folder, snapshots, leftOver, freeBytes, bytes }: SnapshotFacts): Finding[] {
  const check = 'snapshots'
  const findings: Finding[] = snapshots
    .filter(({ damage }) => damage !== null)
    .map(({ folder, damage }) => ({
      check,
      severity: 'serious',
      says: `${folder} is damaged: ${damage}.`,
      todo: `Runs that rest on it cannot be verified or explained: put the folder back from a backup. Where no run needs it, npx socle snapshot remove ${folder}.`,
    }))
  const taken = snapshots.reduce((sum, each) => sum + each.bytes, 0)
  const latest = snapshots.find(({ manifest }) => manifest !== null)
  const room = `${snapshots.length} snapshot${snapshots.length > 1 ? 's' : ''} in ${folder} take${snapshots.length > 1 ? '' : 's'} ${sizeText(taken)}; ${sizeText(freeBytes)} are free.`
  const todo =
    'npx socle snapshot list says what each takes and which no run needs; npx socle snapshot remove FOLDER takes one away.'
  if (latest !== undefined && freeBytes < 2 * latest.bytes) {
    // A run writes about as much into the database as it reads.
    const says = `${room} One more like the latest, ${sizeText(latest.bytes)}, and a run on it may not fit.`
    findings.push({ check, severity: freeBytes < latest.bytes ? 'serious' : 'warning', says, todo })
  } else if (taken > LARGE * bytes) {
    findings.push({ check, severity: 'notice', says: room, todo })
  }
  for (const { folder, bytes, wasBeingRemoved } of leftOver) {
    findings.push({
      check,
      severity: 'notice',
      says: `${folder} was left by a process that ended; it takes ${sizeText(bytes)}.`,
      todo: wasBeingRemoved
        ? `npx socle snapshot remove ${folder.replace(basename(folder), basename(folder).replace('.removed-', ''))} begins again.`
        : 'The next snapshot discards it.',
    })
  }
  return findings
}
