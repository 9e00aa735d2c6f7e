-- What members of staff may do: roles, each given for a territory, a programme and a depth, from one day until another.
-- Which permissions a role holds is in the program (src/security/permissions), under test.

create table security.role_grant (
  id uuid primary key,
  staff_id uuid not null references security.staff,
  role text not null check (role ~ '^[a-z]+(_[a-z]+)*$'),
  territory text collate "C" not null check (territory ~ '^([0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$'),
  programme text check (programme ~ '^[a-z0-9-]+(/[a-z0-9-]+)*$'),
  sensitivity text not null check (sensitivity in ('ordinary', 'sensitive')),
  valid_from timestamptz not null default clock_timestamp(),
  valid_to timestamptz,
  granted_at timestamptz not null default clock_timestamp(),
  granted_by text not null,
  revoked_at timestamptz,
  revoked_by text,
  constraint role_grant_not_own check (granted_by <> 'staff:' || staff_id::text),
  constraint role_grant_in_order check (valid_to > valid_from),
  check ((revoked_at is null) = (revoked_by is null))
);
create index role_grant_staff on security.role_grant (staff_id);
comment on table security.role_grant is 'Roles given to members of staff. Nobody gives one to oneself; a grant is taken back, never edited.';
comment on column security.role_grant.id is 'Made by the caller.';
comment on column security.role_grant.staff_id is 'To whom.';
comment on column security.role_grant.role is 'Which role; its permissions are in the program. A role that the program does not know grants nothing.';
comment on column security.role_grant.territory is 'Where: a code without final dot, and all below it; the empty text is the whole country.';
comment on column security.role_grant.programme is 'For which programme, such as ma/asd; null for all, and for what belongs to none.';
comment on column security.role_grant.sensitivity is 'The most that is shown: ordinary, or sensitive (illness, disability).';
comment on column security.role_grant.valid_from is 'From when it holds.';
comment on column security.role_grant.valid_to is 'The first instant at which it no longer holds; null where no end is planned.';
comment on column security.role_grant.granted_at is 'When it was recorded.';
comment on column security.role_grant.granted_by is 'By whom, as the audit names actors.';
comment on column security.role_grant.revoked_at is 'When it was taken back; null while it stands.';
comment on column security.role_grant.revoked_by is 'By whom it was taken back.';
grant select, insert on security.role_grant to socle_app, socle_worker;
grant update (revoked_at, revoked_by) on security.role_grant to socle_app, socle_worker;

-- Whoever could work in a territory becomes its supervisor there, without what is sensitive: an administrator, whom the
-- command line makes, gives each the role that fits.
insert into security.role_grant
  (id, staff_id, role, territory, sensitivity, valid_from, granted_at, granted_by, revoked_at, revoked_by)
select gen_random_uuid(), staff_id, 'territory_supervisor', territory, 'ordinary', granted_at, granted_at,
  'worker:migration, before ' || granted_by, revoked_at, revoked_by
from security.territory_grant;
drop table security.territory_grant;

-- A programme that a row belongs to: what an actor limited to some programmes may see of it. Programme and territory are
-- compared together, as they were granted together; an actor granted every programme pays for one comparison a query.
create function security.every_programme() returns boolean
language sql stable parallel safe
as $$ select coalesce(current_setting('socle.programme_pattern', true), '') = '' $$;
comment on function security.every_programme() is 'True when the actor''s grants are limited to no programme.';

create function security.programme_granted(programme text, territory text) returns boolean
language sql stable parallel safe
as $$ select programme || ' ' || territory ~ current_setting('socle.programme_pattern', true) $$;
comment on function security.programme_granted(text, text) is 'For an actor limited to some programmes: is this programme granted in this territory?';

create function security.protect_programme(protected regclass, programme text, territory text default 'territory') returns void
language plpgsql
as $$
begin
  execute format(
    'create policy programme on %s as restrictive to socle_app using ((select security.every_programme()) or security.programme_granted(%s, %s))',
    protected, programme, territory);
end
$$;
comment on function security.protect_programme(regclass, text, text) is 'For a protected table whose rows belong to a programme: also holds the programmes granted. The second and third arguments are expressions over its columns.';
revoke execute on function security.protect_programme(regclass, text, text) from public;
