-- What else is known of a person, and the documents that show it. All but documents stands in the state of the person, so that
-- person_past keeps it as it keeps the rest; a document is a row from when it was recorded until it was withdrawn.

alter table population.person
  add father_name text,
  add father_name_ar text,
  add mother_name text,
  add mother_name_ar text,
  add nickname text,
  add nickname_ar text,
  add birth_place_code text collate "C",
  add birth_place text,
  add father_id uuid check (father_id <> id),
  add mother_id uuid check (mother_id <> id),
  add nationalities text[] check (cardinality(nationalities) between 1 and 5),
  add address text,
  add photo_sha256 bytea check (octet_length(photo_sha256) = 32),
  add absent_since date,
  add biometric_system text,
  add biometric_reference text,
  add evidence text,
  add constraint person_biometric check ((biometric_system is null) = (biometric_reference is null));
alter table population.person_past
  add father_name text,
  add father_name_ar text,
  add mother_name text,
  add mother_name_ar text,
  add nickname text,
  add nickname_ar text,
  add birth_place_code text collate "C",
  add birth_place text,
  add father_id uuid,
  add mother_id uuid,
  add nationalities text[],
  add address text,
  add photo_sha256 bytea,
  add absent_since date,
  add biometric_system text,
  add biometric_reference text,
  add evidence text;
do $$
declare
  said record;
begin
  for said in select * from (values
    ('father_name', 'Father''s name in Latin script, where it is part of the name or the father is not in the register.'),
    ('father_name_ar', 'Father''s name in Arabic script.'),
    ('mother_name', 'Mother''s names in Latin script.'),
    ('mother_name_ar', 'Mother''s names in Arabic script.'),
    ('nickname', 'Name by which the person is called, in Latin script.'),
    ('nickname_ar', 'Name by which the person is called, in Arabic script.'),
    ('birth_place_code', 'Where the person was born: code of a territory of the country.'),
    ('birth_place', 'Where the person was born, in words: a place abroad, or one that no code names.'),
    ('father_id', 'Father, where he is in the register (population.person); no reference: an erased person leaves nothing behind.'),
    ('mother_id', 'Mother, where she is in the register (population.person).'),
    ('nationalities', 'Nationalities, two letters each (ISO 3166-1 alpha-2), in capitals.'),
    ('address', 'Address in words, within the territory.'),
    ('photo_sha256', 'SHA-256 of the photograph, which is kept elsewhere under this name.'),
    ('absent_since', 'Day from which nobody knows where the person is; null otherwise.'),
    ('biometric_system', 'System outside that can tell the person by the body, named as the installation names it.'),
    ('biometric_reference', 'What that system calls the person; no trait of the body is held here.'),
    ('evidence', 'What was shown for this state, in the words of who recorded it.')
  ) as given (name, text) loop
    execute format('comment on column population.person.%I is %L', said.name, said.text);
    execute format('comment on column population.person_past.%I is %L', said.name, said.text);
  end loop;
end
$$;
create index person_father on population.person (father_id) where father_id is not null;
create index person_mother on population.person (mother_id) where mother_id is not null;
create index person_past_father on population.person_past (father_id) where father_id is not null;
create index person_past_mother on population.person_past (mother_id) where mother_id is not null;

-- A transaction that began earlier may come later to the row: its state is the newer one all the same.
create or replace function population.keep_past() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'A person is never deleted from the register.' using errcode = 'restrict_violation';
  end if;
  -- Two corrections inside one transaction are one: nobody could have seen the state between them.
  if old.recorded_at = new.recorded_at and old.recorded_at = pg_catalog.now() then
    return new;
  end if;
  if new.recorded_at <= old.recorded_at then
    new.recorded_at := greatest(pg_catalog.clock_timestamp(), old.recorded_at + interval '1 microsecond');
  end if;
  insert into population.person_past
  select (jsonb_populate_record(null::population.person_past,
    to_jsonb(old) || jsonb_build_object('superseded_at', new.recorded_at))).*;
  return new;
end
$$;

create table population.person_document (
  id uuid primary key,
  person_id uuid not null references population.person,
  type text not null check (type ~ '^[a-z]+(_[a-z]+)*$'),
  number_sealed bytea not null,
  number_index bytea not null check (octet_length(number_index) = 16),
  issuer text,
  issued_on date,
  expires_on date,
  source text not null,
  evidence text,
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  ended_at timestamptz,
  ended_by text,
  end_reason text,
  check (expires_on >= issued_on),
  check (num_nonnulls(ended_at, ended_by, end_reason) in (0, 3)),
  check (ended_at >= recorded_at)
);
comment on table population.person_document is 'Documents that say who a person is. A row is never changed but to end it.';
comment on column population.person_document.id is 'Made by whoever records the document: said twice, it is one.';
comment on column population.person_document.person_id is 'Whose it is (population.person).';
comment on column population.person_document.type is 'What it is: national_id, passport, birth_record… (src/population/details).';
comment on column population.person_document.number_sealed is 'Its number as written, sealed for this row (AES-256-GCM, data key of security.column_key).';
comment on column population.person_document.number_index is 'The same for equal numbers whatever their case and punctuation: to find whose it is without opening any.';
comment on column population.person_document.issuer is 'Who issued it.';
comment on column population.person_document.issued_on is 'Day on which it was issued.';
comment on column population.person_document.expires_on is 'Last day on which it is valid.';
comment on column population.person_document.source is 'Channel by which it came: desk, field, import…';
comment on column population.person_document.evidence is 'What was seen of it, in the words of who recorded it.';
comment on column population.person_document.recorded_at is 'When it was recorded.';
comment on column population.person_document.recorded_by is 'Who recorded it, as the audit names actors.';
comment on column population.person_document.ended_at is 'When it was withdrawn from the register; null while it stands.';
comment on column population.person_document.ended_by is 'Who withdrew it.';
comment on column population.person_document.end_reason is 'Why.';
create index person_document_person on population.person_document (person_id);
create index person_document_number on population.person_document (number_index);
create index person_document_key on population.person_document (get_byte(number_sealed, 4), id);
select security.protect_through('population.person_document', 'person_id', 'population.person');
grant select, insert on population.person_document to socle_app, socle_worker;
grant update (ended_at, ended_by, end_reason) on population.person_document to socle_app, socle_worker;

create function population.keep_document() returns trigger
language plpgsql
as $$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.ended_at is not null
    or to_jsonb(old) - '{ended_at,ended_by,end_reason}'::text[] is distinct from to_jsonb(new) - '{ended_at,ended_by,end_reason}'::text[] then
    raise exception 'A document of the register is only ever withdrawn.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function population.keep_document() is 'Trigger: a document is recorded, then perhaps withdrawn, and nothing else.';
create trigger keep_document before update or delete on population.person_document
  for each row execute function population.keep_document();

create function population.reseal_documents(ids uuid[], earlier bytea[], sealed bytea[], indexes bytea[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person_document');
  update population.person_document d set number_sealed = given.value, number_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where d.id = given.id and d.number_sealed = given.before;
  perform security.close_rewriting();
end
$$;
comment on function population.reseal_documents(uuid[], bytea[], bytea[], bytea[]) is 'Reviewed rewriting: sealed numbers of documents take the form of another key.';
revoke execute on function population.reseal_documents(uuid[], bytea[], bytea[], bytea[]) from public;
grant execute on function population.reseal_documents(uuid[], bytea[], bytea[], bytea[]) to socle_worker;

-- Documents go with the person, and nobody else's file names them any more as a parent.
create or replace function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number', 'population.person_document');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
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
