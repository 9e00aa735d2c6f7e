-- A run writes a nation's decisions, and enrolments follow at once: without new statistics the planner takes tables that were
-- just filled for empty ones, and compares each household with each other.

create function programmes.analyze_determinations() returns void
language sql volatile security definer set search_path = ''
as $$ analyze programmes.determination $$;
comment on function programmes.analyze_determinations() is 'Tells the planner what programmes.determination holds.';
revoke execute on function programmes.analyze_determinations() from public;
grant execute on function programmes.analyze_determinations() to socle_worker;

create function programmes.analyze_enrolments() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  analyze programmes.enrolment;
  analyze programmes.enrolment_event;
end
$$;
comment on function programmes.analyze_enrolments() is 'Tells the planner what the tables of enrolments hold.';
revoke execute on function programmes.analyze_enrolments() from public;
grant execute on function programmes.analyze_enrolments() to socle_worker;

create function programmes.analyze_entitlements() returns void
language sql volatile security definer set search_path = ''
as $$ analyze programmes.entitlement $$;
comment on function programmes.analyze_entitlements() is 'Tells the planner what programmes.entitlement holds.';
revoke execute on function programmes.analyze_entitlements() from public;
grant execute on function programmes.analyze_entitlements() to socle_worker;
