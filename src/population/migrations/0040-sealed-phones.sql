-- Telephones stand sealed (src/security/privacy), in the register and in its past. One in clear exists only where it was
-- recorded before this migration, until population.seal_phones has passed over it.

alter table population.person
  add phone_sealed bytea,
  add phone_index bytea check (octet_length(phone_index) = 16),
  add constraint person_phone_once check (num_nonnulls(phone, phone_sealed) <= 1),
  add constraint person_phone_sealed check ((phone_sealed is null) = (phone_index is null));
alter table population.person_past
  add phone_sealed bytea,
  add phone_index bytea;
comment on column population.person.phone is 'Telephone in clear: on its way to be sealed.';
comment on column population.person.phone_sealed is 'Telephone as given, digits and a leading plus, sealed for this person (AES-256-GCM, data key of security.column_key).';
comment on column population.person.phone_index is 'The same for telephones with the same last nine digits: to find who shares one, without opening any.';
comment on column population.person_past.phone is 'Telephone in clear: on its way to be sealed.';
comment on column population.person_past.phone_sealed is 'Telephone as it was, sealed for this person.';
comment on column population.person_past.phone_index is 'The same for telephones with the same last nine digits.';
create index person_phone on population.person (phone_index) where phone_index is not null;
create index person_phone_in_clear on population.person (id) where phone is not null;
create index person_past_phone_in_clear on population.person_past (id) where phone is not null;
create index person_phone_key on population.person (get_byte(phone_sealed, 4), id) where phone_sealed is not null;
create index person_past_phone_key on population.person_past (get_byte(phone_sealed, 4), id) where phone_sealed is not null;

-- By name and not by place: both tables grow, each in its own order. A reviewed rewriting is no new state.
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
  if old.recorded_at < new.recorded_at then
    insert into population.person_past
    select (jsonb_populate_record(null::population.person_past,
      to_jsonb(old) || jsonb_build_object('superseded_at', new.recorded_at))).*;
  end if;
  return new;
end
$$;

create function population.seal_phones(ids uuid[], phones text[], sealed bytea[], indexes bytea[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person p set phone = null, phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, phones, sealed, indexes) as given (id, phone, value, indexed)
  where p.id = given.id and p.phone = given.phone;
  update population.person_past p set phone = null, phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, phones, sealed, indexes) as given (id, phone, value, indexed)
  where p.id = given.id and p.phone = given.phone;
  perform security.close_rewriting();
end
$$;
comment on function population.seal_phones(uuid[], text[], bytea[], bytea[]) is 'Reviewed rewriting: telephones in clear, in the register and its past, take their sealed form.';

create function population.reseal_phones(ids uuid[], earlier bytea[], sealed bytea[], indexes bytea[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person p set phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where p.id = given.id and p.phone_sealed = given.before;
  update population.person_past p set phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where p.id = given.id and p.phone_sealed = given.before;
  perform security.close_rewriting();
end
$$;
comment on function population.reseal_phones(uuid[], bytea[], bytea[], bytea[]) is 'Reviewed rewriting: sealed telephones take the form of another key.';
revoke execute on function population.seal_phones(uuid[], text[], bytea[], bytea[]), population.reseal_phones(uuid[], bytea[], bytea[], bytea[]) from public;
grant execute on function population.seal_phones(uuid[], text[], bytea[], bytea[]), population.reseal_phones(uuid[], bytea[], bytea[], bytea[]) to socle_worker;
