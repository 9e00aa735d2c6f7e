-- What is unusual in the audit, found by the program (src/security/anomaly.ts), for an auditor to look at. A finding is a
-- row that stays; what the auditor says of it is another.

create table security.audit_anomaly (
  id uuid primary key,
  kind text not null check (kind ~ '^[a-z]+(_[a-z]+)*$'),
  day date not null,
  level int not null check (level between 1 and 3),
  actor text not null,
  actor_name text not null,
  subject_kind text not null default '',
  subject_id text not null default '',
  territory text collate "C" not null,
  facts jsonb not null check (jsonb_typeof(facts) = 'object'),
  found_at timestamptz not null default clock_timestamp(),
  unique (day, kind, actor, subject_id, level)
);
create index audit_anomaly_territory on security.audit_anomaly (territory, day);
comment on table security.audit_anomaly is 'Acts that stand out, a row for each kind, day, actor and subject, and again when it grows worse. Append-only.';
comment on column security.audit_anomaly.id is 'Made by the program.';
comment on column security.audit_anomaly.kind is 'Which detector found it.';
comment on column security.audit_anomaly.day is 'Day in the country''s zone.';
comment on column security.audit_anomaly.level is '1 beyond the threshold, 2 from twice, 3 from four times.';
comment on column security.audit_anomaly.actor is 'Who acted, as the audit names actors.';
comment on column security.audit_anomaly.actor_name is 'The name as it was then.';
comment on column security.audit_anomaly.subject_kind is 'On what, where it is one thing; else empty.';
comment on column security.audit_anomaly.subject_id is 'On which; else empty.';
comment on column security.audit_anomaly.territory is 'What holds all that was touched: whoever audits there sees the row. Empty: the whole country.';
comment on column security.audit_anomaly.facts is 'The figures that made it stand out.';
comment on column security.audit_anomaly.found_at is 'When it was found.';
select security.append_only('security.audit_anomaly');
select security.protect('security.audit_anomaly');
grant select on security.audit_anomaly to socle_app;
grant select, insert on security.audit_anomaly to socle_worker;

create table security.audit_anomaly_state (
  id uuid primary key,
  anomaly_id uuid not null references security.audit_anomaly,
  state text not null check (state in ('seen', 'explained', 'confirmed')),
  note text not null check (length(note) <= 2000),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor(),
  recorded_name text not null default coalesce(current_setting('socle.actor_name', true), ''),
  check (state = 'seen' or note <> '')
);
create index audit_anomaly_state_of on security.audit_anomaly_state (anomaly_id, recorded_at);
comment on table security.audit_anomaly_state is 'What auditors said of an anomaly; the latest stands. Append-only.';
comment on column security.audit_anomaly_state.id is 'Made by the caller and kept for retries.';
comment on column security.audit_anomaly_state.anomaly_id is 'Of which.';
comment on column security.audit_anomaly_state.state is 'seen; explained: there was a good reason; confirmed: to be followed up.';
comment on column security.audit_anomaly_state.note is 'The explanation, or what follows.';
comment on column security.audit_anomaly_state.recorded_at is 'When.';
comment on column security.audit_anomaly_state.recorded_by is 'Who.';
comment on column security.audit_anomaly_state.recorded_name is 'Name of who, as it was then.';
select security.append_only('security.audit_anomaly_state');
select security.protect_through('security.audit_anomaly_state', 'anomaly_id', 'security.audit_anomaly');
grant select, insert (id, anomaly_id, state, note) on security.audit_anomaly_state to socle_app, socle_worker;

-- The worker counts failures to sign in, by account.
grant select on security.sign_in_attempt to socle_worker;
grant select (id, name, email) on security.staff_account to socle_worker;
