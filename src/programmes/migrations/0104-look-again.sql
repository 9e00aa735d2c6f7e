-- What is to be looked at again because a household changed: a score that moved, decisions that rest on earlier facts.

create table programmes.look_again (
  household_id uuid not null references households.household on delete cascade,
  territory text collate "C" not null,
  event_id uuid not null,
  pack text not null,
  kind text not null check (kind in ('score_changed', 'score_unknown', 'facts_changed', 'household_ended', 'facts_too_old')),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  was numeric,
  now numeric,
  because jsonb not null check (jsonb_typeof(because) = 'object'),
  recorded_at timestamptz not null default now(),
  primary key (household_id, event_id, pack)
);
comment on table programmes.look_again is 'Decisions to look at again, and why. Written once; done when a later run decided the household.';
comment on column programmes.look_again.household_id is 'Household.';
comment on column programmes.look_again.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.look_again.event_id is 'The news (db.event) that it follows, or the renewal that expired.';
comment on column programmes.look_again.pack is 'Score pack; empty where it is about every decision.';
comment on column programmes.look_again.kind is 'score_changed, score_unknown (facts are missing now), facts_changed (decisions rest on earlier facts), household_ended, facts_too_old.';
comment on column programmes.look_again.month is 'Month in which it was worked out.';
comment on column programmes.look_again.was is 'The score before; null where it is about no score.';
comment on column programmes.look_again.now is 'The score now; null where it is about none or cannot be told.';
comment on column programmes.look_again.because is 'What happened: kind, day, names of what changed, names of facts missing.';
comment on column programmes.look_again.recorded_at is 'When.';
create index look_again_recorded on programmes.look_again (recorded_at);
grant select on programmes.look_again to socle_app;
grant select, insert on programmes.look_again to socle_worker;
select security.protect('programmes.look_again');
select security.protect_programme('programmes.look_again', 'pack');
select security.protect_file('programmes.look_again', 'household_id');
