// What verification can find wrong, decided from rows.
import type { Checkpoint } from './audit-checkpoint.ts'

/** What an auditor knows a record by. */
type Named = {
  readonly position: bigint
  readonly at: Date
  readonly by: string
  readonly action: string
  readonly subjectKind: string
  /** Null for a set. */
  readonly subjectId: string | null
}

/** Digests in hexadecimal: the one that was sealed, and the one that the record carries now. */
type Digests = { readonly seal: bigint; readonly sealed: string; readonly carried: string }

export type AuditFinding =
  /** The record does not say what was sealed. It is named as it reads now. */
  | ({ readonly kind: 'record_altered' } & Named & Digests)
  /** The record stands at a place that is not its own: `from` is where it was sealed. */
  | ({ readonly kind: 'record_moved'; readonly from: bigint } & Named & Digests)
  /** A sealed record is gone: its place is known, and when it was sealed. */
  | { readonly kind: 'record_removed'; readonly position: bigint; readonly seal: bigint; readonly sealedAt: Date }
  /** No seal covers the record, and it does not wait for one. */
  | ({ readonly kind: 'record_inserted' } & Named)
  /** The seal's hash is not that of what it says. */
  | { readonly kind: 'seal_altered'; readonly seal: bigint; readonly sealedAt: Date; readonly positions: string }
  /** The seals before this one, from `after` on, are gone. */
  | { readonly kind: 'seals_removed'; readonly after: bigint; readonly seal: bigint; readonly sealedAt: Date }
  /** The seal does not follow the one before: that one, or all before, were written again. */
  | { readonly kind: 'seal_unlinked'; readonly seal: bigint; readonly sealedAt: Date; readonly positions: string }
  /** The chain up to this seal is not the one that the checkpoint witnessed. */
  | { readonly kind: 'checkpoint_differs'; readonly seal: bigint; readonly hash: string; readonly witnessed: string }
  /** The chain ends before the seal that the checkpoint witnessed. */
  | { readonly kind: 'checkpoint_beyond_chain'; readonly seal: bigint; readonly last: bigint }

/** A seal as verification reads it, without its digests. */
export type Seal = {
  readonly number: bigint
  readonly sealedAt: Date
  readonly records: number
  /** Records up to and with this seal. */
  readonly total: bigint
  readonly previous: string
  readonly hash: string
  /** '{[1,4),[6,7)}' */
  readonly positions: string
  /** Its hash is that of what it says, and its counts agree. */
  readonly whole: boolean
}

export type Link = Pick<Seal, 'number' | 'total' | 'hash'>

export const FIRST_LINK: Link = { number: 0n, total: 0n, hash: '00'.repeat(32) }

/** Whether a seal follows the one before and what a checkpoint witnessed. */
export function decideLink(before: Link, seal: Seal, checkpoint: Checkpoint | undefined): AuditFinding[] {
  const { number, sealedAt, positions, hash } = seal
  const findings: AuditFinding[] = []
  if (number !== before.number + 1n) {
    findings.push({ kind: 'seals_removed', after: before.number, seal: number, sealedAt })
  } else if (seal.previous !== before.hash || seal.total !== before.total + BigInt(seal.records)) {
    findings.push({ kind: 'seal_unlinked', seal: number, sealedAt, positions })
  }
  if (!seal.whole) findings.push({ kind: 'seal_altered', seal: number, sealedAt, positions })
  if (checkpoint?.seal === number && (checkpoint.hash !== hash || checkpoint.records !== seal.total)) {
    findings.push({ kind: 'checkpoint_differs', seal: number, hash, witnessed: checkpoint.hash })
  }
  return findings
}

/** Records that are not as sealed: with `at` absent where none is left. */
export function findingsOfRecords(
  rows: readonly (Digests & { readonly sealedAt: Date; readonly position: bigint } & (Named | { readonly at: null }))[],
): AuditFinding[] {
  return rows.map(({ sealedAt, ...row }) =>
    row.at === null
      ? { kind: 'record_removed', position: row.position, seal: row.seal, sealedAt }
      : { kind: 'record_altered', ...row },
  )
}
