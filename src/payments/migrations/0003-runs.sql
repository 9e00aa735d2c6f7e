-- Payment runs. A run is written whole (lines, instructions, totals) in the transaction that drafts it, then frozen; what
-- happens to it afterwards is a fact in run_event. Tables with a row per payee carry no foreign keys: their content is
-- checked once, as a set, when the run is drafted, and cannot change after.

create table payments.run (
  id uuid primary key,
  reference text not null unique check (reference ~ '^[0-9A-Z]{10}$'),
  budget_line text not null references payments.budget_line,
  label text not null check (label ~ '[A-Za-z0-9]' and char_length(label) <= 100),
  period text not null check (period <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor()
);
comment on table payments.run is 'A payment run: what one budget line pays for one period, prepared, approved and sent as a whole.';
comment on column payments.run.id is 'UUIDv7, made by the caller: preparing again with the same id answers the same run.';
comment on column payments.run.reference is 'Ten characters drawn from the id: message id of the file, beginning of every end-to-end id.';
comment on column payments.run.budget_line is 'The line that pays.';
comment on column payments.run.label is 'What payees read beside the amount, before the period.';
comment on column payments.run.period is 'The period it pays, as the caller names it: 2026-12.';
comment on column payments.run.recorded_at is 'When it was prepared.';
comment on column payments.run.recorded_by is 'Who prepared it: the maker.';

create table payments.instruction (
  run_id uuid not null,
  position integer not null check (position > 0),
  payee_id uuid not null,
  payee_name text not null check (payee_name <> '' and payee_name !~ '[[:cntrl:]]'),
  territory text collate "C" not null,
  account_id uuid not null,
  provider text not null,
  amount bigint not null check (amount > 0),
  primary key (run_id, position)
);
create index instruction_payee on payments.instruction (payee_id);
comment on table payments.instruction is 'One order to pay one payee: a transaction of the payment file.';
comment on column payments.instruction.run_id is 'The run.';
comment on column payments.instruction.position is 'Its place in the run, by provider, territory and payee; with the run''s reference it is the end-to-end id.';
comment on column payments.instruction.payee_id is 'Who receives.';
comment on column payments.instruction.payee_name is 'Name as given when the run was prepared.';
comment on column payments.instruction.territory is 'Where the payee lives: who may see it.';
comment on column payments.instruction.account_id is 'The account used, as recorded at that time.';
comment on column payments.instruction.provider is 'Who carries the money.';
comment on column payments.instruction.amount is 'Sum of its lines, minor units.';

create table payments.run_line (
  entitlement_id uuid not null,
  attempt smallint not null check (attempt > 0),
  run_id uuid not null,
  position integer not null,
  territory text collate "C" not null,
  purpose text not null check (purpose <> ''),
  period text not null check (period <> ''),
  amount bigint not null check (amount > 0),
  primary key (entitlement_id, attempt)
);
create index run_line_position on payments.run_line (run_id, position);
comment on table payments.run_line is 'What an instruction pays for: one entitlement. Its key is the promise that nobody is paid twice: another attempt exists only after the one before is over.';
comment on column payments.run_line.entitlement_id is 'What is owed, as its owner names it.';
comment on column payments.run_line.attempt is '1, then one more each time the attempt before came to nothing.';
comment on column payments.run_line.run_id is 'The run.';
comment on column payments.run_line.position is 'The instruction of the run that pays it.';
comment on column payments.run_line.territory is 'Who may see it.';
comment on column payments.run_line.purpose is 'What it is for, as the caller names it (a programme).';
comment on column payments.run_line.period is 'The period it is owed for.';
comment on column payments.run_line.amount is 'Minor units of the budget line''s currency.';

create table payments.left_out (
  run_id uuid not null,
  entitlement_id uuid not null,
  payee_id uuid not null,
  territory text collate "C" not null,
  purpose text not null,
  period text not null,
  amount bigint not null,
  reason text not null check (reason in ('amount_not_positive', 'no_account', 'account_closed', 'name_cannot_be_written')),
  primary key (run_id, entitlement_id)
);
create index left_out_territory on payments.left_out (territory);
comment on table payments.left_out is 'Entitlements offered to a run that could not be paid by it, with the reason: the work list of who waits.';
comment on column payments.left_out.run_id is 'The run that left it out.';
comment on column payments.left_out.entitlement_id is 'What is owed.';
comment on column payments.left_out.payee_id is 'Who waits.';
comment on column payments.left_out.territory is 'Who may see it.';
comment on column payments.left_out.purpose is 'What it is for.';
comment on column payments.left_out.period is 'The period it is owed for.';
comment on column payments.left_out.amount is 'Minor units.';
comment on column payments.left_out.reason is 'Why: no account in force, account closed, name without a Latin letter, amount not positive.';

create table payments.run_group (
  run_id uuid not null references payments.run,
  provider text not null references payments.provider,
  instructions integer not null check (instructions > 0),
  amount bigint not null check (amount > 0),
  primary key (run_id, provider)
);
comment on table payments.run_group is 'What one provider carries for a run: a PmtInf of the file.';
comment on column payments.run_group.run_id is 'The run.';
comment on column payments.run_group.provider is 'The provider.';
comment on column payments.run_group.instructions is 'Number of its instructions.';
comment on column payments.run_group.amount is 'Their sum, minor units.';

create table payments.run_total (
  run_id uuid not null,
  provider text not null,
  purpose text not null,
  lines integer not null check (lines > 0),
  amount bigint not null check (amount > 0),
  primary key (run_id, provider, purpose),
  foreign key (run_id, provider) references payments.run_group
);
comment on table payments.run_total is 'What a run pays by provider and purpose: the grain of its postings. From a posting through here to each line and payee.';
comment on column payments.run_total.run_id is 'The run.';
comment on column payments.run_total.provider is 'The provider.';
comment on column payments.run_total.purpose is 'The purpose.';
comment on column payments.run_total.lines is 'Number of lines.';
comment on column payments.run_total.amount is 'Their sum, minor units; equals each of its postings.';

create table payments.run_posting (
  run_id uuid not null,
  provider text not null,
  purpose text not null,
  kind text not null check (kind in ('commit', 'release', 'send')),
  transfer uuid not null unique references payments.transfer,
  primary key (run_id, provider, purpose, kind),
  foreign key (run_id, provider, purpose) references payments.run_total
);
comment on table payments.run_posting is 'Which transfers of the ledger are of which run. One of each kind per total.';
comment on column payments.run_posting.run_id is 'The run.';
comment on column payments.run_posting.provider is 'The provider.';
comment on column payments.run_posting.purpose is 'The purpose.';
comment on column payments.run_posting.kind is 'Kind of the transfer.';
comment on column payments.run_posting.transfer is 'The transfer.';

create table payments.run_file (
  run_id uuid primary key references payments.run,
  format text not null check (format in ('pain.001.001.03', 'pain.001.001.12')),
  created_at text not null,
  execution_date date not null,
  bytes bigint not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on table payments.run_file is 'The one payment file of a run: enough to write the same bytes again, and to know them.';
comment on column payments.run_file.run_id is 'The run.';
comment on column payments.run_file.format is 'ISO 20022 message and version.';
comment on column payments.run_file.created_at is 'Creation time written in the file.';
comment on column payments.run_file.execution_date is 'Day on which providers are asked to pay.';
comment on column payments.run_file.bytes is 'Length of the file.';
comment on column payments.run_file.sha256 is 'SHA-256 of the file, hexadecimal.';

create table payments.run_event (
  run_id uuid not null references payments.run,
  state text not null check (state in ('drafted', 'approved', 'file_made', 'sent', 'cancelled')),
  instructions integer,
  amount bigint,
  content_hash text check (content_hash ~ '^[0-9a-f]{64}$'),
  reason text check (reason <> ''),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  recorded_name text not null default current_setting('socle.actor_name', true),
  primary key (run_id, state),
  check (num_nonnulls(instructions, amount, content_hash) = case when state in ('drafted', 'approved') then 3 else 0 end),
  check ((reason is not null) = (state = 'cancelled'))
);
comment on table payments.run_event is 'What happened to a run; its state is a fold over these. Each happens at most once.';
comment on column payments.run_event.run_id is 'The run.';
comment on column payments.run_event.state is 'What it became.';
comment on column payments.run_event.instructions is 'When drafted and approved: number of instructions.';
comment on column payments.run_event.amount is 'When drafted and approved: their sum, minor units.';
comment on column payments.run_event.content_hash is 'When drafted and approved: payments.run_hash, hexadecimal.';
comment on column payments.run_event.reason is 'When cancelled: why.';
comment on column payments.run_event.recorded_at is 'When.';
comment on column payments.run_event.recorded_by is 'Who.';
comment on column payments.run_event.recorded_name is 'Name of who, as it was then.';

create unlogged table payments.run_staging (
  run_id uuid not null,
  entitlement_id uuid not null,
  payee_id uuid not null,
  payee_name text not null,
  territory text collate "C" not null,
  purpose text not null,
  period text not null,
  amount bigint not null,
  primary key (run_id, entitlement_id)
);
comment on table payments.run_staging is 'Lines on their way into a run, inside the transaction that drafts it. The worker''s role alone reaches it.';
comment on column payments.run_staging.run_id is 'The run being drafted.';
comment on column payments.run_staging.entitlement_id is 'What is owed.';
comment on column payments.run_staging.payee_id is 'Who receives.';
comment on column payments.run_staging.payee_name is 'Name in Latin letters.';
comment on column payments.run_staging.territory is 'Where the payee lives.';
comment on column payments.run_staging.purpose is 'What it is for.';
comment on column payments.run_staging.period is 'The period it is owed for.';
comment on column payments.run_staging.amount is 'Minor units.';
grant select, insert, delete on payments.run_staging to socle_worker;

create function payments.end_to_end_id(reference text, place integer) returns text
language sql immutable parallel safe
as $$ select reference || '-' || lpad(place::text, 8, '0') $$;
comment on function payments.end_to_end_id(text, integer) is 'The id by which providers answer about an instruction: 19 characters, stable.';

create function payments.run_hash(run uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(string_agg(part, ''::bytea order by number, block)), 'hex')
  from (
    select 1 as number, position / 10000 as block, sha256(convert_to(string_agg(concat_ws(E'\x1f',
      position, payee_id, payee_name, territory, account_id, provider, amount), E'\n' order by position), 'UTF8')) as part
    from payments.instruction where run_id = run group by position / 10000
    union all
    select 2, position / 10000, sha256(convert_to(string_agg(concat_ws(E'\x1f',
      position, entitlement_id, attempt, territory, purpose, period, amount), E'\n' order by position, entitlement_id), 'UTF8'))
    from payments.run_line where run_id = run group by position / 10000
  ) as parts
$$;
comment on function payments.run_hash(uuid) is 'SHA-256 over the ordered instructions and lines of a run: blocks of 10,000 positions are hashed, then their hashes, so that no run is too long.';

create function payments.attempt_is_over(run uuid) returns boolean
language sql stable
as $$ select exists (select from payments.run_event e where e.run_id = run and e.state = 'cancelled') $$;
comment on function payments.attempt_is_over(uuid) is 'Has the attempt made by this run come to nothing, so that its entitlements may be tried again?';

call payments.append_only('run', 'instruction', 'run_line', 'left_out', 'run_group', 'run_total', 'run_posting', 'run_file', 'run_event');
-- Drafting is batch work: the worker's role alone.
revoke insert on payments.run, payments.instruction, payments.run_line, payments.left_out, payments.run_group, payments.run_total
  from socle_app;
call payments.staff_only('run', 'run_group', 'run_total', 'run_posting', 'run_file', 'run_event');
select security.protect('payments.instruction');
select security.protect('payments.run_line');
select security.protect('payments.left_out');
