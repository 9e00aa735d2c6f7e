-- What happens to households: births, deaths, marriages, moves, splits. An event is a fact with two days, when it happened and
-- when it was learnt; what it changes is appended beside it (memberships, declarations, recipients).

create table households.event (
  household_id uuid not null references households.household on delete cascade,
  id uuid not null,
  kind text not null check (kind in ('birth', 'death', 'marriage', 'divorce', 'departure', 'arrival', 'move', 'change_of_head', 'split', 'merge', 'orphanhood', 'kafala')),
  effective_on date not null,
  entered boolean not null,
  persons uuid[] not null,
  changed text[] not null,
  declaration_id uuid,
  asked_digest bytea not null check (length(asked_digest) = 32),
  says text not null check (char_length(says) <= 1000),
  channel text not null check (channel in ('web', 'desk', 'field', 'partner')),
  recorded_at timestamptz not null default now(),
  actor text not null,
  primary key (household_id, id),
  foreign key (household_id, declaration_id) references households.declaration
);
comment on table households.event is 'What happened to a household: one row for each household that an event touches. Written once.';
comment on column households.event.household_id is 'Household.';
comment on column households.event.id is 'UUIDv7, made by who records and kept for retries; the same in every household touched.';
comment on column households.event.kind is 'birth, death, marriage, divorce, departure, arrival, move, change_of_head, split, merge, orphanhood or kafala.';
comment on column households.event.effective_on is 'Day on which it happened.';
comment on column households.event.entered is 'True for the household that it was recorded for; false for another that it touches.';
comment on column households.event.persons is 'Whom it names or changes.';
comment on column households.event.changed is 'Names of what it changed: members, member.FACT, household.FACT.';
comment on column households.event.declaration_id is 'The declaration appended for its day; null where the household ended.';
comment on column households.event.asked_digest is 'SHA-256 of the event as asked: a retry says the same.';
comment on column households.event.says is 'Evidence or circumstances, in the words of who records.';
comment on column households.event.channel is 'web, desk, field or partner.';
comment on column households.event.recorded_at is 'When the register learnt it.';
comment on column households.event.actor is 'Who recorded it.';
grant select, insert on households.event to socle_app, socle_worker;
select security.protect_through('households.event', 'household_id', 'households.household');

alter table households.household
  add column closed_on date,
  add column closed_at timestamptz,
  add constraint household_closed check ((closed_on is null) = (closed_at is null));
comment on column households.household.closed_on is 'Day from which nobody belongs to the household any more; null while somebody does.';
comment on column households.household.closed_at is 'When the register learnt of it.';
grant update (closed_on, closed_at) on households.household to socle_app, socle_worker;

-- Two households cannot hold one person. Whether somebody belongs where the actor does not see must be known before, without
-- saying where.
create function households.standing_of(persons uuid[]) returns table (person_id uuid, belongs boolean, left_on date)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select m.person_id, bool_or(m.ended_at is null), max(m.valid_to) from households.membership m
  where m.person_id = any (persons) group by m.person_id
$$;
comment on function households.standing_of(uuid[]) is 'Whether each person belongs to some household, and until when they last belonged to one: not to which.';
revoke execute on function households.standing_of(uuid[]) from public;
grant execute on function households.standing_of(uuid[]) to socle_app, socle_worker;
