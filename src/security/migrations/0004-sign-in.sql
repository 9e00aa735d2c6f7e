-- How staff sign in: the tables of better-auth, with names and columns as everywhere here. Reached by the application's role
-- alone; a session or a credential says nothing of what its holder may see, which grants say.

create table security.staff_account (
  id uuid primary key references security.staff,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on table security.staff_account is 'Accounts with which members of staff sign in.';
comment on column security.staff_account.id is 'Member of staff.';
comment on column security.staff_account.name is 'Name shown while signed in.';
comment on column security.staff_account.email is 'Address that signs in, in small letters.';
comment on column security.staff_account.email_verified is 'Whether the address was shown to be theirs.';
comment on column security.staff_account.image is 'Unused; the sign-in library keeps a column for it.';
comment on column security.staff_account.created_at is 'When the account was made.';
comment on column security.staff_account.updated_at is 'When it last changed.';

create table security.staff_credential (
  id uuid primary key,
  account_id text not null,
  provider_id text not null,
  staff_id uuid not null references security.staff_account on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index staff_credential_staff on security.staff_credential (staff_id);
comment on table security.staff_credential is 'What an account signs in with: a password, or an outside provider.';
comment on column security.staff_credential.id is 'Identifier.';
comment on column security.staff_credential.account_id is 'Who the provider says it is; the account itself for a password.';
comment on column security.staff_credential.provider_id is 'credential for a password, else the provider.';
comment on column security.staff_credential.staff_id is 'Account.';
comment on column security.staff_credential.access_token is 'Token of an outside provider.';
comment on column security.staff_credential.refresh_token is 'Token of an outside provider.';
comment on column security.staff_credential.id_token is 'Token of an outside provider.';
comment on column security.staff_credential.access_token_expires_at is 'Until when that token holds.';
comment on column security.staff_credential.refresh_token_expires_at is 'Until when that token holds.';
comment on column security.staff_credential.scope is 'What the outside provider allowed.';
comment on column security.staff_credential.password is 'Hash of the password (scrypt).';
comment on column security.staff_credential.created_at is 'When it was made.';
comment on column security.staff_credential.updated_at is 'When it last changed.';

create table security.staff_session (
  id uuid primary key,
  staff_id uuid not null references security.staff_account on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index staff_session_staff on security.staff_session (staff_id);
comment on table security.staff_session is 'Open sessions.';
comment on column security.staff_session.id is 'Identifier.';
comment on column security.staff_session.staff_id is 'Whose session.';
comment on column security.staff_session.token is 'What the cookie carries, signed.';
comment on column security.staff_session.expires_at is 'Until when it holds.';
comment on column security.staff_session.ip_address is 'Where it was opened from.';
comment on column security.staff_session.user_agent is 'With what it was opened.';
comment on column security.staff_session.created_at is 'When it was opened.';
comment on column security.staff_session.updated_at is 'When it was last seen.';

create table security.staff_verification (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index staff_verification_identifier on security.staff_verification (identifier);
comment on table security.staff_verification is 'Short-lived proofs under way, such as a link to choose a password.';
comment on column security.staff_verification.id is 'Identifier.';
comment on column security.staff_verification.identifier is 'What is being proved.';
comment on column security.staff_verification.value is 'The proof awaited.';
comment on column security.staff_verification.expires_at is 'Until when it is awaited.';
comment on column security.staff_verification.created_at is 'When it was asked.';
comment on column security.staff_verification.updated_at is 'When it last changed.';

create table security.sign_in_attempt (
  id bigint generated always as identity primary key,
  email_hash bytea not null check (length(email_hash) = 32),
  attempted_at timestamptz not null default clock_timestamp(),
  succeeded boolean not null
);
create index sign_in_attempt_email on security.sign_in_attempt (email_hash, attempted_at);
comment on table security.sign_in_attempt is 'Attempts to sign in, by address whether or not it has an account: five failures close it for a while. Append-only.';
comment on column security.sign_in_attempt.id is 'Identifier.';
comment on column security.sign_in_attempt.email_hash is 'SHA-256 of the address as typed, in small letters.';
comment on column security.sign_in_attempt.attempted_at is 'When.';
comment on column security.sign_in_attempt.succeeded is 'Whether the password was right.';

grant select, insert, update, delete on security.staff_account, security.staff_credential, security.staff_session,
  security.staff_verification to socle_app;
grant select, insert on security.sign_in_attempt to socle_app;
select security.append_only('security.sign_in_attempt');
