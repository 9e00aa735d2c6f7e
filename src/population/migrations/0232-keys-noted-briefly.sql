-- How many keys there are is all that planning needs; what the array of keys holds was most of the work, and nobody asks it.
create or replace function population.settle_match_keys() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp set default_statistics_target = 10
as $$
  analyze population.match_key (country, recorded_at)
$$;
comment on function population.settle_match_keys() is 'Tells the planner how many keys there are now.';
