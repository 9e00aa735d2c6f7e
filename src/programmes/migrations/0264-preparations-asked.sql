-- A month whose run is to be prepared is left to the workers: who asked sees how far it is, and why no run came of it.

create table programmes.preparation_request (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  budget_line text not null,
  accounts_on date not null,
  staff_id uuid not null,
  asked_at timestamptz not null default clock_timestamp(),
  stage text check (stage in ('keeping_back', 'gathering', 'checking', 'writing')),
  attempt integer check (attempt > 0),
  begun_at timestamptz,
  done_at timestamptz,
  recovered jsonb,
  refusal jsonb,
  refused_at timestamptz,
  check ((refusal is null) = (refused_at is null)),
  check (done_at is null or refused_at is null),
  check ((done_at is null) = (recovered is null)),
  check ((stage is null) = (begun_at is null) and (stage is null) = (attempt is null))
);
comment on table programmes.preparation_request is 'Runs of a month asked of the workers. The run that comes of one has its id.';
comment on column programmes.preparation_request.id is 'Id of the run.';
comment on column programmes.preparation_request.country is 'Country folder.';
comment on column programmes.preparation_request.pack is 'Programme.';
comment on column programmes.preparation_request.month is 'Month to pay.';
comment on column programmes.preparation_request.budget_line is 'Budget line that pays.';
comment on column programmes.preparation_request.accounts_on is 'Accounts in force on this day are used.';
comment on column programmes.preparation_request.staff_id is 'Who asked: the maker of the run.';
comment on column programmes.preparation_request.asked_at is 'When.';
comment on column programmes.preparation_request.stage is 'How far the present attempt is; null where no worker took it up.';
comment on column programmes.preparation_request.attempt is 'Which attempt: more than one where a worker was interrupted.';
comment on column programmes.preparation_request.begun_at is 'When the present attempt began.';
comment on column programmes.preparation_request.done_at is 'When the run was drafted, in the same transaction.';
comment on column programmes.preparation_request.recovered is 'What was kept back for what was overpaid: lines and minor units, of the own month and of other months.';
comment on column programmes.preparation_request.refusal is 'Why no run came of it: a code with its facts.';
comment on column programmes.preparation_request.refused_at is 'When it was refused.';
create unique index preparation_open on programmes.preparation_request (pack, month) where done_at is null and refused_at is null;
create index preparation_month on programmes.preparation_request (pack, month, asked_at);
grant insert, select on programmes.preparation_request to socle_worker;
grant update (stage, attempt, begun_at, done_at, recovered, refusal, refused_at) on programmes.preparation_request to socle_worker;
