-- One file opened outside of the own territory, for an hour and for a written reason: possible, loud, reviewed by somebody else.

create table security.emergency (
  id uuid primary key,
  staff_id uuid not null references security.staff,
  household_id uuid not null,
  files uuid[] not null,
  territory text collate "C" not null,
  reason text not null check (length(trim(reason)) >= 20 and length(reason) <= 1000),
  opened_at timestamptz not null default clock_timestamp(),
  opened_until timestamptz not null default clock_timestamp() + interval '1 hour',
  opened_name text not null default coalesce(current_setting('socle.actor_name', true), '')
);
create index emergency_staff on security.emergency (staff_id, opened_until);
create index emergency_territory on security.emergency (territory, opened_at);
comment on table security.emergency is 'Files opened in an emergency by who does not work where the household lives. Append-only.';
comment on column security.emergency.id is 'Made by the caller and kept for retries.';
comment on column security.emergency.staff_id is 'Who opened it.';
comment on column security.emergency.household_id is 'Household.';
comment on column security.emergency.files is 'The household and those who belonged to it then: all that is open, and nothing else.';
comment on column security.emergency.territory is 'Where it lives: who answers for that territory reviews.';
comment on column security.emergency.reason is 'Why, in the words of who opened it.';
comment on column security.emergency.opened_at is 'From when.';
comment on column security.emergency.opened_until is 'The first instant at which it is closed again.';
comment on column security.emergency.opened_name is 'Name of who, as it was then.';

create table security.emergency_review (
  emergency_id uuid primary key references security.emergency,
  outcome text not null check (outcome in ('justified', 'not_justified')),
  note text not null check (trim(note) <> '' and length(note) <= 1000),
  reviewed_at timestamptz not null default clock_timestamp(),
  reviewed_by text not null default security.actor(),
  reviewed_name text not null default coalesce(current_setting('socle.actor_name', true), '')
);
comment on table security.emergency_review is 'What somebody else says of an emergency, once. Append-only.';
comment on column security.emergency_review.emergency_id is 'Which.';
comment on column security.emergency_review.outcome is 'justified or not_justified.';
comment on column security.emergency_review.note is 'Why, or what follows.';
comment on column security.emergency_review.reviewed_at is 'When.';
comment on column security.emergency_review.reviewed_by is 'Who: never who opened it.';
comment on column security.emergency_review.reviewed_name is 'Name of who, as it was then.';

create function security.check_reviewer() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from security.emergency e where e.id = new.emergency_id and (new.reviewed_by = 'staff:' || e.staff_id
      or new.reviewed_by !~ '^staff:[0-9a-f-]{36}$'
      or e.files && security.files_closed_to(substr(new.reviewed_by, length('staff:') + 1)::uuid))) then
    raise exception 'an emergency is reviewed by a member of staff who neither opened it nor is close to the household'
      using errcode = 'check_violation', constraint = 'another_reviews';
  end if;
  return new;
end
$$;
comment on function security.check_reviewer() is 'Trigger: nobody judges an emergency of one''s own.';
create trigger another_reviews before insert on security.emergency_review
  for each row execute function security.check_reviewer();

create function security.check_emergency() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if security.actor() <> 'staff:' || new.staff_id then
    raise exception 'who opens a file in an emergency is who acts' using errcode = 'check_violation', constraint = 'own_emergency';
  end if;
  if new.files && security.files_closed_to(new.staff_id) then
    raise exception 'no emergency opens the file of own household or kin' using errcode = 'check_violation', constraint = 'not_in_conflict';
  end if;
  return new;
end
$$;
comment on function security.check_emergency() is 'Trigger: nobody opens for somebody else, nor the file of own household or kin.';
create trigger own_and_far before insert on security.emergency for each row execute function security.check_emergency();

select security.append_only('security.emergency');
select security.append_only('security.emergency_review');
select security.protect('security.emergency');
select security.protect_file('security.emergency', 'household_id');
create policy own on security.emergency to socle_app using ('staff:' || staff_id = (select security.actor()))
  with check ('staff:' || staff_id = security.actor() and current_setting('socle.permission', true) = 'emergency.open'
    and security.territory_low() < security.territory_high());
select security.protect_through('security.emergency_review', 'emergency_id', 'security.emergency');
grant select, insert (id, staff_id, household_id, files, territory, reason) on security.emergency to socle_app, socle_worker;
grant select, insert (emergency_id, outcome, note) on security.emergency_review to socle_app, socle_worker;

create function security.emergencies_of(staff uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'household', e.household_id, 'files', e.files,
    'territory', e.territory, 'until', e.opened_until) order by e.opened_at), '[]')
  from security.emergency e
  where e.staff_id = staff and e.opened_at <= statement_timestamp() and statement_timestamp() < e.opened_until
    and not e.files && security.files_closed_to(staff)
$$;
comment on function security.emergencies_of(uuid) is 'Emergencies of a member of staff that last at this moment.';
revoke execute on function security.emergencies_of(uuid) from public;
grant execute on function security.emergencies_of(uuid) to socle_app, socle_worker;
