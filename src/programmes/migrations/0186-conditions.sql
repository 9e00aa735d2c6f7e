-- Conditions of programmes, followed month by month: what each run found, what followed, and where a condition is waived.

create table programmes.condition_waiver (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  pack text not null,
  code text check (code ~ '^[a-z_]+$'),
  territory text collate "C" not null,
  from_month text not null check (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  until_month text not null check (until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  members jsonb check (jsonb_typeof(members) = 'object'),
  says text not null check (says <> '' and length(says) <= 1000),
  shock_id uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor(),
  check (until_month >= from_month)
);
comment on table programmes.condition_waiver is 'Where and when a condition does not count, by decision of two persons. About places and groups, never one person. Written once.';
comment on column programmes.condition_waiver.id is 'Of the proposal that was approved, or of the shock''s waiver.';
comment on column programmes.condition_waiver.country is 'Country folder.';
comment on column programmes.condition_waiver.pack is 'Programme.';
comment on column programmes.condition_waiver.code is 'Condition, as conditions.yaml names it; null: all of the programme''s.';
comment on column programmes.condition_waiver.territory is 'Where, with all below it; the empty text is the whole country.';
comment on column programmes.condition_waiver.from_month is 'First month, YYYY-MM.';
comment on column programmes.condition_waiver.until_month is 'Last month.';
comment on column programmes.condition_waiver.members is 'Group: facts of members and the values of each that belong; null: everybody.';
comment on column programmes.condition_waiver.says is 'Why, in the words of who proposed.';
comment on column programmes.condition_waiver.shock_id is 'Shock that it belongs to; null where none.';
comment on column programmes.condition_waiver.recorded_at is 'When it was approved.';
comment on column programmes.condition_waiver.recorded_by is 'Who approved.';
create index condition_waiver_pack on programmes.condition_waiver (pack, from_month);
grant select, insert on programmes.condition_waiver to socle_app, socle_worker;

create table programmes.condition_finding (
  household_id uuid not null,
  id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null check (code ~ '^[a-z_]+$'),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  person_id uuid,
  finding text not null check (finding in ('met', 'unmet', 'unknown', 'waived')),
  waiver_id uuid references programmes.condition_waiver,
  run_id uuid not null references programmes.determination_run,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (household_id, id),
  unique nulls not distinct (household_id, pack, code, month, person_id),
  check ((finding = 'waived') = (waiver_id is not null))
);
comment on table programmes.condition_finding is 'Months in which a condition was not met, could not be told or was waived, and the first month after in which it was met. Written once.';
comment on column programmes.condition_finding.household_id is 'Household.';
comment on column programmes.condition_finding.id is 'UUIDv7.';
comment on column programmes.condition_finding.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.condition_finding.pack is 'Programme.';
comment on column programmes.condition_finding.code is 'Condition.';
comment on column programmes.condition_finding.month is 'Month decided.';
comment on column programmes.condition_finding.person_id is 'Member it is about; null: the household.';
comment on column programmes.condition_finding.finding is 'unmet, unknown (facts are missing), waived, or met again.';
comment on column programmes.condition_finding.waiver_id is 'Waiver that let it not count.';
comment on column programmes.condition_finding.run_id is 'Run whose decisions were looked at.';
comment on column programmes.condition_finding.recorded_at is 'When.';
create index condition_finding_month on programmes.condition_finding (pack, month, territory);
grant select on programmes.condition_finding to socle_app;
grant select, insert on programmes.condition_finding to socle_worker;
select security.protect('programmes.condition_finding');
select security.protect_programme('programmes.condition_finding', 'pack');
select security.protect_country('programmes.condition_finding', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.condition_finding', 'household_id');

create table programmes.condition_step (
  household_id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  step text not null check (step in ('warned', 'suspended', 'restored')),
  breaches integer not null check (breaches >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (household_id, pack, code, month)
);
comment on table programmes.condition_step is 'What followed for a household: a warning, the suspension after it, the return. Written once.';
comment on column programmes.condition_step.household_id is 'Household.';
comment on column programmes.condition_step.territory is 'Where the household lived then.';
comment on column programmes.condition_step.pack is 'Programme.';
comment on column programmes.condition_step.code is 'Condition.';
comment on column programmes.condition_step.month is 'Month that it follows.';
comment on column programmes.condition_step.step is 'warned, suspended or restored.';
comment on column programmes.condition_step.breaches is 'Months in a row not met by then, of the member with most.';
comment on column programmes.condition_step.recorded_at is 'When.';
grant select on programmes.condition_step to socle_app;
grant select, insert on programmes.condition_step to socle_worker;
select security.protect('programmes.condition_step');
select security.protect_programme('programmes.condition_step', 'pack');
select security.protect_country('programmes.condition_step', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.condition_step', 'household_id');
