-- What happens when the time to keep payments and accounts ends. Amounts, periods, providers and totals stay for ever, as the
-- accounts need; names and numbers go. What was approved under a hash stays verifiable: of each block of instructions that lost
-- its names, the hash that it had is kept, beside the hash of what stays of it.

create table payments.anonymised_block (
  run_id uuid not null,
  block integer not null check (block >= 0),
  before bytea not null check (octet_length(before) = 32),
  after bytea not null check (octet_length(after) = 32),
  anonymised_at timestamptz not null default clock_timestamp(),
  primary key (run_id, block)
);
comment on table payments.anonymised_block is 'Blocks of 10,000 instructions whose names were removed, their time being over. Append-only.';
comment on column payments.anonymised_block.run_id is 'The run.';
comment on column payments.anonymised_block.block is 'Position of the block, from 0.';
comment on column payments.anonymised_block.before is 'SHA-256 that the block had: part of the hash under which the run was approved.';
comment on column payments.anonymised_block.after is 'SHA-256 of what stays of it: what is altered afterwards is found all the same.';
comment on column payments.anonymised_block.anonymised_at is 'When.';
select security.append_only('payments.anonymised_block');
alter table payments.anonymised_block enable row level security;
create policy worker on payments.anonymised_block to socle_worker using (true);
grant select on payments.anonymised_block to socle_worker;

create function payments.instruction_blocks(run uuid) returns table (block integer, hash bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select position / 10000, sha256(convert_to(string_agg(concat_ws(E'\x1f',
    position, payee_id, payee_name, territory, account_id, provider, amount), E'\n' order by position), 'UTF8'))
  from payments.instruction where run_id = run group by position / 10000
$$;
comment on function payments.instruction_blocks(uuid) is 'SHA-256 of each block of 10,000 instructions of a run.';
revoke execute on function payments.instruction_blocks(uuid) from public;

create or replace function payments.run_hash(run uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(string_agg(part, ''::bytea order by number, block)), 'hex')
  from (
    select 1 as number, now.block, case when now.hash = gone.after then gone.before else now.hash end as part
    from payments.instruction_blocks(run) now
      left join payments.anonymised_block gone on gone.run_id = run and gone.block = now.block
    union all
    select 2, position / 10000, sha256(convert_to(string_agg(concat_ws(E'\x1f',
      position, entitlement_id, attempt, territory, purpose, period, amount), E'\n' order by position, entitlement_id), 'UTF8'))
    from payments.run_line where run_id = run group by position / 10000
  ) as parts
$$;

create function payments.anonymise_run(run uuid) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  had jsonb;
  done integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.run ' || run, 0));
  if exists (select from payments.anonymised_block b where b.run_id = run) then
    return 0;
  end if;
  had := (select coalesce(jsonb_object_agg(block, encode(hash, 'hex')), '{}') from payments.instruction_blocks(run));
  perform security.open_rewriting('payments.instruction');
  update payments.instruction set payee_name = 'ANONYMISED' where run_id = run;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  insert into payments.anonymised_block (run_id, block, before, after)
  select run, now.block, decode(had ->> now.block::text, 'hex'), now.hash from payments.instruction_blocks(run) now;
  return done;
end
$$;
comment on function payments.anonymise_run(uuid) is 'Reviewed rewriting: the names leave the instructions of a run. Answers how many.';

create function payments.erase_numbers(accounts uuid[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  done integer;
begin
  perform security.open_rewriting('payments.payee_account');
  update payments.payee_account a
  set number = null, number_sealed = null, number_index = null, number_erased_at = clock_timestamp(),
    number_end = coalesce(number_end, right(number, 4))
  where a.id = any (accounts) and num_nonnulls(a.number, a.number_sealed) = 1;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$$;
comment on function payments.erase_numbers(uuid[]) is 'Reviewed rewriting: numbers of accounts whose time has ended. Their last four characters stay, for the record of the audit.';
revoke execute on function payments.anonymise_run(uuid), payments.erase_numbers(uuid[]) from public;
grant execute on function payments.anonymise_run(uuid), payments.erase_numbers(uuid[]) to socle_worker;
alter table payments.payee_account
  drop constraint payee_account_number_sealed,
  add constraint payee_account_number_sealed check (
    (number_index is null) = (number_sealed is null)
    and (number_end is null) = (number_sealed is null and number_erased_at is null));

create view payments.published_payee_activity with (security_invoker = true) as
select i.payee_id, r.recorded_at as at from payments.instruction i join payments.run r on r.id = i.run_id;
comment on view payments.published_payee_activity is 'When a payee was paid.';
comment on column payments.published_payee_activity.payee_id is 'Payee.';
comment on column payments.published_payee_activity.at is 'When the run was prepared.';
create view payments.published_numbered_account with (security_invoker = true) as
select id, payee_id, recorded_at from payments.payee_account where num_nonnulls(number, number_sealed) = 1;
comment on view payments.published_numbered_account is 'Accounts whose number is kept.';
comment on column payments.published_numbered_account.id is 'Account.';
comment on column payments.published_numbered_account.payee_id is 'Payee.';
comment on column payments.published_numbered_account.recorded_at is 'When it was recorded.';
create view payments.published_named_run with (security_invoker = true) as
select r.id, r.recorded_at, r.reference,
  (select max(e.recorded_at) from payments.run_event e where e.run_id = r.id and e.state in ('sent', 'cancelled')) as ended_at
from payments.run r
where not exists (select from payments.anonymised_block b where b.run_id = r.id);
comment on view payments.published_named_run is 'Runs whose instructions still name payees.';
comment on column payments.published_named_run.id is 'Run.';
comment on column payments.published_named_run.recorded_at is 'When it was prepared.';
comment on column payments.published_named_run.reference is 'Its reference.';
comment on column payments.published_named_run.ended_at is 'When it was sent or cancelled; null while it is under way.';
grant select on payments.published_payee_activity, payments.published_numbered_account, payments.published_named_run to socle_worker;
