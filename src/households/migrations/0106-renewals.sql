-- Renewal: what a household said is valid for a time that the country sets; near its end the family is told, and after a time of
-- grace the facts are too old to decide on.

create table households.renewal (
  household_id uuid not null references households.household on delete cascade,
  declaration_id uuid not null,
  due_on date not null,
  expires_on date,
  state text not null check (state in ('due', 'grace', 'expired', 'renewed')),
  priority integer not null,
  opened_at timestamptz not null default now(),
  primary key (household_id, declaration_id),
  foreign key (household_id, declaration_id) references households.declaration on delete cascade
);
comment on table households.renewal is 'A declaration that is to be renewed.';
comment on column households.renewal.household_id is 'Household.';
comment on column households.renewal.declaration_id is 'Declaration whose time ends.';
comment on column households.renewal.due_on is 'Last day on which it is valid.';
comment on column households.renewal.expires_on is 'Last day on which it still decides; null where nothing expires.';
comment on column households.renewal.state is 'due, grace (past its day), expired (too old to decide on), or renewed.';
comment on column households.renewal.priority is 'Place in the queue, the highest first: state, then days, then risk.';
comment on column households.renewal.opened_at is 'When it entered the queue.';
create index renewal_queue on households.renewal (priority desc, household_id) where state <> 'renewed';
grant select, insert on households.renewal to socle_app, socle_worker;
grant update (state, priority) on households.renewal to socle_worker;
select security.protect_through('households.renewal', 'household_id', 'households.household');

create table households.renewal_step (
  household_id uuid not null,
  declaration_id uuid not null,
  step text not null check (step ~ '^(remind_[0-9]+|expired|renewed)$'),
  on_day date not null,
  recorded_at timestamptz not null default now(),
  primary key (household_id, declaration_id, step),
  foreign key (household_id, declaration_id) references households.renewal on delete cascade
);
comment on table households.renewal_step is 'What was done about a renewal, each thing once. Written once.';
comment on column households.renewal_step.household_id is 'Household.';
comment on column households.renewal_step.declaration_id is 'Declaration.';
comment on column households.renewal_step.step is 'remind_60 (told 60 days before the end), expired, renewed.';
comment on column households.renewal_step.on_day is 'The day it is of.';
comment on column households.renewal_step.recorded_at is 'When.';
grant select, insert on households.renewal_step to socle_app, socle_worker;
select security.protect_through('households.renewal_step', 'household_id', 'households.household');
