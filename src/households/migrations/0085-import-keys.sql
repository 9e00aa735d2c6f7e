-- Staging holds facts as text, for they are read once, when they are declared; and what persons are found by, made while the
-- file is read.
alter table households.import_household alter column facts type text, add place integer not null default 0;
alter table households.import_household alter column place drop default;
alter table households.import_member alter column facts type text, add keys integer[], add place_key integer;
comment on column households.import_household.facts is 'Facts, as JSON.';
comment on column households.import_household.place is 'Number of the place where the household lives, for the keys of its members.';
comment on column households.import_member.facts is 'Facts, as JSON.';
comment on column households.import_member.keys is 'Numbers of the keys by which the person is found (population.match_key), but for the one of the place.';
comment on column households.import_member.place_key is 'With the number of the household''s place, by exclusive or, the key of the place.';

-- What joins is enough for the planner.
create or replace function households.analyze_staging() returns void
language sql volatile security definer set search_path = ''
as $$
  analyze households.import_household (attempt, line, source_id);
  analyze households.import_member (attempt, line, household, source_id);
  analyze households.import_reject (attempt, file, line, source_id, household)
$$;

alter table households.import_job add same integer not null default 0, add to_settle integer not null default 0;
comment on column households.import_job.same is 'Persons of the import who are proposed as the same as somebody.';
comment on column households.import_job.to_settle is 'Persons of the import of whom somebody has to look whether they are the same as another.';
grant update (same, to_settle) on households.import_job to socle_worker;
