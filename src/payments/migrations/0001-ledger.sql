-- The ledger: double entry, one book per budget line. A transfer moves one amount from one account to another, so that it
-- cannot be unbalanced; the routes say which kinds of account may follow each other; no account of a book may fall below
-- nothing. Together: budget >= committed >= sent >= confirmed, per line, purpose and provider, whoever writes.

comment on schema payments is 'Ledger, payee accounts, payment runs and instructions. Knows payees and purposes only.';

create function payments.actor() returns text
language sql stable
as $$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
  end
$$;
comment on function payments.actor() is 'Who acts in this transaction, as recorded beside each fact: staff:<id> or worker:<name>; null for nobody known.';

create function payments.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'payments.% is append-only: % refused. A correction is another fact.', tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation';
end
$$;
comment on function payments.refuse_change() is 'Trigger: refuses update, delete and truncate to everybody, the owner of the tables included.';

create procedure payments.append_only(variadic tables text[])
language plpgsql
as $$
declare
  name text;
begin
  foreach name in array tables loop
    execute format(
      'create trigger append_only before update or delete or truncate on payments.%I for each statement execute function payments.refuse_change()',
      name);
    execute format('grant select, insert on payments.%I to socle_app, socle_worker', name);
  end loop;
end
$$;
comment on procedure payments.append_only(text[]) is 'For migrations: rows of these tables are written once and read ever after.';
revoke execute on procedure payments.append_only(text[]) from public;

create procedure payments.staff_only(variadic tables text[])
language plpgsql
as $$
declare
  name text;
begin
  foreach name in array tables loop
    execute format('alter table payments.%I enable row level security', name);
    execute format('create policy staff on payments.%I to socle_app using (payments.actor() is not null)', name);
    execute format('create policy worker on payments.%I to socle_worker using (true)', name);
  end loop;
end
$$;
comment on procedure payments.staff_only(text[]) is 'For migrations: tables that belong to no territory are seen by staff and by no one else.';
revoke execute on procedure payments.staff_only(text[]) from public;

create table payments.budget_line (
  code text primary key check (code ~ '^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$'),
  funder text not null check (funder <> ''),
  label text not null check (label <> ''),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null default payments.actor()
);
comment on table payments.budget_line is 'A line of a budget: what one funder gives for one use, in one currency. Its amounts are in the ledger.';
comment on column payments.budget_line.code is 'Code of the line in the budget, given by the caller.';
comment on column payments.budget_line.funder is 'Who gives the money, as named in the budget.';
comment on column payments.budget_line.label is 'What the line is for.';
comment on column payments.budget_line.currency is 'ISO 4217 code; every amount of the line is in its minor units.';
comment on column payments.budget_line.opened_at is 'When it was recorded.';
comment on column payments.budget_line.opened_by is 'Who recorded it.';

create table payments.provider (
  code text primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,19}$'),
  name text not null check (name <> ''),
  kind text not null check (kind in ('bank', 'mobile', 'cash')),
  bic text check (bic ~ '^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$'),
  debtor_name text not null check (debtor_name <> ''),
  debtor_account text not null check (debtor_account ~ '^[A-Za-z0-9+][A-Za-z0-9+./-]{0,33}$'),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor()
);
comment on table payments.provider is 'Payment service providers: who carries the money to the payee.';
comment on column payments.provider.code is 'Short code, part of the group id of payment files.';
comment on column payments.provider.name is 'Name as written in payment files.';
comment on column payments.provider.kind is 'Kind of payee account it serves: bank, mobile (wallet) or cash (payment points).';
comment on column payments.provider.bic is 'ISO 9362 code, where it has one.';
comment on column payments.provider.debtor_name is 'Who pays, as written in payment files.';
comment on column payments.provider.debtor_account is 'Our account that the provider debits: an IBAN or its own number.';
comment on column payments.provider.recorded_at is 'When it was recorded.';
comment on column payments.provider.recorded_by is 'Who recorded it.';

create table payments.account (
  id integer generated always as identity primary key,
  kind text not null check (kind in ('funder', 'budget_line', 'commitment', 'provider', 'recipients', 'returned')),
  budget_line text not null references payments.budget_line,
  purpose text check (purpose <> ''),
  provider text references payments.provider,
  opened_at timestamptz not null default clock_timestamp(),
  check ((purpose is null) = (kind in ('funder', 'budget_line'))),
  check ((provider is not null) = (kind = 'provider')),
  unique nulls not distinct (budget_line, kind, purpose, provider),
  unique (id, kind)
);
comment on table payments.account is 'Accounts of the ledger. All accounts of a budget line form one book, in its currency.';
comment on column payments.account.id is 'Number of the account.';
comment on column payments.account.kind is 'funder: what was given. budget_line: free to commit. commitment: reserved by approved runs. provider: sent, not yet answered. recipients: confirmed in the hands of payees. returned: came back.';
comment on column payments.account.budget_line is 'The book.';
comment on column payments.account.purpose is 'What the money is for, as the caller names it (a programme); null above the commitment.';
comment on column payments.account.provider is 'Who carries it; provider accounts only.';
comment on column payments.account.opened_at is 'When it was opened.';

create table payments.account_balance (
  account integer primary key,
  kind text not null,
  debits bigint not null default 0 check (debits >= 0),
  credits bigint not null default 0 check (credits >= 0),
  foreign key (account, kind) references payments.account (id, kind),
  constraint no_account_below_nothing check (case kind when 'funder' then debits >= credits else credits >= debits end)
);
comment on table payments.account_balance is 'Running totals per account, kept by the trigger of payments.transfer alone. Its row is the lock of the account.';
comment on column payments.account_balance.account is 'The account.';
comment on column payments.account_balance.kind is 'Its kind, for the rule that it may not fall below nothing.';
comment on column payments.account_balance.debits is 'Sum of the transfers that debit it, minor units.';
comment on column payments.account_balance.credits is 'Sum of the transfers that credit it, minor units.';

create table payments.route (
  kind text primary key,
  debit_kind text not null,
  credit_kind text not null,
  says text not null
);
comment on table payments.route is 'The only ways money moves between kinds of account.';
comment on column payments.route.kind is 'Name of the movement.';
comment on column payments.route.debit_kind is 'Kind of the account debited: where the money leaves.';
comment on column payments.route.credit_kind is 'Kind of the account credited: where it arrives.';
comment on column payments.route.says is 'What it means.';

insert into payments.route (kind, debit_kind, credit_kind, says) values
  ('give', 'funder', 'budget_line', 'the funder gives, or adds to, the envelope'),
  ('withdraw', 'budget_line', 'funder', 'the funder takes back what is not committed'),
  ('commit', 'budget_line', 'commitment', 'an approved run reserves its amount'),
  ('release', 'commitment', 'budget_line', 'a run that will not leave gives back what it reserved'),
  ('send', 'commitment', 'provider', 'the instructions left for the provider'),
  ('confirm', 'provider', 'recipients', 'the provider says that payees have the money'),
  ('return', 'provider', 'returned', 'the provider could not pay and gives the money back'),
  ('reverse', 'recipients', 'returned', 'money confirmed earlier came back after all'),
  ('recommit', 'returned', 'commitment', 'returned money is reserved for another attempt'),
  ('restore', 'returned', 'budget_line', 'returned money is free again');

create table payments.transfer (
  id uuid primary key,
  kind text not null references payments.route,
  debit_account integer not null references payments.account,
  credit_account integer not null references payments.account,
  amount bigint not null check (amount > 0),
  reason text check (reason <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  check (debit_account <> credit_account)
);
create index transfer_debit on payments.transfer (debit_account, recorded_at) include (amount);
create index transfer_credit on payments.transfer (credit_account, recorded_at) include (amount);
comment on table payments.transfer is 'Movements of money, each debiting one account and crediting another. Nothing posted is edited; a correction is another transfer.';
comment on column payments.transfer.id is 'Made by the caller and kept for retries: the same id posts once.';
comment on column payments.transfer.kind is 'The route it takes.';
comment on column payments.transfer.debit_account is 'Where the money leaves.';
comment on column payments.transfer.credit_account is 'Where it arrives.';
comment on column payments.transfer.amount is 'Minor units of the budget line''s currency.';
comment on column payments.transfer.reason is 'Why, in words, where the route does not say it all.';
comment on column payments.transfer.recorded_at is 'When it was posted. Accounts are locked first, so that the times of one account follow the order of its balances.';
comment on column payments.transfer.recorded_by is 'Who posted it.';

create view payments.posting with (security_invoker = true) as
  select id as transfer, kind, debit_account as account, amount as debit, 0::bigint as credit, recorded_at from payments.transfer
  union all
  select id, kind, credit_account, 0, amount, recorded_at from payments.transfer;
comment on view payments.posting is 'The journal: each transfer as its two lines.';

-- Balances ----------------------------------------------------------------------------------------------------------------

create function payments.open_balance() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into payments.account_balance (account, kind) select id, kind from opened;
  return null;
end
$$;
comment on function payments.open_balance() is 'Trigger: a new account starts at nothing.';
create trigger open_balance after insert on payments.account
  referencing new table as opened for each statement execute function payments.open_balance();

create function payments.lock_accounts(accounts integer[]) returns table (account integer, debits bigint, credits bigint)
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  select b.account, b.debits, b.credits from payments.account_balance b
  where b.account = any (accounts) order by b.account for update
$$;
comment on function payments.lock_accounts(integer[]) is 'Locks the accounts until the end of the transaction, always in the same order, and answers their running totals.';

create function payments.post_transfers() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  wrong record;
begin
  select p.id, p.kind, d.kind as debit_kind, c.kind as credit_kind into wrong
  from posted p
    join payments.account d on d.id = p.debit_account
    join payments.account c on c.id = p.credit_account
    join payments.route r on r.kind = p.kind
  where d.kind <> r.debit_kind or c.kind <> r.credit_kind or d.budget_line <> c.budget_line or d.purpose <> c.purpose
  limit 1;
  if found then
    raise exception 'payments.transfer %: no route % from % to % between these accounts', wrong.id, wrong.kind, wrong.debit_kind, wrong.credit_kind
      using errcode = 'check_violation', constraint = 'transfer_route';
  end if;
  perform payments.lock_accounts(array(select debit_account from posted union select credit_account from posted));
  update payments.account_balance b set debits = b.debits + moved.debits, credits = b.credits + moved.credits
  from (
    select account, sum(debit)::bigint as debits, sum(credit)::bigint as credits
    from (
      select debit_account as account, amount as debit, 0::bigint as credit from posted
      union all
      select credit_account, 0, amount from posted
    ) as side
    group by account
  ) as moved
  where b.account = moved.account;
  return null;
end
$$;
comment on function payments.post_transfers() is 'Trigger: refuses a transfer off its route, then moves the running totals; their check refuses what is not there.';
create trigger post_transfers after insert on payments.transfer
  referencing new table as posted for each statement execute function payments.post_transfers();

create function payments.guard_balance() returns trigger
language plpgsql
as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') or pg_trigger_depth() < 2 then
    raise exception 'payments.account_balance follows payments.transfer: % refused', lower(tg_op)
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$$;
comment on function payments.guard_balance() is 'Trigger: running totals change only under the trigger of payments.transfer, for the owner too.';
create trigger guard_balance before insert or update or delete or truncate on payments.account_balance
  for each statement execute function payments.guard_balance();

create function payments.check_books() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  book record;
begin
  select a.budget_line, sum(b.debits) as debits, sum(b.credits) as credits into book
  from payments.account a join payments.account_balance b on b.account = a.id
  where a.budget_line = (select budget_line from payments.account where id = new.debit_account)
  group by a.budget_line;
  if book.debits <> book.credits then
    raise exception 'book % does not balance: debits %, credits %', book.budget_line, book.debits, book.credits
      using errcode = 'check_violation', constraint = 'debits_equal_credits';
  end if;
  return null;
end
$$;
comment on function payments.check_books() is 'Constraint trigger, at commit: in the book of each new transfer, debits equal credits.';
create constraint trigger debits_equal_credits after insert on payments.transfer
  deferrable initially deferred for each row execute function payments.check_books();

create view payments.ledger_fault with (security_invoker = true) as
  select a.id as account, b.debits, b.credits, coalesce(d.total, 0) as debits_posted, coalesce(c.total, 0) as credits_posted
  from payments.account a
    left join payments.account_balance b on b.account = a.id
    left join (select debit_account, sum(amount) as total from payments.transfer group by 1) d on d.debit_account = a.id
    left join (select credit_account, sum(amount) as total from payments.transfer group by 1) c on c.credit_account = a.id
  where b.debits is distinct from coalesce(d.total, 0) or b.credits is distinct from coalesce(c.total, 0);
comment on view payments.ledger_fault is 'Accounts whose running totals are not the sum of their transfers. Empty, or something is broken.';

call payments.append_only('budget_line', 'provider', 'account', 'route', 'transfer');
revoke insert on payments.route from socle_app, socle_worker;
call payments.staff_only('budget_line', 'provider', 'account', 'account_balance', 'transfer');
grant select on payments.account_balance, payments.posting, payments.ledger_fault to socle_app, socle_worker;
