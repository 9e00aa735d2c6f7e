-- Verification visits: samples drawn from a seed, and what was found at each home.

create table households.visit_sample (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  territory text collate "C" not null,
  seed text not null check (char_length(seed) between 1 and 60),
  size integer not null check (size between 1 and 5000),
  method jsonb not null check (jsonb_typeof(method) = 'object'),
  strata jsonb not null check (jsonb_typeof(strata) = 'array'),
  asked_by text not null,
  asked_at timestamptz not null default now()
);
comment on table households.visit_sample is 'A sample of households to visit: its seed and method give the same households again. Written once.';
comment on column households.visit_sample.id is 'UUIDv7, made by who asks and kept for retries.';
comment on column households.visit_sample.country is 'Country.';
comment on column households.visit_sample.territory is 'Territory sampled; the sample is seen by those who see it.';
comment on column households.visit_sample.seed is 'What the draw starts from: a word or a number, of whoever asks.';
comment on column households.visit_sample.size is 'Households asked for.';
comment on column households.visit_sample.method is 'How it was drawn: name, share and bound of the risk part, and what the register knew (known_at).';
comment on column households.visit_sample.strata is 'By territory and agent: how many households there were, and how many of them were drawn.';
comment on column households.visit_sample.asked_by is 'Who asked.';
comment on column households.visit_sample.asked_at is 'When.';
create index visit_sample_territory on households.visit_sample (territory);
grant select, insert on households.visit_sample to socle_app, socle_worker;
select security.protect('households.visit_sample');
select security.protect_country('households.visit_sample');
select security.protect_in_emergency('households.visit_sample');

create table households.visit (
  household_id uuid not null references households.household on delete cascade,
  sample_id uuid not null references households.visit_sample,
  number integer not null check (number > 0),
  declaration_id uuid not null,
  part text not null check (part in ('random', 'risk')),
  agent text not null,
  primary key (household_id, sample_id),
  foreign key (household_id, declaration_id) references households.declaration on delete cascade
);
comment on table households.visit is 'A household to visit. Written once.';
comment on column households.visit.household_id is 'Household.';
comment on column households.visit.sample_id is 'Sample it was drawn in.';
comment on column households.visit.number is 'Order in the list.';
comment on column households.visit.declaration_id is 'Declaration to be verified.';
comment on column households.visit.part is 'random, or risk: among those of the lowest quality.';
comment on column households.visit.agent is 'Who recorded that declaration.';
create index visit_sample_number on households.visit (sample_id, number);
grant select, insert on households.visit to socle_app, socle_worker;
select security.protect_through('households.visit', 'household_id', 'households.household');

create table households.visit_outcome (
  household_id uuid not null,
  sample_id uuid not null,
  id uuid not null,
  outcome text not null check (outcome in ('confirmed', 'differs', 'not_found')),
  differs text[] not null,
  says text not null check (char_length(says) <= 1000),
  visited_on date not null,
  recorded_at timestamptz not null default now(),
  actor text not null,
  primary key (household_id, sample_id, id),
  foreign key (household_id, sample_id) references households.visit on delete cascade,
  check ((outcome = 'differs') = (cardinality(differs) > 0))
);
comment on table households.visit_outcome is 'What was found at a visit: the latest counts. Written once.';
comment on column households.visit_outcome.household_id is 'Household visited.';
comment on column households.visit_outcome.sample_id is 'Sample.';
comment on column households.visit_outcome.id is 'UUIDv7, made by who records and kept for retries.';
comment on column households.visit_outcome.outcome is 'confirmed, differs, or not_found.';
comment on column households.visit_outcome.differs is 'What differs: household.FACT, or member.FACT|person.';
comment on column households.visit_outcome.says is 'In the words of who visited.';
comment on column households.visit_outcome.visited_on is 'Day of the visit.';
comment on column households.visit_outcome.recorded_at is 'When it was recorded.';
comment on column households.visit_outcome.actor is 'Who recorded it.';
grant select, insert on households.visit_outcome to socle_app, socle_worker;
select security.protect_through('households.visit_outcome', 'household_id', 'households.household');
