-- Citizens come in with a code sent to their telephone. What is asked is kept without the telephone: a keyed hash tells requests
-- for the same one together, known or not, so that the budget of messages answers alike for both.

create table security.citizen_code (
  id uuid primary key,
  challenge_hash bytea not null unique check (octet_length(challenge_hash) = 32),
  code_hash bytea not null check (octet_length(code_hash) = 32),
  phone_hash bytea not null check (octet_length(phone_hash) = 32),
  client_hash bytea not null check (octet_length(client_hash) = 32),
  asked_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  tries int not null default 0,
  sent_at timestamptz,
  persons uuid[],
  used_at timestamptz
);
create index citizen_code_phone on security.citizen_code (phone_hash, asked_at);
create index citizen_code_client on security.citizen_code (client_hash, asked_at);
create index citizen_code_asked on security.citizen_code (asked_at);
comment on table security.citizen_code is 'Codes asked for by citizens, whether or not anybody has the telephone.';
comment on column security.citizen_code.id is 'Identifier.';
comment on column security.citizen_code.challenge_hash is 'SHA-256 of what the browser that asked keeps: a code serves there alone.';
comment on column security.citizen_code.code_hash is 'HMAC-SHA-256 of the code for this request, by a key that is not in the database.';
comment on column security.citizen_code.phone_hash is 'HMAC-SHA-256 of the telephone asked for, by a key that is not in the database.';
comment on column security.citizen_code.client_hash is 'HMAC-SHA-256 of the network that asked.';
comment on column security.citizen_code.asked_at is 'When.';
comment on column security.citizen_code.expires_at is 'Until when the code serves.';
comment on column security.citizen_code.tries is 'How often a code was typed for it.';
comment on column security.citizen_code.sent_at is 'When the message left; null where nobody has the telephone.';
comment on column security.citizen_code.persons is 'Who has the telephone; null where nobody has.';
comment on column security.citizen_code.used_at is 'When the right code was typed.';

create table security.citizen_session (
  id uuid primary key,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  persons uuid[] not null check (cardinality(persons) > 0),
  opened_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
comment on table security.citizen_session is 'Citizens who showed that they hold a telephone of the register.';
comment on column security.citizen_session.id is 'Identifier.';
comment on column security.citizen_session.token_hash is 'SHA-256 of what the cookie carries.';
comment on column security.citizen_session.persons is 'Who has that telephone.';
comment on column security.citizen_session.opened_at is 'When it was opened.';
comment on column security.citizen_session.expires_at is 'Until when it holds.';

grant select, insert, update (tries, sent_at, persons, used_at) on security.citizen_code to socle_app;
grant select, insert, update (expires_at) on security.citizen_session to socle_app;

create or replace function security.actor() returns text
language sql stable parallel safe
as $$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'service' then 'service:' || current_setting('socle.actor_id', true)
    when 'citizen' then 'citizen:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
    else 'anonymous'
  end
$$;
comment on function security.actor() is 'Who acts in this transaction: staff:<id>, service:<id>, citizen:<id>, worker:<name> or anonymous.';
comment on column security.audit_record.actor is 'Who: staff:<id>, service:<id>, citizen:<id of the person>, worker:<name> or anonymous. Taken from the transaction, not from the caller.';
