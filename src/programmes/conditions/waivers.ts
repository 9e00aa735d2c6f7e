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
      (members === null || asked.members.some(facts => isOf(members, facts))),
  )
}

const isOf = (group: WaiverGroup, facts: Readonly<Record<string, unknown>>) =>
  Object.entries(group).every(([fact, values]) => values.some(value => value === facts[fact]))

/** Waivers of a programme in a month, in the order in which they were approved; those of a shock only until its end as it stands. */
export async function waiversOf(tx: Transaction, pack: string, month: Month): Promise<Waiver[]> {
  const { rows } = await sql<Waiver>`
    select id, pack, code, territory, from_month as from, until_month as until, members, says, shock_id as shock
    from programmes.condition_waiver
    where pack = ${pack} and from_month <= ${month} and until_month >= ${month}
      and (shock_id is null or exists (
        select from programmes.standing_shock as shock where shock.id = shock_id and shock.until_now >= ${month}))
    order by recorded_at, id`.execute(tx)
  return rows
}

export async function listWaivers(tx: Transaction, country: string, limit: number): Promise<Waiver[]> {
  const { rows } = await sql<Waiver>`
    select id, pack, code, territory, from_month as from, until_month as until, members, says, shock_id as shock
    from programmes.condition_waiver where country = ${country} order by recorded_at desc, id desc limit ${limit}`.execute(
    tx,
  )
  return rows
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
