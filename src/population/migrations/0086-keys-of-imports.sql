-- Imports make the keys of a person with the person, hundreds of thousands at a time, and compare those that they brought.
-- A key is derived from the person and made again at any moment: it needs no reference, whose check costs as much as the row.
alter table population.match_key drop constraint match_key_person_fkey;
create index match_key_recorded on population.match_key using brin (recorded_at) with (pages_per_range = 32);

-- The number of the place is no longer part of a text but joined to that of the names, so that it can be told apart.
delete from population.match_key;

create function population.settle_match_keys() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.gin_clean_pending_list('population.match_key_keys');
  analyze population.match_key (country, recorded_at, keys)
$$;
comment on function population.settle_match_keys() is 'Brings keys just written into the order in which they are looked up, and tells the planner how many there are.';
revoke execute on function population.settle_match_keys() from public;
grant execute on function population.settle_match_keys() to socle_worker;

create or replace function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number',
    'population.person_document', 'population.person_alias');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
  update population.person_alias
    set person_id = null, issued_at = null, issued_by = null, expires_at = null, revoked_at = null, revoked_by = null, reason = null,
      spent = true
    where person_id = any (ids);
  delete from population.person_document where person_id = any (ids);
  delete from population.match_key where person = any (ids);
  update population.person set father_id = null where father_id = any (ids);
  update population.person set mother_id = null where mother_id = any (ids);
  update population.person_past set father_id = null where father_id = any (ids);
  update population.person_past set mother_id = null where mother_id = any (ids);
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$$;
