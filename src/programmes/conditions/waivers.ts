import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { type Id, isWithin, type Month } from '#kernel'

export type WaiverId = Id<'ConditionWaiver'>

/** Facts of members and the values of each that make the group. */
export type WaiverGroup = Readonly<Record<string, readonly (string | number | boolean)[]>>

/** A condition that does not count: where, when, for whom, and why. */
export type Waiver = {
  readonly id: WaiverId
  readonly pack: string
  /** Null: every condition of the programme. */
  readonly code: string | null
  /** '' is the whole country. */
  readonly territory: string
  readonly from: Month
  readonly until: Month
  /** Null: everybody. */
  readonly members: WaiverGroup | null
  readonly says: string
  readonly shock: Id<'Shock'> | null
}

export type WaivedCase = {
  readonly code: string
  readonly territory: string
  readonly month: Month
  /** Facts of the member, or of every member where the household is meant. */
  readonly members: readonly Readonly<Record<string, unknown>>[]
}

/** The waiver that a case falls under: the first recorded of those that do. */
export function waiverFor(waivers: readonly Waiver[], asked: WaivedCase): Waiver | undefined {
  return waivers.find(
    ({ code, territory, from, until, members }) =>
      (code === null || code === asked.code) &&
      from <= asked.month &&
      asked.month <= until &&
      (territory === '' || isWithin(asked.territory, territory)) &&
      (members === null || asked.members.some(facts => isOfGroup(members, facts))),
  )
}

export const isOfGroup = (group: WaiverGroup, facts: Readonly<Record<string, unknown>>) =>
  Object.entries(group).every(([fact, values]) => values.some(value => value === facts[fact]))

const WAIVER = sql`id, pack, code, territory, from_month as from, until_month as until, members, says, shock_id as shock`

/** Waivers of a programme in a month, in the order in which they were approved; each only until its end as it stands. */
export async function waiversOf(tx: Transaction, pack: string, month: Month): Promise<Waiver[]> {
  const { rows } = await sql<Waiver>`
    select ${WAIVER} from programmes.standing_waiver
    where pack = ${pack} and from_month <= ${month} and until_now >= ${month}
    order by recorded_at, id`.execute(tx)
  return rows
}

/** A waiver with the last month that stands now: before its first, it never counts. */
export type StandingWaiver = Waiver & {
  readonly untilNow: Month
  readonly approvedAt: Date
  readonly ends: readonly { readonly until: Month; readonly says: string; readonly at: string }[]
}

const STANDING = sql`${WAIVER}, until_now as "untilNow", recorded_at as "approvedAt",
  (select coalesce(jsonb_agg(jsonb_build_object('until', ended.until_month, 'says', ended.says, 'at', ended.recorded_at)
    order by ended.recorded_at), '[]') from programmes.condition_waiver_end as ended where ended.waiver_id = waiver.id) as ends`

/** Waivers of a country, the latest approved first. */
export async function listWaivers(
  tx: Transaction,
  country: string,
  limit: number,
  skip = 0,
): Promise<StandingWaiver[]> {
  const { rows } = await sql<StandingWaiver>`
    select ${STANDING} from programmes.standing_waiver as waiver where country = ${country}
    order by recorded_at desc, id desc limit ${limit} offset ${skip}`.execute(tx)
  return rows
}

export async function findWaiver(tx: Transaction, country: string, id: WaiverId): Promise<StandingWaiver | undefined> {
  const { rows } = await sql<StandingWaiver>`
    select ${STANDING} from programmes.standing_waiver as waiver where country = ${country} and id = ${id}`.execute(tx)
  return rows[0]
}

export async function saveWaiverEnd(
  tx: Transaction,
  {
    id,
    waiver,
    until,
    says,
  }: { readonly id: string; readonly waiver: WaiverId; readonly until: Month; readonly says: string },
): Promise<void> {
  await sql`
    insert into programmes.condition_waiver_end (id, waiver_id, until_month, says)
    values (${id}, ${waiver}, ${until}, ${says}) on conflict (id) do nothing`.execute(tx)
}

export async function saveWaivers(tx: Transaction, country: string, waivers: readonly Waiver[]): Promise<void> {
  for (const { id, pack, code, territory, from, until, members, says, shock } of waivers) {
    await sql`
      insert into programmes.condition_waiver (id, country, pack, code, territory, from_month, until_month, members, says, shock_id)
      values (${id}, ${country}, ${pack}, ${code}, ${territory}, ${from}, ${until}, ${members === null ? null : jsonb(members)},
        ${says}, ${shock})
      on conflict (id) do nothing`.execute(tx)
  }
}
