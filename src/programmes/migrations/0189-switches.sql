-- Moves of everybody whom one programme covers into another: approved by two, done range by range, taken back within a window.

create table programmes.switch (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  from_pack text,
  holders_of text,
  holders_on date,
  to_pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  window_until date not null,
  tells boolean not null,
  households integer not null check (households >= 0),
  says text not null check (says <> '' and length(says) <= 1000),
  reverses uuid references programmes.switch,
  approved_at timestamptz not null default clock_timestamp(),
  approved_by text not null default security.actor(),
  finished_at timestamptz,
  check ((from_pack is null) <> (holders_of is null)),
  check ((holders_of is null) = (holders_on is null))
);
comment on table programmes.switch is 'A move of everybody covered by one programme into another, as two persons approved it.';
comment on column programmes.switch.id is 'Of the proposal that was approved.';
comment on column programmes.switch.country is 'Country folder.';
comment on column programmes.switch.from_pack is 'Programme whose households are moved; null where a fact says who is covered.';
comment on column programmes.switch.holders_of is 'Fact of the household that says until when it is covered, such as ramed_card_until.';
comment on column programmes.switch.holders_on is 'Day on which it must be covered.';
comment on column programmes.switch.to_pack is 'Programme that takes them.';
comment on column programmes.switch.month is 'First month in it.';
comment on column programmes.switch.window_until is 'Last day on which it can be taken back.';
comment on column programmes.switch.tells is 'Whether families are told.';
comment on column programmes.switch.households is 'Households that were to be moved when it was approved.';
comment on column programmes.switch.says is 'Why, in the words of who proposed.';
comment on column programmes.switch.reverses is 'The move that it takes back; null where none.';
comment on column programmes.switch.approved_at is 'When.';
comment on column programmes.switch.approved_by is 'Who approved.';
comment on column programmes.switch.finished_at is 'When the last range was done; null while it runs.';
create unique index switch_reversal on programmes.switch (reverses) where reverses is not null;
grant select, insert on programmes.switch to socle_app, socle_worker;
grant update (finished_at) on programmes.switch to socle_worker;

create table programmes.switch_range (
  switch_id uuid not null references programmes.switch,
  number integer not null check (number >= 0),
  first_household uuid not null,
  last_household uuid not null check (last_household >= first_household),
  enrol_act uuid not null default gen_random_uuid(),
  exit_act uuid not null default gen_random_uuid(),
  done_at timestamptz,
  counts jsonb check (jsonb_typeof(counts) = 'object'),
  primary key (switch_id, number),
  check ((done_at is null) = (counts is null))
);
comment on table programmes.switch_range is 'The ranges that a move is cut into; each is done whole or not at all.';
comment on column programmes.switch_range.switch_id is 'Move.';
comment on column programmes.switch_range.number is 'Order, from 0.';
comment on column programmes.switch_range.first_household is 'First household id of the range.';
comment on column programmes.switch_range.last_household is 'Last, included.';
comment on column programmes.switch_range.enrol_act is 'Act by which households came into the one programme (enrolment_act).';
comment on column programmes.switch_range.exit_act is 'Act by which they left the other.';
comment on column programmes.switch_range.done_at is 'When.';
comment on column programmes.switch_range.counts is 'Households by what became of them.';
grant select on programmes.switch_range to socle_app;
grant select, insert on programmes.switch_range to socle_worker;
grant update (done_at, counts) on programmes.switch_range to socle_worker;
