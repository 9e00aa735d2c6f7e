-- Persons: who somebody is, as the register holds it now, and every earlier state of it. A row is never edited out of
-- sight: a trigger keeps the state it replaces, so any past state can be asked for.

comment on schema population is 'Persons: who they are, as known now and as known before.';

create extension if not exists pg_trgm with schema public;

create table population.person (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  territory text collate "C" not null,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  name_key text not null default '',
  sex text check (sex in ('female', 'male')),
  birth_date date,
  birth_precision text check (birth_precision in ('day', 'month', 'year', 'estimated')),
  phone text,
  source text not null,
  modelled boolean not null default false,
  recorded_at timestamptz not null default now(),
  recorded_by text not null,
  check ((birth_date is null) = (birth_precision is null))
);
comment on table population.person is 'A person as the register holds them now. An earlier state is in person_past.';
comment on column population.person.id is 'UUIDv7, made by whoever registers the person; never shown as a number of identity.';
comment on column population.person.country is 'Country folder whose catalogue describes the person, such as ma.';
comment on column population.person.territory is 'Where the person lives: code of a territory, each level after a dot. Rows are seen by those who may see it.';
comment on column population.person.given_name is 'Given names in Latin script, in the person''s own order.';
comment on column population.person.family_name is 'Family name in Latin script; null where the person has none.';
comment on column population.person.given_name_ar is 'Given names in Arabic script.';
comment on column population.person.family_name_ar is 'Family name in Arabic script.';
comment on column population.person.name_key is 'The names of both scripts, folded for search: lower case, no accents, one form per Arabic letter.';
comment on column population.person.sex is 'female or male; null where unknown.';
comment on column population.person.birth_date is 'Date of birth; the part beyond birth_precision is the first day or month.';
comment on column population.person.birth_precision is 'How much of birth_date is known: day, month, year, or estimated.';
comment on column population.person.phone is 'Telephone as given, digits and a leading plus.';
comment on column population.person.source is 'Where this state comes from: the source of the declaration that said it.';
comment on column population.person.modelled is 'True where the person was generated for a demonstration and does not exist.';
comment on column population.person.recorded_at is 'When this state was recorded.';
comment on column population.person.recorded_by is 'Who recorded it: staff name or system process.';
create index person_territory on population.person (territory);
create index person_name on population.person using gin (name_key public.gin_trgm_ops);
grant select, insert, update on population.person to socle_app, socle_worker;
select security.protect('population.person');

create table population.person_past (
  like population.person including comments,
  superseded_at timestamptz not null,
  primary key (id, recorded_at)
);
comment on table population.person_past is 'Every state of a person that another has replaced. Append-only.';
comment on column population.person_past.superseded_at is 'When the next state was recorded.';
create index person_past_territory on population.person_past (territory);
grant select on population.person_past to socle_app, socle_worker;
select security.protect('population.person_past');

-- Runs as the owner: nobody else may write the past, not even somebody who may no longer see the person.
create function population.keep_past() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'A person is never deleted from the register.' using errcode = 'restrict_violation';
  end if;
  -- Two corrections inside one transaction are one: nobody could have seen the state between them.
  if old.recorded_at < new.recorded_at then
    insert into population.person_past select old.*, new.recorded_at;
  end if;
  return new;
end
$$;
comment on function population.keep_past() is 'Keeps the state that an update of population.person replaces.';
create trigger keep_past before update or delete on population.person
  for each row execute function population.keep_past();

create view population.published_person with (security_invoker) as
  select id, country, territory, given_name, family_name, given_name_ar, family_name_ar, name_key, sex, birth_date,
    birth_precision, phone, modelled, recorded_at
  from population.person;
comment on view population.published_person is 'Persons as known now, for the modules above.';
grant select on population.published_person to socle_app, socle_worker;
