-- Imports of files. A file is first read whole into staging tables, checked there, then registered batch by batch; the
-- job remembers how far it came, in the same transaction as the batch, so that one killed anywhere is taken up again.
-- Staging tables are unlogged: PostgreSQL empties them after a crash, and the file is then simply read again.

create table households.import_job (
  id uuid primary key,
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  country text not null,
  source text not null,
  households_file text not null,
  members_file text,
  effective_on date not null,
  asked_by text not null,
  started_at timestamptz not null default now(),
  attempt integer,
  staged integer,
  position integer not null default 0,
  registered integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  rejected integer not null default 0,
  finished_at timestamptz
);
comment on table households.import_job is 'One import of a file of households, and of its members where it has some.';
comment on column households.import_job.id is 'UUIDv7; declarations name it.';
comment on column households.import_job.fingerprint is 'SHA-256 of country, source, mapping and the bytes of the files: the same import asked again is the same job while it is not finished.';
comment on column households.import_job.country is 'Country folder whose catalogue checks the file.';
comment on column households.import_job.source is 'Register or survey that the file comes from.';
comment on column households.import_job.households_file is 'Name of the file of households, without its folder.';
comment on column households.import_job.members_file is 'Name of the file of members; null where there is none.';
comment on column households.import_job.effective_on is 'Day from which what the file says is true, where a row does not say its own.';
comment on column households.import_job.asked_by is 'Who asked: staff name or system process.';
comment on column households.import_job.started_at is 'When the import was first asked.';
comment on column households.import_job.attempt is 'Reading of the file that the staging tables hold for this job.';
comment on column households.import_job.staged is 'Households that passed every check and wait in staging; null until the file is read and checked.';
comment on column households.import_job.position is 'Row of the households file up to which all is registered.';
comment on column households.import_job.registered is 'Households that were new.';
comment on column households.import_job.changed is 'Households that said something else than last time.';
comment on column households.import_job.unchanged is 'Households that said the same again.';
comment on column households.import_job.rejected is 'Rows of both files that did not go in.';
comment on column households.import_job.finished_at is 'When the last batch was registered; null while it runs or waits to be taken up again.';
create unique index import_job_open on households.import_job (fingerprint) where finished_at is null;
grant select, insert on households.import_job to socle_worker;
grant update (attempt, staged, position, registered, changed, unchanged, rejected, finished_at) on households.import_job to socle_worker;
grant select on households.import_job to socle_app;

create sequence households.import_attempt as integer;
comment on sequence households.import_attempt is 'Numbers the readings of files.';
grant usage on sequence households.import_attempt to socle_worker;

create unlogged table households.import_household (
  attempt integer not null,
  line integer not null,
  source_id text not null,
  id uuid not null,
  declaration_id uuid not null,
  territory text not null,
  weight numeric not null,
  effective_on date,
  recipient text,
  facts jsonb not null,
  digest bytea not null,
  primary key (attempt, line)
);
comment on table households.import_household is 'Staging: rows of a households file that were read without a mistake. Reached by the worker alone.';
comment on column households.import_household.attempt is 'Reading of the file.';
comment on column households.import_household.line is 'Row of the file, the header being row 1.';
comment on column households.import_household.source_id is 'Identifier in the source.';
comment on column households.import_household.id is 'Id that the household takes if it is new.';
comment on column households.import_household.declaration_id is 'Id of the declaration if one is recorded.';
comment on column households.import_household.territory is 'Territory.';
comment on column households.import_household.weight is 'Weight.';
comment on column households.import_household.effective_on is 'Day from which the row is true, where it says one.';
comment on column households.import_household.recipient is 'Member who receives, by source_id, where the row names one.';
comment on column households.import_household.facts is 'Facts.';
comment on column households.import_household.digest is 'SHA-256 of what the row says.';
create index import_household_source_id on households.import_household (attempt, source_id);
grant select, insert, delete on households.import_household to socle_worker;

create unlogged table households.import_member (
  attempt integer not null,
  line integer not null,
  household text not null,
  source_id text not null,
  person_id uuid not null,
  relation text,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  name_key text not null,
  sex text,
  birth_date date,
  birth_precision text,
  phone text,
  facts jsonb not null,
  digest bytea not null,
  primary key (attempt, household, line)
);
comment on table households.import_member is 'Staging: rows of a members file that were read without a mistake. Reached by the worker alone.';
comment on column households.import_member.attempt is 'Reading of the file.';
comment on column households.import_member.line is 'Row of the file, the header being row 1; members of a household keep this order.';
comment on column households.import_member.household is 'Identifier of the household in the source.';
comment on column households.import_member.source_id is 'Identifier of the member within the household.';
comment on column households.import_member.person_id is 'Id that the person takes if new.';
comment on column households.import_member.relation is 'Relation to the head.';
comment on column households.import_member.given_name is 'Given names in Latin script.';
comment on column households.import_member.family_name is 'Family name in Latin script.';
comment on column households.import_member.given_name_ar is 'Given names in Arabic script.';
comment on column households.import_member.family_name_ar is 'Family name in Arabic script.';
comment on column households.import_member.name_key is 'Names folded for search.';
comment on column households.import_member.sex is 'Sex.';
comment on column households.import_member.birth_date is 'Date of birth.';
comment on column households.import_member.birth_precision is 'How much of it is known.';
comment on column households.import_member.phone is 'Telephone.';
comment on column households.import_member.facts is 'Facts.';
comment on column households.import_member.digest is 'SHA-256 of what the row says.';
grant select, insert, delete on households.import_member to socle_worker;

create unlogged table households.import_reject (
  attempt integer not null,
  file text not null check (file in ('households', 'members')),
  line integer not null,
  number integer not null,
  source_id text not null,
  household text not null,
  "column" text not null,
  value text not null,
  accepted text not null,
  primary key (attempt, file, line, number)
);
comment on table households.import_reject is 'Staging: every reason for which a row did not go in. Reached by the worker alone.';
comment on column households.import_reject.attempt is 'Reading of the file.';
comment on column households.import_reject.file is 'households or members.';
comment on column households.import_reject.line is 'Row of that file, the header being row 1.';
comment on column households.import_reject.number is 'Order of the reasons of one row.';
comment on column households.import_reject.source_id is 'Identifier of the row in the source, as far as it can be read.';
comment on column households.import_reject.household is 'Identifier of its household, as far as it can be read.';
comment on column households.import_reject."column" is 'Column to blame.';
comment on column households.import_reject.value is 'What stands there.';
comment on column households.import_reject.accepted is 'What would be accepted there.';
create index import_reject_household on households.import_reject (attempt, household);
grant select, insert, delete on households.import_reject to socle_worker;

-- The worker owns no table and may not analyse one; a planner that takes a million staged rows for none is very slow.
create function households.analyze_staging() returns void
language sql volatile security definer set search_path = ''
as $$ analyze households.import_household, households.import_member, households.import_reject $$;
comment on function households.analyze_staging() is 'Tells the planner what the staging tables hold.';
revoke execute on function households.analyze_staging() from public;
grant execute on function households.analyze_staging() to socle_worker;

-- What was said, who received and what was scored is not changed by anybody, not even by the owner of the tables.
create trigger append_only before update or delete or truncate on households.declaration
  for each statement execute function security.refuse_change();
create trigger append_only before update or delete or truncate on households.recipient
  for each statement execute function security.refuse_change();
create trigger append_only before update or delete or truncate on households.score
  for each statement execute function security.refuse_change();
