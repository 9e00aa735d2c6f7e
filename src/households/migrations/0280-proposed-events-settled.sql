-- What the civil register proposes is settled on a page: recorded as an event, known before, or set aside with a reason.

alter table households.proposed_event
  add column matched text check (matched in ('identifier', 'known_before', 'name_and_birth', 'somebody')),
  add column event_id uuid,
  drop constraint proposed_event_answer_check,
  add constraint proposed_event_answer_check check (answer in ('recorded', 'known', 'refused')),
  add constraint proposed_event_reason_check check (answer <> 'refused' or says is not null),
  add constraint proposed_event_event_check check (event_id is null or answer = 'recorded');
comment on column households.proposed_event.matched is 'How it is known who is meant: an identifier, the register''s own identifier as it was used before, name and birth date, or somebody said so. Null: told before this was kept.';
comment on column households.proposed_event.event_id is 'The event that was recorded (households.event).';
comment on column households.proposed_event.answer is 'recorded; known: the file said it already; refused.';
comment on column households.proposed_event.says is 'Why it was set aside, in the words of who did.';
grant update (event_id) on households.proposed_event to socle_app, socle_worker;

-- Two feeds that tell the same at one moment propose it once.
delete from households.proposed_event as later using households.proposed_event as earlier
where later.answered_at is null and earlier.answered_at is null and later.household_id = earlier.household_id
  and later.person_id = earlier.person_id and later.kind = earlier.kind and later.on_day = earlier.on_day
  and later.child is not distinct from earlier.child and (later.feed_id, later.row) > (earlier.feed_id, earlier.row);
create unique index proposed_event_once on households.proposed_event
  (household_id, person_id, kind, on_day, md5(coalesce(child::text, ''))) where answered_at is null;
create index proposed_event_person on households.proposed_event (person_id);

-- What was answered is a fact.
create function households.keep_answer() returns trigger
language plpgsql
as $$
begin
  raise exception 'a proposed event that was answered is not changed' using errcode = 'restrict_violation';
end
$$;
comment on function households.keep_answer() is 'Refuses every change of a proposed event that was answered.';
create trigger keep_answer before update on households.proposed_event
  for each row when (old.answered_at is not null) execute function households.keep_answer();
