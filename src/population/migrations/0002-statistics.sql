-- The roles that fill the register own no table and may not analyse one. After a large import the planner must know what
-- there is now, and not when autovacuum comes by.

create function population.analyze_persons() returns void
language sql volatile security definer set search_path = ''
as $$ analyze population.person $$;
comment on function population.analyze_persons() is 'Tells the planner what population.person holds.';
revoke execute on function population.analyze_persons() from public;
grant execute on function population.analyze_persons() to socle_worker;
