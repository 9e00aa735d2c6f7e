-- What other registers tell of members: schools, health services, the civil register. Told facts are dated, carry their source
-- and are never edited; the declaration of the household stays as it was said.

create table households.feed (
  id uuid primary key,
  country text not null check (country ~ '^[a-z]{2}$'),
  kind text not null check (kind in ('school', 'vaccination', 'civil')),
  source text not null check (source ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  channel text not null check (channel in ('file', 'api')),
  label text not null,
  asked_by text not null,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  position integer not null default 0 check (position >= 0),
  recorded integer not null default 0 check (recorded >= 0),
  unchanged integer not null default 0 check (unchanged >= 0),
  doubtful integer not null default 0 check (doubtful >= 0),
  rejected integer not null default 0 check (rejected >= 0),
  unique (country, kind, source, content_hash)
);
comment on table households.feed is 'Files and calls by which other registers tell facts of members. The same content of one source is one feed.';
comment on column households.feed.id is 'UUIDv7.';
comment on column households.feed.country is 'Country folder whose conditions.yaml says which facts each kind tells.';
comment on column households.feed.kind is 'school, vaccination or civil.';
comment on column households.feed.source is 'The register that tells, such as a school information system.';
comment on column households.feed.content_hash is 'SHA-256 of what was given: the same again changes nothing.';
comment on column households.feed.channel is 'file or api.';
comment on column households.feed.label is 'Name of the file, or of the service account that called.';
comment on column households.feed.asked_by is 'Who gave it: staff name, service account or system process.';
comment on column households.feed.started_at is 'When it was first given.';
comment on column households.feed.finished_at is 'When its last row was decided; null while it runs.';
comment on column households.feed.position is 'Row up to which it is decided: whatever interrupts it, it goes on from here.';
comment on column households.feed.recorded is 'Rows that told something new.';
comment on column households.feed.unchanged is 'Rows that said what was known.';
comment on column households.feed.doubtful is 'Rows that wait for somebody to say who is meant.';
comment on column households.feed.rejected is 'Rows that did not go in.';
create index feed_recent on households.feed (country, started_at desc);
grant select, insert on households.feed to socle_app, socle_worker;
grant update (position, recorded, unchanged, doubtful, rejected, finished_at) on households.feed to socle_app, socle_worker;

create table households.feed_reject (
  feed_id uuid not null references households.feed on delete cascade,
  row integer not null check (row > 0),
  code text not null check (code ~ '^[a-z_]+$'),
  "column" text not null,
  accepted text not null,
  primary key (feed_id, row)
);
comment on table households.feed_reject is 'Rows that did not go in, and what would be accepted. No value of a row stands here: the file has them.';
comment on column households.feed_reject.feed_id is 'Feed.';
comment on column households.feed_reject.row is 'Row, as a spreadsheet numbers it; of a call, place in its list plus one.';
comment on column households.feed_reject.code is 'Why.';
comment on column households.feed_reject."column" is 'Column at fault.';
comment on column households.feed_reject.accepted is 'What is accepted there.';
grant select, insert on households.feed_reject to socle_app, socle_worker;

create table households.received (
  person_id uuid not null references population.person on delete cascade,
  id uuid not null,
  feed_id uuid not null references households.feed,
  row integer not null check (row > 0),
  kind text not null check (kind in ('school', 'vaccination', 'civil')),
  source text not null,
  period text check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  effective_on date not null,
  facts jsonb not null check (jsonb_typeof(facts) = 'object'),
  replaces uuid,
  recorded_at timestamptz not null default clock_timestamp(),
  actor text not null,
  primary key (person_id, id),
  check (period is null or to_char(effective_on, 'YYYY-MM') = period)
);
comment on table households.received is 'What another register told of a person. Append-only: what is told later of the same person and period replaces it, and both stay.';
comment on column households.received.person_id is 'Person (population.person).';
comment on column households.received.id is 'UUIDv7.';
comment on column households.received.feed_id is 'Feed that brought it.';
comment on column households.received.row is 'Row of the feed.';
comment on column households.received.kind is 'school, vaccination or civil.';
comment on column households.received.source is 'The register that told it.';
comment on column households.received.period is 'Month that it is about, and no other; null: true from effective_on until something later is told.';
comment on column households.received.effective_on is 'Day from which it is true.';
comment on column households.received.facts is 'Facts of a member by the names of the country''s catalogue.';
comment on column households.received.replaces is 'What the same source had told before of the same person and period.';
comment on column households.received.recorded_at is 'When this register learnt it.';
comment on column households.received.actor is 'Who gave it.';
create index received_of_feed on households.received (feed_id, id);
grant select, insert on households.received to socle_app, socle_worker;
select security.protect_through('households.received', 'person_id', 'population.person');

create table households.received_line (
  feed_id uuid not null references households.feed on delete cascade,
  id uuid not null,
  line text not null,
  primary key (feed_id, id)
);
comment on table households.received_line is 'Of told facts that left with their person: the line that the audit counted, which says nothing of anybody.';
comment on column households.received_line.feed_id is 'Feed.';
comment on column households.received_line.id is 'Of the told fact.';
comment on column households.received_line.line is 'Ids and hashes alone.';
grant select on households.received_line to socle_worker;

create function households.received_line_of(said households.received) returns text
language sql immutable
as $$
  select concat_ws('|', said.feed_id, said.row, said.id, said.kind, said.period,
    encode(sha256(convert_to(said.person_id || said.effective_on::text || said.facts::text, 'UTF8')), 'hex'))
$$;
comment on function households.received_line_of(households.received) is 'A told fact as a line of the audit.';

create function households.keep_received_line() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into households.received_line (feed_id, id, line) values (old.feed_id, old.id, households.received_line_of(old))
  on conflict do nothing;
  return old;
end
$$;
comment on function households.keep_received_line() is 'Keeps the line of a told fact that leaves with its person.';
create trigger keep_line before delete on households.received
  for each row execute function households.keep_received_line();

create table households.feed_identity (
  country text not null,
  source text not null,
  source_person text not null,
  person_id uuid not null references population.person on delete cascade,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor(),
  primary key (country, source, source_person)
);
comment on table households.feed_identity is 'By what another register knows a person, once it was told apart from others.';
comment on column households.feed_identity.country is 'Country folder.';
comment on column households.feed_identity.source is 'The register that tells.';
comment on column households.feed_identity.source_person is 'Its own identifier of the person, such as a pupil''s.';
comment on column households.feed_identity.person_id is 'Person (population.person).';
comment on column households.feed_identity.recorded_at is 'When it was first known.';
comment on column households.feed_identity.recorded_by is 'By whom.';
create index feed_identity_person on households.feed_identity (person_id);
grant select, insert on households.feed_identity to socle_app, socle_worker;
select security.protect_through('households.feed_identity', 'person_id', 'population.person');

create table households.feed_doubt (
  feed_id uuid not null references households.feed on delete cascade,
  row integer not null check (row > 0),
  territory text collate "C" not null,
  why text not null check (why ~ '^[a-z_]+$'),
  said jsonb check (jsonb_typeof(said) = 'object'),
  candidates uuid[] not null,
  recorded_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  settled_by text,
  answer text check (answer in ('person', 'nobody')),
  primary key (feed_id, row),
  check (num_nonnulls(settled_at, settled_by, answer) in (0, 3)),
  check ((said is null) = (settled_at is not null))
);
comment on table households.feed_doubt is 'Rows of which it is not certain who is meant: somebody says so, nothing is guessed. What was said goes once that is done.';
comment on column households.feed_doubt.feed_id is 'Feed.';
comment on column households.feed_doubt.row is 'Row of it.';
comment on column households.feed_doubt.territory is 'Smallest territory that holds those who may be meant: whoever sees it settles.';
comment on column households.feed_doubt.why is 'identifiers_differ, identifier_contradicted, several_alike or only_alike.';
comment on column households.feed_doubt.said is 'The row as it was given; null once it is settled.';
comment on column households.feed_doubt.candidates is 'Persons who may be meant, the likeliest first.';
comment on column households.feed_doubt.recorded_at is 'When.';
comment on column households.feed_doubt.settled_at is 'When somebody said who is meant.';
comment on column households.feed_doubt.settled_by is 'Who said so.';
comment on column households.feed_doubt.answer is 'person: one of them; nobody: none of them.';
create index feed_doubt_open on households.feed_doubt (territory, recorded_at) where settled_at is null;
grant select, insert on households.feed_doubt to socle_app, socle_worker;
grant update (said, settled_at, settled_by, answer) on households.feed_doubt to socle_app, socle_worker;
select security.protect('households.feed_doubt');
select security.protect_in_emergency('households.feed_doubt');

create table households.proposed_event (
  feed_id uuid not null references households.feed,
  row integer not null check (row > 0),
  household_id uuid not null references households.household on delete cascade,
  person_id uuid not null,
  kind text not null check (kind in ('birth', 'death')),
  on_day date not null,
  child jsonb check (jsonb_typeof(child) = 'object'),
  recorded_at timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  answered_by text,
  answer text check (answer in ('recorded', 'refused')),
  says text check (length(says) <= 1000),
  primary key (household_id, feed_id, row),
  check ((kind = 'birth') = (child is not null)),
  check (num_nonnulls(answered_at, answered_by, answer) in (0, 3))
);
comment on table households.proposed_event is 'Births and deaths that the civil register told: somebody at a desk records the event, or says why not. Nothing changes by itself.';
comment on column households.proposed_event.feed_id is 'Feed.';
comment on column households.proposed_event.row is 'Row of it.';
comment on column households.proposed_event.household_id is 'Household of the mother or of who died.';
comment on column households.proposed_event.person_id is 'The mother, or who died.';
comment on column households.proposed_event.kind is 'birth or death.';
comment on column households.proposed_event.on_day is 'Day of it.';
comment on column households.proposed_event.child is 'Names and sex of the child.';
comment on column households.proposed_event.recorded_at is 'When it was told.';
comment on column households.proposed_event.answered_at is 'When somebody recorded or refused it.';
comment on column households.proposed_event.answered_by is 'Who did.';
comment on column households.proposed_event.answer is 'recorded or refused.';
comment on column households.proposed_event.says is 'Why not, in the words of who refused.';
create index proposed_event_open on households.proposed_event (recorded_at) where answered_at is null;
grant select, insert on households.proposed_event to socle_app, socle_worker;
grant update (answered_at, answered_by, answer, says) on households.proposed_event to socle_app, socle_worker;
select security.protect_through('households.proposed_event', 'household_id', 'households.household');

-- The facts that count of a person in a month: those told of that very month, of each source what it told last; and of those
-- that stay true the latest told by the day.
create function households.told(of_person uuid, of_month text, on_day date, known timestamptz)
returns table (fact text, value jsonb, source text, effective_on date)
language sql stable
as $$
  select distinct on (each.key) each.key, each.value, said.source, said.effective_on
  from (
    (select distinct on (r.source, r.kind) r.source, r.effective_on, r.recorded_at, r.id, r.facts, 1 as rank
      from households.received r
      where r.person_id = of_person and r.period = of_month and r.recorded_at <= known
      order by r.source, r.kind, r.recorded_at desc, r.id desc)
    union all
    select r.source, r.effective_on, r.recorded_at, r.id, r.facts, 0
    from households.received r
    where r.person_id = of_person and r.period is null and r.effective_on <= on_day and r.recorded_at <= known
  ) as said cross join lateral jsonb_each(said.facts) as each
  order by each.key, said.rank desc, said.effective_on desc, said.recorded_at desc, said.id desc
$$;
comment on function households.told(uuid, text, date, timestamptz) is 'What other registers told of a person that counts in a month, as known at an instant: fact, value, who told it and since when.';
grant execute on function households.told(uuid, text, date, timestamptz) to socle_app, socle_worker;

create function households.members_known(members jsonb, of_month text, on_day date, known timestamptz) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(
    case when told.facts is null then said.member
      else jsonb_set(said.member, '{facts}', (said.member -> 'facts') || told.facts) end order by said.place), '[]')
  from jsonb_array_elements(members) with ordinality as said (member, place)
    cross join lateral (
      select jsonb_object_agg(t.fact, t.value) as facts
      from households.told((said.member ->> 'id')::uuid, of_month, on_day, known) as t
    ) as told
$$;
comment on function households.members_known(jsonb, text, date, timestamptz) is 'Members as a declaration names them, with what other registers told of them over what was declared.';
grant execute on function households.members_known(jsonb, text, date, timestamptz) to socle_app, socle_worker;

-- Facts that leave what a household said leave what was told of its members too; the line that the audit counted stays.
create or replace function households.erase_facts(ids uuid[], of_household text[], of_members text[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  holding uuid[];
begin
  holding := array(select d.id from households.declaration d
    where d.household_id = any (ids) and households.says(d.facts, d.members, of_household, of_members));
  perform households.keep_lines(holding);
  perform security.open_rewriting('households.declaration');
  update households.declaration d
  set facts = d.facts - of_household,
    members = (select coalesce(jsonb_agg(jsonb_set(m.member, '{facts}', (m.member -> 'facts') - of_members) order by m.place), '[]')
      from jsonb_array_elements(d.members) with ordinality as m (member, place))
  where d.household_id = any (ids) and d.id = any (holding);
  perform security.close_rewriting();
  with told as (
    select r.feed_id, r.id, households.received_line_of(r) as line from households.received r
    where r.facts ?| of_members
      and r.person_id in (select m.person_id from households.membership m where m.household_id = any (ids))
  ), kept as (
    insert into households.received_line (feed_id, id, line) select feed_id, id, line from told on conflict do nothing
  )
  update households.received r set facts = r.facts - of_members from told where told.id = r.id;
  return cardinality(holding);
end
$$;
