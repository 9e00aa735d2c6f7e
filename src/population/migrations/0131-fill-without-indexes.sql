-- The first import fills the register without what only makes searching it fast.
create function population.fill_without_indexes() returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
as $$
begin
  if exists (select from population.person) then
    return false;
  end if;
  lock table population.person, population.match_key in access exclusive mode;
  if exists (select from population.person) then
    return false;
  end if;
  perform db.put_indexes_aside('population.person', 'population.match_key');
  return true;
exception when lock_not_available then
  return false;
end
$$;
comment on function population.fill_without_indexes() is 'For an import into an empty register: puts the indexes of persons aside until db.bring_index_back. False where there are persons, or somebody is at the table.';
revoke execute on function population.fill_without_indexes() from public;
grant execute on function population.fill_without_indexes() to socle_worker;

create or replace function population.settle_match_keys() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  -- While the register is first filled the index is aside.
  select pg_catalog.gin_clean_pending_list(there) from to_regclass('population.match_key_keys') as there where there is not null;
  analyze population.match_key (country, recorded_at, keys)
$$;
