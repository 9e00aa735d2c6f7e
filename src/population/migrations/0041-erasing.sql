-- What happens when the time to keep a person ends. Called by the module that knows that it has: a person is erased with the
-- household, a telephone alone when its own time ends.

create function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$$;
comment on function population.erase_persons(uuid[]) is 'Reviewed rewriting: persons whose time has ended leave the register with their past. For the functions of modules above, that run as the owner.';

create function population.erase_phones(ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  done integer;
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person_past set phone = null, phone_sealed = null, phone_index = null
    where id = any (ids) and num_nonnulls(phone, phone_sealed) > 0;
  update population.person set phone = null, phone_sealed = null, phone_index = null
    where id = any (ids) and num_nonnulls(phone, phone_sealed) > 0;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$$;
comment on function population.erase_phones(uuid[]) is 'Reviewed rewriting: telephones whose time has ended, in the register and in its past.';
revoke execute on function population.erase_persons(uuid[]), population.erase_phones(uuid[]) from public;
grant execute on function population.erase_phones(uuid[]) to socle_worker;

create view population.published_reachable with (security_invoker = true) as
select id, country from population.person where num_nonnulls(phone, phone_sealed) > 0;
comment on view population.published_reachable is 'Persons with a telephone.';
comment on column population.published_reachable.id is 'Person.';
comment on column population.published_reachable.country is 'Country.';
grant select on population.published_reachable to socle_worker;
