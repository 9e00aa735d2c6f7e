import { createHash } from 'node:crypto'
import { type Currency, type Id, parseMoney } from '#kernel'
import type { Decision } from '#rules'

/** What a run keeps of a decision: one row for one household. */
export type Determination = {
  readonly householdId: Id<'Household'>
  readonly declarationId: Id<'Declaration'>
  readonly territory: string
  readonly weight: string
  readonly outcome: Decision['outcome']
  readonly amountMinor: bigint | null
  readonly refusals: readonly string[]
  readonly openRefusals: readonly string[]
  readonly missing: readonly string[]
  readonly scores: Decision['scores']
  readonly lines: Decision['lines']
}

/** Where the facts came from: the household as the register knew it when it was decided. */
export type Decided = {
  readonly householdId: Id<'Household'>
  readonly declarationId: Id<'Declaration'>
  readonly territory: string
  readonly weight: string
}

/** The row of a decision. An amount that its own currency cannot carry is a bug of the rules, not of the household. */
export function determinationOf(decided: Decided, decision: Decision): Determination {
  return {
    ...decided,
    outcome: decision.outcome,
    amountMinor: amountMinor(decision),
    refusals: decision.reasons.filter(reason => reason.holds === true).map(reason => reason.code),
    openRefusals: decision.reasons.filter(reason => reason.holds === null).map(reason => reason.code),
    missing: decision.missing,
    scores: decision.scores,
    lines: decision.lines,
  }
}

/**
 * SHA-256 over determinations in the order given (the caller gives them by household id): anyone who decides the same
 * facts by the same pack obtains the same 64 digits. What a database adds (ids of runs, hours) is left out.
 */
export function hashDeterminations(rows: readonly Determination[]): string {
  const hash = createHash('sha256')
  for (const row of rows) {
    hash.update(
      JSON.stringify([
        row.householdId,
        row.outcome,
        row.amountMinor === null ? null : row.amountMinor.toString(),
        row.refusals,
        row.openRefusals,
        row.missing,
        // As lists: PostgreSQL keeps the keys of an object in an order of its own.
        Object.entries(row.scores).sort(([a], [b]) => (a < b ? -1 : 1)),
        row.lines.map(line => [line.member, line.code, line.value]),
      ]),
    )
    hash.update('\n')
  }
  return hash.digest('hex')
}

/** One hash over the hashes of a run's ranges, in order. */
export function hashRanges(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('\n')).digest('hex')
}

function amountMinor({ amount }: Decision): bigint | null {
  if (amount === null) return null
  const parsed = parseMoney(amount.value, amount.currency as Currency)
  if (!parsed.ok) throw new Error(`the decision's amount ${amount.value} ${amount.currency}: ${parsed.refusal.code}`)
  return parsed.value.minor
}
