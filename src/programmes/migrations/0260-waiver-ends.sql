-- A waiver may end earlier than it was approved for, by two persons; and what followed from conditions is listed month by month.

create table programmes.condition_waiver_end (
  id uuid primary key,
  waiver_id uuid not null references programmes.condition_waiver,
  until_month text not null check (until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  says text not null check (says <> '' and length(says) <= 1000),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor()
);
comment on table programmes.condition_waiver_end is 'A waiver ended earlier, by two persons; the earliest stands. Before its first month, it never counts. Written once.';
comment on column programmes.condition_waiver_end.id is 'Of the proposal that was approved.';
comment on column programmes.condition_waiver_end.waiver_id is 'Waiver.';
comment on column programmes.condition_waiver_end.until_month is 'Last month from now on.';
comment on column programmes.condition_waiver_end.says is 'Why, in the words of who proposed.';
comment on column programmes.condition_waiver_end.recorded_at is 'When it was approved.';
comment on column programmes.condition_waiver_end.recorded_by is 'Who approved.';
create index condition_waiver_end_waiver on programmes.condition_waiver_end (waiver_id);
grant select, insert on programmes.condition_waiver_end to socle_app;
grant select on programmes.condition_waiver_end to socle_worker;

create view programmes.standing_waiver with (security_invoker = true) as
select waiver.*, least(waiver.until_month, shock.until_now, (
    select min(ended.until_month) from programmes.condition_waiver_end as ended where ended.waiver_id = waiver.id
  )) as until_now
from programmes.condition_waiver as waiver left join programmes.standing_shock as shock on shock.id = waiver.shock_id;
comment on view programmes.standing_waiver is 'Waivers with the last month that stands now: as approved, ended earlier, or with the shock that they belong to.';
grant select on programmes.standing_waiver to socle_app, socle_worker;

create index condition_step_month on programmes.condition_step (pack, month, household_id);
