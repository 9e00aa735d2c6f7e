create function households.fill_without_indexes() returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
as $$
begin
  if exists (select from households.household) then
    return false;
  end if;
  lock table households.household in access exclusive mode;
  if exists (select from households.household) then
    return false;
  end if;
  perform db.put_indexes_aside('households.household');
  return true;
exception when lock_not_available then
  return false;
end
$$;
comment on function households.fill_without_indexes() is 'The same for households (population.fill_without_indexes).';
revoke execute on function households.fill_without_indexes() from public;
grant execute on function households.fill_without_indexes() to socle_worker;
