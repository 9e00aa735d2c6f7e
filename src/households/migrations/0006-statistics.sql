-- After a large import the planner must know what the register holds now, and not when autovacuum comes by. What was said
-- is left out of it: it is read by household, and counting JSON is slow.

create function households.analyze_register() returns void
language sql volatile security definer set search_path = ''
as $$
  analyze households.household;
  analyze households.membership;
  analyze households.recipient;
  analyze households.declaration (household_id, id, effective_on, recorded_at)
$$;
comment on function households.analyze_register() is 'Tells the planner what the register of households holds.';
revoke execute on function households.analyze_register() from public;
grant execute on function households.analyze_register() to socle_worker;
