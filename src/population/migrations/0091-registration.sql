-- From the pre-registration of somebody whom nobody knows yet to the number that is given. Nothing that a stranger says enters
-- the register: it waits beside it, for an agent with the documents before the eyes.

create table population.phone_code (
  id uuid primary key,
  purpose text not null check (purpose in ('pre_registration', 'partner')),
  challenge_hash bytea not null unique check (octet_length(challenge_hash) = 32),
  code_index bytea not null check (octet_length(code_index) = 16),
  subject_index bytea not null check (octet_length(subject_index) = 16),
  asker_index bytea not null check (octet_length(asker_index) = 16),
  phone_sealed bytea,
  person_id uuid,
  asked_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  is_sent boolean not null,
  tries integer not null default 0,
  confirmed_at timestamptz,
  reference text
);
create index phone_code_subject on population.phone_code (subject_index, asked_at);
create index phone_code_asker on population.phone_code (asker_index, asked_at);
create index phone_code_asked on population.phone_code (asked_at);
create index phone_code_person on population.phone_code (person_id) where person_id is not null;
comment on table population.phone_code is 'Codes asked for to show that somebody holds a telephone: before pre-registering, or for a partner. Kept two days.';
comment on column population.phone_code.id is 'Identifier.';
comment on column population.phone_code.purpose is 'What for: pre_registration, or partner.';
comment on column population.phone_code.challenge_hash is 'SHA-256 of what the browser or the partner that asked keeps: a code serves there alone.';
comment on column population.phone_code.code_index is 'Blind index of the code for this row (security.column_key): the code is not in the database.';
comment on column population.phone_code.subject_index is 'Blind index of the telephone, or of what a partner named: tells requests for the same one together.';
comment on column population.phone_code.asker_index is 'Blind index of the network, or of the partner, that asked.';
comment on column population.phone_code.phone_sealed is 'The telephone to be shown, sealed for this row; null for a partner, who is told nothing of it.';
comment on column population.phone_code.person_id is 'Whose telephone a partner asks to have confirmed (population.person); null where nobody was named.';
comment on column population.phone_code.asked_at is 'When.';
comment on column population.phone_code.expires_at is 'Until when the code serves.';
comment on column population.phone_code.is_sent is 'True where a message left for it.';
comment on column population.phone_code.tries is 'How often a code was typed for it.';
comment on column population.phone_code.confirmed_at is 'When the right code was typed.';
comment on column population.phone_code.reference is 'Reference of the pre-registration made with it.';
grant select, insert, update (tries, confirmed_at, reference) on population.phone_code to socle_app;
grant select on population.phone_code to socle_worker;

create table population.pre_registration (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  territory text collate "C" not null,
  reference text not null unique check (reference ~ '^[0-9A-Z]{4}-[0-9A-Z]{4}$'),
  language text not null check (language in ('fr', 'ar', 'en')),
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  sex text check (sex in ('female', 'male')),
  birth_date date,
  birth_precision text check (birth_precision in ('day', 'month', 'year', 'estimated')),
  phone_sealed bytea,
  said_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  closed_by text,
  outcome text check (outcome in ('registered', 'known', 'refused')),
  reason text,
  person_id uuid references population.person,
  check (num_nonnulls(closed_at, closed_by, outcome) in (0, 3)),
  check ((outcome in ('registered', 'known')) = (person_id is not null)),
  check ((outcome = 'refused') = (reason is not null)),
  check (closed_at is not null or phone_sealed is not null)
);
create index pre_registration_open on population.pre_registration (territory, said_at) where closed_at is null;
create index pre_registration_said on population.pre_registration (said_at);
create index pre_registration_person on population.pre_registration (person_id) where person_id is not null;
comment on table population.pre_registration is 'What people said of themselves before coming to a desk. Nothing of it is in the register; who never comes is forgotten after ninety days.';
comment on column population.pre_registration.id is 'Made by the page: sent twice, it is one.';
comment on column population.pre_registration.country is 'Country.';
comment on column population.pre_registration.territory is 'Where the person says to live: whose work it is.';
comment on column population.pre_registration.reference is 'What the person was told to come with: eight signs drawn at random.';
comment on column population.pre_registration.language is 'Language in which the person wrote, and is written to.';
comment on column population.pre_registration.given_name is 'Given names in Latin script, as said; empty once closed.';
comment on column population.pre_registration.family_name is 'Family name in Latin script.';
comment on column population.pre_registration.given_name_ar is 'Given names in Arabic script.';
comment on column population.pre_registration.family_name_ar is 'Family name in Arabic script.';
comment on column population.pre_registration.sex is 'Sex.';
comment on column population.pre_registration.birth_date is 'Birth date as far as it is known.';
comment on column population.pre_registration.birth_precision is 'How much of the birth date is known.';
comment on column population.pre_registration.phone_sealed is 'Telephone, shown to be held by a code, sealed for this row; empty once closed.';
comment on column population.pre_registration.said_at is 'When.';
comment on column population.pre_registration.closed_at is 'When an agent was done with it.';
comment on column population.pre_registration.closed_by is 'Who.';
comment on column population.pre_registration.outcome is 'registered: a new person; known: somebody of the register; refused, with a reason.';
comment on column population.pre_registration.reason is 'Why it was refused.';
comment on column population.pre_registration.person_id is 'The person registered, or known already.';
select security.protect('population.pre_registration');
select security.protect_country('population.pre_registration');
-- One that is open is nobody's file yet; closed, it is that of the person. In an emergency there is nothing to register.
create policy file on population.pre_registration as restrictive to socle_app using ((select security.every_file())
  or (select security.only_files()) is null
    and (person_id is null or person_id <> all ((select security.closed_files())::uuid[])));
grant select, update (given_name, family_name, given_name_ar, family_name_ar, phone_sealed, closed_at, closed_by, outcome, reason,
  person_id) on population.pre_registration to socle_app;
grant select on population.pre_registration to socle_worker;

create function population.keep_pre_registration() returns trigger
language plpgsql
as $$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.closed_at is not null or new.closed_at is null then
    raise exception 'A pre-registration is closed once, and stays as it was.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function population.keep_pre_registration() is 'Trigger: a pre-registration is said, then closed, and nothing else.';
create trigger keep_pre_registration before update or delete on population.pre_registration
  for each row execute function population.keep_pre_registration();

create function population.open_pre_registration(said jsonb, phone bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  added uuid;
begin
  insert into population.pre_registration (id, country, territory, reference, language, given_name, family_name, given_name_ar,
    family_name_ar, sex, birth_date, birth_precision, phone_sealed)
  select (said ->> 'id')::uuid, said ->> 'country', said ->> 'territory', said ->> 'reference', said ->> 'language',
    said ->> 'givenName', said ->> 'familyName', said ->> 'givenNameAr', said ->> 'familyNameAr', said ->> 'sex',
    (said ->> 'birthDate')::date, said ->> 'birthPrecision', phone
  where security.serves(said ->> 'country')
  on conflict (id) do nothing
  returning id into added;
  if added is null then
    return false;
  end if;
  perform security.append_audit('pre_registration.open', 'pre_registration', added::text, said ->> 'territory',
    'registration: own page', '{}');
  return true;
end
$$;
comment on function population.open_pre_registration(jsonb, bytea) is 'Reviewed: keeps what somebody whom nobody knows says of themselves, with its record in the audit. It writes beside the register, and reads nothing.';
revoke execute on function population.open_pre_registration(jsonb, bytea) from public;
grant execute on function population.open_pre_registration(jsonb, bytea) to socle_app;

create table population.registration (
  person_id uuid primary key references population.person,
  pre_registration_id uuid references population.pre_registration,
  channel text not null,
  language text not null check (language in ('fr', 'ar', 'en')),
  registered_at timestamptz not null default clock_timestamp(),
  registered_by text not null default security.actor(),
  announced_at timestamptz
);
create index registration_unannounced on population.registration (registered_at) where announced_at is null;
comment on table population.registration is 'Persons whom somebody registered one by one, and who are told of their number when it is given.';
comment on column population.registration.person_id is 'Person (population.person).';
comment on column population.registration.pre_registration_id is 'What the person said before (population.pre_registration).';
comment on column population.registration.channel is 'Channel: desk, field.';
comment on column population.registration.language is 'Language in which the person is written to.';
comment on column population.registration.registered_at is 'When.';
comment on column population.registration.registered_by is 'By whom, as the audit names actors.';
comment on column population.registration.announced_at is 'When it was announced that the number is given; null until then.';
select security.protect_through('population.registration', 'person_id', 'population.person');
grant select, insert on population.registration to socle_app;
grant select, update (announced_at) on population.registration to socle_worker;

create function population.forget_registrations() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  gone bigint;
  removed bigint;
begin
  -- The budget of messages looks back one day.
  delete from population.phone_code where asked_at < clock_timestamp() - interval '2 days';
  get diagnostics gone = row_count;
  perform security.open_rewriting('population.pre_registration');
  delete from population.pre_registration
  where person_id is null and coalesce(closed_at, said_at) < clock_timestamp() - interval '90 days';
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return gone + removed;
end
$$;
comment on function population.forget_registrations() is 'Reviewed rewriting: codes that are over, and pre-registrations of people who never came or were refused ninety days ago; answers how many.';
revoke execute on function population.forget_registrations() from public;
grant execute on function population.forget_registrations() to socle_worker;

create or replace function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number',
    'population.person_document', 'population.person_alias', 'population.pre_registration');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
  update population.person_alias
    set person_id = null, issued_at = null, issued_by = null, expires_at = null, revoked_at = null, revoked_by = null, reason = null,
      spent = true
    where person_id = any (ids);
  delete from population.phone_code where person_id = any (ids);
  delete from population.registration where person_id = any (ids);
  delete from population.pre_registration where person_id = any (ids);
  delete from population.person_document where person_id = any (ids);
  update population.person set father_id = null where father_id = any (ids);
  update population.person set mother_id = null where mother_id = any (ids);
  update population.person_past set father_id = null where father_id = any (ids);
  update population.person_past set mother_id = null where mother_id = any (ids);
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$$;
