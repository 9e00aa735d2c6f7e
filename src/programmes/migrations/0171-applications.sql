-- Applications, campaigns in which they are taken, and what two persons decide besides the law.

create table programmes.application (
  household_id uuid not null,
  id uuid not null unique,
  pack text not null,
  territory text collate "C" not null,
  channel text not null check (channel in ('web', 'desk', 'mobile', 'payment_point')),
  applied_on date not null,
  campaign text check (campaign <> ''),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  declaration_id uuid not null,
  pack_version text not null check (pack_version ~ '^[0-9a-f]{64}$'),
  outcome text not null check (outcome in ('eligible', 'not_eligible', 'undetermined')),
  amount_minor bigint,
  currency text,
  refusals text[] not null,
  missing text[] not null,
  state text not null,
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  primary key (household_id, id)
);
comment on table programmes.application is 'Who asked for a programme, when and how, and what the law decided on the spot. Written once.';
comment on column programmes.application.household_id is 'Household.';
comment on column programmes.application.id is 'Made by who asks and kept for retries; the act of its changes.';
comment on column programmes.application.pack is 'Programme.';
comment on column programmes.application.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.application.channel is 'web, desk, mobile or payment_point.';
comment on column programmes.application.applied_on is 'Day.';
comment on column programmes.application.campaign is 'Campaign in which it was taken; null where the programme takes applications at any time.';
comment on column programmes.application.month is 'Month decided.';
comment on column programmes.application.declaration_id is 'Declaration that was read.';
comment on column programmes.application.pack_version is 'Exact text that decided.';
comment on column programmes.application.outcome is 'eligible, not_eligible or undetermined.';
comment on column programmes.application.amount_minor is 'Amount in minor units; null where there is none.';
comment on column programmes.application.currency is 'Currency of the amount; null where the programme sets none.';
comment on column programmes.application.refusals is 'Codes of the refusals that hold.';
comment on column programmes.application.missing is 'Unknown facts that left the decision open.';
comment on column programmes.application.state is 'State that followed.';
comment on column programmes.application.recorded_at is 'When.';
comment on column programmes.application.recorded_by is 'Who took it.';
create index application_programme on programmes.application (pack, recorded_at);
grant select, insert on programmes.application to socle_app, socle_worker;
grant insert on programmes.pack_version to socle_app;
select security.protect('programmes.application');
select security.protect_programme('programmes.application', 'pack');
select security.protect_country('programmes.application', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.application', 'household_id');

create table programmes.campaign (
  id uuid primary key,
  pack text not null,
  territory text collate "C" not null,
  names jsonb not null check (names ?& '{fr,ar,en}'),
  opens_on date not null,
  closes_on date not null check (closes_on >= opens_on),
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor()
);
comment on table programmes.campaign is 'Windows in which applications are taken, opened in the console. Written once.';
comment on column programmes.campaign.id is 'Made by the caller and kept for retries.';
comment on column programmes.campaign.pack is 'Programme.';
comment on column programmes.campaign.territory is 'Where; the empty text is the whole country.';
comment on column programmes.campaign.names is 'Its name in fr, ar and en.';
comment on column programmes.campaign.opens_on is 'First day.';
comment on column programmes.campaign.closes_on is 'Last day.';
comment on column programmes.campaign.recorded_at is 'When it was opened.';
comment on column programmes.campaign.recorded_by is 'Who opened it.';
grant select, insert on programmes.campaign to socle_app, socle_worker;

create table programmes.exceptional_decision (
  household_id uuid not null,
  id uuid not null unique,
  pack text not null,
  territory text collate "C" not null,
  effect text not null check (effect in ('owed', 'not_owed')),
  amount_minor bigint check (amount_minor > 0),
  currency text,
  from_month text not null check (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  to_month text not null check (to_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  motive text not null check (motive <> '' and char_length(motive) <= 1000),
  proposal_id uuid not null unique references security.proposal,
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  primary key (household_id, id),
  check (to_month >= from_month),
  check ((effect = 'owed') = (amount_minor is not null) and (amount_minor is null) = (currency is null))
);
comment on table programmes.exceptional_decision is 'What two persons decided for a household besides the law, for some months: no determination and no enrolment changes by it. Written once.';
comment on column programmes.exceptional_decision.household_id is 'Household.';
comment on column programmes.exceptional_decision.id is 'Made by who proposed.';
comment on column programmes.exceptional_decision.pack is 'Programme.';
comment on column programmes.exceptional_decision.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.exceptional_decision.effect is 'owed: this amount is owed in each of its months, whatever was determined; not_owed: nothing is.';
comment on column programmes.exceptional_decision.amount_minor is 'Owed each month, in minor units.';
comment on column programmes.exceptional_decision.currency is 'Currency.';
comment on column programmes.exceptional_decision.from_month is 'First month.';
comment on column programmes.exceptional_decision.to_month is 'Last month.';
comment on column programmes.exceptional_decision.motive is 'Why, in the words of who proposed.';
comment on column programmes.exceptional_decision.proposal_id is 'The proposal and its approval (security.proposal).';
comment on column programmes.exceptional_decision.recorded_at is 'When it was approved.';
comment on column programmes.exceptional_decision.recorded_by is 'Who approved it.';
create index exceptional_decision_programme on programmes.exceptional_decision (pack, from_month, to_month);
grant select, insert on programmes.exceptional_decision to socle_app;
grant select on programmes.exceptional_decision to socle_worker;
select security.protect('programmes.exceptional_decision');
select security.protect_programme('programmes.exceptional_decision', 'pack');
select security.protect_country('programmes.exceptional_decision', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.exceptional_decision', 'household_id');

-- Nobody writes one without a proposal that somebody else approved.
create function programmes.check_exceptional() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from security.published_carried_out p
    where p.id = new.proposal_id and p.kind = 'exceptional_decision' and p.content::jsonb ->> 'decision' = new.id::text
      and p.content::jsonb ->> 'household' = new.household_id::text and p.content::jsonb ->> 'pack' = new.pack
      and p.content::jsonb ->> 'effect' = new.effect and p.content::jsonb ->> 'amount' is not distinct from new.amount_minor::text
      and p.content::jsonb ->> 'from' = new.from_month and p.content::jsonb ->> 'to' = new.to_month) then
    raise exception 'an exceptional decision is what one person proposed and another approved'
      using errcode = 'check_violation', constraint = 'exceptional_of_two';
  end if;
  return new;
end
$$;
comment on function programmes.check_exceptional() is 'Trigger: an exceptional decision is exactly what two persons decided.';
create trigger exceptional_of_two before insert on programmes.exceptional_decision
  for each row execute function programmes.check_exceptional();

alter table programmes.entitlement add column exceptional_id uuid;
comment on column programmes.entitlement.exceptional_id is 'Exceptional decision by which it is owed; null where the law alone gives it.';
