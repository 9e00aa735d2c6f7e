import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { DayOfActor } from './anomaly.ts'

/** A file that a member of staff may not open: own household, kin. The list of conflicts says which. */
export type Conflict = { readonly actor: string; readonly kind: string; readonly id: string }

type Row = Omit<DayOfActor, 'territory' | 'own' | 'usual' | 'peers' | 'usualExported' | 'outside' | 'again'> & {
  readonly territories: readonly string[]
  readonly usual: number | null
  readonly peers: number | null
  readonly usualExported: number | null
  readonly outside: number | null
  readonly again: DayOfActor['again'] | null
}

/**
 * What each member of staff did on a day of the country, and in the four weeks before: one pass over the records of that
 * time, which an index on the clock bounds.
 */
export async function daysOfActors(tx: Transaction, day: DateText, timeZone: string): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    with act as materialized (
      select actor, actor_name, action, subject_kind, subject_id, territory, purpose, coalesce(row_count, 1) as rows,
        (recorded_at at time zone ${timeZone})::date as day,
        extract(hour from recorded_at at time zone ${timeZone}) as hour,
        (string_to_array(territory, '.'))[1:2] as area, action like '%.read' and subject_id is not null as opens
      from security.audit_record
      where actor like 'staff:%' and (action ~ '\\.(read|list|export)$' or purpose like 'emergency%')
        and recorded_at >= (${day}::date - 28)::timestamp at time zone ${timeZone}
        and recorded_at < (${day}::date + 1)::timestamp at time zone ${timeZone}
    ), daily as (
      select actor, day, count(distinct (subject_kind, subject_id)) filter (where opens) as opened,
        coalesce(sum(rows) filter (where action like '%.export'), 0) as exported
      from act where day < ${day}::date group by actor, day
    ), usual as (
      select actor,
        case when count(*) filter (where opened > 0) >= 5
          then percentile_disc(0.5) within group (order by nullif(opened, 0)) end as opened,
        percentile_disc(0.5) within group (order by nullif(exported, 0)) as exported
      from daily group by actor
    ), today as (
      select actor, max(actor_name) as name, array_agg(distinct territory) as territories,
        count(distinct (subject_kind, subject_id)) filter (where opens) as opened,
        coalesce(sum(rows) filter (where action like '%.export'), 0) as exported,
        count(*) filter (where hour >= 22 or hour < 6) as night,
        count(*) filter (where purpose like 'emergency%') as emergency
      from act where day = ${day}::date group by actor
    ), peers as (
      select case when count(*) >= 4 then percentile_disc(0.5) within group (order by opened) end as opened
      from today where opened > 0
    ), area as (
      select actor, area, count(*) as files, sum(count(*)) over (partition by actor) as of_files
      from act where day < ${day}::date and opens and territory <> '' group by actor, area
    ), outside as (
      select act.actor, count(distinct (subject_kind, subject_id)) filter (
          where coalesce(area.files, 0) * 100 < (select max(of_files) from area as all_of where all_of.actor = act.actor)) as files
      from act left join area on area.actor = act.actor and area.area = act.area
      where act.day = ${day}::date and opens and territory <> ''
        and (select max(of_files) from area as all_of where all_of.actor = act.actor) >= 30
      group by act.actor
    ), again as (
      select distinct on (actor) actor, subject_kind, subject_id, count(*) as times
      from act where day = ${day}::date and opens
      group by actor, subject_kind, subject_id order by actor, times desc, subject_id
    ), failed as (
      select 'staff:' || a.id as actor, a.name, count(*) as failures
      from security.sign_in_attempt t join security.staff_account a on sha256(convert_to(a.email, 'UTF8')) = t.email_hash
      where not t.succeeded and t.attempted_at >= ${day}::date::timestamp at time zone ${timeZone}
        and t.attempted_at < (${day}::date + 1)::timestamp at time zone ${timeZone}
      group by a.id, a.name
    )
    select actor, coalesce(today.name, failed.name) as name, coalesce(today.territories, '{""}') as territories,
      coalesce(today.opened, 0)::int as opened, usual.opened::int as usual, peers.opened::int as peers,
      coalesce(today.exported, 0)::int as exported, usual.exported::int as "usualExported",
      coalesce(today.night, 0)::int as night, coalesce(today.emergency, 0)::int as emergency,
      outside.files::int as outside, coalesce(failed.failures, 0)::int as failures,
      case when again.times is not null
        then jsonb_build_object('kind', again.subject_kind, 'id', again.subject_id, 'times', again.times) end as again
    from today full join failed using (actor) left join usual using (actor) left join outside using (actor)
      left join again using (actor) cross join peers
    order by actor`.execute(tx)
  return rows
}

/** Of the conflicts given, those whose file was opened that day. */
export async function conflictsOpened(
  tx: Transaction,
  day: DateText,
  timeZone: string,
  conflicts: readonly Conflict[],
): Promise<readonly Conflict[]> {
  if (conflicts.length === 0) return []
  const { rows } = await sql<Conflict>`
    select distinct actor, kind, id
    from unnest(${conflicts.map(one => one.actor)}::text[], ${conflicts.map(one => one.kind)}::text[],
        ${conflicts.map(one => one.id)}::text[]) as held (actor, kind, id)
      join security.audit_record r using (actor)
    where r.subject_kind = kind and r.subject_id = id and r.action like '%.read'
      and r.recorded_at >= ${day}::date::timestamp at time zone ${timeZone}
      and r.recorded_at < (${day}::date + 1)::timestamp at time zone ${timeZone}`.execute(tx)
  return rows
}
