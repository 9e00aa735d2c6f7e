-- A payee whose account changes is told: whoever writes it, the change is noted in the same transaction, and told once, after it.

create table payments.account_change (
  account_id uuid primary key references payments.payee_account,
  previous_id uuid not null references payments.payee_account,
  recorded_at timestamptz not null default clock_timestamp()
);
create index account_change_previous on payments.account_change (previous_id);
comment on table payments.account_change is 'Accounts recorded for payees who had another: what their payees are to be told.';
comment on column payments.account_change.account_id is 'The account recorded.';
comment on column payments.account_change.previous_id is 'The one recorded before it for the same payee.';
comment on column payments.account_change.recorded_at is 'When.';

create table payments.account_notice (
  account_id uuid primary key references payments.account_change,
  told boolean not null,
  recorded_at timestamptz not null default clock_timestamp()
);
comment on table payments.account_notice is 'Changes of accounts that were dealt with, in the transaction that queues the messages.';
comment on column payments.account_notice.account_id is 'The account recorded.';
comment on column payments.account_notice.told is 'False where it is the same account recorded again: nothing changed.';
comment on column payments.account_notice.recorded_at is 'When.';

create function payments.note_account_changes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into payments.account_change (account_id, previous_id)
  select a.id, p.id
  from added a cross join lateral (
    select o.id from payments.payee_account o
    where o.payee_id = a.payee_id and (o.recorded_at, o.id) < (a.recorded_at, a.id)
    order by o.recorded_at desc, o.id desc limit 1) p;
  return null;
end
$$;
comment on function payments.note_account_changes() is 'Trigger: an account recorded for a payee who had another is a change to be told.';
revoke execute on function payments.note_account_changes() from public;
create trigger noted after insert on payments.payee_account referencing new table as added
  for each statement execute function payments.note_account_changes();

select security.append_only('payments.account_change');
select security.append_only('payments.account_notice');
grant select on payments.account_change, payments.account_notice to socle_worker;
grant insert (account_id, told) on payments.account_notice to socle_worker;
alter table payments.account_change enable row level security;
create policy worker on payments.account_change to socle_worker using (true);
alter table payments.account_notice enable row level security;
create policy worker on payments.account_notice to socle_worker using (true);
