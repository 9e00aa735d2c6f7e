-- What a run may never do, whoever writes: grow after its draft, pay twice, skip a step, differ from the ledger.

create function payments.refuse_after_draft() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from (select distinct run_id from added) a join payments.run_event e using (run_id)) then
    raise exception 'payments.%: the run is drafted, nothing is added to it', tg_table_name
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$$;
comment on function payments.refuse_after_draft() is 'Trigger: a drafted run is frozen.';
create trigger frozen after insert on payments.instruction referencing new table as added
  for each statement execute function payments.refuse_after_draft();
create trigger frozen after insert on payments.run_line referencing new table as added
  for each statement execute function payments.refuse_after_draft();
create trigger frozen after insert on payments.left_out referencing new table as added
  for each statement execute function payments.refuse_after_draft();
create trigger frozen after insert on payments.run_group referencing new table as added
  for each statement execute function payments.refuse_after_draft();
create trigger frozen after insert on payments.run_total referencing new table as added
  for each statement execute function payments.refuse_after_draft();

create function payments.refuse_second_payment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  twice uuid;
begin
  select a.entitlement_id into twice from added a
  where a.attempt > 1 and not exists (
    select from payments.run_line p
    where p.entitlement_id = a.entitlement_id and p.attempt = a.attempt - 1 and payments.attempt_is_over(p.run_id))
  limit 1;
  if found then
    raise exception 'entitlement %: the attempt before is not over', twice
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  return null;
end
$$;
comment on function payments.refuse_second_payment() is 'Trigger: another attempt to pay an entitlement needs the one before to be over.';
create trigger nobody_paid_twice after insert on payments.run_line referencing new table as added
  for each statement execute function payments.refuse_second_payment();

create function payments.check_draft(run uuid, told_instructions integer, told_amount bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  found_instructions integer;
  found_amount bigint;
begin
  select count(*), sum(amount) into found_instructions, found_amount from payments.instruction where run_id = run;
  if found_instructions is distinct from told_instructions or found_amount is distinct from told_amount then
    return 'instructions do not add up to the totals';
  end if;
  if exists (
    select from (select position, sum(amount) as total from payments.run_line where run_id = run group by position) l
      full join (select position, amount from payments.instruction where run_id = run) i using (position)
    where l.total is distinct from i.amount) then
    return 'instructions are not the sums of their lines';
  end if;
  if exists (
    select from payments.instruction i left join payments.payee_account a on a.id = i.account_id
    where i.run_id = run and (a.payee_id, a.provider) is distinct from (i.payee_id, i.provider)) then
    return 'an account is not its payee''s, or not at that provider';
  end if;
  if exists (
    select from (select provider, count(*) as n, sum(amount) as total from payments.instruction where run_id = run group by 1) i
      full join (select provider, instructions, amount from payments.run_group where run_id = run) g using (provider)
    where (i.n, i.total) is distinct from (g.instructions::bigint, g.amount::numeric)) then
    return 'groups are not the sums of their instructions';
  end if;
  if exists (
    select from (
        select i.provider, l.purpose, count(*) as n, sum(l.amount) as total
        from payments.run_line l join payments.instruction i on i.run_id = l.run_id and i.position = l.position
        where l.run_id = run group by 1, 2) l
      full join (select provider, purpose, lines, amount from payments.run_total where run_id = run) t using (provider, purpose)
    where (l.n, l.total) is distinct from (t.lines::bigint, t.amount::numeric)) then
    return 'totals by purpose are not the sums of their lines';
  end if;
  return null;
end
$$;
comment on function payments.check_draft(uuid, integer, bigint) is 'What is wrong with the content of a run; null when every sum, account and total agrees.';
revoke execute on function payments.check_draft(uuid, integer, bigint) from public;

create function payments.run_step() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  before text[];
  draft payments.run_event;
  fault text;
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.run ' || new.run_id, 0));
  select coalesce(array_agg(state), '{}') into before from payments.run_event where run_id = new.run_id;
  if not (case new.state
    when 'drafted' then before = '{}'
    when 'approved' then 'drafted' = any (before) and not 'cancelled' = any (before)
    when 'file_made' then 'approved' = any (before) and not 'cancelled' = any (before)
    when 'sent' then 'file_made' = any (before) and not 'cancelled' = any (before)
    -- Once a file exists it may have left: what comes back then is a return, not a cancellation.
    when 'cancelled' then 'drafted' = any (before) and not 'file_made' = any (before)
  end) then
    raise exception 'run %: no way from % to %', new.run_id, before, new.state
      using errcode = 'check_violation', constraint = 'run_step';
  end if;
  if new.state = 'drafted' then
    fault := payments.check_draft(new.run_id, new.instructions, new.amount);
  elsif new.state = 'approved' then
    select * into draft from payments.run_event where run_id = new.run_id and state = 'drafted';
    if new.recorded_by not like 'staff:%' or new.recorded_by = draft.recorded_by then
      fault := 'the checker is a member of staff other than the maker';
    elsif (new.instructions, new.amount, new.content_hash) is distinct from (draft.instructions, draft.amount, draft.content_hash) then
      fault := 'what is approved is what was drafted';
    end if;
  elsif new.state = 'file_made' and not exists (select from payments.run_file where run_id = new.run_id) then
    fault := 'the file is recorded first';
  end if;
  if fault is not null then
    raise exception 'run %: %', new.run_id, fault using errcode = 'check_violation', constraint = 'run_step';
  end if;
  return new;
end
$$;
comment on function payments.run_step() is 'Trigger: the only steps of a run, and what each needs. One transaction at a time moves a run.';
create trigger run_step before insert on payments.run_event for each row execute function payments.run_step();

create function payments.check_run_is_drafted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from payments.run_event where run_id = new.id and state = 'drafted') then
    raise exception 'run % was begun but not drafted', new.id using errcode = 'check_violation', constraint = 'run_is_drafted';
  end if;
  return null;
end
$$;
comment on function payments.check_run_is_drafted() is 'Constraint trigger, at commit: a run is written whole or not at all.';
create constraint trigger run_is_drafted after insert on payments.run
  deferrable initially deferred for each row execute function payments.check_run_is_drafted();

create function payments.check_run_postings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  needed text := case new.state
    when 'approved' then 'commit'
    when 'sent' then 'send'
    when 'cancelled' then
      case when exists (select from payments.run_event where run_id = new.run_id and state = 'approved') then 'release' end
  end;
begin
  if needed is not null and exists (
    select from payments.run_total t
      join payments.run r on r.id = t.run_id
      left join payments.run_posting p on (p.run_id, p.provider, p.purpose) = (t.run_id, t.provider, t.purpose) and p.kind = needed
      left join payments.transfer x on x.id = p.transfer and x.kind = needed and x.amount = t.amount
      left join payments.account d on d.id = x.debit_account and d.budget_line = r.budget_line
      left join payments.account c on c.id = x.credit_account
    where t.run_id = new.run_id
      and (coalesce(c.purpose, d.purpose) is distinct from t.purpose or (needed = 'send' and c.provider is distinct from t.provider))) then
    raise exception 'run %: % without its postings', new.run_id, new.state
      using errcode = 'check_violation', constraint = 'run_postings';
  end if;
  return null;
end
$$;
comment on function payments.check_run_postings() is 'Constraint trigger, at commit: a run is approved, sent or cancelled together with its postings, to the last unit.';
create constraint trigger run_postings after insert on payments.run_event
  deferrable initially deferred for each row execute function payments.check_run_postings();
