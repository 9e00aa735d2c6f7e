-- A warning whose month was put right since: a corrected feed, decided again, finds nothing of what the family was warned for.

create table programmes.condition_withdrawal (
  household_id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null,
  month text not null,
  run_id uuid not null references programmes.determination_run,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (household_id, pack, code, month),
  foreign key (household_id, pack, code, month) references programmes.condition_step (household_id, pack, code, month)
);
comment on table programmes.condition_withdrawal is 'Warnings taken back: a later run of the same month finds the condition met or waived. Written once.';
comment on column programmes.condition_withdrawal.household_id is 'Household.';
comment on column programmes.condition_withdrawal.territory is 'Where the household lived when it was warned.';
comment on column programmes.condition_withdrawal.pack is 'Programme.';
comment on column programmes.condition_withdrawal.code is 'Condition.';
comment on column programmes.condition_withdrawal.month is 'Month of the warning; what was found in it counts no more.';
comment on column programmes.condition_withdrawal.run_id is 'Run that decided the month again.';
comment on column programmes.condition_withdrawal.recorded_at is 'When.';
create index condition_withdrawal_run on programmes.condition_withdrawal (run_id);
grant select on programmes.condition_withdrawal to socle_app;
grant select, insert on programmes.condition_withdrawal to socle_worker;
select security.protect('programmes.condition_withdrawal');
select security.protect_programme('programmes.condition_withdrawal', 'pack');
select security.protect_country('programmes.condition_withdrawal', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.condition_withdrawal', 'household_id');
