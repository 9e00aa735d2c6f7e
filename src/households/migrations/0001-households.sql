-- Households: what each one said, who belongs to it, who receives for it, what it scored. Facts are appended: a
-- declaration is never edited, a correction is another declaration. Every table owned by a household has the household
-- first in its primary key, so that the schema can be spread over several servers by household.

comment on schema households is 'Households: declarations, membership over time, who receives, scores, and imports of files.';

create table households.household (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  source text not null,
  source_id text not null,
  territory text collate "C" not null,
  weight numeric not null default 1 check (weight > 0),
  modelled boolean not null default false,
  source_digest bytea not null check (length(source_digest) = 32),
  registered_at timestamptz not null default now(),
  unique (country, source, source_id)
);
comment on table households.household is 'A household as it stands now; what it said is in declaration.';
comment on column households.household.id is 'UUIDv7; decisions go through households in ranges of it.';
comment on column households.household.country is 'Country folder whose catalogue and programmes apply, such as ma.';
comment on column households.household.source is 'The register, survey or generator that the household first came from.';
comment on column households.household.source_id is 'The household''s own identifier in its source.';
comment on column households.household.territory is 'Where the household lives now: whoever may see it sees the household and all that it owns, also what was said elsewhere.';
comment on column households.household.weight is 'How many households this one stands for: 1 in a register, the survey weight in a sample.';
comment on column households.household.modelled is 'True where the household was generated for a demonstration and does not exist.';
comment on column households.household.source_digest is 'SHA-256 of what the source last said: the same content again changes nothing.';
comment on column households.household.registered_at is 'When the household entered this register.';
create index household_territory on households.household (territory);
create index household_country on households.household (country, id);
grant select, insert on households.household to socle_app, socle_worker;
grant update (territory, weight, source_digest) on households.household to socle_app, socle_worker;
select security.protect('households.household');

create table households.declaration (
  household_id uuid not null references households.household,
  id uuid not null,
  effective_on date not null,
  declared_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  channel text not null check (channel in ('web', 'desk', 'field', 'import', 'partner', 'generated')),
  actor text not null,
  import_id uuid,
  facts jsonb not null check (jsonb_typeof(facts) = 'object'),
  members jsonb not null check (jsonb_typeof(members) = 'array'),
  primary key (household_id, id)
);
comment on table households.declaration is 'What a household said. Append-only: the facts that count are those of the latest declaration in effect.';
comment on column households.declaration.household_id is 'Household that declares.';
comment on column households.declaration.id is 'UUIDv7.';
comment on column households.declaration.effective_on is 'Day from which what is said is true: the first of the two time axes.';
comment on column households.declaration.declared_at is 'When the household said it.';
comment on column households.declaration.recorded_at is 'When this register learnt it: the second time axis.';
comment on column households.declaration.channel is 'web, desk, field, import, partner or generated.';
comment on column households.declaration.actor is 'Who recorded it: staff name or system process.';
comment on column households.declaration.import_id is 'Import that brought it (import_job), where one did.';
comment on column households.declaration.facts is 'Facts of the household by the names of the country''s catalogue; a fact absent here was not said.';
comment on column households.declaration.members is 'Members in the order declared: person (id), source_id, and facts by the names of the catalogue.';
grant select, insert on households.declaration to socle_app, socle_worker;
select security.protect_through('households.declaration', 'household_id', 'households.household');

create table households.membership (
  household_id uuid not null references households.household,
  person_id uuid not null references population.person,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  relation text,
  source_id text not null,
  recorded_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (household_id, person_id, valid_from, recorded_at),
  check ((valid_to is null) = (ended_at is null))
);
comment on table households.membership is 'Who belonged to which household, from when to when.';
comment on column households.membership.household_id is 'Household.';
comment on column households.membership.person_id is 'Person (population.person).';
comment on column households.membership.valid_from is 'First day of the membership.';
comment on column households.membership.valid_to is 'Day from which it no longer holds; null while it holds.';
comment on column households.membership.relation is 'Relation to the head, as the catalogue codes it; null where the catalogue has none.';
comment on column households.membership.source_id is 'The member''s identifier within the household in its source.';
comment on column households.membership.recorded_at is 'When the register learnt of the membership.';
comment on column households.membership.ended_at is 'When the register learnt of its end.';
-- A person belongs to one household at a time.
create unique index membership_one_household on households.membership (person_id) where valid_to is null;
grant select, insert on households.membership to socle_app, socle_worker;
grant update (valid_to, ended_at) on households.membership to socle_app, socle_worker;
select security.protect_through('households.membership', 'household_id', 'households.household');

create table households.recipient (
  household_id uuid not null references households.household,
  id uuid not null,
  person_id uuid not null references population.person,
  effective_on date not null,
  recorded_at timestamptz not null default now(),
  actor text not null,
  primary key (household_id, id)
);
comment on table households.recipient is 'Who receives what is paid to the household. Append-only: the latest in effect counts.';
comment on column households.recipient.household_id is 'Household.';
comment on column households.recipient.id is 'UUIDv7.';
comment on column households.recipient.person_id is 'Person who receives (population.person): mother, guardian or another.';
comment on column households.recipient.effective_on is 'Day from which this person receives.';
comment on column households.recipient.recorded_at is 'When the register learnt it.';
comment on column households.recipient.actor is 'Who recorded it: staff name or system process.';
grant select, insert on households.recipient to socle_app, socle_worker;
select security.protect_through('households.recipient', 'household_id', 'households.household');

create table households.score (
  household_id uuid not null references households.household,
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  recorded_at timestamptz not null default now(),
  declaration_id uuid not null,
  pack_version text not null,
  value numeric not null,
  primary key (household_id, pack, month, recorded_at),
  foreign key (household_id, declaration_id) references households.declaration
);
comment on table households.score is 'What a score pack gave the household, as history. Its terms are computed again from the declaration and the pack version. Append-only.';
comment on column households.score.household_id is 'Household scored.';
comment on column households.score.pack is 'Score pack, such as ma/ise.';
comment on column households.score.month is 'Month scored, YYYY-MM.';
comment on column households.score.recorded_at is 'When the score was recorded.';
comment on column households.score.declaration_id is 'Declaration whose facts were scored.';
comment on column households.score.pack_version is 'Version of the pack (programmes.pack_version).';
comment on column households.score.value is 'The score, exact to its seven decimals.';
grant select, insert on households.score to socle_app, socle_worker;
select security.protect_through('households.score', 'household_id', 'households.household');

create view households.published_household with (security_invoker) as
  select id, country, source, source_id, territory, weight, modelled, registered_at from households.household;
comment on view households.published_household is 'Households as they stand now, for the modules above.';
grant select on households.published_household to socle_app, socle_worker;

create view households.published_member with (security_invoker) as
  select household.id as household_id, household.country, household.source, household.source_id, household.territory,
    household.modelled, membership.relation, person.id as person_id, person.given_name, person.family_name,
    person.given_name_ar, person.family_name_ar, person.name_key, person.sex, person.birth_date
  from households.household
    join households.membership on membership.household_id = household.id and membership.ended_at is null
    join population.published_person as person on person.id = membership.person_id;
comment on view households.published_member is 'Who belongs to which household now, with names in both scripts: what search looks through.';
grant select on households.published_member to socle_app, socle_worker;
