-- Shocks: an area and months in which more is paid, and to more families, as two persons declared; and whom each run of such a pack is about.

create table programmes.shock (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  name text not null check (btrim(name) <> '' and length(name) <= 120),
  kind text not null check (kind in ('drought', 'flood', 'earthquake', 'epidemic', 'prices')),
  territories text[] collate "C" not null check (cardinality(territories) > 0),
  from_month text not null check (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  until_month text not null check (until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  evidence text not null check (btrim(evidence) <> '' and length(evidence) <= 1000),
  reference text not null check (length(reference) <= 1000),
  expansions jsonb not null check (jsonb_typeof(expansions) = 'array'),
  waives boolean not null,
  says text not null check (says <> '' and length(says) <= 1000),
  declared_at timestamptz not null default clock_timestamp(),
  declared_by text not null default security.actor(),
  check (until_month >= from_month)
);
comment on table programmes.shock is 'An area and months in shock, as two persons declared them. About places, never one household. Written once; its end is moved by shock_change.';
comment on column programmes.shock.id is 'Of the proposal that was approved.';
comment on column programmes.shock.country is 'Country folder.';
comment on column programmes.shock.name is 'As people call it.';
comment on column programmes.shock.kind is 'What happened.';
comment on column programmes.shock.territories is 'Where, each with all below it; the empty text is the whole country.';
comment on column programmes.shock.from_month is 'First month, YYYY-MM.';
comment on column programmes.shock.until_month is 'Last month as declared.';
comment on column programmes.shock.evidence is 'What shows that it happened.';
comment on column programmes.shock.reference is 'The decision that gives the amounts: number and day.';
comment on column programmes.shock.expansions is 'Packs that pay because of it, with the amounts that no text gives: [{pack, values}].';
comment on column programmes.shock.waives is 'Whether conditions of programmes do not count there and then.';
comment on column programmes.shock.says is 'Why, in the words of who proposed.';
comment on column programmes.shock.declared_at is 'When it was approved.';
comment on column programmes.shock.declared_by is 'Who approved.';
create index shock_months on programmes.shock (country, from_month);
grant select, insert on programmes.shock to socle_app;
grant select on programmes.shock to socle_worker;

create table programmes.shock_change (
  id uuid primary key,
  shock_id uuid not null references programmes.shock,
  until_month text not null check (until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  says text not null check (says <> '' and length(says) <= 1000),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor()
);
comment on table programmes.shock_change is 'The end of a shock moved, earlier or later, by two persons; the latest stands. Written once.';
comment on column programmes.shock_change.id is 'Of the proposal that was approved.';
comment on column programmes.shock_change.shock_id is 'Shock.';
comment on column programmes.shock_change.until_month is 'Last month from now on.';
comment on column programmes.shock_change.says is 'Why, in the words of who proposed.';
comment on column programmes.shock_change.recorded_at is 'When it was approved.';
comment on column programmes.shock_change.recorded_by is 'Who approved.';
create index shock_change_shock on programmes.shock_change (shock_id, recorded_at);
grant select, insert on programmes.shock_change to socle_app;
grant select on programmes.shock_change to socle_worker;

create view programmes.standing_shock with (security_invoker = true) as
select shock.*, coalesce(last.until_month, shock.until_month) as until_now
from programmes.shock left join lateral (
  select until_month from programmes.shock_change where shock_id = shock.id order by recorded_at desc, id desc limit 1
) as last on true;
comment on view programmes.standing_shock is 'Shocks with the last month that stands now.';
grant select on programmes.standing_shock to socle_app, socle_worker;

create table programmes.shock_run (
  run_id uuid primary key references programmes.determination_run,
  way text not null check (way in ('vertical', 'horizontal')),
  of_pack text not null,
  shocks uuid[] not null check (cardinality(shocks) > 0),
  territories text[] collate "C" not null check (cardinality(territories) > 0),
  covered integer not null check (covered >= 0),
  covered_hash text not null check (covered_hash ~ '^[0-9a-f]{64}$')
);
comment on table programmes.shock_run is 'Whom a run of a shock''s pack is about, fixed when it was opened. Written once; socle determine --verify reads it again.';
comment on column programmes.shock_run.run_id is 'Run.';
comment on column programmes.shock_run.way is 'vertical: households of the programme; horizontal: those that are not in it.';
comment on column programmes.shock_run.of_pack is 'The programme.';
comment on column programmes.shock_run.shocks is 'Shocks that count in the month.';
comment on column programmes.shock_run.territories is 'Their places, each with all below it.';
comment on column programmes.shock_run.covered is 'Households of those places that were enrolled in the programme in the month.';
comment on column programmes.shock_run.covered_hash is 'SHA-256 over their ids, in order.';
grant select on programmes.shock_run to socle_app;
grant select, insert on programmes.shock_run to socle_worker;

create table programmes.shock_run_household (
  household_id uuid not null,
  run_id uuid not null references programmes.shock_run,
  territory text collate "C" not null,
  primary key (household_id, run_id)
);
comment on table programmes.shock_run_household is 'Households of the places in shock that were enrolled in the programme when a run was opened. Written once.';
comment on column programmes.shock_run_household.household_id is 'Household.';
comment on column programmes.shock_run_household.run_id is 'Run.';
comment on column programmes.shock_run_household.territory is 'Where it lived; rows are seen by those who may see it.';
create index shock_run_household_run on programmes.shock_run_household (run_id, household_id);
grant select on programmes.shock_run_household to socle_app;
grant select, insert on programmes.shock_run_household to socle_worker;
select security.protect('programmes.shock_run_household');
select security.protect_file('programmes.shock_run_household', 'household_id');
