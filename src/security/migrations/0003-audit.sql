-- The audit: who did what, to what, why. Written in the act's own transaction, never changed, and shaped so that it can be
-- sealed into a chain: an order, and a digest of one canonical text per record.

create function security.actor() returns text
language sql stable parallel safe
as $$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
    else 'anonymous'
  end
$$;
comment on function security.actor() is 'Who acts in this transaction: staff:<id>, worker:<name> or anonymous.';

create table security.audit_record (
  position bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  actor text not null,
  actor_name text not null,
  action text not null check (action ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$'),
  subject_kind text not null,
  subject_id text,
  territory text collate "C" not null default '',
  purpose text not null,
  detail jsonb not null default '{}',
  row_count bigint check (row_count >= 0),
  row_digest bytea check (octet_length(row_digest) = 32),
  digest bytea not null check (octet_length(digest) = 32),
  check ((row_count is null) = (row_digest is null)),
  check (subject_id is not null or row_count is not null)
);
create index audit_record_subject on security.audit_record (subject_kind, subject_id, position);
create index audit_record_actor on security.audit_record (actor, position);
create index audit_record_territory on security.audit_record (territory, position);
comment on table security.audit_record is 'Every change, decision, approval, export and reading of a person''s data. Append-only, for the owner too.';
comment on column security.audit_record.position is 'Order of writing. Gaps are transactions that did not commit.';
comment on column security.audit_record.recorded_at is 'When, by the database''s clock.';
comment on column security.audit_record.actor is 'Who: staff:<id>, worker:<name> or anonymous. Taken from the transaction, not from the caller.';
comment on column security.audit_record.actor_name is 'The name as it was then.';
comment on column security.audit_record.action is 'What was done, as a verb on a thing: household.read, payment_run.approve.';
comment on column security.audit_record.subject_kind is 'To what kind of thing: household.';
comment on column security.audit_record.subject_id is 'To which; null for a set.';
comment on column security.audit_record.territory is 'Where the subject is: who may read of it. Empty: only who sees the whole country.';
comment on column security.audit_record.purpose is 'Why, as the register of purposes names it, and on which screen or command.';
comment on column security.audit_record.detail is 'What else an auditor needs. No personal data beyond ids.';
comment on column security.audit_record.row_count is 'For a set-based act: how many rows.';
comment on column security.audit_record.row_digest is 'For a set-based act: SHA-256 of its rows, one line each, in byte order.';
comment on column security.audit_record.digest is 'SHA-256 of security.audit_content of this record.';

create function security.audit_content(r security.audit_record) returns text
language sql immutable parallel safe
as $$
  select jsonb_build_array(r.position, to_char(r.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    r.actor, r.actor_name, r.action, r.subject_kind, r.subject_id, r.territory, r.purpose, r.detail,
    r.row_count, encode(r.row_digest, 'hex'))::text
$$;
comment on function security.audit_content(security.audit_record) is 'The one canonical text of a record, over which its digest and the chain are computed.';

create function security.complete_audit_record() returns trigger
language plpgsql
as $$
begin
  new.actor := security.actor();
  new.actor_name := coalesce(current_setting('socle.actor_name', true), '');
  new.recorded_at := clock_timestamp();
  new.digest := sha256(convert_to(security.audit_content(new), 'UTF8'));
  return new;
end
$$;
comment on function security.complete_audit_record() is 'Trigger: who and when are the transaction''s and the clock''s, whatever the caller wrote; then the digest.';
create trigger complete before insert on security.audit_record for each row execute function security.complete_audit_record();

create function security.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation';
end
$$;
comment on function security.refuse_change() is 'Trigger for append-only tables: refuses update, delete and truncate to everybody, the owner included.';
create trigger append_only before update or delete or truncate on security.audit_record
  for each statement execute function security.refuse_change();

create function security.append_only(kept regclass) returns void
language plpgsql
as $$
begin
  execute format(
    'create trigger append_only before update or delete or truncate on %s for each statement execute function security.refuse_change()',
    kept);
end
$$;
comment on function security.append_only(regclass) is 'For migrations: rows of this table are written once and never changed, by anybody.';
revoke execute on function security.append_only(regclass) from public;

select security.protect('security.audit_record');
create policy append on security.audit_record for insert to socle_app with check (true);
grant select, insert on security.audit_record to socle_app, socle_worker;
