-- Members of staff as the rest of the system knows them: an id and a name. How they sign in is kept elsewhere.

create table security.staff (
  id uuid primary key,
  name text not null check (name <> ''),
  recorded_at timestamptz not null default clock_timestamp()
);
comment on table security.staff is 'Members of staff: who may be named as having acted.';
comment on column security.staff.id is 'Made by the caller; accounts for signing in refer to it.';
comment on column security.staff.name is 'As shown to colleagues.';
comment on column security.staff.recorded_at is 'When the person was recorded.';

create table security.territory_grant (
  staff_id uuid not null references security.staff,
  territory text collate "C" not null check (territory ~ '^([0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$'),
  granted_at timestamptz not null default clock_timestamp(),
  granted_by text not null,
  revoked_at timestamptz,
  revoked_by text,
  primary key (staff_id, territory, granted_at),
  check ((revoked_at is null) = (revoked_by is null))
);
create unique index territory_grant_current on security.territory_grant (staff_id, territory) where revoked_at is null;
comment on table security.territory_grant is 'Where a member of staff may work. A grant covers all that lies below it.';
comment on column security.territory_grant.staff_id is 'To whom.';
comment on column security.territory_grant.territory is 'Code without final dot; the empty text is the whole country.';
comment on column security.territory_grant.granted_at is 'From when.';
comment on column security.territory_grant.granted_by is 'By whom, as the audit names actors.';
comment on column security.territory_grant.revoked_at is 'Until when; null while it holds.';
comment on column security.territory_grant.revoked_by is 'By whom it was taken back.';

grant select, insert on security.staff, security.territory_grant to socle_app, socle_worker;
grant update (name) on security.staff to socle_app, socle_worker;
grant update (revoked_at, revoked_by) on security.territory_grant to socle_app, socle_worker;
