import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAudit, type PurposeText } from '#security'
import { registeredPersons } from './persons.sql.ts'
import { digestOf, digestOfPair, sharedTerritory } from './registered-person.ts'
import {
  decideSettling,
  type Settling,
  type SettlingAsked,
  type SettlingFound,
  type SettlingRefusal,
} from './settling.ts'

export type SettlePair = SettlingAsked & {
  /** Made by whoever asks, and kept for asking again. */
  readonly id: Id<'MatchDecision'>
  readonly persons: readonly [string, string]
  readonly reason?: string
  readonly decidedBy: string
  readonly purpose: PurposeText
}

export type SettlePairRefusal =
  | SettlingRefusal
  | { readonly code: 'unknown_person' }
  /** The actor sees both, but not the territory that holds the two. */
  | { readonly code: 'beyond_territory' }
  | { readonly code: 'exists_with_other_content' }

/**
 * Records what somebody decided of two persons, and does it: `same` lets one stand for both, `undo` takes that back. Both
 * persons stay in the register as they are. Two decisions on one person wait for each other. Said again, it is done once.
 */
export async function settlePair(
  tx: Transaction,
  asked: SettlePair,
): Promise<Result<'settled' | 'exists', SettlePairRefusal>> {
  const [one, other] = [...asked.persons].sort() as [string, string]
  const country = await lockPair(tx, one, other)
  if (country === undefined) return err({ code: 'unknown_person' })
  const earlier = await findDecision(tx, asked.id)
  if (earlier) return isSaidAgain(asked, earlier, one, other)
  const decided = decideSettling(asked, await readFound(tx, one, other))
  if (!decided.ok) return decided
  const [a, b] = (await registeredPersons(tx, [one, other])) as [Registered, Registered]
  const territory = sharedTerritory(a.territory, b.territory)
  if (!(await isReached(tx, territory))) return err({ code: 'beyond_territory' })
  await sql`
    insert into population.match_decision (id, one, other, country, territory, decision, kept, digest, reason, decided_by)
    values (${asked.id}, ${one}, ${other}, ${country}, ${territory}, ${asked.decision},
      ${asked.decision === 'same' ? asked.kept! : null}, ${digestOfPair(digestOf(a), digestOf(b))}, ${asked.reason ?? ''},
      ${asked.decidedBy})`.execute(tx)
  const effect = decided.value
  if (effect.merge === 'make') {
    await sql`
      insert into population.person_merge (merged, kept, country, territory, decision)
      values (${effect.merged}, ${effect.kept}, ${country}, ${territory}, ${asked.id})`.execute(tx)
  }
  if (effect.merge === 'undo') {
    await sql`delete from population.person_merge where merged = ${effect.merged}`.execute(tx)
  }
  for (const person of [a, b]) {
    await appendAudit(tx, {
      action: 'duplicate.settle',
      subject: { kind: 'person', id: person.id },
      territory: person.territory,
      purpose: asked.purpose,
      // Not who the other is: either may read this record one day, and they may be two persons.
      detail: {
        decision: asked.decision,
        id: asked.id,
        ...(effect.merge === 'make' && { stands: effect.kept === person.id }),
      },
    })
  }
  return ok('settled')
}

/** Whether rows of a territory are the actor's to write. */
async function isReached(tx: Transaction, territory: string): Promise<boolean> {
  const { rows } = await sql<{ reached: boolean }>`
    select current_user <> 'socle_app' or (
      ${territory} collate "C" >= security.territory_low() and ${territory} collate "C" < security.territory_high()
      and (security.range_is_exact() or ${territory} ~ security.territory_pattern())) as reached`.execute(tx)
  return rows[0]!.reached
}

type Registered = Awaited<ReturnType<typeof registeredPersons>>[number]

/** Locks two persons against changes and other decisions; their country, or undefined where the actor does not see both. */
export async function lockPair(tx: Transaction, one: string, other: string): Promise<string | undefined> {
  const { rows } = await sql<{ country: string }>`
    select country from population.person where id in (${one}, ${other}) order by id for no key update`.execute(tx)
  return rows.length === 2 ? rows[0]!.country : undefined
}

/** What {@link settlePair} would answer, without recording anything: for who asks somebody else first. */
export async function checkSettling(
  tx: Transaction,
  asked: Pick<SettlePair, 'id' | 'persons' | 'decision'> & { readonly kept?: string | undefined },
): Promise<Result<'settled' | 'exists', SettlePairRefusal>> {
  const [one, other] = [...asked.persons].sort() as [string, string]
  const persons = await registeredPersons(tx, [one, other])
  if (persons.length !== 2) return err({ code: 'unknown_person' })
  const earlier = await findDecision(tx, asked.id)
  if (earlier) return isSaidAgain(asked, earlier, one, other)
  const { decision, kept } = asked
  const decided = decideSettling({ decision, ...(kept !== undefined && { kept }) }, await readFound(tx, one, other))
  if (!decided.ok) return decided
  const [a, b] = persons as [Registered, Registered]
  return (await isReached(tx, sharedTerritory(a.territory, b.territory)))
    ? ok('settled')
    : err({ code: 'beyond_territory' })
}

type Earlier = NonNullable<Awaited<ReturnType<typeof findDecision>>>

function isSaidAgain(
  asked: { readonly decision: Settling; readonly kept?: string | undefined },
  earlier: Earlier,
  one: string,
  other: string,
): Result<'exists', { readonly code: 'exists_with_other_content' }> {
  const same = earlier.one === one && earlier.other === other && earlier.decision === asked.decision
  const kept = asked.decision === 'same' ? asked.kept : null
  return same && earlier.kept === (kept ?? null) ? ok('exists') : err({ code: 'exists_with_other_content' })
}

async function findDecision(tx: Transaction, id: string) {
  const { rows } = await sql<{ one: string; other: string; decision: Settling; kept: string | null }>`
    select one, other, decision, kept from population.match_decision where id = ${id}`.execute(tx)
  return rows[0]
}

async function readFound(tx: Transaction, one: string, other: string): Promise<SettlingFound> {
  const { rows: merges } = await sql<{ merged: string; kept: string }>`
    select merged, kept from population.person_merge
    where merged in (${one}, ${other}) or kept in (${one}, ${other})`.execute(tx)
  const { rows: last } = await sql<{ decision: Settling }>`
    select decision from population.match_decision where one = ${one} and other = ${other}
    order by decided_at desc, id desc limit 1`.execute(tx)
  const pair = new Set([one, other])
  return {
    one,
    other,
    standsFor: new Map(merges.filter(({ merged }) => pair.has(merged)).map(({ merged, kept }) => [merged, kept])),
    standForOthers: new Set(
      merges.filter(({ merged, kept }) => pair.has(kept) && !pair.has(merged)).map(({ kept }) => kept),
    ),
    last: last[0]?.decision,
  }
}

/** Who stands for each of these persons: another where they were merged, else themselves. */
export async function standingFor(tx: Transaction, persons: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ merged: string; kept: string }>`
    select merged, kept from population.person_merge where merged = any (${persons}::uuid[])`.execute(tx)
  const kept = new Map(rows.map(row => [row.merged, row.kept]))
  return new Map(persons.map(person => [person, kept.get(person) ?? person]))
}
