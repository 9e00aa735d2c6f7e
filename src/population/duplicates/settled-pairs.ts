import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type PairPerson, pairPerson } from './pair-person.sql.ts'
import type { Settling } from './settling.ts'

/** What was decided last of two persons. */
export type SettledPair = {
  readonly one: string
  readonly other: string
  readonly persons: readonly [PairPerson, PairPerson]
  readonly territory: string
  readonly decision: Settling
  readonly kept: string | null
  readonly reason: string
  readonly by: string
  readonly at: Date
}

/** Pairs found to be the same or two persons, and not undone since: the latest first. */
export function listSettledPairs(
  tx: Transaction,
  country: string,
  { limit, offset = 0 }: { readonly limit: number; readonly offset?: number },
): Promise<SettledPair[]> {
  return settled(tx, sql`d.country = ${country} and d.decision in ('same', 'different')`, limit, offset)
}

/** What stands of the decisions on a person: who is the same, who is another, what was put off; the latest first. */
export function settledPairsOf(tx: Transaction, person: string): Promise<SettledPair[]> {
  return settled(tx, sql`(d.one = ${person} or d.other = ${person}) and d.decision <> 'undo'`, 100, 0)
}

async function settled(tx: Transaction, where: ReturnType<typeof sql>, limit: number, offset: number) {
  const { rows } = await sql<SettledPair>`
    select d.one, d.other, jsonb_build_array(${pairPerson('a')}, ${pairPerson('b')}) as persons, d.territory, d.decision,
      d.kept, d.reason, d.decided_by as by, d.decided_at as at
    from population.match_decision d
      join population.person a on a.id = d.one
      join population.person b on b.id = d.other
    where ${where} and not exists (
      select from population.match_decision later
      where later.one = d.one and later.other = d.other and (later.decided_at, later.id) > (d.decided_at, d.id))
    order by d.decided_at desc, d.id desc limit ${limit} offset ${offset}`.execute(tx)
  return rows
}

/** All that was ever decided of two persons, the latest first. */
export async function decisionsOnPair(
  tx: Transaction,
  one: string,
  other: string,
): Promise<Pick<SettledPair, 'decision' | 'kept' | 'reason' | 'by' | 'at'>[]> {
  const { rows } = await sql<Pick<SettledPair, 'decision' | 'kept' | 'reason' | 'by' | 'at'>>`
    select decision, kept, reason, decided_by as by, decided_at as at from population.match_decision
    where one = least(${one}::uuid, ${other}::uuid) and other = greatest(${one}::uuid, ${other}::uuid)
    order by decided_at desc, id desc`.execute(tx)
  return rows
}
