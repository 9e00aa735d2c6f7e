-- Studies that were shown: all of them are kept, so that no two of them, held against each other, tell of a few households.

comment on schema simulation is 'Reforms tried on a snapshot: what was asked, what was shown, by whom. No person is held here.';

create table simulation.study (
  id uuid primary key,
  territory text collate "C" not null default '' check (territory = ''),
  country text not null,
  name text not null check (name <> '' and char_length(name) <= 200),
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  snapshot_hash text not null check (snapshot_hash ~ '^[0-9a-f]{64}$'),
  study text not null,
  result jsonb not null,
  published jsonb not null,
  saved_at timestamptz not null default clock_timestamp(),
  saved_by text not null default security.actor(),
  saved_name text not null default current_setting('socle.actor_name', true)
);
create index study_by_snapshot on simulation.study (snapshot_hash, pack);
create index study_by_time on simulation.study (country, saved_at);
comment on table simulation.study is 'What was simulated and shown. Figures of a nation, small numbers hidden; no personal data. Append-only.';
comment on column simulation.study.id is 'UUIDv7, made when the study was asked: its address.';
comment on column simulation.study.territory is 'Always the whole country: shown only to who is granted all of it.';
comment on column simulation.study.country is 'Country folder, such as ma.';
comment on column simulation.study.name is 'Given by who asked.';
comment on column simulation.study.pack is 'Programme simulated, such as ma/asd.';
comment on column simulation.study.month is 'Month simulated, YYYY-MM.';
comment on column simulation.study.snapshot_hash is 'Hash of the snapshot on which it was tried.';
comment on column simulation.study.study is 'The study as YAML: asked again, it gives the same figures.';
comment on column simulation.study.result is 'What was shown, amounts in minor units as text; null for what is hidden.';
comment on column simulation.study.published is 'Counts of households reached as they were, hidden ones among them: only to hold later studies against. The application writes and cannot read them.';
comment on column simulation.study.saved_at is 'When.';
comment on column simulation.study.saved_by is 'Who asked.';
comment on column simulation.study.saved_name is 'Name of who, as it was then.';

select security.append_only('simulation.study');
select security.protect('simulation.study');
grant select (id, territory, country, name, pack, month, snapshot_hash, study, result, saved_at, saved_by, saved_name)
  on simulation.study to socle_app;
grant insert (id, country, name, pack, month, snapshot_hash, study, result, published) on simulation.study to socle_app;
grant select on simulation.study to socle_worker;
