-- A second thing to show when signing in: a code of an authenticator (RFC 6238), or one of ten recovery codes. Whether a session
-- waits for it is written by the database, whatever opened the session.

create table security.second_factor (
  staff_id uuid primary key references security.staff_account on delete cascade,
  secret bytea not null,
  begun_at timestamptz not null default clock_timestamp(),
  confirmed_at timestamptz,
  last_step bigint
);
comment on table security.second_factor is 'Authenticators of members of staff.';
comment on column security.second_factor.staff_id is 'Whose.';
comment on column security.second_factor.secret is 'What the authenticator shares with us, encrypted with a key that is not in the database.';
comment on column security.second_factor.begun_at is 'When it was drawn.';
comment on column security.second_factor.confirmed_at is 'When a first code showed that the authenticator holds it; null until then, and nothing is asked.';
comment on column security.second_factor.last_step is 'Time step of the last code taken: neither it nor an earlier one is taken again.';

create table security.recovery_code (
  staff_id uuid not null references security.second_factor on delete cascade,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  used_at timestamptz,
  primary key (staff_id, code_hash)
);
comment on table security.recovery_code is 'Codes for when the authenticator is lost: each serves once.';
comment on column security.recovery_code.staff_id is 'Whose.';
comment on column security.recovery_code.code_hash is 'HMAC-SHA-256 of the code, by a key that is not in the database.';
comment on column security.recovery_code.used_at is 'When it served; null while it can.';

alter table security.staff_session
  add column second_factor_due boolean not null default false,
  add column second_factor_at timestamptz;
comment on column security.staff_session.second_factor_due is 'True where its holder had a second factor when it was opened: it then opens nothing before the factor is shown.';
comment on column security.staff_session.second_factor_at is 'When the second factor was shown in this session.';

create function security.bound_session() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'INSERT' then
    new.second_factor_at := null;
    new.second_factor_due := exists (
      select from security.second_factor f where f.staff_id = new.staff_id and f.confirmed_at is not null);
  end if;
  new.expires_at := least(new.expires_at, new.created_at + case
    when new.second_factor_due and new.second_factor_at is null then interval '10 minutes' else interval '7 days' end);
  return new;
end
$$;
comment on function security.bound_session() is 'Trigger: no session is opened past the second factor of its holder, by a password or by an outside provider. Until the factor is shown it lives ten minutes; however much it is used, a week.';
create trigger bound_session before insert or update on security.staff_session
  for each row execute function security.bound_session();

comment on column security.sign_in_attempt.email_hash is 'SHA-256 of what is tried: the address as typed in small letters, or whose code it is.';
comment on column security.sign_in_attempt.succeeded is 'False when the attempt begins, counted before it is tried; true in a second row when it was right.';

grant select, insert, update, delete on security.second_factor to socle_app;
grant select, insert, update (used_at), delete on security.recovery_code to socle_app;
