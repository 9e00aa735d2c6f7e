-- Nobody acts on the own household, nor on kin. Who is close to whom is declared, and held against that member of staff in
-- every transaction: the files concerned are not there.

create table security.conflict (
  id uuid primary key,
  staff_id uuid not null references security.staff,
  relation text not null check (relation in ('own', 'spouse', 'parent', 'child', 'sibling', 'in_law', 'other')),
  household_id uuid not null,
  person_id uuid,
  declared_at timestamptz not null default clock_timestamp(),
  declared_by text not null default security.actor(),
  declared_name text not null default coalesce(current_setting('socle.actor_name', true), '')
);
create index conflict_staff on security.conflict (staff_id);
comment on table security.conflict is 'Households to which a member of staff is close, as declared. Append-only.';
comment on column security.conflict.id is 'Made by the caller and kept for retries.';
comment on column security.conflict.staff_id is 'Who is close.';
comment on column security.conflict.relation is 'own, or what the person of the household is to the member of staff.';
comment on column security.conflict.household_id is 'Household as it was found when this was declared.';
comment on column security.conflict.person_id is 'The person to whom the member of staff is close, wherever that person moves; null for the household as a whole.';
comment on column security.conflict.declared_at is 'When: it holds from then on.';
comment on column security.conflict.declared_by is 'Who declared it: the member of staff, or somebody who answers for them.';
comment on column security.conflict.declared_name is 'Name of who, as it was then.';

create table security.conflict_end (
  conflict_id uuid primary key references security.conflict,
  reason text not null check (reason <> '' and length(reason) <= 1000),
  ended_at timestamptz not null default clock_timestamp(),
  ended_by text not null default security.actor(),
  ended_name text not null default coalesce(current_setting('socle.actor_name', true), '')
);
comment on table security.conflict_end is 'Conflicts that no longer hold. Append-only.';
comment on column security.conflict_end.conflict_id is 'Which.';
comment on column security.conflict_end.reason is 'Why it no longer holds.';
comment on column security.conflict_end.ended_at is 'From when.';
comment on column security.conflict_end.ended_by is 'Who says so: never the member of staff concerned.';
comment on column security.conflict_end.ended_name is 'Name of who, as it was then.';

create table security.conflict_file (
  conflict_id uuid not null references security.conflict,
  file_id uuid not null,
  added_at timestamptz not null default clock_timestamp(),
  primary key (conflict_id, file_id)
);
create index conflict_file_of on security.conflict_file (file_id);
comment on table security.conflict_file is 'Files that a conflict closes: the household, its members, and those who join it. Append-only.';
comment on column security.conflict_file.conflict_id is 'Which conflict.';
comment on column security.conflict_file.file_id is 'A household or a person.';
comment on column security.conflict_file.added_at is 'Since when it is closed.';

select security.append_only('security.conflict');
select security.append_only('security.conflict_end');
select security.append_only('security.conflict_file');

create function security.check_conflict_end() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from security.conflict c where c.id = new.conflict_id and 'staff:' || c.staff_id = new.ended_by) then
    raise exception 'a conflict is ended by somebody else than the member of staff concerned'
      using errcode = 'check_violation', constraint = 'another_ends';
  end if;
  return new;
end
$$;
comment on function security.check_conflict_end() is 'Trigger: nobody opens to oneself a file that was closed for being too close.';
create trigger another_ends before insert on security.conflict_end
  for each row execute function security.check_conflict_end();

-- A conflict is seen by the member of staff, and by whoever answers for staff where that person works.
create function security.answers_for(staff uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select security.actor() = 'staff:' || staff
    or current_setting('socle.permission', true) in ('staff.read', 'staff.grant') and exists (
      select from security.role_grant g
      where g.staff_id = staff and g.territory collate "C" >= security.territory_low()
        and g.territory collate "C" < security.territory_high()
        and (security.range_is_exact() or g.territory ~ security.territory_pattern()))
$$;
comment on function security.answers_for(uuid) is 'Is the actor this member of staff, or somebody who answers for staff where that person holds a role?';
revoke execute on function security.answers_for(uuid) from public;
grant execute on function security.answers_for(uuid) to socle_app, socle_worker;

alter table security.conflict enable row level security;
create policy close on security.conflict to socle_app using (security.answers_for(staff_id));
create policy worker on security.conflict to socle_worker using (true);
select security.protect_through('security.conflict_end', 'conflict_id', 'security.conflict');
select security.protect_through('security.conflict_file', 'conflict_id', 'security.conflict');
grant select, insert (id, staff_id, relation, household_id, person_id) on security.conflict to socle_app, socle_worker;
grant select, insert (conflict_id, reason) on security.conflict_end to socle_app, socle_worker;
grant select, insert (conflict_id, file_id) on security.conflict_file to socle_app, socle_worker;

create function security.files_closed_to(staff uuid) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(distinct f.file_id), '{}')
  from security.conflict c join security.conflict_file f on f.conflict_id = c.id
  where c.staff_id = staff and not exists (select from security.conflict_end e where e.conflict_id = c.id)
$$;
comment on function security.files_closed_to(uuid) is 'Households and persons whose files are closed to a member of staff: what the transaction is told (socle.conflicts).';
revoke execute on function security.files_closed_to(uuid) from public;
grant execute on function security.files_closed_to(uuid) to socle_app, socle_worker;

create function security.follow_conflicts(households uuid[], persons uuid[]) returns uuid[]
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into security.conflict_file (conflict_id, file_id)
  select f.conflict_id, joined.person from unnest(households, persons) as joined (household, person)
    join security.conflict_file f on f.file_id = joined.household
  union
  select c.id, moved.household from unnest(households, persons) as moved (household, person)
    join security.conflict c on c.person_id = moved.person
  on conflict do nothing;
  select array_agg(distinct moved.household) from unnest(households, persons) as moved (household, person)
    join security.conflict c on c.person_id = moved.person
$$;
comment on function security.follow_conflicts(uuid[], uuid[]) is 'For the register: persons who join households, pair by pair. A closed household closes the file of who joins it; a person to whom somebody is close closes the household where they go: those households are answered, whose other members close as well.';
revoke execute on function security.follow_conflicts(uuid[], uuid[]) from public;

create function security.holds_conflicts() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select exists (select from security.conflict) $$;
comment on function security.holds_conflicts() is 'Was any conflict ever declared? Where none was, the register has nothing to follow.';
revoke execute on function security.holds_conflicts() from public;

-- What a transaction is told of single files: those closed to the actor, and, in an emergency, the only ones that are open.
create function security.every_file() returns boolean
language sql stable parallel safe
as $$ select coalesce(current_setting('socle.conflicts', true), '') = '' and coalesce(current_setting('socle.only_files', true), '') = '' $$;
comment on function security.every_file() is 'True when no file is closed to the actor: what policies ask once per query.';

create function security.closed_files() returns uuid[]
language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('socle.conflicts', true), ''), '{}')::uuid[] $$;
comment on function security.closed_files() is 'Households and persons closed to the actor for being too close.';

create function security.only_files() returns uuid[]
language sql stable parallel safe
as $$ select nullif(current_setting('socle.only_files', true), '')::uuid[] $$;
comment on function security.only_files() is 'The only files open to the actor, in an emergency; null outside of one.';

create function security.protect_file(protected regclass, file_column name) returns void
language plpgsql
as $$
begin
  execute format($policy$
    create policy file on %1$s as restrictive to socle_app using ((select security.every_file())
      or %2$I <> all ((select security.closed_files())::uuid[])
        and ((select security.only_files()) is null or %2$I = any ((select security.only_files())::uuid[])))
    $policy$, protected, file_column);
end
$$;
comment on function security.protect_file(regclass, name) is 'For a protected table of which each row belongs to the file of a household or a person, named by the column: closed where the actor is too close, and in an emergency open for that file alone.';

create function security.protect_in_emergency(protected regclass) returns void
language plpgsql
as $$
begin
  execute format(
    'create policy file on %s as restrictive to socle_app using ((select security.only_files()) is null)', protected);
end
$$;
comment on function security.protect_in_emergency(regclass) is 'For a protected table whose rows belong to no single file: nothing of it is shown in an emergency.';
revoke execute on function security.protect_file(regclass, name), security.protect_in_emergency(regclass) from public;

-- Records are written in an emergency, and not read.
create policy file on security.audit_record as restrictive for select to socle_app using ((select security.only_files()) is null);
select security.protect_in_emergency('security.audit_anomaly');
