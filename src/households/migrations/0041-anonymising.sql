-- What happens when the time to keep a household ends: what it said stays as a figure under a number drawn at random, in its
-- province, with years in the place of dates and without anybody's id; the household, its members and all that named them leave
-- the register. Nothing leads from the one to the other.

create table households.anonymised (
  series uuid not null,
  place integer not null check (place > 0),
  country text not null,
  territory text collate "C" not null,
  effective_month text not null check (effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  weight numeric not null,
  modelled boolean not null,
  facts jsonb not null,
  members jsonb not null,
  primary key (series, place)
);
create index anonymised_territory on households.anonymised (territory);
comment on table households.anonymised is 'What households said that are no longer kept: for statistics. Append-only.';
comment on column households.anonymised.series is 'One household over time: a number drawn at random, known nowhere else.';
comment on column households.anonymised.place is 'Order of what it said, from 1.';
comment on column households.anonymised.country is 'Country.';
comment on column households.anonymised.territory is 'Province, or the level that the country names; rows are seen by those who may see it.';
comment on column households.anonymised.effective_month is 'Month from which it was true.';
comment on column households.anonymised.weight is 'How many households it stands for.';
comment on column households.anonymised.modelled is 'True where the household was modelled.';
comment on column households.anonymised.facts is 'Facts of the household, years in the place of dates, provinces in the place of communes.';
comment on column households.anonymised.members is 'Facts of each member, the same way; no id.';
select security.append_only('households.anonymised');
select security.protect('households.anonymised');
grant select on households.anonymised to socle_app, socle_worker;

create table households.registered_line (
  household_id uuid not null,
  recorded_at timestamptz not null,
  id uuid not null,
  line text not null,
  primary key (household_id, id)
);
create index registered_line_set on households.registered_line (recorded_at, id);
comment on table households.registered_line is 'Lines that the audit reads in the place of declarations that were anonymised or lost a part: the sets recorded can still be verified, the words are gone. Append-only.';
comment on column households.registered_line.household_id is 'Household as it was known.';
comment on column households.registered_line.recorded_at is 'When the declaration was recorded: its set.';
comment on column households.registered_line.id is 'Declaration.';
comment on column households.registered_line.line is 'Its line as it was recorded: ids, days, channel, actor, and the SHA-256 of what it said.';
select security.append_only('households.registered_line');
alter table households.registered_line enable row level security;
create policy worker on households.registered_line to socle_worker using (true);
grant select on households.registered_line to socle_worker;

create function households.keep_lines(of_declarations uuid[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into households.registered_line (household_id, recorded_at, id, line)
  select said.household_id, said.recorded_at, said.id, concat_ws('|', said.household_id, said.id, to_char(said.effective_on, 'YYYY-MM-DD'),
    to_char(said.declared_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), said.channel, said.actor, said.import_id,
    encode(sha256(convert_to(said.facts::text || said.members::text, 'UTF8')), 'hex'))
  from households.declaration said where said.id = any (of_declarations)
  on conflict do nothing
$$;
comment on function households.keep_lines(uuid[]) is 'Keeps the lines of declarations before they change. For the functions below.';

create function households.generalised(facts jsonb, dates text[], places text[], parts integer) returns jsonb
language sql immutable
as $$
  select coalesce(jsonb_object_agg(key, case
    when key = any (dates) then to_jsonb(left(value #>> '{}', 4))
    when key = any (places) then to_jsonb(array_to_string((string_to_array(rtrim(value #>> '{}', '.'), '.'))[1:parts], '.'))
    else value
  end), '{}')
  from jsonb_each(facts)
$$;
comment on function households.generalised(jsonb, text[], text[], integer) is 'Facts with years in the place of dates, and territories cut to so many parts.';

create function households.anonymise(ids uuid[], dates text[], places text[], parts integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  leaving uuid[];
  done integer;
begin
  -- Whoever adds to one of these waits, or has been seen.
  perform from households.household h where h.id = any (ids) order by h.id for update;
  perform households.keep_lines(array(select d.id from households.declaration d where d.household_id = any (ids)));
  insert into households.anonymised (series, place, country, territory, effective_month, weight, modelled, facts, members)
  select drawn.series, row_number() over (partition by h.id order by d.effective_on, d.recorded_at, d.id), h.country,
    array_to_string((string_to_array(rtrim(h.territory, '.'), '.'))[1:parts], '.'), to_char(d.effective_on, 'YYYY-MM'),
    h.weight, h.modelled, households.generalised(d.facts, dates, places, parts),
    (select coalesce(jsonb_agg(households.generalised(m.member -> 'facts', dates, places, parts) order by m.place), '[]')
      from jsonb_array_elements(d.members) with ordinality as m (member, place))
  from (select h.id, gen_random_uuid() as series from households.household h where h.id = any (ids)) as drawn
    join households.household h on h.id = drawn.id
    join households.declaration d on d.household_id = h.id;
  -- Whoever belongs, belonged or receives elsewhere stays with that household.
  leaving := array(
    select distinct m.person_id from households.membership m where m.household_id = any (ids)
      and not exists (select from households.membership o
        where o.person_id = m.person_id and o.household_id <> all (ids))
      and not exists (select from households.recipient r
        where r.person_id = m.person_id and r.household_id <> all (ids)));
  perform security.open_rewriting('households.declaration', 'households.recipient', 'households.score');
  delete from households.score where household_id = any (ids);
  delete from households.recipient where household_id = any (ids);
  delete from households.membership where household_id = any (ids);
  delete from households.declaration where household_id = any (ids);
  delete from households.household where id = any (ids);
  get diagnostics done = row_count;
  perform security.close_rewriting();
  perform population.erase_persons(leaving);
  return done;
end
$$;
comment on function households.anonymise(uuid[], text[], text[], integer) is 'Reviewed rewriting: households whose time has ended leave the register with their members; what they said stays in households.anonymised. Answers how many.';

create function households.erase_facts(ids uuid[], of_household text[], of_members text[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  holding uuid[];
begin
  holding := array(select d.id from households.declaration d
    where d.household_id = any (ids) and households.says(d.facts, d.members, of_household, of_members));
  perform households.keep_lines(holding);
  perform security.open_rewriting('households.declaration');
  update households.declaration d
  set facts = d.facts - of_household,
    members = (select coalesce(jsonb_agg(jsonb_set(m.member, '{facts}', (m.member -> 'facts') - of_members) order by m.place), '[]')
      from jsonb_array_elements(d.members) with ordinality as m (member, place))
  where d.household_id = any (ids) and d.id = any (holding);
  perform security.close_rewriting();
  return cardinality(holding);
end
$$;
comment on function households.erase_facts(uuid[], text[], text[]) is 'Reviewed rewriting: these facts leave all that these households said. Answers how many declarations.';

create function households.says(facts jsonb, members jsonb, of_household text[], of_members text[]) returns boolean
language sql immutable
as $$
  select facts ?| of_household or exists (select from jsonb_array_elements(members) as m (member) where m.member -> 'facts' ?| of_members)
$$;
comment on function households.says(jsonb, jsonb, text[], text[]) is 'Does a declaration hold one of these facts?';

revoke execute on function households.keep_lines(uuid[]), households.anonymise(uuid[], text[], text[], integer), households.erase_facts(uuid[], text[], text[]) from public;
grant execute on function households.anonymise(uuid[], text[], text[], integer), households.erase_facts(uuid[], text[], text[]) to socle_worker;

create function households.declares(household uuid, of_household text[], of_members text[]) returns boolean
language sql stable
as $$
  select exists (select from households.declaration d
    where d.household_id = household and households.says(d.facts, d.members, of_household, of_members))
$$;
comment on function households.declares(uuid, text[], text[]) is 'Did a household ever say one of these facts, as far as is still kept?';

create view households.published_activity with (security_invoker = true) as
select household.id as household_id, household.country, greatest(household.registered_at, (
    select max(declaration.recorded_at) from households.declaration where declaration.household_id = household.id)) as last_at
from households.household;
comment on view households.published_activity is 'When a household last said something.';
comment on column households.published_activity.household_id is 'Household.';
comment on column households.published_activity.country is 'Country.';
comment on column households.published_activity.last_at is 'When this register last learnt something from it.';
grant select on households.published_activity to socle_worker;
