-- The references of memberships and recipients are most of what is checked while a register is filled.
create trigger keep_referenced before delete or truncate or update of id on households.household
  for each statement execute function db.keep_referenced();
create trigger check_added after insert on households.membership referencing new table as added
  for each statement execute function db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
create trigger check_changed after update on households.membership referencing new table as added
  for each statement execute function db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
create trigger check_added after insert on households.recipient referencing new table as added
  for each statement execute function db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
create trigger check_changed after update on households.recipient referencing new table as added
  for each statement execute function db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');

create or replace function households.fill_without_indexes() returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
as $$
begin
  if exists (select from households.household) then
    return false;
  end if;
  lock table households.household, households.membership, households.recipient in access exclusive mode;
  if exists (select from households.household) then
    return false;
  end if;
  perform db.put_indexes_aside('households.household');
  perform db.put_references_aside('households.membership', 'households.recipient');
  return true;
exception when lock_not_available then
  return false;
end
$$;
comment on function households.fill_without_indexes() is 'The same for households (population.fill_without_indexes), and for the references of memberships and recipients (db.put_references_aside).';
