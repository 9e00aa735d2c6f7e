-- Files closed to who is too close to the payee, and open alone in an emergency (src/security/conflicts). Instructions and
-- lines of a run are read as a whole, and stay: whoever is close to one of their payees does not approve it.
select security.protect_file('payments.payee_account', 'payee_id');

create policy file on payments.instruction as restrictive to socle_app using ((select security.only_files()) is null
  or payee_id = any ((select security.only_files())::uuid[]));
create policy file on payments.left_out as restrictive to socle_app using ((select security.only_files()) is null
  or payee_id = any ((select security.only_files())::uuid[]));
select security.protect_in_emergency('payments.run_line');

create function payments.check_approver_is_far() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from payments.instruction i
    where i.run_id = new.run_id
      and i.payee_id = any (security.files_closed_to(substr(new.recorded_by, length('staff:') + 1)::uuid))) then
    raise exception 'run %: the checker is close to somebody who is paid', new.run_id
      using errcode = 'check_violation', constraint = 'checker_is_far';
  end if;
  return null;
end
$$;
comment on function payments.check_approver_is_far() is 'Trigger: who is close to a payee of the run does not approve it.';
create trigger checker_is_far after insert on payments.run_event
  for each row when (new.state = 'approved' and new.recorded_by ~ '^staff:[0-9a-f-]{36}$') execute function payments.check_approver_is_far();

create function payments.close_payees(run uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer from payments.instruction i where i.run_id = run and i.payee_id = any (security.closed_files())
$$;
comment on function payments.close_payees(uuid) is 'How many payees of a run are too close to the actor.';
revoke execute on function payments.close_payees(uuid) from public;
grant execute on function payments.close_payees(uuid) to socle_app, socle_worker;
