import { type RawBuilder, sql } from 'kysely'
import type { Country } from '#countries'
import { jsonb, type Transaction } from '#db'
import type { DateText, Id, Month } from '#kernel'
import { exclusions } from '../enrolment/change-enrolments.ts'
import { quotasIn } from '../enrolment/places.ts'
import {
  type Covered,
  type FreePlaces,
  type SwitchId,
  type SwitchPreview,
  type SwitchTerms,
  withoutPlace,
} from './switch.ts'

export type SwitchRow = {
  readonly id: SwitchId
  readonly country: string
  readonly fromPack: string | null
  readonly holdersOf: string | null
  readonly holdersOn: DateText | null
  readonly to: string
  readonly month: Month
  readonly windowUntil: DateText
  readonly tells: boolean
  readonly households: number
  readonly says: string
  readonly reverses: SwitchId | null
  /** The move that takes it back. */
  readonly reversedBy: SwitchId | null
  readonly approvedAt: Date
  readonly finishedAt: Date | null
  /** Who stopped it between its ranges, when and why; null while it may go on. */
  readonly stopped: { readonly at: string; readonly by: string; readonly says: string } | null
  readonly rangesDone: number
  readonly ranges: number
  /** Households by what became of them. */
  readonly counts: Readonly<Record<string, number>>
  /** Families to whom a message was queued. */
  readonly told: number
}

/** (household_id, territory) of whom is covered. */
function coveredBy(country: string, from: Covered): RawBuilder<unknown> {
  if ('pack' in from) {
    return sql`select e.household_id, e.territory from programmes.enrolment e
      where e.pack = ${from.pack} and e.state in ('enrolled', 'suspended')`
  }
  return sql`select s.household_id, s.territory from households.published_said s
    where s.country = ${country} and s.closed_on is null and (s.facts ->> ${from.fact})::date >= ${from.on}::date`
}

const isInAny = (packs: readonly string[]) => sql`exists (select from programmes.enrolment other
  where other.household_id = covered.household_id and other.pack = any (${packs}::text[]) and other.state in ('enrolled', 'suspended'))`
const isIn = (pack: string) => isInAny([pack])

/** What a move would do, as far as the actor sees: the whole of it for who sees the whole country. */
export async function previewSwitch(
  tx: Transaction,
  country: Country,
  { from, to, month }: Pick<SwitchTerms, 'from' | 'to' | 'month'>,
): Promise<SwitchPreview> {
  const keptOut = exclusions(country, to).keptOut
  const covered = coveredBy(country.code, from)
  const enters = sql`not ${isIn(to)} and not ${isInAny(keptOut)}`
  const { rows } = await sql<{ territory: string; covered: number; in: number; enter: number }>`
    select territory, count(*)::int as covered, count(*) filter (where ${isIn(to)})::int as in,
      count(*) filter (where ${enters})::int as enter
    from (${covered}) as covered group by 1 order by 1`.execute(tx)
  const { rows: sample } = await sql<{ household: Id<'Household'> }>`
    select household_id as household from (${covered}) as covered
    where ${enters} order by sha256(uuid_send(household_id)) limit 10`.execute(tx)
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0)
  const coming = new Map(rows.map(row => [row.territory, row.enter]))
  const without = withoutPlace(coming, await freePlaces(tx, country, to, month))
  const regions = new Map<string, number>()
  for (const [territory, households] of coming) {
    const region = territory.split('.')[0]!
    if (households > 0) regions.set(region, (regions.get(region) ?? 0) + households)
  }
  return {
    covered: sum(row => row.covered),
    movable: sum(row => row.enter) - without,
    cannot: {
      already_in: sum(row => row.in),
      not_cumulable: sum(row => row.covered - row.in - row.enter),
      no_place: without,
    },
    regions: [...regions].map(([territory, households]) => ({ territory, households })),
    sample: sample.map(each => each.household),
  }
}

/** Where others wait already, whoever comes waits behind them. */
async function freePlaces(tx: Transaction, country: Country, pack: string, month: Month): Promise<FreePlaces[]> {
  const terms = country.programmes.get(pack)
  const free: FreePlaces[] = []
  for (const { territory, households } of terms ? quotasIn(terms, month) : []) {
    const { rows } = await sql<{ taken: number; waiting: number }>`
      select programmes.places_taken(${pack}, ${territory}, ${month}) as taken,
        programmes.waiting_count(${pack}, ${territory}, '{}'::uuid[]) as waiting`.execute(tx)
    const { taken, waiting } = rows[0]!
    free.push({ territory, free: waiting > 0 ? 0 : households - taken })
  }
  return free
}

const holding = (id: SwitchId) => sql`hashtextextended('programmes.switch ' || ${id}::text, 0)`

/** For a transaction that moves a range: as many as like hold a move at once, and it is neither stopped nor taken back meanwhile. */
const holdMove = (tx: Transaction, id: SwitchId) => sql`select pg_advisory_xact_lock_shared(${holding(id)})`.execute(tx)

/** For a transaction that stops a move, lets it go on or takes it back: it waits for the ranges at work, and holds off the next ones. */
export const holdMoveAlone = (tx: Transaction, id: SwitchId) =>
  sql`select pg_advisory_xact_lock(${holding(id)})`.execute(tx)

const isStopped = (id: SwitchId) => sql`coalesce((
  select step = 'stopped' from programmes.switch_stop where switch_id = ${id} order by number desc limit 1), false)`

const SWITCH = sql`s.id, s.country, s.from_pack as "fromPack", s.holders_of as "holdersOf", s.holders_on as "holdersOn",
  s.to_pack as "to", s.month, s.window_until as "windowUntil", s.tells, s.households, s.says, s.reverses,
  s.finished_at as "finishedAt", s.approved_at as "approvedAt",
  (select b.id from programmes.switch b where b.reverses = s.id) as "reversedBy",
  (select jsonb_build_object('at', recorded_at, 'by', recorded_by, 'says', says) from (
    select * from programmes.switch_stop where switch_id = s.id order by number desc limit 1) as latest
    where step = 'stopped') as stopped,
  (select count(done_at)::int from programmes.switch_range r where r.switch_id = s.id) as "rangesDone",
  (select count(*)::int from programmes.switch_range r where r.switch_id = s.id) as ranges,
  (select coalesce(jsonb_object_agg(key, total), '{}') from (
    select key, sum(value::bigint) as total from programmes.switch_range r cross join lateral jsonb_each_text(r.counts)
    where r.switch_id = s.id group by key) as counted) as counts,
  (select coalesce(sum(told), 0)::int from programmes.switch_range r where r.switch_id = s.id) as told`

export async function findSwitch(tx: Transaction, id: SwitchId): Promise<SwitchRow | undefined> {
  const { rows } = await sql<SwitchRow>`select ${SWITCH} from programmes.switch s where s.id = ${id}`.execute(tx)
  return rows[0]
}

export async function listSwitches(tx: Transaction, country: string, limit: number): Promise<SwitchRow[]> {
  const { rows } = await sql<SwitchRow>`
    select ${SWITCH} from programmes.switch s where s.country = ${country}
    order by s.approved_at desc, s.id desc limit ${limit}`.execute(tx)
  return rows
}

export type NewSwitch = SwitchTerms & {
  readonly id: SwitchId
  readonly country: string
  readonly households: number
  readonly says: string
  readonly reverses: SwitchId | null
}

export async function saveSwitch(tx: Transaction, { from, ...made }: NewSwitch): Promise<void> {
  const [pack, fact, on] = 'pack' in from ? [from.pack, null, null] : [null, from.fact, from.on]
  await sql`
    insert into programmes.switch (id, country, from_pack, holders_of, holders_on, to_pack, month, window_until, tells, households,
      says, reverses)
    values (${made.id}, ${made.country}, ${pack}, ${fact}, ${on}, ${made.to}, ${made.month}, ${made.windowUntil}, ${made.tells},
      ${made.households}, ${made.says}, ${made.reverses})
    on conflict (id) do nothing`.execute(tx)
}

/** Cuts whom it moves into ranges, once, unless it is stopped; those of a move that takes another back are the same stretches. */
export async function cutIntoRanges(tx: Transaction, row: SwitchRow, size: number): Promise<void> {
  await holdMove(tx, row.id)
  await sql`select from programmes.switch where id = ${row.id} for update`.execute(tx)
  const stretches = row.reverses
    ? sql`select number, first_household, last_household from programmes.switch_range where switch_id = ${row.reverses}`
    : sql`select number::int, min(household_id::text)::uuid, max(household_id::text)::uuid from (
        select household_id, (row_number() over (order by household_id) - 1) / ${size}::bigint as number
        from (${coveredBy(row.country, coveredIn(row))}) as covered where not ${isIn(row.to)}
      ) as numbered group by number`
  await sql`
    insert into programmes.switch_range (switch_id, number, first_household, last_household)
    select ${row.id}, cut.number, cut.first_household, cut.last_household from (${stretches}) as cut (number, first_household, last_household)
    where not exists (select from programmes.switch_range where switch_id = ${row.id}) and not ${isStopped(row.id)}`.execute(
    tx,
  )
}

export const coveredIn = ({ fromPack, holdersOf, holdersOn }: SwitchRow): Covered =>
  fromPack === null ? { fact: holdersOf!, on: holdersOn! } : { pack: fromPack }

export type SwitchRange = {
  readonly number: number
  readonly first: string
  readonly last: string
  readonly enrolAct: Id<'EnrolmentAct'>
  readonly exitAct: Id<'EnrolmentAct'>
}

/** A range that waits, for this transaction; one that another process holds is passed over. None while the move is stopped. */
export async function takeSwitchRange(tx: Transaction, id: SwitchId): Promise<SwitchRange | undefined> {
  await holdMove(tx, id)
  const { rows } = await sql<SwitchRange>`
    select number, first_household as first, last_household as last, enrol_act as "enrolAct", exit_act as "exitAct"
    from programmes.switch_range where switch_id = ${id} and done_at is null and not ${isStopped(id)}
    order by number limit 1 for update skip locked`.execute(tx)
  return rows[0]
}

export type RangeDone = { readonly counts: Readonly<Record<string, number>>; readonly told: number }

export async function endRange(tx: Transaction, id: SwitchId, number: number, { counts, told }: RangeDone) {
  await sql`
    update programmes.switch_range set done_at = clock_timestamp(), counts = ${jsonb(counts)}, told = ${told}
    where switch_id = ${id} and number = ${number}`.execute(tx)
}

/** Ends a move of which no range is left; one that was stopped before it was cut into any is not over. */
export async function endSwitch(tx: Transaction, id: SwitchId): Promise<void> {
  await holdMove(tx, id)
  await sql`
    update programmes.switch set finished_at = clock_timestamp() where id = ${id} and finished_at is null
      and not exists (select from programmes.switch_range where switch_id = ${id} and done_at is null)
      and (exists (select from programmes.switch_range where switch_id = ${id}) or not ${isStopped(id)})`.execute(tx)
}

/** (household_id, detail) of a range to bring in: whom it covers now and who is not in. */
export const toEnrol = (row: SwitchRow, { first, last }: SwitchRange): RawBuilder<unknown> =>
  sql`select household_id, jsonb_build_object('switch', ${row.id}::text) as detail
    from (${coveredBy(row.country, coveredIn(row))}) as covered
    where household_id between ${first}::uuid and ${last}::uuid and not ${isIn(row.to)}`

/** (household_id, detail) of whom an act brought to a state in a programme, and who is still there. */
export const broughtBy = (act: string, pack: string, states: readonly string[], id: SwitchId): RawBuilder<unknown> =>
  sql`select v.household_id, jsonb_build_object('switch', ${id}::text) as detail
    from programmes.enrolment_event v join programmes.enrolment e on e.household_id = v.household_id and e.pack = v.pack
    where v.act_id = ${act}::uuid and v.pack = ${pack} and e.state = any (${states}::text[])`

/** Who receives for those whom an act enrolled. */
export async function enrolledBy(tx: Transaction, act: string, pack: string) {
  const { rows } = await sql<{ household: Id<'Household'>; territory: string; person: Id<'Person'> }>`
    select v.household_id as household, v.territory, r.person_id as person
    from programmes.enrolment_event v join households.published_recipient r on r.household_id = v.household_id
    where v.act_id = ${act}::uuid and v.pack = ${pack} and v.state = 'enrolled'`.execute(tx)
  return rows
}
