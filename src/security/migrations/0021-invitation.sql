-- A link by which somebody chooses a password: the first, or another for one that was forgotten. No account has a password that
-- somebody else knows.

create table security.invitation (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  staff_id uuid not null references security.staff,
  email text not null check (email = lower(email)),
  invited_at timestamptz not null default clock_timestamp(),
  invited_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  withdrawn_at timestamptz
);
create index invitation_staff on security.invitation (staff_id);
comment on table security.invitation is 'Links by which a member of staff chooses a password. Each serves once.';
comment on column security.invitation.token_hash is 'SHA-256 of the link''s secret.';
comment on column security.invitation.staff_id is 'Who is invited.';
comment on column security.invitation.email is 'The address that will sign in, in small letters.';
comment on column security.invitation.invited_at is 'When it was made.';
comment on column security.invitation.invited_by is 'By whom, as the audit names actors.';
comment on column security.invitation.expires_at is 'Until when it can serve.';
comment on column security.invitation.used_at is 'When it served.';
comment on column security.invitation.withdrawn_at is 'When another took its place.';

grant select, insert, update (used_at, withdrawn_at) on security.invitation to socle_app;
