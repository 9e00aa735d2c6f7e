-- What a later run says of a month that was entitled already: more is owed (arrears) or less (overpaid). Never an edit.

alter table programmes.entitlement add column late boolean not null default false;
comment on column programmes.entitlement.late is 'Recorded by a later run than the first of its month: it joins the next payment, whatever month that is for.';
create index entitlement_late on programmes.entitlement (pack, month) where late;

create table programmes.adjustment (
  id uuid not null,
  household_id uuid not null,
  run_id uuid not null references programmes.determination_run,
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  territory text collate "C" not null,
  amount_minor bigint not null check (amount_minor <> 0),
  currency text not null,
  recorded_at timestamptz not null default now(),
  primary key (household_id, id),
  unique (household_id, pack, month, run_id)
);
comment on table programmes.adjustment is 'By how much a later run changed what is owed for a month: arrears above nothing, overpaid below. What is owed is the entitlement with its adjustments. Append-only.';
comment on column programmes.adjustment.id is 'Carried by the payment instruction of arrears: nobody is paid twice for one.';
comment on column programmes.adjustment.household_id is 'Household.';
comment on column programmes.adjustment.run_id is 'Run that says otherwise.';
comment on column programmes.adjustment.pack is 'Pack that gives the right.';
comment on column programmes.adjustment.month is 'Month that it is about, YYYY-MM.';
comment on column programmes.adjustment.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.adjustment.amount_minor is 'What is owed more, or less where below nothing, in minor units.';
comment on column programmes.adjustment.currency is 'Currency.';
comment on column programmes.adjustment.recorded_at is 'When.';
create index adjustment_by_month on programmes.adjustment (pack, month);
select security.append_only('programmes.adjustment');
grant select on programmes.adjustment to socle_app;
grant select, insert on programmes.adjustment to socle_worker;

create table programmes.recovery (
  id uuid not null,
  plan uuid not null,
  household_id uuid not null,
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  kind text not null check (kind in ('own_month', 'later_right', 'refunded', 'written_off')),
  line_id uuid,
  territory text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  reason text check (reason ~ '\S' and char_length(reason) <= 1000),
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  primary key (household_id, id),
  check ((line_id is null) = (kind in ('refunded', 'written_off'))),
  check ((reason is null) = (line_id is not null))
);
comment on table programmes.recovery is 'How what was overpaid for a month is settled: taken from what is owed, given back, or written off. Append-only.';
comment on column programmes.recovery.id is 'Of this settling.';
comment on column programmes.recovery.plan is 'What was recorded together.';
comment on column programmes.recovery.household_id is 'Household.';
comment on column programmes.recovery.pack is 'Pack.';
comment on column programmes.recovery.month is 'Month that was overpaid.';
comment on column programmes.recovery.kind is 'own_month: the same month was not paid yet and is paid less. later_right: within the share that the law allows. refunded: the family gave it back. written_off: given up, by two persons.';
comment on column programmes.recovery.line_id is 'Entitlement, or adjustment, that is paid less for it.';
comment on column programmes.recovery.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.recovery.amount_minor is 'How much, in minor units.';
comment on column programmes.recovery.currency is 'Currency.';
comment on column programmes.recovery.reason is 'Why it was given up, or how it was given back.';
comment on column programmes.recovery.recorded_at is 'When.';
comment on column programmes.recovery.recorded_by is 'Who recorded it.';
create index recovery_of_line on programmes.recovery (line_id) include (amount_minor) where line_id is not null;
create index recovery_by_plan on programmes.recovery (plan);
create index recovery_by_month on programmes.recovery (pack, month);
select security.append_only('programmes.recovery');
grant select on programmes.recovery to socle_app;
grant select, insert on programmes.recovery to socle_worker;

create view programmes.owed_line with (security_invoker = true) as
select id, household_id, pack, month, territory, currency, amount_minor, late,
  amount_minor - coalesce((select sum(r.amount_minor)::bigint from programmes.recovery r where r.line_id = e.id), 0) as net_minor
from programmes.entitlement e
union all
select id, household_id, pack, month, territory, currency, amount_minor, true,
  amount_minor - coalesce((select sum(r.amount_minor)::bigint from programmes.recovery r where r.line_id = a.id), 0)
from programmes.adjustment a where amount_minor > 0;
comment on view programmes.owed_line is 'What a payment run may take: entitlements and arrears, less what is kept back from them.';
comment on column programmes.owed_line.id is 'Entitlement or adjustment.';
comment on column programmes.owed_line.household_id is 'Household owed.';
comment on column programmes.owed_line.pack is 'Pack.';
comment on column programmes.owed_line.month is 'Month owed.';
comment on column programmes.owed_line.territory is 'Territory of the household.';
comment on column programmes.owed_line.currency is 'Currency.';
comment on column programmes.owed_line.amount_minor is 'Amount owed.';
comment on column programmes.owed_line.late is 'Whether it joins the next payment, whatever month that is for.';
comment on column programmes.owed_line.net_minor is 'What is left to pay.';

create view programmes.overpayment with (security_invoker = true) as
select less.household_id, less.pack, less.month, less.territory, less.currency, less.amount_minor,
  less.amount_minor - coalesce(settled.amount_minor, 0) as outstanding_minor
from (
    select household_id, pack, month, max(territory) as territory, max(currency) as currency,
      -sum(amount_minor)::bigint as amount_minor
    from programmes.adjustment where amount_minor < 0 group by household_id, pack, month
  ) as less
  left join lateral (
    select sum(amount_minor)::bigint as amount_minor from programmes.recovery r
    where r.household_id = less.household_id and r.pack = less.pack and r.month = less.month
  ) as settled on true;
comment on view programmes.overpayment is 'What was owed less than recorded, by household and month, and what of it is not settled.';
comment on column programmes.overpayment.household_id is 'Household.';
comment on column programmes.overpayment.pack is 'Pack.';
comment on column programmes.overpayment.month is 'Month.';
comment on column programmes.overpayment.territory is 'Territory of the household.';
comment on column programmes.overpayment.currency is 'Currency.';
comment on column programmes.overpayment.amount_minor is 'By how much less is owed than was recorded, minor units.';
comment on column programmes.overpayment.outstanding_minor is 'What of it is neither kept back, nor given back, nor written off.';
grant select on programmes.owed_line, programmes.overpayment to socle_app, socle_worker;

select security.protect('programmes.adjustment');
select security.protect_programme('programmes.adjustment', 'pack');
select security.protect_country('programmes.adjustment', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.adjustment', 'household_id');
select security.protect('programmes.recovery');
select security.protect_programme('programmes.recovery', 'pack');
select security.protect_country('programmes.recovery', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.recovery', 'household_id');
