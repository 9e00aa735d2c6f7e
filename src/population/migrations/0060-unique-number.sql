-- The unique number of a person: drawn beforehand, at random, and given out once. A number stays in this table for ever,
-- whoever it was given to and whatever became of that person: its key is the promise that none is given twice.

create table population.unique_number (
  country text not null check (country ~ '^[a-z]{2}$'),
  number text not null check (number ~ '^[0-9]+$'),
  drawn bigint generated always as identity,
  person_id uuid references population.person,
  issued_at timestamptz,
  issued_by text,
  withdrawn_at timestamptz,
  withdrawn_by text,
  reason text,
  spent boolean not null default false,
  primary key (country, number),
  check (num_nonnulls(person_id, issued_at, issued_by) in (0, 3)),
  check (num_nonnulls(withdrawn_at, withdrawn_by, reason) in (0, 3)),
  check (withdrawn_at is null or person_id is not null),
  check (not spent or person_id is null)
);
comment on table population.unique_number is 'Unique numbers: those drawn and waiting, those given, those withdrawn. A row is never deleted and never given to another person.';
comment on column population.unique_number.country is 'Country whose numbers these are, such as ma.';
comment on column population.unique_number.number is 'Digits that say nothing of the person; the last one checks the others.';
comment on column population.unique_number.drawn is 'Order in which numbers were drawn, which is that in which they are given: it says nothing of the number.';
comment on column population.unique_number.person_id is 'Whose number it is (population.person); null while it waits.';
comment on column population.unique_number.issued_at is 'When it was given.';
comment on column population.unique_number.issued_by is 'By whom, as the audit names actors.';
comment on column population.unique_number.withdrawn_at is 'From when it holds no more; null while it does.';
comment on column population.unique_number.withdrawn_by is 'By whom it was withdrawn.';
comment on column population.unique_number.reason is 'Why it was withdrawn.';
comment on column population.unique_number.spent is 'True where the person it was given to has left the register for good: it is nobody''s, and waits no more.';
create index unique_number_waiting on population.unique_number (country, drawn) where person_id is null and not spent;
-- One number at a time for a person.
create unique index unique_number_person on population.unique_number (person_id) where withdrawn_at is null;

-- Numbers that wait are seen by nobody who serves: the next ones given must not be known.
select security.protect_through('population.unique_number', 'person_id', 'population.person');
grant select on population.unique_number to socle_app;
grant select, insert (country, number) on population.unique_number to socle_worker;

create function population.keep_number() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'A unique number is never deleted: it would be drawn again.' using errcode = 'restrict_violation';
  end if;
  if security.is_rewriting(tg_relid) then
    return new;
  end if;
  if old.country <> new.country or new.spent or old.number <> new.number
    or old.person_id is not null and (old.person_id, old.issued_at, old.issued_by) is distinct from (new.person_id, new.issued_at, new.issued_by)
    or old.withdrawn_at is not null and (old.withdrawn_at, old.withdrawn_by, old.reason) is distinct from (new.withdrawn_at, new.withdrawn_by, new.reason)
  then
    raise exception 'A unique number that was given stays that person''s.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function population.keep_number() is 'Trigger: a number goes from waiting to given to withdrawn, and never back or to another person.';
create trigger keep_number before update or delete on population.unique_number
  for each row execute function population.keep_number();

create function population.issue_numbers(persons uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  issued integer;
begin
  -- In order of id, so that two that ask for the same persons wait for each other instead of for ever. Who waited finds
  -- the numbers given by the other.
  perform from population.person p where p.id = any (persons) order by p.id for no key update;
  with wanted as (
    select p.id, p.country, row_number() over (partition by p.country order by p.id) as place
    from population.person p
    where p.id = any (persons) and security.within_grants(p.territory)
      and not exists (select from population.unique_number n where n.person_id = p.id and n.withdrawn_at is null)
  ), counted as (
    select country, count(*) as persons from wanted group by country
  ), taken as (
    select found.country, found.number, row_number() over (partition by found.country order by found.drawn) as place
    from counted cross join lateral (
      select n.country, n.number, n.drawn from population.unique_number n
      where n.country = counted.country and n.person_id is null and not n.spent
      order by n.drawn limit counted.persons for update skip locked
    ) as found
  )
  update population.unique_number u
  set person_id = wanted.id, issued_at = clock_timestamp(), issued_by = security.actor()
  from wanted join taken using (country, place)
  where u.country = taken.country and u.number = taken.number;
  get diagnostics issued = row_count;
  return issued;
end
$$;
comment on function population.issue_numbers(uuid[]) is 'Reviewed: gives waiting numbers to these persons, as far as the actor may see them, they have none and numbers wait; answers how many. The numbers themselves are read under the policies.';

create function population.withdraw_number(person uuid, reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update population.unique_number u
  set withdrawn_at = clock_timestamp(), withdrawn_by = security.actor(), reason = withdraw_number.reason
  from population.person p
  where p.id = withdraw_number.person and security.within_grants(p.territory)
    and u.person_id = p.id and u.withdrawn_at is null;
  return found;
end
$$;
comment on function population.withdraw_number(uuid, text) is 'Reviewed: withdraws the number of a person whom the actor may see; answers whether there was one.';

revoke execute on function population.issue_numbers(uuid[]), population.withdraw_number(uuid, text) from public;
grant execute on function population.issue_numbers(uuid[]), population.withdraw_number(uuid, text) to socle_app, socle_worker;

-- Erasing a person leaves the number behind, alone: drawn again, it would be another's.
create or replace function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$$;
