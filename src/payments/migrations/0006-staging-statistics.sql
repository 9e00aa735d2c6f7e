-- A run of a million lines is sorted in one statement right after it was staged: the planner must know that there are a
-- million. Only the owner of a table may analyze it, hence the function.

create function payments.analyze_staging() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  analyze payments.run_staging;
end
$$;
comment on function payments.analyze_staging() is 'Refreshes the planner''s statistics of payments.run_staging, seen from the transaction that fills it.';
revoke execute on function payments.analyze_staging() from public;
grant execute on function payments.analyze_staging() to socle_worker;
