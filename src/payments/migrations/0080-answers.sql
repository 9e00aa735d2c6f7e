-- What providers answer. A file is recorded once, by its hash; each of its lines is kept as it was read, with what it did; what it
-- could not do is an exception, closed by a person with a reason and never by a program. Batch work: the worker's role alone
-- reaches these tables.

create table payments.answer_file (
  id uuid primary key,
  provider text not null references payments.provider,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  format text not null check (format <> ''),
  message_id text not null,
  lines integer not null check (lines >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  unique (provider, sha256)
);
comment on table payments.answer_file is 'Answers of providers as files: the same bytes are taken once.';
comment on column payments.answer_file.id is 'Made by the caller.';
comment on column payments.answer_file.provider is 'Who answers.';
comment on column payments.answer_file.sha256 is 'SHA-256 of the file, hexadecimal.';
comment on column payments.answer_file.format is 'ISO 20022 message and version: camt.053.001.08.';
comment on column payments.answer_file.message_id is 'Id of the message, as the provider gave it.';
comment on column payments.answer_file.lines is 'Number of its lines.';
comment on column payments.answer_file.recorded_at is 'When it was taken.';
comment on column payments.answer_file.recorded_by is 'Who took it.';

create table payments.answer_line (
  file_id uuid not null references payments.answer_file,
  line integer not null check (line > 0),
  outcome text not null check (outcome in ('settled', 'returned', 'pending', 'other')),
  scope text not null check (scope in ('payment', 'batch', 'message')),
  end_to_end_id text not null,
  status text not null,
  reason text not null,
  amount bigint,
  currency text,
  day date,
  run_id uuid references payments.run,
  position integer,
  exception text check (exception in ('unknown', 'duplicate', 'wrong_amount', 'reversed', 'late', 'ambiguous')),
  primary key (file_id, line),
  check (position is null or run_id is not null)
);
create index answer_line_payment on payments.answer_line (run_id, position);
create index answer_line_exception on payments.answer_line (file_id, line) where exception is not null;
comment on table payments.answer_line is 'Lines of answers, each as it was read, with the payment it is of. Names and texts stay in the file.';
comment on column payments.answer_line.file_id is 'The file.';
comment on column payments.answer_line.line is 'Its place in the file, from 1.';
comment on column payments.answer_line.outcome is 'settled: the payee has the money. returned: not paid, or came back. pending: on its way. other: no payment of ours.';
comment on column payments.answer_line.scope is 'payment, or what it says of a whole batch or message.';
comment on column payments.answer_line.end_to_end_id is 'As written; empty where the provider gave none.';
comment on column payments.answer_line.status is 'As written: ACSC, RJCT, BOOK.';
comment on column payments.answer_line.reason is 'Code of the reason: AC04.';
comment on column payments.answer_line.amount is 'Minor units, where said.';
comment on column payments.answer_line.currency is 'Currency of the amount.';
comment on column payments.answer_line.day is 'Day booked, else day of the answer.';
comment on column payments.answer_line.run_id is 'The run it is of; null where nothing of ours is known by it.';
comment on column payments.answer_line.position is 'The instruction of the run; null for a batch.';
comment on column payments.answer_line.exception is 'Why somebody must look at it; null where nobody must.';

create table payments.instruction_outcome (
  run_id uuid not null,
  position integer not null,
  kind text not null check (kind in ('confirm', 'return', 'reverse')),
  file_id uuid not null,
  line integer not null,
  primary key (run_id, position, kind),
  foreign key (run_id, position) references payments.instruction,
  foreign key (file_id, line) references payments.answer_line
);
create unique index instruction_ends_once on payments.instruction_outcome (run_id, position) where kind in ('confirm', 'return');
create index instruction_outcome_file on payments.instruction_outcome (file_id, run_id);
comment on table payments.instruction_outcome is 'What became of an instruction: confirmed or returned, once; what was confirmed may be reversed, once.';
comment on column payments.instruction_outcome.run_id is 'The run.';
comment on column payments.instruction_outcome.position is 'The instruction.';
comment on column payments.instruction_outcome.kind is 'The route that its money takes in the ledger.';
comment on column payments.instruction_outcome.file_id is 'The answer that says so.';
comment on column payments.instruction_outcome.line is 'Its line.';

create table payments.answer_posting (
  file_id uuid not null references payments.answer_file,
  run_id uuid not null references payments.run,
  purpose text not null,
  kind text not null check (kind in ('confirm', 'return', 'reverse')),
  transfer uuid not null unique references payments.transfer,
  primary key (file_id, run_id, purpose, kind)
);
comment on table payments.answer_posting is 'Which transfers of the ledger are of which file of answers.';
comment on column payments.answer_posting.file_id is 'The file.';
comment on column payments.answer_posting.run_id is 'The run.';
comment on column payments.answer_posting.purpose is 'The purpose.';
comment on column payments.answer_posting.kind is 'Kind of the transfer.';
comment on column payments.answer_posting.transfer is 'The transfer.';

create table payments.exception_closing (
  file_id uuid not null,
  line integer not null,
  reason text not null check (reason ~ '\S'),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%'),
  primary key (file_id, line),
  foreign key (file_id, line) references payments.answer_line
);
comment on table payments.exception_closing is 'Exceptions that somebody has dealt with: who, when, and what was done. An exception without a row here is open.';
comment on column payments.exception_closing.file_id is 'The file.';
comment on column payments.exception_closing.line is 'Its line.';
comment on column payments.exception_closing.reason is 'What was done about it.';
comment on column payments.exception_closing.recorded_at is 'When.';
comment on column payments.exception_closing.recorded_by is 'The member of staff: a program closes nothing.';

create function payments.check_outcomes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from added a where a.kind = 'reverse' and not exists (
      select from payments.instruction_outcome o
      where (o.run_id, o.position, o.kind) = (a.run_id, a.position, 'confirm'))) then
    raise exception 'only what was confirmed is reversed'
      using errcode = 'integrity_constraint_violation', constraint = 'reversed_after_confirmed';
  end if;
  return null;
end
$$;
comment on function payments.check_outcomes() is 'Trigger: a reversal needs a confirmation.';
revoke execute on function payments.check_outcomes() from public;
create trigger reversed_after_confirmed after insert on payments.instruction_outcome referencing new table as added
  for each statement execute function payments.check_outcomes();

create function payments.check_answer_postings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from (
        select o.run_id, l.purpose, o.kind, sum(l.amount) as total
        from payments.instruction_outcome o join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
        where o.file_id = new.id group by 1, 2, 3) said
      full join (
        select p.run_id, p.purpose, p.kind, t.amount as total
        from payments.answer_posting p join payments.transfer t on t.id = p.transfer and t.kind = p.kind
        where p.file_id = new.id) posted using (run_id, purpose, kind)
    where said.total is distinct from posted.total) then
    raise exception 'answers %: the ledger does not say what its lines say', new.id
      using errcode = 'check_violation', constraint = 'answer_postings';
  end if;
  return null;
end
$$;
comment on function payments.check_answer_postings() is 'Constraint trigger, at commit: a file of answers is posted to the last unit, or not taken.';
revoke execute on function payments.check_answer_postings() from public;
create constraint trigger answer_postings after insert on payments.answer_file
  deferrable initially deferred for each row execute function payments.check_answer_postings();

select security.append_only('payments.answer_file');
select security.append_only('payments.answer_line');
select security.append_only('payments.instruction_outcome');
select security.append_only('payments.answer_posting');
select security.append_only('payments.exception_closing');
grant select, insert on payments.answer_file, payments.answer_line, payments.instruction_outcome, payments.answer_posting,
  payments.exception_closing to socle_worker;
alter table payments.answer_file enable row level security;
create policy worker on payments.answer_file to socle_worker using (true);
alter table payments.answer_line enable row level security;
create policy worker on payments.answer_line to socle_worker using (true);
alter table payments.instruction_outcome enable row level security;
create policy worker on payments.instruction_outcome to socle_worker using (true);
alter table payments.answer_posting enable row level security;
create policy worker on payments.answer_posting to socle_worker using (true);
alter table payments.exception_closing enable row level security;
create policy worker on payments.exception_closing to socle_worker using (true);
