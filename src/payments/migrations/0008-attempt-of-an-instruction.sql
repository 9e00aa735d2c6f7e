-- Whether an attempt is over is asked of the instruction, not of the whole run: today a run is cancelled as a whole, a
-- provider will return instructions one by one.

create function payments.attempt_is_over(run uuid, place integer) returns boolean
language sql stable
as $$ select place is not null and exists (select from payments.run_event e where e.run_id = run and e.state = 'cancelled') $$;
comment on function payments.attempt_is_over(uuid, integer) is 'Has this instruction come to nothing, so that its entitlements may be tried again? When its run was cancelled.';

create or replace function payments.refuse_second_payment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  twice uuid;
begin
  select a.entitlement_id into twice from added a
  where a.attempt > 1 and not exists (
    select from payments.run_line p
    where p.entitlement_id = a.entitlement_id and p.attempt = a.attempt - 1 and payments.attempt_is_over(p.run_id, p.position))
  limit 1;
  if found then
    raise exception 'entitlement %: the attempt before is not over', twice
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  return null;
end
$$;

drop function payments.attempt_is_over(uuid);
