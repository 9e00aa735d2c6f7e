import { sql } from 'kysely'
import type { Country } from '#countries'
import { appendEvents, type Database, jsonb, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import type { DateText, Id } from '#kernel'
import { notify } from '#messaging'
import { agePoints } from '../checks/quality.ts'
import type { DeclaredFacts } from '../incoming.ts'
import { renewalPriority, standingOf } from './validity.ts'

const SLICE = 1000
const PAUSE_MS = 60 * 60_000
const actor = workerActor('renewals')

type Row = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly declaration: Id<'Declaration'>
  readonly since: DateText
  readonly facts: DeclaredFacts
  readonly quality: number | null
  readonly contact: Id<'Person'> | null
}

type Placed = Row & {
  readonly state: 'due' | 'grace' | 'expired'
  readonly dueOn: DateText
  readonly expiresOn: DateText | null
  readonly remind: number | null
  readonly priority: number
}

/** What a turn did. */
export type Renewed = {
  readonly opened: number
  readonly reminded: number
  readonly expired: number
  readonly renewed: number
}

/**
 * Goes once through a country's households: opens the renewal of each declaration near its end, tells the family at each of the
 * country's days (once each; of those missed, the last), marks what has expired, and closes what was renewed. Asked again on
 * the same day it does nothing. In slices of a thousand, each a transaction.
 */
export async function renewRegister(
  worker: Database,
  country: Country,
  today: DateText,
  stopping?: AbortSignal,
): Promise<Renewed> {
  const done = { opened: 0, reminded: 0, expired: 0, renewed: 0 }
  // Nothing is due anywhere: the register is not read.
  if (country.upkeep.renewal.validity.every(({ months }) => months === null)) return done
  let after: string | null = null
  do {
    stopping?.throwIfAborted()
    const slice: Renewed & { readonly after: string | null } = await transaction(worker, actor, tx =>
      renewSlice(tx, country, after, today),
    )
    after = slice.after
    for (const key of ['opened', 'reminded', 'expired', 'renewed'] as const) done[key] += slice[key]
  } while (after !== null)
  return done
}

/** The worker goes through the register every hour; the first time each day there is something to do. */
export function renewing(country: Country, today: () => DateText): RepeatedTask {
  return { pauseMs: PAUSE_MS, run: (worker, stopping) => renewRegister(worker, country, today(), stopping) }
}

async function renewSlice(tx: Transaction, country: Country, after: string | null, today: DateText) {
  const rows = await toRenew(tx, country, after)
  const renewed = await closeRenewed(tx, rows)
  const placed = rows.flatMap((row): Placed[] => {
    const standing = standingOf(row.facts, row.since, today, country.upkeep.renewal)
    if (standing.state === 'open' || standing.state === 'valid') return []
    const { state, dueOn, expiresOn, remind } = standing
    const overdue = Temporal.PlainDate.from(dueOn).until(today, { largestUnit: 'days' }).days
    const months = Math.max(0, Temporal.PlainDate.from(row.since).until(today, { largestUnit: 'months' }).months)
    const quality = row.quality === null ? null : Math.max(0, row.quality - agePoints(months, country.upkeep.quality))
    return [{ ...row, state, dueOn, expiresOn, remind, priority: renewalPriority({ state, overdue, quality }) }]
  })
  const opened = await place(tx, placed)
  const reminded = await remind(tx, country, placed, today)
  const expired = await expire(tx, country, placed)
  return { after: rows.length < SLICE ? null : rows.at(-1)!.household, opened, reminded, expired, renewed }
}

/**
 * The last declaration in which the household itself said everything: what an event appends for its day carries the old answers
 * on, and renews nothing, unless there is nothing else (a household made by a split). One worker at a time.
 */
async function toRenew(tx: Transaction, { code }: Country, after: string | null): Promise<readonly Row[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`households.renewal ${code}`}, 0))`.execute(tx)
  const { rows } = await sql<Row>`
    select household.id as household, household.source_id as "sourceId", household.territory, last.id as declaration,
      last.effective_on as since, last.facts, quality.value as quality, recipient.person_id as contact
    from households.household
      cross join lateral (
        select id, effective_on, facts from households.declaration
        where household_id = household.id
        order by exists (
            select from households.event where event.household_id = household.id and event.effective_on = declaration.effective_on
          ), effective_on desc, recorded_at desc, id desc limit 1
      ) as last
      left join households.quality on quality.household_id = household.id and quality.declaration_id = last.id
      left join lateral (
        select person_id from households.recipient where household_id = household.id
          and (until_on is null or until_on >= current_date)
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as recipient on true
    where household.country = ${code} and household.closed_on is null and (${after}::uuid is null or household.id > ${after}::uuid)
    order by household.id limit ${SLICE}`.execute(tx)
  return rows
}

/** A later declaration has taken the place of the one that was due: also of one put right, which stays due by its own row. */
async function closeRenewed(tx: Transaction, rows: readonly Row[]): Promise<number> {
  const { rows: closed } = await sql<{ household: string }>`
    with closed as (
      update households.renewal set state = 'renewed'
      from jsonb_to_recordset(${jsonb(rows.map(({ household, declaration }) => ({ household, declaration })))})
        as last (household uuid, declaration uuid)
      where renewal.household_id = last.household and renewal.declaration_id <> last.declaration and state <> 'renewed'
      returning renewal.household_id, renewal.declaration_id
    )
    insert into households.renewal_step (household_id, declaration_id, step, on_day)
    select household_id, declaration_id, 'renewed', current_date from closed
    on conflict do nothing returning household_id as household`.execute(tx)
  return closed.length
}

async function place(tx: Transaction, placed: readonly Placed[]): Promise<number> {
  const given = placed.map(({ household, declaration, dueOn, expiresOn, state, priority }) => ({
    household,
    declaration,
    due_on: dueOn,
    expires_on: expiresOn,
    state,
    priority,
  }))
  const { rows } = await sql<{ opened: boolean }>`
    insert into households.renewal (household_id, declaration_id, due_on, expires_on, state, priority)
    select household, declaration, due_on, expires_on, state, priority
    from jsonb_to_recordset(${jsonb(given)})
      as given (household uuid, declaration uuid, due_on date, expires_on date, state text, priority int)
    on conflict (household_id, declaration_id) do update set state = excluded.state, priority = excluded.priority
      where (renewal.state, renewal.priority) <> (excluded.state, excluded.priority) and renewal.state <> 'renewed'
    returning xmax = 0 as opened`.execute(tx)
  return rows.filter(row => row.opened).length
}

/** Each reminder once: the step is the proof that it was told. */
async function remind(tx: Transaction, country: Country, placed: readonly Placed[], today: DateText): Promise<number> {
  const due = placed.filter(each => each.state === 'due' && each.remind !== null && each.contact !== null)
  const told = await addSteps(
    tx,
    due.map(each => ({ ...each, step: `remind_${each.remind}` })),
    today,
  )
  await notify(
    tx,
    due
      .filter(({ household }) => told.has(household))
      .map(({ household, declaration, sourceId, territory, contact, dueOn, remind }) => ({
        key: `renewal_due ${household} ${declaration} ${remind}`,
        to: { person: contact!, territory },
        kind: 'renewal_due' as const,
        values: { reference: sourceId, day: dueOn },
        language: country.languages[0]!,
      })),
  )
  return told.size
}

/** Whoever decides is told once that the facts are too old. */
async function expire(tx: Transaction, { code }: Country, placed: readonly Placed[]): Promise<number> {
  const gone = placed.filter(each => each.state === 'expired')
  const steps = gone.map(each => ({ ...each, step: 'expired' }))
  const told = await addSteps(tx, steps, null)
  await appendEvents(
    tx,
    gone
      .filter(({ household }) => told.has(household))
      .map(({ household, declaration, dueOn, expiresOn }) => ({
        type: 'household.facts_expired',
        key: household,
        payload: { household, country: code, declaration, dueOn, expiresOn },
      })),
  )
  return told.size
}

type Step = {
  readonly household: string
  readonly declaration: string
  readonly step: string
  readonly expiresOn: DateText | null
}

async function addSteps(tx: Transaction, steps: readonly Step[], day: DateText | null): Promise<ReadonlySet<string>> {
  const given = steps.map(({ household, declaration, step, expiresOn }) => ({
    household,
    declaration,
    step,
    day: day ?? expiresOn,
  }))
  const { rows } = await sql<{ household: string }>`
    insert into households.renewal_step (household_id, declaration_id, step, on_day)
    select household, declaration, step, day
    from jsonb_to_recordset(${jsonb(given)}) as given (household uuid, declaration uuid, step text, day date)
    on conflict do nothing returning household_id as household`.execute(tx)
  return new Set(rows.map(row => row.household))
}
