-- Who is in which programme, since when and why. Every change is a fact with a reason and the month from which it counts; what
-- was recorded last counts from its month on, so a household has exactly one state in each programme and month.

create table programmes.enrolment_act (
  id uuid primary key,
  pack text not null,
  kind text not null check (kind in ('run', 'application', 'change')),
  digest bytea not null check (length(digest) = 32),
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  run_id uuid references programmes.determination_run,
  sequence integer,
  terms_version text check (terms_version ~ '^[0-9a-f]{64}$'),
  counts jsonb not null check (jsonb_typeof(counts) = 'object'),
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  check ((kind = 'run') = (run_id is not null) and (kind = 'run') = (sequence is not null))
);
comment on table programmes.enrolment_act is 'What changed enrolments, one at a time or in millions: each once. Written once.';
comment on column programmes.enrolment_act.id is 'Made by the caller and kept for retries.';
comment on column programmes.enrolment_act.pack is 'Programme.';
comment on column programmes.enrolment_act.kind is 'run (a determination run was applied), application, change.';
comment on column programmes.enrolment_act.digest is 'SHA-256 of what was asked: a retry asks the same.';
comment on column programmes.enrolment_act.month is 'Month from which it counts.';
comment on column programmes.enrolment_act.run_id is 'Run that was applied.';
comment on column programmes.enrolment_act.sequence is 'Place of that run in the chain of the programme: later runs go on from there.';
comment on column programmes.enrolment_act.terms_version is 'Terms of the programme then, by the hash of their text.';
comment on column programmes.enrolment_act.counts is 'Households by what became of them.';
comment on column programmes.enrolment_act.recorded_at is 'When.';
comment on column programmes.enrolment_act.recorded_by is 'Who.';
create unique index enrolment_act_run on programmes.enrolment_act (run_id) where run_id is not null;
create index enrolment_act_pack on programmes.enrolment_act (pack, sequence);
grant select, insert on programmes.enrolment_act to socle_app, socle_worker;

create table programmes.terms_version (
  version text primary key check (version ~ '^[0-9a-f]{64}$'),
  pack text not null,
  content text not null,
  recorded_at timestamptz not null default now()
);
comment on table programmes.terms_version is 'Every text of terms by which somebody was enrolled, by its hash.';
comment on column programmes.terms_version.version is 'SHA-256 of the text.';
comment on column programmes.terms_version.pack is 'Programme.';
comment on column programmes.terms_version.content is 'programme.yaml as it was.';
comment on column programmes.terms_version.recorded_at is 'When it first counted here.';
grant select, insert on programmes.terms_version to socle_app, socle_worker;

create table programmes.enrolment_event (
  household_id uuid not null,
  pack text not null,
  sequence integer not null check (sequence > 0),
  territory text collate "C" not null,
  change text not null check (change in ('apply', 'find_eligible', 'refuse', 'wait', 'enrol', 'suspend', 'restore', 'recertify', 'exit')),
  state text not null check (state in ('applied', 'eligible', 'refused', 'waiting', 'enrolled', 'suspended', 'exited')),
  reason text not null check (reason ~ '^[a-z][a-z0-9_]*$'),
  detail jsonb check (jsonb_typeof(detail) = 'object'),
  says text check (says <> '' and char_length(says) <= 1000),
  effective_month text not null check (effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  act_id uuid not null,
  recorded_at timestamptz not null default now(),
  recorded_by text not null default security.actor(),
  primary key (household_id, pack, sequence)
);
comment on table programmes.enrolment_event is 'Every change of a household''s state in a programme. Append-only: what was recorded last counts from its month on.';
comment on column programmes.enrolment_event.household_id is 'Household.';
comment on column programmes.enrolment_event.pack is 'Programme.';
comment on column programmes.enrolment_event.sequence is 'Place among the changes of this household in this programme, from 1.';
comment on column programmes.enrolment_event.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.enrolment_event.change is 'What was done: apply, find_eligible, refuse, wait, enrol, suspend, restore, recertify, exit.';
comment on column programmes.enrolment_event.state is 'The state that follows: applied, eligible (not enrolled for a reason), refused, waiting (for a place), enrolled, suspended, exited.';
comment on column programmes.enrolment_event.reason is 'Why, as a code: a refusal of the pack, or one of the program.';
comment on column programmes.enrolment_event.detail is 'What goes with the reason: a number of places, another programme, a condition.';
comment on column programmes.enrolment_event.says is 'Why, in the words of who did it.';
comment on column programmes.enrolment_event.effective_month is 'First month for which it counts, YYYY-MM.';
comment on column programmes.enrolment_event.act_id is 'Act that it belongs to.';
comment on column programmes.enrolment_event.recorded_at is 'When.';
comment on column programmes.enrolment_event.recorded_by is 'Who.';
create index enrolment_event_act on programmes.enrolment_event using brin (act_id) with (pages_per_range = 16, autosummarize = on);
grant select, insert on programmes.enrolment_event to socle_app, socle_worker;
select security.protect('programmes.enrolment_event');
select security.protect_programme('programmes.enrolment_event', 'pack');
select security.protect_country('programmes.enrolment_event', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.enrolment_event', 'household_id');

create table programmes.enrolment (
  household_id uuid not null,
  pack text not null,
  territory text collate "C" not null,
  state text not null check (state in ('applied', 'eligible', 'refused', 'waiting', 'enrolled', 'suspended', 'exited')),
  reason text not null,
  sequence integer not null check (sequence > 0),
  effective_month text not null check (effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  since_month text check (since_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  certified_month text check (certified_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  asked_on date not null default current_date,
  by_run boolean not null,
  primary key (household_id, pack),
  check ((since_month is not null) = (state in ('enrolled', 'suspended')))
);
comment on table programmes.enrolment is 'The latest state of each household in each programme: what its events come to, kept so that a nation is counted without reading them all.';
comment on column programmes.enrolment.household_id is 'Household.';
comment on column programmes.enrolment.pack is 'Programme.';
comment on column programmes.enrolment.territory is 'Where the household lived at the last change; rows are seen by those who may see it.';
comment on column programmes.enrolment.state is 'As in the last event.';
comment on column programmes.enrolment.reason is 'As in the last event.';
comment on column programmes.enrolment.sequence is 'Of the last event.';
comment on column programmes.enrolment.effective_month is 'Of the last event: for this month and those after it, this is the state.';
comment on column programmes.enrolment.since_month is 'First month of being in, suspended or not; null for who is not in.';
comment on column programmes.enrolment.certified_month is 'When it last said anew how it stands, or came in.';
comment on column programmes.enrolment.asked_on is 'Day of the application, or on which it first was a candidate: ties of a waiting list.';
comment on column programmes.enrolment.by_run is 'The last change was made by a determination run: what was done by hand, a run does not undo.';
create index enrolment_by_state on programmes.enrolment (pack, state, territory);
grant select, insert, update on programmes.enrolment to socle_app, socle_worker;
select security.protect('programmes.enrolment');
select security.protect_programme('programmes.enrolment', 'pack');
select security.protect_country('programmes.enrolment', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.enrolment', 'household_id');

-- Who is in a programme is active, whether or not anything is owed.
create or replace view programmes.published_activity with (security_invoker = true) as
select household_id, entitled_at as at from programmes.entitlement
union all
select household_id, recorded_at as at from programmes.enrolment_event;
comment on view programmes.published_activity is 'When something was owed to a household, or changed in its programmes.';
comment on column programmes.published_activity.at is 'When it was recorded.';

-- An actor who sees one region or one programme still fills the places of the whole, and still may not enrol somebody who is in
-- a programme that is hidden: these answer that and nothing else.
create function programmes.places_taken(of_pack text, within text, in_month text) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*)::int from programmes.enrolment
  where pack = of_pack and (within = '' or territory = within or territory collate "C" >= within || '.' and territory collate "C" < within || '/')
    and (state in ('enrolled', 'suspended') or state = 'exited' and effective_month > in_month)
$$;
comment on function programmes.places_taken(text, text, text) is 'How many places of a programme are taken in a month below a territory: who is in, and who leaves after it.';

create function programmes.waiting_count(of_pack text, within text, others_than uuid[]) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*)::int from programmes.enrolment
  where pack = of_pack and state = 'waiting' and household_id <> all (others_than)
    and (within = '' or territory = within or territory collate "C" >= within || '.' and territory collate "C" < within || '/')
$$;
comment on function programmes.waiting_count(text, text, uuid[]) is 'How many others wait for a place of a programme below a territory.';

create function programmes.enrolled_elsewhere(households uuid[], packs text[])
returns table (household_id uuid, pack text, is_in boolean, effective_month text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select e.household_id, e.pack, e.state in ('enrolled', 'suspended'), e.effective_month
  from unnest(households) as asked (id) join programmes.enrolment e on e.household_id = asked.id and e.pack = any (packs)
  where e.state in ('enrolled', 'suspended', 'exited')
$$;
comment on function programmes.enrolled_elsewhere(uuid[], text[]) is 'Which of these households are, or were, in one of these programmes.';

create function programmes.yield_enrolments(from_pack text, to_pack text, act uuid) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  done integer;
begin
  with leaving as (
    update programmes.enrolment e
    set state = 'exited', reason = 'yielded', sequence = e.sequence + 1, since_month = null, by_run = true,
      effective_month = entered.effective_month
    from programmes.enrolment_event entered
    where entered.act_id = act and entered.pack = to_pack and entered.state = 'enrolled'
      and entered.recorded_at = now() and e.household_id = entered.household_id and e.pack = from_pack
      and e.state in ('enrolled', 'suspended')
    returning e.household_id, e.sequence, e.territory, e.effective_month
  )
  insert into programmes.enrolment_event
    (household_id, pack, sequence, territory, change, state, reason, detail, effective_month, act_id)
  select l.household_id, from_pack, l.sequence, l.territory, 'exit', 'exited', 'yielded', jsonb_build_object('pack', to_pack),
    l.effective_month, act
  from leaving l;
  get diagnostics done = row_count;
  return done;
end
$$;
comment on function programmes.yield_enrolments(text, text, uuid) is 'Reviewed: households that this very transaction enrolled in one programme leave another that gives way to it.';
revoke execute on function programmes.places_taken(text, text, text), programmes.waiting_count(text, text, uuid[]),
  programmes.enrolled_elsewhere(uuid[], text[]), programmes.yield_enrolments(text, text, uuid) from public;
grant execute on function programmes.places_taken(text, text, text), programmes.waiting_count(text, text, uuid[]),
  programmes.enrolled_elsewhere(uuid[], text[]), programmes.yield_enrolments(text, text, uuid) to socle_app, socle_worker;
