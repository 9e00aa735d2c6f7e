-- A payment that came back may be tried again, once it is certain that it came back. Certain: its run was cancelled; or its carrier
-- returned it and nothing says since that it was paid after all. What says so is an exception of the class ambiguous.

create index instruction_came_back on payments.instruction_outcome (run_id, position) where kind in ('return', 'reverse');
create index run_line_again on payments.run_line (run_id) where attempt > 1;

create table payments.entitlement_decision (
  entitlement_id uuid not null,
  attempt smallint not null check (attempt >= 0),
  decision text not null check (decision in ('pay', 'stop')),
  reason text not null check (reason ~ '\S' and char_length(reason) <= 1000),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%'),
  primary key (entitlement_id, attempt, decision)
);
comment on table payments.entitlement_decision is 'What a person decided about an entitlement that waits: pay it or stop it. The later of the two stands, and no longer than the attempt it was decided after.';
comment on column payments.entitlement_decision.entitlement_id is 'What waits.';
comment on column payments.entitlement_decision.attempt is 'The last attempt to pay it when this was decided; 0 where there was none.';
comment on column payments.entitlement_decision.decision is 'pay or stop.';
comment on column payments.entitlement_decision.reason is 'Why.';
comment on column payments.entitlement_decision.recorded_at is 'When.';
comment on column payments.entitlement_decision.recorded_by is 'The member of staff: a program decides nothing here.';
select security.append_only('payments.entitlement_decision');
grant select on payments.entitlement_decision to socle_worker;
grant insert (entitlement_id, attempt, decision, reason) on payments.entitlement_decision to socle_worker;
alter table payments.entitlement_decision enable row level security;
create policy worker on payments.entitlement_decision to socle_worker using (true);

create table payments.provider_reason (
  provider text not null references payments.provider,
  code text not null check (code ~ '\S' and char_length(code) <= 35),
  iso text not null check (iso ~ '^[A-Z0-9]{4}$'),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  primary key (provider, code)
);
comment on table payments.provider_reason is 'What a provider''s own reason codes mean, as the ISO 20022 external code that says the same.';
comment on column payments.provider_reason.provider is 'The provider.';
comment on column payments.provider_reason.code is 'Its code, as its answers write it.';
comment on column payments.provider_reason.iso is 'The external code of ISO 20022.';
comment on column payments.provider_reason.recorded_at is 'When it was said.';
comment on column payments.provider_reason.recorded_by is 'By whom.';
select security.append_only('payments.provider_reason');
grant select on payments.provider_reason to socle_worker;
grant insert (provider, code, iso) on payments.provider_reason to socle_worker;
alter table payments.provider_reason enable row level security;
create policy worker on payments.provider_reason to socle_worker using (true);

create function payments.attempt_is_over(run uuid, place integer, entitlement uuid) returns boolean
language sql stable
as $$
  select place is not null and (
    exists (select from payments.run_event e where e.run_id = run and e.state = 'cancelled')
    or (exists (
        select from payments.instruction_outcome o where o.run_id = run and o.position = place and o.kind in ('return', 'reverse'))
      and not exists (
        select from payments.answer_line a join payments.answer_file f on f.id = a.file_id
        where a.run_id = run and a.position = place and a.exception = 'ambiguous'
          and not exists (
            select from payments.entitlement_decision d
              join payments.run_line l on l.entitlement_id = d.entitlement_id and l.attempt = d.attempt
            where d.entitlement_id = entitlement and l.run_id = run and l.position = place
              and d.decision = 'pay' and d.recorded_at > f.recorded_at))))
$$;
comment on function payments.attempt_is_over(uuid, integer, uuid) is 'Has the attempt to pay this entitlement by this instruction come to nothing for certain? Its run was cancelled; or it was returned, and nothing says that it was paid after all, unless a person answers for it. For who reads answers.';

create function payments.told_is_over(run uuid, place integer, entitlement uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select payments.attempt_is_over(run, place, entitlement) $$;
comment on function payments.told_is_over(uuid, integer, uuid) is 'Reviewed: the same for pages, which do not read answers. Says yes or no of an instruction that the caller names.';
revoke execute on function payments.told_is_over(uuid, integer, uuid) from public;
grant execute on function payments.told_is_over(uuid, integer, uuid) to socle_app, socle_worker;

create or replace function payments.refuse_second_payment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  twice uuid;
begin
  select a.entitlement_id into twice from added a
  where a.attempt > 1 and not exists (
    select from payments.run_line p
    where p.entitlement_id = a.entitlement_id and p.attempt = a.attempt - 1
      and payments.attempt_is_over(p.run_id, p.position, p.entitlement_id))
  limit 1;
  if found then
    raise exception 'entitlement %: the attempt before is not over', twice
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  return null;
end
$$;
drop function payments.attempt_is_over(uuid, integer);

create function payments.paid_after_all(run uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer
  from payments.run_line l join payments.run_line p on p.entitlement_id = l.entitlement_id and p.attempt = l.attempt - 1
  where l.run_id = run and l.attempt > 1 and not payments.attempt_is_over(p.run_id, p.position, p.entitlement_id)
$$;
comment on function payments.paid_after_all(uuid) is 'How many lines of a run pay what an earlier attempt may have paid after all: answers came in since it was drafted.';
revoke execute on function payments.paid_after_all(uuid) from public;
grant execute on function payments.paid_after_all(uuid) to socle_app, socle_worker;

-- What came back goes back to its budget line when a later run that pays it again is approved, once for each return.
create table payments.run_restore (
  run_id uuid not null references payments.run,
  budget_line text not null references payments.budget_line,
  purpose text not null,
  transfer uuid not null unique references payments.transfer,
  primary key (run_id, budget_line, purpose)
);
comment on table payments.run_restore is 'Money that had come back and that a run pays again: what its approval put back on the budget line that had paid.';
comment on column payments.run_restore.run_id is 'The run that pays again.';
comment on column payments.run_restore.budget_line is 'The line that had paid.';
comment on column payments.run_restore.purpose is 'What for.';
comment on column payments.run_restore.transfer is 'The transfer, from returned to the budget line.';
select security.append_only('payments.run_restore');
grant select, insert on payments.run_restore to socle_app, socle_worker;
call payments.staff_only('run_restore');

create function payments.came_back(run uuid) returns table (budget_line text, purpose text, amount bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select r.budget_line, p.purpose, sum(p.amount)::bigint
  from payments.run_line l
    join payments.run_line p on p.entitlement_id = l.entitlement_id and p.attempt < l.attempt
    join payments.run r on r.id = p.run_id
  where l.run_id = run and l.attempt > 1
    and exists (
      select from payments.instruction_outcome o
      where o.run_id = p.run_id and o.position = p.position and o.kind in ('return', 'reverse'))
    -- An approval in between has put it back already.
    and not exists (
      select from payments.run_line q join payments.run_event e on e.run_id = q.run_id and e.state = 'approved'
      where q.entitlement_id = l.entitlement_id and q.attempt > p.attempt and q.attempt < l.attempt)
  group by 1, 2
$$;
comment on function payments.came_back(uuid) is 'What the lines of a run had been paid before and came back, and no approval has put back yet: sums by budget line and purpose.';
revoke execute on function payments.came_back(uuid) from public;
grant execute on function payments.came_back(uuid) to socle_app, socle_worker;

create function payments.check_paid_again() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if payments.paid_after_all(new.run_id) > 0 then
    raise exception 'run %: it pays what was paid after all', new.run_id
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  if new.state = 'approved' and exists (
    select from payments.came_back(new.run_id) b
      full join (
        select x.budget_line, x.purpose, t.amount from payments.run_restore x
          join payments.transfer t on t.id = x.transfer and t.kind = 'restore'
          join payments.account d on d.id = t.debit_account and d.budget_line = x.budget_line and d.purpose = x.purpose
        where x.run_id = new.run_id) put using (budget_line, purpose)
    where b.amount is distinct from put.amount) then
    raise exception 'run %: what came back is not put back', new.run_id
      using errcode = 'check_violation', constraint = 'run_restored';
  end if;
  return null;
end
$$;
comment on function payments.check_paid_again() is 'Constraint trigger, at commit: a run that pays again puts back what had come back, to the last unit, and leaves only while nothing says that it was paid after all.';
revoke execute on function payments.check_paid_again() from public;
create constraint trigger paid_again after insert on payments.run_event
  deferrable initially deferred for each row when (new.state in ('approved', 'file_made'))
  execute function payments.check_paid_again();

create function payments.check_restore() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if (tg_when = 'BEFORE') = exists (
    select from payments.run_event e where e.run_id = new.run_id and e.state = 'approved') then
    raise exception 'run %: what came back is put back when it is approved', new.run_id
      using errcode = 'check_violation', constraint = 'run_restored';
  end if;
  return new;
end
$$;
comment on function payments.check_restore() is 'Triggers, at once and at commit: money is put back by the transaction that approves.';
revoke execute on function payments.check_restore() from public;
create trigger not_yet_approved before insert on payments.run_restore for each row execute function payments.check_restore();
create constraint trigger run_restored after insert on payments.run_restore
  deferrable initially deferred for each row execute function payments.check_restore();

-- Who waits, and why: also what came back, and who has nobody to receive.
alter table payments.run_staging alter column payee_id drop not null, alter column payee_name drop not null;
alter table payments.left_out
  alter column payee_id drop not null,
  add column code text,
  drop constraint left_out_reason_check,
  add constraint left_out_reason_check check (reason in (
    'amount_not_positive', 'no_account', 'account_closed', 'name_cannot_be_written', 'no_recipient', 'payee_dead', 'same_person',
    'account_shared', 'account_just_changed', 'amount_unusual', 'sanctions', 'decided_stop', 'returned_fix', 'returned_retries',
    'returned_stop', 'returned_look', 'returned_doubt')),
  add constraint left_out_payee check ((payee_id is null) = (reason = 'no_recipient'));
comment on column payments.left_out.payee_id is 'Who waits; null where nobody is there to receive.';
comment on column payments.left_out.code is 'Reason code of the carrier, for what came back.';
comment on column payments.left_out.reason is 'Why: what is missing, what a check found, or why what came back is not sent again by itself.';
comment on column payments.run_staging.payee_id is 'Who receives; null where nobody is there to.';
comment on column payments.run_staging.payee_name is 'Name in Latin letters; null with the payee.';
create index left_out_entitlement on payments.left_out (entitlement_id);
grant insert (code) on payments.left_out to socle_worker;

create view payments.published_came_back with (security_invoker = true) as
select l.entitlement_id, l.purpose
from payments.instruction_outcome o join payments.run_line l on l.run_id = o.run_id and l.position = o.position
where o.kind in ('return', 'reverse')
  and not exists (select from payments.run_line n where n.entitlement_id = l.entitlement_id and n.attempt > l.attempt);
comment on view payments.published_came_back is 'Entitlements whose last payment came back, for the module that says what is owed: they join its next run.';
comment on column payments.published_came_back.entitlement_id is 'What is owed.';
comment on column payments.published_came_back.purpose is 'What for.';
grant select on payments.published_came_back to socle_worker;
