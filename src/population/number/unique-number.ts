import { sql } from 'kysely'
import { type Database, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { drawNumbers } from './draw-numbers.ts'
import { uniqueNumberForm } from './number-form.ts'

export type PersonNumber = { readonly person: Id<'Person'>; readonly number: string }

const actor = workerActor('unique numbers')
/** Drawn at once: a transaction of a few seconds at most. */
const BATCH = 20_000
/** Numbers that should wait at any time: some minutes of a whole country registering. */
const WAITING = 50_000

/**
 * Gives each of these persons a number, those whom the actor may see and who have none: any number of them in one statement.
 * Answers how many were given; fewer than wanted where no more waited (`drawWaiting` sees to that).
 */
export async function issueNumbers(tx: Transaction, persons: readonly Id<'Person'>[]): Promise<number> {
  const { rows } = await sql<{ issued: number }>`
    select population.issue_numbers(${persons}::uuid[]) as issued`.execute(tx)
  return rows[0]?.issued ?? 0
}

/** The numbers that hold, of those persons whom the actor may see. */
export async function numbersOf(tx: Transaction, persons: readonly Id<'Person'>[]): Promise<PersonNumber[]> {
  const { rows } = await sql<PersonNumber>`
    select person_id as person, number from population.unique_number
    where person_id = any (${persons}::uuid[]) and withdrawn_at is null`.execute(tx)
  return rows
}

/** Whose number this is, where it holds and the actor may see the person. */
export async function personWithNumber(
  tx: Transaction,
  country: string,
  number: string,
): Promise<Id<'Person'> | undefined> {
  const { rows } = await sql<{ person: Id<'Person'> }>`
    select person_id as person from population.unique_number
    where country = ${country} and number = ${number} and withdrawn_at is null and person_id is not null`.execute(tx)
  return rows[0]?.person
}

/** Withdraws a person's number, for a reason that is kept. The person may then be given another; this one is nobody's again. */
export async function withdrawNumber(tx: Transaction, person: Id<'Person'>, reason: string): Promise<boolean> {
  const { rows } = await sql<{ done: boolean }>`
    select population.withdraw_number(${person}::uuid, ${reason}) as done`.execute(tx)
  return rows[0]?.done ?? false
}

/** Draws numbers of a country until at least so many wait. Any number of processes may do it at once. Answers how many were added. */
export async function drawWaiting(
  worker: Database,
  { country, length, waiting = WAITING }: NumberTerms,
  stopping?: AbortSignal,
): Promise<number> {
  let added = 0
  while (!stopping?.aborted) {
    const lacking = waiting - (await countWaiting(worker, country, waiting))
    if (lacking <= 0) break
    const drawn = drawNumbers(uniqueNumberForm(length), Math.min(BATCH, lacking))
    const { numAffectedRows = 0n } = await transaction(worker, actor, tx =>
      sql`
        insert into population.unique_number (country, number)
        select ${country}, number from unnest(${drawn}::text[]) with ordinality as drawn (number, place)
        order by place
        on conflict do nothing`.execute(tx),
    )
    added += Number(numAffectedRows)
  }
  return added
}

export type NumberTerms = { readonly country: string; readonly length: number; readonly waiting?: number }

/** Gives a number to everybody who has none, some thousands at a time. Answers how many were given. */
export async function numberEverybody(worker: Database, terms: NumberTerms, stopping?: AbortSignal): Promise<number> {
  let given = 0
  let after: Id<'Person'> | null = null
  while (!stopping?.aborted) {
    const persons = await transaction(worker, actor, tx => withoutNumber(tx, terms.country, after))
    if (persons.length === 0) break
    const issued = await transaction(worker, actor, tx => issueNumbers(tx, persons))
    given += issued
    // Where too few waited, the same persons are asked for again.
    if (issued < persons.length) await drawWaiting(worker, terms, stopping)
    else after = persons.at(-1) ?? after
  }
  return given
}

/** For the worker: numbers wait before they are wanted, and who was registered without one has it within the minute. */
export function numbering(terms: NumberTerms): RepeatedTask {
  return {
    pauseMs: 20_000,
    async run(worker, stopping) {
      await drawWaiting(worker, terms, stopping)
      return numberEverybody(worker, terms, stopping)
    },
  }
}

async function countWaiting(worker: Database, country: string, most: number): Promise<number> {
  return transaction(worker, actor, async tx => {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from (
        select from population.unique_number where country = ${country} and person_id is null and not spent limit ${most}
      ) as waiting`.execute(tx)
    return rows[0]?.waiting ?? 0
  })
}

async function withoutNumber(tx: Transaction, country: string, after: Id<'Person'> | null): Promise<Id<'Person'>[]> {
  const { rows } = await sql<{ id: Id<'Person'> }>`
    select id from population.person as p
    where country = ${country} and (${after}::uuid is null or id > ${after}::uuid)
      and not exists (select from population.unique_number where person_id = p.id and withdrawn_at is null)
    order by id limit 5000`.execute(tx)
  return rows.map(({ id }) => id)
}
