-- Determinations: the outcome for a household and a month, with reasons, pack version and facts' source. A run is
-- decided in ranges of household ids; each range is written once, so a run interrupted anywhere is resumed, not redone.
-- Nothing here is ever updated but a run's own progress: a correction is another run.

comment on schema programmes is 'What the law decides: packs in force, determinations, entitlements.';

create table programmes.pack_version (
  version text primary key check (version ~ '^[0-9a-f]{64}$'),
  country text not null,
  pack text not null,
  content jsonb not null,
  recorded_at timestamptz not null default now()
);
comment on table programmes.pack_version is 'Every text of a pack that ever decided something, by the hash of its normalised content: a decision can be reproduced from here alone.';
comment on column programmes.pack_version.version is 'SHA-256 of the normalised content, packs used by it included.';
comment on column programmes.pack_version.country is 'Country folder the pack belongs to, such as ma.';
comment on column programmes.pack_version.pack is 'Pack name, such as ma/asd.';
comment on column programmes.pack_version.content is 'Files of the pack, of the packs it uses and of the fact catalogue: a list of {path, text}.';
comment on column programmes.pack_version.recorded_at is 'When this version first decided something here.';

create table programmes.determination_run (
  id uuid primary key,
  country text not null,
  pack text not null,
  pack_version text not null references programmes.pack_version,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  currency text,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  finished_at timestamptz,
  result_hash text check (result_hash ~ '^[0-9a-f]{64}$'),
  check ((finished_at is null) = (result_hash is null))
);
comment on table programmes.determination_run is 'One decision of one pack for one month over every household of a country.';
comment on column programmes.determination_run.id is 'Made by the caller, so that asking twice is asking once.';
comment on column programmes.determination_run.country is 'Country whose households are decided.';
comment on column programmes.determination_run.pack is 'Pack that decides, such as ma/asd.';
comment on column programmes.determination_run.pack_version is 'Exact text that decides.';
comment on column programmes.determination_run.month is 'Month decided, YYYY-MM.';
comment on column programmes.determination_run.currency is 'Currency of the amounts; null where the pack sets none.';
comment on column programmes.determination_run.asked_by is 'Who asked: staff name or system process.';
comment on column programmes.determination_run.asked_at is 'When the run was asked.';
comment on column programmes.determination_run.finished_at is 'When the last range was written; null while it runs.';
comment on column programmes.determination_run.result_hash is 'SHA-256 over the hashes of the ranges in order: the same households, facts, pack and month give the same hash.';

create table programmes.determination_range (
  run_id uuid not null references programmes.determination_run,
  number integer not null check (number >= 0),
  first_household uuid not null,
  last_household uuid not null check (last_household >= first_household),
  decided_at timestamptz,
  households integer,
  result_hash text check (result_hash ~ '^[0-9a-f]{64}$'),
  primary key (run_id, number)
);
comment on table programmes.determination_range is 'The ranges of household ids a run is cut into; a range is written whole or not at all.';
comment on column programmes.determination_range.run_id is 'Run the range belongs to.';
comment on column programmes.determination_range.number is 'Order of the range within the run, from 0.';
comment on column programmes.determination_range.first_household is 'First household id of the range.';
comment on column programmes.determination_range.last_household is 'Last household id of the range, included.';
comment on column programmes.determination_range.decided_at is 'When the range was written; null while it waits.';
comment on column programmes.determination_range.households is 'Households decided in the range.';
comment on column programmes.determination_range.result_hash is 'SHA-256 over the decisions of the range, in order of household id.';

create table programmes.determination (
  household_id uuid not null,
  run_id uuid not null references programmes.determination_run,
  territory text collate "C" not null,
  declaration_id uuid not null,
  outcome text not null check (outcome in ('eligible', 'not_eligible', 'undetermined', 'scored')),
  amount_minor bigint,
  refusals text[] not null,
  open_refusals text[] not null,
  missing text[] not null,
  scores jsonb not null,
  lines jsonb not null,
  weight numeric not null check (weight > 0),
  primary key (household_id, run_id)
);
comment on table programmes.determination is 'What a run decided for one household. Append-only.';
comment on column programmes.determination.household_id is 'Household decided (households.household).';
comment on column programmes.determination.run_id is 'Run that decided.';
comment on column programmes.determination.territory is 'Territory of the household when it was decided; rows are seen by those who may see it.';
comment on column programmes.determination.declaration_id is 'Declaration whose facts were used (households.declaration).';
comment on column programmes.determination.outcome is 'eligible, not_eligible, undetermined, or scored for a score alone.';
comment on column programmes.determination.amount_minor is 'Amount in minor units of the run''s currency; null where the pack sets none or the household is not eligible.';
comment on column programmes.determination.refusals is 'Codes of the refusals that hold, in the pack''s order.';
comment on column programmes.determination.open_refusals is 'Codes of the refusals that cannot be told, a fact being unknown.';
comment on column programmes.determination.missing is 'Unknown facts that left the decision open.';
comment on column programmes.determination.scores is 'Scores used, pack name to decimal text of seven places.';
comment on column programmes.determination.lines is 'Lines per member, as the decision lists them.';
comment on column programmes.determination.weight is 'Households this one stands for: 1 in a register, the survey weight in a sample.';
create index determination_by_run on programmes.determination (run_id, outcome);
create index determination_by_territory on programmes.determination (territory, run_id);

create table programmes.entitlement (
  id uuid not null,
  household_id uuid not null,
  run_id uuid not null references programmes.determination_run,
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  territory text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  entitled_at timestamptz not null default now(),
  primary key (household_id, id),
  unique (household_id, pack, month)
);
comment on table programmes.entitlement is 'What is owed to a household for a month: one per household, pack and month, whatever is run again. Append-only.';
comment on column programmes.entitlement.id is 'Carried by the payment instruction: nobody is paid twice for one entitlement.';
comment on column programmes.entitlement.household_id is 'Household owed.';
comment on column programmes.entitlement.run_id is 'Run whose determination gives the right.';
comment on column programmes.entitlement.pack is 'Pack that gives the right, such as ma/asd.';
comment on column programmes.entitlement.month is 'Month owed, YYYY-MM.';
comment on column programmes.entitlement.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.entitlement.amount_minor is 'Amount owed in minor units.';
comment on column programmes.entitlement.currency is 'Currency owed.';
comment on column programmes.entitlement.entitled_at is 'When the right was recorded.';
create index entitlement_by_month on programmes.entitlement (pack, month);
create index entitlement_by_territory on programmes.entitlement (territory, pack, month);

-- The application reads what it may see; the worker decides. Neither may edit or delete what was decided.
grant select on programmes.pack_version, programmes.determination_run, programmes.determination_range to socle_app;
grant select, insert on programmes.pack_version, programmes.determination_run, programmes.determination_range to socle_worker;
grant update (finished_at, result_hash) on programmes.determination_run to socle_worker;
grant update (decided_at, households, result_hash) on programmes.determination_range to socle_worker;
grant select on programmes.determination, programmes.entitlement to socle_app;
grant select, insert on programmes.determination, programmes.entitlement to socle_worker;
select security.protect('programmes.determination');
select security.protect('programmes.entitlement');
