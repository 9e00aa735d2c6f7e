import { sql } from 'kysely'
import type { Transaction } from '#db'

/** What must hold of every household, whatever happened to it, in whatever order: each breach in a few words. */
export async function broken(tx: Transaction): Promise<string[]> {
  const { rows } = await sql<{ says: string }>`
    with current as (select * from households.membership where ended_at is null),
      last as (
        select distinct on (household_id) * from households.declaration
        order by household_id, effective_on desc, recorded_at desc, id desc
      )
    select 'person ' || person_id || ' belongs to ' || count(*) || ' households' as says
      from current group by person_id having count(*) > 1
    union all
    select 'person ' || one.person_id || ' belonged to two households on ' || other.valid_from
      from households.membership one join households.membership other on other.person_id = one.person_id
        and (other.household_id, other.valid_from, other.recorded_at) <> (one.household_id, one.valid_from, one.recorded_at)
        and other.valid_from >= one.valid_from and other.valid_from < coalesce(one.valid_to, 'infinity')
        and other.valid_from < coalesce(other.valid_to, 'infinity')
    union all
    select 'household ' || h.id || ' has ' || count(m.person_id) filter (where m.relation = 'head') || ' heads of ' || count(m.person_id)
      from households.household h left join current m on m.household_id = h.id
      group by h.id having count(m.person_id) filter (where m.relation = 'head') <> case when h.closed_on is null then 1 else 0 end
        or (h.closed_on is not null and count(m.person_id) > 0)
    union all
    select 'household ' || h.id || ' says other members than belong to it'
      from households.household h join last d on d.household_id = h.id
      where h.closed_on is null and (
        select coalesce(jsonb_object_agg(m.person_id, m.relation), '{}') from current m where m.household_id = h.id)
        <> (select coalesce(jsonb_object_agg(said ->> 'id', said -> 'facts' ->> 'relation'), '{}')
          from jsonb_array_elements(d.members) as said)
    union all
    select 'household ' || h.id || ' is paid through somebody who does not belong to it'
      from households.household h cross join lateral (
        select person_id, transfer_id from households.recipient where household_id = h.id
        order by effective_on desc, recorded_at desc, id desc limit 1) as r
      where h.closed_on is null and r.transfer_id is null and not exists (
        select from current m where m.household_id = h.id and m.person_id = r.person_id)
        and not exists (select from population.published_death d where d.person_id = r.person_id)
    union all
    select 'person ' || person_id || ' has died and belongs to a household'
      from current join population.published_death using (person_id)
    order by says`.execute(tx)
  return rows.map(row => row.says)
}
