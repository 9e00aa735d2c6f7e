-- The keys of members have their places now: files that wait in staging are read again.
update households.import_job set staged = null where finished_at is null;
comment on column households.import_member.keys is 'Numbers of the keys by which the person is found, each in its place (population.match_key), but for the one of the place where they live.';
