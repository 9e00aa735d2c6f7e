import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import type { DateText, Id } from '#kernel'
import type { DeclaredFacts } from '../incoming.ts'
import { answersOf } from './answer-checks.ts'
import { checkPlausibility } from './check-plausibility.ts'
import { inOrder } from './doubt.ts'
import { type Assessed, keepAssessments } from './keep-assessment.ts'
import { qualityOf } from './quality.ts'
import { registerDoubts } from './register-doubts.ts'
import type { SaidHousehold } from './said.ts'

type Member = { readonly id: string; readonly facts: DeclaredFacts }
type Row = {
  readonly household: Id<'Household'>
  readonly declaration: Id<'Declaration'>
  readonly facts: DeclaredFacts
  readonly members: readonly Member[]
  readonly before: { readonly facts: DeclaredFacts; readonly members: readonly Member[] } | null
  readonly phoneHouseholds: number
  readonly phoneOf: string | null
  readonly copies: number
}

/** Households looked at in one transaction, and in one turn of the task. */
const SLICE = 1000
const SLICES = 20
const PAUSE_MS = 30_000
const actor = workerActor('quality of declarations')

/**
 * Assesses the last declaration of households that have none assessed, of those behind `after` in order of id. Answers the last
 * household looked at, null at the end of the register, and how many declarations were assessed. As worker.
 */
export async function assessSlice(
  tx: Transaction,
  country: Country,
  after: string | null,
  today: DateText,
): Promise<{ readonly after: string | null; readonly assessed: number }> {
  const { rows: slice } = await sql<{ id: string }>`
    select id from households.household where country = ${country.code} and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${SLICE}`.execute(tx)
  const ids = slice.map(({ id }) => id)
  const last = ids.length < SLICE ? null : ids.at(-1)!
  const rows = await unassessed(tx, country, ids)
  const assessed = await keepAssessments(
    tx,
    actor.name,
    rows.map(row => assess(row, country, today)),
  )
  return { after: last, assessed }
}

function assess(row: Row, country: Country, today: DateText): Assessed {
  const { catalogue, upkeep } = country
  const said: SaidHousehold = { facts: row.facts, members: row.members }
  const found = {
    // Nobody belongs to two households: the register does not let them.
    elsewhere: [],
    phones: row.phoneOf === null ? [] : [{ member: row.phoneOf, households: row.phoneHouseholds }],
    addressPersons: 0,
    copies: row.copies,
    before: row.before,
  }
  const doubts = inOrder([
    ...checkPlausibility(said, catalogue, today, upkeep.checks),
    ...registerDoubts(said, found, upkeep.checks),
  ]).map(doubt => ({ ...doubt, says: null }))
  const { household, declaration } = row
  return { household, declaration, doubts, quality: qualityOf(answersOf(said, catalogue), doubts, upkeep.quality) }
}

async function unassessed(tx: Transaction, { code, upkeep }: Country, ids: readonly string[]): Promise<readonly Row[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Row>`
    with last as (
      select last.* from unnest(${ids}::uuid[]) as asked (id)
        cross join lateral (
          select household_id, id, facts, members, actor, channel, effective_on, recorded_at from households.declaration
          where household_id = asked.id order by effective_on desc, recorded_at desc, id desc limit 1
        ) as last
      where not exists (
        select from households.quality where household_id = last.household_id and declaration_id = last.id)
    ), shared as (
      select own.household_id, sharing.person, count(distinct other.household_id)::int as households
      from population.sharing_phone(array(
          select person_id from households.membership where household_id in (select household_id from last) and ended_at is null
        )) as sharing
        join households.membership as own on own.person_id = sharing.person and own.ended_at is null
        join households.membership as other on other.person_id = sharing.other and other.ended_at is null
          and other.household_id <> own.household_id
      group by 1, 2
    )
    select last.household_id as household, last.id as declaration, last.facts, last.members, before.said as before,
      coalesce(phone.households, 0) as "phoneHouseholds", phone.person as "phoneOf",
      case when last.channel in ('desk', 'field') then households.count_copies(
        ${code}, last.actor, last.facts - 'territory', ${upkeep.checks.copies.days}, last.household_id) else 0 end as copies
    from last
      left join lateral (
        select jsonb_build_object('facts', facts, 'members', members) as said from households.declaration
        where household_id = last.household_id and (effective_on, recorded_at, id) < (last.effective_on, last.recorded_at, last.id)
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as before on true
      left join lateral (
        select person, households from shared where shared.household_id = last.household_id
        order by households desc, person limit 1
      ) as phone on true`.execute(tx)
  return rows
}

/** The worker goes round the register and assesses what came in otherwise than over a desk. One process at a time. */
export function assessing(country: Country, today: () => DateText): RepeatedTask {
  return { pauseMs: PAUSE_MS, run: (worker, stopping) => assessSome(worker, country, today(), stopping) }
}

async function assessSome(worker: Database, country: Country, today: DateText, stopping: AbortSignal): Promise<void> {
  for (let turn = 0; turn < SLICES && !stopping.aborted; turn++) {
    const after = await transaction(worker, actor, tx => nextSlice(tx, country, today))
    if (after === null) return
  }
}

/** Goes on from where the last slice ended, whichever process had it; null where a round ended or another is at it. */
async function nextSlice(tx: Transaction, country: Country, today: DateText): Promise<string | null> {
  const { rows: locked } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`households.assessment ${country.code}`}, 0)) as got`.execute(
    tx,
  )
  if (!locked[0]!.got) return null
  const { rows } = await sql<{ after: string | null }>`
    select after from households.assessment where country = ${country.code}`.execute(tx)
  const { after } = await assessSlice(tx, country, rows[0]?.after ?? null, today)
  await sql`
    insert into households.assessment (country, after) values (${country.code}, ${after}::uuid)
    on conflict (country) do update set after = excluded.after`.execute(tx)
  return after
}
