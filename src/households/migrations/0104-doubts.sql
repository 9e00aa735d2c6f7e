-- What is hard to believe in a declaration, with the word that explains it, and how good each declaration is.

create table households.doubt (
  household_id uuid not null references households.household on delete cascade,
  declaration_id uuid not null,
  number integer not null check (number > 0),
  code text not null check (code ~ '^[a-z_]+$'),
  severity text not null check (severity in ('error', 'warning')),
  member_id uuid,
  fact text,
  facts jsonb not null check (jsonb_typeof(facts) = 'object'),
  says text check (char_length(says) between 1 and 500),
  recorded_at timestamptz not null default now(),
  actor text not null,
  primary key (household_id, declaration_id, number),
  foreign key (household_id, declaration_id) references households.declaration on delete cascade
);
comment on table households.doubt is 'What the checks of plausibility doubted in a declaration. Written once.';
comment on column households.doubt.household_id is 'Household.';
comment on column households.doubt.declaration_id is 'Declaration doubted.';
comment on column households.doubt.number is 'Order, errors first.';
comment on column households.doubt.code is 'What is doubted, such as child_too_close.';
comment on column households.doubt.severity is 'error or warning. A desk records no error; an import may bring one.';
comment on column households.doubt.member_id is 'Member it is about; null: the household.';
comment on column households.doubt.fact is 'Fact of the catalogue it is about; null where it is not one answer.';
comment on column households.doubt.facts is 'Numbers and codes that it rests on; no names, nothing of health.';
comment on column households.doubt.says is 'The explanation of whoever recorded; null where nobody was asked for one.';
comment on column households.doubt.recorded_at is 'When it was found.';
comment on column households.doubt.actor is 'Who recorded the declaration, or the process that looked at it later.';
grant select, insert on households.doubt to socle_app, socle_worker;
select security.protect_through('households.doubt', 'household_id', 'households.household');

create table households.quality (
  household_id uuid not null references households.household on delete cascade,
  declaration_id uuid not null,
  value smallint not null check (value between 0 and 100),
  terms jsonb not null check (jsonb_typeof(terms) = 'array'),
  asked integer not null,
  unanswered integer not null,
  warnings integer not null,
  errors integer not null,
  recorded_at timestamptz not null default now(),
  primary key (household_id, declaration_id),
  foreign key (household_id, declaration_id) references households.declaration on delete cascade
);
comment on table households.quality is 'How good a declaration is, of a hundred points, the age of what was said aside (it grows). Written once.';
comment on column households.quality.household_id is 'Household.';
comment on column households.quality.declaration_id is 'Declaration.';
comment on column households.quality.value is 'Points left of a hundred.';
comment on column households.quality.terms is 'What took points away: term, how often, points.';
comment on column households.quality.asked is 'Answers asked for.';
comment on column households.quality.unanswered is 'Answers that are not there.';
comment on column households.quality.warnings is 'Warnings, explained ones included.';
comment on column households.quality.errors is 'Errors.';
comment on column households.quality.recorded_at is 'When it was assessed.';
grant select, insert on households.quality to socle_app, socle_worker;
select security.protect_through('households.quality', 'household_id', 'households.household');

create table households.assessment (
  country text primary key check (country ~ '^[a-z]{2}$'),
  after uuid
);
comment on table households.assessment is 'How far the worker has gone through a country''s households, looking for declarations not assessed.';
comment on column households.assessment.country is 'Country.';
comment on column households.assessment.after is 'The last household looked at; null at the beginning of a round.';
grant select, insert, update on households.assessment to socle_worker;

-- What an agent took, month by month: for the checks of copies and the agents' quality.
create index declaration_taken on households.declaration (actor, recorded_at) where channel in ('desk', 'field');

create function households.phone_in_households(indexes bytea[], except_household uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(distinct m.household_id)::int from population.with_phone(indexes) as p (id)
    join households.membership m on m.person_id = p.id and m.valid_to is null
  where m.household_id is distinct from except_household
$$;
comment on function households.phone_in_households(bytea[], uuid) is 'Reviewed: in how many other households somebody has this telephone: not in which.';
revoke execute on function households.phone_in_households(bytea[], uuid) from public;
grant execute on function households.phone_in_households(bytea[], uuid) to socle_app, socle_worker;

create function households.count_copies(of_country text, of_actor text, answers jsonb, days integer, except_household uuid) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(distinct d.household_id)::int
  from households.declaration d join households.household h on h.id = d.household_id
  where d.actor = of_actor and d.channel in ('desk', 'field') and d.recorded_at >= now() - make_interval(days => days)
    and h.country = of_country and d.household_id is distinct from except_household and (d.facts - 'territory') = answers
$$;
comment on function households.count_copies(text, text, jsonb, integer, uuid) is 'Reviewed: for how many other households the same member of staff recorded all the same answers lately: not which.';
revoke execute on function households.count_copies(text, text, jsonb, integer, uuid) from public;
grant execute on function households.count_copies(text, text, jsonb, integer, uuid) to socle_app, socle_worker;
