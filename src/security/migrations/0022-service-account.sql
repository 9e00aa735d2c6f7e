-- Partners' programs: what each may do and where, and the keys by which it is known. A key is told once and kept as a hash.

create table security.service_account (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  organisation text not null check (organisation <> ''),
  scopes text[] not null check (cardinality(scopes) > 0),
  territory text collate "C" not null check (territory ~ '^([0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$'),
  programme text,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  check ((revoked_at is null) = (revoked_by is null))
);
comment on table security.service_account is 'Programs of partners that may call the API.';
comment on column security.service_account.id is 'Identifier; the audit names it service:<id>.';
comment on column security.service_account.name is 'Short name, as commands and the audit show it.';
comment on column security.service_account.organisation is 'Who answers for it.';
comment on column security.service_account.scopes is 'Permissions, as members of staff have them.';
comment on column security.service_account.territory is 'Where: a code and all below it; the empty text is the whole country.';
comment on column security.service_account.programme is 'For which programme; null for all and for what belongs to none.';
comment on column security.service_account.created_at is 'When it was made.';
comment on column security.service_account.created_by is 'By whom, as the audit names actors.';
comment on column security.service_account.expires_at is 'Until when it may call at all, whatever its keys say.';
comment on column security.service_account.revoked_at is 'When it was ended before that.';
comment on column security.service_account.revoked_by is 'By whom.';

create table security.service_key (
  id uuid primary key,
  service_id uuid not null references security.service_account,
  prefix text not null unique check (prefix ~ '^[0-9a-z]{8}$'),
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz
);
create index service_key_service on security.service_key (service_id);
comment on table security.service_key is 'Keys of service accounts. Two at once while one replaces the other.';
comment on column security.service_key.id is 'Identifier.';
comment on column security.service_key.service_id is 'Whose.';
comment on column security.service_key.prefix is 'First part of the key, by which it is found and spoken of.';
comment on column security.service_key.secret_hash is 'SHA-256 of the whole key: 256 bits drawn at random need no slower hash.';
comment on column security.service_key.created_at is 'When it was made.';
comment on column security.service_key.created_by is 'By whom, as the audit names actors.';
comment on column security.service_key.expires_at is 'Until when it opens anything; brought forward when it is replaced or revoked.';
comment on column security.service_key.last_used_at is 'When it was last used, to within a minute.';

grant select, insert, update (revoked_at, revoked_by) on security.service_account to socle_app;
grant select, insert, update (expires_at, last_used_at) on security.service_key to socle_app;

create or replace function security.actor() returns text
language sql stable parallel safe
as $$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'service' then 'service:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
    else 'anonymous'
  end
$$;
comment on function security.actor() is 'Who acts in this transaction: staff:<id>, service:<id>, worker:<name> or anonymous.';
comment on column security.audit_record.actor is 'Who: staff:<id>, service:<id>, worker:<name> or anonymous. Taken from the transaction, not from the caller.';
