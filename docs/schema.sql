-- The schema, module by module. Written by npm run schema from the migrations: not edited by hand.

-- db ------------------------------------------------------------------------------------------------------------------

comment on schema db is 'Migrations applied, and the outbox: events and their deliveries.';

CREATE OR REPLACE FUNCTION db.bring_index_back()
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET max_parallel_maintenance_workers TO '0'
AS $function$
declare
  one db.index_aside;
begin
  -- The longest to build first; another call builds another meanwhile, which is why each is built by one process.
  delete from db.index_aside where name = (
    select name from db.index_aside order by definition like '%USING gin%' desc, name limit 1 for update skip locked)
  returning * into one;
  if one.name is not null and to_regclass(one.name) is null then
    if one.definition like '%USING gin%' then
      perform set_config('maintenance_work_mem', '8MB', true);
    end if;
    execute one.definition;
  end if;
  return one.name;
end
$function$;
comment on function db.bring_index_back() is 'Builds one index that is aside, and names it; null where none is left to build.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION db.bring_reference_back()
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  one db.reference_aside;
begin
  delete from db.reference_aside where name = (select name from db.reference_aside order by name limit 1 for update)
  returning * into one;
  -- In a register that was restored from a backup nothing is away.
  if one.name is not null and not exists (
    select from pg_constraint c where c.contype = 'f' and format('%s %I', c.conrelid::regclass, c.conname) = one.name
  ) then
    -- Writers come by the table referred to: whoever waits for them waits in the same order.
    execute format('lock table %s, %s in share row exclusive mode', one.parent, one.child);
    execute format('alter table %s add constraint %s %s', one.child, substr(one.name, length(one.child) + 2), one.definition);
  end if;
  return one.name;
end
$function$;
comment on function db.bring_reference_back() is 'Makes one reference that is aside, going through all that refers, and names it; null where none is left.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION db.check_references()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  at integer;
  orphan text;
begin
  if not exists (select from db.reference_aside where child = tg_relid::regclass::text) then
    return null;
  end if;
  for at in 0 .. tg_nargs - 1 by 3 loop
    execute format('select a.%1$I::text from added a where a.%1$I is not null
      and not exists (select from %2$s p where p.%3$I = a.%1$I) limit 1', tg_argv[at], tg_argv[at + 1], tg_argv[at + 2])
    into orphan;
    if orphan is not null then
      raise foreign_key_violation using message = format('%s: %s %s is not in %s', tg_relid::regclass, tg_argv[at], orphan, tg_argv[at + 1]);
    end if;
  end loop;
  return null;
end
$function$;
comment on function db.check_references() is 'Statement trigger with the rows written as `added`, arguments by three: column, table referred to, its column. While references of the table are aside, every row refers to one that there is.';

CREATE OR REPLACE FUNCTION db.fan_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into db.delivery (subscriber, position, key, type)
  select s.subscriber, a.position, a.key, a.type from appended a join db.subscription s using (type)
  union
  select 'jobs', a.position, a.key, a.type from appended a where a.type like 'job.%';
  return null;
end
$function$;
comment on function db.fan_out() is 'Trigger: one delivery per subscriber of each event appended; a job asked for is one to the jobs, known or not.';
-- execute: public

CREATE OR REPLACE FUNCTION db.keep_referenced()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from db.reference_aside where parent = tg_relid::regclass::text) then
    raise object_in_use using message = format('%s is being filled: until then nothing leaves it', tg_relid::regclass);
  end if;
  return null;
end
$function$;
comment on function db.keep_referenced() is 'Statement trigger before rows leave or change their key: refused while references to the table are aside.';

CREATE OR REPLACE FUNCTION db.put_indexes_aside(VARIADIC tables regclass[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  one record;
begin
  -- What holds a rule stays (unique, constraints), and what costs nothing to keep (BRIN).
  for one in
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am a on a.oid = x.relam
    where i.indrelid = any (tables) and not i.indisunique and a.amname <> 'brin'
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
      and obj_description(i.indexrelid, 'pg_class') is null
  loop
    insert into db.index_aside (name, definition) values (one.name, one.definition)
    on conflict (name) do update set definition = excluded.definition, since = excluded.since;
    execute 'drop index ' || one.name;
  end loop;
end
$function$;
comment on function db.put_indexes_aside(regclass[]) is 'For functions of the modules that own the tables: takes away what only makes reading fast, until db.bring_index_back.';

CREATE OR REPLACE FUNCTION db.put_references_aside(VARIADIC tables regclass[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  one record;
begin
  for one in
    select format('%s %I', c.conrelid::regclass, c.conname) as name, c.conrelid::regclass::text as child,
      c.confrelid::regclass::text as parent, quote_ident(c.conname) as said, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.conrelid = any (tables) and c.contype = 'f' and c.convalidated
  loop
    -- Only where both ends are watched meanwhile.
    if (
      select count(*) from (
        select from pg_trigger where tgrelid = one.child::regclass and tgfoid = 'db.check_references()'::regprocedure and tgenabled <> 'D'
        union all
        select from pg_trigger where tgrelid = one.parent::regclass and tgfoid = 'db.keep_referenced()'::regprocedure and tgenabled <> 'D'
      ) as watched) < 3 then
      raise exception 'the reference % is not watched by triggers', one.name;
    end if;
    insert into db.reference_aside (name, child, parent, definition) values (one.name, one.child, one.parent, one.definition)
    on conflict (name) do update set definition = excluded.definition, since = excluded.since;
    execute format('alter table %s drop constraint %s', one.child, one.said);
  end loop;
end
$function$;
comment on function db.put_references_aside(regclass[]) is 'For functions of the modules that own the tables: takes away the references of tables that have check_references, to tables that have keep_referenced, until db.bring_reference_back.';

create table db.backup (
  id uuid not null,
  snapshot_at timestamp with time zone not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  file text not null,
  bytes bigint not null,
  sha256 text not null,
  row_count bigint not null,
  sealed_for text[] not null,
  constraint backup_bytes_check CHECK ((bytes > 0)),
  constraint backup_file_check CHECK ((file <> ''::text)),
  constraint backup_row_count_check CHECK ((row_count >= 0)),
  constraint backup_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint backup_pkey PRIMARY KEY (id)
);
grant insert, select on db.backup to socle_worker;
comment on table db.backup is 'Backups written. A row is written after its own backup''s snapshot: a backup never holds itself.';
comment on column db.backup.id is 'Stands in the backup''s own header too.';
comment on column db.backup.snapshot_at is 'The instant that it shows.';
comment on column db.backup.recorded_at is 'When its file was whole.';
comment on column db.backup.file is 'Where it was written, as said in the call; it may have been moved since.';
comment on column db.backup.bytes is 'Length of the file.';
comment on column db.backup.sha256 is 'SHA-256 of the file.';
comment on column db.backup.row_count is 'Rows in all its tables.';
comment on column db.backup.sealed_for is 'Public keys that it was sealed for, or the word passphrase.';

create table db.backup_verification (
  id uuid not null,
  backup_id uuid not null,
  snapshot_at timestamp with time zone not null,
  verified_at timestamp with time zone default clock_timestamp() not null,
  sound boolean not null,
  says text not null,
  constraint backup_verification_pkey PRIMARY KEY (id)
);
CREATE INDEX backup_verification_latest ON db.backup_verification USING btree (verified_at);
grant insert, select on db.backup_verification to socle_worker;
comment on table db.backup_verification is 'Backups restored into a scratch database and compared. Kept by the installation where that was done.';
comment on column db.backup_verification.id is 'Made by the program.';
comment on column db.backup_verification.backup_id is 'Which backup (db.backup.id of the installation that wrote it).';
comment on column db.backup_verification.snapshot_at is 'The instant that the backup shows.';
comment on column db.backup_verification.verified_at is 'When.';
comment on column db.backup_verification.sound is 'Everything was as written, and every check of the data held.';
comment on column db.backup_verification.says is 'What was found, in words.';

create table db.delivery (
  subscriber text not null,
  "position" bigint not null,
  key text not null,
  type text not null,
  attempts integer default 0 not null,
  due_at timestamp with time zone default now() not null,
  last_error text,
  dead_at timestamp with time zone,
  constraint delivery_position_fkey FOREIGN KEY ("position") REFERENCES db.event("position"),
  constraint delivery_pkey PRIMARY KEY (subscriber, "position")
);
CREATE INDEX delivery_due ON db.delivery USING btree (subscriber, due_at, "position") WHERE (dead_at IS NULL);
CREATE INDEX delivery_head ON db.delivery USING btree (subscriber, key, "position");
grant select on db.delivery to socle_app;
grant delete, select, update on db.delivery to socle_worker;
comment on table db.delivery is 'Deliveries still to make: removed in the handler''s own transaction. A dead one holds back the later ones of its key until somebody revives it.';
comment on column db.delivery.subscriber is 'To whom.';
comment on column db.delivery."position" is 'Which event.';
comment on column db.delivery.key is 'The event''s key.';
comment on column db.delivery.type is 'The event''s type.';
comment on column db.delivery.attempts is 'Attempts that failed.';
comment on column db.delivery.due_at is 'Not before.';
comment on column db.delivery.last_error is 'Why the last attempt failed.';
comment on column db.delivery.dead_at is 'When the last attempt allowed failed; null while there is hope.';

create table db.event (
  "position" bigint generated always as identity not null,
  id uuid not null,
  type text not null,
  key text not null,
  payload jsonb not null,
  recorded_at timestamp with time zone default now() not null,
  constraint event_type_check CHECK ((type ~ '^[a-z0-9_.]+$'::text)),
  constraint event_pkey PRIMARY KEY ("position"),
  constraint event_id_key UNIQUE (id)
);
CREATE TRIGGER fan_out AFTER INSERT ON db.event REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION db.fan_out();
grant insert on db.event to socle_app;
grant insert, select on db.event to socle_worker;
comment on table db.event is 'Outbox: what happened, appended by the module where it happened. Never changed.';
comment on column db.event."position" is 'Order of appending.';
comment on column db.event.id is 'Made by whoever appends; a handler that acts outside the database is idempotent by it.';
comment on column db.event.type is 'What happened: payment_settled.';
comment on column db.event.key is 'What it happened to; events of one key reach a subscriber in order.';
comment on column db.event.payload is 'The facts, by id where they are personal.';
comment on column db.event.recorded_at is 'Time of the transaction that appended it.';

create table db.index_aside (
  name text not null,
  definition text not null,
  since timestamp with time zone default clock_timestamp() not null,
  constraint index_aside_pkey PRIMARY KEY (name)
);
grant select on db.index_aside to socle_worker;
comment on table db.index_aside is 'Indexes that are away while empty tables are filled, to be built again.';
comment on column db.index_aside.name is 'Schema and name of the index.';
comment on column db.index_aside.definition is 'How it is built again (pg_get_indexdef).';
comment on column db.index_aside.since is 'Since when it is away.';

create table db.migration (
  module text not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migration_pkey PRIMARY KEY (module, name)
);
comment on table db.migration is 'Migrations applied to this database, by module.';
comment on column db.migration.module is 'Module whose folder holds the file.';
comment on column db.migration.name is 'File name without .sql.';
comment on column db.migration.checksum is 'SHA-256 of the text as applied; another text under the same name is refused.';
comment on column db.migration.applied_at is 'When it was applied.';

create table db.reference_aside (
  name text not null,
  child text not null,
  parent text not null,
  definition text not null,
  since timestamp with time zone default clock_timestamp() not null,
  constraint reference_aside_pkey PRIMARY KEY (name)
);
grant select on db.reference_aside to socle_worker;
comment on table db.reference_aside is 'References (foreign keys) that are away while empty tables are filled, to be made again. Meanwhile db.check_references and db.keep_referenced hold them.';
comment on column db.reference_aside.name is 'Schema and table, a blank, and the name of the constraint.';
comment on column db.reference_aside.child is 'Schema and name of the table that refers.';
comment on column db.reference_aside.parent is 'Schema and name of the table referred to.';
comment on column db.reference_aside.definition is 'How it is made again (pg_get_constraintdef).';
comment on column db.reference_aside.since is 'Since when it is away.';

create table db.subscription (
  subscriber text not null,
  type text not null,
  since timestamp with time zone default now() not null,
  constraint subscription_pkey PRIMARY KEY (type, subscriber)
);
grant insert, select on db.subscription to socle_worker;
comment on table db.subscription is 'Who is told of which events. Written by the worker when it starts, from what server.ts wires.';
comment on column db.subscription.subscriber is 'Module or part that listens.';
comment on column db.subscription.type is 'Type of event.';
comment on column db.subscription.since is 'Events appended before are not delivered.';

-- security ------------------------------------------------------------------------------------------------------------

comment on schema security is 'Staff territories, row-level security policies and the audit.';

CREATE OR REPLACE FUNCTION security.actor()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'service' then 'service:' || current_setting('socle.actor_id', true)
    when 'citizen' then 'citizen:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
    else 'anonymous'
  end
$function$;
comment on function security.actor() is 'Who acts in this transaction: staff:<id>, service:<id>, citizen:<id>, worker:<name> or anonymous.';
-- execute: public

CREATE OR REPLACE FUNCTION security.answers_for(staff uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select security.actor() = 'staff:' || staff
    or current_setting('socle.permission', true) in ('staff.read', 'staff.grant') and exists (
      select from security.role_grant g
      where g.staff_id = staff and g.territory collate "C" >= security.territory_low()
        and g.territory collate "C" < security.territory_high()
        and (security.range_is_exact() or g.territory ~ security.territory_pattern()))
$function$;
comment on function security.answers_for(uuid) is 'Is the actor this member of staff, or somebody who answers for staff where that person holds a role?';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.append_audit(done text, kind text, id text, of_territory text, why text, more jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into security.audit_record (actor, actor_name, digest, action, subject_kind, subject_id, territory, purpose, detail)
  values ('', '', '', done, kind, id, of_territory, why, more);
end
$function$;
comment on function security.append_audit(text,text,text,text,text,jsonb) is 'Records an act on one subject. Who and when are the transaction''s, as for every record (trigger complete).';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.append_only(kept regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format(
    'create trigger append_only before update or delete or truncate on %s for each statement execute function security.refuse_change()',
    kept);
end
$function$;
comment on function security.append_only(regclass) is 'For migrations: rows of this table are written once and never changed, by anybody.';

CREATE OR REPLACE FUNCTION security.append_set_reading(done text, kind text, listed uuid[], of_territory text, why text, more jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  place bigint;
  once uuid[] := coalesce((select array_agg(distinct one order by one) from unnest(listed) as one), '{}');
begin
  insert into security.audit_record
    (actor, actor_name, digest, action, subject_kind, territory, purpose, detail, row_count, row_digest)
  values ('', '', '', done, kind, of_territory, why, more, cardinality(once),
    sha256(convert_to(array_to_string(once, E'\n'), 'UTF8')))
  returning position into place;
  insert into security.audit_set_member (position, subject_kind, members) values (place, kind, once);
end
$function$;
comment on function security.append_set_reading(text,text,uuid[],text,text,jsonb) is 'Records that somebody read a list, with whom it listed. Who and when are the transaction''s, as for every record.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.audit_content(r security.audit_record)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select jsonb_build_array(r.position, to_char(r.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    r.actor, r.actor_name, r.action, r.subject_kind, r.subject_id, r.territory, r.purpose, r.detail,
    r.row_count, encode(r.row_digest, 'hex'))::text
$function$;
comment on function security.audit_content(security.audit_record) is 'The one canonical text of a record, over which its digest and the chain are computed.';
-- execute: public

CREATE OR REPLACE FUNCTION security.audit_seal_header(s security.audit_seal)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select concat_ws(E'\n', s.number, to_char(s.sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    s.record_count, s.total, s.positions)
$function$;
comment on function security.audit_seal_header(security.audit_seal) is 'The one canonical text of a seal, over which its hash is computed.';
-- execute: public

CREATE OR REPLACE FUNCTION security.await_seal()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into security.audit_pending (position, digest) select written.position, written.digest from written;
  return null;
end
$function$;
comment on function security.await_seal() is 'Trigger: what is recorded waits for its seal, in the same transaction.';

CREATE OR REPLACE FUNCTION security.bound_session()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;
comment on function security.bound_session() is 'Trigger: no session is opened past the second factor of its holder, by a password or by an outside provider. Until the factor is shown it lives ten minutes; however much it is used, a week.';
-- execute: public

CREATE OR REPLACE FUNCTION security.check_conflict_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from security.conflict c where c.id = new.conflict_id and 'staff:' || c.staff_id = new.ended_by) then
    raise exception 'a conflict is ended by somebody else than the member of staff concerned'
      using errcode = 'check_violation', constraint = 'another_ends';
  end if;
  return new;
end
$function$;
comment on function security.check_conflict_end() is 'Trigger: nobody opens to oneself a file that was closed for being too close.';
-- execute: public

CREATE OR REPLACE FUNCTION security.check_emergency()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if security.actor() <> 'staff:' || new.staff_id then
    raise exception 'who opens a file in an emergency is who acts' using errcode = 'check_violation', constraint = 'own_emergency';
  end if;
  if new.files && security.files_closed_to(new.staff_id) then
    raise exception 'no emergency opens the file of own household or kin' using errcode = 'check_violation', constraint = 'not_in_conflict';
  end if;
  return new;
end
$function$;
comment on function security.check_emergency() is 'Trigger: nobody opens for somebody else, nor the file of own household or kin.';
-- execute: public

CREATE OR REPLACE FUNCTION security.check_reviewer()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from security.emergency e where e.id = new.emergency_id and (new.reviewed_by = 'staff:' || e.staff_id
      or new.reviewed_by !~ '^staff:[0-9a-f-]{36}$'
      or e.files && security.files_closed_to(substr(new.reviewed_by, length('staff:') + 1)::uuid))) then
    raise exception 'an emergency is reviewed by a member of staff who neither opened it nor is close to the household'
      using errcode = 'check_violation', constraint = 'another_reviews';
  end if;
  return new;
end
$function$;
comment on function security.check_reviewer() is 'Trigger: nobody judges an emergency of one''s own.';
-- execute: public

CREATE OR REPLACE FUNCTION security.check_role_of_two()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (
    select from security.proposal p join security.proposal_step s on s.proposal_id = p.id and s.step = 'carried_out'
    where p.kind = 'role_grant' and p.content::jsonb ->> 'grant' = new.id::text
      and p.content::jsonb ->> 'staff' = new.staff_id::text and p.content::jsonb ->> 'role' = new.role) then
    raise exception 'role % is given by two persons: one proposes, another approves', new.role
      using errcode = 'check_violation', constraint = 'role_of_two';
  end if;
  return new;
end
$function$;
comment on function security.check_role_of_two() is 'Trigger: a member of staff gives certain roles by an approved proposal alone.';
-- execute: public

CREATE OR REPLACE FUNCTION security.close_rewriting()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ delete from security.rewriting where transaction = pg_current_xact_id() $function$;
comment on function security.close_rewriting() is 'Ends what security.open_rewriting began.';

CREATE OR REPLACE FUNCTION security.closed_files()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(nullif(current_setting('socle.conflicts', true), ''), '{}')::uuid[] $function$;
comment on function security.closed_files() is 'Households and persons closed to the actor for being too close.';
-- execute: public

CREATE OR REPLACE FUNCTION security.complete_audit_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.actor := security.actor();
  new.actor_name := coalesce(current_setting('socle.actor_name', true), '');
  new.recorded_at := clock_timestamp();
  new.digest := sha256(convert_to(security.audit_content(new), 'UTF8'));
  return new;
end
$function$;
comment on function security.complete_audit_record() is 'Trigger: who and when are the transaction''s and the clock''s, whatever the caller wrote; then the digest.';
-- execute: public

CREATE OR REPLACE FUNCTION security.emergencies_of(staff uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'household', e.household_id, 'files', e.files,
    'territory', e.territory, 'until', e.opened_until) order by e.opened_at), '[]')
  from security.emergency e
  where e.staff_id = staff and e.opened_at <= statement_timestamp() and statement_timestamp() < e.opened_until
    and not e.files && security.files_closed_to(staff)
$function$;
comment on function security.emergencies_of(uuid) is 'Emergencies of a member of staff that last at this moment.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.every_file()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('socle.conflicts', true), '') = '' and coalesce(current_setting('socle.only_files', true), '') = '' $function$;
comment on function security.every_file() is 'True when no file is closed to the actor: what policies ask once per query.';
-- execute: public

CREATE OR REPLACE FUNCTION security.every_programme()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('socle.programme_pattern', true), '') = '' $function$;
comment on function security.every_programme() is 'True when the actor''s grants are limited to no programme.';
-- execute: public

CREATE OR REPLACE FUNCTION security.file_condition(file text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when session_user = 'socle_worker' or security.only_files() is null then 'true'
    else format('%s = any (%L::uuid[])', file, security.only_files()) end
$function$;
comment on function security.file_condition(text) is 'SQL that is true for rows of files open to the actor in an emergency, and for all outside of one; the argument is a column as the query names it. Files closed for being too close are security.closed_files.';
-- execute: public

CREATE OR REPLACE FUNCTION security.files_closed_to(staff uuid)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(array_agg(distinct f.file_id), '{}')
  from security.conflict c join security.conflict_file f on f.conflict_id = c.id
  where c.staff_id = staff and not exists (select from security.conflict_end e where e.conflict_id = c.id)
$function$;
comment on function security.files_closed_to(uuid) is 'Households and persons whose files are closed to a member of staff: what the transaction is told (socle.conflicts).';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.follow_conflicts(households uuid[], persons uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into security.conflict_file (conflict_id, file_id)
  select f.conflict_id, joined.person from unnest(households, persons) as joined (household, person)
    join security.conflict_file f on f.file_id = joined.household
  union
  select c.id, moved.household from unnest(households, persons) as moved (household, person)
    join security.conflict c on c.person_id = moved.person
  on conflict do nothing;
  select array_agg(distinct moved.household) from unnest(households, persons) as moved (household, person)
    join security.conflict c on c.person_id = moved.person
$function$;
comment on function security.follow_conflicts(uuid[],uuid[]) is 'For the register: persons who join households, pair by pair. A closed household closes the file of who joins it; a person to whom somebody is close closes the household where they go: those households are answered, whose other members close as well.';

CREATE OR REPLACE FUNCTION security.forget_sign_ins()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  gone bigint := 0;
  removed bigint;
begin
  -- The budget of messages looks back one day.
  delete from security.citizen_code where asked_at < clock_timestamp() - interval '2 days';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.citizen_session where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.staff_session where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.staff_verification where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  return gone + removed;
end
$function$;
comment on function security.forget_sign_ins() is 'Reviewed: removes codes, sessions and proofs that are over; answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.holds_conflicts()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select exists (select from security.conflict) $function$;
comment on function security.holds_conflicts() is 'Was any conflict ever declared? Where none was, the register has nothing to follow.';

CREATE OR REPLACE FUNCTION security.home_country()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select country from security.installation $function$;
comment on function security.home_country() is 'The country whose staff work here; null until it was said, which every command does.';
-- execute: public

CREATE OR REPLACE FUNCTION security.is_carried_out(of_kind text, said jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (
    select from security.proposal p join security.proposal_step s on s.proposal_id = p.id and s.step = 'carried_out'
    where p.kind = of_kind and p.content::jsonb @> said)
$function$;
comment on function security.is_carried_out(text,jsonb) is 'Whether a proposal of this kind that says all of this was carried out. For triggers.';

CREATE OR REPLACE FUNCTION security.is_rewriting(changed oid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select exists (select from security.rewriting r
    where r.relation = changed and r.transaction = pg_current_xact_id_if_assigned())
$function$;
comment on function security.is_rewriting(oid) is 'Is this table being rewritten by a reviewed function in this transaction?';
-- execute: public

CREATE OR REPLACE FUNCTION security.only_files()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('socle.only_files', true), '')::uuid[] $function$;
comment on function security.only_files() is 'The only files open to the actor, in an emergency; null outside of one.';
-- execute: public

CREATE OR REPLACE FUNCTION security.open_rewriting(VARIADIC relations regclass[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ insert into security.rewriting (relation) select unnest(relations)::oid on conflict do nothing $function$;
comment on function security.open_rewriting(regclass[]) is 'For reviewed functions of the owner alone: lets the rest of the function update or delete rows of these tables.';

CREATE OR REPLACE FUNCTION security.programme_condition(programme text, territory text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when session_user = 'socle_worker' or security.every_programme() then 'true'
    else format('%s || '' '' || %s ~ %L', programme, territory, current_setting('socle.programme_pattern', true)) end
$function$;
comment on function security.programme_condition(text,text) is 'SQL that is true for rows of the programmes granted to the actor; the arguments are SQL of the query, never something that was typed.';
-- execute: public

CREATE OR REPLACE FUNCTION security.programme_granted(programme text, territory text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select programme || ' ' || territory ~ current_setting('socle.programme_pattern', true) $function$;
comment on function security.programme_granted(text,text) is 'For an actor limited to some programmes: is this programme granted in this territory?';
-- execute: public

CREATE OR REPLACE FUNCTION security.proposal_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  proposed security.proposal;
  before text[];
  fault text;
begin
  perform pg_advisory_xact_lock(hashtextextended('security.proposal ' || new.proposal_id, 0));
  select * into proposed from security.proposal where id = new.proposal_id;
  select coalesce(array_agg(step), '{}') into before from security.proposal_step where proposal_id = new.proposal_id;
  if new.step in ('approved', 'refused') then
    if before <> '{}' then fault := 'it was decided before';
    elsif new.recorded_by = proposed.proposed_by then fault := 'nobody decides on what they propose';
    elsif new.recorded_by !~ '^staff:[0-9a-f-]{36}$' then fault := 'a member of staff decides';
    elsif proposed.files && security.files_closed_to(substr(new.recorded_by, length('staff:') + 1)::uuid) then
      fault := 'who decides is too close to a household that it is about';
    end if;
  elsif new.step = 'withdrawn' then
    if before <> '{}' then fault := 'it was decided before';
    elsif new.recorded_by <> proposed.proposed_by then fault := 'who proposed withdraws';
    end if;
  elsif before <> '{approved}' then fault := 'what is carried out is what was approved, once';
  end if;
  if new.content_hash <> proposed.content_hash then fault := 'the content is not what was proposed'; end if;
  if clock_timestamp() >= proposed.expires_at and new.step in ('approved', 'carried_out') then fault := 'its time is over'; end if;
  if fault is not null then
    raise exception 'proposal %: %', new.proposal_id, fault using errcode = 'check_violation', constraint = 'proposal_step';
  end if;
  return new;
end
$function$;
comment on function security.proposal_step() is 'Trigger: the only steps of a proposal, and by whom.';
-- execute: public

CREATE OR REPLACE FUNCTION security.protect(protected regclass, territory_column name DEFAULT 'territory'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', protected);
  -- The bounds stand bare, so that the planner knows their values; what only an actor with several grants needs is worked
  -- out once per query (1,000,000 rows counted by one who sees all: 450 ms with it worked out per row, 40 ms so).
  execute format($policy$
    create policy territory on %s to socle_app using (
      %2$I collate "C" >= security.territory_low() and %2$I collate "C" < security.territory_high()
      and ((select security.range_is_exact()) or %2$I ~ (select security.territory_pattern())))
    $policy$, protected, territory_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$function$;
comment on function security.protect(regclass,name) is 'Turns on row-level security: the application sees and writes only rows of the actor''s territories, the worker all. One line in a migration: select security.protect(''households.household'').';

CREATE OR REPLACE FUNCTION security.protect_country(protected regclass, country text DEFAULT 'country'::text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format(
    'create policy country on %s as restrictive to socle_app using ((select security.home_country()) is null or %s = (select security.home_country()))',
    protected, country);
end
$function$;
comment on function security.protect_country(regclass,text) is 'For a protected table whose rows belong to a country: staff see those of the installation''s alone. The second argument is an expression over its columns.';

CREATE OR REPLACE FUNCTION security.protect_file(protected regclass, file_column name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format($policy$
    create policy file on %1$s as restrictive to socle_app using ((select security.every_file())
      or %2$I <> all ((select security.closed_files())::uuid[])
        and ((select security.only_files()) is null or %2$I = any ((select security.only_files())::uuid[])))
    $policy$, protected, file_column);
end
$function$;
comment on function security.protect_file(regclass,name) is 'For a protected table of which each row belongs to the file of a household or a person, named by the column: closed where the actor is too close, and in an emergency open for that file alone.';

CREATE OR REPLACE FUNCTION security.protect_in_emergency(protected regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format(
    'create policy file on %s as restrictive to socle_app using ((select security.only_files()) is null)', protected);
end
$function$;
comment on function security.protect_in_emergency(regclass) is 'For a protected table whose rows belong to no single file: nothing of it is shown in an emergency.';

CREATE OR REPLACE FUNCTION security.protect_programme(protected regclass, programme text, territory text DEFAULT 'territory'::text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format(
    'create policy programme on %s as restrictive to socle_app using ((select security.every_programme()) or security.programme_granted(%s, %s))',
    protected, programme, territory);
end
$function$;
comment on function security.protect_programme(regclass,text,text) is 'For a protected table whose rows belong to a programme: also holds the programmes granted. The second and third arguments are expressions over its columns.';

CREATE OR REPLACE FUNCTION security.protect_through(protected regclass, key_column name, parent regclass, parent_key name DEFAULT 'id'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', protected);
  execute format(
    'create policy territory on %s to socle_app using (exists (select from %s as parent where parent.%I = %I))',
    protected, parent, parent_key, key_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$function$;
comment on function security.protect_through(regclass,name,regclass,name) is 'The same for a table without territory: a row is seen by whoever sees its parent, itself protected.';

CREATE OR REPLACE FUNCTION security.range_is_exact()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('socle.territory_pattern', true), '') = '' $function$;
comment on function security.range_is_exact() is 'True when all in the range is granted: a single grant, or the whole country.';
-- execute: public

CREATE OR REPLACE FUNCTION security.readings_of(kinds text[], ids uuid[], lives_in text, most integer)
 RETURNS TABLE(place bigint, read_at timestamp with time zone, by_actor text, by_name text, done text, why text, listed bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not security.within_grants(lives_in) then
    return;
  end if;
  return query
    select r.position, r.recorded_at, r.actor, r.actor_name, r.action, r.purpose, r.row_count
    from security.audit_record r
    where r.action ~ '\.(read|list|export)$' and r.position in (
      select named.position from unnest(kinds, ids) as asked (kind, id)
        join security.audit_record named on named.subject_kind = asked.kind and named.subject_id = asked.id::text
      union
      select held.position from unnest(kinds, ids) as asked (kind, id)
        join security.audit_set_member held on held.members @> array[asked.id] and held.subject_kind = asked.kind)
    order by r.position desc limit most;
end
$function$;
comment on function security.readings_of(text[],uuid[],text,integer) is 'Readings of these subjects, alone or on a list, the latest first, for whoever may see where they live: a list reaches over several territories, whose record not everybody may see.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op <> 'TRUNCATE' and security.is_rewriting(tg_relid) then
    return null;
  end if;
  raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation';
end
$function$;
comment on function security.refuse_change() is 'Trigger for append-only tables: refuses update, delete and truncate to everybody, the owner included; a reviewed function may rewrite rows (security.rewriting).';
-- execute: public

CREATE OR REPLACE FUNCTION security.roles_over_the_country(person text)
 RETURNS TABLE(role text, programme text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select g.role, g.programme from security.role_grant g
  where 'staff:' || g.staff_id = person and g.revoked_at is null and g.territory = ''
    and g.valid_from <= clock_timestamp() and (g.valid_to is null or g.valid_to > clock_timestamp())
$function$;
comment on function security.roles_over_the_country(text) is 'Roles that somebody (staff:<id>) holds over the whole country at this moment, each with its programme; null for all.';

CREATE OR REPLACE FUNCTION security.seal_audit(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  before security.audit_seal;
  seal security.audit_seal;
begin
  -- The lock is let go after the commit is visible: the next sealer sees this seal as the last one.
  if not exists (select from security.audit_pending) or not pg_try_advisory_xact_lock(0x7365616c) then
    return 0;
  end if;
  with ripe as (
    select p.position from security.audit_pending p order by p.position limit most
  ), taken as (
    delete from security.audit_pending p using ripe where p.position = ripe.position returning p.position, p.digest
  )
  select count(*), range_agg(int8range(t.position, t.position + 1)), string_agg(t.digest, ''::bytea order by t.position)
    into seal.record_count, seal.positions, seal.digests
    from taken t;
  if seal.record_count = 0 then
    return 0;
  end if;
  select * into before from security.audit_seal s order by s.number desc limit 1;
  seal.number := coalesce(before.number, 0) + 1;
  seal.sealed_at := clock_timestamp();
  seal.total := coalesce(before.total, 0) + seal.record_count;
  seal.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  seal.hash := sha256(seal.previous || convert_to(security.audit_seal_header(seal), 'UTF8') || seal.digests);
  insert into security.audit_seal values (seal.*);
  return seal.record_count;
end
$function$;
comment on function security.seal_audit(integer) is 'Seals what waits, so many records at most; answers how many. 0 when nothing waits or another sealer is at it. One transaction: killed midway, it has sealed nothing.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION security.serves(country text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select session_user = 'socle_worker' or coalesce(security.home_country() = country, true) $function$;
comment on function security.serves(text) is 'May the actor see rows of this country at all?';
-- execute: public

CREATE OR REPLACE FUNCTION security.territory_condition(territory text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case
    when session_user = 'socle_worker' or (security.territory_low() = '' and security.territory_high() = '~') then 'true'
    else format('(%1$s collate "C" >= %2$L and %1$s collate "C" < %3$L%4$s)', territory, security.territory_low(),
      security.territory_high(), case when security.range_is_exact() then ''
        else format(' and %s ~ %L', territory, security.territory_pattern()) end)
  end
$function$;
comment on function security.territory_condition(text) is 'SQL that is true for rows of the actor''s territories; the argument is a column as the query names it, never something that was typed.';
-- execute: public

CREATE OR REPLACE FUNCTION security.territory_high()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select current_setting('socle.territory_high', true) $function$;
comment on function security.territory_high() is 'Upper end, excluded, of that range. An actor with no grant has an empty range.';
-- execute: public

CREATE OR REPLACE FUNCTION security.territory_low()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select current_setting('socle.territory_low', true) $function$;
comment on function security.territory_low() is 'Lower end of the range that holds every territory granted to the actor; null outside a transaction with an actor.';
-- execute: public

CREATE OR REPLACE FUNCTION security.territory_pattern()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select current_setting('socle.territory_pattern', true) $function$;
comment on function security.territory_pattern() is 'Regular expression of the codes granted, for an actor with several grants in a wider range.';
-- execute: public

CREATE OR REPLACE FUNCTION security.within_grants(territory text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select session_user = 'socle_worker' or (
    territory collate "C" >= security.territory_low() and territory collate "C" < security.territory_high()
    and (security.range_is_exact() or territory ~ security.territory_pattern()))
$function$;
comment on function security.within_grants(text) is 'The territory policy as a question, for functions that run as the owner.';
-- execute: public

create table security.audit_anomaly (
  id uuid not null,
  kind text not null,
  day date not null,
  level integer not null,
  actor text not null,
  actor_name text not null,
  subject_kind text default ''::text not null,
  subject_id text default ''::text not null,
  territory text collate "C" not null,
  facts jsonb not null,
  found_at timestamp with time zone default clock_timestamp() not null,
  constraint audit_anomaly_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint audit_anomaly_kind_check CHECK ((kind ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint audit_anomaly_level_check CHECK (((level >= 1) AND (level <= 3))),
  constraint audit_anomaly_pkey PRIMARY KEY (id),
  constraint audit_anomaly_day_kind_actor_subject_id_level_key UNIQUE (day, kind, actor, subject_id, level)
);
CREATE INDEX audit_anomaly_territory ON security.audit_anomaly USING btree (territory, day);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.audit_anomaly FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.audit_anomaly enable row level security;
create policy file on security.audit_anomaly as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy territory on security.audit_anomaly as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on security.audit_anomaly as permissive for all to socle_worker using (true);
grant select on security.audit_anomaly to socle_app;
grant insert, select on security.audit_anomaly to socle_worker;
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

create table security.audit_anomaly_state (
  id uuid not null,
  anomaly_id uuid not null,
  state text not null,
  note text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  recorded_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint audit_anomaly_state_check CHECK (((state = 'seen'::text) OR (note <> ''::text))),
  constraint audit_anomaly_state_note_check CHECK ((length(note) <= 2000)),
  constraint audit_anomaly_state_state_check CHECK ((state = ANY (ARRAY['seen'::text, 'explained'::text, 'confirmed'::text]))),
  constraint audit_anomaly_state_anomaly_id_fkey FOREIGN KEY (anomaly_id) REFERENCES security.audit_anomaly(id),
  constraint audit_anomaly_state_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_anomaly_state_of ON security.audit_anomaly_state USING btree (anomaly_id, recorded_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.audit_anomaly_state FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.audit_anomaly_state enable row level security;
create policy territory on security.audit_anomaly_state as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM security.audit_anomaly parent
  WHERE (parent.id = audit_anomaly_state.anomaly_id))));
create policy worker on security.audit_anomaly_state as permissive for all to socle_worker using (true);
grant select on security.audit_anomaly_state to socle_app;
grant select on security.audit_anomaly_state to socle_worker;
grant insert (id, anomaly_id, state, note) on security.audit_anomaly_state to socle_app;
grant insert (id, anomaly_id, state, note) on security.audit_anomaly_state to socle_worker;
comment on table security.audit_anomaly_state is 'What auditors said of an anomaly; the latest stands. Append-only.';
comment on column security.audit_anomaly_state.id is 'Made by the caller and kept for retries.';
comment on column security.audit_anomaly_state.anomaly_id is 'Of which.';
comment on column security.audit_anomaly_state.state is 'seen; explained: there was a good reason; confirmed: to be followed up.';
comment on column security.audit_anomaly_state.note is 'The explanation, or what follows.';
comment on column security.audit_anomaly_state.recorded_at is 'When.';
comment on column security.audit_anomaly_state.recorded_by is 'Who.';
comment on column security.audit_anomaly_state.recorded_name is 'Name of who, as it was then.';

create table security.audit_pending (
  "position" bigint not null,
  digest bytea not null,
  constraint audit_pending_digest_check CHECK ((octet_length(digest) = 32)),
  constraint audit_pending_pkey PRIMARY KEY ("position")
);
grant select on security.audit_pending to socle_worker;
comment on table security.audit_pending is 'Records that no seal covers yet. Filled by a trigger, emptied by security.seal_audit; written by nobody else.';
comment on column security.audit_pending."position" is 'Which record.';
comment on column security.audit_pending.digest is 'Its digest as it was written: what is sealed, whatever becomes of the record meanwhile.';

create table security.audit_record (
  "position" bigint generated always as identity not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  actor text not null,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text,
  territory text collate "C" default ''::text not null,
  purpose text not null,
  detail jsonb default '{}'::jsonb not null,
  row_count bigint,
  row_digest bytea,
  digest bytea not null,
  constraint audit_record_action_check CHECK ((action ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$'::text)),
  constraint audit_record_check CHECK (((row_count IS NULL) = (row_digest IS NULL))),
  constraint audit_record_check1 CHECK (((subject_id IS NOT NULL) OR (row_count IS NOT NULL))),
  constraint audit_record_digest_check CHECK ((octet_length(digest) = 32)),
  constraint audit_record_row_count_check CHECK ((row_count >= 0)),
  constraint audit_record_row_digest_check CHECK ((octet_length(row_digest) = 32)),
  constraint audit_record_pkey PRIMARY KEY ("position")
);
CREATE INDEX audit_record_actor ON security.audit_record USING btree (actor, "position");
CREATE INDEX audit_record_subject ON security.audit_record USING btree (subject_kind, subject_id, "position");
CREATE INDEX audit_record_territory ON security.audit_record USING btree (territory, "position");
CREATE INDEX audit_record_time ON security.audit_record USING brin (recorded_at) WITH (pages_per_range='32');
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.audit_record FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER await_seal AFTER INSERT ON security.audit_record REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION security.await_seal();
CREATE TRIGGER complete BEFORE INSERT ON security.audit_record FOR EACH ROW EXECUTE FUNCTION security.complete_audit_record();
alter table security.audit_record enable row level security;
create policy append on security.audit_record as permissive for insert to socle_app with check (true);
create policy file on security.audit_record as restrictive for select to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy territory on security.audit_record as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on security.audit_record as permissive for all to socle_worker using (true);
grant insert, select on security.audit_record to socle_app;
grant insert, select on security.audit_record to socle_worker;
comment on table security.audit_record is 'Every change, decision, approval, export and reading of a person''s data. Append-only, for the owner too.';
comment on column security.audit_record."position" is 'Order of writing. Gaps are transactions that did not commit.';
comment on column security.audit_record.recorded_at is 'When, by the database''s clock.';
comment on column security.audit_record.actor is 'Who: staff:<id>, service:<id>, citizen:<id of the person>, worker:<name> or anonymous. Taken from the transaction, not from the caller.';
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

create table security.audit_seal (
  number bigint not null,
  sealed_at timestamp with time zone not null,
  positions int8multirange not null,
  record_count integer not null,
  total bigint not null,
  previous bytea not null,
  digests bytea not null,
  hash bytea not null,
  constraint audit_seal_check CHECK ((octet_length(digests) = (32 * record_count))),
  constraint audit_seal_hash_check CHECK ((octet_length(hash) = 32)),
  constraint audit_seal_number_check CHECK ((number > 0)),
  constraint audit_seal_previous_check CHECK ((octet_length(previous) = 32)),
  constraint audit_seal_record_count_check CHECK ((record_count > 0)),
  constraint audit_seal_pkey PRIMARY KEY (number),
  constraint audit_seal_hash_key UNIQUE (hash)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant select on security.audit_seal to socle_worker;
comment on table security.audit_seal is 'The chain: each seal covers a set of records and the seal before it. Append-only; written by security.seal_audit alone.';
comment on column security.audit_seal.number is 'Place in the chain, from 1, without a gap.';
comment on column security.audit_seal.sealed_at is 'When, by the database''s clock.';
comment on column security.audit_seal.positions is 'Exactly the records covered.';
comment on column security.audit_seal.record_count is 'How many.';
comment on column security.audit_seal.total is 'How many with all seals before.';
comment on column security.audit_seal.previous is 'Hash of the seal before; 32 zero bytes for the first.';
comment on column security.audit_seal.digests is 'Digests of the records in the order of their positions, 32 bytes each: they tell which record was altered.';
comment on column security.audit_seal.hash is 'SHA-256 of previous, of security.audit_seal_header and of digests.';

create table security.audit_set_member (
  "position" bigint not null,
  subject_kind text not null,
  members uuid[] not null,
  constraint audit_set_member_pkey PRIMARY KEY ("position")
);
CREATE INDEX audit_set_member_of ON security.audit_set_member USING gin (members);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.audit_set_member FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.audit_set_member enable row level security;
create policy worker on security.audit_set_member as permissive for all to socle_worker using (true);
grant select on security.audit_set_member to socle_worker;
comment on table security.audit_set_member is 'Whom a reading by a person listed. Written with the record by security.append_set_reading, never changed.';
comment on column security.audit_set_member."position" is 'The record, which holds their count and the SHA-256 of their ids, a line each, in byte order.';
comment on column security.audit_set_member.subject_kind is 'What they are: household, person.';
comment on column security.audit_set_member.members is 'Each id once, in order.';

create table security.citizen_code (
  id uuid not null,
  challenge_hash bytea not null,
  code_hash bytea not null,
  phone_hash bytea not null,
  client_hash bytea not null,
  asked_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  tries integer default 0 not null,
  sent_at timestamp with time zone,
  persons uuid[],
  used_at timestamp with time zone,
  constraint citizen_code_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32)),
  constraint citizen_code_client_hash_check CHECK ((octet_length(client_hash) = 32)),
  constraint citizen_code_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint citizen_code_phone_hash_check CHECK ((octet_length(phone_hash) = 32)),
  constraint citizen_code_pkey PRIMARY KEY (id),
  constraint citizen_code_challenge_hash_key UNIQUE (challenge_hash)
);
CREATE INDEX citizen_code_asked ON security.citizen_code USING btree (asked_at);
CREATE INDEX citizen_code_client ON security.citizen_code USING btree (client_hash, asked_at);
CREATE INDEX citizen_code_phone ON security.citizen_code USING btree (phone_hash, asked_at);
grant insert, select on security.citizen_code to socle_app;
grant update (tries, sent_at, persons, used_at) on security.citizen_code to socle_app;
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
  id uuid not null,
  token_hash bytea not null,
  persons uuid[] not null,
  opened_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  constraint citizen_session_persons_check CHECK ((cardinality(persons) > 0)),
  constraint citizen_session_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint citizen_session_pkey PRIMARY KEY (id),
  constraint citizen_session_token_hash_key UNIQUE (token_hash)
);
grant insert, select on security.citizen_session to socle_app;
grant update (expires_at) on security.citizen_session to socle_app;
comment on table security.citizen_session is 'Citizens who showed that they hold a telephone of the register.';
comment on column security.citizen_session.id is 'Identifier.';
comment on column security.citizen_session.token_hash is 'SHA-256 of what the cookie carries.';
comment on column security.citizen_session.persons is 'Who has that telephone.';
comment on column security.citizen_session.opened_at is 'When it was opened.';
comment on column security.citizen_session.expires_at is 'Until when it holds.';

create table security.column_key (
  number integer not null,
  wrapped_by text not null,
  wrapped bytea not null,
  made_at timestamp with time zone default clock_timestamp() not null,
  constraint column_key_number_check CHECK ((number > 0)),
  constraint column_key_wrapped_by_check CHECK ((wrapped_by ~ '^[0-9a-f]{16}$'::text)),
  constraint column_key_wrapped_check CHECK ((octet_length(wrapped) = 60)),
  constraint column_key_pkey PRIMARY KEY (number)
);
grant select on security.column_key to socle_app;
grant select on security.column_key to socle_worker;
grant insert (number, wrapped_by, wrapped) on security.column_key to socle_app;
grant insert (number) on security.column_key to socle_worker;
grant insert, update (wrapped_by, wrapped) on security.column_key to socle_worker;
comment on table security.column_key is 'Data keys of sealed columns, wrapped. The highest number seals; earlier ones open what they sealed.';
comment on column security.column_key.number is 'Stands in each value that the key sealed.';
comment on column security.column_key.wrapped_by is 'Which key outside the database wraps it: the beginning of a hash.';
comment on column security.column_key.wrapped is 'Nonce, key and tag (AES-256-GCM), bound to the number.';
comment on column security.column_key.made_at is 'When it was made.';

create table security.conflict (
  id uuid not null,
  staff_id uuid not null,
  relation text not null,
  household_id uuid not null,
  person_id uuid,
  declared_at timestamp with time zone default clock_timestamp() not null,
  declared_by text default security.actor() not null,
  declared_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint conflict_relation_check CHECK ((relation = ANY (ARRAY['own'::text, 'spouse'::text, 'parent'::text, 'child'::text, 'sibling'::text, 'in_law'::text, 'other'::text]))),
  constraint conflict_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff(id),
  constraint conflict_pkey PRIMARY KEY (id)
);
CREATE INDEX conflict_staff ON security.conflict USING btree (staff_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.conflict FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.conflict enable row level security;
create policy close on security.conflict as permissive for all to socle_app using (security.answers_for(staff_id));
create policy worker on security.conflict as permissive for all to socle_worker using (true);
grant select on security.conflict to socle_app;
grant select on security.conflict to socle_worker;
grant insert (id, staff_id, relation, household_id, person_id) on security.conflict to socle_app;
grant insert (id, staff_id, relation, household_id, person_id) on security.conflict to socle_worker;
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
  conflict_id uuid not null,
  reason text not null,
  ended_at timestamp with time zone default clock_timestamp() not null,
  ended_by text default security.actor() not null,
  ended_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint conflict_end_reason_check CHECK (((reason <> ''::text) AND (length(reason) <= 1000))),
  constraint conflict_end_conflict_id_fkey FOREIGN KEY (conflict_id) REFERENCES security.conflict(id),
  constraint conflict_end_pkey PRIMARY KEY (conflict_id)
);
CREATE TRIGGER another_ends BEFORE INSERT ON security.conflict_end FOR EACH ROW EXECUTE FUNCTION security.check_conflict_end();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.conflict_end FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.conflict_end enable row level security;
create policy territory on security.conflict_end as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM security.conflict parent
  WHERE (parent.id = conflict_end.conflict_id))));
create policy worker on security.conflict_end as permissive for all to socle_worker using (true);
grant select on security.conflict_end to socle_app;
grant select on security.conflict_end to socle_worker;
grant insert (conflict_id, reason) on security.conflict_end to socle_app;
grant insert (conflict_id, reason) on security.conflict_end to socle_worker;
comment on table security.conflict_end is 'Conflicts that no longer hold. Append-only.';
comment on column security.conflict_end.conflict_id is 'Which.';
comment on column security.conflict_end.reason is 'Why it no longer holds.';
comment on column security.conflict_end.ended_at is 'From when.';
comment on column security.conflict_end.ended_by is 'Who says so: never the member of staff concerned.';
comment on column security.conflict_end.ended_name is 'Name of who, as it was then.';

create table security.conflict_file (
  conflict_id uuid not null,
  file_id uuid not null,
  added_at timestamp with time zone default clock_timestamp() not null,
  constraint conflict_file_conflict_id_fkey FOREIGN KEY (conflict_id) REFERENCES security.conflict(id),
  constraint conflict_file_pkey PRIMARY KEY (conflict_id, file_id)
);
CREATE INDEX conflict_file_of ON security.conflict_file USING btree (file_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.conflict_file FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.conflict_file enable row level security;
create policy territory on security.conflict_file as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM security.conflict parent
  WHERE (parent.id = conflict_file.conflict_id))));
create policy worker on security.conflict_file as permissive for all to socle_worker using (true);
grant select on security.conflict_file to socle_app;
grant select on security.conflict_file to socle_worker;
grant insert (conflict_id, file_id) on security.conflict_file to socle_app;
grant insert (conflict_id, file_id) on security.conflict_file to socle_worker;
comment on table security.conflict_file is 'Files that a conflict closes: the household, its members, and those who join it. Append-only.';
comment on column security.conflict_file.conflict_id is 'Which conflict.';
comment on column security.conflict_file.file_id is 'A household or a person.';
comment on column security.conflict_file.added_at is 'Since when it is closed.';

create table security.emergency (
  id uuid not null,
  staff_id uuid not null,
  household_id uuid not null,
  files uuid[] not null,
  territory text collate "C" not null,
  reason text not null,
  opened_at timestamp with time zone default clock_timestamp() not null,
  opened_until timestamp with time zone default (clock_timestamp() + '01:00:00'::interval) not null,
  opened_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint emergency_reason_check CHECK (((length(TRIM(BOTH FROM reason)) >= 20) AND (length(reason) <= 1000))),
  constraint emergency_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff(id),
  constraint emergency_pkey PRIMARY KEY (id)
);
CREATE INDEX emergency_staff ON security.emergency USING btree (staff_id, opened_until);
CREATE INDEX emergency_territory ON security.emergency USING btree (territory, opened_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.emergency FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER own_and_far BEFORE INSERT ON security.emergency FOR EACH ROW EXECUTE FUNCTION security.check_emergency();
alter table security.emergency enable row level security;
create policy file on security.emergency as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy own on security.emergency as permissive for all to socle_app using ((('staff:'::text || staff_id) = ( SELECT security.actor() AS actor))) with check (((('staff:'::text || staff_id) = security.actor()) AND (current_setting('socle.permission'::text, true) = 'emergency.open'::text) AND (security.territory_low() < security.territory_high())));
create policy territory on security.emergency as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on security.emergency as permissive for all to socle_worker using (true);
grant select on security.emergency to socle_app;
grant select on security.emergency to socle_worker;
grant insert (id, staff_id, household_id, files, territory, reason) on security.emergency to socle_app;
grant insert (id, staff_id, household_id, files, territory, reason) on security.emergency to socle_worker;
comment on table security.emergency is 'Files opened in an emergency by who does not work where the household lives. Append-only.';
comment on column security.emergency.id is 'Made by the caller and kept for retries.';
comment on column security.emergency.staff_id is 'Who opened it.';
comment on column security.emergency.household_id is 'Household.';
comment on column security.emergency.files is 'The household and those who belonged to it then: all that is open, and nothing else.';
comment on column security.emergency.territory is 'Where it lives: who answers for that territory reviews.';
comment on column security.emergency.reason is 'Why, in the words of who opened it.';
comment on column security.emergency.opened_at is 'From when.';
comment on column security.emergency.opened_until is 'The first instant at which it is closed again.';
comment on column security.emergency.opened_name is 'Name of who, as it was then.';

create table security.emergency_review (
  emergency_id uuid not null,
  outcome text not null,
  note text not null,
  reviewed_at timestamp with time zone default clock_timestamp() not null,
  reviewed_by text default security.actor() not null,
  reviewed_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint emergency_review_note_check CHECK (((TRIM(BOTH FROM note) <> ''::text) AND (length(note) <= 1000))),
  constraint emergency_review_outcome_check CHECK ((outcome = ANY (ARRAY['justified'::text, 'not_justified'::text]))),
  constraint emergency_review_emergency_id_fkey FOREIGN KEY (emergency_id) REFERENCES security.emergency(id),
  constraint emergency_review_pkey PRIMARY KEY (emergency_id)
);
CREATE TRIGGER another_reviews BEFORE INSERT ON security.emergency_review FOR EACH ROW EXECUTE FUNCTION security.check_reviewer();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.emergency_review FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.emergency_review enable row level security;
create policy territory on security.emergency_review as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM security.emergency parent
  WHERE (parent.id = emergency_review.emergency_id))));
create policy worker on security.emergency_review as permissive for all to socle_worker using (true);
grant select on security.emergency_review to socle_app;
grant select on security.emergency_review to socle_worker;
grant insert (emergency_id, outcome, note) on security.emergency_review to socle_app;
grant insert (emergency_id, outcome, note) on security.emergency_review to socle_worker;
comment on table security.emergency_review is 'What somebody else says of an emergency, once. Append-only.';
comment on column security.emergency_review.emergency_id is 'Which.';
comment on column security.emergency_review.outcome is 'justified or not_justified.';
comment on column security.emergency_review.note is 'Why, or what follows.';
comment on column security.emergency_review.reviewed_at is 'When.';
comment on column security.emergency_review.reviewed_by is 'Who: never who opened it.';
comment on column security.emergency_review.reviewed_name is 'Name of who, as it was then.';

create table security.installation (
  single boolean default true not null,
  country text not null,
  said_at timestamp with time zone default clock_timestamp() not null,
  constraint installation_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint installation_single_check CHECK (single),
  constraint installation_pkey PRIMARY KEY (single)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.installation FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant insert, select on security.installation to socle_app;
grant insert, select on security.installation to socle_worker;
comment on table security.installation is 'What the installation is: one row, written once.';
comment on column security.installation.single is 'There is one row.';
comment on column security.installation.country is 'The country whose territories the grants of staff name: a folder of packs/.';
comment on column security.installation.said_at is 'When it was said.';

create table security.invitation (
  token_hash bytea not null,
  staff_id uuid not null,
  email text not null,
  invited_at timestamp with time zone default clock_timestamp() not null,
  invited_by text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  constraint invitation_email_check CHECK ((email = lower(email))),
  constraint invitation_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint invitation_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff(id),
  constraint invitation_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX invitation_staff ON security.invitation USING btree (staff_id);
grant insert, select on security.invitation to socle_app;
grant update (used_at, withdrawn_at) on security.invitation to socle_app;
comment on table security.invitation is 'Links by which a member of staff chooses a password. Each serves once.';
comment on column security.invitation.token_hash is 'SHA-256 of the link''s secret.';
comment on column security.invitation.staff_id is 'Who is invited.';
comment on column security.invitation.email is 'The address that will sign in, in small letters.';
comment on column security.invitation.invited_at is 'When it was made.';
comment on column security.invitation.invited_by is 'By whom, as the audit names actors.';
comment on column security.invitation.expires_at is 'Until when it can serve.';
comment on column security.invitation.used_at is 'When it served.';
comment on column security.invitation.withdrawn_at is 'When another took its place.';

create table security.proposal (
  id uuid not null,
  kind text not null,
  content text not null,
  content_hash text not null,
  territory text collate "C" not null,
  programme text,
  households bigint,
  amount bigint,
  currency text,
  files uuid[] default '{}'::uuid[] not null,
  says text not null,
  proposed_at timestamp with time zone default clock_timestamp() not null,
  proposed_by text default security.actor() not null,
  proposed_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  expires_at timestamp with time zone default (clock_timestamp() + '7 days'::interval) not null,
  constraint proposal_amount_check CHECK ((amount >= 0)),
  constraint proposal_check CHECK ((content_hash = encode(sha256(convert_to(content, 'UTF8'::name)), 'hex'::text))),
  constraint proposal_check1 CHECK (((amount IS NULL) = (currency IS NULL))),
  constraint proposal_content_check CHECK ((content IS JSON OBJECT)),
  constraint proposal_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint proposal_households_check CHECK ((households >= 0)),
  constraint proposal_kind_check CHECK ((kind ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint proposal_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint proposal_pkey PRIMARY KEY (id)
);
CREATE INDEX proposal_territory ON security.proposal USING btree (territory, proposed_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.proposal FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table security.proposal enable row level security;
create policy file on security.proposal as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy own on security.proposal as permissive for all to socle_app using ((proposed_by = ( SELECT security.actor() AS actor)));
create policy programme on security.proposal as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(COALESCE(programme, '-'::text), territory)));
create policy territory on security.proposal as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on security.proposal as permissive for all to socle_worker using (true);
grant select on security.proposal to socle_app;
grant select on security.proposal to socle_worker;
grant insert (id, kind, content, content_hash, territory, programme, households, amount, currency, files, says) on security.proposal to socle_app;
grant insert (id, kind, content, content_hash, territory, programme, households, amount, currency, files, says) on security.proposal to socle_worker;
comment on table security.proposal is 'What somebody proposes and somebody else approves or refuses. Append-only.';
comment on column security.proposal.id is 'Made by the caller and kept for retries.';
comment on column security.proposal.kind is 'Of the list in the program (src/security/proposals), which says who approves it.';
comment on column security.proposal.content is 'What is proposed, as canonical JSON.';
comment on column security.proposal.content_hash is 'SHA-256 of it: what is approved and carried out is what was proposed.';
comment on column security.proposal.territory is 'Where; the empty text is the whole country.';
comment on column security.proposal.programme is 'For which programme; null for all, or for what belongs to none.';
comment on column security.proposal.households is 'How many households or persons it touches, where that is known.';
comment on column security.proposal.amount is 'How much money it moves, in minor units; null where none.';
comment on column security.proposal.currency is 'In which currency.';
comment on column security.proposal.files is 'Households and persons that it is about, where they are few: who is close to one of them does not decide.';
comment on column security.proposal.says is 'Why, in the words of who proposes.';
comment on column security.proposal.proposed_at is 'When.';
comment on column security.proposal.proposed_by is 'Who proposes.';
comment on column security.proposal.proposed_name is 'Name of who, as it was then.';
comment on column security.proposal.expires_at is 'From when it is neither approved nor carried out any more.';

create table security.proposal_step (
  proposal_id uuid not null,
  step text not null,
  content_hash text not null,
  reason text default ''::text not null,
  second_factor_at timestamp with time zone,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  recorded_name text default COALESCE(current_setting('socle.actor_name'::text, true), ''::text) not null,
  constraint proposal_step_check CHECK (((step <> 'refused'::text) OR (reason <> ''::text))),
  constraint proposal_step_reason_check CHECK ((length(reason) <= 1000)),
  constraint proposal_step_step_check CHECK ((step = ANY (ARRAY['approved'::text, 'refused'::text, 'withdrawn'::text, 'carried_out'::text]))),
  constraint proposal_step_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES security.proposal(id),
  constraint proposal_step_pkey PRIMARY KEY (proposal_id, step)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.proposal_step FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER proposal_step BEFORE INSERT ON security.proposal_step FOR EACH ROW EXECUTE FUNCTION security.proposal_step();
alter table security.proposal_step enable row level security;
create policy territory on security.proposal_step as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM security.proposal parent
  WHERE (parent.id = proposal_step.proposal_id))));
create policy worker on security.proposal_step as permissive for all to socle_worker using (true);
grant select on security.proposal_step to socle_app;
grant select on security.proposal_step to socle_worker;
grant insert (proposal_id, step, content_hash, reason, second_factor_at) on security.proposal_step to socle_app;
grant insert (proposal_id, step, content_hash, reason, second_factor_at) on security.proposal_step to socle_worker;
comment on table security.proposal_step is 'What became of a proposal. Append-only.';
comment on column security.proposal_step.proposal_id is 'Which.';
comment on column security.proposal_step.step is 'approved or refused by somebody else; withdrawn by who proposed; carried_out, once.';
comment on column security.proposal_step.content_hash is 'Of what was seen and decided.';
comment on column security.proposal_step.reason is 'Why; never missing when refused.';
comment on column security.proposal_step.second_factor_at is 'When the session of who decided showed a second factor.';
comment on column security.proposal_step.recorded_at is 'When.';
comment on column security.proposal_step.recorded_by is 'Who.';
comment on column security.proposal_step.recorded_name is 'Name of who, as it was then.';

create view security.published_carried_out with (security_invoker=true) as
 SELECT proposal.id,
    proposal.kind,
    proposal.content
   FROM (security.proposal
     JOIN security.proposal_step step ON (((step.proposal_id = proposal.id) AND (step.step = 'carried_out'::text))));
comment on view security.published_carried_out is 'Proposals that were approved and carried out, with what they say.';
comment on column security.published_carried_out.id is 'Proposal.';
comment on column security.published_carried_out.kind is 'Kind.';
comment on column security.published_carried_out.content is 'What was proposed, as canonical JSON.';

create view security.published_waiting with (security_invoker=true) as
 SELECT id,
    kind
   FROM security.proposal
  WHERE ((expires_at > now()) AND (NOT (EXISTS ( SELECT
           FROM security.proposal_step step
          WHERE (step.proposal_id = proposal.id)))));
grant select on security.published_waiting to socle_app;
grant select on security.published_waiting to socle_worker;
comment on view security.published_waiting is 'Proposals that nobody decided yet and that may still be decided, as far as the actor sees them.';
comment on column security.published_waiting.id is 'Proposal.';
comment on column security.published_waiting.kind is 'Kind.';

create table security.recovery_code (
  staff_id uuid not null,
  code_hash bytea not null,
  used_at timestamp with time zone,
  constraint recovery_code_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint recovery_code_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.second_factor(staff_id) ON DELETE CASCADE,
  constraint recovery_code_pkey PRIMARY KEY (staff_id, code_hash)
);
grant delete, insert, select on security.recovery_code to socle_app;
grant update (used_at) on security.recovery_code to socle_app;
comment on table security.recovery_code is 'Codes for when the authenticator is lost: each serves once.';
comment on column security.recovery_code.staff_id is 'Whose.';
comment on column security.recovery_code.code_hash is 'HMAC-SHA-256 of the code, by a key that is not in the database.';
comment on column security.recovery_code.used_at is 'When it served; null while it can.';

create table security.rewriting (
  relation oid not null,
  transaction xid8 default pg_current_xact_id() not null,
  constraint rewriting_relation_check CHECK ((relation <> ALL (ARRAY[('security.audit_record'::regclass)::oid, ('security.audit_seal'::regclass)::oid, ('security.audit_set_member'::regclass)::oid]))),
  constraint rewriting_pkey PRIMARY KEY (transaction, relation)
);
comment on table security.rewriting is 'Append-only tables that a reviewed function rewrites in this very transaction. Empty for everybody else, always.';
comment on column security.rewriting.relation is 'The table.';
comment on column security.rewriting.transaction is 'The transaction that opened it.';

create table security.role_grant (
  id uuid not null,
  staff_id uuid not null,
  role text not null,
  territory text collate "C" not null,
  programme text,
  sensitivity text not null,
  valid_from timestamp with time zone default clock_timestamp() not null,
  valid_to timestamp with time zone,
  granted_at timestamp with time zone default clock_timestamp() not null,
  granted_by text not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  constraint role_grant_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint role_grant_in_order CHECK ((valid_to > valid_from)),
  constraint role_grant_not_own CHECK ((granted_by <> ('staff:'::text || (staff_id)::text))),
  constraint role_grant_programme_check CHECK ((programme ~ '^[a-z0-9-]+(/[a-z0-9-]+)*$'::text)),
  constraint role_grant_role_check CHECK ((role ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint role_grant_sensitivity_check CHECK ((sensitivity = ANY (ARRAY['ordinary'::text, 'sensitive'::text]))),
  constraint role_grant_territory_check CHECK ((territory ~ '^([0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$'::text)),
  constraint role_grant_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff(id),
  constraint role_grant_pkey PRIMARY KEY (id)
);
CREATE INDEX role_grant_staff ON security.role_grant USING btree (staff_id);
CREATE TRIGGER role_of_two BEFORE INSERT ON security.role_grant FOR EACH ROW WHEN (((new.granted_by ~~ 'staff:%'::text) AND (new.role = ANY (ARRAY['payment_approver'::text, 'payment_director'::text, 'administrator'::text])))) EXECUTE FUNCTION security.check_role_of_two();
grant insert, select on security.role_grant to socle_app;
grant insert, select on security.role_grant to socle_worker;
grant update (revoked_at, revoked_by) on security.role_grant to socle_app;
grant update (revoked_at, revoked_by) on security.role_grant to socle_worker;
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

create table security.second_factor (
  staff_id uuid not null,
  secret bytea not null,
  begun_at timestamp with time zone default clock_timestamp() not null,
  confirmed_at timestamp with time zone,
  last_step bigint,
  constraint second_factor_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff_account(id) ON DELETE CASCADE,
  constraint second_factor_pkey PRIMARY KEY (staff_id)
);
grant delete, insert, select, update on security.second_factor to socle_app;
comment on table security.second_factor is 'Authenticators of members of staff.';
comment on column security.second_factor.staff_id is 'Whose.';
comment on column security.second_factor.secret is 'What the authenticator shares with us, encrypted with a key that is not in the database.';
comment on column security.second_factor.begun_at is 'When it was drawn.';
comment on column security.second_factor.confirmed_at is 'When a first code showed that the authenticator holds it; null until then, and nothing is asked.';
comment on column security.second_factor.last_step is 'Time step of the last code taken: neither it nor an earlier one is taken again.';

create table security.service_account (
  id uuid not null,
  name text not null,
  organisation text not null,
  scopes text[] not null,
  territory text collate "C" not null,
  programme text,
  created_at timestamp with time zone default clock_timestamp() not null,
  created_by text not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  constraint service_account_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint service_account_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9-]{1,39}$'::text)),
  constraint service_account_organisation_check CHECK ((organisation <> ''::text)),
  constraint service_account_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint service_account_territory_check CHECK ((territory ~ '^([0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$'::text)),
  constraint service_account_pkey PRIMARY KEY (id),
  constraint service_account_name_key UNIQUE (name)
);
grant insert, select on security.service_account to socle_app;
grant update (revoked_at, revoked_by) on security.service_account to socle_app;
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
  id uuid not null,
  service_id uuid not null,
  prefix text not null,
  secret_hash bytea not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  created_by text not null,
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint service_key_prefix_check CHECK ((prefix ~ '^[0-9a-z]{8}$'::text)),
  constraint service_key_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  constraint service_key_service_id_fkey FOREIGN KEY (service_id) REFERENCES security.service_account(id),
  constraint service_key_pkey PRIMARY KEY (id),
  constraint service_key_prefix_key UNIQUE (prefix)
);
CREATE INDEX service_key_service ON security.service_key USING btree (service_id);
grant insert, select on security.service_key to socle_app;
grant update (expires_at, last_used_at) on security.service_key to socle_app;
comment on table security.service_key is 'Keys of service accounts. Two at once while one replaces the other.';
comment on column security.service_key.id is 'Identifier.';
comment on column security.service_key.service_id is 'Whose.';
comment on column security.service_key.prefix is 'First part of the key, by which it is found and spoken of.';
comment on column security.service_key.secret_hash is 'SHA-256 of the whole key: 256 bits drawn at random need no slower hash.';
comment on column security.service_key.created_at is 'When it was made.';
comment on column security.service_key.created_by is 'By whom, as the audit names actors.';
comment on column security.service_key.expires_at is 'Until when it opens anything; brought forward when it is replaced or revoked.';
comment on column security.service_key.last_used_at is 'When it was last used, to within a minute.';

create table security.sign_in_attempt (
  id bigint generated always as identity not null,
  email_hash bytea not null,
  attempted_at timestamp with time zone default clock_timestamp() not null,
  succeeded boolean not null,
  constraint sign_in_attempt_email_hash_check CHECK ((length(email_hash) = 32)),
  constraint sign_in_attempt_pkey PRIMARY KEY (id)
);
CREATE INDEX sign_in_attempt_email ON security.sign_in_attempt USING btree (email_hash, attempted_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON security.sign_in_attempt FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant insert, select on security.sign_in_attempt to socle_app;
grant select on security.sign_in_attempt to socle_worker;
comment on table security.sign_in_attempt is 'Attempts to sign in, by address whether or not it has an account: five failures close it for a while. Append-only.';
comment on column security.sign_in_attempt.id is 'Identifier.';
comment on column security.sign_in_attempt.email_hash is 'SHA-256 of what is tried: the address as typed in small letters, or whose code it is.';
comment on column security.sign_in_attempt.attempted_at is 'When.';
comment on column security.sign_in_attempt.succeeded is 'False when the attempt begins, counted before it is tried; true in a second row when it was right.';

create table security.staff (
  id uuid not null,
  name text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint staff_name_check CHECK ((name <> ''::text)),
  constraint staff_pkey PRIMARY KEY (id)
);
grant insert, select on security.staff to socle_app;
grant insert, select on security.staff to socle_worker;
grant update (name) on security.staff to socle_app;
grant update (name) on security.staff to socle_worker;
comment on table security.staff is 'Members of staff: who may be named as having acted.';
comment on column security.staff.id is 'Made by the caller; accounts for signing in refer to it.';
comment on column security.staff.name is 'As shown to colleagues.';
comment on column security.staff.recorded_at is 'When the person was recorded.';

create table security.staff_account (
  id uuid not null,
  name text not null,
  email text not null,
  email_verified boolean not null,
  image text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint staff_account_email_check CHECK ((email = lower(email))),
  constraint staff_account_id_fkey FOREIGN KEY (id) REFERENCES security.staff(id),
  constraint staff_account_pkey PRIMARY KEY (id),
  constraint staff_account_email_key UNIQUE (email)
);
grant delete, insert, select, update on security.staff_account to socle_app;
grant select (id, name, email) on security.staff_account to socle_worker;
comment on table security.staff_account is 'Accounts with which members of staff sign in.';
comment on column security.staff_account.id is 'Member of staff.';
comment on column security.staff_account.name is 'Name shown while signed in.';
comment on column security.staff_account.email is 'Address that signs in, in small letters.';
comment on column security.staff_account.email_verified is 'Whether the address was shown to be theirs.';
comment on column security.staff_account.image is 'Unused; the sign-in library keeps a column for it.';
comment on column security.staff_account.created_at is 'When the account was made.';
comment on column security.staff_account.updated_at is 'When it last changed.';

create table security.staff_credential (
  id uuid not null,
  account_id text not null,
  provider_id text not null,
  staff_id uuid not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint staff_credential_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff_account(id) ON DELETE CASCADE,
  constraint staff_credential_pkey PRIMARY KEY (id),
  constraint staff_credential_provider_id_account_id_key UNIQUE (provider_id, account_id)
);
CREATE INDEX staff_credential_staff ON security.staff_credential USING btree (staff_id);
grant delete, insert, select, update on security.staff_credential to socle_app;
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
  id uuid not null,
  staff_id uuid not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  second_factor_due boolean default false not null,
  second_factor_at timestamp with time zone,
  constraint staff_session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES security.staff_account(id) ON DELETE CASCADE,
  constraint staff_session_pkey PRIMARY KEY (id),
  constraint staff_session_token_key UNIQUE (token)
);
CREATE INDEX staff_session_staff ON security.staff_session USING btree (staff_id);
CREATE TRIGGER bound_session BEFORE INSERT OR UPDATE ON security.staff_session FOR EACH ROW EXECUTE FUNCTION security.bound_session();
grant delete, insert, select, update on security.staff_session to socle_app;
comment on table security.staff_session is 'Open sessions.';
comment on column security.staff_session.id is 'Identifier.';
comment on column security.staff_session.staff_id is 'Whose session.';
comment on column security.staff_session.token is 'What the cookie carries, signed.';
comment on column security.staff_session.expires_at is 'Until when it holds.';
comment on column security.staff_session.ip_address is 'Where it was opened from.';
comment on column security.staff_session.user_agent is 'With what it was opened.';
comment on column security.staff_session.created_at is 'When it was opened.';
comment on column security.staff_session.updated_at is 'When it was last seen.';
comment on column security.staff_session.second_factor_due is 'True where its holder had a second factor when it was opened: it then opens nothing before the factor is shown.';
comment on column security.staff_session.second_factor_at is 'When the second factor was shown in this session.';

create table security.staff_verification (
  id uuid not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint staff_verification_pkey PRIMARY KEY (id)
);
CREATE INDEX staff_verification_identifier ON security.staff_verification USING btree (identifier);
grant delete, insert, select, update on security.staff_verification to socle_app;
comment on table security.staff_verification is 'Short-lived proofs under way, such as a link to choose a password.';
comment on column security.staff_verification.id is 'Identifier.';
comment on column security.staff_verification.identifier is 'What is being proved.';
comment on column security.staff_verification.value is 'The proof awaited.';
comment on column security.staff_verification.expires_at is 'Until when it is awaited.';
comment on column security.staff_verification.created_at is 'When it was asked.';
comment on column security.staff_verification.updated_at is 'When it last changed.';

-- population ----------------------------------------------------------------------------------------------------------

comment on schema population is 'Persons: who they are, as known now and as known before.';

CREATE OR REPLACE FUNCTION population.addresses_of(persons uuid[])
 RETURNS TABLE(person uuid, address text)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.id, p.address from population.person p where p.id = any (persons) and p.address is not null
$function$;
comment on function population.addresses_of(uuid[]) is 'Addresses in words, as far as the actor sees these persons.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.analyze_persons()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$ analyze population.person $function$;
comment on function population.analyze_persons() is 'Tells the planner what population.person holds.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.check_merge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  takes_two boolean;
begin
  execute 'select households.merge_takes_two($1, $2)' into takes_two using new.merged, new.kept;
  if takes_two and not security.is_carried_out('person_merge',
    jsonb_build_object('decision', new.decision, 'kept', new.kept, 'merged', new.merged)) then
    raise exception 'two households, or two who are paid: one person proposes the merge, another approves'
      using errcode = 'check_violation', constraint = 'merge_of_two';
  end if;
  return new;
end
$function$;
comment on function population.check_merge() is 'Trigger: whoever is no worker merges two who are paid, or who live in two households, by an approved proposal alone.';
-- execute: public

CREATE OR REPLACE FUNCTION population.common_words()
 RETURNS TABLE(word text, bearers integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select e.word, (e.share * greatest(register.reltuples, 0))::integer
  from pg_stats s
    cross join lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (word, share)
    cross join (select reltuples from pg_class where oid = 'population.person'::regclass) as register
  where s.schemaname = 'population' and s.tablename = 'person_words' and e.word is not null
$function$;
comment on function population.common_words() is 'Words that stand in the names of most persons, with about how many of the whole register bear them, as last analyzed.';

CREATE OR REPLACE FUNCTION population.count_at_address(of_territory text, of_address text, except_persons uuid[])
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from (
    select from population.person p
    where p.territory = of_territory and p.address is not null and lower(p.address) = lower(of_address)
      and p.id <> all (except_persons)
    limit 500) as found
$function$;
comment on function population.count_at_address(text,text,uuid[]) is 'Reviewed: how many others have this address in words in this territory, 500 at most: not who.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.erase_persons(ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number',
    'population.person_document', 'population.person_alias', 'population.pre_registration');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
  update population.person_alias
    set person_id = null, issued_at = null, issued_by = null, expires_at = null, revoked_at = null, revoked_by = null, reason = null,
      spent = true
    where person_id = any (ids);
  delete from population.phone_code where person_id = any (ids);
  delete from population.registration where person_id = any (ids);
  delete from population.pre_registration where person_id = any (ids);
  delete from population.person_document where person_id = any (ids);
  update population.person set father_id = null where father_id = any (ids);
  update population.person set mother_id = null where mother_id = any (ids);
  update population.person_past set father_id = null where father_id = any (ids);
  update population.person_past set mother_id = null where mother_id = any (ids);
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$function$;
comment on function population.erase_persons(uuid[]) is 'Reviewed rewriting: persons whose time has ended leave the register with their past. For the functions of modules above, that run as the owner.';

CREATE OR REPLACE FUNCTION population.erase_phones(ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  done integer;
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person_past set phone = null, phone_sealed = null, phone_index = null
    where id = any (ids) and num_nonnulls(phone, phone_sealed) > 0;
  update population.person set phone = null, phone_sealed = null, phone_index = null
    where id = any (ids) and num_nonnulls(phone, phone_sealed) > 0;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$function$;
comment on function population.erase_phones(uuid[]) is 'Reviewed rewriting: telephones whose time has ended, in the register and in its past.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.fill_without_indexes()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
begin
  if exists (select from population.person) then
    return false;
  end if;
  lock table population.person, population.match_key in access exclusive mode;
  if exists (select from population.person) then
    return false;
  end if;
  perform db.put_indexes_aside('population.person', 'population.match_key');
  return true;
exception when lock_not_available then
  return false;
end
$function$;
comment on function population.fill_without_indexes() is 'For an import into an empty register: puts the indexes of persons aside until db.bring_index_back. False where there are persons, or somebody is at the table.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.forget_name_parts()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  forgotten integer;
begin
  with words as materialized (
    select distinct unnest(string_to_array(name_key, ' ')) as word from population.person
  )
  delete from population.name_part p
  where exists (select from unnest(string_to_array(p.folded, ' ')) as own (word)
    where not exists (select from words where words.word = own.word));
  get diagnostics forgotten = row_count;
  return forgotten;
end
$function$;
comment on function population.forget_name_parts() is 'Removes parts of names that nobody in the register bears any more; answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.forget_registrations()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  gone bigint;
  removed bigint;
begin
  -- The budget of messages looks back one day.
  delete from population.phone_code where asked_at < clock_timestamp() - interval '2 days';
  get diagnostics gone = row_count;
  perform security.open_rewriting('population.pre_registration');
  delete from population.pre_registration
  where person_id is null and coalesce(closed_at, said_at) < clock_timestamp() - interval '90 days';
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return gone + removed;
end
$function$;
comment on function population.forget_registrations() is 'Reviewed rewriting: codes that are over, and pre-registrations of people who never came or were refused ninety days ago; answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.guard_merge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from population.person_merge where merged = new.kept)
    or exists (select from population.person_merge where kept = new.merged) then
    raise exception 'A person who is merged stands for nobody.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function population.guard_merge() is 'Refuses chains of merges.';
-- execute: public

CREATE OR REPLACE FUNCTION population.homes_of(persons uuid[])
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select distinct p.territory from population.person p where p.id = any (persons) order by 1
$function$;
comment on function population.homes_of(uuid[]) is 'Reviewed: territories in which these persons live, nothing else.';
-- execute: socle_app

CREATE OR REPLACE FUNCTION population.issue_numbers(persons uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  issued integer;
begin
  -- In order of id, so that two that ask for the same persons wait for each other instead of for ever. Who waited finds
  -- the numbers given by the other.
  perform from population.person p where p.id = any (persons) order by p.id for no key update;
  with wanted as (
    select p.id, p.country, row_number() over (partition by p.country order by p.id) as place
    from population.person p
    where p.id = any (persons) and security.within_grants(p.territory)
      and not exists (select from population.unique_number n where n.person_id = p.id and n.withdrawn_at is null)
  ), counted as (
    select country, count(*) as persons from wanted group by country
  ), taken as (
    select found.country, found.number, row_number() over (partition by found.country order by found.drawn) as place
    from counted cross join lateral (
      select n.country, n.number, n.drawn from population.unique_number n
      where n.country = counted.country and n.person_id is null and not n.spent
      order by n.drawn limit counted.persons for update skip locked
    ) as found
  )
  update population.unique_number u
  set person_id = wanted.id, issued_at = clock_timestamp(), issued_by = security.actor()
  from wanted join taken using (country, place)
  where u.country = taken.country and u.number = taken.number;
  get diagnostics issued = row_count;
  return issued;
end
$function$;
comment on function population.issue_numbers(uuid[]) is 'Reviewed: gives waiting numbers to these persons, as far as the actor may see them, they have none and numbers wait; answers how many. The numbers themselves are read under the policies.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.keep_alias()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    raise exception 'An alias is never deleted: it would be drawn again.' using errcode = 'restrict_violation';
  end if;
  if security.is_rewriting(tg_relid) then
    return new;
  end if;
  if old.revoked_at is not null
    or to_jsonb(old) - '{revoked_at,revoked_by,reason}'::text[] is distinct from to_jsonb(new) - '{revoked_at,revoked_by,reason}'::text[] then
    raise exception 'An alias that was given is only ever revoked.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function population.keep_alias() is 'Trigger: an alias is given, then perhaps revoked, and nothing else.';
-- execute: public

CREATE OR REPLACE FUNCTION population.keep_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.ended_at is not null
    or to_jsonb(old) - '{ended_at,ended_by,end_reason}'::text[] is distinct from to_jsonb(new) - '{ended_at,ended_by,end_reason}'::text[] then
    raise exception 'A document of the register is only ever withdrawn.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function population.keep_document() is 'Trigger: a document is recorded, then perhaps withdrawn, and nothing else.';
-- execute: public

CREATE OR REPLACE FUNCTION population.keep_number()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    raise exception 'A unique number is never deleted: it would be drawn again.' using errcode = 'restrict_violation';
  end if;
  if security.is_rewriting(tg_relid) then
    return new;
  end if;
  if old.country <> new.country or new.spent or old.number <> new.number
    or old.person_id is not null and (old.person_id, old.issued_at, old.issued_by) is distinct from (new.person_id, new.issued_at, new.issued_by)
    or old.withdrawn_at is not null and (old.withdrawn_at, old.withdrawn_by, old.reason) is distinct from (new.withdrawn_at, new.withdrawn_by, new.reason)
  then
    raise exception 'A unique number that was given stays that person''s.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function population.keep_number() is 'Trigger: a number goes from waiting to given to withdrawn, and never back or to another person.';
-- execute: public

CREATE OR REPLACE FUNCTION population.keep_past()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'A person is never deleted from the register.' using errcode = 'restrict_violation';
  end if;
  -- Two corrections inside one transaction are one: nobody could have seen the state between them.
  if old.recorded_at = new.recorded_at and old.recorded_at = pg_catalog.now() then
    return new;
  end if;
  if new.recorded_at <= old.recorded_at then
    new.recorded_at := greatest(pg_catalog.clock_timestamp(), old.recorded_at + interval '1 microsecond');
  end if;
  insert into population.person_past
  select (jsonb_populate_record(null::population.person_past,
    to_jsonb(old) || jsonb_build_object('superseded_at', new.recorded_at))).*;
  return new;
end
$function$;
comment on function population.keep_past() is 'Keeps the state that an update of population.person replaces.';
-- execute: public

CREATE OR REPLACE FUNCTION population.keep_pre_registration()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or old.closed_at is not null or new.closed_at is null then
    raise exception 'A pre-registration is closed once, and stays as it was.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function population.keep_pre_registration() is 'Trigger: a pre-registration is said, then closed, and nothing else.';
-- execute: public

CREATE OR REPLACE FUNCTION population.known_by_phone(indexes bytea[])
 RETURNS TABLE(person uuid, territory text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.id, p.territory from population.person p where p.phone_index = any (indexes) order by p.id limit 20
$function$;
comment on function population.known_by_phone(bytea[]) is 'Reviewed: ids and territories of those whose telephone has one of these indexes, for a code to be sent to it.';
-- execute: socle_app

CREATE OR REPLACE FUNCTION population.learn_name_parts(parts jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into population.name_part (folded, said, letters, sound)
  select p.folded, p.said, p.letters, p.sound
  from jsonb_to_recordset(parts) as p (folded text, said text, letters text, sound text)
  where not exists (select from population.name_part known where known.folded = p.folded)
$function$;
comment on function population.learn_name_parts(jsonb) is 'Notes parts of names that are new. It waits for nobody: two at once may both note one.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.match_candidates(of_country text, wanted integer[], most integer)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  sharing text;
begin
  if not security.serves(of_country) then
    return;
  end if;
  select string_agg(format(
      '(select k.person from population.match_key k where k.keys[%1$s] = $1[%1$s] and k.country = $2 and %2$s limit 2000)',
      place, security.territory_condition('(k.territory || '''')')), ' union all ')
    into sharing from generate_series(1, 6) as place where wanted[place] is not null;
  if sharing is null then
    return;
  end if;
  return query execute format('select person from (%s) as sharing group by person order by count(*) desc, person limit $3', sharing)
    using wanted, of_country, most;
end
$function$;
comment on function population.match_candidates(text,integer[],integer) is 'Reviewed: persons of the actor''s territories who share a key in its place, for comparing, those who share most first; of more than 2,000 of one key, some. The indexes of keys serve it, which under the policies they could not.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.name_condition(asked jsonb, least_weight real, by_index boolean)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- Where several parts were asked, the index brings them together itself, if each is one condition.
  with common as materialized (
    select word, bearers from population.common_words()
    where by_index and not exists (select from jsonb_array_elements(asked) as way (terms) where jsonb_array_length(terms) > 1)
  )
  select coalesce(string_agg(format('(%s)', way.condition), ' or '), 'false')
  from (
    select string_agg(format('(%s)', coalesce(term.condition, 'false')), ' and ') as condition
    from jsonb_array_elements(asked) with ordinality as ways (terms, place),
      jsonb_array_elements(ways.terms) as terms (answers),
      lateral (
        select string_agg(answer.condition, ' or ') as condition
        from (
          -- Words that thousands bear each alone, the ten most common; all others together.
          select format('string_to_array(p.name_key, '' '') && %L::text[]', array_agg(single.word))
          from (
            select a ->> 'folded' as word, c.bearers, row_number() over (order by c.bearers desc nulls last, a ->> 'folded') as place
            from jsonb_array_elements(terms.answers) as a left join common c on c.word = a ->> 'folded'
            where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') = 0
          ) as single
          group by case when single.bearers >= 2000 and single.place <= 10 then single.place end
          union all
          select format('string_to_array(p.name_key, '' '') @> %L::text[] and strpos(p.name_key, %L) > 0',
            string_to_array(a ->> 'folded', ' '), a ->> 'folded')
          from jsonb_array_elements(terms.answers) as a
          where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') > 0
        ) as answer (condition)
      ) as term
    group by ways.place
  ) as way
$function$;
comment on function population.name_condition(jsonb,real,boolean) is 'SQL over population.person p: true where in one of the ways asked every part has an answer of at least this weight; laid out for the index of words, or for asking it of a row.';

CREATE OR REPLACE FUNCTION population.name_parts_like(asked jsonb)
 RETURNS TABLE(asked text, folded text, said text, bearers integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with common as materialized (select word, c.bearers from population.common_words() as c)
  select a.folded, part.folded, part.said,
    (select min(coalesce(c.bearers, 0)) from unnest(string_to_array(part.folded, ' ')) as own (word) left join common c using (word))
  from jsonb_to_recordset($1) as a (folded text, letters text, sounds text[], known text[])
    cross join lateral (
      (select p.id, p.folded, p.said from population.name_part p where p.sound = any (a.sounds)
        order by public.similarity(p.letters, a.letters) desc, p.id limit 200)
      union
      (select p.id, p.folded, p.said from population.name_part p where p.letters = any (a.known) limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p left join common c on c.word = p.folded
        where length(a.letters) >= 3 and p.letters >= a.letters and p.letters < a.letters || U&'\+10FFFF'
        order by c.bearers desc nulls last, length(p.letters), p.id limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p
        where length(a.letters) > 3 and p.letters operator(public.%) a.letters
        order by public.similarity(p.letters, a.letters) desc, p.id limit 100)
    ) as part
$function$;
comment on function population.name_parts_like(jsonb) is 'Reviewed: parts of names, of nobody in particular, that may be what was typed, with about how many of the register bear them where they are many. Whose they are is asked of search_persons, which holds the territories.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.name_score(asked jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select format('greatest(%s)', string_agg(way.score, ', '))
  from (
    select format('((%s) / %s)', string_agg(term.score, ' + '), count(*)) as score
    from jsonb_array_elements(asked) with ordinality as ways (terms, place),
      jsonb_array_elements(ways.terms) as terms (answers),
      lateral (
        select format('greatest((select max((%L::jsonb ->> word)::real) from unnest(string_to_array(p.name_key, '' '')) as word)%s)',
          jsonb_object_agg(a ->> 'folded', (a ->> 'weight')::real),
          string_agg(format(', case when strpos(p.name_key, %L) > 0 then %s end', a ->> 'folded', a ->> 'weight'), '')
            filter (where position(' ' in a ->> 'folded') > 0)) as score
        from jsonb_array_elements(terms.answers) as a
      ) as term
    group by ways.place
  ) as way
$function$;
comment on function population.name_score(jsonb) is 'SQL over population.person p: how well its names answer, from 0 to 1.';

CREATE OR REPLACE FUNCTION population.open_pre_registration(said jsonb, phone bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  added uuid;
begin
  insert into population.pre_registration (id, country, territory, reference, language, given_name, family_name, given_name_ar,
    family_name_ar, sex, birth_date, birth_precision, phone_sealed)
  select (said ->> 'id')::uuid, said ->> 'country', said ->> 'territory', said ->> 'reference', said ->> 'language',
    said ->> 'givenName', said ->> 'familyName', said ->> 'givenNameAr', said ->> 'familyNameAr', said ->> 'sex',
    (said ->> 'birthDate')::date, said ->> 'birthPrecision', phone
  where security.serves(said ->> 'country')
  on conflict (id) do nothing
  returning id into added;
  if added is null then
    return false;
  end if;
  perform security.append_audit('pre_registration.open', 'pre_registration', added::text, said ->> 'territory',
    'registration: own page', '{}');
  return true;
end
$function$;
comment on function population.open_pre_registration(jsonb,bytea) is 'Reviewed: keeps what somebody whom nobody knows says of themselves, with its record in the audit. It writes beside the register, and reads nothing.';
-- execute: socle_app

CREATE OR REPLACE FUNCTION population.reseal_documents(ids uuid[], earlier bytea[], sealed bytea[], indexes bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('population.person_document');
  update population.person_document d set number_sealed = given.value, number_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where d.id = given.id and d.number_sealed = given.before;
  perform security.close_rewriting();
end
$function$;
comment on function population.reseal_documents(uuid[],bytea[],bytea[],bytea[]) is 'Reviewed rewriting: sealed numbers of documents take the form of another key.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.reseal_phones(ids uuid[], earlier bytea[], sealed bytea[], indexes bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person p set phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where p.id = given.id and p.phone_sealed = given.before;
  update population.person_past p set phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, earlier, sealed, indexes) as given (id, before, value, indexed)
  where p.id = given.id and p.phone_sealed = given.before;
  perform security.close_rewriting();
end
$function$;
comment on function population.reseal_phones(uuid[],bytea[],bytea[],bytea[]) is 'Reviewed rewriting: sealed telephones take the form of another key.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.seal_phones(ids uuid[], phones text[], sealed bytea[], indexes bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('population.person', 'population.person_past');
  update population.person p set phone = null, phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, phones, sealed, indexes) as given (id, phone, value, indexed)
  where p.id = given.id and p.phone = given.phone;
  update population.person_past p set phone = null, phone_sealed = given.value, phone_index = given.indexed
  from unnest(ids, phones, sealed, indexes) as given (id, phone, value, indexed)
  where p.id = given.id and p.phone = given.phone;
  perform security.close_rewriting();
end
$function$;
comment on function population.seal_phones(uuid[],text[],bytea[],bytea[]) is 'Reviewed rewriting: telephones in clear, in the register and its past, take their sealed form.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.search_persons(of_country text, within text, asked jsonb, least_weight real, below real, after integer, most integer)
 RETURNS TABLE(person_id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_indexscan TO 'off'
 SET enable_indexonlyscan TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
begin
  if not security.serves(of_country) or jsonb_array_length(asked) = 0 then
    return;
  end if;
  return query execute format(
    'with answering as materialized (
       select p.id, p.name_key from population.person p
       where (%s) and not (%s) and p.country = $1 and %s and %s limit $2 offset $3
     )
     select p.id, (%s)::real from answering p',
    population.name_condition(asked, least_weight, true),
    case when below is null then 'false' else population.name_condition(asked, below, false) end,
    security.territory_condition('p.territory'),
    case when within = '' then 'true'
      else format('p.territory collate "C" >= %L and p.territory collate "C" < %L', within, within || '/') end,
    case when least_weight >= 1 then '1' else population.name_score(asked) end)
    using of_country, most, after;
end
$function$;
comment on function population.search_persons(text,text,jsonb,real,real,integer,integer) is 'Reviewed: persons of the actor''s territories whose names hold, in one of the ways asked, an answer of at least this weight for every part, and not all of at least the weight below, where it is given; with a score from 0 to 1. So many at most after the first, in no order that means anything but the same within a transaction''s view. For the functions of modules above, that run as the owner: files closed to the actor are theirs to hide.';

CREATE OR REPLACE FUNCTION population.settle_match_keys()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET default_statistics_target TO '10'
AS $function$
  analyze population.match_key (country, recorded_at)
$function$;
comment on function population.settle_match_keys() is 'Tells the planner how many keys there are now.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.sharing_phone(persons uuid[])
 RETURNS TABLE(person uuid, other uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.id, o.id from population.person p
    cross join lateral (
      select s.id from population.person s where s.phone_index = p.phone_index and s.id <> p.id limit 500
    ) o
  where p.id = any (persons) and p.phone_index is not null
$function$;
comment on function population.sharing_phone(uuid[]) is 'Reviewed: persons whose telephone ends like that of each of these, 500 at most each. For functions of modules above, which count them.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION population.with_phone(indexes bytea[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select p.id from population.person p where p.phone_index = any (indexes) limit 500
$function$;
comment on function population.with_phone(bytea[]) is 'Reviewed: persons whose telephone has one of these indexes, 500 at most. For functions of modules above, which count them.';

CREATE OR REPLACE FUNCTION population.withdraw_number(person uuid, reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  update population.unique_number u
  set withdrawn_at = clock_timestamp(), withdrawn_by = security.actor(), reason = withdraw_number.reason
  from population.person p
  where p.id = withdraw_number.person and security.within_grants(p.territory)
    and u.person_id = p.id and u.withdrawn_at is null;
  return found;
end
$function$;
comment on function population.withdraw_number(uuid,text) is 'Reviewed: withdraws the number of a person whom the actor may see; answers whether there was one.';
-- execute: socle_app
-- execute: socle_worker

create table population.death (
  person_id uuid not null,
  died_on date not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text not null,
  constraint death_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint death_pkey PRIMARY KEY (person_id)
);
alter table population.death enable row level security;
create policy territory on population.death as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = death.person_id))));
create policy worker on population.death as permissive for all to socle_worker using (true);
grant insert, select on population.death to socle_app;
grant insert, select on population.death to socle_worker;
comment on table population.death is 'Persons who have died. Written once.';
comment on column population.death.person_id is 'Person.';
comment on column population.death.died_on is 'Day of the death.';
comment on column population.death.recorded_at is 'When the register learnt of it.';
comment on column population.death.recorded_by is 'Who recorded it.';

create table population.match_decision (
  id uuid not null,
  one uuid not null,
  other uuid not null,
  country text not null,
  territory text collate "C" not null,
  decision text not null,
  kept uuid,
  digest bytea not null,
  reason text default ''::text not null,
  decided_by text not null,
  decided_at timestamp with time zone default clock_timestamp() not null,
  constraint match_decision_check CHECK ((one < other)),
  constraint match_decision_check1 CHECK (((decision = 'same'::text) = (kept IS NOT NULL))),
  constraint match_decision_check2 CHECK (((kept IS NULL) OR ((kept = one) OR (kept = other)))),
  constraint match_decision_decision_check CHECK ((decision = ANY (ARRAY['same'::text, 'different'::text, 'later'::text, 'undo'::text]))),
  constraint match_decision_digest_check CHECK ((octet_length(digest) = 16)),
  constraint match_decision_reason_check CHECK ((length(reason) <= 1000)),
  constraint match_decision_pkey PRIMARY KEY (id)
);
CREATE INDEX match_decision_order ON population.match_decision USING btree (country, decided_at DESC, id DESC);
CREATE INDEX match_decision_other ON population.match_decision USING btree (other);
CREATE INDEX match_decision_pair ON population.match_decision USING btree (one, other, decided_at DESC);
CREATE INDEX match_decision_territory ON population.match_decision USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON population.match_decision FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table population.match_decision enable row level security;
create policy country on population.match_decision as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.match_decision as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((( SELECT security.only_files() AS only_files) IS NULL) AND (one <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND (other <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])))));
create policy territory on population.match_decision as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.match_decision as permissive for all to socle_worker using (true);
grant insert, select on population.match_decision to socle_app;
grant insert, select on population.match_decision to socle_worker;
comment on table population.match_decision is 'What was decided of two persons, each decision a fact. The last one counts. Append-only; persons erased later leave their ids here alone.';
comment on column population.match_decision.id is 'Made by whoever asks: said twice, it is one decision.';
comment on column population.match_decision.one is 'Person with the lower id.';
comment on column population.match_decision.other is 'Person with the higher id.';
comment on column population.match_decision.country is 'Country of both.';
comment on column population.match_decision.territory is 'The smallest territory in which both lived.';
comment on column population.match_decision.decision is 'same, different, later, or undo of the one before.';
comment on column population.match_decision.kept is 'Who stands for both where they are the same.';
comment on column population.match_decision.digest is 'What was compared of both when it was decided: where it has changed, they may be proposed again.';
comment on column population.match_decision.reason is 'In the words of who decided.';
comment on column population.match_decision.decided_by is 'Staff name or system process.';
comment on column population.match_decision.decided_at is 'When it was decided.';

create table population.match_key (
  person uuid not null,
  country text not null,
  territory text collate "C" not null,
  keys integer[] not null,
  digest bytea not null,
  recorded_at timestamp with time zone not null,
  constraint match_key_digest_check CHECK ((octet_length(digest) = 16)),
  constraint match_key_pkey PRIMARY KEY (person)
);
CREATE INDEX match_key_family ON population.match_key USING btree ((keys[3]));
CREATE INDEX match_key_given ON population.match_key USING btree ((keys[2]));
CREATE INDEX match_key_month_day ON population.match_key USING btree ((keys[1]));
CREATE INDEX match_key_phone_day ON population.match_key USING btree ((keys[5]));
CREATE INDEX match_key_phone_name ON population.match_key USING btree ((keys[4]));
CREATE INDEX match_key_place ON population.match_key USING btree ((keys[6]));
CREATE INDEX match_key_recorded ON population.match_key USING brin (recorded_at) WITH (pages_per_range='32');
alter table population.match_key enable row level security;
create policy country on population.match_key as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.match_key as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((person <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (person = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on population.match_key as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.match_key as permissive for all to socle_worker using (true);
grant select on population.match_key to socle_app;
grant insert, select, update on population.match_key to socle_worker;
comment on table population.match_key is 'What persons are found by when somebody like them is registered. Made again from population.person when that has changed.';
comment on column population.match_key.person is 'Person.';
comment on column population.match_key.country is 'Country of the person.';
comment on column population.match_key.territory is 'Where the person lives, as in population.person.';
comment on column population.match_key.keys is 'Numbers of the keys, each kind in its place, null where there is none: two persons who share one are compared (src/population/duplicates/match-keys.ts).';
comment on column population.match_key.digest is 'First 16 bytes of the SHA-256 of all that is compared: it changes when any of it does.';
comment on column population.match_key.recorded_at is 'The state of the person that this was made from.';

create table population.match_model (
  version text not null,
  country text not null,
  model jsonb not null,
  persons integer not null,
  learnt_at timestamp with time zone default now() not null,
  constraint match_model_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint match_model_version_check CHECK ((version ~ '^[0-9a-f]{16}$'::text)),
  constraint match_model_pkey PRIMARY KEY (version)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON population.match_model FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant select on population.match_model to socle_app;
grant insert, select on population.match_model to socle_worker;
comment on table population.match_model is 'Models learnt from the register, with their weights: no person can be told from them. Append-only.';
comment on column population.match_model.version is 'First signs of the SHA-256 of all that weighs.';
comment on column population.match_model.country is 'Country whose register it was learnt from.';
comment on column population.match_model.model is 'Levels, m, u and bits by column, as socle match writes them.';
comment on column population.match_model.persons is 'How many persons it was learnt from.';
comment on column population.match_model.learnt_at is 'When it was learnt.';

create table population.match_pair (
  one uuid not null,
  other uuid not null,
  country text not null,
  territory text collate "C" not null,
  score_ppm integer not null,
  centibits integer not null,
  zone text not null,
  digest bytea not null,
  model text not null,
  found_at timestamp with time zone default now() not null,
  since timestamp with time zone default now() not null,
  constraint match_pair_check CHECK ((one < other)),
  constraint match_pair_digest_check CHECK ((octet_length(digest) = 16)),
  constraint match_pair_score_ppm_check CHECK (((score_ppm >= 0) AND (score_ppm <= 1000000))),
  constraint match_pair_zone_check CHECK ((zone = ANY (ARRAY['same'::text, 'to_settle'::text]))),
  constraint match_pair_model_fkey FOREIGN KEY (model) REFERENCES population.match_model(version),
  constraint match_pair_one_fkey FOREIGN KEY (one) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint match_pair_other_fkey FOREIGN KEY (other) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint match_pair_pkey PRIMARY KEY (one, other)
);
CREATE INDEX match_pair_order ON population.match_pair USING btree (country, score_ppm DESC, one, other);
CREATE INDEX match_pair_other ON population.match_pair USING btree (other);
CREATE INDEX match_pair_territory ON population.match_pair USING btree (territory);
alter table population.match_pair enable row level security;
create policy country on population.match_pair as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.match_pair as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((( SELECT security.only_files() AS only_files) IS NULL) AND (one <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND (other <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])))));
create policy territory on population.match_pair as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.match_pair as permissive for all to socle_worker using (true);
grant select on population.match_pair to socle_app;
grant delete, insert, select, update on population.match_pair to socle_worker;
comment on table population.match_pair is 'Pairs that the last search of the whole register found alike, decided or not.';
comment on column population.match_pair.one is 'Person with the lower id.';
comment on column population.match_pair.other is 'Person with the higher id.';
comment on column population.match_pair.country is 'Country of both.';
comment on column population.match_pair.territory is 'The smallest territory in which both live: who may see it may see both.';
comment on column population.match_pair.score_ppm is 'Probability that the two are one person, in parts of a million.';
comment on column population.match_pair.centibits is 'Evidence, in hundredths of a bit.';
comment on column population.match_pair.zone is 'same: proposed as one person; to_settle: for a person to look at. Nothing is merged without a person.';
comment on column population.match_pair.digest is 'First 16 bytes of the SHA-256 of all that was compared of both.';
comment on column population.match_pair.model is 'Model that weighed it.';
comment on column population.match_pair.found_at is 'When the pair was last found.';
comment on column population.match_pair.since is 'When the pair was first found with what is compared of both as it stands: since when it waits.';

create table population.name_part (
  id bigint generated always as identity not null,
  folded text collate "C",
  said text not null,
  letters text collate "C",
  sound text collate "C",
  constraint name_part_check CHECK ((num_nonnulls(folded, letters, sound) = ANY (ARRAY[0, 3]))),
  constraint name_part_pkey PRIMARY KEY (id)
);
CREATE INDEX name_part_folded ON population.name_part USING btree (folded);
CREATE INDEX name_part_letters ON population.name_part USING btree (letters);
CREATE INDEX name_part_pieces ON population.name_part USING gin (letters public.gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX name_part_sound ON population.name_part USING btree (sound);
CREATE INDEX name_part_waiting ON population.name_part USING btree (id) WHERE (folded IS NULL);
grant delete, select on population.name_part to socle_worker;
comment on table population.name_part is 'Parts of the names in the register, of nobody in particular: what search compares with what was typed. Learnt with the names (src/population/names); one may stand twice where two learnt it at once.';
comment on column population.name_part.id is 'In the order in which they were learnt.';
comment on column population.name_part.folded is 'Its words as they stand in person.name_key, side by side; null for a name that waits to be read.';
comment on column population.name_part.said is 'As it was first written, in either script.';
comment on column population.name_part.letters is 'In plain Latin letters, without spaces or article.';
comment on column population.name_part.sound is 'Consonants as they are heard: the same in both scripts and in most spellings.';

create table population.person (
  id uuid not null,
  country text not null,
  territory text collate "C" not null,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  name_key text default ''::text not null,
  sex text,
  birth_date date,
  birth_precision text,
  phone text,
  source text not null,
  modelled boolean default false not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text not null,
  phone_sealed bytea,
  phone_index bytea,
  father_name text,
  father_name_ar text,
  mother_name text,
  mother_name_ar text,
  nickname text,
  nickname_ar text,
  birth_place_code text collate "C",
  birth_place text,
  father_id uuid,
  mother_id uuid,
  nationalities text[],
  address text,
  photo_sha256 bytea,
  absent_since date,
  biometric_system text,
  biometric_reference text,
  evidence text,
  constraint person_biometric CHECK (((biometric_system IS NULL) = (biometric_reference IS NULL))),
  constraint person_birth_precision_check CHECK ((birth_precision = ANY (ARRAY['day'::text, 'month'::text, 'year'::text, 'estimated'::text]))),
  constraint person_check CHECK (((birth_date IS NULL) = (birth_precision IS NULL))),
  constraint person_check1 CHECK ((father_id <> id)),
  constraint person_check2 CHECK ((mother_id <> id)),
  constraint person_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint person_nationalities_check CHECK (((cardinality(nationalities) >= 1) AND (cardinality(nationalities) <= 5))),
  constraint person_phone_index_check CHECK ((octet_length(phone_index) = 16)),
  constraint person_phone_once CHECK ((num_nonnulls(phone, phone_sealed) <= 1)),
  constraint person_phone_sealed CHECK (((phone_sealed IS NULL) = (phone_index IS NULL))),
  constraint person_photo_sha256_check CHECK ((octet_length(photo_sha256) = 32)),
  constraint person_sex_check CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text]))),
  constraint person_pkey PRIMARY KEY (id)
);
CREATE INDEX person_address ON population.person USING btree (territory, lower(address)) WHERE (address IS NOT NULL);
CREATE INDEX person_father ON population.person USING btree (father_id) WHERE (father_id IS NOT NULL);
CREATE INDEX person_mother ON population.person USING btree (mother_id) WHERE (mother_id IS NOT NULL);
CREATE INDEX person_phone ON population.person USING btree (phone_index) WHERE (phone_index IS NOT NULL);
CREATE INDEX person_phone_in_clear ON population.person USING btree (id) WHERE (phone IS NOT NULL);
CREATE INDEX person_phone_key ON population.person USING btree (get_byte(phone_sealed, 4), id) WHERE (phone_sealed IS NOT NULL);
CREATE INDEX person_territory ON population.person USING btree (territory);
CREATE INDEX person_words ON population.person USING gin (string_to_array(name_key, ' '::text));
CREATE TRIGGER keep_past BEFORE DELETE OR UPDATE ON population.person FOR EACH ROW EXECUTE FUNCTION population.keep_past();
CREATE TRIGGER keep_referenced BEFORE DELETE OR UPDATE OF id OR TRUNCATE ON population.person FOR EACH STATEMENT EXECUTE FUNCTION db.keep_referenced();
alter table population.person enable row level security;
create policy country on population.person as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.person as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on population.person as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.person as permissive for all to socle_worker using (true);
grant insert, select, update on population.person to socle_app;
grant insert, select, update on population.person to socle_worker;
comment on table population.person is 'A person as the register holds them now. An earlier state is in person_past.';
comment on column population.person.id is 'UUIDv7, made by whoever registers the person; never shown as a number of identity.';
comment on column population.person.country is 'Country folder whose catalogue describes the person, such as ma.';
comment on column population.person.territory is 'Where the person lives: code of a territory, each level after a dot. Rows are seen by those who may see it.';
comment on column population.person.given_name is 'Given names in Latin script, in the person''s own order.';
comment on column population.person.family_name is 'Family name in Latin script; null where the person has none.';
comment on column population.person.given_name_ar is 'Given names in Arabic script.';
comment on column population.person.family_name_ar is 'Family name in Arabic script.';
comment on column population.person.name_key is 'The names of both scripts, folded for search: lower case, no accents, one form per Arabic letter.';
comment on column population.person.sex is 'female or male; null where unknown.';
comment on column population.person.birth_date is 'Date of birth; the part beyond birth_precision is the first day or month.';
comment on column population.person.birth_precision is 'How much of birth_date is known: day, month, year, or estimated.';
comment on column population.person.phone is 'Telephone in clear: on its way to be sealed.';
comment on column population.person.source is 'Where this state comes from: the source of the declaration that said it.';
comment on column population.person.modelled is 'True where the person was generated for a demonstration and does not exist.';
comment on column population.person.recorded_at is 'When this state was recorded.';
comment on column population.person.recorded_by is 'Who recorded it: staff name or system process.';
comment on column population.person.phone_sealed is 'Telephone as given, digits and a leading plus, sealed for this person (AES-256-GCM, data key of security.column_key).';
comment on column population.person.phone_index is 'The same for telephones with the same last nine digits: to find who shares one, without opening any.';
comment on column population.person.father_name is 'Father''s name in Latin script, where it is part of the name or the father is not in the register.';
comment on column population.person.father_name_ar is 'Father''s name in Arabic script.';
comment on column population.person.mother_name is 'Mother''s names in Latin script.';
comment on column population.person.mother_name_ar is 'Mother''s names in Arabic script.';
comment on column population.person.nickname is 'Name by which the person is called, in Latin script.';
comment on column population.person.nickname_ar is 'Name by which the person is called, in Arabic script.';
comment on column population.person.birth_place_code is 'Where the person was born: code of a territory of the country.';
comment on column population.person.birth_place is 'Where the person was born, in words: a place abroad, or one that no code names.';
comment on column population.person.father_id is 'Father, where he is in the register (population.person); no reference: an erased person leaves nothing behind.';
comment on column population.person.mother_id is 'Mother, where she is in the register (population.person).';
comment on column population.person.nationalities is 'Nationalities, two letters each (ISO 3166-1 alpha-2), in capitals.';
comment on column population.person.address is 'Address in words, within the territory.';
comment on column population.person.photo_sha256 is 'SHA-256 of the photograph, which is kept elsewhere under this name.';
comment on column population.person.absent_since is 'Day from which nobody knows where the person is; null otherwise.';
comment on column population.person.biometric_system is 'System outside that can tell the person by the body, named as the installation names it.';
comment on column population.person.biometric_reference is 'What that system calls the person; no trait of the body is held here.';
comment on column population.person.evidence is 'What was shown for this state, in the words of who recorded it.';

create table population.person_alias (
  country text not null,
  alias text not null,
  person_id uuid,
  issued_at timestamp with time zone default now(),
  issued_by text default security.actor(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  reason text,
  spent boolean default false not null,
  constraint person_alias_alias_check CHECK ((alias ~ '^[0-9]{16}$'::text)),
  constraint person_alias_check CHECK ((expires_at > issued_at)),
  constraint person_alias_check1 CHECK ((spent = (num_nonnulls(person_id, issued_at, issued_by) = 0))),
  constraint person_alias_check2 CHECK ((spent OR (num_nonnulls(person_id, issued_at, issued_by) = 3))),
  constraint person_alias_check3 CHECK ((num_nonnulls(revoked_at, revoked_by, reason) = ANY (ARRAY[0, 3]))),
  constraint person_alias_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint person_alias_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint person_alias_pkey PRIMARY KEY (country, alias)
);
CREATE INDEX person_alias_person ON population.person_alias USING btree (person_id);
CREATE TRIGGER keep_alias BEFORE DELETE OR UPDATE ON population.person_alias FOR EACH ROW EXECUTE FUNCTION population.keep_alias();
alter table population.person_alias enable row level security;
create policy territory on population.person_alias as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = person_alias.person_id))));
create policy worker on population.person_alias as permissive for all to socle_worker using (true);
grant select on population.person_alias to socle_app;
grant select on population.person_alias to socle_worker;
grant insert (country, alias, person_id, expires_at) on population.person_alias to socle_app;
grant update (revoked_at, revoked_by, reason) on population.person_alias to socle_app;
grant insert (country, alias, person_id, expires_at) on population.person_alias to socle_worker;
grant update (revoked_at, revoked_by, reason) on population.person_alias to socle_worker;
comment on table population.person_alias is 'Aliases of unique numbers: those that hold, those that ended. A row is never deleted and never given to another person.';
comment on column population.person_alias.country is 'Country whose aliases these are, such as ma.';
comment on column population.person_alias.alias is 'Sixteen digits that say nothing of the person; the last one checks the others.';
comment on column population.person_alias.person_id is 'For whom it stands (population.person); null once the person was erased.';
comment on column population.person_alias.issued_at is 'When it was given.';
comment on column population.person_alias.issued_by is 'By whom, as the audit names actors.';
comment on column population.person_alias.expires_at is 'From when it holds no more; null until it is revoked.';
comment on column population.person_alias.revoked_at is 'When it was revoked.';
comment on column population.person_alias.revoked_by is 'By whom.';
comment on column population.person_alias.reason is 'Why.';
comment on column population.person_alias.spent is 'True where the person has left the register for good: it is nobody''s, and never drawn again.';

create table population.person_document (
  id uuid not null,
  person_id uuid not null,
  type text not null,
  number_sealed bytea not null,
  number_index bytea not null,
  issuer text,
  issued_on date,
  expires_on date,
  source text not null,
  evidence text,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  ended_at timestamp with time zone,
  ended_by text,
  end_reason text,
  constraint person_document_check CHECK ((expires_on >= issued_on)),
  constraint person_document_check1 CHECK ((num_nonnulls(ended_at, ended_by, end_reason) = ANY (ARRAY[0, 3]))),
  constraint person_document_check2 CHECK ((ended_at >= recorded_at)),
  constraint person_document_number_index_check CHECK ((octet_length(number_index) = 16)),
  constraint person_document_type_check CHECK ((type ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint person_document_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint person_document_pkey PRIMARY KEY (id)
);
CREATE INDEX person_document_key ON population.person_document USING btree (get_byte(number_sealed, 4), id);
CREATE INDEX person_document_number ON population.person_document USING btree (number_index);
CREATE INDEX person_document_person ON population.person_document USING btree (person_id);
CREATE TRIGGER keep_document BEFORE DELETE OR UPDATE ON population.person_document FOR EACH ROW EXECUTE FUNCTION population.keep_document();
alter table population.person_document enable row level security;
create policy territory on population.person_document as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = person_document.person_id))));
create policy worker on population.person_document as permissive for all to socle_worker using (true);
grant insert, select on population.person_document to socle_app;
grant insert, select on population.person_document to socle_worker;
grant update (ended_at, ended_by, end_reason) on population.person_document to socle_app;
grant update (ended_at, ended_by, end_reason) on population.person_document to socle_worker;
comment on table population.person_document is 'Documents that say who a person is. A row is never changed but to end it.';
comment on column population.person_document.id is 'Made by whoever records the document: said twice, it is one.';
comment on column population.person_document.person_id is 'Whose it is (population.person).';
comment on column population.person_document.type is 'What it is: national_id, passport, birth_record… (src/population/details).';
comment on column population.person_document.number_sealed is 'Its number as written, sealed for this row (AES-256-GCM, data key of security.column_key).';
comment on column population.person_document.number_index is 'The same for equal numbers whatever their case and punctuation: to find whose it is without opening any.';
comment on column population.person_document.issuer is 'Who issued it.';
comment on column population.person_document.issued_on is 'Day on which it was issued.';
comment on column population.person_document.expires_on is 'Last day on which it is valid.';
comment on column population.person_document.source is 'Channel by which it came: desk, field, import…';
comment on column population.person_document.evidence is 'What was seen of it, in the words of who recorded it.';
comment on column population.person_document.recorded_at is 'When it was recorded.';
comment on column population.person_document.recorded_by is 'Who recorded it, as the audit names actors.';
comment on column population.person_document.ended_at is 'When it was withdrawn from the register; null while it stands.';
comment on column population.person_document.ended_by is 'Who withdrew it.';
comment on column population.person_document.end_reason is 'Why.';

create table population.person_merge (
  merged uuid not null,
  kept uuid not null,
  country text not null,
  territory text collate "C" not null,
  decision uuid not null,
  constraint person_merge_check CHECK ((merged <> kept)),
  constraint person_merge_decision_fkey FOREIGN KEY (decision) REFERENCES population.match_decision(id),
  constraint person_merge_kept_fkey FOREIGN KEY (kept) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint person_merge_merged_fkey FOREIGN KEY (merged) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint person_merge_pkey PRIMARY KEY (merged)
);
CREATE INDEX person_merge_kept ON population.person_merge USING btree (kept);
CREATE INDEX person_merge_territory ON population.person_merge USING btree (territory);
CREATE TRIGGER guard_merge BEFORE INSERT ON population.person_merge FOR EACH ROW EXECUTE FUNCTION population.guard_merge();
CREATE TRIGGER merge_of_two BEFORE INSERT ON population.person_merge FOR EACH ROW WHEN ((security.actor() !~~ 'worker:%'::text)) EXECUTE FUNCTION population.check_merge();
alter table population.person_merge enable row level security;
create policy country on population.person_merge as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.person_merge as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((( SELECT security.only_files() AS only_files) IS NULL) AND (merged <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND (kept <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])))));
create policy territory on population.person_merge as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.person_merge as permissive for all to socle_worker using (true);
grant delete, insert, select on population.person_merge to socle_app;
grant delete, insert, select on population.person_merge to socle_worker;
comment on table population.person_merge is 'Who stands for whom now: the fold of the decisions. Undoing a merge removes the row and nothing else.';
comment on column population.person_merge.merged is 'Person for whom another stands.';
comment on column population.person_merge.kept is 'Person who stands for both; nobody stands for them.';
comment on column population.person_merge.country is 'Country of both.';
comment on column population.person_merge.territory is 'The smallest territory in which both lived.';
comment on column population.person_merge.decision is 'Decision that says so.';

create table population.person_past (
  id uuid not null,
  country text not null,
  territory text collate "C" not null,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  name_key text not null,
  sex text,
  birth_date date,
  birth_precision text,
  phone text,
  source text not null,
  modelled boolean not null,
  recorded_at timestamp with time zone not null,
  recorded_by text not null,
  superseded_at timestamp with time zone not null,
  phone_sealed bytea,
  phone_index bytea,
  father_name text,
  father_name_ar text,
  mother_name text,
  mother_name_ar text,
  nickname text,
  nickname_ar text,
  birth_place_code text collate "C",
  birth_place text,
  father_id uuid,
  mother_id uuid,
  nationalities text[],
  address text,
  photo_sha256 bytea,
  absent_since date,
  biometric_system text,
  biometric_reference text,
  evidence text,
  constraint person_past_pkey PRIMARY KEY (id, recorded_at)
);
CREATE INDEX person_past_father ON population.person_past USING btree (father_id) WHERE (father_id IS NOT NULL);
CREATE INDEX person_past_mother ON population.person_past USING btree (mother_id) WHERE (mother_id IS NOT NULL);
CREATE INDEX person_past_phone_in_clear ON population.person_past USING btree (id) WHERE (phone IS NOT NULL);
CREATE INDEX person_past_phone_key ON population.person_past USING btree (get_byte(phone_sealed, 4), id) WHERE (phone_sealed IS NOT NULL);
CREATE INDEX person_past_territory ON population.person_past USING btree (territory);
alter table population.person_past enable row level security;
create policy country on population.person_past as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.person_past as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on population.person_past as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.person_past as permissive for all to socle_worker using (true);
grant select on population.person_past to socle_app;
grant select on population.person_past to socle_worker;
comment on table population.person_past is 'Every state of a person that another has replaced. Append-only.';
comment on column population.person_past.id is 'UUIDv7, made by whoever registers the person; never shown as a number of identity.';
comment on column population.person_past.country is 'Country folder whose catalogue describes the person, such as ma.';
comment on column population.person_past.territory is 'Where the person lives: code of a territory, each level after a dot. Rows are seen by those who may see it.';
comment on column population.person_past.given_name is 'Given names in Latin script, in the person''s own order.';
comment on column population.person_past.family_name is 'Family name in Latin script; null where the person has none.';
comment on column population.person_past.given_name_ar is 'Given names in Arabic script.';
comment on column population.person_past.family_name_ar is 'Family name in Arabic script.';
comment on column population.person_past.name_key is 'The names of both scripts, folded for search: lower case, no accents, one form per Arabic letter.';
comment on column population.person_past.sex is 'female or male; null where unknown.';
comment on column population.person_past.birth_date is 'Date of birth; the part beyond birth_precision is the first day or month.';
comment on column population.person_past.birth_precision is 'How much of birth_date is known: day, month, year, or estimated.';
comment on column population.person_past.phone is 'Telephone in clear: on its way to be sealed.';
comment on column population.person_past.source is 'Where this state comes from: the source of the declaration that said it.';
comment on column population.person_past.modelled is 'True where the person was generated for a demonstration and does not exist.';
comment on column population.person_past.recorded_at is 'When this state was recorded.';
comment on column population.person_past.recorded_by is 'Who recorded it: staff name or system process.';
comment on column population.person_past.superseded_at is 'When the next state was recorded.';
comment on column population.person_past.phone_sealed is 'Telephone as it was, sealed for this person.';
comment on column population.person_past.phone_index is 'The same for telephones with the same last nine digits.';
comment on column population.person_past.father_name is 'Father''s name in Latin script, where it is part of the name or the father is not in the register.';
comment on column population.person_past.father_name_ar is 'Father''s name in Arabic script.';
comment on column population.person_past.mother_name is 'Mother''s names in Latin script.';
comment on column population.person_past.mother_name_ar is 'Mother''s names in Arabic script.';
comment on column population.person_past.nickname is 'Name by which the person is called, in Latin script.';
comment on column population.person_past.nickname_ar is 'Name by which the person is called, in Arabic script.';
comment on column population.person_past.birth_place_code is 'Where the person was born: code of a territory of the country.';
comment on column population.person_past.birth_place is 'Where the person was born, in words: a place abroad, or one that no code names.';
comment on column population.person_past.father_id is 'Father, where he is in the register (population.person); no reference: an erased person leaves nothing behind.';
comment on column population.person_past.mother_id is 'Mother, where she is in the register (population.person).';
comment on column population.person_past.nationalities is 'Nationalities, two letters each (ISO 3166-1 alpha-2), in capitals.';
comment on column population.person_past.address is 'Address in words, within the territory.';
comment on column population.person_past.photo_sha256 is 'SHA-256 of the photograph, which is kept elsewhere under this name.';
comment on column population.person_past.absent_since is 'Day from which nobody knows where the person is; null otherwise.';
comment on column population.person_past.biometric_system is 'System outside that can tell the person by the body, named as the installation names it.';
comment on column population.person_past.biometric_reference is 'What that system calls the person; no trait of the body is held here.';
comment on column population.person_past.evidence is 'What was shown for this state, in the words of who recorded it.';

create table population.person_token (
  audience text not null,
  token_hash bytea not null,
  person_id uuid not null,
  told_at timestamp with time zone default now() not null,
  constraint person_token_audience_check CHECK ((audience ~ '^(partner|programme):[^\s]+$'::text)),
  constraint person_token_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint person_token_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint person_token_pkey PRIMARY KEY (audience, token_hash)
);
CREATE INDEX person_token_person ON population.person_token USING btree (person_id);
alter table population.person_token enable row level security;
create policy territory on population.person_token as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = person_token.person_id))));
create policy worker on population.person_token as permissive for all to socle_worker using (true);
grant insert, select on population.person_token to socle_app;
grant insert, select on population.person_token to socle_worker;
comment on table population.person_token is 'Which tokens were told to whom, to find the person when one comes back. The tokens themselves are not here: without the key outside the database nobody makes one.';
comment on column population.person_token.audience is 'Who knows the person by it: partner:name or programme:id.';
comment on column population.person_token.token_hash is 'SHA-256 of the token.';
comment on column population.person_token.person_id is 'Whom it names (population.person).';
comment on column population.person_token.told_at is 'When it was first told.';

create table population.phone_code (
  id uuid not null,
  purpose text not null,
  challenge_hash bytea not null,
  code_index bytea not null,
  subject_index bytea not null,
  asker_index bytea not null,
  phone_sealed bytea,
  person_id uuid,
  asked_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone not null,
  is_sent boolean not null,
  tries integer default 0 not null,
  confirmed_at timestamp with time zone,
  reference text,
  constraint phone_code_asker_index_check CHECK ((octet_length(asker_index) = 16)),
  constraint phone_code_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32)),
  constraint phone_code_code_index_check CHECK ((octet_length(code_index) = 16)),
  constraint phone_code_purpose_check CHECK ((purpose = ANY (ARRAY['pre_registration'::text, 'partner'::text]))),
  constraint phone_code_subject_index_check CHECK ((octet_length(subject_index) = 16)),
  constraint phone_code_pkey PRIMARY KEY (id),
  constraint phone_code_challenge_hash_key UNIQUE (challenge_hash)
);
CREATE INDEX phone_code_asked ON population.phone_code USING btree (asked_at);
CREATE INDEX phone_code_asker ON population.phone_code USING btree (asker_index, asked_at);
CREATE INDEX phone_code_person ON population.phone_code USING btree (person_id) WHERE (person_id IS NOT NULL);
CREATE INDEX phone_code_subject ON population.phone_code USING btree (subject_index, asked_at);
grant insert, select on population.phone_code to socle_app;
grant select on population.phone_code to socle_worker;
grant update (tries, confirmed_at, reference) on population.phone_code to socle_app;
comment on table population.phone_code is 'Codes asked for to show that somebody holds a telephone: before pre-registering, or for a partner. Kept two days.';
comment on column population.phone_code.id is 'Identifier.';
comment on column population.phone_code.purpose is 'What for: pre_registration, or partner.';
comment on column population.phone_code.challenge_hash is 'SHA-256 of what the browser or the partner that asked keeps: a code serves there alone.';
comment on column population.phone_code.code_index is 'Blind index of the code for this row (security.column_key): the code is not in the database.';
comment on column population.phone_code.subject_index is 'Blind index of the telephone, or of what a partner named: tells requests for the same one together.';
comment on column population.phone_code.asker_index is 'Blind index of the network, or of the partner, that asked.';
comment on column population.phone_code.phone_sealed is 'The telephone to be shown, sealed for this row; null for a partner, who is told nothing of it.';
comment on column population.phone_code.person_id is 'Whose telephone a partner asks to have confirmed (population.person); null where nobody was named.';
comment on column population.phone_code.asked_at is 'When.';
comment on column population.phone_code.expires_at is 'Until when the code serves.';
comment on column population.phone_code.is_sent is 'True where a message left for it.';
comment on column population.phone_code.tries is 'How often a code was typed for it.';
comment on column population.phone_code.confirmed_at is 'When the right code was typed.';
comment on column population.phone_code.reference is 'Reference of the pre-registration made with it.';

create table population.pre_registration (
  id uuid not null,
  country text not null,
  territory text collate "C" not null,
  reference text not null,
  language text not null,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  sex text,
  birth_date date,
  birth_precision text,
  phone_sealed bytea,
  said_at timestamp with time zone default clock_timestamp() not null,
  closed_at timestamp with time zone,
  closed_by text,
  outcome text,
  reason text,
  person_id uuid,
  constraint pre_registration_birth_precision_check CHECK ((birth_precision = ANY (ARRAY['day'::text, 'month'::text, 'year'::text, 'estimated'::text]))),
  constraint pre_registration_check CHECK ((num_nonnulls(closed_at, closed_by, outcome) = ANY (ARRAY[0, 3]))),
  constraint pre_registration_check1 CHECK (((outcome = ANY (ARRAY['registered'::text, 'known'::text])) = (person_id IS NOT NULL))),
  constraint pre_registration_check2 CHECK (((outcome = 'refused'::text) = (reason IS NOT NULL))),
  constraint pre_registration_check3 CHECK (((closed_at IS NOT NULL) OR (phone_sealed IS NOT NULL))),
  constraint pre_registration_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint pre_registration_language_check CHECK ((language = ANY (ARRAY['fr'::text, 'ar'::text, 'en'::text]))),
  constraint pre_registration_outcome_check CHECK ((outcome = ANY (ARRAY['registered'::text, 'known'::text, 'refused'::text]))),
  constraint pre_registration_reference_check CHECK ((reference ~ '^[0-9A-Z]{4}-[0-9A-Z]{4}$'::text)),
  constraint pre_registration_sex_check CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text]))),
  constraint pre_registration_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint pre_registration_pkey PRIMARY KEY (id),
  constraint pre_registration_reference_key UNIQUE (reference)
);
CREATE INDEX pre_registration_open ON population.pre_registration USING btree (territory, said_at) WHERE (closed_at IS NULL);
CREATE INDEX pre_registration_person ON population.pre_registration USING btree (person_id) WHERE (person_id IS NOT NULL);
CREATE INDEX pre_registration_said ON population.pre_registration USING btree (said_at);
CREATE TRIGGER keep_pre_registration BEFORE DELETE OR UPDATE ON population.pre_registration FOR EACH ROW EXECUTE FUNCTION population.keep_pre_registration();
alter table population.pre_registration enable row level security;
create policy country on population.pre_registration as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on population.pre_registration as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((( SELECT security.only_files() AS only_files) IS NULL) AND ((person_id IS NULL) OR (person_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[]))))));
create policy territory on population.pre_registration as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on population.pre_registration as permissive for all to socle_worker using (true);
grant select on population.pre_registration to socle_app;
grant select on population.pre_registration to socle_worker;
grant update (given_name, family_name, given_name_ar, family_name_ar, phone_sealed, closed_at, closed_by, outcome, reason, person_id) on population.pre_registration to socle_app;
comment on table population.pre_registration is 'What people said of themselves before coming to a desk. Nothing of it is in the register; who never comes is forgotten after ninety days.';
comment on column population.pre_registration.id is 'Made by the page: sent twice, it is one.';
comment on column population.pre_registration.country is 'Country.';
comment on column population.pre_registration.territory is 'Where the person says to live: whose work it is.';
comment on column population.pre_registration.reference is 'What the person was told to come with: eight signs drawn at random.';
comment on column population.pre_registration.language is 'Language in which the person wrote, and is written to.';
comment on column population.pre_registration.given_name is 'Given names in Latin script, as said; empty once closed.';
comment on column population.pre_registration.family_name is 'Family name in Latin script.';
comment on column population.pre_registration.given_name_ar is 'Given names in Arabic script.';
comment on column population.pre_registration.family_name_ar is 'Family name in Arabic script.';
comment on column population.pre_registration.sex is 'Sex.';
comment on column population.pre_registration.birth_date is 'Birth date as far as it is known.';
comment on column population.pre_registration.birth_precision is 'How much of the birth date is known.';
comment on column population.pre_registration.phone_sealed is 'Telephone, shown to be held by a code, sealed for this row; empty once closed.';
comment on column population.pre_registration.said_at is 'When.';
comment on column population.pre_registration.closed_at is 'When an agent was done with it.';
comment on column population.pre_registration.closed_by is 'Who.';
comment on column population.pre_registration.outcome is 'registered: a new person; known: somebody of the register; refused, with a reason.';
comment on column population.pre_registration.reason is 'Why it was refused.';
comment on column population.pre_registration.person_id is 'The person registered, or known already.';

create view population.published_death with (security_invoker=true) as
 SELECT person_id,
    died_on,
    recorded_at
   FROM population.death;
grant select on population.published_death to socle_app;
grant select on population.published_death to socle_worker;
comment on view population.published_death is 'Who has died, for the modules above.';
comment on column population.published_death.person_id is 'Person.';
comment on column population.published_death.died_on is 'Day of the death.';
comment on column population.published_death.recorded_at is 'When the register learnt of it.';

create view population.published_merge with (security_invoker=true) as
 SELECT merged,
    kept,
    country,
    territory
   FROM population.person_merge;
grant select on population.published_merge to socle_app;
grant select on population.published_merge to socle_worker;
comment on view population.published_merge is 'Who stands for whom, for the modules above.';
comment on column population.published_merge.merged is 'Person for whom another stands.';
comment on column population.published_merge.kept is 'Person who stands for both.';
comment on column population.published_merge.country is 'Country of both.';
comment on column population.published_merge.territory is 'The smallest territory in which both lived.';

create view population.published_person with (security_invoker=true) as
 SELECT id,
    country,
    territory,
    given_name,
    family_name,
    given_name_ar,
    family_name_ar,
    name_key,
    sex,
    birth_date,
    birth_precision,
    phone,
    modelled,
    recorded_at
   FROM population.person;
grant select on population.published_person to socle_app;
grant select on population.published_person to socle_worker;
comment on view population.published_person is 'Persons as known now, for the modules above.';

create view population.published_reachable with (security_invoker=true) as
 SELECT id,
    country
   FROM population.person
  WHERE (num_nonnulls(phone, phone_sealed) > 0);
grant select on population.published_reachable to socle_worker;
comment on view population.published_reachable is 'Persons with a telephone.';
comment on column population.published_reachable.id is 'Person.';
comment on column population.published_reachable.country is 'Country.';

create table population.registration (
  person_id uuid not null,
  pre_registration_id uuid,
  channel text not null,
  language text not null,
  registered_at timestamp with time zone default clock_timestamp() not null,
  registered_by text default security.actor() not null,
  announced_at timestamp with time zone,
  constraint registration_language_check CHECK ((language = ANY (ARRAY['fr'::text, 'ar'::text, 'en'::text]))),
  constraint registration_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint registration_pre_registration_id_fkey FOREIGN KEY (pre_registration_id) REFERENCES population.pre_registration(id),
  constraint registration_pkey PRIMARY KEY (person_id)
);
CREATE INDEX registration_unannounced ON population.registration USING btree (registered_at) WHERE (announced_at IS NULL);
alter table population.registration enable row level security;
create policy territory on population.registration as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = registration.person_id))));
create policy worker on population.registration as permissive for all to socle_worker using (true);
grant insert, select on population.registration to socle_app;
grant select on population.registration to socle_worker;
grant update (announced_at) on population.registration to socle_worker;
comment on table population.registration is 'Persons whom somebody registered one by one, and who are told of their number when it is given.';
comment on column population.registration.person_id is 'Person (population.person).';
comment on column population.registration.pre_registration_id is 'What the person said before (population.pre_registration).';
comment on column population.registration.channel is 'Channel: desk, field.';
comment on column population.registration.language is 'Language in which the person is written to.';
comment on column population.registration.registered_at is 'When.';
comment on column population.registration.registered_by is 'By whom, as the audit names actors.';
comment on column population.registration.announced_at is 'When it was announced that the number is given; null until then.';

create table population.unique_number (
  country text not null,
  number text not null,
  drawn bigint generated always as identity not null,
  person_id uuid,
  issued_at timestamp with time zone,
  issued_by text,
  withdrawn_at timestamp with time zone,
  withdrawn_by text,
  reason text,
  spent boolean default false not null,
  constraint unique_number_check CHECK ((num_nonnulls(person_id, issued_at, issued_by) = ANY (ARRAY[0, 3]))),
  constraint unique_number_check1 CHECK ((num_nonnulls(withdrawn_at, withdrawn_by, reason) = ANY (ARRAY[0, 3]))),
  constraint unique_number_check2 CHECK (((withdrawn_at IS NULL) OR (person_id IS NOT NULL))),
  constraint unique_number_check3 CHECK (((NOT spent) OR (person_id IS NULL))),
  constraint unique_number_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint unique_number_number_check CHECK ((number ~ '^[0-9]+$'::text)),
  constraint unique_number_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint unique_number_pkey PRIMARY KEY (country, number)
);
CREATE UNIQUE INDEX unique_number_person ON population.unique_number USING btree (person_id) WHERE (withdrawn_at IS NULL);
CREATE INDEX unique_number_waiting ON population.unique_number USING btree (country, drawn) WHERE ((person_id IS NULL) AND (NOT spent));
CREATE TRIGGER keep_number BEFORE DELETE OR UPDATE ON population.unique_number FOR EACH ROW EXECUTE FUNCTION population.keep_number();
alter table population.unique_number enable row level security;
create policy territory on population.unique_number as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = unique_number.person_id))));
create policy worker on population.unique_number as permissive for all to socle_worker using (true);
grant select on population.unique_number to socle_app;
grant select on population.unique_number to socle_worker;
grant insert (country, number) on population.unique_number to socle_worker;
comment on table population.unique_number is 'Unique numbers: those drawn and waiting, those given, those withdrawn. A row is never deleted and never given to another person.';
comment on column population.unique_number.country is 'Country whose numbers these are, such as ma.';
comment on column population.unique_number.number is 'Digits that say nothing of the person; the last one checks the others.';
comment on column population.unique_number.drawn is 'Order in which numbers were drawn, which is that in which they are given: it says nothing of the number.';
comment on column population.unique_number.person_id is 'Whose number it is (population.person); null while it waits.';
comment on column population.unique_number.issued_at is 'When it was given.';
comment on column population.unique_number.issued_by is 'By whom, as the audit names actors.';
comment on column population.unique_number.withdrawn_at is 'From when it holds no more; null while it does.';
comment on column population.unique_number.withdrawn_by is 'By whom it was withdrawn.';
comment on column population.unique_number.reason is 'Why it was withdrawn.';
comment on column population.unique_number.spent is 'True where the person it was given to has left the register for good: it is nobody''s, and waits no more.';

-- messaging -----------------------------------------------------------------------------------------------------------

comment on schema messaging is 'Messages to people, from the moment they are asked for to the receipt of whoever carried them.';

CREATE OR REPLACE FUNCTION messaging.erase_messages(persons uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  removed integer;
begin
  perform security.open_rewriting('messaging.message');
  delete from messaging.message where person_id = any (persons);
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return removed;
end
$function$;
comment on function messaging.erase_messages(uuid[]) is 'Reviewed rewriting: all that was sent to persons whose time has ended; answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION messaging.forget_passing()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  removed bigint;
begin
  perform security.open_rewriting('messaging.message');
  delete from messaging.message where person_id is null and queued_at < clock_timestamp() - interval '30 days';
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return removed;
end
$function$;
comment on function messaging.forget_passing() is 'Reviewed rewriting: messages to telephones that were nobody''s of the register leave after thirty days; answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION messaging.keep_message()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or num_nonnulls(old.sent_at, old.failed_at) = 1 then
    raise exception 'A message that has ended stays as it was.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$;
comment on function messaging.keep_message() is 'Trigger: what was sent or given up never changes.';
-- execute: public

CREATE OR REPLACE FUNCTION messaging.queue(ids uuid[], keys text[], kinds text[], languages text[], persons uuid[], territories text[], secrets boolean[], phones bytea[], texts bytea[], seconds integer[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  queued integer;
begin
  with added as (
    insert into messaging.message (id, key, kind, language, person_id, territory, secret, to_sealed, text_sealed, expires_at)
    select m.id, m.key, m.kind, m.language, m.person, m.territory, m.secret, m.phone, m.text,
      clock_timestamp() + make_interval(secs => m.seconds)
    from unnest(ids, keys, kinds, languages, persons, territories, secrets, phones, texts, seconds)
      as m (id, key, kind, language, person, territory, secret, phone, text, seconds)
    on conflict (key) do nothing
    returning id, kind, person_id, territory
  ), told as (
    select security.append_audit('message.queue', case when person_id is null then 'message' else 'person' end,
      coalesce(person_id, id)::text, territory, 'administration: messages', jsonb_build_object('message', id, 'kind', kind))
    from added
  )
  select count(*) into queued from told;
  return queued;
end
$function$;
comment on function messaging.queue(uuid[],text[],text[],text[],uuid[],text[],boolean[],bytea[],bytea[],integer[]) is 'Reviewed: queues messages, with their records in the audit, for any actor: somebody who is nobody yet is sent a code. Answers how many were new.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION messaging.reseal_messages(ids uuid[], phones bytea[], texts bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('messaging.message');
  update messaging.message m
  set to_sealed = case when m.to_sealed is null then null else given.phone end,
    text_sealed = case when m.text_sealed is null then null else given.text end
  from unnest(ids, phones, texts) as given (id, phone, text) where m.id = given.id;
  perform security.close_rewriting();
end
$function$;
comment on function messaging.reseal_messages(uuid[],bytea[],bytea[]) is 'Reviewed rewriting: telephones and texts take the form of another key; what was forgotten meanwhile stays so.';
-- execute: socle_worker

create table messaging.message (
  id uuid not null,
  key text not null,
  kind text not null,
  language text not null,
  person_id uuid,
  territory text collate "C" not null,
  secret boolean not null,
  to_sealed bytea,
  text_sealed bytea,
  queued_at timestamp with time zone default clock_timestamp() not null,
  queued_by text default security.actor() not null,
  expires_at timestamp with time zone not null,
  due_at timestamp with time zone default clock_timestamp() not null,
  attempts integer default 0 not null,
  last_error text,
  sent_at timestamp with time zone,
  carrier text,
  receipt text,
  failed_at timestamp with time zone,
  failure text,
  constraint message_attempts_check CHECK ((attempts >= 0)),
  constraint message_check CHECK ((num_nonnulls(sent_at, carrier) = ANY (ARRAY[0, 2]))),
  constraint message_check1 CHECK ((num_nonnulls(failed_at, failure) = ANY (ARRAY[0, 2]))),
  constraint message_check2 CHECK ((num_nonnulls(sent_at, failed_at) <= 1)),
  constraint message_check3 CHECK (((text_sealed IS NOT NULL) OR (secret AND (num_nonnulls(sent_at, failed_at) = 1)))),
  constraint message_check4 CHECK (((person_id IS NOT NULL) OR (to_sealed IS NOT NULL))),
  constraint message_failure_check CHECK ((failure = ANY (ARRAY['no_phone'::text, 'refused'::text, 'expired'::text, 'too_often'::text]))),
  constraint message_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
  constraint message_kind_check CHECK ((kind ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint message_language_check CHECK ((language = ANY (ARRAY['fr'::text, 'ar'::text, 'en'::text]))),
  constraint message_pkey PRIMARY KEY (id),
  constraint message_key_key UNIQUE (key)
);
CREATE INDEX message_due ON messaging.message USING btree (due_at) WHERE ((sent_at IS NULL) AND (failed_at IS NULL));
CREATE INDEX message_passing ON messaging.message USING btree (queued_at) WHERE (person_id IS NULL);
CREATE INDEX message_person ON messaging.message USING btree (person_id, queued_at) WHERE (person_id IS NOT NULL);
CREATE INDEX message_territory ON messaging.message USING btree (territory);
CREATE INDEX message_text_key ON messaging.message USING btree (get_byte(text_sealed, 4), id) WHERE (text_sealed IS NOT NULL);
CREATE INDEX message_to_key ON messaging.message USING btree (get_byte(to_sealed, 4), id) WHERE (to_sealed IS NOT NULL);
CREATE TRIGGER keep_message BEFORE DELETE OR UPDATE ON messaging.message FOR EACH ROW EXECUTE FUNCTION messaging.keep_message();
alter table messaging.message enable row level security;
create policy file on messaging.message as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((person_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (person_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on messaging.message as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on messaging.message as permissive for all to socle_worker using (true);
grant select on messaging.message to socle_app;
grant select on messaging.message to socle_worker;
grant update (to_sealed, text_sealed, due_at, attempts, last_error, sent_at, carrier, receipt, failed_at, failure) on messaging.message to socle_worker;
comment on table messaging.message is 'Messages: queued, then sent or failed. A message that has ended never changes.';
comment on column messaging.message.id is 'Identifier; whoever carries the message is told it, and takes it twice for one.';
comment on column messaging.message.key is 'What the message is about, as its caller names it: asked for twice under one key, it is one message.';
comment on column messaging.message.kind is 'Which message it is (src/messaging/kinds.ts).';
comment on column messaging.message.language is 'Language of its text.';
comment on column messaging.message.person_id is 'Person told (population.person); null where the telephone belongs to nobody of the register yet.';
comment on column messaging.message.territory is 'Where the person lives; empty for a telephone alone.';
comment on column messaging.message.secret is 'True where the text is a code: it is forgotten once it has left.';
comment on column messaging.message.to_sealed is 'Telephone, E.164, sealed for this row: given, or that of the person when the message left.';
comment on column messaging.message.text_sealed is 'The text as said, sealed for this row; null once a code has ended.';
comment on column messaging.message.queued_at is 'When it was asked for.';
comment on column messaging.message.queued_by is 'Who asked for it, as the audit names actors.';
comment on column messaging.message.expires_at is 'When it is no longer worth sending.';
comment on column messaging.message.due_at is 'When it is tried next.';
comment on column messaging.message.attempts is 'How often it was tried.';
comment on column messaging.message.last_error is 'What went wrong at the last try, in the words of the program.';
comment on column messaging.message.sent_at is 'When whoever carries it took it.';
comment on column messaging.message.carrier is 'Who carried it.';
comment on column messaging.message.receipt is 'What the carrier calls it.';
comment on column messaging.message.failed_at is 'When it was given up.';
comment on column messaging.message.failure is 'Why: no telephone, refused by the carrier, too late, or tried too often.';

create table messaging.shown_message (
  id uuid not null,
  shown_at timestamp with time zone default clock_timestamp() not null,
  to_sealed bytea not null,
  text_sealed bytea not null,
  constraint shown_message_pkey PRIMARY KEY (id)
);
alter table messaging.shown_message enable row level security;
create policy worker on messaging.shown_message as permissive for all to socle_worker using (true);
grant delete, insert, select on messaging.shown_message to socle_worker;
comment on table messaging.shown_message is 'In a demonstration: the last messages, shown on a page instead of being sent to anybody.';
comment on column messaging.shown_message.id is 'The message.';
comment on column messaging.shown_message.shown_at is 'When it would have arrived.';
comment on column messaging.shown_message.to_sealed is 'Telephone, sealed for this row.';
comment on column messaging.shown_message.text_sealed is 'Text, sealed for this row.';

-- payments ------------------------------------------------------------------------------------------------------------

comment on schema payments is 'Ledger, payee accounts, payment runs and instructions. Knows payees and purposes only.';

CREATE OR REPLACE FUNCTION payments.actor()
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case current_setting('socle.actor_kind', true)
    when 'staff' then 'staff:' || current_setting('socle.actor_id', true)
    when 'worker' then 'worker:' || current_setting('socle.actor_name', true)
  end
$function$;
comment on function payments.actor() is 'Who acts in this transaction, as recorded beside each fact: staff:<id> or worker:<name>; null for nobody known.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.analyze_staging()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  analyze payments.run_staging;
end
$function$;
comment on function payments.analyze_staging() is 'Refreshes the planner''s statistics of payments.run_staging, seen from the transaction that fills it.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.anonymise_run(run uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  had jsonb;
  done integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.run ' || run, 0));
  if exists (select from payments.anonymised_block b where b.run_id = run) then
    return 0;
  end if;
  had := (select coalesce(jsonb_object_agg(block, encode(hash, 'hex')), '{}') from payments.instruction_blocks(run));
  perform security.open_rewriting('payments.instruction');
  update payments.instruction set payee_name = 'ANONYMISED' where run_id = run;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  insert into payments.anonymised_block (run_id, block, before, after)
  select run, now.block, decode(had ->> now.block::text, 'hex'), now.hash from payments.instruction_blocks(run) now;
  return done;
end
$function$;
comment on function payments.anonymise_run(uuid) is 'Reviewed rewriting: the names leave the instructions of a run. Answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.approval_limit_of(run uuid, person text)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- For each purpose the highest limit of the roles held for it; a run is held to the lowest of its purposes.
  select min(highest) from (
    select p.purpose, max(f.amount) as highest
    from (select distinct t.purpose from payments.run_total t where t.run_id = run) p
      join payments.run r on r.id = run
      join payments.budget_line b on b.code = r.budget_line
      join security.roles_over_the_country(person) g on g.programme is null or g.programme = p.purpose
      join payments.approval_limit_in_force f on f.role = g.role and f.currency = b.currency
    group by p.purpose) by_purpose
$function$;
comment on function payments.approval_limit_of(uuid,text) is 'Up to which amount somebody may approve a run, by the roles held over the whole country today; null where none of them has a limit.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.attempt_is_over(run uuid, place integer, entitlement uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select place is not null and (
    exists (select from payments.run_event e where e.run_id = run and e.state = 'cancelled')
    or (exists (
        select from payments.instruction_outcome o where o.run_id = run and o.position = place and o.kind in ('return', 'reverse'))
      and not exists (
        select from payments.answer_line a join payments.answer_file f on f.id = a.file_id
        where a.run_id = run and a.position = place and a.exception = 'ambiguous'
          and not exists (
            select from payments.entitlement_decision d
              join payments.run_line l on l.entitlement_id = d.entitlement_id and l.attempt = d.attempt
            where d.entitlement_id = entitlement and l.run_id = run and l.position = place
              and d.decision = 'pay' and d.recorded_at > f.recorded_at))))
$function$;
comment on function payments.attempt_is_over(uuid,integer,uuid) is 'Has the attempt to pay this entitlement by this instruction come to nothing for certain? Its run was cancelled; or it was returned, and nothing says that it was paid after all, unless a person answers for it. For who reads answers.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.came_back(run uuid)
 RETURNS TABLE(budget_line text, purpose text, amount bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select r.budget_line, p.purpose, sum(p.amount)::bigint
  from payments.run_line l
    join payments.run_line p on p.entitlement_id = l.entitlement_id and p.attempt < l.attempt
    join payments.run r on r.id = p.run_id
  where l.run_id = run and l.attempt > 1
    and exists (
      select from payments.instruction_outcome o
      where o.run_id = p.run_id and o.position = p.position and o.kind in ('return', 'reverse')
        and not exists (select from payments.cash_closing k where k.file_id = o.file_id))
    -- An approval in between has put it back already.
    and not exists (
      select from payments.run_line q join payments.run_event e on e.run_id = q.run_id and e.state = 'approved'
      where q.entitlement_id = l.entitlement_id and q.attempt > p.attempt and q.attempt < l.attempt)
  group by 1, 2
$function$;
comment on function payments.came_back(uuid) is 'What the lines of a run had been paid before and came back, and no approval has put back yet: sums by budget line and purpose.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.cash_fault(run uuid, place integer, at_point uuid, today date)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select case
    when i.run_id is null then 'not_the_instruction'
    when exists (select from payments.cash_payment c where c.run_id = run and c.position = place) then 'paid_already'
    when g.leaves_by <> 'counter' then 'paid_by_network'
    when w.id is null then 'no_window'
    when exists (select from payments.cash_closing k where k.window_id = w.id) or today > w.closes_on then 'window_closed'
    when today < w.opens_on then 'window_not_open'
    when not exists (select from payments.run_event e where e.run_id = run and e.state = 'sent') then 'run_not_sent'
    when exists (select from payments.instruction_outcome o where o.run_id = run and o.position = place) then 'answered_already'
    when p.id is null then 'point_of_another_network'
    when p.closed then 'point_closed'
  end
  from (select 1) as one
    left join payments.instruction i on i.run_id = run and i.position = place
    left join payments.run_part g on g.run_id = run and g.provider = i.provider
    left join payments.cash_window w on w.run_id = run and w.provider = i.provider
    left join payments.point_now p on p.id = at_point and p.provider = i.provider
$function$;
comment on function payments.cash_fault(uuid,integer,uuid,date) is 'Reviewed: why an instruction may not be paid at a point on a day; null where it may. Says a word of an instruction that the caller names.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.check_account_verified()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (
    select from payments.payee_account a
    where a.id = new.account_id and a.payee_id = new.payee_id and a.territory = new.territory
      and a.kind in ('bank', 'mobile') and a.recorded_by <> new.recorded_by) then
    raise exception 'an account with a number is verified by somebody else than who recorded it'
      using errcode = 'check_violation', constraint = 'account_of_two';
  end if;
  return new;
end
$function$;
comment on function payments.check_account_verified() is 'Trigger: nobody verifies an account that they recorded.';

CREATE OR REPLACE FUNCTION payments.check_answer_figures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from payments.answer_figures g where g.file_id = new.id) then
    raise exception 'answers %: what they brought was not counted', new.id
      using errcode = 'check_violation', constraint = 'answer_figures';
  end if;
  return null;
end
$function$;
comment on function payments.check_answer_figures() is 'Constraint trigger, at commit: every file of answers has its figures.';

CREATE OR REPLACE FUNCTION payments.check_answer_postings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from (
        select o.run_id, l.purpose, o.kind, sum(l.amount) as total
        from payments.instruction_outcome o join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
        where o.file_id = new.id group by 1, 2, 3) said
      full join (
        select p.run_id, p.purpose, p.kind, t.amount as total
        from payments.answer_posting p join payments.transfer t on t.id = p.transfer and t.kind = p.kind
        where p.file_id = new.id) posted using (run_id, purpose, kind)
    where said.total is distinct from posted.total) then
    raise exception 'answers %: the ledger does not say what its lines say', new.id
      using errcode = 'check_violation', constraint = 'answer_postings';
  end if;
  return null;
end
$function$;
comment on function payments.check_answer_postings() is 'Constraint trigger, at commit: a file of answers is posted to the last unit, or not taken.';

CREATE OR REPLACE FUNCTION payments.check_approval_limit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.amount > payments.approval_limit_of(new.run_id, new.recorded_by) then
    raise exception 'run %: its sum is beyond the limit of the roles of who approves', new.run_id
      using errcode = 'check_violation', constraint = 'approval_limit';
  end if;
  return null;
end
$function$;
comment on function payments.check_approval_limit() is 'Trigger: nobody approves a run beyond the limit of their roles.';

CREATE OR REPLACE FUNCTION payments.check_approver_is_far()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from payments.instruction i
    where i.run_id = new.run_id
      and i.payee_id = any (security.files_closed_to(substr(new.recorded_by, length('staff:') + 1)::uuid))) then
    raise exception 'run %: the checker is close to somebody who is paid', new.run_id
      using errcode = 'check_violation', constraint = 'checker_is_far';
  end if;
  return null;
end
$function$;
comment on function payments.check_approver_is_far() is 'Trigger: who is close to a payee of the run does not approve it.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.check_batches()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from (select distinct run_id, provider from added) a join payments.run_group g using (run_id, provider)
    where not exists (select from payments.run_event e where e.run_id = a.run_id and e.state = 'sent')
      or exists (
        select from payments.provider_batch b where b.run_id = a.run_id and b.provider = a.provider
        having sum(b.last - b.first + 1) is distinct from g.instructions or sum(b.amount) is distinct from g.amount)
      or exists (
        select from payments.provider_batch b
        where b.run_id = a.run_id and b.provider = a.provider and b.amount is distinct from (
          select sum(i.amount)::bigint from payments.instruction i
          where i.run_id = b.run_id and i.provider = b.provider and i.position between b.first and b.last))
      or exists (
        select from payments.provider_batch b join payments.provider_batch o using (run_id, provider)
        where b.run_id = a.run_id and b.provider = a.provider and b.number < o.number and b.last >= o.first)) then
    raise exception 'the batches of a run are all that was approved for a provider, each payment once, and leave when it is sent'
      using errcode = 'check_violation', constraint = 'batches_of_the_run';
  end if;
  return null;
end
$function$;
comment on function payments.check_batches() is 'Trigger: batches of a run that has left, which hold each of its instructions at this provider once and add up to what was approved.';

CREATE OR REPLACE FUNCTION payments.check_books()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  book record;
begin
  select a.budget_line, sum(b.debits) as debits, sum(b.credits) as credits into book
  from payments.account a join payments.account_balance b on b.account = a.id
  where a.budget_line = (select budget_line from payments.account where id = new.debit_account)
  group by a.budget_line;
  if book.debits <> book.credits then
    raise exception 'book % does not balance: debits %, credits %', book.budget_line, book.debits, book.credits
      using errcode = 'check_violation', constraint = 'debits_equal_credits';
  end if;
  return null;
end
$function$;
comment on function payments.check_books() is 'Constraint trigger, at commit: in the book of each new transfer, debits equal credits.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.check_cash_closing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  closed payments.cash_window;
begin
  select * into closed from payments.cash_window where id = new.window_id;
  if exists (
    select from payments.cash_payment c join payments.instruction i on i.run_id = c.run_id and i.position = c.position
    where c.run_id = closed.run_id and i.provider = closed.provider and not exists (
      select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (c.run_id, c.position, 'confirm'))) then
    raise exception 'window %: what was handed over is not in the books', new.window_id
      using errcode = 'check_violation', constraint = 'cash_closing';
  end if;
  if exists (
    select from (
        select l.purpose, sum(l.amount) as total
        from payments.instruction_outcome o join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
        where o.file_id = new.file_id and o.kind = 'return' group by 1) back
      full join (
        select r.purpose, t.amount as total
        from payments.cash_restore r join payments.transfer t on t.id = r.transfer and t.kind = 'restore'
        where r.window_id = new.window_id) put using (purpose)
    where back.total is distinct from put.total) then
    raise exception 'window %: what came back is not what went back to the budget line', new.window_id
      using errcode = 'check_violation', constraint = 'cash_closing';
  end if;
  return null;
end
$function$;
comment on function payments.check_cash_closing() is 'Constraint trigger, at commit: a window closes with all that was handed over confirmed, and with what came back on the budget line again.';

CREATE OR REPLACE FUNCTION payments.check_cash_payment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  fault text;
begin
  -- Shared, so that points pay side by side; whoever closes the window or takes answers of the run holds it alone.
  perform pg_advisory_xact_lock_shared(hashtextextended('payments.run ' || new.run_id, 0));
  fault := payments.cash_fault(new.run_id, new.position, new.point, new.paid_on);
  if fault is null and not exists (
    select from payments.instruction i
    where (i.run_id, i.position, i.payee_id, i.territory, i.amount) = (new.run_id, new.position, new.payee_id, new.territory, new.amount)) then
    fault := 'not_the_instruction';
  end if;
  if fault is not null then
    raise exception 'payment % of run %: %', new.position, new.run_id, fault
      using errcode = 'integrity_constraint_violation', constraint = 'cash_payment_allowed';
  end if;
  return new;
end
$function$;
comment on function payments.check_cash_payment() is 'Trigger: money is handed over in an open window of a run that has left, once, at a point of the network that carries it.';

CREATE OR REPLACE FUNCTION payments.check_cash_restore()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (tg_when = 'BEFORE') = exists (select from payments.cash_closing k where k.window_id = new.window_id) then
    raise exception 'window %: money is put back by the transaction that closes it', new.window_id
      using errcode = 'check_violation', constraint = 'cash_restored';
  end if;
  return new;
end
$function$;
comment on function payments.check_cash_restore() is 'Triggers, at once and at commit: nothing is put back beside a closing.';

CREATE OR REPLACE FUNCTION payments.check_cash_way_agreed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Alone: whoever settles how a part leaves, or announces a window, is waited for, and waits.
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way w where w.id = new.way_id and w.recorded_by = new.recorded_by) then
    raise exception 'the way of a network is said by one person and agreed to by another'
      using errcode = 'check_violation', constraint = 'way_of_two';
  end if;
  return new;
end
$function$;
comment on function payments.check_cash_way_agreed() is 'Trigger: nobody agrees to a way of their own.';

CREATE OR REPLACE FUNCTION payments.check_cash_way_stands()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way_withdrawn x where x.way_id = new.way_id) then
    raise exception 'the way was taken back' using errcode = 'check_violation', constraint = 'way_stands';
  end if;
  if exists (
    select from payments.cash_way w join payments.cash_way later on later.provider = w.provider
    where w.id = new.way_id and (later.recorded_at, later.id) > (w.recorded_at, w.id)
      and not exists (select from payments.cash_way_withdrawn x where x.way_id = later.id)) then
    raise exception 'something else was said of the network since' using errcode = 'check_violation', constraint = 'way_stands';
  end if;
  return new;
end
$function$;
comment on function payments.check_cash_way_stands() is 'Trigger: agreed to is what was said last, and not taken back.';

CREATE OR REPLACE FUNCTION payments.check_cash_way_withdrawn()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- Alone, as whoever agrees: one of the two comes first, and the other sees it.
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way_agreed a where a.way_id = new.way_id) then
    raise exception 'a way that was agreed to is not taken back: another one is said'
      using errcode = 'check_violation', constraint = 'way_agreed';
  end if;
  return new;
end
$function$;
comment on function payments.check_cash_way_withdrawn() is 'Trigger: what was agreed to is not taken back.';

CREATE OR REPLACE FUNCTION payments.check_draft(run uuid, told_instructions integer, told_amount bigint)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  found_instructions integer;
  found_amount bigint;
begin
  select count(*), sum(amount) into found_instructions, found_amount from payments.instruction where run_id = run;
  if found_instructions is distinct from told_instructions or found_amount is distinct from told_amount then
    return 'instructions do not add up to the totals';
  end if;
  if exists (
    select from (select position, sum(amount) as total from payments.run_line where run_id = run group by position) l
      full join (select position, amount from payments.instruction where run_id = run) i using (position)
    where l.total is distinct from i.amount) then
    return 'instructions are not the sums of their lines';
  end if;
  if exists (
    select from payments.instruction i left join payments.payee_account a on a.id = i.account_id
    where i.run_id = run and (a.payee_id, a.provider) is distinct from (i.payee_id, i.provider)) then
    return 'an account is not its payee''s, or not at that provider';
  end if;
  if exists (
    select from (select provider, count(*) as n, sum(amount) as total from payments.instruction where run_id = run group by 1) i
      full join (select provider, instructions, amount from payments.run_group where run_id = run) g using (provider)
    where (i.n, i.total) is distinct from (g.instructions::bigint, g.amount::numeric)) then
    return 'groups are not the sums of their instructions';
  end if;
  if exists (
    select from (
        select i.provider, l.purpose, count(*) as n, sum(l.amount) as total
        from payments.run_line l join payments.instruction i on i.run_id = l.run_id and i.position = l.position
        where l.run_id = run group by 1, 2) l
      full join (select provider, purpose, lines, amount from payments.run_total where run_id = run) t using (provider, purpose)
    where (l.n, l.total) is distinct from (t.lines::bigint, t.amount::numeric)) then
    return 'totals by purpose are not the sums of their lines';
  end if;
  return null;
end
$function$;
comment on function payments.check_draft(uuid,integer,bigint) is 'What is wrong with the content of a run; null when every sum, account and total agrees.';

CREATE OR REPLACE FUNCTION payments.check_envelope()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
      select from payments.run_event e
        cross join lateral (
          select sum(p.instructions) as instructions, sum(p.amount) as amount from payments.run_part p where p.run_id = e.run_id) s
      where e.run_id = new.run_id and e.state = 'approved'
        and (s.instructions, s.amount) is distinct from (e.instructions::bigint, e.amount::numeric))
    or (new.format = 'none') = exists (select from payments.run_part p where p.run_id = new.run_id and p.leaves_by = 'run_file') then
    raise exception 'run %: the file and the parts that leave by other ways are not what was approved', new.run_id
      using errcode = 'check_violation', constraint = 'whole_envelope';
  end if;
  return null;
end
$function$;
comment on function payments.check_envelope() is 'Trigger: the file and the parts elsewhere are together what was approved, to the last unit; a file holds something.';

CREATE OR REPLACE FUNCTION payments.check_given_answers_erased()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from payments.given_answers_piece p where p.given_id = new.id) then
    raise exception 'answers % have ended and their bytes still wait', new.id
      using errcode = 'check_violation', constraint = 'given_answers_erased';
  end if;
  return null;
end
$function$;
comment on function payments.check_given_answers_erased() is 'Constraint trigger, at commit: nothing is kept of a file that has ended.';

CREATE OR REPLACE FUNCTION payments.check_limit_agreed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from payments.approval_limit l where l.id = new.limit_id and l.recorded_by = new.recorded_by) then
    raise exception 'a limit is said by one person and agreed to by another'
      using errcode = 'check_violation', constraint = 'limit_of_two';
  end if;
  return new;
end
$function$;
comment on function payments.check_limit_agreed() is 'Trigger: nobody agrees to a limit of their own.';

CREATE OR REPLACE FUNCTION payments.check_outcomes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from added a where a.kind = 'reverse' and not exists (
      select from payments.instruction_outcome o
      where (o.run_id, o.position, o.kind) = (a.run_id, a.position, 'confirm'))) then
    raise exception 'only what was confirmed is reversed'
      using errcode = 'integrity_constraint_violation', constraint = 'reversed_after_confirmed';
  end if;
  return null;
end
$function$;
comment on function payments.check_outcomes() is 'Trigger: a reversal needs a confirmation.';

CREATE OR REPLACE FUNCTION payments.check_paid_again()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if payments.paid_after_all(new.run_id) > 0 then
    raise exception 'run %: it pays what was paid after all', new.run_id
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  if new.state = 'approved' and exists (
    select from payments.came_back(new.run_id) b
      full join (
        select x.budget_line, x.purpose, t.amount from payments.run_restore x
          join payments.transfer t on t.id = x.transfer and t.kind = 'restore'
          join payments.account d on d.id = t.debit_account and d.budget_line = x.budget_line and d.purpose = x.purpose
        where x.run_id = new.run_id) put using (budget_line, purpose)
    where b.amount is distinct from put.amount) then
    raise exception 'run %: what came back is not put back', new.run_id
      using errcode = 'check_violation', constraint = 'run_restored';
  end if;
  return null;
end
$function$;
comment on function payments.check_paid_again() is 'Constraint trigger, at commit: a run that pays again puts back what had come back, to the last unit, and leaves only while nothing says that it was paid after all.';

CREATE OR REPLACE FUNCTION payments.check_part_has_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from payments.run_file where run_id = new.run_id) then
    raise exception 'run %: how a part leaves is settled when the file is made, and not before', new.run_id
      using errcode = 'check_violation', constraint = 'part_with_file';
  end if;
  return null;
end
$function$;
comment on function payments.check_part_has_file() is 'Constraint trigger, at commit: parts are settled together with the file or not at all.';

CREATE OR REPLACE FUNCTION payments.check_part_of_cash()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from added a where (a.leaves_by = 'counter') <> payments.leaves_by_counter(a.run_id, a.provider)) then
    raise exception 'a part is handed over at our counter where its network is one of our counter, and nowhere else'
      using errcode = 'check_violation', constraint = 'cash_one_way';
  end if;
  return null;
end
$function$;
comment on function payments.check_part_of_cash() is 'Trigger: the part of a network leaves by the way that two persons gave the network.';

CREATE OR REPLACE FUNCTION payments.check_parts_written()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from payments.run_part p
    where p.run_id = new.run_id and p.leaves_by = 'own_file'
      and not exists (
        select from payments.provider_file f where f.run_id = p.run_id and f.provider = p.provider)) then
    raise exception 'run %: a part leaves by a file of its own, which was not written', new.run_id
      using errcode = 'check_violation', constraint = 'parts_written';
  end if;
  return null;
end
$function$;
comment on function payments.check_parts_written() is 'Trigger: a run has left once every file of it was written.';

CREATE OR REPLACE FUNCTION payments.check_restore()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (tg_when = 'BEFORE') = exists (
    select from payments.run_event e where e.run_id = new.run_id and e.state = 'approved') then
    raise exception 'run %: what came back is put back when it is approved', new.run_id
      using errcode = 'check_violation', constraint = 'run_restored';
  end if;
  return new;
end
$function$;
comment on function payments.check_restore() is 'Triggers, at once and at commit: money is put back by the transaction that approves.';

CREATE OR REPLACE FUNCTION payments.check_run_is_drafted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (select from payments.run_event where run_id = new.id and state = 'drafted') then
    raise exception 'run % was begun but not drafted', new.id using errcode = 'check_violation', constraint = 'run_is_drafted';
  end if;
  return null;
end
$function$;
comment on function payments.check_run_is_drafted() is 'Constraint trigger, at commit: a run is written whole or not at all.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.check_run_postings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  needed text := case new.state
    when 'approved' then 'commit'
    when 'sent' then 'send'
    when 'cancelled' then
      case when exists (select from payments.run_event where run_id = new.run_id and state = 'approved') then 'release' end
  end;
begin
  if needed is not null and exists (
    select from payments.run_total t
      join payments.run r on r.id = t.run_id
      left join payments.run_posting p on (p.run_id, p.provider, p.purpose) = (t.run_id, t.provider, t.purpose) and p.kind = needed
      left join payments.transfer x on x.id = p.transfer and x.kind = needed and x.amount = t.amount
      left join payments.account d on d.id = x.debit_account
      left join payments.account c on c.id = x.credit_account
    where t.run_id = new.run_id
      and (d.budget_line is distinct from r.budget_line
        or coalesce(c.purpose, d.purpose) is distinct from t.purpose
        or (needed = 'send' and c.provider is distinct from t.provider))) then
    raise exception 'run %: % without its postings', new.run_id, new.state
      using errcode = 'check_violation', constraint = 'run_postings';
  end if;
  return null;
end
$function$;
comment on function payments.check_run_postings() is 'Constraint trigger, at commit: a run is approved, sent or cancelled together with its postings, to the last unit.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.check_window_of_counter()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not coalesce(
    (select p.leaves_by = 'counter' from payments.run_part p where p.run_id = new.run_id and p.provider = new.provider),
    payments.leaves_by_counter(new.run_id, new.provider)) then
    raise exception 'window %: the network pays this run by its own till', new.id
      using errcode = 'check_violation', constraint = 'window_of_counter';
  end if;
  return new;
end
$function$;
comment on function payments.check_window_of_counter() is 'Trigger: a window is announced where our counter pays.';

CREATE OR REPLACE FUNCTION payments.close_payees(run uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::integer from payments.instruction i where i.run_id = run and i.payee_id = any (security.closed_files())
$function$;
comment on function payments.close_payees(uuid) is 'How many payees of a run are too close to the actor.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.end_to_end_id(reference text, place integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select reference || '-' || lpad(place::text, 8, '0') $function$;
comment on function payments.end_to_end_id(text,integer) is 'The id by which providers answer about an instruction: 19 characters, stable.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.erase_numbers(accounts uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  done integer;
begin
  perform security.open_rewriting('payments.payee_account');
  update payments.payee_account a
  set number = null, number_sealed = null, number_index = null, number_erased_at = clock_timestamp(),
    number_end = coalesce(number_end, right(number, 4))
  where a.id = any (accounts) and num_nonnulls(a.number, a.number_sealed) = 1;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$function$;
comment on function payments.erase_numbers(uuid[]) is 'Reviewed rewriting: numbers of accounts whose time has ended. Their last four characters stay, for the record of the audit.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.fee_of(amount bigint, fixed bigint, share integer, rounding text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select fixed + case rounding
    when 'up' then div(amount::numeric * share + 999999, 1000000)
    when 'down' then div(amount::numeric * share, 1000000)
    else div(amount::numeric * share * 2 + 1000000, 2000000)
  end::bigint
$function$;
comment on function payments.fee_of(bigint,bigint,integer,text) is 'What terms ask for one payment: a fixed amount, and a share in millionths rounded to minor units.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.guard_balance()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op in ('DELETE', 'TRUNCATE') or pg_trigger_depth() < 2 then
    raise exception 'payments.account_balance follows payments.transfer: % refused', lower(tg_op)
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$function$;
comment on function payments.guard_balance() is 'Trigger: running totals change only under the trigger of payments.transfer, for the owner too.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.instruction_blocks(run uuid)
 RETURNS TABLE(block integer, hash bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select position / 10000, sha256(convert_to(string_agg(concat_ws(E'\x1f',
    position, payee_id, payee_name, territory, account_id, provider, amount), E'\n' order by position), 'UTF8'))
  from payments.instruction where run_id = run group by position / 10000
$function$;
comment on function payments.instruction_blocks(uuid) is 'SHA-256 of each block of 10,000 instructions of a run.';

CREATE OR REPLACE FUNCTION payments.leaves_by_counter(run uuid, network text)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  -- What payees were told of a window holds, whatever the network becomes.
  select pg_advisory_xact_lock_shared(hashtextextended('payments.cash_way', 0));
  select exists (select from payments.cash_window w where w.run_id = run and w.provider = network)
    or exists (select from payments.cash_way_now n where n.provider = network and n.way = 'counter')
$function$;
comment on function payments.leaves_by_counter(uuid,text) is 'Reviewed: whether what a run orders of a provider is handed over at our counter, if its file is made now. Says a word of a network, none of a person.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.lines_granted(run uuid, place integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select coalesce(bool_and(security.programme_granted(line.purpose, line.territory)), false)
  from payments.run_line as line where line.run_id = run and line.position = place
$function$;
comment on function payments.lines_granted(uuid,integer) is 'Is every line of an instruction of a programme granted to the actor? Runs as the owner: lines that the actor does not see count as well.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.lock_accounts(accounts integer[])
 RETURNS TABLE(account integer, debits bigint, credits bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select b.account, b.debits, b.credits from payments.account_balance b
  where b.account = any (accounts) order by b.account for update
$function$;
comment on function payments.lock_accounts(integer[]) is 'Locks the accounts until the end of the transaction, always in the same order, and answers their running totals.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.note_account_changes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into payments.account_change (account_id, previous_id)
  select a.id, p.id
  from added a cross join lateral (
    select o.id from payments.payee_account o
    where o.payee_id = a.payee_id and (o.recorded_at, o.id) < (a.recorded_at, a.id)
    order by o.recorded_at desc, o.id desc limit 1) p;
  return null;
end
$function$;
comment on function payments.note_account_changes() is 'Trigger: an account recorded for a payee who had another is a change to be told.';

CREATE OR REPLACE FUNCTION payments.open_balance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into payments.account_balance (account, kind) select id, kind from opened;
  return null;
end
$function$;
comment on function payments.open_balance() is 'Trigger: a new account starts at nothing.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.paid_after_all(run uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::integer
  from payments.run_line l join payments.run_line p on p.entitlement_id = l.entitlement_id and p.attempt = l.attempt - 1
  where l.run_id = run and l.attempt > 1 and not payments.attempt_is_over(p.run_id, p.position, p.entitlement_id)
$function$;
comment on function payments.paid_after_all(uuid) is 'How many lines of a run pay what an earlier attempt may have paid after all: answers came in since it was drafted.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.post_transfers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  wrong record;
begin
  select p.id, p.kind, d.kind as debit_kind, c.kind as credit_kind into wrong
  from posted p
    join payments.account d on d.id = p.debit_account
    join payments.account c on c.id = p.credit_account
    join payments.route r on r.kind = p.kind
  where d.kind <> r.debit_kind or c.kind <> r.credit_kind or d.budget_line <> c.budget_line or d.purpose <> c.purpose
  limit 1;
  if found then
    raise exception 'payments.transfer %: no route % from % to % between these accounts', wrong.id, wrong.kind, wrong.debit_kind, wrong.credit_kind
      using errcode = 'check_violation', constraint = 'transfer_route';
  end if;
  perform payments.lock_accounts(array(select debit_account from posted union select credit_account from posted));
  update payments.account_balance b set debits = b.debits + moved.debits, credits = b.credits + moved.credits
  from (
    select account, sum(debit)::bigint as debits, sum(credit)::bigint as credits
    from (
      select debit_account as account, amount as debit, 0::bigint as credit from posted
      union all
      select credit_account, 0, amount from posted
    ) as side
    group by account
  ) as moved
  where b.account = moved.account;
  return null;
end
$function$;
comment on function payments.post_transfers() is 'Trigger: refuses a transfer off its route, then moves the running totals; their check refuses what is not there.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.recorder()
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case current_setting('socle.actor_kind', true)
    when 'service' then 'service:' || current_setting('socle.actor_id', true)
    else payments.actor()
  end
$function$;
comment on function payments.recorder() is 'Who says where somebody is paid: as payments.actor(), or service:<id> for the program of a partner.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.refuse_after_draft()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from (select distinct run_id from added) a join payments.run_event e using (run_id)) then
    raise exception 'payments.%: the run is drafted, nothing is added to it', tg_table_name
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$function$;
comment on function payments.refuse_after_draft() is 'Trigger: a drafted run is frozen.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.refuse_after_file()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from (select distinct run_id from added) a join payments.run_file f using (run_id)) then
    raise exception 'payments.run_part: the file of the run is made, nothing is added to it'
      using errcode = 'integrity_constraint_violation', constraint = 'settled_with_the_file';
  end if;
  return null;
end
$function$;
comment on function payments.refuse_after_file() is 'Trigger: how the parts of a run leave is settled with its file.';

CREATE OR REPLACE FUNCTION payments.refuse_cash_back()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from added a join payments.cash_payment c on c.run_id = a.run_id and c.position = a.position
    where a.kind <> 'confirm') then
    raise exception 'what was handed over at a payment point does not come back'
      using errcode = 'integrity_constraint_violation', constraint = 'cash_stays_paid';
  end if;
  return null;
end
$function$;
comment on function payments.refuse_cash_back() is 'Trigger: an instruction paid at a point is not returned or reversed by anybody''s answer; such an answer waits for a person.';

CREATE OR REPLACE FUNCTION payments.refuse_ended_answers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.ended_at is distinct from old.ended_at or new.taken is distinct from old.taken
    or new.figures is distinct from old.figures
    or new.refusal is distinct from (old.refusal - array['text', 'found', 'message', 'endToEndId', 'known']) then
    raise exception 'answers % have ended', old.id using errcode = 'integrity_constraint_violation', constraint = 'given_answers_ended';
  end if;
  return new;
end
$function$;
comment on function payments.refuse_ended_answers() is 'Trigger: how a file ended stays; only what a refusal quotes of it may leave.';

CREATE OR REPLACE FUNCTION payments.refuse_foreign_answers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (
    select from (select distinct run_id, file_id from added) a
      join payments.answer_file f on f.id = a.file_id
      join payments.run_part p on p.run_id = a.run_id and p.provider = f.provider
    where p.leaves_by = 'counter' and f.format not like 'socle.points.%') then
    raise exception 'what our counter pays is answered by our counter alone'
      using errcode = 'integrity_constraint_violation', constraint = 'counter_answers';
  end if;
  return null;
end
$function$;
comment on function payments.refuse_foreign_answers() is 'Trigger: a network says nothing of a payment that it was not ordered; such an answer waits for a person.';

CREATE OR REPLACE FUNCTION payments.refuse_second_payment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  twice uuid;
begin
  select a.entitlement_id into twice from added a
  where a.attempt > 1 and not exists (
    select from payments.run_line p
    where p.entitlement_id = a.entitlement_id and p.attempt = a.attempt - 1
      and payments.attempt_is_over(p.run_id, p.position, p.entitlement_id))
  limit 1;
  if found then
    raise exception 'entitlement %: the attempt before is not over', twice
      using errcode = 'integrity_constraint_violation', constraint = 'nobody_paid_twice';
  end if;
  return null;
end
$function$;
comment on function payments.refuse_second_payment() is 'Trigger: another attempt to pay an entitlement needs the one before to be over.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.run_hash(run uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select encode(sha256(string_agg(part, ''::bytea order by number, block)), 'hex')
  from (
    select 1 as number, now.block, case when now.hash = gone.after then gone.before else now.hash end as part
    from payments.instruction_blocks(run) now
      left join payments.anonymised_block gone on gone.run_id = run and gone.block = now.block
    union all
    select 2, position / 10000, sha256(convert_to(string_agg(concat_ws(E'\x1f',
      position, entitlement_id, attempt, territory, purpose, period, amount), E'\n' order by position, entitlement_id), 'UTF8'))
    from payments.run_line where run_id = run group by position / 10000
  ) as parts
$function$;
comment on function payments.run_hash(uuid) is 'SHA-256 over the ordered instructions and lines of a run: blocks of 10,000 positions are hashed, then their hashes, so that no run is too long.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.run_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  before text[];
  draft payments.run_event;
  fault text;
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.run ' || new.run_id, 0));
  select coalesce(array_agg(state), '{}') into before from payments.run_event where run_id = new.run_id;
  if not (case new.state
    when 'drafted' then before = '{}'
    when 'approved' then 'drafted' = any (before) and not 'cancelled' = any (before)
    when 'file_made' then 'approved' = any (before) and not 'cancelled' = any (before)
    when 'sent' then 'file_made' = any (before) and not 'cancelled' = any (before)
    -- Once a file exists it may have left: what comes back then is a return, not a cancellation.
    when 'cancelled' then 'drafted' = any (before) and not 'file_made' = any (before)
  end) then
    raise exception 'run %: no way from % to %', new.run_id, before, new.state
      using errcode = 'check_violation', constraint = 'run_step';
  end if;
  if new.state = 'drafted' then
    fault := payments.check_draft(new.run_id, new.instructions, new.amount);
  elsif new.state = 'approved' then
    select * into draft from payments.run_event where run_id = new.run_id and state = 'drafted';
    if new.recorded_by not like 'staff:%' or new.recorded_by = draft.recorded_by then
      fault := 'the checker is a member of staff other than the maker';
    elsif (new.instructions, new.amount, new.content_hash) is distinct from (draft.instructions, draft.amount, draft.content_hash) then
      fault := 'what is approved is what was drafted';
    end if;
  elsif new.state = 'file_made' and not exists (select from payments.run_file where run_id = new.run_id) then
    fault := 'the file is recorded first';
  end if;
  if fault is not null then
    raise exception 'run %: %', new.run_id, fault using errcode = 'check_violation', constraint = 'run_step';
  end if;
  return new;
end
$function$;
comment on function payments.run_step() is 'Trigger: the only steps of a run, and what each needs. One transaction at a time moves a run.';
-- execute: public

CREATE OR REPLACE FUNCTION payments.seal_numbers(ids uuid[], sealed bytea[], indexes bytea[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  done integer;
begin
  perform security.open_rewriting('payments.payee_account');
  update payments.payee_account a
  set number = null, number_sealed = given.value, number_index = given.indexed,
    number_end = coalesce(a.number_end, right(a.number, 4))
  from unnest(ids, sealed, indexes) as given (id, value, indexed)
  where a.id = given.id and a.number_erased_at is null and num_nonnulls(a.number, a.number_sealed) = 1;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$function$;
comment on function payments.seal_numbers(uuid[],bytea[],bytea[]) is 'Reviewed rewriting: the same numbers in another form. Seals those in clear, or seals again under another key.';
-- execute: socle_worker

CREATE OR REPLACE PROCEDURE payments.staff_only(VARIADIC tables text[])
 LANGUAGE plpgsql
AS $procedure$
declare
  name text;
begin
  foreach name in array tables loop
    execute format('alter table payments.%I enable row level security', name);
    execute format('create policy staff on payments.%I to socle_app using (payments.actor() is not null)', name);
    execute format('create policy worker on payments.%I to socle_worker using (true)', name);
  end loop;
end
$procedure$;
comment on function payments.staff_only(text[]) is 'For migrations: tables that belong to no territory are seen by staff and by no one else.';

CREATE OR REPLACE FUNCTION payments.told_is_over(run uuid, place integer, entitlement uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select payments.attempt_is_over(run, place, entitlement) $function$;
comment on function payments.told_is_over(uuid,integer,uuid) is 'Reviewed: the same for pages, which do not read answers. Says yes or no of an instruction that the caller names.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.told_payments(entitlements uuid[])
 RETURNS TABLE(entitlement uuid, payment text, attempt smallint, purpose text, period text, amount bigint, currency text, state text, day date, provider text, point text, payee_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select l.entitlement_id, payments.end_to_end_id(r.reference, l.position), l.attempt, l.purpose, l.period, l.amount, b.currency,
    case when back.day is not null then 'returned' when paid.day is not null then 'paid'
      when e.state = 'sent' then 'sent' else 'planned' end,
    coalesce(back.day, paid.day, e.recorded_at::date), p.name, o.name, i.payee_name
  from payments.run_line l
    join payments.run r on r.id = l.run_id
    join payments.budget_line b on b.code = r.budget_line
    join payments.instruction i on i.run_id = l.run_id and i.position = l.position
    join payments.provider p on p.code = i.provider
    join lateral (
      select state, recorded_at from payments.run_event where run_id = l.run_id
      order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], state) desc limit 1) e on e.state <> 'cancelled'
    left join payments.cash_payment c on c.run_id = l.run_id and c.position = l.position
    left join payments.point_now o on o.id = c.point
    left join lateral (
      select coalesce(a.day, f.recorded_at::date) as day
      from payments.instruction_outcome x join payments.answer_line a on a.file_id = x.file_id and a.line = x.line
        join payments.answer_file f on f.id = x.file_id
      where x.run_id = l.run_id and x.position = l.position and x.kind in ('return', 'reverse') limit 1) back on true
    left join lateral (
      select c.paid_on as day where c.run_id is not null
      union all
      select coalesce(a.day, f.recorded_at::date)
      from payments.instruction_outcome x join payments.answer_line a on a.file_id = x.file_id and a.line = x.line
        join payments.answer_file f on f.id = x.file_id
      where x.run_id = l.run_id and x.position = l.position and x.kind = 'confirm' limit 1) paid on true
  where l.entitlement_id = any (entitlements)
    -- The predicates of the table: a function that runs as the owner shows no more.
    and l.territory collate "C" >= security.territory_low() and l.territory collate "C" < security.territory_high()
    and (security.range_is_exact() or l.territory ~ security.territory_pattern())
    and (security.every_programme() or security.programme_granted(l.purpose, l.territory))
  order by l.period, l.purpose, l.entitlement_id, l.attempt
$function$;
comment on function payments.told_payments(uuid[]) is 'Reviewed: attempts to pay these entitlements within the actor''s territories and programmes, without what is for staff (totals, answers, accounts).';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION payments.told_to_payees(payees uuid[], most integer)
 RETURNS TABLE(run uuid, state text, state_at timestamp with time zone, amount bigint, currency text, periods text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select i.run_id, e.state, e.recorded_at, i.amount, b.currency,
    array(select distinct l.period from payments.run_line l where l.run_id = i.run_id and l.position = i.position order by 1)
  from payments.instruction i
    join payments.run r on r.id = i.run_id
    join payments.budget_line b on b.code = r.budget_line
    join lateral (
      select state, recorded_at from payments.run_event where run_id = i.run_id
      order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], state) desc limit 1) e on true
  where i.payee_id = any (payees)
    -- The predicate of security.protect: a function that runs as the owner shows no more than the table would.
    and i.territory collate "C" >= security.territory_low() and i.territory collate "C" < security.territory_high()
    and (security.range_is_exact() or i.territory ~ security.territory_pattern())
  order by i.run_id desc, i.position limit most
$function$;
comment on function payments.told_to_payees(uuid[],integer) is 'Reviewed: payments of these payees within the actor''s territories, without what is for staff (run, totals, names).';
-- execute: socle_app

create table payments.account (
  id integer generated always as identity not null,
  kind text not null,
  budget_line text not null,
  purpose text,
  provider text,
  opened_at timestamp with time zone default clock_timestamp() not null,
  constraint account_check CHECK (((purpose IS NULL) = (kind = ANY (ARRAY['funder'::text, 'budget_line'::text])))),
  constraint account_check1 CHECK (((provider IS NOT NULL) = (kind = 'provider'::text))),
  constraint account_kind_check CHECK ((kind = ANY (ARRAY['funder'::text, 'budget_line'::text, 'commitment'::text, 'provider'::text, 'recipients'::text, 'returned'::text, 'overpaid'::text, 'written_off'::text]))),
  constraint account_purpose_check CHECK ((purpose <> ''::text)),
  constraint account_budget_line_fkey FOREIGN KEY (budget_line) REFERENCES payments.budget_line(code),
  constraint account_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint account_pkey PRIMARY KEY (id),
  constraint account_budget_line_kind_purpose_provider_key UNIQUE NULLS NOT DISTINCT (budget_line, kind, purpose, provider),
  constraint account_id_kind_key UNIQUE (id, kind)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.account FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER open_balance AFTER INSERT ON payments.account REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION payments.open_balance();
alter table payments.account enable row level security;
create policy staff on payments.account as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.account as permissive for all to socle_worker using (true);
grant select on payments.account to socle_app;
grant select on payments.account to socle_worker;
grant insert (kind, budget_line, purpose, provider) on payments.account to socle_app;
grant insert (kind, budget_line, purpose, provider) on payments.account to socle_worker;
comment on table payments.account is 'Accounts of the ledger. All accounts of a budget line form one book, in its currency.';
comment on column payments.account.id is 'Number of the account.';
comment on column payments.account.kind is 'funder: what was given. budget_line: free to commit. commitment: reserved by approved runs. provider: sent, not yet answered. recipients: confirmed in the hands of payees. returned: came back. overpaid: in the hands of payees without a right. written_off: overpaid, and given up.';
comment on column payments.account.budget_line is 'The book.';
comment on column payments.account.purpose is 'What the money is for, as the caller names it (a programme); null above the commitment.';
comment on column payments.account.provider is 'Who carries it; provider accounts only.';
comment on column payments.account.opened_at is 'When it was opened.';

create table payments.account_balance (
  account integer not null,
  kind text not null,
  debits bigint default 0 not null,
  credits bigint default 0 not null,
  constraint account_balance_credits_check CHECK ((credits >= 0)),
  constraint account_balance_debits_check CHECK ((debits >= 0)),
  constraint no_account_below_nothing CHECK (
CASE kind
    WHEN 'funder'::text THEN (debits >= credits)
    ELSE (credits >= debits)
END),
  constraint account_balance_account_kind_fkey FOREIGN KEY (account, kind) REFERENCES payments.account(id, kind),
  constraint account_balance_pkey PRIMARY KEY (account)
);
CREATE TRIGGER guard_balance BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON payments.account_balance FOR EACH STATEMENT EXECUTE FUNCTION payments.guard_balance();
alter table payments.account_balance enable row level security;
create policy staff on payments.account_balance as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.account_balance as permissive for all to socle_worker using (true);
grant select on payments.account_balance to socle_app;
grant select on payments.account_balance to socle_worker;
comment on table payments.account_balance is 'Running totals per account, kept by the trigger of payments.transfer alone. Its row is the lock of the account.';
comment on column payments.account_balance.account is 'The account.';
comment on column payments.account_balance.kind is 'Its kind, for the rule that it may not fall below nothing.';
comment on column payments.account_balance.debits is 'Sum of the transfers that debit it, minor units.';
comment on column payments.account_balance.credits is 'Sum of the transfers that credit it, minor units.';

create table payments.account_change (
  account_id uuid not null,
  previous_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint account_change_pkey PRIMARY KEY (account_id)
);
CREATE INDEX account_change_previous ON payments.account_change USING btree (previous_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.account_change FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.account_change enable row level security;
create policy worker on payments.account_change as permissive for all to socle_worker using (true);
grant select on payments.account_change to socle_worker;
comment on table payments.account_change is 'Accounts recorded for payees who had another: what their payees are to be told.';
comment on column payments.account_change.account_id is 'The account recorded.';
comment on column payments.account_change.previous_id is 'The one recorded before it for the same payee.';
comment on column payments.account_change.recorded_at is 'When.';

create table payments.account_notice (
  account_id uuid not null,
  told boolean not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint account_notice_account_id_fkey FOREIGN KEY (account_id) REFERENCES payments.account_change(account_id),
  constraint account_notice_pkey PRIMARY KEY (account_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.account_notice FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.account_notice enable row level security;
create policy worker on payments.account_notice as permissive for all to socle_worker using (true);
grant select on payments.account_notice to socle_worker;
grant insert (account_id, told) on payments.account_notice to socle_worker;
comment on table payments.account_notice is 'Changes of accounts that were dealt with, in the transaction that queues the messages.';
comment on column payments.account_notice.account_id is 'The account recorded.';
comment on column payments.account_notice.told is 'False where it is the same account recorded again: nothing changed.';
comment on column payments.account_notice.recorded_at is 'When.';

create table payments.anonymised_block (
  run_id uuid not null,
  block integer not null,
  before bytea not null,
  after bytea not null,
  anonymised_at timestamp with time zone default clock_timestamp() not null,
  constraint anonymised_block_after_check CHECK ((octet_length(after) = 32)),
  constraint anonymised_block_before_check CHECK ((octet_length(before) = 32)),
  constraint anonymised_block_block_check CHECK ((block >= 0)),
  constraint anonymised_block_pkey PRIMARY KEY (run_id, block)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.anonymised_block FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.anonymised_block enable row level security;
create policy worker on payments.anonymised_block as permissive for all to socle_worker using (true);
grant select on payments.anonymised_block to socle_worker;
comment on table payments.anonymised_block is 'Blocks of 10,000 instructions whose names were removed, their time being over. Append-only.';
comment on column payments.anonymised_block.run_id is 'The run.';
comment on column payments.anonymised_block.block is 'Position of the block, from 0.';
comment on column payments.anonymised_block.before is 'SHA-256 that the block had: part of the hash under which the run was approved.';
comment on column payments.anonymised_block.after is 'SHA-256 of what stays of it: what is altered afterwards is found all the same.';
comment on column payments.anonymised_block.anonymised_at is 'When.';

create table payments.answer_figures (
  file_id uuid not null,
  confirmed integer not null,
  returned integer not null,
  reversed integer not null,
  exceptions integer not null,
  constraint answer_figures_confirmed_check CHECK ((confirmed >= 0)),
  constraint answer_figures_exceptions_check CHECK ((exceptions >= 0)),
  constraint answer_figures_returned_check CHECK ((returned >= 0)),
  constraint answer_figures_reversed_check CHECK ((reversed >= 0)),
  constraint answer_figures_file_id_fkey FOREIGN KEY (file_id) REFERENCES payments.answer_file(id),
  constraint answer_figures_pkey PRIMARY KEY (file_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.answer_figures FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.answer_figures enable row level security;
create policy worker on payments.answer_figures as permissive for all to socle_worker using (true);
grant insert, select on payments.answer_figures to socle_worker;
comment on table payments.answer_figures is 'What files of answers brought, counted as each was taken.';
comment on column payments.answer_figures.file_id is 'The file.';
comment on column payments.answer_figures.confirmed is 'Payments that it confirmed.';
comment on column payments.answer_figures.returned is 'Payments that it brought back.';
comment on column payments.answer_figures.reversed is 'Payments that it took back after they were confirmed.';
comment on column payments.answer_figures.exceptions is 'Lines that somebody must look at, closed ones included.';

create table payments.answer_file (
  id uuid not null,
  provider text not null,
  sha256 text not null,
  format text not null,
  message_id text not null,
  lines integer not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint answer_file_format_check CHECK ((format <> ''::text)),
  constraint answer_file_lines_check CHECK ((lines >= 0)),
  constraint answer_file_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint answer_file_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint answer_file_pkey PRIMARY KEY (id),
  constraint answer_file_provider_sha256_key UNIQUE (provider, sha256)
);
CREATE CONSTRAINT TRIGGER answer_figures AFTER INSERT ON payments.answer_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_answer_figures();
CREATE CONSTRAINT TRIGGER answer_postings AFTER INSERT ON payments.answer_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_answer_postings();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.answer_file FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.answer_file enable row level security;
create policy worker on payments.answer_file as permissive for all to socle_worker using (true);
grant insert, select on payments.answer_file to socle_worker;
comment on table payments.answer_file is 'Answers of providers as files: the same bytes are taken once.';
comment on column payments.answer_file.id is 'Made by the caller.';
comment on column payments.answer_file.provider is 'Who answers.';
comment on column payments.answer_file.sha256 is 'SHA-256 of the file, hexadecimal.';
comment on column payments.answer_file.format is 'ISO 20022 message and version: camt.053.001.08.';
comment on column payments.answer_file.message_id is 'Id of the message, as the provider gave it.';
comment on column payments.answer_file.lines is 'Number of its lines.';
comment on column payments.answer_file.recorded_at is 'When it was taken.';
comment on column payments.answer_file.recorded_by is 'Who took it.';

create table payments.answer_line (
  file_id uuid not null,
  line integer not null,
  outcome text not null,
  scope text not null,
  end_to_end_id text not null,
  status text not null,
  reason text not null,
  amount bigint,
  currency text,
  day date,
  run_id uuid,
  "position" integer,
  exception text,
  reference text default ''::text not null,
  fee bigint,
  constraint answer_line_check CHECK ((("position" IS NULL) OR (run_id IS NOT NULL))),
  constraint answer_line_exception_check CHECK ((exception = ANY (ARRAY['unknown'::text, 'duplicate'::text, 'wrong_amount'::text, 'reversed'::text, 'late'::text, 'ambiguous'::text]))),
  constraint answer_line_fee_check CHECK ((fee >= 0)),
  constraint answer_line_line_check CHECK ((line > 0)),
  constraint answer_line_outcome_check CHECK ((outcome = ANY (ARRAY['settled'::text, 'returned'::text, 'pending'::text, 'other'::text]))),
  constraint answer_line_reference_check CHECK ((char_length(reference) <= 100)),
  constraint answer_line_scope_check CHECK ((scope = ANY (ARRAY['payment'::text, 'batch'::text, 'message'::text]))),
  constraint answer_line_file_id_fkey FOREIGN KEY (file_id) REFERENCES payments.answer_file(id),
  constraint answer_line_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint answer_line_pkey PRIMARY KEY (file_id, line)
);
CREATE INDEX answer_line_exception ON payments.answer_line USING btree (file_id, line) WHERE (exception IS NOT NULL);
CREATE INDEX answer_line_payment ON payments.answer_line USING btree (run_id, "position");
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.answer_line FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.answer_line enable row level security;
create policy worker on payments.answer_line as permissive for all to socle_worker using (true);
grant insert, select on payments.answer_line to socle_worker;
comment on table payments.answer_line is 'Lines of answers, each as it was read, with the payment it is of. Names and texts stay in the file.';
comment on column payments.answer_line.file_id is 'The file.';
comment on column payments.answer_line.line is 'Its place in the file, from 1.';
comment on column payments.answer_line.outcome is 'settled: the payee has the money. returned: not paid, or came back. pending: on its way. other: no payment of ours.';
comment on column payments.answer_line.scope is 'payment, or what it says of a whole batch or message.';
comment on column payments.answer_line.end_to_end_id is 'As written; empty where the provider gave none.';
comment on column payments.answer_line.status is 'As written: ACSC, RJCT, BOOK.';
comment on column payments.answer_line.reason is 'Code of the reason: AC04.';
comment on column payments.answer_line.amount is 'Minor units, where said.';
comment on column payments.answer_line.currency is 'Currency of the amount.';
comment on column payments.answer_line.day is 'Day booked, else day of the answer.';
comment on column payments.answer_line.run_id is 'The run it is of; null where nothing of ours is known by it.';
comment on column payments.answer_line."position" is 'The instruction of the run; null for a batch.';
comment on column payments.answer_line.exception is 'Why somebody must look at it; null where nobody must.';
comment on column payments.answer_line.reference is 'The provider''s own name for what it did, where it gives one: the same word under the same reference is no second payment.';
comment on column payments.answer_line.fee is 'What the provider says that it took for it, minor units of the currency of the line; null where it does not say.';

create table payments.answer_posting (
  file_id uuid not null,
  run_id uuid not null,
  purpose text not null,
  kind text not null,
  transfer uuid not null,
  constraint answer_posting_kind_check CHECK ((kind = ANY (ARRAY['confirm'::text, 'return'::text, 'reverse'::text]))),
  constraint answer_posting_file_id_fkey FOREIGN KEY (file_id) REFERENCES payments.answer_file(id),
  constraint answer_posting_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint answer_posting_transfer_fkey FOREIGN KEY (transfer) REFERENCES payments.transfer(id),
  constraint answer_posting_pkey PRIMARY KEY (file_id, run_id, purpose, kind),
  constraint answer_posting_transfer_key UNIQUE (transfer)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.answer_posting FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.answer_posting enable row level security;
create policy worker on payments.answer_posting as permissive for all to socle_worker using (true);
grant insert, select on payments.answer_posting to socle_worker;
comment on table payments.answer_posting is 'Which transfers of the ledger are of which file of answers.';
comment on column payments.answer_posting.file_id is 'The file.';
comment on column payments.answer_posting.run_id is 'The run.';
comment on column payments.answer_posting.purpose is 'The purpose.';
comment on column payments.answer_posting.kind is 'Kind of the transfer.';
comment on column payments.answer_posting.transfer is 'The transfer.';

create table payments.approval_limit (
  id uuid not null,
  role text not null,
  currency text not null,
  amount bigint not null,
  valid_from date not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint approval_limit_amount_check CHECK ((amount >= 0)),
  constraint approval_limit_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint approval_limit_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint approval_limit_role_check CHECK ((role ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint approval_limit_pkey PRIMARY KEY (id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.approval_limit FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant select on payments.approval_limit to socle_app;
grant select on payments.approval_limit to socle_worker;
grant insert (id, role, currency, amount, valid_from) on payments.approval_limit to socle_app;
comment on table payments.approval_limit is 'Up to which amount a role may approve a payment run, as one member of staff says it; it holds once another agreed.';
comment on column payments.approval_limit.id is 'Made by the caller.';
comment on column payments.approval_limit.role is 'A role of security.role_grant.';
comment on column payments.approval_limit.currency is 'Of the runs for which it holds.';
comment on column payments.approval_limit.amount is 'The largest sum of a run that the role approves, minor units.';
comment on column payments.approval_limit.valid_from is 'From this day, until another of the same role and currency holds.';
comment on column payments.approval_limit.recorded_at is 'When it was said.';
comment on column payments.approval_limit.recorded_by is 'By whom.';

create table payments.approval_limit_agreed (
  limit_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint approval_limit_agreed_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint approval_limit_agreed_limit_id_fkey FOREIGN KEY (limit_id) REFERENCES payments.approval_limit(id),
  constraint approval_limit_agreed_pkey PRIMARY KEY (limit_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.approval_limit_agreed FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER limit_of_two BEFORE INSERT ON payments.approval_limit_agreed FOR EACH ROW EXECUTE FUNCTION payments.check_limit_agreed();
grant select on payments.approval_limit_agreed to socle_app;
grant select on payments.approval_limit_agreed to socle_worker;
grant insert (limit_id) on payments.approval_limit_agreed to socle_app;
comment on table payments.approval_limit_agreed is 'Limits to which a second person agreed.';
comment on column payments.approval_limit_agreed.limit_id is 'The limit.';
comment on column payments.approval_limit_agreed.recorded_at is 'When it was agreed.';
comment on column payments.approval_limit_agreed.recorded_by is 'By whom: not by who said it.';

create view payments.approval_limit_in_force with (security_invoker=true) as
 SELECT DISTINCT ON (l.role, l.currency) l.role,
    l.currency,
    l.amount,
    l.valid_from
   FROM (payments.approval_limit l
     JOIN payments.approval_limit_agreed a ON ((a.limit_id = l.id)))
  WHERE (l.valid_from <= CURRENT_DATE)
  ORDER BY l.role, l.currency, l.valid_from DESC, a.recorded_at DESC;
grant select on payments.approval_limit_in_force to socle_app;
grant select on payments.approval_limit_in_force to socle_worker;
comment on view payments.approval_limit_in_force is 'The limit of each role and currency today: the latest begun, and of one day the latest agreed.';
comment on column payments.approval_limit_in_force.role is 'The role.';
comment on column payments.approval_limit_in_force.currency is 'The currency.';
comment on column payments.approval_limit_in_force.amount is 'The largest sum of a run, minor units.';
comment on column payments.approval_limit_in_force.valid_from is 'Since when.';

create table payments.budget_line (
  code text not null,
  funder text not null,
  label text not null,
  currency text not null,
  opened_at timestamp with time zone default clock_timestamp() not null,
  opened_by text default payments.actor() not null,
  constraint budget_line_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$'::text)),
  constraint budget_line_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint budget_line_funder_check CHECK ((funder <> ''::text)),
  constraint budget_line_label_check CHECK ((label <> ''::text)),
  constraint budget_line_pkey PRIMARY KEY (code)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.budget_line FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.budget_line enable row level security;
create policy staff on payments.budget_line as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.budget_line as permissive for all to socle_worker using (true);
grant select on payments.budget_line to socle_app;
grant select on payments.budget_line to socle_worker;
grant insert (code, funder, label, currency) on payments.budget_line to socle_app;
grant insert (code, funder, label, currency) on payments.budget_line to socle_worker;
comment on table payments.budget_line is 'A line of a budget: what one funder gives for one use, in one currency. Its amounts are in the ledger.';
comment on column payments.budget_line.code is 'Code of the line in the budget, given by the caller.';
comment on column payments.budget_line.funder is 'Who gives the money, as named in the budget.';
comment on column payments.budget_line.label is 'What the line is for.';
comment on column payments.budget_line.currency is 'ISO 4217 code; every amount of the line is in its minor units.';
comment on column payments.budget_line.opened_at is 'When it was recorded.';
comment on column payments.budget_line.opened_by is 'Who recorded it.';

create table payments.cash_closing (
  window_id uuid not null,
  file_id uuid not null,
  paid integer not null,
  unclaimed integer not null,
  unclaimed_amount bigint not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_closing_paid_check CHECK ((paid >= 0)),
  constraint cash_closing_unclaimed_amount_check CHECK ((unclaimed_amount >= 0)),
  constraint cash_closing_unclaimed_check CHECK ((unclaimed >= 0)),
  constraint cash_closing_file_id_fkey FOREIGN KEY (file_id) REFERENCES payments.answer_file(id),
  constraint cash_closing_window_id_fkey FOREIGN KEY (window_id) REFERENCES payments.cash_window(id),
  constraint cash_closing_pkey PRIMARY KEY (window_id),
  constraint cash_closing_file_id_key UNIQUE (file_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_closing FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE CONSTRAINT TRIGGER cash_closing AFTER INSERT ON payments.cash_closing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_cash_closing();
alter table payments.cash_closing enable row level security;
create policy staff on payments.cash_closing as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_closing as permissive for all to socle_worker using (true);
grant select on payments.cash_closing to socle_app;
grant select on payments.cash_closing to socle_worker;
grant insert (window_id, file_id, paid, unclaimed, unclaimed_amount) on payments.cash_closing to socle_worker;
comment on table payments.cash_closing is 'Windows that are closed: what nobody collected came back by the file named here, and went back to the budget line.';
comment on column payments.cash_closing.window_id is 'The window.';
comment on column payments.cash_closing.file_id is 'The answers that say what was paid and what came back.';
comment on column payments.cash_closing.paid is 'Payments handed over at points while it was open.';
comment on column payments.cash_closing.unclaimed is 'Payments that nobody collected.';
comment on column payments.cash_closing.unclaimed_amount is 'Their sum, minor units.';
comment on column payments.cash_closing.recorded_at is 'When it was closed.';
comment on column payments.cash_closing.recorded_by is 'By whom.';

create table payments.cash_notice (
  window_id uuid not null,
  kind text not null,
  payees integer not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_notice_kind_check CHECK ((kind = ANY (ARRAY['opens'::text, 'closes'::text]))),
  constraint cash_notice_payees_check CHECK ((payees >= 0)),
  constraint cash_notice_window_id_fkey FOREIGN KEY (window_id) REFERENCES payments.cash_window(id),
  constraint cash_notice_pkey PRIMARY KEY (window_id, kind)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_notice FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.cash_notice enable row level security;
create policy staff on payments.cash_notice as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_notice as permissive for all to socle_worker using (true);
grant select on payments.cash_notice to socle_app;
grant select on payments.cash_notice to socle_worker;
grant insert (window_id, kind, payees) on payments.cash_notice to socle_worker;
comment on table payments.cash_notice is 'Notices before a window opens and before it closes, as they were queued.';
comment on column payments.cash_notice.window_id is 'The window.';
comment on column payments.cash_notice.kind is 'opens: money is about to be there. closes: it is about to go back.';
comment on column payments.cash_notice.payees is 'How many payees it was for.';
comment on column payments.cash_notice.recorded_at is 'When.';
comment on column payments.cash_notice.recorded_by is 'By whom.';

create table payments.cash_payment (
  run_id uuid not null,
  "position" integer not null,
  id uuid not null,
  point uuid not null,
  payee_id uuid not null,
  territory text collate "C" not null,
  amount bigint not null,
  paid_on date not null,
  proof text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  recorded_name text default current_setting('socle.actor_name'::text, true) not null,
  constraint cash_payment_amount_check CHECK ((amount > 0)),
  constraint cash_payment_proof_check CHECK ((proof = ANY (ARRAY['national_id'::text, 'passport'::text, 'residence_card'::text, 'family_book'::text, 'other'::text]))),
  constraint cash_payment_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint cash_payment_point_fkey FOREIGN KEY (point) REFERENCES payments.point(id),
  constraint cash_payment_run_id_position_fkey FOREIGN KEY (run_id, "position") REFERENCES payments.instruction(run_id, "position"),
  constraint cash_payment_pkey PRIMARY KEY (run_id, "position"),
  constraint cash_payment_id_key UNIQUE (id)
);
CREATE INDEX cash_payment_payee ON payments.cash_payment USING btree (payee_id);
CREATE INDEX cash_payment_point ON payments.cash_payment USING btree (point, recorded_at DESC);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_payment FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER cash_payment_allowed BEFORE INSERT ON payments.cash_payment FOR EACH ROW EXECUTE FUNCTION payments.check_cash_payment();
alter table payments.cash_payment enable row level security;
create policy file on payments.cash_payment as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((payee_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on payments.cash_payment as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.cash_payment as permissive for all to socle_worker using (true);
grant select on payments.cash_payment to socle_app;
grant select on payments.cash_payment to socle_worker;
grant insert (run_id, position, id, point, payee_id, territory, amount, paid_on, proof) on payments.cash_payment to socle_app;
grant insert (run_id, position, id, point, payee_id, territory, amount, paid_on, proof) on payments.cash_payment to socle_worker;
comment on table payments.cash_payment is 'Money handed over at a payment point. Its key is the promise that an instruction is paid once, whoever presses where and however often.';
comment on column payments.cash_payment.run_id is 'The run.';
comment on column payments.cash_payment."position" is 'The instruction.';
comment on column payments.cash_payment.id is 'Made by the page that paid: the same press twice is one payment.';
comment on column payments.cash_payment.point is 'Where.';
comment on column payments.cash_payment.payee_id is 'Who received.';
comment on column payments.cash_payment.territory is 'Where the payee lives: who may see it.';
comment on column payments.cash_payment.amount is 'What was handed over, minor units: the whole instruction.';
comment on column payments.cash_payment.paid_on is 'Day, in the country.';
comment on column payments.cash_payment.proof is 'Kind of the document that the agent saw; its number is not kept.';
comment on column payments.cash_payment.recorded_at is 'When.';
comment on column payments.cash_payment.recorded_by is 'The agent: a program hands over nothing.';
comment on column payments.cash_payment.recorded_name is 'Name of the agent, as it was then.';

create table payments.cash_restore (
  window_id uuid not null,
  purpose text not null,
  transfer uuid not null,
  constraint cash_restore_transfer_fkey FOREIGN KEY (transfer) REFERENCES payments.transfer(id),
  constraint cash_restore_window_id_fkey FOREIGN KEY (window_id) REFERENCES payments.cash_window(id),
  constraint cash_restore_pkey PRIMARY KEY (window_id, purpose),
  constraint cash_restore_transfer_key UNIQUE (transfer)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_restore FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE CONSTRAINT TRIGGER cash_restored AFTER INSERT ON payments.cash_restore DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_cash_restore();
CREATE TRIGGER not_yet_closed BEFORE INSERT ON payments.cash_restore FOR EACH ROW EXECUTE FUNCTION payments.check_cash_restore();
alter table payments.cash_restore enable row level security;
create policy staff on payments.cash_restore as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_restore as permissive for all to socle_worker using (true);
grant select on payments.cash_restore to socle_app;
grant select on payments.cash_restore to socle_worker;
grant insert (window_id, purpose, transfer) on payments.cash_restore to socle_worker;
comment on table payments.cash_restore is 'What the closing of a window put back on the budget line, by purpose.';
comment on column payments.cash_restore.window_id is 'The window.';
comment on column payments.cash_restore.purpose is 'What for.';
comment on column payments.cash_restore.transfer is 'The transfer, from returned to the budget line.';

create table payments.cash_way (
  id uuid not null,
  provider text not null,
  provider_kind text default 'cash'::text not null,
  way text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_way_provider_kind_check CHECK ((provider_kind = 'cash'::text)),
  constraint cash_way_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint cash_way_way_check CHECK ((way = ANY (ARRAY['own_till'::text, 'counter'::text]))),
  constraint cash_way_provider_provider_kind_fkey FOREIGN KEY (provider, provider_kind) REFERENCES payments.provider(code, kind),
  constraint cash_way_pkey PRIMARY KEY (id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_way FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.cash_way enable row level security;
create policy staff on payments.cash_way as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_way as permissive for all to socle_worker using (true);
grant select on payments.cash_way to socle_app;
grant select on payments.cash_way to socle_worker;
grant insert (id, provider, way) on payments.cash_way to socle_app;
comment on table payments.cash_way is 'Which way a network of cash pays, as one member of staff says it; it holds once another agreed.';
comment on column payments.cash_way.id is 'Made by the caller.';
comment on column payments.cash_way.provider is 'The network.';
comment on column payments.cash_way.provider_kind is 'cash: no other provider has two ways.';
comment on column payments.cash_way.way is 'own_till: it pays by itself what it is ordered. counter: agents of ours pay at its points, and it is ordered nothing.';
comment on column payments.cash_way.recorded_at is 'When it was said.';
comment on column payments.cash_way.recorded_by is 'By whom.';

create table payments.cash_way_agreed (
  way_id uuid not null,
  nth bigint generated always as identity not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_way_agreed_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint cash_way_agreed_way_id_fkey FOREIGN KEY (way_id) REFERENCES payments.cash_way(id),
  constraint cash_way_agreed_pkey PRIMARY KEY (way_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_way_agreed FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER way_of_two BEFORE INSERT ON payments.cash_way_agreed FOR EACH ROW EXECUTE FUNCTION payments.check_cash_way_agreed();
CREATE TRIGGER way_stands BEFORE INSERT ON payments.cash_way_agreed FOR EACH ROW EXECUTE FUNCTION payments.check_cash_way_stands();
alter table payments.cash_way_agreed enable row level security;
create policy staff on payments.cash_way_agreed as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_way_agreed as permissive for all to socle_worker using (true);
grant select on payments.cash_way_agreed to socle_app;
grant select on payments.cash_way_agreed to socle_worker;
grant insert (way_id) on payments.cash_way_agreed to socle_app;
comment on table payments.cash_way_agreed is 'Ways to which a second person agreed: the last of a network holds.';
comment on column payments.cash_way_agreed.way_id is 'What was said.';
comment on column payments.cash_way_agreed.nth is 'Order of agreeing.';
comment on column payments.cash_way_agreed.recorded_at is 'When it was agreed.';
comment on column payments.cash_way_agreed.recorded_by is 'By whom: not by who said it.';

create view payments.cash_way_now with (security_invoker=true) as
 SELECT DISTINCT ON (w.provider) w.provider,
    w.way,
    a.recorded_at AS since
   FROM (payments.cash_way w
     JOIN payments.cash_way_agreed a ON ((a.way_id = w.id)))
  ORDER BY w.provider, a.nth DESC;
grant select on payments.cash_way_now to socle_app;
grant select on payments.cash_way_now to socle_worker;
comment on view payments.cash_way_now is 'Which way networks of cash are; one that is not here pays by its own till.';
comment on column payments.cash_way_now.provider is 'The network.';
comment on column payments.cash_way_now.way is 'own_till or counter.';
comment on column payments.cash_way_now.since is 'When it was agreed.';

create table payments.cash_way_withdrawn (
  way_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_way_withdrawn_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint cash_way_withdrawn_way_id_fkey FOREIGN KEY (way_id) REFERENCES payments.cash_way(id),
  constraint cash_way_withdrawn_pkey PRIMARY KEY (way_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_way_withdrawn FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER way_agreed BEFORE INSERT ON payments.cash_way_withdrawn FOR EACH ROW EXECUTE FUNCTION payments.check_cash_way_withdrawn();
alter table payments.cash_way_withdrawn enable row level security;
create policy staff on payments.cash_way_withdrawn as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_way_withdrawn as permissive for all to socle_worker using (true);
grant select on payments.cash_way_withdrawn to socle_app;
grant select on payments.cash_way_withdrawn to socle_worker;
grant insert (way_id) on payments.cash_way_withdrawn to socle_app;
comment on table payments.cash_way_withdrawn is 'Ways of networks of cash that were taken back before anybody agreed to them.';
comment on column payments.cash_way_withdrawn.way_id is 'What was said.';
comment on column payments.cash_way_withdrawn.recorded_at is 'When it was taken back.';
comment on column payments.cash_way_withdrawn.recorded_by is 'By whom: who said it, or anybody else who may say one.';

create table payments.cash_window (
  id uuid not null,
  run_id uuid not null,
  provider text not null,
  provider_kind text default 'cash'::text not null,
  opens_on date not null,
  closes_on date not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint cash_window_check CHECK ((closes_on >= opens_on)),
  constraint cash_window_provider_kind_check CHECK ((provider_kind = 'cash'::text)),
  constraint cash_window_provider_provider_kind_fkey FOREIGN KEY (provider, provider_kind) REFERENCES payments.provider(code, kind),
  constraint cash_window_run_id_provider_fkey FOREIGN KEY (run_id, provider) REFERENCES payments.run_group(run_id, provider),
  constraint cash_window_pkey PRIMARY KEY (id),
  constraint cash_window_run_id_provider_key UNIQUE (run_id, provider)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.cash_window FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER window_of_counter BEFORE INSERT ON payments.cash_window FOR EACH ROW EXECUTE FUNCTION payments.check_window_of_counter();
alter table payments.cash_window enable row level security;
create policy staff on payments.cash_window as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.cash_window as permissive for all to socle_worker using (true);
grant select on payments.cash_window to socle_app;
grant select on payments.cash_window to socle_worker;
grant insert (id, run_id, provider, opens_on, closes_on) on payments.cash_window to socle_app;
grant insert (id, run_id, provider, opens_on, closes_on) on payments.cash_window to socle_worker;
comment on table payments.cash_window is 'The days on which what a run pays in cash is collected; one for each run and provider of cash.';
comment on column payments.cash_window.id is 'UUIDv7, made by the caller.';
comment on column payments.cash_window.run_id is 'The run.';
comment on column payments.cash_window.provider is 'The network of points.';
comment on column payments.cash_window.provider_kind is 'cash.';
comment on column payments.cash_window.opens_on is 'First day on which money is handed over.';
comment on column payments.cash_window.closes_on is 'Last day.';
comment on column payments.cash_window.recorded_at is 'When it was announced.';
comment on column payments.cash_window.recorded_by is 'Who announced it.';

create table payments.entitlement_decision (
  entitlement_id uuid not null,
  attempt smallint not null,
  decision text not null,
  reason text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint entitlement_decision_attempt_check CHECK ((attempt >= 0)),
  constraint entitlement_decision_decision_check CHECK ((decision = ANY (ARRAY['pay'::text, 'stop'::text]))),
  constraint entitlement_decision_reason_check CHECK (((reason ~ '\S'::text) AND (char_length(reason) <= 1000))),
  constraint entitlement_decision_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint entitlement_decision_pkey PRIMARY KEY (entitlement_id, attempt, decision)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.entitlement_decision FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.entitlement_decision enable row level security;
create policy worker on payments.entitlement_decision as permissive for all to socle_worker using (true);
grant select on payments.entitlement_decision to socle_worker;
grant insert (entitlement_id, attempt, decision, reason) on payments.entitlement_decision to socle_worker;
comment on table payments.entitlement_decision is 'What a person decided about an entitlement that waits: pay it or stop it. The later of the two stands, and no longer than the attempt it was decided after.';
comment on column payments.entitlement_decision.entitlement_id is 'What waits.';
comment on column payments.entitlement_decision.attempt is 'The last attempt to pay it when this was decided; 0 where there was none.';
comment on column payments.entitlement_decision.decision is 'pay or stop.';
comment on column payments.entitlement_decision.reason is 'Why.';
comment on column payments.entitlement_decision.recorded_at is 'When.';
comment on column payments.entitlement_decision.recorded_by is 'The member of staff: a program decides nothing here.';

create table payments.exception_closing (
  file_id uuid not null,
  line integer not null,
  reason text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint exception_closing_reason_check CHECK ((reason ~ '\S'::text)),
  constraint exception_closing_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint exception_closing_file_id_line_fkey FOREIGN KEY (file_id, line) REFERENCES payments.answer_line(file_id, line),
  constraint exception_closing_pkey PRIMARY KEY (file_id, line)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.exception_closing FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.exception_closing enable row level security;
create policy worker on payments.exception_closing as permissive for all to socle_worker using (true);
grant insert, select on payments.exception_closing to socle_worker;
comment on table payments.exception_closing is 'Exceptions that somebody has dealt with: who, when, and what was done. An exception without a row here is open.';
comment on column payments.exception_closing.file_id is 'The file.';
comment on column payments.exception_closing.line is 'Its line.';
comment on column payments.exception_closing.reason is 'What was done about it.';
comment on column payments.exception_closing.recorded_at is 'When.';
comment on column payments.exception_closing.recorded_by is 'The member of staff: a program closes nothing.';

create table payments.given_answers (
  id uuid not null,
  provider text not null,
  name text not null,
  size integer not null,
  sha256 text not null,
  adapter text not null,
  staff_id uuid not null,
  given_by text not null,
  given_at timestamp with time zone default clock_timestamp() not null,
  key_sealed bytea,
  attempt integer,
  begun_at timestamp with time zone,
  stage text,
  lines integer default 0 not null,
  bytes_read integer default 0 not null,
  ended_at timestamp with time zone,
  taken text,
  figures jsonb,
  refusal jsonb,
  constraint given_answers_adapter_check CHECK ((adapter = ANY (ARRAY['iso20022'::text, 'csv'::text, 'http'::text]))),
  constraint given_answers_attempt_check CHECK ((attempt > 0)),
  constraint given_answers_check CHECK (((bytes_read >= 0) AND (bytes_read <= size))),
  constraint given_answers_check1 CHECK ((num_nonnulls(attempt, begun_at, stage) = ANY (ARRAY[0, 3]))),
  constraint given_answers_check2 CHECK ((num_nonnulls(taken, refusal) =
CASE
    WHEN (ended_at IS NULL) THEN 0
    ELSE 1
END)),
  constraint given_answers_check3 CHECK (((taken IS NULL) = (figures IS NULL))),
  constraint given_answers_check4 CHECK (((key_sealed IS NULL) = (ended_at IS NOT NULL))),
  constraint given_answers_lines_check CHECK ((lines >= 0)),
  constraint given_answers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120))),
  constraint given_answers_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint given_answers_size_check CHECK ((size > 0)),
  constraint given_answers_stage_check CHECK ((stage = ANY (ARRAY['reading'::text, 'recording'::text]))),
  constraint given_answers_taken_check CHECK ((taken = ANY (ARRAY['now'::text, 'again'::text]))),
  constraint given_answers_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint given_answers_pkey PRIMARY KEY (id)
);
CREATE INDEX given_answers_latest ON payments.given_answers USING btree (given_at DESC);
CREATE UNIQUE INDEX given_answers_open ON payments.given_answers USING btree (provider, sha256) WHERE (ended_at IS NULL);
CREATE TRIGGER given_answers_ended BEFORE UPDATE ON payments.given_answers FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION payments.refuse_ended_answers();
CREATE CONSTRAINT TRIGGER given_answers_erased AFTER INSERT OR UPDATE ON payments.given_answers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.ended_at IS NOT NULL)) EXECUTE FUNCTION payments.check_given_answers_erased();
alter table payments.given_answers enable row level security;
create policy worker on payments.given_answers as permissive for all to socle_worker using (true);
grant insert, select on payments.given_answers to socle_worker;
grant update (key_sealed, attempt, begun_at, stage, lines, bytes_read, ended_at, taken, figures, refusal) on payments.given_answers to socle_worker;
comment on table payments.given_answers is 'Files of answers that staff gave on a page: how far each is, what it brought, or why it was refused.';
comment on column payments.given_answers.id is 'Made by the caller.';
comment on column payments.given_answers.provider is 'Who answers.';
comment on column payments.given_answers.name is 'Name of the file as it was sent, without folders.';
comment on column payments.given_answers.size is 'Its bytes.';
comment on column payments.given_answers.sha256 is 'SHA-256 of the file, hexadecimal.';
comment on column payments.given_answers.adapter is 'How the provider was spoken to when the file was given: a worker that knows another way does not read it.';
comment on column payments.given_answers.staff_id is 'Who gave it, in whose name it is taken.';
comment on column payments.given_answers.given_by is 'Name of who gave it.';
comment on column payments.given_answers.given_at is 'When.';
comment on column payments.given_answers.key_sealed is 'Opens the bytes that wait, sealed for this row; null once it has ended.';
comment on column payments.given_answers.attempt is 'Which attempt: more than one where a worker was interrupted.';
comment on column payments.given_answers.begun_at is 'When the present attempt began.';
comment on column payments.given_answers.stage is 'reading: line by line. recording: all was read, and is written to the books.';
comment on column payments.given_answers.lines is 'Lines that the present attempt has read.';
comment on column payments.given_answers.bytes_read is 'Bytes that the present attempt has read.';
comment on column payments.given_answers.ended_at is 'When it was taken, refused or withdrawn.';
comment on column payments.given_answers.taken is 'now: it is in the books by this. again: these bytes were taken before, and nothing changed.';
comment on column payments.given_answers.figures is 'What the file brought: lines, confirmed, returned, reversed, exceptions.';
comment on column payments.given_answers.refusal is 'Why nothing was taken: a code with its facts. Texts of the file leave it after thirty days.';

create table payments.given_answers_piece (
  given_id uuid not null,
  number integer not null,
  bytes bytea not null,
  constraint given_answers_piece_number_check CHECK ((number >= 0)),
  constraint given_answers_piece_given_id_fkey FOREIGN KEY (given_id) REFERENCES payments.given_answers(id),
  constraint given_answers_piece_pkey PRIMARY KEY (given_id, number)
);
alter table payments.given_answers_piece enable row level security;
create policy worker on payments.given_answers_piece as permissive for all to socle_worker using (true);
grant delete, insert, select on payments.given_answers_piece to socle_worker;
comment on table payments.given_answers_piece is 'Bytes of files of answers that wait for a worker, packed and sealed. Gone when the file has ended.';
comment on column payments.given_answers_piece.given_id is 'The file.';
comment on column payments.given_answers_piece.number is 'Place of the piece, from 0.';
comment on column payments.given_answers_piece.bytes is 'A stretch of the sealed file.';

create table payments.instruction (
  run_id uuid not null,
  "position" integer not null,
  payee_id uuid not null,
  payee_name text not null,
  territory text collate "C" not null,
  account_id uuid not null,
  provider text not null,
  amount bigint not null,
  constraint instruction_amount_check CHECK ((amount > 0)),
  constraint instruction_payee_name_check CHECK (((payee_name <> ''::text) AND (payee_name !~ '[[:cntrl:]]'::text))),
  constraint instruction_position_check CHECK (("position" > 0)),
  constraint instruction_pkey PRIMARY KEY (run_id, "position")
);
CREATE INDEX instruction_payee ON payments.instruction USING btree (payee_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.instruction FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER frozen AFTER INSERT ON payments.instruction REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_draft();
alter table payments.instruction enable row level security;
create policy country on payments.instruction as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (EXISTS ( SELECT
   FROM payments.run_total total
  WHERE ((total.run_id = instruction.run_id) AND (split_part(total.purpose, '/'::text, 1) = ( SELECT security.home_country() AS home_country)))))));
create policy file on payments.instruction as restrictive for all to socle_app using (((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))));
create policy programme on payments.instruction as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR payments.lines_granted(run_id, "position")));
create policy territory on payments.instruction as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.instruction as permissive for all to socle_worker using (true);
grant select on payments.instruction to socle_app;
grant select on payments.instruction to socle_worker;
grant insert (run_id, position, payee_id, payee_name, territory, account_id, provider, amount) on payments.instruction to socle_worker;
comment on table payments.instruction is 'One order to pay one payee: a transaction of the payment file.';
comment on column payments.instruction.run_id is 'The run.';
comment on column payments.instruction."position" is 'Its place in the run, by provider, territory and payee; with the run''s reference it is the end-to-end id.';
comment on column payments.instruction.payee_id is 'Who receives.';
comment on column payments.instruction.payee_name is 'Name as given when the run was prepared.';
comment on column payments.instruction.territory is 'Where the payee lives: who may see it.';
comment on column payments.instruction.account_id is 'The account used, as recorded at that time.';
comment on column payments.instruction.provider is 'Who carries the money.';
comment on column payments.instruction.amount is 'Sum of its lines, minor units.';

create table payments.instruction_outcome (
  run_id uuid not null,
  "position" integer not null,
  kind text not null,
  file_id uuid not null,
  line integer not null,
  constraint instruction_outcome_kind_check CHECK ((kind = ANY (ARRAY['confirm'::text, 'return'::text, 'reverse'::text]))),
  constraint instruction_outcome_file_id_line_fkey FOREIGN KEY (file_id, line) REFERENCES payments.answer_line(file_id, line),
  constraint instruction_outcome_run_id_position_fkey FOREIGN KEY (run_id, "position") REFERENCES payments.instruction(run_id, "position"),
  constraint instruction_outcome_pkey PRIMARY KEY (run_id, "position", kind)
);
CREATE INDEX instruction_came_back ON payments.instruction_outcome USING btree (run_id, "position") WHERE (kind = ANY (ARRAY['return'::text, 'reverse'::text]));
CREATE UNIQUE INDEX instruction_ends_once ON payments.instruction_outcome USING btree (run_id, "position") WHERE (kind = ANY (ARRAY['confirm'::text, 'return'::text]));
CREATE INDEX instruction_outcome_file ON payments.instruction_outcome USING btree (file_id, run_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.instruction_outcome FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER cash_stays_paid AFTER INSERT ON payments.instruction_outcome REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_cash_back();
CREATE TRIGGER counter_answers AFTER INSERT ON payments.instruction_outcome REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_foreign_answers();
CREATE TRIGGER reversed_after_confirmed AFTER INSERT ON payments.instruction_outcome REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.check_outcomes();
alter table payments.instruction_outcome enable row level security;
create policy worker on payments.instruction_outcome as permissive for all to socle_worker using (true);
grant insert, select on payments.instruction_outcome to socle_worker;
comment on table payments.instruction_outcome is 'What became of an instruction: confirmed or returned, once; what was confirmed may be reversed, once.';
comment on column payments.instruction_outcome.run_id is 'The run.';
comment on column payments.instruction_outcome."position" is 'The instruction.';
comment on column payments.instruction_outcome.kind is 'The route that its money takes in the ledger.';
comment on column payments.instruction_outcome.file_id is 'The answer that says so.';
comment on column payments.instruction_outcome.line is 'Its line.';

create view payments.ledger_fault with (security_invoker=true) as
 SELECT a.id AS account,
    b.debits,
    b.credits,
    COALESCE(d.total, (0)::numeric) AS debits_posted,
    COALESCE(c.total, (0)::numeric) AS credits_posted
   FROM (((payments.account a
     LEFT JOIN payments.account_balance b ON ((b.account = a.id)))
     LEFT JOIN ( SELECT transfer.debit_account,
            sum(transfer.amount) AS total
           FROM payments.transfer
          GROUP BY transfer.debit_account) d ON ((d.debit_account = a.id)))
     LEFT JOIN ( SELECT transfer.credit_account,
            sum(transfer.amount) AS total
           FROM payments.transfer
          GROUP BY transfer.credit_account) c ON ((c.credit_account = a.id)))
  WHERE (((b.debits)::numeric IS DISTINCT FROM COALESCE(d.total, (0)::numeric)) OR ((b.credits)::numeric IS DISTINCT FROM COALESCE(c.total, (0)::numeric)));
grant select on payments.ledger_fault to socle_app;
grant select on payments.ledger_fault to socle_worker;
comment on view payments.ledger_fault is 'Accounts whose running totals are not the sum of their transfers. Empty, or something is broken.';

create table payments.left_out (
  run_id uuid not null,
  entitlement_id uuid not null,
  payee_id uuid,
  territory text collate "C" not null,
  purpose text not null,
  period text not null,
  amount bigint not null,
  reason text not null,
  code text,
  constraint left_out_payee CHECK (((payee_id IS NULL) = (reason = 'no_recipient'::text))),
  constraint left_out_reason_check CHECK ((reason = ANY (ARRAY['amount_not_positive'::text, 'no_account'::text, 'account_closed'::text, 'name_cannot_be_written'::text, 'no_recipient'::text, 'payee_dead'::text, 'same_person'::text, 'account_shared'::text, 'account_just_changed'::text, 'amount_unusual'::text, 'sanctions'::text, 'decided_stop'::text, 'returned_fix'::text, 'returned_retries'::text, 'returned_stop'::text, 'returned_look'::text, 'returned_doubt'::text]))),
  constraint left_out_pkey PRIMARY KEY (run_id, entitlement_id)
);
CREATE INDEX left_out_entitlement ON payments.left_out USING btree (entitlement_id);
CREATE INDEX left_out_territory ON payments.left_out USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.left_out FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER frozen AFTER INSERT ON payments.left_out REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_draft();
alter table payments.left_out enable row level security;
create policy country on payments.left_out as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(purpose, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on payments.left_out as restrictive for all to socle_app using (((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))));
create policy programme on payments.left_out as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(purpose, territory)));
create policy territory on payments.left_out as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.left_out as permissive for all to socle_worker using (true);
grant select on payments.left_out to socle_app;
grant select on payments.left_out to socle_worker;
grant insert (run_id, entitlement_id, payee_id, territory, purpose, period, amount, reason, code) on payments.left_out to socle_worker;
comment on table payments.left_out is 'Entitlements offered to a run that could not be paid by it, with the reason: the work list of who waits.';
comment on column payments.left_out.run_id is 'The run that left it out.';
comment on column payments.left_out.entitlement_id is 'What is owed.';
comment on column payments.left_out.payee_id is 'Who waits; null where nobody is there to receive.';
comment on column payments.left_out.territory is 'Who may see it.';
comment on column payments.left_out.purpose is 'What it is for.';
comment on column payments.left_out.period is 'The period it is owed for.';
comment on column payments.left_out.amount is 'Minor units.';
comment on column payments.left_out.reason is 'Why: what is missing, what a check found, or why what came back is not sent again by itself.';
comment on column payments.left_out.code is 'Reason code of the carrier, for what came back.';

create table payments.payee_account (
  id uuid not null,
  payee_id uuid not null,
  territory text collate "C" not null,
  kind text not null,
  provider text,
  number text,
  valid_from date not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.recorder() not null,
  number_sealed bytea,
  number_index bytea,
  number_end text,
  number_erased_at timestamp with time zone,
  constraint payee_account_check CHECK (((provider IS NULL) = (kind = 'closed'::text))),
  constraint payee_account_kind_check CHECK ((kind = ANY (ARRAY['bank'::text, 'mobile'::text, 'cash'::text, 'closed'::text]))),
  constraint payee_account_number_end_check CHECK ((char_length(number_end) <= 4)),
  constraint payee_account_number_form CHECK (
CASE kind
    WHEN 'bank'::text THEN (number ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'::text)
    WHEN 'mobile'::text THEN (number ~ '^\+[1-9][0-9]{7,14}$'::text)
    ELSE (number IS NULL)
END),
  constraint payee_account_number_index_check CHECK ((octet_length(number_index) = 16)),
  constraint payee_account_number_once CHECK ((num_nonnulls(number, number_sealed, number_erased_at) =
CASE
    WHEN (kind = ANY (ARRAY['bank'::text, 'mobile'::text])) THEN 1
    ELSE 0
END)),
  constraint payee_account_number_sealed CHECK ((((number_index IS NULL) = (number_sealed IS NULL)) AND ((number_end IS NULL) = ((number_sealed IS NULL) AND (number_erased_at IS NULL))))),
  constraint payee_account_provider_kind_fkey FOREIGN KEY (provider, kind) REFERENCES payments.provider(code, kind),
  constraint payee_account_pkey PRIMARY KEY (id)
);
CREATE INDEX payee_account_in_clear ON payments.payee_account USING btree (id) WHERE (number IS NOT NULL);
CREATE INDEX payee_account_in_force ON payments.payee_account USING btree (payee_id, valid_from DESC, recorded_at DESC, id DESC);
CREATE INDEX payee_account_key ON payments.payee_account USING btree (get_byte(number_sealed, 4), id) WHERE (number_sealed IS NOT NULL);
CREATE INDEX payee_account_number ON payments.payee_account USING btree (number_index) WHERE (number_index IS NOT NULL);
CREATE INDEX payee_account_recorded ON payments.payee_account USING brin (recorded_at) WITH (pages_per_range='32');
CREATE INDEX payee_account_territory ON payments.payee_account USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.payee_account FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER noted AFTER INSERT ON payments.payee_account REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.note_account_changes();
alter table payments.payee_account enable row level security;
create policy file on payments.payee_account as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((payee_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on payments.payee_account as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.payee_account as permissive for all to socle_worker using (true);
grant select on payments.payee_account to socle_app;
grant select on payments.payee_account to socle_worker;
grant insert (id, payee_id, territory, kind, provider, number, valid_from, number_sealed, number_index, number_end) on payments.payee_account to socle_app;
grant insert (id, payee_id, territory, kind, provider, number, valid_from, number_sealed, number_index, number_end) on payments.payee_account to socle_worker;
comment on table payments.payee_account is 'Accounts of payees over time. In force on a day: the last to begin on or before it, the last recorded where two begin together.';
comment on column payments.payee_account.id is 'UUIDv7, made by the caller.';
comment on column payments.payee_account.payee_id is 'Whoever receives; a person, as far as payments knows an opaque id.';
comment on column payments.payee_account.territory is 'Where the payee lived when it was recorded: who may see it.';
comment on column payments.payee_account.kind is 'bank, mobile (wallet), cash (collected in person), or closed: nothing may be sent from that day.';
comment on column payments.payee_account.provider is 'Who carries the money there; null when closed.';
comment on column payments.payee_account.number is 'IBAN, or wallet number with its country, in clear: on its way to be sealed. Null for cash and closed.';
comment on column payments.payee_account.valid_from is 'First day on which it is used.';
comment on column payments.payee_account.recorded_at is 'When we learnt it.';
comment on column payments.payee_account.recorded_by is 'Who recorded it.';
comment on column payments.payee_account.number_sealed is 'The number, sealed for this row (AES-256-GCM, data key of security.column_key).';
comment on column payments.payee_account.number_index is 'The same for equal numbers: to find accounts that several payees share, without opening any.';
comment on column payments.payee_account.number_end is 'Its last four characters, for pages.';
comment on column payments.payee_account.number_erased_at is 'When the number was erased, its time being over.';

create table payments.payee_account_verified (
  account_id uuid not null,
  payee_id uuid not null,
  territory text collate "C" not null,
  means text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  recorded_name text default current_setting('socle.actor_name'::text, true) not null,
  constraint payee_account_verified_means_check CHECK ((means = ANY (ARRAY['holder_paper'::text, 'provider_answer'::text, 'payee_call'::text]))),
  constraint payee_account_verified_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint payee_account_verified_account_id_fkey FOREIGN KEY (account_id) REFERENCES payments.payee_account(id),
  constraint payee_account_verified_pkey PRIMARY KEY (account_id)
);
CREATE INDEX payee_account_verified_payee ON payments.payee_account_verified USING btree (payee_id);
CREATE INDEX payee_account_verified_territory ON payments.payee_account_verified USING btree (territory);
CREATE TRIGGER account_of_two BEFORE INSERT ON payments.payee_account_verified FOR EACH ROW EXECUTE FUNCTION payments.check_account_verified();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.payee_account_verified FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.payee_account_verified enable row level security;
create policy file on payments.payee_account_verified as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((payee_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on payments.payee_account_verified as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.payee_account_verified as permissive for all to socle_worker using (true);
grant select on payments.payee_account_verified to socle_app;
grant select on payments.payee_account_verified to socle_worker;
grant insert (account_id, payee_id, territory, means) on payments.payee_account_verified to socle_app;
grant insert (account_id, payee_id, territory, means) on payments.payee_account_verified to socle_worker;
comment on table payments.payee_account_verified is 'Accounts of which a second person saw that they are the payee''s.';
comment on column payments.payee_account_verified.account_id is 'The account.';
comment on column payments.payee_account_verified.payee_id is 'Whose: that of the account.';
comment on column payments.payee_account_verified.territory is 'Who may see it: that of the account.';
comment on column payments.payee_account_verified.means is 'By what: a paper of the bank or operator with the holder''s name, an answer of the provider, a call to the payee.';
comment on column payments.payee_account_verified.recorded_at is 'When.';
comment on column payments.payee_account_verified.recorded_by is 'By whom: never by who recorded the account.';
comment on column payments.payee_account_verified.recorded_name is 'That name, as it was then.';

create table payments.point (
  id uuid not null,
  provider text not null,
  provider_kind text default 'cash'::text not null,
  code text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint point_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,19}$'::text)),
  constraint point_provider_kind_check CHECK ((provider_kind = 'cash'::text)),
  constraint point_provider_provider_kind_fkey FOREIGN KEY (provider, provider_kind) REFERENCES payments.provider(code, kind),
  constraint point_pkey PRIMARY KEY (id),
  constraint point_provider_code_key UNIQUE (provider, code)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.point FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.point enable row level security;
create policy staff on payments.point as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.point as permissive for all to socle_worker using (true);
grant select on payments.point to socle_app;
grant select on payments.point to socle_worker;
grant insert (id, provider, code) on payments.point to socle_app;
grant insert (id, provider, code) on payments.point to socle_worker;
comment on table payments.point is 'Payment points: places where a provider of cash hands over money. What is known of each is in payments.point_terms.';
comment on column payments.point.id is 'UUIDv7, made by the caller.';
comment on column payments.point.provider is 'The network that it belongs to.';
comment on column payments.point.provider_kind is 'cash: only such a provider has points.';
comment on column payments.point.code is 'Its code in that network, given by the network.';
comment on column payments.point.recorded_at is 'When it was recorded.';
comment on column payments.point.recorded_by is 'Who recorded it.';

create table payments.point_assignment (
  id bigint generated always as identity not null,
  payee_id uuid not null,
  territory text collate "C" not null,
  point uuid not null,
  how text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint point_assignment_how_check CHECK ((how = ANY (ARRAY['nearest'::text, 'chosen'::text]))),
  constraint point_assignment_point_fkey FOREIGN KEY (point) REFERENCES payments.point(id),
  constraint point_assignment_pkey PRIMARY KEY (id)
);
CREATE INDEX point_assignment_payee ON payments.point_assignment USING btree (payee_id, id DESC) INCLUDE (point, how);
CREATE INDEX point_assignment_territory ON payments.point_assignment USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.point_assignment FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.point_assignment enable row level security;
create policy file on payments.point_assignment as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((payee_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (payee_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on payments.point_assignment as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.point_assignment as permissive for all to socle_worker using (true);
grant select on payments.point_assignment to socle_app;
grant select on payments.point_assignment to socle_worker;
grant insert (payee_id, territory, point, how) on payments.point_assignment to socle_app;
grant insert (payee_id, territory, point, how) on payments.point_assignment to socle_worker;
comment on table payments.point_assignment is 'Where payees collect their cash; of one payee, the last recorded is in force.';
comment on column payments.point_assignment.id is 'Order of recording.';
comment on column payments.point_assignment.payee_id is 'Who collects.';
comment on column payments.point_assignment.territory is 'Where the payee lives: who may see it.';
comment on column payments.point_assignment.point is 'The point.';
comment on column payments.point_assignment.how is 'nearest: the nearest with room. chosen: the payee asked for it, and it stays until the payee asks for another or it closes.';
comment on column payments.point_assignment.recorded_at is 'When it was recorded.';
comment on column payments.point_assignment.recorded_by is 'Who recorded it.';

create view payments.point_now with (security_invoker=true) as
 SELECT DISTINCT ON (p.id) p.id,
    p.provider,
    p.code,
    t.name,
    t.territory,
    t.longitude,
    t.latitude,
    t.opening,
    t.agents,
    t.per_day,
    t.closed,
    t.recorded_at,
    t.recorded_by
   FROM (payments.point p
     JOIN payments.point_terms t ON ((t.point = p.id)))
  ORDER BY p.id, t.id DESC;
grant select on payments.point_now to socle_app;
grant select on payments.point_now to socle_worker;
comment on view payments.point_now is 'Payment points as they are.';

create table payments.point_terms (
  id bigint generated always as identity not null,
  point uuid not null,
  name text not null,
  territory text collate "C" not null,
  longitude numeric(8,5),
  latitude numeric(7,5),
  opening text not null,
  agents integer not null,
  per_day integer not null,
  closed boolean default false not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint point_terms_agents_check CHECK (((agents >= 1) AND (agents <= 1000))),
  constraint point_terms_check CHECK (((longitude IS NULL) = (latitude IS NULL))),
  constraint point_terms_latitude_check CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric))),
  constraint point_terms_longitude_check CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric))),
  constraint point_terms_name_check CHECK (((name ~ '\S'::text) AND (char_length(name) <= 60))),
  constraint point_terms_opening_check CHECK ((char_length(opening) <= 100)),
  constraint point_terms_per_day_check CHECK (((per_day >= 1) AND (per_day <= 1000000))),
  constraint point_terms_territory_check CHECK ((territory <> ''::text)),
  constraint point_terms_point_fkey FOREIGN KEY (point) REFERENCES payments.point(id),
  constraint point_terms_pkey PRIMARY KEY (id)
);
CREATE INDEX point_terms_in_force ON payments.point_terms USING btree (point, id DESC);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.point_terms FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.point_terms enable row level security;
create policy file on payments.point_terms as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy staff on payments.point_terms as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.point_terms as permissive for all to socle_worker using (true);
grant select on payments.point_terms to socle_app;
grant select on payments.point_terms to socle_worker;
grant insert (point, name, territory, longitude, latitude, opening, agents, per_day, closed) on payments.point_terms to socle_app;
grant insert (point, name, territory, longitude, latitude, opening, agents, per_day, closed) on payments.point_terms to socle_worker;
comment on table payments.point_terms is 'What is known of a payment point over time; the last recorded is in force.';
comment on column payments.point_terms.id is 'Order of recording.';
comment on column payments.point_terms.point is 'The point.';
comment on column payments.point_terms.name is 'Name that people know it by.';
comment on column payments.point_terms.territory is 'Path of the territory where it stands.';
comment on column payments.point_terms.longitude is 'Degrees east, WGS 84; null where not known.';
comment on column payments.point_terms.latitude is 'Degrees north, WGS 84; null where not known.';
comment on column payments.point_terms.opening is 'Days and hours, as people read them.';
comment on column payments.point_terms.agents is 'How many people pay there at a time.';
comment on column payments.point_terms.per_day is 'How many payees it can serve in a day.';
comment on column payments.point_terms.closed is 'True from the record that closes it: nobody collects there any more.';
comment on column payments.point_terms.recorded_at is 'When it was recorded.';
comment on column payments.point_terms.recorded_by is 'Who recorded it.';

create view payments.posting with (security_invoker=true) as
 SELECT transfer.id AS transfer,
    transfer.kind,
    transfer.debit_account AS account,
    transfer.amount AS debit,
    (0)::bigint AS credit,
    transfer.recorded_at
   FROM payments.transfer
UNION ALL
 SELECT transfer.id AS transfer,
    transfer.kind,
    transfer.credit_account AS account,
    0 AS debit,
    transfer.amount AS credit,
    transfer.recorded_at
   FROM payments.transfer;
grant select on payments.posting to socle_app;
grant select on payments.posting to socle_worker;
comment on view payments.posting is 'The journal: each transfer as its two lines.';

create table payments.provider (
  code text not null,
  name text not null,
  kind text not null,
  bic text,
  debtor_name text not null,
  debtor_account text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint provider_bic_check CHECK ((bic ~ '^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$'::text)),
  constraint provider_code_check CHECK ((code ~ '^[a-z0-9][a-z0-9-]{0,19}$'::text)),
  constraint provider_debtor_account_check CHECK ((debtor_account ~ '^[A-Za-z0-9+][A-Za-z0-9+./-]{0,33}$'::text)),
  constraint provider_debtor_name_check CHECK ((debtor_name <> ''::text)),
  constraint provider_kind_check CHECK ((kind = ANY (ARRAY['bank'::text, 'mobile'::text, 'cash'::text]))),
  constraint provider_name_check CHECK ((name <> ''::text)),
  constraint provider_pkey PRIMARY KEY (code),
  constraint provider_code_kind_key UNIQUE (code, kind)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.provider enable row level security;
create policy service on payments.provider as permissive for select to socle_app using ((( SELECT current_setting('socle.actor_kind'::text, true) AS current_setting) = 'service'::text));
create policy staff on payments.provider as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.provider as permissive for all to socle_worker using (true);
grant select on payments.provider to socle_app;
grant select on payments.provider to socle_worker;
grant insert (code, name, kind, bic, debtor_name, debtor_account) on payments.provider to socle_app;
grant insert (code, name, kind, bic, debtor_name, debtor_account) on payments.provider to socle_worker;
comment on table payments.provider is 'Payment service providers: who carries the money to the payee.';
comment on column payments.provider.code is 'Short code, part of the group id of payment files.';
comment on column payments.provider.name is 'Name as written in payment files.';
comment on column payments.provider.kind is 'Kind of payee account it serves: bank, mobile (wallet) or cash (payment points).';
comment on column payments.provider.bic is 'ISO 9362 code, where it has one.';
comment on column payments.provider.debtor_name is 'Who pays, as written in payment files.';
comment on column payments.provider.debtor_account is 'Our account that the provider debits: an IBAN or its own number.';
comment on column payments.provider.recorded_at is 'When it was recorded.';
comment on column payments.provider.recorded_by is 'Who recorded it.';

create table payments.provider_batch (
  run_id uuid not null,
  provider text not null,
  number integer not null,
  first integer not null,
  last integer not null,
  amount bigint not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  leaves_by text default 'wire'::text not null,
  constraint provider_batch_amount_check CHECK ((amount > 0)),
  constraint provider_batch_check CHECK ((last >= first)),
  constraint provider_batch_first_check CHECK ((first > 0)),
  constraint provider_batch_leaves_by_check CHECK ((leaves_by = 'wire'::text)),
  constraint provider_batch_number_check CHECK ((number > 0)),
  constraint provider_batch_of_the_wire FOREIGN KEY (run_id, provider, leaves_by) REFERENCES payments.run_part(run_id, provider, leaves_by),
  constraint provider_batch_run_id_provider_fkey FOREIGN KEY (run_id, provider) REFERENCES payments.run_group(run_id, provider),
  constraint provider_batch_pkey PRIMARY KEY (run_id, provider, number),
  constraint provider_batch_run_id_first_key UNIQUE (run_id, first)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider_batch FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER batches_of_the_run AFTER INSERT ON payments.provider_batch REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.check_batches();
alter table payments.provider_batch enable row level security;
create policy worker on payments.provider_batch as permissive for all to socle_worker using (true);
grant insert, select on payments.provider_batch to socle_worker;
comment on table payments.provider_batch is 'Instructions of a run that go to a provider''s interface together, under one key.';
comment on column payments.provider_batch.run_id is 'The run.';
comment on column payments.provider_batch.provider is 'The provider.';
comment on column payments.provider_batch.number is 'From 1; with the run''s reference and the provider it is the key under which the provider takes it once.';
comment on column payments.provider_batch.first is 'Position of its first instruction.';
comment on column payments.provider_batch.last is 'Position of its last.';
comment on column payments.provider_batch.amount is 'Sum of its instructions, minor units.';
comment on column payments.provider_batch.recorded_at is 'When it was planned.';
comment on column payments.provider_batch.leaves_by is 'wire: no other part is handed over so.';

create table payments.provider_batch_try (
  run_id uuid not null,
  provider text not null,
  number integer not null,
  attempt integer not null,
  outcome text not null,
  why text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint provider_batch_try_attempt_check CHECK ((attempt > 0)),
  constraint provider_batch_try_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'failed'::text]))),
  constraint provider_batch_try_why_check CHECK ((char_length(why) <= 300)),
  constraint provider_batch_try_run_id_provider_number_fkey FOREIGN KEY (run_id, provider, number) REFERENCES payments.provider_batch(run_id, provider, number),
  constraint provider_batch_try_pkey PRIMARY KEY (run_id, provider, number, attempt)
);
CREATE UNIQUE INDEX provider_batch_accepted ON payments.provider_batch_try USING btree (run_id, provider, number) WHERE (outcome = 'accepted'::text);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider_batch_try FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.provider_batch_try enable row level security;
create policy worker on payments.provider_batch_try as permissive for all to socle_worker using (true);
grant insert, select on payments.provider_batch_try to socle_worker;
comment on table payments.provider_batch_try is 'Attempts to hand a batch over. One that failed says nothing of whether the provider has it: it goes again under the same key.';
comment on column payments.provider_batch_try.run_id is 'The run.';
comment on column payments.provider_batch_try.provider is 'The provider.';
comment on column payments.provider_batch_try.number is 'The batch.';
comment on column payments.provider_batch_try.attempt is 'From 1.';
comment on column payments.provider_batch_try.outcome is 'accepted: the provider has it, said once. failed: nobody knows.';
comment on column payments.provider_batch_try.why is 'What went wrong; empty where it was accepted.';
comment on column payments.provider_batch_try.recorded_at is 'When.';

create table payments.provider_fee (
  id uuid not null,
  provider text not null,
  currency text not null,
  per text not null,
  fixed bigint not null,
  share integer not null,
  rounding text not null,
  valid_from date not null,
  source text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint provider_fee_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint provider_fee_fixed_check CHECK ((fixed >= 0)),
  constraint provider_fee_per_check CHECK ((per = ANY (ARRAY['paid'::text, 'sent'::text]))),
  constraint provider_fee_recorded_by_check CHECK ((recorded_by ~~ 'staff:%'::text)),
  constraint provider_fee_rounding_check CHECK ((rounding = ANY (ARRAY['half_up'::text, 'up'::text, 'down'::text]))),
  constraint provider_fee_share_check CHECK (((share >= 0) AND (share <= 1000000))),
  constraint provider_fee_source_check CHECK (((source ~ '\S'::text) AND (char_length(source) <= 400))),
  constraint provider_fee_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint provider_fee_pkey PRIMARY KEY (id)
);
CREATE INDEX provider_fee_in_force ON payments.provider_fee USING btree (provider, currency, valid_from DESC, recorded_at DESC);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider_fee FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.provider_fee enable row level security;
create policy staff on payments.provider_fee as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.provider_fee as permissive for all to socle_worker using (true);
grant select on payments.provider_fee to socle_app;
grant select on payments.provider_fee to socle_worker;
grant insert (id, provider, currency, per, fixed, share, rounding, valid_from, source) on payments.provider_fee to socle_app;
comment on table payments.provider_fee is 'What a provider asks for a payment, from a day on, until the next terms of the same provider and currency.';
comment on column payments.provider_fee.id is 'Made by the caller.';
comment on column payments.provider_fee.provider is 'The provider.';
comment on column payments.provider_fee.currency is 'Of the payments for which it holds.';
comment on column payments.provider_fee.per is 'paid: asked for payments that reached the payee. sent: for every order, also one that came back.';
comment on column payments.provider_fee.fixed is 'For each payment, minor units.';
comment on column payments.provider_fee.share is 'Of its amount, in millionths, besides.';
comment on column payments.provider_fee.rounding is 'How the share is rounded to minor units, payment by payment.';
comment on column payments.provider_fee.valid_from is 'First day of execution for which it holds.';
comment on column payments.provider_fee.source is 'Contract or decision that says so, with its article.';
comment on column payments.provider_fee.recorded_at is 'When it was said.';
comment on column payments.provider_fee.recorded_by is 'By whom.';

create table payments.provider_file (
  run_id uuid not null,
  provider text not null,
  leaves_by text default 'own_file'::text not null,
  instructions integer not null,
  amount bigint not null,
  format text not null,
  bytes bigint not null,
  sha256 text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint provider_file_bytes_check CHECK ((bytes > 0)),
  constraint provider_file_format_check CHECK ((format ~ '\S'::text)),
  constraint provider_file_leaves_by_check CHECK ((leaves_by = 'own_file'::text)),
  constraint provider_file_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint provider_file_run_id_provider_leaves_by_instructions_amoun_fkey FOREIGN KEY (run_id, provider, leaves_by, instructions, amount) REFERENCES payments.run_part(run_id, provider, leaves_by, instructions, amount),
  constraint provider_file_pkey PRIMARY KEY (run_id, provider, sha256)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider_file FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.provider_file enable row level security;
create policy staff on payments.provider_file as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.provider_file as permissive for all to socle_worker using (true);
grant select on payments.provider_file to socle_app;
grant select on payments.provider_file to socle_worker;
grant insert (run_id, provider, instructions, amount, format, bytes, sha256) on payments.provider_file to socle_app;
grant insert (run_id, provider, instructions, amount, format, bytes, sha256) on payments.provider_file to socle_worker;
comment on table payments.provider_file is 'Files of providers'' own that were written, each text once: the whole of what a run orders of the provider.';
comment on column payments.provider_file.run_id is 'The run.';
comment on column payments.provider_file.provider is 'The provider.';
comment on column payments.provider_file.leaves_by is 'own_file: no other part is written so.';
comment on column payments.provider_file.instructions is 'Number of payments in it: that of the part.';
comment on column payments.provider_file.amount is 'Their sum, minor units: that of the part.';
comment on column payments.provider_file.format is 'The form of the provider.';
comment on column payments.provider_file.bytes is 'Length of the file.';
comment on column payments.provider_file.sha256 is 'SHA-256 of the file, hexadecimal.';
comment on column payments.provider_file.recorded_at is 'When it was first written.';
comment on column payments.provider_file.recorded_by is 'Who wrote it.';

create table payments.provider_reason (
  provider text not null,
  code text not null,
  iso text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint provider_reason_code_check CHECK (((code ~ '\S'::text) AND (char_length(code) <= 35))),
  constraint provider_reason_iso_check CHECK ((iso ~ '^[A-Z0-9]{4}$'::text)),
  constraint provider_reason_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint provider_reason_pkey PRIMARY KEY (provider, code)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.provider_reason FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.provider_reason enable row level security;
create policy worker on payments.provider_reason as permissive for all to socle_worker using (true);
grant select on payments.provider_reason to socle_worker;
grant insert (provider, code, iso) on payments.provider_reason to socle_worker;
comment on table payments.provider_reason is 'What a provider''s own reason codes mean, as the ISO 20022 external code that says the same.';
comment on column payments.provider_reason.provider is 'The provider.';
comment on column payments.provider_reason.code is 'Its code, as its answers write it.';
comment on column payments.provider_reason.iso is 'The external code of ISO 20022.';
comment on column payments.provider_reason.recorded_at is 'When it was said.';
comment on column payments.provider_reason.recorded_by is 'By whom.';

create view payments.published_attempt with (security_invoker=true) as
 SELECT l.entitlement_id,
    l.purpose,
    l.amount,
    r.budget_line,
    payments.attempt_is_over(l.run_id, l."position", l.entitlement_id) AS over,
    ((EXISTS ( SELECT
           FROM payments.instruction_outcome o
          WHERE ((o.run_id = l.run_id) AND (o."position" = l."position") AND (o.kind = 'confirm'::text)))) AND (NOT (EXISTS ( SELECT
           FROM payments.instruction_outcome o
          WHERE ((o.run_id = l.run_id) AND (o."position" = l."position") AND (o.kind = 'reverse'::text)))))) AS received
   FROM (payments.run_line l
     JOIN payments.run r ON ((r.id = l.run_id)))
  WHERE (NOT (EXISTS ( SELECT
           FROM payments.run_line n
          WHERE ((n.entitlement_id = l.entitlement_id) AND (n.attempt > l.attempt)))));
grant select on payments.published_attempt to socle_worker;
comment on view payments.published_attempt is 'The last attempt to pay each entitlement, for the module that says what is owed.';
comment on column payments.published_attempt.entitlement_id is 'What is owed.';
comment on column payments.published_attempt.purpose is 'What for.';
comment on column payments.published_attempt.amount is 'Amount of the attempt, minor units.';
comment on column payments.published_attempt.budget_line is 'The book that pays it.';
comment on column payments.published_attempt.over is 'Whether it came to nothing for certain, so that it may be tried again.';
comment on column payments.published_attempt.received is 'Whether the payee has the money, as far as is known.';

create view payments.published_came_back with (security_invoker=true) as
 SELECT l.entitlement_id,
    l.purpose
   FROM (payments.instruction_outcome o
     JOIN payments.run_line l ON (((l.run_id = o.run_id) AND (l."position" = o."position"))))
  WHERE ((o.kind = ANY (ARRAY['return'::text, 'reverse'::text])) AND (NOT (EXISTS ( SELECT
           FROM payments.run_line n
          WHERE ((n.entitlement_id = l.entitlement_id) AND (n.attempt > l.attempt))))));
grant select on payments.published_came_back to socle_worker;
comment on view payments.published_came_back is 'Entitlements whose last payment came back, for the module that says what is owed: they join its next run.';
comment on column payments.published_came_back.entitlement_id is 'What is owed.';
comment on column payments.published_came_back.purpose is 'What for.';

create view payments.published_left_out with (security_invoker=true) as
 SELECT DISTINCT entitlement_id,
    purpose
   FROM payments.left_out w
  WHERE (NOT (EXISTS ( SELECT
           FROM payments.run_line l
          WHERE (l.entitlement_id = w.entitlement_id))));
grant select on payments.published_left_out to socle_worker;
comment on view payments.published_left_out is 'Entitlements that waited when a run was drafted and that no run has taken since: they join the next run.';
comment on column payments.published_left_out.entitlement_id is 'What is owed.';
comment on column payments.published_left_out.purpose is 'What for.';

create view payments.published_named_run with (security_invoker=true) as
 SELECT id,
    recorded_at,
    reference,
    ( SELECT max(e.recorded_at) AS max
           FROM payments.run_event e
          WHERE ((e.run_id = r.id) AND (e.state = ANY (ARRAY['sent'::text, 'cancelled'::text])))) AS ended_at
   FROM payments.run r
  WHERE (NOT (EXISTS ( SELECT
           FROM payments.anonymised_block b
          WHERE (b.run_id = r.id))));
grant select on payments.published_named_run to socle_worker;
comment on view payments.published_named_run is 'Runs whose instructions still name payees.';
comment on column payments.published_named_run.id is 'Run.';
comment on column payments.published_named_run.recorded_at is 'When it was prepared.';
comment on column payments.published_named_run.reference is 'Its reference.';
comment on column payments.published_named_run.ended_at is 'When it was sent or cancelled; null while it is under way.';

create view payments.published_numbered_account with (security_invoker=true) as
 SELECT id,
    payee_id,
    recorded_at
   FROM payments.payee_account
  WHERE (num_nonnulls(number, number_sealed) = 1);
grant select on payments.published_numbered_account to socle_worker;
comment on view payments.published_numbered_account is 'Accounts whose number is kept.';
comment on column payments.published_numbered_account.id is 'Account.';
comment on column payments.published_numbered_account.payee_id is 'Payee.';
comment on column payments.published_numbered_account.recorded_at is 'When it was recorded.';

create view payments.published_payee_activity with (security_invoker=true) as
 SELECT i.payee_id,
    r.recorded_at AS at
   FROM (payments.instruction i
     JOIN payments.run r ON ((r.id = i.run_id)));
grant select on payments.published_payee_activity to socle_worker;
comment on view payments.published_payee_activity is 'When a payee was paid.';
comment on column payments.published_payee_activity.payee_id is 'Payee.';
comment on column payments.published_payee_activity.at is 'When the run was prepared.';

create table payments.route (
  kind text not null,
  debit_kind text not null,
  credit_kind text not null,
  says text not null,
  constraint route_pkey PRIMARY KEY (kind)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.route FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant select on payments.route to socle_app;
grant select on payments.route to socle_worker;
comment on table payments.route is 'The only ways money moves between kinds of account.';
comment on column payments.route.kind is 'Name of the movement.';
comment on column payments.route.debit_kind is 'Kind of the account debited: where the money leaves.';
comment on column payments.route.credit_kind is 'Kind of the account credited: where it arrives.';
comment on column payments.route.says is 'What it means.';

create table payments.run (
  id uuid not null,
  reference text not null,
  budget_line text not null,
  label text not null,
  period text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint run_label_check CHECK (((label ~ '[A-Za-z0-9]'::text) AND (char_length(label) <= 100))),
  constraint run_period_check CHECK ((period <> ''::text)),
  constraint run_reference_check CHECK ((reference ~ '^[0-9A-Z]{10}$'::text)),
  constraint run_budget_line_fkey FOREIGN KEY (budget_line) REFERENCES payments.budget_line(code),
  constraint run_pkey PRIMARY KEY (id),
  constraint run_reference_key UNIQUE (reference)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE CONSTRAINT TRIGGER run_is_drafted AFTER INSERT ON payments.run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_run_is_drafted();
alter table payments.run enable row level security;
create policy staff on payments.run as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run as permissive for all to socle_worker using (true);
grant select on payments.run to socle_app;
grant select on payments.run to socle_worker;
grant insert (id, reference, budget_line, label, period) on payments.run to socle_worker;
comment on table payments.run is 'A payment run: what one budget line pays for one period, prepared, approved and sent as a whole.';
comment on column payments.run.id is 'UUIDv7, made by the caller: preparing again with the same id answers the same run.';
comment on column payments.run.reference is 'Ten characters drawn from the id: message id of the file, beginning of every end-to-end id.';
comment on column payments.run.budget_line is 'The line that pays.';
comment on column payments.run.label is 'What payees read beside the amount, before the period.';
comment on column payments.run.period is 'The period it pays, as the caller names it: 2026-12.';
comment on column payments.run.recorded_at is 'When it was prepared.';
comment on column payments.run.recorded_by is 'Who prepared it: the maker.';

create table payments.run_event (
  run_id uuid not null,
  state text not null,
  instructions integer,
  amount bigint,
  content_hash text,
  reason text,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  recorded_name text default current_setting('socle.actor_name'::text, true) not null,
  constraint run_event_check CHECK ((num_nonnulls(instructions, amount, content_hash) =
CASE
    WHEN (state = ANY (ARRAY['drafted'::text, 'approved'::text])) THEN 3
    ELSE 0
END)),
  constraint run_event_check1 CHECK (((reason IS NOT NULL) = (state = 'cancelled'::text))),
  constraint run_event_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint run_event_reason_check CHECK ((reason <> ''::text)),
  constraint run_event_state_check CHECK ((state = ANY (ARRAY['drafted'::text, 'approved'::text, 'file_made'::text, 'sent'::text, 'cancelled'::text]))),
  constraint run_event_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint run_event_pkey PRIMARY KEY (run_id, state)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_event FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER approval_limit AFTER INSERT ON payments.run_event FOR EACH ROW WHEN ((new.state = 'approved'::text)) EXECUTE FUNCTION payments.check_approval_limit();
CREATE TRIGGER checker_is_far AFTER INSERT ON payments.run_event FOR EACH ROW WHEN (((new.state = 'approved'::text) AND (new.recorded_by ~ '^staff:[0-9a-f-]{36}$'::text))) EXECUTE FUNCTION payments.check_approver_is_far();
CREATE CONSTRAINT TRIGGER paid_again AFTER INSERT ON payments.run_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.state = ANY (ARRAY['approved'::text, 'file_made'::text]))) EXECUTE FUNCTION payments.check_paid_again();
CREATE TRIGGER parts_written AFTER INSERT ON payments.run_event FOR EACH ROW WHEN ((new.state = 'sent'::text)) EXECUTE FUNCTION payments.check_parts_written();
CREATE CONSTRAINT TRIGGER run_postings AFTER INSERT ON payments.run_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_run_postings();
CREATE TRIGGER run_step BEFORE INSERT ON payments.run_event FOR EACH ROW EXECUTE FUNCTION payments.run_step();
alter table payments.run_event enable row level security;
create policy staff on payments.run_event as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_event as permissive for all to socle_worker using (true);
grant select on payments.run_event to socle_app;
grant select on payments.run_event to socle_worker;
grant insert (run_id, state, instructions, amount, content_hash, reason) on payments.run_event to socle_app;
grant insert (run_id, state, instructions, amount, content_hash, reason) on payments.run_event to socle_worker;
comment on table payments.run_event is 'What happened to a run; its state is a fold over these. Each happens at most once.';
comment on column payments.run_event.run_id is 'The run.';
comment on column payments.run_event.state is 'What it became.';
comment on column payments.run_event.instructions is 'When drafted and approved: number of instructions.';
comment on column payments.run_event.amount is 'When drafted and approved: their sum, minor units.';
comment on column payments.run_event.content_hash is 'When drafted and approved: payments.run_hash, hexadecimal.';
comment on column payments.run_event.reason is 'When cancelled: why.';
comment on column payments.run_event.recorded_at is 'When.';
comment on column payments.run_event.recorded_by is 'Who.';
comment on column payments.run_event.recorded_name is 'Name of who, as it was then.';

create table payments.run_file (
  run_id uuid not null,
  format text not null,
  created_at text not null,
  execution_date date not null,
  bytes bigint not null,
  sha256 text not null,
  constraint run_file_bytes_check CHECK ((((bytes > 0) = (format <> 'none'::text)) AND (bytes >= 0))),
  constraint run_file_format_check CHECK ((format = ANY (ARRAY['pain.001.001.03'::text, 'pain.001.001.12'::text, 'none'::text]))),
  constraint run_file_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint run_file_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint run_file_pkey PRIMARY KEY (run_id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_file FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER whole_envelope AFTER INSERT ON payments.run_file FOR EACH ROW EXECUTE FUNCTION payments.check_envelope();
alter table payments.run_file enable row level security;
create policy staff on payments.run_file as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_file as permissive for all to socle_worker using (true);
grant select on payments.run_file to socle_app;
grant select on payments.run_file to socle_worker;
grant insert (run_id, format, created_at, execution_date, bytes, sha256) on payments.run_file to socle_app;
grant insert (run_id, format, created_at, execution_date, bytes, sha256) on payments.run_file to socle_worker;
comment on table payments.run_file is 'The one payment file of a run: enough to write the same bytes again, and to know them.';
comment on column payments.run_file.run_id is 'The run.';
comment on column payments.run_file.format is 'ISO 20022 message and version; none where every part leaves by another way.';
comment on column payments.run_file.created_at is 'Creation time written in the file.';
comment on column payments.run_file.execution_date is 'Day on which providers are asked to pay.';
comment on column payments.run_file.bytes is 'Length of the file; 0 where there is none.';
comment on column payments.run_file.sha256 is 'SHA-256 of the file, hexadecimal.';

create table payments.run_group (
  run_id uuid not null,
  provider text not null,
  instructions integer not null,
  amount bigint not null,
  constraint run_group_amount_check CHECK ((amount > 0)),
  constraint run_group_instructions_check CHECK ((instructions > 0)),
  constraint run_group_provider_fkey FOREIGN KEY (provider) REFERENCES payments.provider(code),
  constraint run_group_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint run_group_pkey PRIMARY KEY (run_id, provider),
  constraint run_group_run_id_provider_instructions_amount_key UNIQUE (run_id, provider, instructions, amount)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_group FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER frozen AFTER INSERT ON payments.run_group REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_draft();
alter table payments.run_group enable row level security;
create policy staff on payments.run_group as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_group as permissive for all to socle_worker using (true);
grant select on payments.run_group to socle_app;
grant select on payments.run_group to socle_worker;
grant insert (run_id, provider, instructions, amount) on payments.run_group to socle_worker;
comment on table payments.run_group is 'What one provider carries for a run: a PmtInf of the file.';
comment on column payments.run_group.run_id is 'The run.';
comment on column payments.run_group.provider is 'The provider.';
comment on column payments.run_group.instructions is 'Number of its instructions.';
comment on column payments.run_group.amount is 'Their sum, minor units.';

create table payments.run_line (
  entitlement_id uuid not null,
  attempt smallint not null,
  run_id uuid not null,
  "position" integer not null,
  territory text collate "C" not null,
  purpose text not null,
  period text not null,
  amount bigint not null,
  constraint run_line_amount_check CHECK ((amount > 0)),
  constraint run_line_attempt_check CHECK ((attempt > 0)),
  constraint run_line_period_check CHECK ((period <> ''::text)),
  constraint run_line_purpose_check CHECK ((purpose <> ''::text)),
  constraint run_line_pkey PRIMARY KEY (entitlement_id, attempt)
);
CREATE INDEX run_line_again ON payments.run_line USING btree (run_id) WHERE (attempt > 1);
CREATE INDEX run_line_position ON payments.run_line USING btree (run_id, "position");
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_line FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER frozen AFTER INSERT ON payments.run_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_draft();
CREATE TRIGGER nobody_paid_twice AFTER INSERT ON payments.run_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_second_payment();
alter table payments.run_line enable row level security;
create policy country on payments.run_line as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(purpose, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on payments.run_line as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy programme on payments.run_line as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(purpose, territory)));
create policy territory on payments.run_line as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on payments.run_line as permissive for all to socle_worker using (true);
grant select on payments.run_line to socle_app;
grant select on payments.run_line to socle_worker;
grant insert (entitlement_id, attempt, run_id, position, territory, purpose, period, amount) on payments.run_line to socle_worker;
comment on table payments.run_line is 'What an instruction pays for: one entitlement. Its key is the promise that nobody is paid twice: another attempt exists only after the one before is over.';
comment on column payments.run_line.entitlement_id is 'What is owed, as its owner names it.';
comment on column payments.run_line.attempt is '1, then one more each time the attempt before came to nothing.';
comment on column payments.run_line.run_id is 'The run.';
comment on column payments.run_line."position" is 'The instruction of the run that pays it.';
comment on column payments.run_line.territory is 'Who may see it.';
comment on column payments.run_line.purpose is 'What it is for, as the caller names it (a programme).';
comment on column payments.run_line.period is 'The period it is owed for.';
comment on column payments.run_line.amount is 'Minor units of the budget line''s currency.';

create table payments.run_part (
  run_id uuid not null,
  provider text not null,
  leaves_by text not null,
  instructions integer not null,
  amount bigint not null,
  constraint run_part_leaves_by_check CHECK ((leaves_by = ANY (ARRAY['run_file'::text, 'own_file'::text, 'wire'::text, 'counter'::text]))),
  constraint run_part_run_id_provider_instructions_amount_fkey FOREIGN KEY (run_id, provider, instructions, amount) REFERENCES payments.run_group(run_id, provider, instructions, amount),
  constraint run_part_pkey PRIMARY KEY (run_id, provider),
  constraint run_part_run_id_provider_leaves_by_instructions_amount_key UNIQUE (run_id, provider, leaves_by, instructions, amount),
  constraint run_part_run_id_provider_leaves_by_key UNIQUE (run_id, provider, leaves_by)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_part FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER cash_one_way AFTER INSERT ON payments.run_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.check_part_of_cash();
CREATE CONSTRAINT TRIGGER part_with_file AFTER INSERT ON payments.run_part DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_part_has_file();
CREATE TRIGGER settled_with_the_file AFTER INSERT ON payments.run_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_file();
alter table payments.run_part enable row level security;
create policy staff on payments.run_part as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_part as permissive for all to socle_worker using (true);
grant select on payments.run_part to socle_app;
grant select on payments.run_part to socle_worker;
grant insert (run_id, provider, leaves_by, instructions, amount) on payments.run_part to socle_app;
grant insert (run_id, provider, leaves_by, instructions, amount) on payments.run_part to socle_worker;
comment on table payments.run_part is 'The one way by which what a run orders of a provider leaves, settled when the file is made.';
comment on column payments.run_part.run_id is 'The run.';
comment on column payments.run_part.provider is 'The provider.';
comment on column payments.run_part.leaves_by is 'run_file: in the run''s pain.001. own_file: in a file of the provider''s own form. wire: in batches, to its interface. counter: nowhere, agents of ours hand it over at payment points.';
comment on column payments.run_part.instructions is 'Number of its instructions: that of its group.';
comment on column payments.run_part.amount is 'Their sum, minor units: that of its group.';

create table payments.run_posting (
  run_id uuid not null,
  provider text not null,
  purpose text not null,
  kind text not null,
  transfer uuid not null,
  constraint run_posting_kind_check CHECK ((kind = ANY (ARRAY['commit'::text, 'release'::text, 'send'::text]))),
  constraint run_posting_run_id_provider_purpose_fkey FOREIGN KEY (run_id, provider, purpose) REFERENCES payments.run_total(run_id, provider, purpose),
  constraint run_posting_transfer_fkey FOREIGN KEY (transfer) REFERENCES payments.transfer(id),
  constraint run_posting_pkey PRIMARY KEY (run_id, provider, purpose, kind),
  constraint run_posting_transfer_key UNIQUE (transfer)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_posting FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table payments.run_posting enable row level security;
create policy staff on payments.run_posting as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_posting as permissive for all to socle_worker using (true);
grant select on payments.run_posting to socle_app;
grant select on payments.run_posting to socle_worker;
grant insert (run_id, provider, purpose, kind, transfer) on payments.run_posting to socle_app;
grant insert (run_id, provider, purpose, kind, transfer) on payments.run_posting to socle_worker;
comment on table payments.run_posting is 'Which transfers of the ledger are of which run. One of each kind per total.';
comment on column payments.run_posting.run_id is 'The run.';
comment on column payments.run_posting.provider is 'The provider.';
comment on column payments.run_posting.purpose is 'The purpose.';
comment on column payments.run_posting.kind is 'Kind of the transfer.';
comment on column payments.run_posting.transfer is 'The transfer.';

create table payments.run_restore (
  run_id uuid not null,
  budget_line text not null,
  purpose text not null,
  transfer uuid not null,
  constraint run_restore_budget_line_fkey FOREIGN KEY (budget_line) REFERENCES payments.budget_line(code),
  constraint run_restore_run_id_fkey FOREIGN KEY (run_id) REFERENCES payments.run(id),
  constraint run_restore_transfer_fkey FOREIGN KEY (transfer) REFERENCES payments.transfer(id),
  constraint run_restore_pkey PRIMARY KEY (run_id, budget_line, purpose),
  constraint run_restore_transfer_key UNIQUE (transfer)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_restore FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER not_yet_approved BEFORE INSERT ON payments.run_restore FOR EACH ROW EXECUTE FUNCTION payments.check_restore();
CREATE CONSTRAINT TRIGGER run_restored AFTER INSERT ON payments.run_restore DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_restore();
alter table payments.run_restore enable row level security;
create policy staff on payments.run_restore as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_restore as permissive for all to socle_worker using (true);
grant insert, select on payments.run_restore to socle_app;
grant insert, select on payments.run_restore to socle_worker;
comment on table payments.run_restore is 'Money that had come back and that a run pays again: what its approval put back on the budget line that had paid.';
comment on column payments.run_restore.run_id is 'The run that pays again.';
comment on column payments.run_restore.budget_line is 'The line that had paid.';
comment on column payments.run_restore.purpose is 'What for.';
comment on column payments.run_restore.transfer is 'The transfer, from returned to the budget line.';

create table payments.run_staging (
  run_id uuid not null,
  entitlement_id uuid not null,
  payee_id uuid,
  payee_name text,
  territory text collate "C" not null,
  purpose text not null,
  period text not null,
  amount bigint not null,
  constraint run_staging_pkey PRIMARY KEY (run_id, entitlement_id)
);
grant delete, insert, select on payments.run_staging to socle_worker;
comment on table payments.run_staging is 'Lines on their way into a run, inside the transaction that drafts it. The worker''s role alone reaches it.';
comment on column payments.run_staging.run_id is 'The run being drafted.';
comment on column payments.run_staging.entitlement_id is 'What is owed.';
comment on column payments.run_staging.payee_id is 'Who receives; null where nobody is there to.';
comment on column payments.run_staging.payee_name is 'Name in Latin letters; null with the payee.';
comment on column payments.run_staging.territory is 'Where the payee lives.';
comment on column payments.run_staging.purpose is 'What it is for.';
comment on column payments.run_staging.period is 'The period it is owed for.';
comment on column payments.run_staging.amount is 'Minor units.';

create table payments.run_total (
  run_id uuid not null,
  provider text not null,
  purpose text not null,
  lines integer not null,
  amount bigint not null,
  constraint run_total_amount_check CHECK ((amount > 0)),
  constraint run_total_lines_check CHECK ((lines > 0)),
  constraint run_total_run_id_provider_fkey FOREIGN KEY (run_id, provider) REFERENCES payments.run_group(run_id, provider),
  constraint run_total_pkey PRIMARY KEY (run_id, provider, purpose)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.run_total FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER frozen AFTER INSERT ON payments.run_total REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_after_draft();
alter table payments.run_total enable row level security;
create policy staff on payments.run_total as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.run_total as permissive for all to socle_worker using (true);
grant select on payments.run_total to socle_app;
grant select on payments.run_total to socle_worker;
grant insert (run_id, provider, purpose, lines, amount) on payments.run_total to socle_worker;
comment on table payments.run_total is 'What a run pays by provider and purpose: the grain of its postings. From a posting through here to each line and payee.';
comment on column payments.run_total.run_id is 'The run.';
comment on column payments.run_total.provider is 'The provider.';
comment on column payments.run_total.purpose is 'The purpose.';
comment on column payments.run_total.lines is 'Number of lines.';
comment on column payments.run_total.amount is 'Their sum, minor units; equals each of its postings.';

create table payments.transfer (
  id uuid not null,
  kind text not null,
  debit_account integer not null,
  credit_account integer not null,
  amount bigint not null,
  reason text,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default payments.actor() not null,
  constraint transfer_amount_check CHECK ((amount > 0)),
  constraint transfer_check CHECK ((debit_account <> credit_account)),
  constraint transfer_reason_check CHECK ((reason <> ''::text)),
  constraint transfer_credit_account_fkey FOREIGN KEY (credit_account) REFERENCES payments.account(id),
  constraint transfer_debit_account_fkey FOREIGN KEY (debit_account) REFERENCES payments.account(id),
  constraint transfer_kind_fkey FOREIGN KEY (kind) REFERENCES payments.route(kind),
  constraint transfer_pkey PRIMARY KEY (id)
);
CREATE INDEX transfer_credit ON payments.transfer USING btree (credit_account, recorded_at) INCLUDE (amount);
CREATE INDEX transfer_debit ON payments.transfer USING btree (debit_account, recorded_at) INCLUDE (amount);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payments.transfer FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE CONSTRAINT TRIGGER debits_equal_credits AFTER INSERT ON payments.transfer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.check_books();
CREATE TRIGGER post_transfers AFTER INSERT ON payments.transfer REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION payments.post_transfers();
alter table payments.transfer enable row level security;
create policy staff on payments.transfer as permissive for all to socle_app using ((payments.actor() IS NOT NULL));
create policy worker on payments.transfer as permissive for all to socle_worker using (true);
grant select on payments.transfer to socle_app;
grant select on payments.transfer to socle_worker;
grant insert (id, kind, debit_account, credit_account, amount, reason) on payments.transfer to socle_app;
grant insert (id, kind, debit_account, credit_account, amount, reason) on payments.transfer to socle_worker;
comment on table payments.transfer is 'Movements of money, each debiting one account and crediting another. Nothing posted is edited; a correction is another transfer.';
comment on column payments.transfer.id is 'Made by the caller and kept for retries: the same id posts once.';
comment on column payments.transfer.kind is 'The route it takes.';
comment on column payments.transfer.debit_account is 'Where the money leaves.';
comment on column payments.transfer.credit_account is 'Where it arrives.';
comment on column payments.transfer.amount is 'Minor units of the budget line''s currency.';
comment on column payments.transfer.reason is 'Why, in words, where the route does not say it all.';
comment on column payments.transfer.recorded_at is 'When it was posted. Accounts are locked first, so that the times of one account follow the order of its balances.';
comment on column payments.transfer.recorded_by is 'Who posted it.';

-- households ----------------------------------------------------------------------------------------------------------

comment on schema households is 'Households: declarations, membership over time, who receives, scores, and imports of files.';

CREATE OR REPLACE FUNCTION households.analyze_register()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  analyze households.household;
  analyze households.membership;
  analyze households.recipient;
  analyze households.declaration (household_id, id, effective_on, recorded_at)
$function$;
comment on function households.analyze_register() is 'Tells the planner what the register of households holds.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.analyze_staging()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET default_statistics_target TO '10'
AS $function$
  analyze households.import_household (attempt, line, source_id);
  analyze households.import_member (attempt, line, household, source_id);
  analyze households.import_reject (attempt, file, line, source_id, household)
$function$;
comment on function households.analyze_staging() is 'Tells the planner what the staging tables hold.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.anonymise(ids uuid[], dates text[], places text[], parts integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  leaving uuid[];
  done integer;
begin
  -- Whoever adds to one of these waits, or has been seen.
  perform from households.household h where h.id = any (ids) order by h.id for update;
  perform households.keep_lines(array(select d.id from households.declaration d where d.household_id = any (ids)));
  insert into households.anonymised (series, place, country, territory, effective_month, weight, modelled, facts, members)
  select drawn.series, row_number() over (partition by h.id order by d.effective_on, d.recorded_at, d.id), h.country,
    array_to_string((string_to_array(rtrim(h.territory, '.'), '.'))[1:parts], '.'), to_char(d.effective_on, 'YYYY-MM'),
    h.weight, h.modelled, households.generalised(d.facts, dates, places, parts),
    (select coalesce(jsonb_agg(households.generalised(m.member -> 'facts', dates, places, parts) order by m.place), '[]')
      from jsonb_array_elements(d.members) with ordinality as m (member, place))
  from (select h.id, gen_random_uuid() as series from households.household h where h.id = any (ids)) as drawn
    join households.household h on h.id = drawn.id
    join households.declaration d on d.household_id = h.id;
  -- Whoever belongs, belonged or receives elsewhere stays with that household.
  leaving := array(
    select distinct m.person_id from households.membership m where m.household_id = any (ids)
      and not exists (select from households.membership o
        where o.person_id = m.person_id and o.household_id <> all (ids))
      and not exists (select from households.recipient r
        where r.person_id = m.person_id and r.household_id <> all (ids)));
  perform security.open_rewriting('households.declaration', 'households.recipient', 'households.score');
  delete from households.score where household_id = any (ids);
  delete from households.recipient where household_id = any (ids);
  delete from households.membership where household_id = any (ids);
  delete from households.declaration where household_id = any (ids);
  delete from households.household where id = any (ids);
  get diagnostics done = row_count;
  perform security.close_rewriting();
  perform population.erase_persons(leaving);
  return done;
end
$function$;
comment on function households.anonymise(uuid[],text[],text[],integer) is 'Reviewed rewriting: households whose time has ended leave the register with their members; what they said stays in households.anonymised. Answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.check_given_feed_erased()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from households.given_feed_piece p where p.feed_id = new.feed_id) then
    raise exception 'feed % has ended and its bytes still wait', new.feed_id
      using errcode = 'check_violation', constraint = 'given_feed_erased';
  end if;
  return null;
end
$function$;
comment on function households.check_given_feed_erased() is 'Constraint trigger, at commit: nothing is kept of a file that has ended.';

CREATE OR REPLACE FUNCTION households.check_recipient()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if new.transfer_id is not null and not exists (
    select from households.recipient_transfer t
      join security.published_carried_out p on p.id = t.id and p.kind = 'recipient_transfer'
        and p.content::jsonb ->> 'household' = t.household_id::text and p.content::jsonb ->> 'person' = t.person_id::text
    where t.household_id = new.household_id and t.id = new.transfer_id and t.person_id = new.person_id
      and t.capacity = new.capacity and t.effective_on = new.effective_on and t.until_on is not distinct from new.until_on) then
    raise exception 'who receives in another''s place is who one person proposed and another approved'
      using errcode = 'check_violation', constraint = 'recipient_of_two';
  end if;
  return new;
end
$function$;
comment on function households.check_recipient() is 'Trigger: a transfer of the recipient is exactly what two persons decided.';
-- execute: public

CREATE OR REPLACE FUNCTION households.close_files(of_country text, number text, of_person uuid)
 RETURNS TABLE(household_id uuid, territory text, files uuid[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select h.id, h.territory, array_agg(m.person_id) filter (where m.person_id is not null) || h.id
  from households.household h left join households.membership m on m.household_id = h.id and m.ended_at is null
  where h.country = of_country and h.source_id = number
  group by h.id having of_person is null or of_person = any (array_agg(m.person_id))
$function$;
comment on function households.close_files(text,text,uuid) is 'The household of a number, wherever it lives, and the files that close or open with it. For declaring a conflict and for emergencies: neither needs the right to read it, and both are recorded.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.count_copies(of_country text, of_actor text, answers jsonb, days integer, except_household uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(distinct d.household_id)::int
  from households.declaration d join households.household h on h.id = d.household_id
  where d.actor = of_actor and d.channel in ('desk', 'field') and d.recorded_at >= now() - make_interval(days => days)
    and h.country = of_country and d.household_id is distinct from except_household and (d.facts - 'territory') = answers
$function$;
comment on function households.count_copies(text,text,jsonb,integer,uuid) is 'Reviewed: for how many other households the same member of staff recorded all the same answers lately: not which.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.count_register(of_country text)
 RETURNS TABLE(households integer, members integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not security.serves(of_country) then
    return query select 0, 0;
    return;
  end if;
  return query execute format(
    'select (select count(*)::int from households.household as h where h.country = $1 and %1$s),
       (select count(*)::int from households.membership as m join households.household as h on h.id = m.household_id
        where h.country = $1 and m.ended_at is null and %1$s)', security.territory_condition('h.territory'))
    using of_country;
end
$function$;
comment on function households.count_register(text) is 'Households of the actor''s territories in a country, and who belongs to them today.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.declares(household uuid, of_household text[], of_members text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from households.declaration d
    where d.household_id = household and households.says(d.facts, d.members, of_household, of_members))
$function$;
comment on function households.declares(uuid,text[],text[]) is 'Did a household ever say one of these facts, as far as is still kept?';
-- execute: public

CREATE OR REPLACE FUNCTION households.drop_stale_drafts(of_country text, before date)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with gone as (
    delete from households.draft where country = of_country and state <> 'sent' and saved_at < before returning 1
  )
  select count(*)::integer from gone
$function$;
comment on function households.drop_stale_drafts(text,date) is 'Removes drafts that nobody has saved since a day, and those dropped before it, with their papers: what a family did not send is not kept. Answers how many.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.erase_facts(ids uuid[], of_household text[], of_members text[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  holding uuid[];
begin
  holding := array(select d.id from households.declaration d
    where d.household_id = any (ids) and households.says(d.facts, d.members, of_household, of_members));
  perform households.keep_lines(holding);
  perform security.open_rewriting('households.declaration');
  update households.declaration d
  set facts = d.facts - of_household,
    members = (select coalesce(jsonb_agg(jsonb_set(m.member, '{facts}', (m.member -> 'facts') - of_members) order by m.place), '[]')
      from jsonb_array_elements(d.members) with ordinality as m (member, place))
  where d.household_id = any (ids) and d.id = any (holding);
  perform security.close_rewriting();
  with told as (
    select r.feed_id, r.id, households.received_line_of(r) as line from households.received r
    where r.facts ?| of_members
      and r.person_id in (select m.person_id from households.membership m where m.household_id = any (ids))
  ), kept as (
    insert into households.received_line (feed_id, id, line) select feed_id, id, line from told on conflict do nothing
  )
  update households.received r set facts = r.facts - of_members from told where told.id = r.id;
  return cardinality(holding);
end
$function$;
comment on function households.erase_facts(uuid[],text[],text[]) is 'Reviewed rewriting: these facts leave all that these households said. Answers how many declarations.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.fill_without_indexes()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '2s'
AS $function$
begin
  if exists (select from households.household) then
    return false;
  end if;
  lock table households.household, households.membership, households.recipient in access exclusive mode;
  if exists (select from households.household) then
    return false;
  end if;
  perform db.put_indexes_aside('households.household');
  perform db.put_references_aside('households.membership', 'households.recipient');
  return true;
exception when lock_not_available then
  return false;
end
$function$;
comment on function households.fill_without_indexes() is 'The same for households (population.fill_without_indexes), and for the references of memberships and recipients (db.put_references_aside).';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.follow_conflicts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  closing uuid[];
begin
  if security.holds_conflicts() then
    select security.follow_conflicts(array_agg(household_id), array_agg(person_id)) into closing from added where ended_at is null;
    -- Those who were there before close with the household.
    perform security.follow_conflicts(array_agg(m.household_id), array_agg(m.person_id))
    from households.membership m where m.ended_at is null and m.household_id = any (closing);
  end if;
  return null;
end
$function$;
comment on function households.follow_conflicts() is 'Trigger: declared conflicts follow who joins a household, and who leaves for another.';
-- execute: public

CREATE OR REPLACE FUNCTION households.generalised(facts jsonb, dates text[], places text[], parts integer)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select coalesce(jsonb_object_agg(key, case
    when key = any (dates) then to_jsonb(left(value #>> '{}', 4))
    when key = any (places) then to_jsonb(array_to_string((string_to_array(rtrim(value #>> '{}', '.'), '.'))[1:parts], '.'))
    else value
  end), '{}')
  from jsonb_each(facts)
$function$;
comment on function households.generalised(jsonb,text[],text[],integer) is 'Facts with years in the place of dates, and territories cut to so many parts.';
-- execute: public

CREATE OR REPLACE FUNCTION households.homes_found(of_country text, within text, persons uuid[], scores real[])
 RETURNS TABLE(household_id uuid, person_id uuid, score real, number text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- A person for whom another stands leads to the household of that other, where there is one.
  return query execute format(
    'select h.id, (array_agg(a.person order by a.score desc, m.merged is not null, a.person))[1], max(a.score), h.source_id
     from unnest($2, $3) as a (person, score)
       left join population.published_merge m on m.merged = a.person and %s
       left join households.membership k on k.person_id = m.kept and k.valid_to is null
       left join households.membership o on o.person_id = a.person and o.valid_to is null
       join households.household h on h.id = coalesce(k.household_id, o.household_id)
     where h.country = $1 and %s and %s and %s
     group by h.id', security.territory_condition('m.territory'), security.territory_condition('h.territory'),
    security.file_condition('h.id'), households.place_condition('h.territory', within))
    using of_country, persons, scores;
end
$function$;
comment on function households.homes_found(text,text,uuid[],real[]) is 'Reviewed: households of the actor''s territories to which these persons belong, or who stands for them, each with the person of the best score. For households.search.';

CREATE OR REPLACE FUNCTION households.keep_answer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a proposed event that was answered is not changed' using errcode = 'restrict_violation';
end
$function$;
comment on function households.keep_answer() is 'Refuses every change of a proposed event that was answered.';
-- execute: public

CREATE OR REPLACE FUNCTION households.keep_ended_draft()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.ended_at is not null then
    raise exception 'a draft that has ended does not change' using errcode = 'check_violation';
  end if;
  return new;
end
$function$;
comment on function households.keep_ended_draft() is 'Trigger: what was sent or dropped stays as it is.';
-- execute: public

CREATE OR REPLACE FUNCTION households.keep_lines(of_declarations uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  insert into households.registered_line (household_id, recorded_at, id, line)
  select said.household_id, said.recorded_at, said.id, concat_ws('|', said.household_id, said.id, to_char(said.effective_on, 'YYYY-MM-DD'),
    to_char(said.declared_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), said.channel, said.actor, said.import_id,
    encode(sha256(convert_to(said.facts::text || said.members::text, 'UTF8')), 'hex'))
  from households.declaration said where said.id = any (of_declarations)
  on conflict do nothing
$function$;
comment on function households.keep_lines(uuid[]) is 'Keeps the lines of declarations before they change. For the functions below.';

CREATE OR REPLACE FUNCTION households.keep_received_line()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  insert into households.received_line (feed_id, id, line) values (old.feed_id, old.id, households.received_line_of(old))
  on conflict do nothing;
  return old;
end
$function$;
comment on function households.keep_received_line() is 'Keeps the line of a told fact that leaves with its person.';
-- execute: public

CREATE OR REPLACE FUNCTION households.members_known(members jsonb, of_month text, on_day date, known timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(jsonb_agg(
    case when told.facts is null then said.member
      else jsonb_set(said.member, '{facts}', (said.member -> 'facts') || told.facts) end order by said.place), '[]')
  from jsonb_array_elements(members) with ordinality as said (member, place)
    cross join lateral (
      select jsonb_object_agg(t.fact, t.value) as facts
      from households.told((said.member ->> 'id')::uuid, of_month, on_day, known) as t
    ) as told
$function$;
comment on function households.members_known(jsonb,text,date,timestamp with time zone) is 'Members as a declaration names them, with what other registers told of them over what was declared.';
-- execute: public
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.merge_takes_two(one uuid, other uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with household as (
    select household_id from households.membership where person_id in (one, other) and ended_at is null
  ), paid as (
    select payee_id from payments.published_payee_activity where payee_id in (one, other)
    union select payee_id from payments.published_numbered_account where payee_id in (one, other)
    union select person_id from households.recipient where person_id in (one, other)
  )
  select (select count(distinct household_id) > 1 from household) or (select count(*) > 1 from paid)
$function$;
comment on function households.merge_takes_two(uuid,uuid) is 'Reviewed: whether two persons belong to two households today, or both are or were paid, wherever that is; nothing else of them is told.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.phone_in_households(indexes bytea[], except_household uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(distinct m.household_id)::int from population.with_phone(indexes) as p (id)
    join households.membership m on m.person_id = p.id and m.valid_to is null
  where m.household_id is distinct from except_household
$function$;
comment on function households.phone_in_households(bytea[],uuid) is 'Reviewed: in how many other households somebody has this telephone: not in which.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.place_condition(territory text, within text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when within = '' then 'true'
    else format('(%1$s collate "C" >= %2$L and %1$s collate "C" < %3$L)', territory, within, within || '/') end
$function$;
comment on function households.place_condition(text,text) is 'SQL that is true for rows within a territory; the first argument is a column as the query names it.';
-- execute: public

CREATE OR REPLACE FUNCTION households.received_line_of(said households.received)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select concat_ws('|', said.feed_id, said.row, said.id, said.kind, said.period,
    encode(sha256(convert_to(said.person_id || said.effective_on::text || said.facts::text, 'UTF8')), 'hex'))
$function$;
comment on function households.received_line_of(households.received) is 'A told fact as a line of the audit.';
-- execute: public

CREATE OR REPLACE FUNCTION households.reseal_papers(ids uuid[], earlier bytea[], sealed bytea[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  update households.evidence e set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where e.id = given.id and e.key_sealed = given.before;
  update households.transfer_paper p set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where p.id = given.id and p.key_sealed = given.before
$function$;
comment on function households.reseal_papers(uuid[],bytea[],bytea[]) is 'Reviewed rewriting: the keys of papers take the form of another key.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.says(facts jsonb, members jsonb, of_household text[], of_members text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select facts ?| of_household or exists (select from jsonb_array_elements(members) as m (member) where m.member -> 'facts' ?| of_members)
$function$;
comment on function households.says(jsonb,jsonb,text[],text[]) is 'Does a declaration hold one of these facts?';
-- execute: public

CREATE OR REPLACE FUNCTION households.search(of_country text, within text, said text, persons uuid[], names jsonb, levels real[], most integer, after integer, up_to integer)
 RETURNS TABLE(household_id uuid, person_id uuid, place integer, total integer, closed integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  -- What was found: arrays side by side.
  households uuid[] := '{}';
  answering uuid[] := '{}';
  scores real[] := '{}';
  numbers text[] := '{}';
  named record;
  found record;
  level real;
  below real;
  in_all integer := 0;
  looked_at integer;
  at_most integer;
begin
  if not security.serves(of_country) then
    return;
  end if;
  if cardinality(persons) > 0 then
    select array_agg(h.household_id), array_agg(h.person_id), array_agg(h.score), array_agg(h.number)
    into households, answering, scores, numbers
    from households.homes_found(of_country, within, persons, array_fill(3::real, array[cardinality(persons)])) as h;
  end if;
  if length(said) >= 3 then
    execute format(
      'select $4 || array_agg(id), $5 || array_agg(null::uuid), $6 || array_agg(2::real), $7 || array_agg(source_id) from (
         select h.id, h.source_id from households.household h
         where h.country = $1 and h.source_id collate "C" >= $2 and h.source_id collate "C" < $2 || U&''\+10FFFF'' and %s and %s and %s
         order by h.source_id collate "C" limit $3) as numbered', security.territory_condition('h.territory'),
      security.file_condition('h.id'), households.place_condition('h.territory', within))
      into households, answering, scores, numbers using of_country, said, most, households, answering, scores, numbers;
  end if;
  in_all := coalesce(cardinality(households), 0);
  foreach level in array levels loop
    exit when in_all >= most;
    -- How many persons make so many households is not known before, and two of a family often answer: more are looked at only
    -- while there are too few.
    looked_at := 0;
    at_most := most * 9 / 4;
    loop
      select array_agg(p.person_id) as people, array_agg(p.score) as points, count(*)::integer as number into named
      from population.search_persons(of_country, within, names, level, below, looked_at, at_most) as p;
      select array_agg(h.household_id) as ids, array_agg(h.person_id) as people, array_agg(h.score) as points,
        array_agg(h.number) as numbers
      into found from households.homes_found(of_country, within, named.people, named.points) as h;
      households := households || found.ids;
      answering := answering || found.people;
      scores := scores || found.points;
      numbers := numbers || found.numbers;
      select count(distinct id) into in_all from unnest(households) as id;
      looked_at := looked_at + named.number;
      exit when named.number < at_most or in_all >= most;
      at_most := least(1000000, looked_at::numeric * least(20, 0.2 + 1.2 * (most - in_all) / greatest(in_all, 1)));
    end loop;
    -- All that answers in any way was looked at: the levels between have nothing more.
    exit when level = 0 and named.number < at_most;
    below := level;
  end loop;
  return query
    with best as materialized (
      select f.household, (array_agg(f.person order by f.score desc, f.person))[1] as person, max(f.score) as score,
        max(f.number) as number, f.household = any (security.closed_files()) as is_closed
      from unnest(households, answering, scores, numbers) as f (household, person, score, number) group by f.household
    ), counted as (
      select (count(*) filter (where not best.is_closed))::int as total, (count(*) filter (where best.is_closed))::int as closed
      from best
    ), ordered as (
      select best.household, best.person,
        row_number() over (order by best.score desc, best.number, best.household)::int as place
      from best where not best.is_closed
    )
    select o.household, o.person, o.place, c.total, c.closed
    from counted c left join ordered o on o.place > after and o.place <= up_to
    order by o.place;
end
$function$;
comment on function households.search(text,text,text,uuid[],jsonb,real[],integer,integer,integer) is 'Reviewed: households of the actor''s territories, a page of them with how many there are: those of persons found by a number, a document or a telephone, then those whose identifier begins with what is said, then those with a member whose names answer, the nearest first and no further than there are so many. Files closed to the actor are counted apart and never named. At least one row.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.standing_of(persons uuid[])
 RETURNS TABLE(person_id uuid, belongs boolean, left_on date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select m.person_id, bool_or(m.ended_at is null), max(m.valid_to) from households.membership m
  where m.person_id = any (persons) group by m.person_id
$function$;
comment on function households.standing_of(uuid[]) is 'Whether each person belongs to some household, and until when they last belonged to one: not to which.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION households.told(of_person uuid, of_month text, on_day date, known timestamp with time zone)
 RETURNS TABLE(fact text, value jsonb, source text, effective_on date)
 LANGUAGE sql
 STABLE
AS $function$
  select distinct on (each.key) each.key, each.value, said.source, said.effective_on
  from (
    (select distinct on (r.source, r.kind) r.source, r.effective_on, r.recorded_at, r.id, r.facts, 1 as rank
      from households.received r
      where r.person_id = of_person and r.period = of_month and r.recorded_at <= known
      order by r.source, r.kind, r.recorded_at desc, r.id desc)
    union all
    select r.source, r.effective_on, r.recorded_at, r.id, r.facts, 0
    from households.received r
    where r.person_id = of_person and r.period is null and r.effective_on <= on_day and r.recorded_at <= known
  ) as said cross join lateral jsonb_each(said.facts) as each
  order by each.key, said.rank desc, said.effective_on desc, said.recorded_at desc, said.id desc
$function$;
comment on function households.told(uuid,text,date,timestamp with time zone) is 'What other registers told of a person that counts in a month, as known at an instant: fact, value, who told it and since when.';
-- execute: public
-- execute: socle_app
-- execute: socle_worker

create table households.anonymised (
  series uuid not null,
  place integer not null,
  country text not null,
  territory text collate "C" not null,
  effective_month text not null,
  weight numeric not null,
  modelled boolean not null,
  facts jsonb not null,
  members jsonb not null,
  constraint anonymised_effective_month_check CHECK ((effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint anonymised_place_check CHECK ((place > 0)),
  constraint anonymised_pkey PRIMARY KEY (series, place)
);
CREATE INDEX anonymised_territory ON households.anonymised USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON households.anonymised FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table households.anonymised enable row level security;
create policy file on households.anonymised as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy territory on households.anonymised as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on households.anonymised as permissive for all to socle_worker using (true);
grant select on households.anonymised to socle_app;
grant select on households.anonymised to socle_worker;
comment on table households.anonymised is 'What households said that are no longer kept: for statistics. Append-only.';
comment on column households.anonymised.series is 'One household over time: a number drawn at random, known nowhere else.';
comment on column households.anonymised.place is 'Order of what it said, from 1.';
comment on column households.anonymised.country is 'Country.';
comment on column households.anonymised.territory is 'Province, or the level that the country names; rows are seen by those who may see it.';
comment on column households.anonymised.effective_month is 'Month from which it was true.';
comment on column households.anonymised.weight is 'How many households it stands for.';
comment on column households.anonymised.modelled is 'True where the household was modelled.';
comment on column households.anonymised.facts is 'Facts of the household, years in the place of dates, provinces in the place of communes.';
comment on column households.anonymised.members is 'Facts of each member, the same way; no id.';

create table households.assessment (
  country text not null,
  after uuid,
  constraint assessment_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint assessment_pkey PRIMARY KEY (country)
);
grant insert, select, update on households.assessment to socle_worker;
comment on table households.assessment is 'How far the worker has gone through a country''s households, looking for declarations not assessed.';
comment on column households.assessment.country is 'Country.';
comment on column households.assessment.after is 'The last household looked at; null at the beginning of a round.';

create table households.declaration (
  household_id uuid not null,
  id uuid not null,
  effective_on date not null,
  declared_at timestamp with time zone not null,
  recorded_at timestamp with time zone default now() not null,
  channel text not null,
  actor text not null,
  import_id uuid,
  facts jsonb not null,
  members jsonb not null,
  constraint declaration_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'desk'::text, 'field'::text, 'import'::text, 'partner'::text, 'generated'::text]))),
  constraint declaration_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint declaration_members_check CHECK ((jsonb_typeof(members) = 'array'::text)),
  constraint declaration_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id),
  constraint declaration_pkey PRIMARY KEY (household_id, id)
);
CREATE INDEX declaration_recorded ON households.declaration USING brin (recorded_at) WITH (pages_per_range='32');
CREATE INDEX declaration_taken ON households.declaration USING btree (actor, recorded_at) WHERE (channel = ANY (ARRAY['desk'::text, 'field'::text]));
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON households.declaration FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table households.declaration enable row level security;
create policy territory on households.declaration as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = declaration.household_id))));
create policy worker on households.declaration as permissive for all to socle_worker using (true);
grant insert, select on households.declaration to socle_app;
grant insert, select on households.declaration to socle_worker;
comment on table households.declaration is 'What a household said. Append-only: the facts that count are those of the latest declaration in effect.';
comment on column households.declaration.household_id is 'Household that declares.';
comment on column households.declaration.id is 'UUIDv7.';
comment on column households.declaration.effective_on is 'Day from which what is said is true: the first of the two time axes.';
comment on column households.declaration.declared_at is 'When the household said it.';
comment on column households.declaration.recorded_at is 'When this register learnt it: the second time axis.';
comment on column households.declaration.channel is 'web, desk, field, import, partner or generated.';
comment on column households.declaration.actor is 'Who recorded it: staff name or system process.';
comment on column households.declaration.import_id is 'Import that brought it (import_job), where one did.';
comment on column households.declaration.facts is 'Facts of the household by the names of the country''s catalogue; a fact absent here was not said.';
comment on column households.declaration.members is 'Members in the order declared: person (id), source_id, and facts by the names of the catalogue.';

create table households.doubt (
  household_id uuid not null,
  declaration_id uuid not null,
  number integer not null,
  code text not null,
  severity text not null,
  member_id uuid,
  fact text,
  facts jsonb not null,
  says text,
  recorded_at timestamp with time zone default now() not null,
  actor text not null,
  constraint doubt_code_check CHECK ((code ~ '^[a-z_]+$'::text)),
  constraint doubt_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint doubt_number_check CHECK ((number > 0)),
  constraint doubt_says_check CHECK (((char_length(says) >= 1) AND (char_length(says) <= 500))),
  constraint doubt_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text]))),
  constraint doubt_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint doubt_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint doubt_pkey PRIMARY KEY (household_id, declaration_id, number)
);
alter table households.doubt enable row level security;
create policy territory on households.doubt as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = doubt.household_id))));
create policy worker on households.doubt as permissive for all to socle_worker using (true);
grant insert, select on households.doubt to socle_app;
grant insert, select on households.doubt to socle_worker;
comment on table households.doubt is 'What the checks of plausibility doubted in a declaration. Written once.';
comment on column households.doubt.household_id is 'Household.';
comment on column households.doubt.declaration_id is 'Declaration doubted.';
comment on column households.doubt.number is 'Order, errors first.';
comment on column households.doubt.code is 'What is doubted, such as child_too_close.';
comment on column households.doubt.severity is 'error or warning. A desk records no error; an import may bring one.';
comment on column households.doubt.member_id is 'Member it is about; null: the household.';
comment on column households.doubt.fact is 'Fact of the catalogue it is about; null where it is not one answer.';
comment on column households.doubt.facts is 'Numbers and codes that it rests on; no names, nothing of health.';
comment on column households.doubt.says is 'The explanation of whoever recorded; null where nobody was asked for one.';
comment on column households.doubt.recorded_at is 'When it was found.';
comment on column households.doubt.actor is 'Who recorded the declaration, or the process that looked at it later.';

create table households.draft (
  id uuid not null,
  number text default ('D-'::text || lpad((nextval('households.draft_number'::regclass))::text, 7, '0'::text)) not null,
  country text not null,
  territory text collate "C" not null,
  household_id uuid,
  file_id uuid generated always as (COALESCE(household_id, id)) stored not null,
  channel text not null,
  state text default 'open'::text not null,
  version integer default 1 not null,
  base_id uuid,
  content_sealed bytea,
  begun_at timestamp with time zone default now() not null,
  begun_by text not null,
  saved_at timestamp with time zone default now() not null,
  saved_by text not null,
  ended_at timestamp with time zone,
  ended_by text,
  declaration_id uuid,
  sources jsonb default '{}'::jsonb not null,
  member_sources jsonb default '[]'::jsonb not null,
  explained jsonb default '[]'::jsonb not null,
  constraint draft_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'desk'::text, 'field'::text]))),
  constraint draft_check CHECK ((((ended_at IS NOT NULL) = (state = ANY (ARRAY['sent'::text, 'dropped'::text]))) AND ((ended_by IS NULL) = (ended_at IS NULL)))),
  constraint draft_check1 CHECK (((declaration_id IS NOT NULL) = (state = 'sent'::text))),
  constraint draft_check2 CHECK (((content_sealed IS NULL) = (state = ANY (ARRAY['sent'::text, 'dropped'::text])))),
  constraint draft_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint draft_explained_check CHECK ((jsonb_typeof(explained) = 'array'::text)),
  constraint draft_member_sources_check CHECK ((jsonb_typeof(member_sources) = 'array'::text)),
  constraint draft_sources_check CHECK ((jsonb_typeof(sources) = 'object'::text)),
  constraint draft_state_check CHECK ((state = ANY (ARRAY['open'::text, 'waiting'::text, 'sent'::text, 'dropped'::text]))),
  constraint draft_version_check CHECK ((version > 0)),
  constraint draft_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint draft_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint draft_pkey PRIMARY KEY (id),
  constraint draft_number_key UNIQUE (number)
);
CREATE INDEX draft_declaration ON households.draft USING btree (household_id, declaration_id);
CREATE UNIQUE INDEX draft_of_household ON households.draft USING btree (household_id) WHERE (ended_at IS NULL);
CREATE INDEX draft_open ON households.draft USING btree (territory, saved_at) WHERE (ended_at IS NULL);
CREATE TRIGGER keep_ended BEFORE UPDATE ON households.draft FOR EACH ROW EXECUTE FUNCTION households.keep_ended_draft();
alter table households.draft enable row level security;
create policy country on households.draft as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on households.draft as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((file_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (file_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on households.draft as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on households.draft as permissive for all to socle_worker using (true);
grant insert, select, update on households.draft to socle_app;
grant insert, select, update on households.draft to socle_worker;
comment on table households.draft is 'A declaration in the making, and once sent where each of its answers came from.';
comment on column households.draft.id is 'UUIDv7, made by who begins: begun twice, it is one.';
comment on column households.draft.number is 'What an agent types to take it up again.';
comment on column households.draft.country is 'Country whose form asks.';
comment on column households.draft.territory is 'Where the family lives, as far as is said: whoever may see it sees the draft.';
comment on column households.draft.household_id is 'The household that declares; null until a new one is registered.';
comment on column households.draft.file_id is 'The file that it belongs to: the household, or itself while there is none.';
comment on column households.draft.channel is 'web, desk or field.';
comment on column households.draft.state is 'open; waiting for the desk to confirm it; sent; dropped.';
comment on column households.draft.version is 'Counts the savings: who saves over another version is told.';
comment on column households.draft.base_id is 'What the household had said last when this was begun or brought up to date.';
comment on column households.draft.content_sealed is 'All that was said so far (JSON), sealed for this row; null once sent or dropped.';
comment on column households.draft.begun_at is 'When it was begun.';
comment on column households.draft.begun_by is 'By whom.';
comment on column households.draft.saved_at is 'When it was saved last.';
comment on column households.draft.saved_by is 'By whom.';
comment on column households.draft.ended_at is 'When it was sent or dropped.';
comment on column households.draft.ended_by is 'By whom.';
comment on column households.draft.declaration_id is 'The declaration that it became.';
comment on column households.draft.sources is 'For each fact of the household: where the answer came from, since when, who wrote it down.';
comment on column households.draft.member_sources is 'The same for each member: person (id) and facts.';
comment on column households.draft.explained is 'Warnings and the words that explain them: code, person or null, says.';

create table households.event (
  household_id uuid not null,
  id uuid not null,
  kind text not null,
  effective_on date not null,
  entered boolean not null,
  persons uuid[] not null,
  changed text[] not null,
  declaration_id uuid,
  asked_digest bytea not null,
  says text not null,
  channel text not null,
  recorded_at timestamp with time zone default now() not null,
  actor text not null,
  constraint event_asked_digest_check CHECK ((length(asked_digest) = 32)),
  constraint event_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'desk'::text, 'field'::text, 'partner'::text]))),
  constraint event_kind_check CHECK ((kind = ANY (ARRAY['birth'::text, 'death'::text, 'marriage'::text, 'divorce'::text, 'departure'::text, 'arrival'::text, 'move'::text, 'change_of_head'::text, 'split'::text, 'merge'::text, 'orphanhood'::text, 'kafala'::text]))),
  constraint event_says_check CHECK ((char_length(says) <= 1000)),
  constraint event_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint event_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint event_pkey PRIMARY KEY (household_id, id)
);
CREATE INDEX event_death ON households.event USING btree (household_id) WHERE (kind = 'death'::text);
alter table households.event enable row level security;
create policy territory on households.event as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = event.household_id))));
create policy worker on households.event as permissive for all to socle_worker using (true);
grant insert, select on households.event to socle_app;
grant insert, select on households.event to socle_worker;
comment on table households.event is 'What happened to a household: one row for each household that an event touches. Written once.';
comment on column households.event.household_id is 'Household.';
comment on column households.event.id is 'UUIDv7, made by who records and kept for retries; the same in every household touched.';
comment on column households.event.kind is 'birth, death, marriage, divorce, departure, arrival, move, change_of_head, split, merge, orphanhood or kafala.';
comment on column households.event.effective_on is 'Day on which it happened.';
comment on column households.event.entered is 'True for the household that it was recorded for; false for another that it touches.';
comment on column households.event.persons is 'Whom it names or changes.';
comment on column households.event.changed is 'Names of what it changed: members, member.FACT, household.FACT.';
comment on column households.event.declaration_id is 'The declaration appended for its day; null where the household ended.';
comment on column households.event.asked_digest is 'SHA-256 of the event as asked: a retry says the same.';
comment on column households.event.says is 'Evidence or circumstances, in the words of who records.';
comment on column households.event.channel is 'web, desk, field or partner.';
comment on column households.event.recorded_at is 'When the register learnt it.';
comment on column households.event.actor is 'Who recorded it.';

create table households.evidence (
  id uuid not null,
  draft_id uuid not null,
  kind text not null,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  stored bytea not null,
  key_sealed bytea not null,
  scan text not null,
  attached_at timestamp with time zone default now() not null,
  attached_by text not null,
  constraint evidence_kind_check CHECK ((kind ~ '^[a-z_]+$'::text)),
  constraint evidence_media_type_check CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'application/pdf'::text]))),
  constraint evidence_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120))),
  constraint evidence_scan_check CHECK ((scan = ANY (ARRAY['clean'::text, 'not_scanned'::text]))),
  constraint evidence_sha256_check CHECK ((length(sha256) = 32)),
  constraint evidence_size_check CHECK ((size > 0)),
  constraint evidence_stored_check CHECK ((length(stored) = 32)),
  constraint evidence_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES households.draft(id) ON DELETE CASCADE,
  constraint evidence_pkey PRIMARY KEY (id),
  constraint evidence_draft_id_sha256_key UNIQUE (draft_id, sha256),
  constraint evidence_stored_key UNIQUE (stored)
);
alter table households.evidence enable row level security;
create policy territory on households.evidence as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.draft parent
  WHERE (parent.id = evidence.draft_id))));
create policy worker on households.evidence as permissive for all to socle_worker using (true);
grant insert, select on households.evidence to socle_app;
grant insert, select on households.evidence to socle_worker;
comment on table households.evidence is 'Papers shown for a declaration: what each is, and where its sealed file lies. Written once.';
comment on column households.evidence.id is 'UUIDv7, made by who attaches.';
comment on column households.evidence.draft_id is 'The declaration, in the making or sent: whoever sees it sees its papers.';
comment on column households.evidence.kind is 'Kind of paper, of the country''s form.';
comment on column households.evidence.name is 'Name of the file as it was sent, without folders.';
comment on column households.evidence.media_type is 'What its first bytes say that it is.';
comment on column households.evidence.size is 'Bytes, before sealing.';
comment on column households.evidence.sha256 is 'SHA-256 of the file: the same paper is attached once to a declaration.';
comment on column households.evidence.stored is 'SHA-256 of the sealed file: its name in the folder, and the proof that it is whole.';
comment on column households.evidence.key_sealed is 'The file''s own key, sealed for this row.';
comment on column households.evidence.scan is 'clean: the scanner found nothing; not_scanned: there is none.';
comment on column households.evidence.attached_at is 'When it was attached.';
comment on column households.evidence.attached_by is 'By whom.';

create table households.feed (
  id uuid not null,
  country text not null,
  kind text not null,
  source text not null,
  content_hash text not null,
  channel text not null,
  label text not null,
  asked_by text not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  finished_at timestamp with time zone,
  "position" integer default 0 not null,
  recorded integer default 0 not null,
  unchanged integer default 0 not null,
  doubtful integer default 0 not null,
  rejected integer default 0 not null,
  month text,
  constraint feed_channel_check CHECK ((channel = ANY (ARRAY['file'::text, 'api'::text]))),
  constraint feed_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint feed_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint feed_doubtful_check CHECK ((doubtful >= 0)),
  constraint feed_kind_check CHECK ((kind = ANY (ARRAY['school'::text, 'vaccination'::text, 'civil'::text]))),
  constraint feed_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint feed_position_check CHECK (("position" >= 0)),
  constraint feed_recorded_check CHECK ((recorded >= 0)),
  constraint feed_rejected_check CHECK ((rejected >= 0)),
  constraint feed_source_check CHECK ((source ~ '^[a-z0-9][a-z0-9._-]{0,59}$'::text)),
  constraint feed_unchanged_check CHECK ((unchanged >= 0)),
  constraint feed_pkey PRIMARY KEY (id),
  constraint feed_country_kind_source_content_hash_key UNIQUE (country, kind, source, content_hash)
);
CREATE INDEX feed_recent ON households.feed USING btree (country, started_at DESC);
grant insert, select on households.feed to socle_app;
grant insert, select on households.feed to socle_worker;
grant update (finished_at, position, recorded, unchanged, doubtful, rejected) on households.feed to socle_app;
grant update (finished_at, position, recorded, unchanged, doubtful, rejected) on households.feed to socle_worker;
comment on table households.feed is 'Files and calls by which other registers tell facts of members. The same content of one source is one feed.';
comment on column households.feed.id is 'UUIDv7.';
comment on column households.feed.country is 'Country folder whose conditions.yaml says which facts each kind tells.';
comment on column households.feed.kind is 'school, vaccination or civil.';
comment on column households.feed.source is 'The register that tells, such as a school information system.';
comment on column households.feed.content_hash is 'SHA-256 of what was given: the same again changes nothing.';
comment on column households.feed.channel is 'file or api.';
comment on column households.feed.label is 'Name of the file, or of the service account that called.';
comment on column households.feed.asked_by is 'Who gave it: staff name, service account or system process.';
comment on column households.feed.started_at is 'When it was first given.';
comment on column households.feed.finished_at is 'When its last row was decided; null while it runs.';
comment on column households.feed."position" is 'Row up to which it is decided: whatever interrupts it, it goes on from here.';
comment on column households.feed.recorded is 'Rows that told something new.';
comment on column households.feed.unchanged is 'Rows that said what was known.';
comment on column households.feed.doubtful is 'Rows that wait for somebody to say who is meant.';
comment on column households.feed.rejected is 'Rows that did not go in.';
comment on column households.feed.month is 'Month of rows that say none, as it was given with the file; null where every row says its own.';

create table households.feed_doubt (
  feed_id uuid not null,
  "row" integer not null,
  territory text collate "C" not null,
  why text not null,
  said jsonb,
  candidates uuid[] not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  settled_at timestamp with time zone,
  settled_by text,
  answer text,
  constraint feed_doubt_answer_check CHECK ((answer = ANY (ARRAY['person'::text, 'nobody'::text]))),
  constraint feed_doubt_check CHECK ((num_nonnulls(settled_at, settled_by, answer) = ANY (ARRAY[0, 3]))),
  constraint feed_doubt_check1 CHECK (((said IS NULL) = (settled_at IS NOT NULL))),
  constraint feed_doubt_row_check CHECK (("row" > 0)),
  constraint feed_doubt_said_check CHECK ((jsonb_typeof(said) = 'object'::text)),
  constraint feed_doubt_why_check CHECK ((why ~ '^[a-z_]+$'::text)),
  constraint feed_doubt_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id) ON DELETE CASCADE,
  constraint feed_doubt_pkey PRIMARY KEY (feed_id, "row")
);
CREATE INDEX feed_doubt_feed ON households.feed_doubt USING btree (feed_id) WHERE (settled_at IS NULL);
CREATE INDEX feed_doubt_open ON households.feed_doubt USING btree (territory, recorded_at) WHERE (settled_at IS NULL);
alter table households.feed_doubt enable row level security;
create policy file on households.feed_doubt as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy territory on households.feed_doubt as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on households.feed_doubt as permissive for all to socle_worker using (true);
grant insert, select on households.feed_doubt to socle_app;
grant insert, select on households.feed_doubt to socle_worker;
grant update (said, settled_at, settled_by, answer) on households.feed_doubt to socle_app;
grant update (said, settled_at, settled_by, answer) on households.feed_doubt to socle_worker;
comment on table households.feed_doubt is 'Rows of which it is not certain who is meant: somebody says so, nothing is guessed. What was said goes once that is done.';
comment on column households.feed_doubt.feed_id is 'Feed.';
comment on column households.feed_doubt."row" is 'Row of it.';
comment on column households.feed_doubt.territory is 'Smallest territory that holds those who may be meant: whoever sees it settles.';
comment on column households.feed_doubt.why is 'identifiers_differ, identifier_contradicted, several_alike or only_alike.';
comment on column households.feed_doubt.said is 'The row as it was given; null once it is settled.';
comment on column households.feed_doubt.candidates is 'Persons who may be meant, the likeliest first.';
comment on column households.feed_doubt.recorded_at is 'When.';
comment on column households.feed_doubt.settled_at is 'When somebody said who is meant.';
comment on column households.feed_doubt.settled_by is 'Who said so.';
comment on column households.feed_doubt.answer is 'person: one of them; nobody: none of them.';

create table households.feed_identity (
  country text not null,
  source text not null,
  source_person text not null,
  person_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  constraint feed_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint feed_identity_pkey PRIMARY KEY (country, source, source_person)
);
CREATE INDEX feed_identity_person ON households.feed_identity USING btree (person_id);
alter table households.feed_identity enable row level security;
create policy territory on households.feed_identity as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = feed_identity.person_id))));
create policy worker on households.feed_identity as permissive for all to socle_worker using (true);
grant insert, select on households.feed_identity to socle_app;
grant insert, select on households.feed_identity to socle_worker;
comment on table households.feed_identity is 'By what another register knows a person, once it was told apart from others.';
comment on column households.feed_identity.country is 'Country folder.';
comment on column households.feed_identity.source is 'The register that tells.';
comment on column households.feed_identity.source_person is 'Its own identifier of the person, such as a pupil''s.';
comment on column households.feed_identity.person_id is 'Person (population.person).';
comment on column households.feed_identity.recorded_at is 'When it was first known.';
comment on column households.feed_identity.recorded_by is 'By whom.';

create table households.feed_reject (
  feed_id uuid not null,
  "row" integer not null,
  code text not null,
  "column" text not null,
  accepted text not null,
  constraint feed_reject_code_check CHECK ((code ~ '^[a-z_]+$'::text)),
  constraint feed_reject_row_check CHECK (("row" > 0)),
  constraint feed_reject_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id) ON DELETE CASCADE,
  constraint feed_reject_pkey PRIMARY KEY (feed_id, "row")
);
grant insert, select on households.feed_reject to socle_app;
grant insert, select on households.feed_reject to socle_worker;
comment on table households.feed_reject is 'Rows that did not go in, and what would be accepted. No value of a row stands here: the file has them.';
comment on column households.feed_reject.feed_id is 'Feed.';
comment on column households.feed_reject."row" is 'Row, as a spreadsheet numbers it; of a call, place in its list plus one.';
comment on column households.feed_reject.code is 'Why.';
comment on column households.feed_reject."column" is 'Column at fault.';
comment on column households.feed_reject.accepted is 'What is accepted there.';

create table households.given_feed (
  feed_id uuid not null,
  content text not null,
  size bigint not null,
  staff_id uuid not null,
  key_sealed bytea,
  given_at timestamp with time zone default clock_timestamp() not null,
  ended_at timestamp with time zone,
  refusal text,
  constraint given_feed_check CHECK (((refusal IS NULL) OR (ended_at IS NOT NULL))),
  constraint given_feed_check1 CHECK (((key_sealed IS NULL) = (ended_at IS NOT NULL))),
  constraint given_feed_content_check CHECK ((content ~ '^[0-9a-f]{64}$'::text)),
  constraint given_feed_refusal_check CHECK ((refusal ~ '^[a-z_]+$'::text)),
  constraint given_feed_size_check CHECK ((size > 0)),
  constraint given_feed_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id),
  constraint given_feed_pkey PRIMARY KEY (feed_id)
);
CREATE CONSTRAINT TRIGGER given_feed_erased AFTER INSERT OR UPDATE ON households.given_feed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.ended_at IS NOT NULL)) EXECUTE FUNCTION households.check_given_feed_erased();
alter table households.given_feed enable row level security;
create policy worker on households.given_feed as permissive for all to socle_worker using (true);
grant insert, select on households.given_feed to socle_worker;
grant update (staff_id, key_sealed, given_at, ended_at, refusal) on households.given_feed to socle_worker;
comment on table households.given_feed is 'Files of other registers that staff gave on a page and that are left to the workers.';
comment on column households.given_feed.feed_id is 'The feed that it is.';
comment on column households.given_feed.content is 'What the file is known by (with kind and month, content_hash of the feed).';
comment on column households.given_feed.size is 'Its bytes.';
comment on column households.given_feed.staff_id is 'Who gave it, in whose name it is taken.';
comment on column households.given_feed.key_sealed is 'Opens the bytes that wait, sealed for this row; null once it has ended.';
comment on column households.given_feed.given_at is 'When it was given, the last time.';
comment on column households.given_feed.ended_at is 'When a worker had taken it, or could not.';
comment on column households.given_feed.refusal is 'Why it was not taken to its end: not_granted, where who gave it may no longer.';

create table households.given_feed_piece (
  feed_id uuid not null,
  number integer not null,
  bytes bytea not null,
  constraint given_feed_piece_number_check CHECK ((number >= 0)),
  constraint given_feed_piece_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.given_feed(feed_id),
  constraint given_feed_piece_pkey PRIMARY KEY (feed_id, number)
);
alter table households.given_feed_piece enable row level security;
create policy worker on households.given_feed_piece as permissive for all to socle_worker using (true);
grant delete, insert, select on households.given_feed_piece to socle_worker;
comment on table households.given_feed_piece is 'Bytes of files that wait for a worker, packed and sealed. Gone when the file has ended.';
comment on column households.given_feed_piece.feed_id is 'The feed.';
comment on column households.given_feed_piece.number is 'Place of the piece, from 0.';
comment on column households.given_feed_piece.bytes is 'A stretch of the sealed file.';

create table households.household (
  id uuid not null,
  country text not null,
  source text not null,
  source_id text not null,
  territory text collate "C" not null,
  weight numeric default 1 not null,
  modelled boolean default false not null,
  source_digest bytea not null,
  registered_at timestamp with time zone default now() not null,
  closed_on date,
  closed_at timestamp with time zone,
  constraint household_closed CHECK (((closed_on IS NULL) = (closed_at IS NULL))),
  constraint household_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint household_source_digest_check CHECK ((length(source_digest) = 32)),
  constraint household_weight_check CHECK ((weight > (0)::numeric)),
  constraint household_pkey PRIMARY KEY (id),
  constraint household_country_source_source_id_key UNIQUE (country, source, source_id)
);
CREATE INDEX household_country ON households.household USING btree (country, id);
CREATE INDEX household_country_territory ON households.household USING btree (country, territory, id);
CREATE INDEX household_source_id ON households.household USING btree (country, source_id COLLATE "C");
CREATE INDEX household_territory ON households.household USING btree (territory);
CREATE TRIGGER keep_referenced BEFORE DELETE OR UPDATE OF id OR TRUNCATE ON households.household FOR EACH STATEMENT EXECUTE FUNCTION db.keep_referenced();
alter table households.household enable row level security;
create policy country on households.household as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on households.household as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on households.household as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on households.household as permissive for all to socle_worker using (true);
grant insert, select on households.household to socle_app;
grant insert, select on households.household to socle_worker;
grant update (territory, weight, source_digest, closed_on, closed_at) on households.household to socle_app;
grant update (territory, weight, source_digest, closed_on, closed_at) on households.household to socle_worker;
comment on table households.household is 'A household as it stands now; what it said is in declaration.';
comment on column households.household.id is 'UUIDv7; decisions go through households in ranges of it.';
comment on column households.household.country is 'Country folder whose catalogue and programmes apply, such as ma.';
comment on column households.household.source is 'The register, survey or generator that the household first came from.';
comment on column households.household.source_id is 'The household''s own identifier in its source.';
comment on column households.household.territory is 'Where the household lives now: whoever may see it sees the household and all that it owns, also what was said elsewhere.';
comment on column households.household.weight is 'How many households this one stands for: 1 in a register, the survey weight in a sample.';
comment on column households.household.modelled is 'True where the household was generated for a demonstration and does not exist.';
comment on column households.household.source_digest is 'SHA-256 of what the source last said: the same content again changes nothing.';
comment on column households.household.registered_at is 'When the household entered this register.';
comment on column households.household.closed_on is 'Day from which nobody belongs to the household any more; null while somebody does.';
comment on column households.household.closed_at is 'When the register learnt of it.';

create table households.import_household (
  attempt integer not null,
  line integer not null,
  source_id text not null,
  id uuid not null,
  declaration_id uuid not null,
  territory text not null,
  weight numeric not null,
  effective_on date,
  recipient text,
  facts text not null,
  digest bytea not null,
  place integer not null,
  constraint import_household_pkey PRIMARY KEY (attempt, line)
);
CREATE INDEX import_household_source_id ON households.import_household USING btree (attempt, source_id);
grant delete, insert, select on households.import_household to socle_worker;
comment on table households.import_household is 'Staging: rows of a households file that were read without a mistake. Reached by the worker alone.';
comment on column households.import_household.attempt is 'Reading of the file.';
comment on column households.import_household.line is 'Row of the file, the header being row 1.';
comment on column households.import_household.source_id is 'Identifier in the source.';
comment on column households.import_household.id is 'Id that the household takes if it is new.';
comment on column households.import_household.declaration_id is 'Id of the declaration if one is recorded.';
comment on column households.import_household.territory is 'Territory.';
comment on column households.import_household.weight is 'Weight.';
comment on column households.import_household.effective_on is 'Day from which the row is true, where it says one.';
comment on column households.import_household.recipient is 'Member who receives, by source_id, where the row names one.';
comment on column households.import_household.facts is 'Facts, as JSON.';
comment on column households.import_household.digest is 'SHA-256 of what the row says.';
comment on column households.import_household.place is 'Number of the place where the household lives, for the keys of its members.';

create table households.import_job (
  id uuid not null,
  fingerprint text not null,
  country text not null,
  source text not null,
  households_file text not null,
  members_file text,
  effective_on date not null,
  asked_by text not null,
  started_at timestamp with time zone default now() not null,
  attempt integer,
  staged integer,
  registered integer default 0 not null,
  changed integer default 0 not null,
  unchanged integer default 0 not null,
  rejected integer default 0 not null,
  finished_at timestamp with time zone,
  same integer default 0 not null,
  to_settle integer default 0 not null,
  constraint import_job_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
  constraint import_job_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX import_job_open ON households.import_job USING btree (fingerprint) WHERE (finished_at IS NULL);
grant select on households.import_job to socle_app;
grant insert, select on households.import_job to socle_worker;
grant update (attempt, staged, registered, changed, unchanged, rejected, finished_at, same, to_settle) on households.import_job to socle_worker;
comment on table households.import_job is 'One import of a file of households, and of its members where it has some.';
comment on column households.import_job.id is 'UUIDv7; declarations name it.';
comment on column households.import_job.fingerprint is 'SHA-256 of country, source, mapping and the bytes of the files: the same import asked again is the same job while it is not finished.';
comment on column households.import_job.country is 'Country folder whose catalogue checks the file.';
comment on column households.import_job.source is 'Register or survey that the file comes from.';
comment on column households.import_job.households_file is 'Name of the file of households, without its folder.';
comment on column households.import_job.members_file is 'Name of the file of members; null where there is none.';
comment on column households.import_job.effective_on is 'Day from which what the file says is true, where a row does not say its own.';
comment on column households.import_job.asked_by is 'Who asked: staff name or system process.';
comment on column households.import_job.started_at is 'When the import was first asked.';
comment on column households.import_job.attempt is 'Reading of the file that the staging tables hold for this job.';
comment on column households.import_job.staged is 'Households that passed every check and wait in staging; null until the file is read and checked.';
comment on column households.import_job.registered is 'Households that were new.';
comment on column households.import_job.changed is 'Households that said something else than last time.';
comment on column households.import_job.unchanged is 'Households that said the same again.';
comment on column households.import_job.rejected is 'Rows of both files that did not go in.';
comment on column households.import_job.finished_at is 'When the last batch was registered; null while it runs or waits to be taken up again.';
comment on column households.import_job.same is 'Persons of the import who are proposed as the same as somebody.';
comment on column households.import_job.to_settle is 'Persons of the import of whom somebody has to look whether they are the same as another.';

create table households.import_lane (
  job_id uuid not null,
  number integer not null,
  after_line integer not null,
  last_line integer not null,
  "position" integer not null,
  registered integer default 0 not null,
  changed integer default 0 not null,
  unchanged integer default 0 not null,
  constraint import_lane_check CHECK ((last_line >= after_line)),
  constraint import_lane_check1 CHECK (("position" >= after_line)),
  constraint import_lane_job_id_fkey FOREIGN KEY (job_id) REFERENCES households.import_job(id),
  constraint import_lane_pkey PRIMARY KEY (job_id, number)
);
grant insert, select on households.import_lane to socle_worker;
grant update (position, registered, changed, unchanged) on households.import_lane to socle_worker;
comment on table households.import_lane is 'Stretches of an import, registered side by side.';
comment on column households.import_lane.job_id is 'Import.';
comment on column households.import_lane.number is 'Order of the stretch in the file, from 1.';
comment on column households.import_lane.after_line is 'Row of the households file after which the stretch begins.';
comment on column households.import_lane.last_line is 'Last row of the stretch.';
comment on column households.import_lane."position" is 'Row up to which the stretch is registered; said in the transaction of each batch.';
comment on column households.import_lane.registered is 'Households that were new.';
comment on column households.import_lane.changed is 'Households that said something else than last time.';
comment on column households.import_lane.unchanged is 'Households that said the same again.';

create table households.import_member (
  attempt integer not null,
  line integer not null,
  household text not null,
  source_id text not null,
  person_id uuid not null,
  relation text,
  given_name text,
  family_name text,
  given_name_ar text,
  family_name_ar text,
  name_key text not null,
  sex text,
  birth_date date,
  birth_precision text,
  phone text,
  facts text not null,
  digest bytea not null,
  keys integer[],
  place_key integer,
  unique_number text,
  alias text,
  constraint import_member_pkey PRIMARY KEY (attempt, household, line)
);
grant delete, insert, select on households.import_member to socle_worker;
grant update (person_id) on households.import_member to socle_worker;
comment on table households.import_member is 'Staging: rows of a members file that were read without a mistake. Reached by the worker alone.';
comment on column households.import_member.attempt is 'Reading of the file.';
comment on column households.import_member.line is 'Row of the file, the header being row 1; members of a household keep this order.';
comment on column households.import_member.household is 'Identifier of the household in the source.';
comment on column households.import_member.source_id is 'Identifier of the member within the household.';
comment on column households.import_member.person_id is 'Id that the person takes if new.';
comment on column households.import_member.relation is 'Relation to the head.';
comment on column households.import_member.given_name is 'Given names in Latin script.';
comment on column households.import_member.family_name is 'Family name in Latin script.';
comment on column households.import_member.given_name_ar is 'Given names in Arabic script.';
comment on column households.import_member.family_name_ar is 'Family name in Arabic script.';
comment on column households.import_member.name_key is 'Names folded for search.';
comment on column households.import_member.sex is 'Sex.';
comment on column households.import_member.birth_date is 'Date of birth.';
comment on column households.import_member.birth_precision is 'How much of it is known.';
comment on column households.import_member.phone is 'Telephone.';
comment on column households.import_member.facts is 'Facts, as JSON.';
comment on column households.import_member.digest is 'SHA-256 of what the row says.';
comment on column households.import_member.keys is 'Numbers of the keys by which the person is found, each in its place (population.match_key), but for the one of the place where they live.';
comment on column households.import_member.place_key is 'With the number of the household''s place, by exclusive or, the key of the place.';
comment on column households.import_member.unique_number is 'Unique number by which the row names a person of the register.';
comment on column households.import_member.alias is 'Alias by which the row names a person of the register.';

create table households.import_reject (
  attempt integer not null,
  file text not null,
  line integer not null,
  number integer not null,
  source_id text not null,
  household text not null,
  "column" text not null,
  value text not null,
  accepted text not null,
  constraint import_reject_file_check CHECK ((file = ANY (ARRAY['households'::text, 'members'::text]))),
  constraint import_reject_pkey PRIMARY KEY (attempt, file, line, number)
);
CREATE INDEX import_reject_household ON households.import_reject USING btree (attempt, household);
grant delete, insert, select on households.import_reject to socle_worker;
comment on table households.import_reject is 'Staging: every reason for which a row did not go in. Reached by the worker alone.';
comment on column households.import_reject.attempt is 'Reading of the file.';
comment on column households.import_reject.file is 'households or members.';
comment on column households.import_reject.line is 'Row of that file, the header being row 1.';
comment on column households.import_reject.number is 'Order of the reasons of one row.';
comment on column households.import_reject.source_id is 'Identifier of the row in the source, as far as it can be read.';
comment on column households.import_reject.household is 'Identifier of its household, as far as it can be read.';
comment on column households.import_reject."column" is 'Column to blame.';
comment on column households.import_reject.value is 'What stands there.';
comment on column households.import_reject.accepted is 'What would be accepted there.';

create table households.membership (
  household_id uuid not null,
  person_id uuid not null,
  valid_from date not null,
  valid_to date,
  relation text,
  source_id text not null,
  recorded_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  constraint membership_check CHECK ((valid_to >= valid_from)),
  constraint membership_check1 CHECK (((valid_to IS NULL) = (ended_at IS NULL))),
  constraint membership_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id),
  constraint membership_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint membership_pkey PRIMARY KEY (household_id, person_id, valid_from, recorded_at)
);
CREATE UNIQUE INDEX membership_one_household ON households.membership USING btree (person_id) WHERE (valid_to IS NULL);
CREATE TRIGGER check_added AFTER INSERT ON households.membership REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
CREATE TRIGGER check_changed AFTER UPDATE ON households.membership REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
CREATE TRIGGER follow_conflicts AFTER INSERT ON households.membership REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION households.follow_conflicts();
alter table households.membership enable row level security;
create policy territory on households.membership as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = membership.household_id))));
create policy worker on households.membership as permissive for all to socle_worker using (true);
grant insert, select on households.membership to socle_app;
grant insert, select on households.membership to socle_worker;
grant update (valid_to, ended_at) on households.membership to socle_app;
grant update (valid_to, ended_at) on households.membership to socle_worker;
comment on table households.membership is 'Who belonged to which household, from when to when.';
comment on column households.membership.household_id is 'Household.';
comment on column households.membership.person_id is 'Person (population.person).';
comment on column households.membership.valid_from is 'First day of the membership.';
comment on column households.membership.valid_to is 'Day from which it no longer holds; null while it holds.';
comment on column households.membership.relation is 'Relation to the head, as the catalogue codes it; null where the catalogue has none.';
comment on column households.membership.source_id is 'The member''s identifier within the household in its source.';
comment on column households.membership.recorded_at is 'When the register learnt of the membership.';
comment on column households.membership.ended_at is 'When the register learnt of its end.';

create table households.proposed_event (
  feed_id uuid not null,
  "row" integer not null,
  household_id uuid not null,
  person_id uuid not null,
  kind text not null,
  on_day date not null,
  child jsonb,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  answered_at timestamp with time zone,
  answered_by text,
  answer text,
  says text,
  matched text,
  event_id uuid,
  constraint proposed_event_answer_check CHECK ((answer = ANY (ARRAY['recorded'::text, 'known'::text, 'refused'::text]))),
  constraint proposed_event_check CHECK (((kind = 'birth'::text) = (child IS NOT NULL))),
  constraint proposed_event_check1 CHECK ((num_nonnulls(answered_at, answered_by, answer) = ANY (ARRAY[0, 3]))),
  constraint proposed_event_child_check CHECK ((jsonb_typeof(child) = 'object'::text)),
  constraint proposed_event_event_check CHECK (((event_id IS NULL) OR (answer = 'recorded'::text))),
  constraint proposed_event_kind_check CHECK ((kind = ANY (ARRAY['birth'::text, 'death'::text]))),
  constraint proposed_event_matched_check CHECK ((matched = ANY (ARRAY['identifier'::text, 'known_before'::text, 'name_and_birth'::text, 'somebody'::text]))),
  constraint proposed_event_reason_check CHECK (((answer <> 'refused'::text) OR (says IS NOT NULL))),
  constraint proposed_event_row_check CHECK (("row" > 0)),
  constraint proposed_event_says_check CHECK ((length(says) <= 1000)),
  constraint proposed_event_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id),
  constraint proposed_event_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint proposed_event_pkey PRIMARY KEY (household_id, feed_id, "row")
);
CREATE UNIQUE INDEX proposed_event_once ON households.proposed_event USING btree (household_id, person_id, kind, on_day, md5(COALESCE((child)::text, ''::text))) WHERE (answered_at IS NULL);
CREATE INDEX proposed_event_open ON households.proposed_event USING btree (recorded_at) WHERE (answered_at IS NULL);
CREATE INDEX proposed_event_person ON households.proposed_event USING btree (person_id);
CREATE TRIGGER keep_answer BEFORE UPDATE ON households.proposed_event FOR EACH ROW WHEN ((old.answered_at IS NOT NULL)) EXECUTE FUNCTION households.keep_answer();
alter table households.proposed_event enable row level security;
create policy territory on households.proposed_event as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = proposed_event.household_id))));
create policy worker on households.proposed_event as permissive for all to socle_worker using (true);
grant insert, select on households.proposed_event to socle_app;
grant insert, select on households.proposed_event to socle_worker;
grant update (answered_at, answered_by, answer, says, event_id) on households.proposed_event to socle_app;
grant update (answered_at, answered_by, answer, says, event_id) on households.proposed_event to socle_worker;
comment on table households.proposed_event is 'Births and deaths that the civil register told: somebody at a desk records the event, or says why not. Nothing changes by itself.';
comment on column households.proposed_event.feed_id is 'Feed.';
comment on column households.proposed_event."row" is 'Row of it.';
comment on column households.proposed_event.household_id is 'Household of the mother or of who died.';
comment on column households.proposed_event.person_id is 'The mother, or who died.';
comment on column households.proposed_event.kind is 'birth or death.';
comment on column households.proposed_event.on_day is 'Day of it.';
comment on column households.proposed_event.child is 'Names and sex of the child.';
comment on column households.proposed_event.recorded_at is 'When it was told.';
comment on column households.proposed_event.answered_at is 'When somebody recorded or refused it.';
comment on column households.proposed_event.answered_by is 'Who did.';
comment on column households.proposed_event.answer is 'recorded; known: the file said it already; refused.';
comment on column households.proposed_event.says is 'Why it was set aside, in the words of who did.';
comment on column households.proposed_event.matched is 'How it is known who is meant: an identifier, the register''s own identifier as it was used before, name and birth date, or somebody said so. Null: told before this was kept.';
comment on column households.proposed_event.event_id is 'The event that was recorded (households.event).';

create view households.published_activity with (security_invoker=true) as
 SELECT id AS household_id,
    country,
    GREATEST(registered_at, ( SELECT max(declaration.recorded_at) AS max
           FROM households.declaration
          WHERE (declaration.household_id = household.id))) AS last_at
   FROM households.household;
grant select on households.published_activity to socle_worker;
comment on view households.published_activity is 'When a household last said something.';
comment on column households.published_activity.household_id is 'Household.';
comment on column households.published_activity.country is 'Country.';
comment on column households.published_activity.last_at is 'When this register last learnt something from it.';

create view households.published_belonging with (security_invoker=true) as
 SELECT household_id,
    person_id,
    valid_from,
    valid_to,
    relation,
    (ended_at IS NULL) AS holds
   FROM households.membership;
grant select on households.published_belonging to socle_app;
grant select on households.published_belonging to socle_worker;
comment on view households.published_belonging is 'Who belongs or belonged to which household.';
comment on column households.published_belonging.household_id is 'Household.';
comment on column households.published_belonging.person_id is 'Person.';
comment on column households.published_belonging.valid_from is 'First day.';
comment on column households.published_belonging.valid_to is 'Day from which it no longer holds.';
comment on column households.published_belonging.relation is 'Relation to the head.';
comment on column households.published_belonging.holds is 'True while it holds.';

create view households.published_household with (security_invoker=true) as
 SELECT id,
    country,
    source,
    source_id,
    territory,
    weight,
    modelled,
    registered_at
   FROM households.household;
grant select on households.published_household to socle_app;
grant select on households.published_household to socle_worker;
comment on view households.published_household is 'Households as they stand now, for the modules above.';

create view households.published_member with (security_invoker=true) as
 SELECT household.id AS household_id,
    household.country,
    household.source,
    household.source_id,
    household.territory,
    household.modelled,
    membership.relation,
    person.id AS person_id,
    person.given_name,
    person.family_name,
    person.given_name_ar,
    person.family_name_ar,
    person.name_key,
    person.sex,
    person.birth_date
   FROM ((households.household
     JOIN households.membership ON (((membership.household_id = household.id) AND (membership.ended_at IS NULL))))
     JOIN population.published_person person ON ((person.id = membership.person_id)));
grant select on households.published_member to socle_app;
grant select on households.published_member to socle_worker;
comment on view households.published_member is 'Who belongs to which household now, with names in both scripts: what search looks through.';

create view households.published_recipient with (security_invoker=true) as
 SELECT DISTINCT ON (recipient.household_id) recipient.household_id,
    recipient.person_id,
    recipient.effective_on,
    person.given_name,
    person.family_name,
    person.given_name_ar,
    person.family_name_ar
   FROM (households.recipient
     LEFT JOIN population.published_person person ON ((person.id = recipient.person_id)))
  WHERE ((recipient.effective_on <= CURRENT_DATE) AND ((recipient.until_on IS NULL) OR (recipient.until_on >= CURRENT_DATE)))
  ORDER BY recipient.household_id, recipient.effective_on DESC, recipient.recorded_at DESC, recipient.id DESC;
grant select on households.published_recipient to socle_app;
grant select on households.published_recipient to socle_worker;
comment on view households.published_recipient is 'Who receives for each household today: the latest fact in effect.';
comment on column households.published_recipient.household_id is 'Household.';
comment on column households.published_recipient.person_id is 'Member who receives what the household is paid.';
comment on column households.published_recipient.effective_on is 'Since when.';
comment on column households.published_recipient.given_name is 'Given names, Latin script.';
comment on column households.published_recipient.family_name is 'Family name, Latin script.';
comment on column households.published_recipient.given_name_ar is 'Given names, Arabic script.';
comment on column households.published_recipient.family_name_ar is 'Family name, Arabic script.';

create view households.published_said with (security_invoker=true) as
 SELECT household.id AS household_id,
    household.country,
    household.territory,
    household.closed_on,
    last.facts
   FROM (households.household
     CROSS JOIN LATERAL ( SELECT declaration.facts
           FROM households.declaration
          WHERE ((declaration.household_id = household.id) AND (declaration.effective_on <= CURRENT_DATE))
          ORDER BY declaration.effective_on DESC, declaration.recorded_at DESC, declaration.id DESC
         LIMIT 1) last);
grant select on households.published_said to socle_app;
grant select on households.published_said to socle_worker;
comment on view households.published_said is 'Facts of each household as it said them last, for the modules above.';
comment on column households.published_said.household_id is 'Household.';
comment on column households.published_said.country is 'Country folder.';
comment on column households.published_said.territory is 'Where it lives now.';
comment on column households.published_said.closed_on is 'Day from which it is no more; null while it is.';
comment on column households.published_said.facts is 'Facts of the household by the names of the catalogue.';

create table households.quality (
  household_id uuid not null,
  declaration_id uuid not null,
  value smallint not null,
  terms jsonb not null,
  asked integer not null,
  unanswered integer not null,
  warnings integer not null,
  errors integer not null,
  recorded_at timestamp with time zone default now() not null,
  constraint quality_terms_check CHECK ((jsonb_typeof(terms) = 'array'::text)),
  constraint quality_value_check CHECK (((value >= 0) AND (value <= 100))),
  constraint quality_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint quality_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint quality_pkey PRIMARY KEY (household_id, declaration_id)
);
alter table households.quality enable row level security;
create policy territory on households.quality as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = quality.household_id))));
create policy worker on households.quality as permissive for all to socle_worker using (true);
grant insert, select on households.quality to socle_app;
grant insert, select on households.quality to socle_worker;
comment on table households.quality is 'How good a declaration is, of a hundred points, the age of what was said aside (it grows). Written once.';
comment on column households.quality.household_id is 'Household.';
comment on column households.quality.declaration_id is 'Declaration.';
comment on column households.quality.value is 'Points left of a hundred.';
comment on column households.quality.terms is 'What took points away: term, how often, points.';
comment on column households.quality.asked is 'Answers asked for.';
comment on column households.quality.unanswered is 'Answers that are not there.';
comment on column households.quality.warnings is 'Warnings, explained ones included.';
comment on column households.quality.errors is 'Errors.';
comment on column households.quality.recorded_at is 'When it was assessed.';

create table households.received (
  person_id uuid not null,
  id uuid not null,
  feed_id uuid not null,
  "row" integer not null,
  kind text not null,
  source text not null,
  period text,
  effective_on date not null,
  facts jsonb not null,
  replaces uuid,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  actor text not null,
  constraint received_check CHECK (((period IS NULL) OR (to_char((effective_on)::timestamp with time zone, 'YYYY-MM'::text) = period))),
  constraint received_facts_check CHECK ((jsonb_typeof(facts) = 'object'::text)),
  constraint received_kind_check CHECK ((kind = ANY (ARRAY['school'::text, 'vaccination'::text, 'civil'::text]))),
  constraint received_period_check CHECK ((period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint received_row_check CHECK (("row" > 0)),
  constraint received_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id),
  constraint received_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id) ON DELETE CASCADE,
  constraint received_pkey PRIMARY KEY (person_id, id)
);
CREATE INDEX received_of_feed ON households.received USING btree (feed_id, id);
CREATE TRIGGER keep_line BEFORE DELETE ON households.received FOR EACH ROW EXECUTE FUNCTION households.keep_received_line();
alter table households.received enable row level security;
create policy territory on households.received as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM population.person parent
  WHERE (parent.id = received.person_id))));
create policy worker on households.received as permissive for all to socle_worker using (true);
grant insert, select on households.received to socle_app;
grant insert, select on households.received to socle_worker;
comment on table households.received is 'What another register told of a person. Append-only: what is told later of the same person and period replaces it, and both stay.';
comment on column households.received.person_id is 'Person (population.person).';
comment on column households.received.id is 'UUIDv7.';
comment on column households.received.feed_id is 'Feed that brought it.';
comment on column households.received."row" is 'Row of the feed.';
comment on column households.received.kind is 'school, vaccination or civil.';
comment on column households.received.source is 'The register that told it.';
comment on column households.received.period is 'Month that it is about, and no other; null: true from effective_on until something later is told.';
comment on column households.received.effective_on is 'Day from which it is true.';
comment on column households.received.facts is 'Facts of a member by the names of the country''s catalogue.';
comment on column households.received.replaces is 'What the same source had told before of the same person and period.';
comment on column households.received.recorded_at is 'When this register learnt it.';
comment on column households.received.actor is 'Who gave it.';

create table households.received_line (
  feed_id uuid not null,
  id uuid not null,
  line text not null,
  constraint received_line_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES households.feed(id) ON DELETE CASCADE,
  constraint received_line_pkey PRIMARY KEY (feed_id, id)
);
grant select on households.received_line to socle_worker;
comment on table households.received_line is 'Of told facts that left with their person: the line that the audit counted, which says nothing of anybody.';
comment on column households.received_line.feed_id is 'Feed.';
comment on column households.received_line.id is 'Of the told fact.';
comment on column households.received_line.line is 'Ids and hashes alone.';

create table households.recipient (
  household_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  effective_on date not null,
  recorded_at timestamp with time zone default now() not null,
  actor text not null,
  transfer_id uuid,
  capacity text,
  until_on date,
  constraint recipient_capacity_check CHECK ((capacity = ANY (ARRAY['head'::text, 'spouse'::text, 'guardian'::text, 'tutor'::text, 'proxy'::text]))),
  constraint recipient_check CHECK ((until_on >= effective_on)),
  constraint recipient_of_two CHECK ((((transfer_id IS NULL) = (capacity IS NULL)) AND ((until_on IS NULL) OR (capacity = 'proxy'::text)))),
  constraint recipient_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id),
  constraint recipient_person_id_fkey FOREIGN KEY (person_id) REFERENCES population.person(id),
  constraint recipient_pkey PRIMARY KEY (household_id, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON households.recipient FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER check_added AFTER INSERT ON households.recipient REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
CREATE TRIGGER check_changed AFTER UPDATE ON households.recipient REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION db.check_references('household_id', 'households.household', 'id', 'person_id', 'population.person', 'id');
CREATE TRIGGER recipient_of_two BEFORE INSERT ON households.recipient FOR EACH ROW WHEN ((new.transfer_id IS NOT NULL)) EXECUTE FUNCTION households.check_recipient();
alter table households.recipient enable row level security;
create policy territory on households.recipient as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = recipient.household_id))));
create policy worker on households.recipient as permissive for all to socle_worker using (true);
grant insert, select on households.recipient to socle_app;
grant insert, select on households.recipient to socle_worker;
comment on table households.recipient is 'Who receives what is paid to the household. Append-only: the latest in effect counts.';
comment on column households.recipient.household_id is 'Household.';
comment on column households.recipient.id is 'UUIDv7.';
comment on column households.recipient.person_id is 'Person who receives (population.person): mother, guardian or another.';
comment on column households.recipient.effective_on is 'Day from which this person receives.';
comment on column households.recipient.recorded_at is 'When the register learnt it.';
comment on column households.recipient.actor is 'Who recorded it: staff name or system process.';
comment on column households.recipient.transfer_id is 'Transfer that two persons decided (households.recipient_transfer); null where the register named the recipient by itself.';
comment on column households.recipient.capacity is 'In what capacity the money is received: head, spouse, guardian, tutor or proxy; null where nobody said.';
comment on column households.recipient.until_on is 'Last day on which a proxy receives; null where there is no end.';

create table households.recipient_transfer (
  household_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  capacity text not null,
  proof text,
  proof_number text,
  evidence_id uuid,
  reason text not null,
  says text not null,
  effective_on date not null,
  until_on date,
  asked_at timestamp with time zone default clock_timestamp() not null,
  asked_by text default security.actor() not null,
  constraint recipient_transfer_capacity_check CHECK ((capacity = ANY (ARRAY['head'::text, 'spouse'::text, 'guardian'::text, 'tutor'::text, 'proxy'::text]))),
  constraint recipient_transfer_check CHECK ((until_on >= effective_on)),
  constraint recipient_transfer_check1 CHECK (((until_on IS NULL) = (capacity <> 'proxy'::text))),
  constraint recipient_transfer_check2 CHECK (((proof IS NULL) = (proof_number IS NULL))),
  constraint recipient_transfer_check3 CHECK (((capacity = ANY (ARRAY['head'::text, 'spouse'::text])) OR (proof IS NOT NULL) OR (evidence_id IS NOT NULL))),
  constraint recipient_transfer_proof_check CHECK ((proof = ANY (ARRAY['family_record'::text, 'marriage_act'::text, 'court_decision'::text, 'notarial_act'::text, 'signed_proxy'::text]))),
  constraint recipient_transfer_proof_number_check CHECK (((proof_number ~ '\S'::text) AND (char_length(proof_number) <= 80))),
  constraint recipient_transfer_reason_check CHECK ((reason = ANY (ARRAY['recipient_died'::text, 'recipient_absent'::text, 'recipient_unable'::text, 'family_asks'::text, 'court_decided'::text, 'made_in_error'::text]))),
  constraint recipient_transfer_says_check CHECK (((says ~ '\S'::text) AND (char_length(says) <= 1000))),
  constraint recipient_transfer_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint recipient_transfer_pkey PRIMARY KEY (household_id, id)
);
CREATE TRIGGER written_once BEFORE UPDATE OR TRUNCATE ON households.recipient_transfer FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table households.recipient_transfer enable row level security;
create policy territory on households.recipient_transfer as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = recipient_transfer.household_id))));
create policy worker on households.recipient_transfer as permissive for all to socle_worker using (true);
grant insert, select on households.recipient_transfer to socle_app;
grant select on households.recipient_transfer to socle_worker;
comment on table households.recipient_transfer is 'Who is to receive for a household, as one person proposed it: what follows from it is in households.recipient once another approved. Written once.';
comment on column households.recipient_transfer.household_id is 'Household.';
comment on column households.recipient_transfer.id is 'Of the proposal (security.proposal).';
comment on column households.recipient_transfer.person_id is 'Who is to receive (population.person), a member or not.';
comment on column households.recipient_transfer.capacity is 'head, spouse, guardian, tutor or proxy.';
comment on column households.recipient_transfer.proof is 'Kind of the document that was shown; null where none was, or a paper is attached.';
comment on column households.recipient_transfer.proof_number is 'Its number or reference, as written on it.';
comment on column households.recipient_transfer.evidence_id is 'Paper that proves it: given with it (households.transfer_paper), or of a declaration of the household (households.evidence); null where none is.';
comment on column households.recipient_transfer.reason is 'Why it changes, as a code.';
comment on column households.recipient_transfer.says is 'Why, in the words of who proposes.';
comment on column households.recipient_transfer.effective_on is 'Day from which this person receives.';
comment on column households.recipient_transfer.until_on is 'Last day of a proxy: from the day after, whoever received before does again.';
comment on column households.recipient_transfer.asked_at is 'When it was proposed.';
comment on column households.recipient_transfer.asked_by is 'Who proposed.';

create table households.register (
  id uuid default gen_random_uuid() not null,
  single boolean default true not null,
  constraint register_single_check CHECK (single),
  constraint register_pkey PRIMARY KEY (id),
  constraint register_single_key UNIQUE (single)
);
grant select on households.register to socle_worker;
comment on table households.register is 'Which register this is: one row. It travels with backups.';
comment on column households.register.id is 'Drawn when the register was made.';
comment on column households.register.single is 'There is one row.';

create table households.registered_line (
  household_id uuid not null,
  recorded_at timestamp with time zone not null,
  id uuid not null,
  line text not null,
  constraint registered_line_pkey PRIMARY KEY (household_id, id)
);
CREATE INDEX registered_line_set ON households.registered_line USING btree (recorded_at, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON households.registered_line FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table households.registered_line enable row level security;
create policy worker on households.registered_line as permissive for all to socle_worker using (true);
grant select on households.registered_line to socle_worker;
comment on table households.registered_line is 'Lines that the audit reads in the place of declarations that were anonymised or lost a part: the sets recorded can still be verified, the words are gone. Append-only.';
comment on column households.registered_line.household_id is 'Household as it was known.';
comment on column households.registered_line.recorded_at is 'When the declaration was recorded: its set.';
comment on column households.registered_line.id is 'Declaration.';
comment on column households.registered_line.line is 'Its line as it was recorded: ids, days, channel, actor, and the SHA-256 of what it said.';

create table households.renewal (
  household_id uuid not null,
  declaration_id uuid not null,
  due_on date not null,
  expires_on date,
  state text not null,
  priority integer not null,
  opened_at timestamp with time zone default now() not null,
  constraint renewal_state_check CHECK ((state = ANY (ARRAY['due'::text, 'grace'::text, 'expired'::text, 'renewed'::text]))),
  constraint renewal_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint renewal_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint renewal_pkey PRIMARY KEY (household_id, declaration_id)
);
CREATE INDEX renewal_queue ON households.renewal USING btree (priority DESC, household_id) WHERE (state <> 'renewed'::text);
alter table households.renewal enable row level security;
create policy territory on households.renewal as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = renewal.household_id))));
create policy worker on households.renewal as permissive for all to socle_worker using (true);
grant insert, select on households.renewal to socle_app;
grant insert, select on households.renewal to socle_worker;
grant update (state, priority) on households.renewal to socle_worker;
comment on table households.renewal is 'A declaration that is to be renewed.';
comment on column households.renewal.household_id is 'Household.';
comment on column households.renewal.declaration_id is 'Declaration whose time ends.';
comment on column households.renewal.due_on is 'Last day on which it is valid.';
comment on column households.renewal.expires_on is 'Last day on which it still decides; null where nothing expires.';
comment on column households.renewal.state is 'due, grace (past its day), expired (too old to decide on), or renewed.';
comment on column households.renewal.priority is 'Place in the queue, the highest first: state, then days, then risk.';
comment on column households.renewal.opened_at is 'When it entered the queue.';

create table households.renewal_step (
  household_id uuid not null,
  declaration_id uuid not null,
  step text not null,
  on_day date not null,
  recorded_at timestamp with time zone default now() not null,
  constraint renewal_step_step_check CHECK ((step ~ '^(remind_[0-9]+|expired|renewed)$'::text)),
  constraint renewal_step_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.renewal(household_id, declaration_id) ON DELETE CASCADE,
  constraint renewal_step_pkey PRIMARY KEY (household_id, declaration_id, step)
);
alter table households.renewal_step enable row level security;
create policy territory on households.renewal_step as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = renewal_step.household_id))));
create policy worker on households.renewal_step as permissive for all to socle_worker using (true);
grant insert, select on households.renewal_step to socle_app;
grant insert, select on households.renewal_step to socle_worker;
comment on table households.renewal_step is 'What was done about a renewal, each thing once. Written once.';
comment on column households.renewal_step.household_id is 'Household.';
comment on column households.renewal_step.declaration_id is 'Declaration.';
comment on column households.renewal_step.step is 'remind_60 (told 60 days before the end), expired, renewed.';
comment on column households.renewal_step.on_day is 'The day it is of.';
comment on column households.renewal_step.recorded_at is 'When.';

create table households.score (
  household_id uuid not null,
  pack text not null,
  month text not null,
  recorded_at timestamp with time zone default now() not null,
  declaration_id uuid not null,
  pack_version text not null,
  value numeric not null,
  constraint score_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint score_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id),
  constraint score_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id),
  constraint score_pkey PRIMARY KEY (household_id, pack, month, recorded_at)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON households.score FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table households.score enable row level security;
create policy territory on households.score as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = score.household_id))));
create policy worker on households.score as permissive for all to socle_worker using (true);
grant insert, select on households.score to socle_app;
grant insert, select on households.score to socle_worker;
comment on table households.score is 'What a score pack gave the household, as history. Its terms are computed again from the declaration and the pack version. Append-only.';
comment on column households.score.household_id is 'Household scored.';
comment on column households.score.pack is 'Score pack, such as ma/ise.';
comment on column households.score.month is 'Month scored, YYYY-MM.';
comment on column households.score.recorded_at is 'When the score was recorded.';
comment on column households.score.declaration_id is 'Declaration whose facts were scored.';
comment on column households.score.pack_version is 'Version of the pack (programmes.pack_version).';
comment on column households.score.value is 'The score, exact to its seven decimals.';

create table households.transfer_paper (
  household_id uuid not null,
  transfer_id uuid not null,
  id uuid not null,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  stored bytea not null,
  key_sealed bytea not null,
  scan text not null,
  attached_at timestamp with time zone default clock_timestamp() not null,
  attached_by text default security.actor() not null,
  constraint transfer_paper_media_type_check CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'application/pdf'::text]))),
  constraint transfer_paper_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120))),
  constraint transfer_paper_scan_check CHECK ((scan = ANY (ARRAY['clean'::text, 'not_scanned'::text]))),
  constraint transfer_paper_sha256_check CHECK ((length(sha256) = 32)),
  constraint transfer_paper_size_check CHECK ((size > 0)),
  constraint transfer_paper_stored_check CHECK ((length(stored) = 32)),
  constraint transfer_paper_household_id_transfer_id_fkey FOREIGN KEY (household_id, transfer_id) REFERENCES households.recipient_transfer(household_id, id) ON DELETE CASCADE,
  constraint transfer_paper_pkey PRIMARY KEY (household_id, transfer_id),
  constraint transfer_paper_id_key UNIQUE (id),
  constraint transfer_paper_stored_key UNIQUE (stored)
);
CREATE INDEX transfer_paper_key ON households.transfer_paper USING btree (get_byte(key_sealed, 4));
alter table households.transfer_paper enable row level security;
create policy territory on households.transfer_paper as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = transfer_paper.household_id))));
create policy worker on households.transfer_paper as permissive for all to socle_worker using (true);
grant select on households.transfer_paper to socle_app;
grant select on households.transfer_paper to socle_worker;
grant insert (household_id, transfer_id, id, name, media_type, size, sha256, stored, key_sealed, scan) on households.transfer_paper to socle_app;
comment on table households.transfer_paper is 'The paper given with a proposal that somebody else receives: what it is, and where its sealed file lies. Written once.';
comment on column households.transfer_paper.household_id is 'Household: whoever sees it sees the paper.';
comment on column households.transfer_paper.transfer_id is 'Transfer that it proves (households.recipient_transfer).';
comment on column households.transfer_paper.id is 'UUIDv7, made by who gives it; the transfer names it.';
comment on column households.transfer_paper.name is 'Name of the file as it was sent, without folders.';
comment on column households.transfer_paper.media_type is 'What its first bytes say that it is.';
comment on column households.transfer_paper.size is 'Bytes, before sealing.';
comment on column households.transfer_paper.sha256 is 'SHA-256 of the file.';
comment on column households.transfer_paper.stored is 'SHA-256 of the sealed file: its name in the folder, and the proof that it is whole.';
comment on column households.transfer_paper.key_sealed is 'The file''s own key, sealed for this row.';
comment on column households.transfer_paper.scan is 'clean: the scanner found nothing; not_scanned: there is none.';
comment on column households.transfer_paper.attached_at is 'When it was given.';
comment on column households.transfer_paper.attached_by is 'By whom.';

create table households.visit (
  household_id uuid not null,
  sample_id uuid not null,
  number integer not null,
  declaration_id uuid not null,
  part text not null,
  agent text not null,
  constraint visit_number_check CHECK ((number > 0)),
  constraint visit_part_check CHECK ((part = ANY (ARRAY['random'::text, 'risk'::text]))),
  constraint visit_household_id_declaration_id_fkey FOREIGN KEY (household_id, declaration_id) REFERENCES households.declaration(household_id, id) ON DELETE CASCADE,
  constraint visit_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint visit_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES households.visit_sample(id),
  constraint visit_pkey PRIMARY KEY (household_id, sample_id)
);
CREATE INDEX visit_sample_number ON households.visit USING btree (sample_id, number);
alter table households.visit enable row level security;
create policy territory on households.visit as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = visit.household_id))));
create policy worker on households.visit as permissive for all to socle_worker using (true);
grant insert, select on households.visit to socle_app;
grant insert, select on households.visit to socle_worker;
comment on table households.visit is 'A household to visit. Written once.';
comment on column households.visit.household_id is 'Household.';
comment on column households.visit.sample_id is 'Sample it was drawn in.';
comment on column households.visit.number is 'Order in the list.';
comment on column households.visit.declaration_id is 'Declaration to be verified.';
comment on column households.visit.part is 'random, or risk: among those of the lowest quality.';
comment on column households.visit.agent is 'Who recorded that declaration.';

create table households.visit_outcome (
  household_id uuid not null,
  sample_id uuid not null,
  id uuid not null,
  outcome text not null,
  differs text[] not null,
  says text not null,
  visited_on date not null,
  recorded_at timestamp with time zone default now() not null,
  actor text not null,
  constraint visit_outcome_check CHECK (((outcome = 'differs'::text) = (cardinality(differs) > 0))),
  constraint visit_outcome_outcome_check CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'differs'::text, 'not_found'::text]))),
  constraint visit_outcome_says_check CHECK ((char_length(says) <= 1000)),
  constraint visit_outcome_household_id_sample_id_fkey FOREIGN KEY (household_id, sample_id) REFERENCES households.visit(household_id, sample_id) ON DELETE CASCADE,
  constraint visit_outcome_pkey PRIMARY KEY (household_id, sample_id, id)
);
alter table households.visit_outcome enable row level security;
create policy territory on households.visit_outcome as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM households.household parent
  WHERE (parent.id = visit_outcome.household_id))));
create policy worker on households.visit_outcome as permissive for all to socle_worker using (true);
grant insert, select on households.visit_outcome to socle_app;
grant insert, select on households.visit_outcome to socle_worker;
comment on table households.visit_outcome is 'What was found at a visit: the latest counts. Written once.';
comment on column households.visit_outcome.household_id is 'Household visited.';
comment on column households.visit_outcome.sample_id is 'Sample.';
comment on column households.visit_outcome.id is 'UUIDv7, made by who records and kept for retries.';
comment on column households.visit_outcome.outcome is 'confirmed, differs, or not_found.';
comment on column households.visit_outcome.differs is 'What differs: household.FACT, or member.FACT|person.';
comment on column households.visit_outcome.says is 'In the words of who visited.';
comment on column households.visit_outcome.visited_on is 'Day of the visit.';
comment on column households.visit_outcome.recorded_at is 'When it was recorded.';
comment on column households.visit_outcome.actor is 'Who recorded it.';

create table households.visit_sample (
  id uuid not null,
  country text not null,
  territory text collate "C" not null,
  seed text not null,
  size integer not null,
  method jsonb not null,
  strata jsonb not null,
  asked_by text not null,
  asked_at timestamp with time zone default now() not null,
  constraint visit_sample_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint visit_sample_method_check CHECK ((jsonb_typeof(method) = 'object'::text)),
  constraint visit_sample_seed_check CHECK (((char_length(seed) >= 1) AND (char_length(seed) <= 60))),
  constraint visit_sample_size_check CHECK (((size >= 1) AND (size <= 5000))),
  constraint visit_sample_strata_check CHECK ((jsonb_typeof(strata) = 'array'::text)),
  constraint visit_sample_pkey PRIMARY KEY (id)
);
CREATE INDEX visit_sample_territory ON households.visit_sample USING btree (territory);
alter table households.visit_sample enable row level security;
create policy country on households.visit_sample as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (country = ( SELECT security.home_country() AS home_country))));
create policy file on households.visit_sample as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy territory on households.visit_sample as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on households.visit_sample as permissive for all to socle_worker using (true);
grant insert, select on households.visit_sample to socle_app;
grant insert, select on households.visit_sample to socle_worker;
comment on table households.visit_sample is 'A sample of households to visit: its seed and method give the same households again. Written once.';
comment on column households.visit_sample.id is 'UUIDv7, made by who asks and kept for retries.';
comment on column households.visit_sample.country is 'Country.';
comment on column households.visit_sample.territory is 'Territory sampled; the sample is seen by those who see it.';
comment on column households.visit_sample.seed is 'What the draw starts from: a word or a number, of whoever asks.';
comment on column households.visit_sample.size is 'Households asked for.';
comment on column households.visit_sample.method is 'How it was drawn: name, share and bound of the risk part, and what the register knew (known_at).';
comment on column households.visit_sample.strata is 'By territory and agent: how many households there were, and how many of them were drawn.';
comment on column households.visit_sample.asked_by is 'Who asked.';
comment on column households.visit_sample.asked_at is 'When.';

-- programmes ----------------------------------------------------------------------------------------------------------

comment on schema programmes is 'What the law decides: packs in force, determinations, entitlements.';

CREATE OR REPLACE FUNCTION programmes.analyze_determinations()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$ analyze programmes.determination $function$;
comment on function programmes.analyze_determinations() is 'Tells the planner what programmes.determination holds.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.analyze_enrolments()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  analyze programmes.enrolment;
  analyze programmes.enrolment_event;
end
$function$;
comment on function programmes.analyze_enrolments() is 'Tells the planner what the tables of enrolments hold.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.analyze_entitlements()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$ analyze programmes.entitlement $function$;
comment on function programmes.analyze_entitlements() is 'Tells the planner what programmes.entitlement holds.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.check_exceptional()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (
    select from security.published_carried_out p
    where p.id = new.proposal_id and p.kind = 'exceptional_decision' and p.content::jsonb ->> 'decision' = new.id::text
      and p.content::jsonb ->> 'household' = new.household_id::text and p.content::jsonb ->> 'pack' = new.pack
      and p.content::jsonb ->> 'effect' = new.effect and p.content::jsonb ->> 'amount' is not distinct from new.amount_minor::text
      and p.content::jsonb ->> 'from' = new.from_month and p.content::jsonb ->> 'to' = new.to_month) then
    raise exception 'an exceptional decision is what one person proposed and another approved'
      using errcode = 'check_violation', constraint = 'exceptional_of_two';
  end if;
  return new;
end
$function$;
comment on function programmes.check_exceptional() is 'Trigger: an exceptional decision is exactly what two persons decided.';
-- execute: public

CREATE OR REPLACE FUNCTION programmes.check_settled()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not exists (
    select from security.published_carried_out p
    where p.id = new.proposal_id and p.kind = 'overpaid_settled' and p.content::jsonb ->> 'household' = new.household_id::text
      and p.content::jsonb ->> 'pack' = new.pack and p.content::jsonb ->> 'month' = new.month
      and p.content::jsonb ->> 'settled' = new.kind and p.content::jsonb ->> 'amount' = new.amount_minor::text
      and p.content::jsonb ->> 'receipt' is not distinct from new.receipt
      and p.content::jsonb ->> 'receivedOn' is not distinct from new.received_on::text) then
    raise exception 'what is given back or given up is what one person said and another approved'
      using errcode = 'check_violation', constraint = 'recovery_of_two';
  end if;
  if not exists (
    select from programmes.overpayment o
    where o.household_id = new.household_id and o.pack = new.pack and o.month = new.month
      and o.outstanding_minor >= new.amount_minor and o.currency = new.currency) then
    raise exception 'no more is given back or given up than stands open'
      using errcode = 'check_violation', constraint = 'recovery_outstanding';
  end if;
  return new;
end
$function$;
comment on function programmes.check_settled() is 'Trigger: what is settled besides payments is exactly what two persons decided, and no more than stands open.';
-- execute: public

CREATE OR REPLACE FUNCTION programmes.enrolled_elsewhere(households uuid[], packs text[])
 RETURNS TABLE(household_id uuid, pack text, is_in boolean, effective_month text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select e.household_id, e.pack, e.state in ('enrolled', 'suspended'), e.effective_month
  from unnest(households) as asked (id) join programmes.enrolment e on e.household_id = asked.id and e.pack = any (packs)
  where e.state in ('enrolled', 'suspended', 'exited')
$function$;
comment on function programmes.enrolled_elsewhere(uuid[],text[]) is 'Which of these households are, or were, in one of these programmes.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.places_taken(of_pack text, within text, in_month text)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from programmes.enrolment
  where pack = of_pack and (within = '' or territory = within or territory collate "C" >= within || '.' and territory collate "C" < within || '/')
    and (state in ('enrolled', 'suspended') or state = 'exited' and effective_month > in_month)
$function$;
comment on function programmes.places_taken(text,text,text) is 'How many places of a programme are taken in a month below a territory: who is in, and who leaves after it.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.refuse_stopped_range()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if (select step from programmes.switch_stop where switch_id = new.switch_id order by number desc limit 1) = 'stopped' then
    raise exception 'move % is stopped: no range of it is carried out', new.switch_id
      using errcode = 'check_violation', constraint = 'switch_stopped';
  end if;
  return new;
end
$function$;
comment on function programmes.refuse_stopped_range() is 'Trigger: nothing is moved while a move is stopped.';
-- execute: public

CREATE OR REPLACE FUNCTION programmes.run_figures(of_run uuid, parts integer)
 RETURNS TABLE(territory text, households integer, eligible integer, undetermined integer, weight numeric, eligible_weight numeric, amount_minor bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  pack text;
  country text;
begin
  select run.pack, run.country into pack, country from programmes.determination_run as run where run.id = of_run;
  if not security.serves(country) then
    return;
  end if;
  return query execute format(
    'select %s, sum(t.households)::int, coalesce(sum(t.households) filter (where code = ''eligible''), 0)::int,
       coalesce(sum(t.households) filter (where code = ''undetermined''), 0)::int, sum(t.weight),
       sum(t.weight) filter (where code = ''eligible''), coalesce(sum(t.amount_minor), 0)::bigint
     from programmes.determination_total as t where t.run_id = $1 and t.kind = ''outcome'' and %s and %s %s',
    case when parts = 0 then '''''::text' else format('array_to_string((string_to_array(t.territory, ''.''))[1:%s], ''.'')', parts) end,
    security.territory_condition('t.territory'), security.programme_condition(quote_literal(pack), 't.territory'),
    case when parts = 0 then 'having count(*) > 0' else 'group by 1 order by 1' end)
    using of_run;
end
$function$;
comment on function programmes.run_figures(uuid,integer) is 'Figures of a run by territory, at the level of the code''s first parts (1: regions; 0: one row for all), as far as the actor may see what was decided there.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.waiting_count(of_pack text, within text, others_than uuid[])
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*)::int from programmes.enrolment
  where pack = of_pack and state = 'waiting' and household_id <> all (others_than)
    and (within = '' or territory = within or territory collate "C" >= within || '.' and territory collate "C" < within || '/')
$function$;
comment on function programmes.waiting_count(text,text,uuid[]) is 'How many others wait for a place of a programme below a territory.';
-- execute: socle_app
-- execute: socle_worker

CREATE OR REPLACE FUNCTION programmes.yield_enrolments(from_pack text, to_pack text, act uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  done integer;
begin
  with leaving as (
    update programmes.enrolment e
    set state = 'exited', reason = 'yielded', sequence = e.sequence + 1, since_month = null, by_run = true,
      effective_month = entered.effective_month
    from programmes.enrolment_event entered
    where entered.act_id = act and entered.pack = to_pack and entered.state = 'enrolled'
      and entered.recorded_at = now() and e.household_id = entered.household_id and e.pack = from_pack
      and e.state in ('enrolled', 'suspended')
    returning e.household_id, e.sequence, e.territory, e.effective_month
  )
  insert into programmes.enrolment_event
    (household_id, pack, sequence, territory, change, state, reason, detail, effective_month, act_id)
  select l.household_id, from_pack, l.sequence, l.territory, 'exit', 'exited', 'yielded', jsonb_build_object('pack', to_pack),
    l.effective_month, act
  from leaving l;
  get diagnostics done = row_count;
  return done;
end
$function$;
comment on function programmes.yield_enrolments(text,text,uuid) is 'Reviewed: households that this very transaction enrolled in one programme leave another that gives way to it.';
-- execute: socle_app
-- execute: socle_worker

create table programmes.adjustment (
  id uuid not null,
  household_id uuid not null,
  run_id uuid not null,
  pack text not null,
  month text not null,
  territory text collate "C" not null,
  amount_minor bigint not null,
  currency text not null,
  recorded_at timestamp with time zone default now() not null,
  constraint adjustment_amount_minor_check CHECK ((amount_minor <> 0)),
  constraint adjustment_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint adjustment_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint adjustment_pkey PRIMARY KEY (household_id, id),
  constraint adjustment_household_id_pack_month_run_id_key UNIQUE (household_id, pack, month, run_id)
);
CREATE INDEX adjustment_by_month ON programmes.adjustment USING btree (pack, month);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON programmes.adjustment FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table programmes.adjustment enable row level security;
create policy country on programmes.adjustment as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.adjustment as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.adjustment as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.adjustment as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.adjustment as permissive for all to socle_worker using (true);
grant select on programmes.adjustment to socle_app;
grant insert, select on programmes.adjustment to socle_worker;
comment on table programmes.adjustment is 'By how much a later run changed what is owed for a month: arrears above nothing, overpaid below. What is owed is the entitlement with its adjustments. Append-only.';
comment on column programmes.adjustment.id is 'Carried by the payment instruction of arrears: nobody is paid twice for one.';
comment on column programmes.adjustment.household_id is 'Household.';
comment on column programmes.adjustment.run_id is 'Run that says otherwise.';
comment on column programmes.adjustment.pack is 'Pack that gives the right.';
comment on column programmes.adjustment.month is 'Month that it is about, YYYY-MM.';
comment on column programmes.adjustment.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.adjustment.amount_minor is 'What is owed more, or less where below nothing, in minor units.';
comment on column programmes.adjustment.currency is 'Currency.';
comment on column programmes.adjustment.recorded_at is 'When.';

create table programmes.application (
  household_id uuid not null,
  id uuid not null,
  pack text not null,
  territory text collate "C" not null,
  channel text not null,
  applied_on date not null,
  campaign text,
  month text not null,
  declaration_id uuid not null,
  pack_version text not null,
  outcome text not null,
  amount_minor bigint,
  currency text,
  refusals text[] not null,
  missing text[] not null,
  state text not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  constraint application_campaign_check CHECK ((campaign <> ''::text)),
  constraint application_channel_check CHECK ((channel = ANY (ARRAY['web'::text, 'desk'::text, 'mobile'::text, 'payment_point'::text]))),
  constraint application_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint application_outcome_check CHECK ((outcome = ANY (ARRAY['eligible'::text, 'not_eligible'::text, 'undetermined'::text]))),
  constraint application_pack_version_check CHECK ((pack_version ~ '^[0-9a-f]{64}$'::text)),
  constraint application_pkey PRIMARY KEY (household_id, id),
  constraint application_id_key UNIQUE (id)
);
CREATE INDEX application_programme ON programmes.application USING btree (pack, recorded_at);
alter table programmes.application enable row level security;
create policy country on programmes.application as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.application as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.application as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.application as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.application as permissive for all to socle_worker using (true);
grant insert, select on programmes.application to socle_app;
grant insert, select on programmes.application to socle_worker;
comment on table programmes.application is 'Who asked for a programme, when and how, and what the law decided on the spot. Written once.';
comment on column programmes.application.household_id is 'Household.';
comment on column programmes.application.id is 'Made by who asks and kept for retries; the act of its changes.';
comment on column programmes.application.pack is 'Programme.';
comment on column programmes.application.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.application.channel is 'web, desk, mobile or payment_point.';
comment on column programmes.application.applied_on is 'Day.';
comment on column programmes.application.campaign is 'Campaign in which it was taken; null where the programme takes applications at any time.';
comment on column programmes.application.month is 'Month decided.';
comment on column programmes.application.declaration_id is 'Declaration that was read.';
comment on column programmes.application.pack_version is 'Exact text that decided.';
comment on column programmes.application.outcome is 'eligible, not_eligible or undetermined.';
comment on column programmes.application.amount_minor is 'Amount in minor units; null where there is none.';
comment on column programmes.application.currency is 'Currency of the amount; null where the programme sets none.';
comment on column programmes.application.refusals is 'Codes of the refusals that hold.';
comment on column programmes.application.missing is 'Unknown facts that left the decision open.';
comment on column programmes.application.state is 'State that followed.';
comment on column programmes.application.recorded_at is 'When.';
comment on column programmes.application.recorded_by is 'Who took it.';

create table programmes.campaign (
  id uuid not null,
  pack text not null,
  territory text collate "C" not null,
  names jsonb not null,
  opens_on date not null,
  closes_on date not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  constraint campaign_check CHECK ((closes_on >= opens_on)),
  constraint campaign_names_check CHECK ((names ?& '{fr,ar,en}'::text[])),
  constraint campaign_pkey PRIMARY KEY (id)
);
grant insert, select on programmes.campaign to socle_app;
grant insert, select on programmes.campaign to socle_worker;
comment on table programmes.campaign is 'Windows in which applications are taken, opened in the console. Written once.';
comment on column programmes.campaign.id is 'Made by the caller and kept for retries.';
comment on column programmes.campaign.pack is 'Programme.';
comment on column programmes.campaign.territory is 'Where; the empty text is the whole country.';
comment on column programmes.campaign.names is 'Its name in fr, ar and en.';
comment on column programmes.campaign.opens_on is 'First day.';
comment on column programmes.campaign.closes_on is 'Last day.';
comment on column programmes.campaign.recorded_at is 'When it was opened.';
comment on column programmes.campaign.recorded_by is 'Who opened it.';

create table programmes.condition_finding (
  household_id uuid not null,
  id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null,
  month text not null,
  person_id uuid,
  finding text not null,
  waiver_id uuid,
  run_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint condition_finding_check CHECK (((finding = 'waived'::text) = (waiver_id IS NOT NULL))),
  constraint condition_finding_code_check CHECK ((code ~ '^[a-z_]+$'::text)),
  constraint condition_finding_finding_check CHECK ((finding = ANY (ARRAY['met'::text, 'unmet'::text, 'unknown'::text, 'waived'::text]))),
  constraint condition_finding_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint condition_finding_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint condition_finding_waiver_id_fkey FOREIGN KEY (waiver_id) REFERENCES programmes.condition_waiver(id),
  constraint condition_finding_pkey PRIMARY KEY (household_id, id),
  constraint condition_finding_household_id_pack_code_month_person_id_key UNIQUE NULLS NOT DISTINCT (household_id, pack, code, month, person_id)
);
CREATE INDEX condition_finding_month ON programmes.condition_finding USING btree (pack, month, territory);
alter table programmes.condition_finding enable row level security;
create policy country on programmes.condition_finding as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.condition_finding as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.condition_finding as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.condition_finding as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.condition_finding as permissive for all to socle_worker using (true);
grant select on programmes.condition_finding to socle_app;
grant insert, select on programmes.condition_finding to socle_worker;
comment on table programmes.condition_finding is 'Months in which a condition was not met, could not be told or was waived, and the first month after in which it was met. Written once.';
comment on column programmes.condition_finding.household_id is 'Household.';
comment on column programmes.condition_finding.id is 'UUIDv7.';
comment on column programmes.condition_finding.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.condition_finding.pack is 'Programme.';
comment on column programmes.condition_finding.code is 'Condition.';
comment on column programmes.condition_finding.month is 'Month decided.';
comment on column programmes.condition_finding.person_id is 'Member it is about; null: the household.';
comment on column programmes.condition_finding.finding is 'unmet, unknown (facts are missing), waived, or met again.';
comment on column programmes.condition_finding.waiver_id is 'Waiver that let it not count.';
comment on column programmes.condition_finding.run_id is 'Run whose decisions were looked at.';
comment on column programmes.condition_finding.recorded_at is 'When.';

create table programmes.condition_step (
  household_id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null,
  month text not null,
  step text not null,
  breaches integer not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint condition_step_breaches_check CHECK ((breaches >= 0)),
  constraint condition_step_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint condition_step_step_check CHECK ((step = ANY (ARRAY['warned'::text, 'suspended'::text, 'restored'::text]))),
  constraint condition_step_pkey PRIMARY KEY (household_id, pack, code, month)
);
CREATE INDEX condition_step_month ON programmes.condition_step USING btree (pack, month, household_id);
alter table programmes.condition_step enable row level security;
create policy country on programmes.condition_step as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.condition_step as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.condition_step as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.condition_step as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.condition_step as permissive for all to socle_worker using (true);
grant select on programmes.condition_step to socle_app;
grant insert, select on programmes.condition_step to socle_worker;
comment on table programmes.condition_step is 'What followed for a household: a warning, the suspension after it, the return. Written once.';
comment on column programmes.condition_step.household_id is 'Household.';
comment on column programmes.condition_step.territory is 'Where the household lived then.';
comment on column programmes.condition_step.pack is 'Programme.';
comment on column programmes.condition_step.code is 'Condition.';
comment on column programmes.condition_step.month is 'Month that it follows.';
comment on column programmes.condition_step.step is 'warned, suspended or restored.';
comment on column programmes.condition_step.breaches is 'Months in a row not met by then, of the member with most.';
comment on column programmes.condition_step.recorded_at is 'When.';

create table programmes.condition_waiver (
  id uuid not null,
  country text not null,
  pack text not null,
  code text,
  territory text collate "C" not null,
  from_month text not null,
  until_month text not null,
  members jsonb,
  says text not null,
  shock_id uuid,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  constraint condition_waiver_check CHECK ((until_month >= from_month)),
  constraint condition_waiver_code_check CHECK ((code ~ '^[a-z_]+$'::text)),
  constraint condition_waiver_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint condition_waiver_from_month_check CHECK ((from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint condition_waiver_members_check CHECK ((jsonb_typeof(members) = 'object'::text)),
  constraint condition_waiver_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint condition_waiver_until_month_check CHECK ((until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint condition_waiver_pkey PRIMARY KEY (id)
);
CREATE INDEX condition_waiver_pack ON programmes.condition_waiver USING btree (pack, from_month);
grant insert, select on programmes.condition_waiver to socle_app;
grant insert, select on programmes.condition_waiver to socle_worker;
comment on table programmes.condition_waiver is 'Where and when a condition does not count, by decision of two persons. About places and groups, never one person. Written once.';
comment on column programmes.condition_waiver.id is 'Of the proposal that was approved, or of the shock''s waiver.';
comment on column programmes.condition_waiver.country is 'Country folder.';
comment on column programmes.condition_waiver.pack is 'Programme.';
comment on column programmes.condition_waiver.code is 'Condition, as conditions.yaml names it; null: all of the programme''s.';
comment on column programmes.condition_waiver.territory is 'Where, with all below it; the empty text is the whole country.';
comment on column programmes.condition_waiver.from_month is 'First month, YYYY-MM.';
comment on column programmes.condition_waiver.until_month is 'Last month.';
comment on column programmes.condition_waiver.members is 'Group: facts of members and the values of each that belong; null: everybody.';
comment on column programmes.condition_waiver.says is 'Why, in the words of who proposed.';
comment on column programmes.condition_waiver.shock_id is 'Shock that it belongs to; null where none.';
comment on column programmes.condition_waiver.recorded_at is 'When it was approved.';
comment on column programmes.condition_waiver.recorded_by is 'Who approved.';

create table programmes.condition_waiver_end (
  id uuid not null,
  waiver_id uuid not null,
  until_month text not null,
  says text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  constraint condition_waiver_end_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint condition_waiver_end_until_month_check CHECK ((until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint condition_waiver_end_waiver_id_fkey FOREIGN KEY (waiver_id) REFERENCES programmes.condition_waiver(id),
  constraint condition_waiver_end_pkey PRIMARY KEY (id)
);
CREATE INDEX condition_waiver_end_waiver ON programmes.condition_waiver_end USING btree (waiver_id);
grant insert, select on programmes.condition_waiver_end to socle_app;
grant select on programmes.condition_waiver_end to socle_worker;
comment on table programmes.condition_waiver_end is 'A waiver ended earlier, by two persons; the earliest stands. Before its first month, it never counts. Written once.';
comment on column programmes.condition_waiver_end.id is 'Of the proposal that was approved.';
comment on column programmes.condition_waiver_end.waiver_id is 'Waiver.';
comment on column programmes.condition_waiver_end.until_month is 'Last month from now on.';
comment on column programmes.condition_waiver_end.says is 'Why, in the words of who proposed.';
comment on column programmes.condition_waiver_end.recorded_at is 'When it was approved.';
comment on column programmes.condition_waiver_end.recorded_by is 'Who approved.';

create table programmes.condition_withdrawal (
  household_id uuid not null,
  territory text collate "C" not null,
  pack text not null,
  code text not null,
  month text not null,
  run_id uuid not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint condition_withdrawal_household_id_pack_code_month_fkey FOREIGN KEY (household_id, pack, code, month) REFERENCES programmes.condition_step(household_id, pack, code, month),
  constraint condition_withdrawal_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint condition_withdrawal_pkey PRIMARY KEY (household_id, pack, code, month)
);
CREATE INDEX condition_withdrawal_run ON programmes.condition_withdrawal USING btree (run_id);
alter table programmes.condition_withdrawal enable row level security;
create policy country on programmes.condition_withdrawal as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.condition_withdrawal as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.condition_withdrawal as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.condition_withdrawal as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.condition_withdrawal as permissive for all to socle_worker using (true);
grant select on programmes.condition_withdrawal to socle_app;
grant insert, select on programmes.condition_withdrawal to socle_worker;
comment on table programmes.condition_withdrawal is 'Warnings taken back: a later run of the same month finds the condition met or waived. Written once.';
comment on column programmes.condition_withdrawal.household_id is 'Household.';
comment on column programmes.condition_withdrawal.territory is 'Where the household lived when it was warned.';
comment on column programmes.condition_withdrawal.pack is 'Programme.';
comment on column programmes.condition_withdrawal.code is 'Condition.';
comment on column programmes.condition_withdrawal.month is 'Month of the warning; what was found in it counts no more.';
comment on column programmes.condition_withdrawal.run_id is 'Run that decided the month again.';
comment on column programmes.condition_withdrawal.recorded_at is 'When.';

create table programmes.determination (
  household_id uuid not null,
  run_id uuid not null,
  territory text collate "C" not null,
  declaration_id uuid not null,
  outcome text not null,
  amount_minor bigint,
  refusals text[] not null,
  open_refusals text[] not null,
  missing text[] not null,
  scores jsonb not null,
  lines jsonb not null,
  weight numeric not null,
  pack text not null,
  sequence integer not null,
  range_number integer,
  state bigint,
  difference text,
  before_outcome text,
  before_amount_minor bigint,
  before_refusals text[],
  constraint determination_difference_check CHECK ((difference = ANY (ARRAY['first'::text, 'entered'::text, 'left'::text, 'amount_changed'::text, 'gone'::text, 'other'::text]))),
  constraint determination_outcome_check CHECK ((outcome = ANY (ARRAY['eligible'::text, 'not_eligible'::text, 'undetermined'::text, 'scored'::text, 'gone'::text]))),
  constraint determination_weight_check CHECK ((weight > (0)::numeric)),
  constraint determination_pkey PRIMARY KEY (household_id, pack, sequence)
);
CREATE INDEX determination_by_run ON programmes.determination USING brin (run_id, range_number) WITH (pages_per_range='16', autosummarize='on');
alter table programmes.determination enable row level security;
create policy country on programmes.determination as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (( SELECT run.country
   FROM programmes.determination_run run
  WHERE (run.id = determination.run_id)) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.determination as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.determination as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(( SELECT run.pack
   FROM programmes.determination_run run
  WHERE (run.id = determination.run_id)), territory)));
create policy territory on programmes.determination as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.determination as permissive for all to socle_worker using (true);
grant select on programmes.determination to socle_app;
grant insert, select on programmes.determination to socle_worker;
comment on table programmes.determination is 'What a run decided for a household where that is not what stood before. Append-only.';
comment on column programmes.determination.household_id is 'Household decided (households.household).';
comment on column programmes.determination.run_id is 'Run that decided.';
comment on column programmes.determination.territory is 'Territory of the household when it was decided; rows are seen by those who may see it.';
comment on column programmes.determination.declaration_id is 'Declaration whose facts were used (households.declaration).';
comment on column programmes.determination.outcome is 'eligible, not_eligible, undetermined, scored for a score alone, or gone: the household is not in the snapshot.';
comment on column programmes.determination.amount_minor is 'Amount in minor units of the run''s currency; null where the pack sets none or the household is not eligible.';
comment on column programmes.determination.refusals is 'Codes of the refusals that hold, in the pack''s order.';
comment on column programmes.determination.open_refusals is 'Codes of the refusals that cannot be told, a fact being unknown.';
comment on column programmes.determination.missing is 'Unknown facts that left the decision open.';
comment on column programmes.determination.scores is 'Scores used, pack name to decimal text of seven places.';
comment on column programmes.determination.lines is 'Lines per member, as the decision lists them.';
comment on column programmes.determination.weight is 'Households this one stands for: 1 in a register, the survey weight in a sample.';
comment on column programmes.determination.pack is 'Pack of the run.';
comment on column programmes.determination.sequence is 'Place of the run in the chain of its pack: the latest row up to a run is the household''s state in it.';
comment on column programmes.determination.range_number is 'Range of the run that wrote it; null where the register itself was read.';
comment on column programmes.determination.state is 'Digest of what was decided, by which the next run finds what has changed; null where the register itself was read.';
comment on column programmes.determination.difference is 'What is new: first (never decided before), entered, left, amount_changed, gone, other (reasons, scores, lines or the place).';
comment on column programmes.determination.before_outcome is 'Outcome that stood before; null where none did.';
comment on column programmes.determination.before_amount_minor is 'Amount that stood before.';
comment on column programmes.determination.before_refusals is 'Refusals that held before.';

create table programmes.determination_range (
  run_id uuid not null,
  number integer not null,
  first_household uuid,
  last_household uuid,
  decided_at timestamp with time zone,
  households integer,
  result_hash text,
  path text,
  batch integer,
  written integer,
  written_hash text,
  standing integer,
  constraint determination_range_batch_check CHECK ((batch >= 0)),
  constraint determination_range_check CHECK ((last_household >= first_household)),
  constraint determination_range_check1 CHECK (((path IS NULL) = (batch IS NULL))),
  constraint determination_range_number_check CHECK ((number >= 0)),
  constraint determination_range_result_hash_check CHECK ((result_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint determination_range_standing_check CHECK ((standing >= 0)),
  constraint determination_range_written_check CHECK ((written >= 0)),
  constraint determination_range_written_hash_check CHECK ((written_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint determination_range_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint determination_range_pkey PRIMARY KEY (run_id, number)
);
grant select on programmes.determination_range to socle_app;
grant insert, select on programmes.determination_range to socle_worker;
grant update (decided_at, households, result_hash, written, written_hash, standing) on programmes.determination_range to socle_worker;
comment on table programmes.determination_range is 'The ranges that a run is cut into, each a batch of a snapshot''s file; a range is written whole or not at all. The last one, without a file, closes households that are gone.';
comment on column programmes.determination_range.run_id is 'Run the range belongs to.';
comment on column programmes.determination_range.number is 'Order of the range within the run, from 0.';
comment on column programmes.determination_range.first_household is 'First household id of the range, where the register itself was read.';
comment on column programmes.determination_range.last_household is 'Last household id of the range, included, where the register itself was read.';
comment on column programmes.determination_range.decided_at is 'When the range was written; null while it waits.';
comment on column programmes.determination_range.households is 'Households decided in the range, whether or not anything changed for them.';
comment on column programmes.determination_range.result_hash is 'SHA-256 over the states of the households of the range, in the order of the file.';
comment on column programmes.determination_range.path is 'File of the snapshot.';
comment on column programmes.determination_range.batch is 'Batch of the file, from 0.';
comment on column programmes.determination_range.written is 'Rows written: households whose state is not what it was.';
comment on column programmes.determination_range.written_hash is 'SHA-256 over the rows written, in order of household id.';
comment on column programmes.determination_range.standing is 'Households of the range that had a state before.';

create table programmes.determination_request (
  id uuid not null,
  country text not null,
  pack text not null,
  month text not null,
  snapshot text,
  asked_by text not null,
  asked_at timestamp with time zone default now() not null,
  refusal jsonb,
  refused_at timestamp with time zone,
  constraint determination_request_check CHECK (((refusal IS NULL) = (refused_at IS NULL))),
  constraint determination_request_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint determination_request_pkey PRIMARY KEY (id)
);
grant select on programmes.determination_request to socle_app;
grant insert, select on programmes.determination_request to socle_worker;
grant update (refusal, refused_at) on programmes.determination_request to socle_worker;
comment on table programmes.determination_request is 'Determinations asked of the workers. The run that comes of one has its id.';
comment on column programmes.determination_request.id is 'Id of the job, and of the run.';
comment on column programmes.determination_request.country is 'Country whose households are to be decided.';
comment on column programmes.determination_request.pack is 'Programme.';
comment on column programmes.determination_request.month is 'Month to decide.';
comment on column programmes.determination_request.snapshot is 'Name of the snapshot to decide on; null where the register is to be frozen.';
comment on column programmes.determination_request.asked_by is 'Who asked.';
comment on column programmes.determination_request.asked_at is 'When.';
comment on column programmes.determination_request.refusal is 'Why no run came of it: a code with its facts.';
comment on column programmes.determination_request.refused_at is 'When it was refused; null while it waits and where it became a run.';

create table programmes.determination_run (
  id uuid not null,
  country text not null,
  pack text not null,
  pack_version text not null,
  month text not null,
  currency text,
  asked_by text not null,
  asked_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  result_hash text,
  sequence integer not null,
  snapshot text,
  snapshot_hash text,
  as_of timestamp with time zone,
  effective_on date,
  households integer not null,
  cancelled_at timestamp with time zone,
  cancelled_by text,
  trial boolean default false not null,
  constraint determination_run_check CHECK (((finished_at IS NULL) = (result_hash IS NULL))),
  constraint determination_run_check1 CHECK (((cancelled_at IS NULL) = (cancelled_by IS NULL))),
  constraint determination_run_check2 CHECK (((cancelled_at IS NULL) OR (finished_at IS NULL))),
  constraint determination_run_check3 CHECK ((((snapshot IS NULL) = (snapshot_hash IS NULL)) AND ((snapshot IS NULL) = (as_of IS NULL)) AND ((snapshot IS NULL) = (effective_on IS NULL)))),
  constraint determination_run_check4 CHECK ((trial = (sequence >= 1000000000))),
  constraint determination_run_households_check CHECK ((households >= 0)),
  constraint determination_run_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint determination_run_result_hash_check CHECK ((result_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint determination_run_snapshot_hash_check CHECK ((snapshot_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint determination_run_pack_version_fkey FOREIGN KEY (pack_version) REFERENCES programmes.pack_version(version),
  constraint determination_run_pkey PRIMARY KEY (id),
  constraint determination_run_pack_sequence_key UNIQUE (pack, sequence)
);
CREATE UNIQUE INDEX determination_run_open ON programmes.determination_run USING btree (pack, trial) WHERE ((finished_at IS NULL) AND (cancelled_at IS NULL));
grant select on programmes.determination_run to socle_app;
grant insert, select on programmes.determination_run to socle_worker;
grant update (finished_at, result_hash, cancelled_at, cancelled_by) on programmes.determination_run to socle_worker;
comment on table programmes.determination_run is 'One decision of one pack for one month over every household of a snapshot. Runs of a pack form a chain.';
comment on column programmes.determination_run.id is 'Made by the caller, so that asking twice is asking once.';
comment on column programmes.determination_run.country is 'Country whose households are decided.';
comment on column programmes.determination_run.pack is 'Pack that decides, such as ma/asd.';
comment on column programmes.determination_run.pack_version is 'Exact text that decides.';
comment on column programmes.determination_run.month is 'Month decided, YYYY-MM.';
comment on column programmes.determination_run.currency is 'Currency of the amounts; null where the pack sets none.';
comment on column programmes.determination_run.asked_by is 'Who asked: staff name or system process.';
comment on column programmes.determination_run.asked_at is 'When the run was asked.';
comment on column programmes.determination_run.finished_at is 'When the last range was written; null while it runs.';
comment on column programmes.determination_run.result_hash is 'SHA-256 over the hashes of the ranges in order: the same snapshot, pack and month give the same hash.';
comment on column programmes.determination_run.sequence is 'Place in the chain of the pack''s runs, from 1; trials, in a chain of their own, from 1000000000.';
comment on column programmes.determination_run.snapshot is 'Name of the snapshot decided on, in the folder of snapshots; null for runs that read the register itself.';
comment on column programmes.determination_run.snapshot_hash is 'Hash of its manifest: the very facts.';
comment on column programmes.determination_run.as_of is 'What the register knew at this instant is what is decided.';
comment on column programmes.determination_run.effective_on is 'Facts in effect on this day.';
comment on column programmes.determination_run.households is 'Households of the snapshot: all that the run decides.';
comment on column programmes.determination_run.cancelled_at is 'When it was given up; its rows then count for nothing.';
comment on column programmes.determination_run.cancelled_by is 'Who gave it up.';
comment on column programmes.determination_run.trial is 'It decides households that are not of this register: nobody is owed anything.';

create table programmes.determination_total (
  run_id uuid not null,
  number integer not null,
  territory text collate "C" not null,
  kind text not null,
  code text not null,
  households integer not null,
  weight numeric not null,
  amount_minor bigint not null,
  constraint determination_total_households_check CHECK ((households > 0)),
  constraint determination_total_kind_check CHECK ((kind = ANY (ARRAY['outcome'::text, 'refusal'::text, 'difference'::text, 'left_for'::text, 'entered_from'::text]))),
  constraint determination_total_number_check CHECK ((number >= 0)),
  constraint determination_total_weight_check CHECK ((weight > (0)::numeric)),
  constraint determination_total_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint determination_total_pkey PRIMARY KEY (run_id, number, territory, kind, code)
);
alter table programmes.determination_total enable row level security;
create policy country on programmes.determination_total as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (( SELECT run.country
   FROM programmes.determination_run run
  WHERE (run.id = determination_total.run_id)) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.determination_total as restrictive for all to socle_app using ((( SELECT security.only_files() AS only_files) IS NULL));
create policy programme on programmes.determination_total as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(( SELECT run.pack
   FROM programmes.determination_run run
  WHERE (run.id = determination_total.run_id)), territory)));
create policy territory on programmes.determination_total as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.determination_total as permissive for all to socle_worker using (true);
grant select on programmes.determination_total to socle_app;
grant insert, select on programmes.determination_total to socle_worker;
comment on table programmes.determination_total is 'How many households of a range have an outcome, a refusal or a difference, by territory: figures are sums of these, not counts of rows.';
comment on column programmes.determination_total.run_id is 'Run.';
comment on column programmes.determination_total.number is 'Range of the run.';
comment on column programmes.determination_total.territory is 'Territory of the households, as deep as the register knows it.';
comment on column programmes.determination_total.kind is 'outcome (every household has one), refusal (those that hold), difference (what changed), left_for (why households left), entered_from (what had kept those who entered out).';
comment on column programmes.determination_total.code is 'The outcome, the code of the refusal, or the difference; in left_for and entered_from a refusal, or outcome: with gone, undetermined or none where no refusal held.';
comment on column programmes.determination_total.households is 'Households counted.';
comment on column programmes.determination_total.weight is 'Households that they stand for.';
comment on column programmes.determination_total.amount_minor is 'Sum of their amounts in minor units; for a difference, of what they have more (or less) than before.';

create table programmes.enrolment (
  household_id uuid not null,
  pack text not null,
  territory text collate "C" not null,
  state text not null,
  reason text not null,
  sequence integer not null,
  effective_month text not null,
  since_month text,
  certified_month text,
  asked_on date default CURRENT_DATE not null,
  by_run boolean not null,
  constraint enrolment_certified_month_check CHECK ((certified_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint enrolment_check CHECK (((since_month IS NOT NULL) = (state = ANY (ARRAY['enrolled'::text, 'suspended'::text])))),
  constraint enrolment_effective_month_check CHECK ((effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint enrolment_sequence_check CHECK ((sequence > 0)),
  constraint enrolment_since_month_check CHECK ((since_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint enrolment_state_check CHECK ((state = ANY (ARRAY['applied'::text, 'eligible'::text, 'refused'::text, 'waiting'::text, 'enrolled'::text, 'suspended'::text, 'exited'::text]))),
  constraint enrolment_pkey PRIMARY KEY (household_id, pack)
);
CREATE INDEX enrolment_by_state ON programmes.enrolment USING btree (pack, state, territory);
alter table programmes.enrolment enable row level security;
create policy country on programmes.enrolment as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.enrolment as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.enrolment as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.enrolment as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.enrolment as permissive for all to socle_worker using (true);
grant insert, select, update on programmes.enrolment to socle_app;
grant insert, select, update on programmes.enrolment to socle_worker;
comment on table programmes.enrolment is 'The latest state of each household in each programme: what its events come to, kept so that a nation is counted without reading them all.';
comment on column programmes.enrolment.household_id is 'Household.';
comment on column programmes.enrolment.pack is 'Programme.';
comment on column programmes.enrolment.territory is 'Where the household lived at the last change; rows are seen by those who may see it.';
comment on column programmes.enrolment.state is 'As in the last event.';
comment on column programmes.enrolment.reason is 'As in the last event.';
comment on column programmes.enrolment.sequence is 'Of the last event.';
comment on column programmes.enrolment.effective_month is 'Of the last event: for this month and those after it, this is the state.';
comment on column programmes.enrolment.since_month is 'First month of being in, suspended or not; null for who is not in.';
comment on column programmes.enrolment.certified_month is 'When it last said anew how it stands, or came in.';
comment on column programmes.enrolment.asked_on is 'Day of the application, or on which it first was a candidate: ties of a waiting list.';
comment on column programmes.enrolment.by_run is 'The last change was made by a determination run: what was done by hand, a run does not undo.';

create table programmes.enrolment_act (
  id uuid not null,
  pack text not null,
  kind text not null,
  digest bytea not null,
  month text not null,
  run_id uuid,
  sequence integer,
  terms_version text,
  counts jsonb not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  constraint enrolment_act_check CHECK ((((kind = 'run'::text) = (run_id IS NOT NULL)) AND ((kind = 'run'::text) = (sequence IS NOT NULL)))),
  constraint enrolment_act_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
  constraint enrolment_act_digest_check CHECK ((length(digest) = 32)),
  constraint enrolment_act_kind_check CHECK ((kind = ANY (ARRAY['run'::text, 'application'::text, 'change'::text]))),
  constraint enrolment_act_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint enrolment_act_terms_version_check CHECK ((terms_version ~ '^[0-9a-f]{64}$'::text)),
  constraint enrolment_act_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint enrolment_act_pkey PRIMARY KEY (id)
);
CREATE INDEX enrolment_act_pack ON programmes.enrolment_act USING btree (pack, sequence);
CREATE UNIQUE INDEX enrolment_act_run ON programmes.enrolment_act USING btree (run_id) WHERE (run_id IS NOT NULL);
grant insert, select on programmes.enrolment_act to socle_app;
grant insert, select on programmes.enrolment_act to socle_worker;
comment on table programmes.enrolment_act is 'What changed enrolments, one at a time or in millions: each once. Written once.';
comment on column programmes.enrolment_act.id is 'Made by the caller and kept for retries.';
comment on column programmes.enrolment_act.pack is 'Programme.';
comment on column programmes.enrolment_act.kind is 'run (a determination run was applied), application, change.';
comment on column programmes.enrolment_act.digest is 'SHA-256 of what was asked: a retry asks the same.';
comment on column programmes.enrolment_act.month is 'Month from which it counts.';
comment on column programmes.enrolment_act.run_id is 'Run that was applied.';
comment on column programmes.enrolment_act.sequence is 'Place of that run in the chain of the programme: later runs go on from there.';
comment on column programmes.enrolment_act.terms_version is 'Terms of the programme then, by the hash of their text.';
comment on column programmes.enrolment_act.counts is 'Households by what became of them.';
comment on column programmes.enrolment_act.recorded_at is 'When.';
comment on column programmes.enrolment_act.recorded_by is 'Who.';

create table programmes.enrolment_event (
  household_id uuid not null,
  pack text not null,
  sequence integer not null,
  territory text collate "C" not null,
  change text not null,
  state text not null,
  reason text not null,
  detail jsonb,
  says text,
  effective_month text not null,
  act_id uuid not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  constraint enrolment_event_change_check CHECK ((change = ANY (ARRAY['apply'::text, 'find_eligible'::text, 'refuse'::text, 'wait'::text, 'enrol'::text, 'suspend'::text, 'restore'::text, 'recertify'::text, 'exit'::text]))),
  constraint enrolment_event_detail_check CHECK ((jsonb_typeof(detail) = 'object'::text)),
  constraint enrolment_event_effective_month_check CHECK ((effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint enrolment_event_reason_check CHECK ((reason ~ '^[a-z][a-z0-9_]*$'::text)),
  constraint enrolment_event_says_check CHECK (((says <> ''::text) AND (char_length(says) <= 1000))),
  constraint enrolment_event_sequence_check CHECK ((sequence > 0)),
  constraint enrolment_event_state_check CHECK ((state = ANY (ARRAY['applied'::text, 'eligible'::text, 'refused'::text, 'waiting'::text, 'enrolled'::text, 'suspended'::text, 'exited'::text]))),
  constraint enrolment_event_pkey PRIMARY KEY (household_id, pack, sequence)
);
CREATE INDEX enrolment_event_act ON programmes.enrolment_event USING brin (act_id) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX enrolment_event_suspensions ON programmes.enrolment_event USING btree (pack, effective_month, household_id) WHERE (change = ANY (ARRAY['suspend'::text, 'restore'::text]));
alter table programmes.enrolment_event enable row level security;
create policy country on programmes.enrolment_event as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.enrolment_event as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.enrolment_event as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.enrolment_event as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.enrolment_event as permissive for all to socle_worker using (true);
grant insert, select on programmes.enrolment_event to socle_app;
grant insert, select on programmes.enrolment_event to socle_worker;
comment on table programmes.enrolment_event is 'Every change of a household''s state in a programme. Append-only: what was recorded last counts from its month on.';
comment on column programmes.enrolment_event.household_id is 'Household.';
comment on column programmes.enrolment_event.pack is 'Programme.';
comment on column programmes.enrolment_event.sequence is 'Place among the changes of this household in this programme, from 1.';
comment on column programmes.enrolment_event.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.enrolment_event.change is 'What was done: apply, find_eligible, refuse, wait, enrol, suspend, restore, recertify, exit.';
comment on column programmes.enrolment_event.state is 'The state that follows: applied, eligible (not enrolled for a reason), refused, waiting (for a place), enrolled, suspended, exited.';
comment on column programmes.enrolment_event.reason is 'Why, as a code: a refusal of the pack, or one of the program.';
comment on column programmes.enrolment_event.detail is 'What goes with the reason: a number of places, another programme, a condition.';
comment on column programmes.enrolment_event.says is 'Why, in the words of who did it.';
comment on column programmes.enrolment_event.effective_month is 'First month for which it counts, YYYY-MM.';
comment on column programmes.enrolment_event.act_id is 'Act that it belongs to.';
comment on column programmes.enrolment_event.recorded_at is 'When.';
comment on column programmes.enrolment_event.recorded_by is 'Who.';

create table programmes.entitlement (
  id uuid not null,
  household_id uuid not null,
  run_id uuid not null,
  pack text not null,
  month text not null,
  territory text collate "C" not null,
  amount_minor bigint not null,
  currency text not null,
  entitled_at timestamp with time zone default now() not null,
  exceptional_id uuid,
  late boolean default false not null,
  constraint entitlement_amount_minor_check CHECK ((amount_minor > 0)),
  constraint entitlement_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint entitlement_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint entitlement_pkey PRIMARY KEY (household_id, id),
  constraint entitlement_household_id_pack_month_key UNIQUE (household_id, pack, month)
);
CREATE INDEX entitlement_by_month ON programmes.entitlement USING btree (pack, month);
CREATE INDEX entitlement_by_territory ON programmes.entitlement USING btree (territory, pack, month);
CREATE INDEX entitlement_late ON programmes.entitlement USING btree (pack, month) WHERE late;
alter table programmes.entitlement enable row level security;
create policy country on programmes.entitlement as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.entitlement as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.entitlement as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.entitlement as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.entitlement as permissive for all to socle_worker using (true);
grant select on programmes.entitlement to socle_app;
grant insert, select on programmes.entitlement to socle_worker;
comment on table programmes.entitlement is 'What is owed to a household for a month: one per household, pack and month, whatever is run again. Append-only.';
comment on column programmes.entitlement.id is 'Carried by the payment instruction: nobody is paid twice for one entitlement.';
comment on column programmes.entitlement.household_id is 'Household owed.';
comment on column programmes.entitlement.run_id is 'Run whose determination gives the right.';
comment on column programmes.entitlement.pack is 'Pack that gives the right, such as ma/asd.';
comment on column programmes.entitlement.month is 'Month owed, YYYY-MM.';
comment on column programmes.entitlement.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.entitlement.amount_minor is 'Amount owed in minor units.';
comment on column programmes.entitlement.currency is 'Currency owed.';
comment on column programmes.entitlement.entitled_at is 'When the right was recorded.';
comment on column programmes.entitlement.exceptional_id is 'Exceptional decision by which it is owed; null where the law alone gives it.';
comment on column programmes.entitlement.late is 'Recorded by a later run than the first of its month: it joins the next payment, whatever month that is for.';

create table programmes.exceptional_decision (
  household_id uuid not null,
  id uuid not null,
  pack text not null,
  territory text collate "C" not null,
  effect text not null,
  amount_minor bigint,
  currency text,
  from_month text not null,
  to_month text not null,
  motive text not null,
  proposal_id uuid not null,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  constraint exceptional_decision_amount_minor_check CHECK ((amount_minor > 0)),
  constraint exceptional_decision_check CHECK ((to_month >= from_month)),
  constraint exceptional_decision_check1 CHECK ((((effect = 'owed'::text) = (amount_minor IS NOT NULL)) AND ((amount_minor IS NULL) = (currency IS NULL)))),
  constraint exceptional_decision_effect_check CHECK ((effect = ANY (ARRAY['owed'::text, 'not_owed'::text]))),
  constraint exceptional_decision_from_month_check CHECK ((from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint exceptional_decision_motive_check CHECK (((motive <> ''::text) AND (char_length(motive) <= 1000))),
  constraint exceptional_decision_to_month_check CHECK ((to_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint exceptional_decision_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES security.proposal(id),
  constraint exceptional_decision_pkey PRIMARY KEY (household_id, id),
  constraint exceptional_decision_id_key UNIQUE (id),
  constraint exceptional_decision_proposal_id_key UNIQUE (proposal_id)
);
CREATE INDEX exceptional_decision_programme ON programmes.exceptional_decision USING btree (pack, from_month, to_month);
CREATE TRIGGER exceptional_of_two BEFORE INSERT ON programmes.exceptional_decision FOR EACH ROW EXECUTE FUNCTION programmes.check_exceptional();
alter table programmes.exceptional_decision enable row level security;
create policy country on programmes.exceptional_decision as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.exceptional_decision as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.exceptional_decision as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.exceptional_decision as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.exceptional_decision as permissive for all to socle_worker using (true);
grant insert, select on programmes.exceptional_decision to socle_app;
grant select on programmes.exceptional_decision to socle_worker;
comment on table programmes.exceptional_decision is 'What two persons decided for a household besides the law, for some months: no determination and no enrolment changes by it. Written once.';
comment on column programmes.exceptional_decision.household_id is 'Household.';
comment on column programmes.exceptional_decision.id is 'Made by who proposed.';
comment on column programmes.exceptional_decision.pack is 'Programme.';
comment on column programmes.exceptional_decision.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.exceptional_decision.effect is 'owed: this amount is owed in each of its months, whatever was determined; not_owed: nothing is.';
comment on column programmes.exceptional_decision.amount_minor is 'Owed each month, in minor units.';
comment on column programmes.exceptional_decision.currency is 'Currency.';
comment on column programmes.exceptional_decision.from_month is 'First month.';
comment on column programmes.exceptional_decision.to_month is 'Last month.';
comment on column programmes.exceptional_decision.motive is 'Why, in the words of who proposed.';
comment on column programmes.exceptional_decision.proposal_id is 'The proposal and its approval (security.proposal).';
comment on column programmes.exceptional_decision.recorded_at is 'When it was approved.';
comment on column programmes.exceptional_decision.recorded_by is 'Who approved it.';

create table programmes.look_again (
  household_id uuid not null,
  territory text collate "C" not null,
  event_id uuid not null,
  pack text not null,
  kind text not null,
  month text not null,
  was numeric,
  now numeric,
  because jsonb not null,
  recorded_at timestamp with time zone default now() not null,
  constraint look_again_because_check CHECK ((jsonb_typeof(because) = 'object'::text)),
  constraint look_again_kind_check CHECK ((kind = ANY (ARRAY['score_changed'::text, 'score_unknown'::text, 'facts_changed'::text, 'household_ended'::text, 'facts_too_old'::text]))),
  constraint look_again_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint look_again_household_id_fkey FOREIGN KEY (household_id) REFERENCES households.household(id) ON DELETE CASCADE,
  constraint look_again_pkey PRIMARY KEY (household_id, event_id, pack)
);
CREATE INDEX look_again_recorded ON programmes.look_again USING btree (recorded_at);
alter table programmes.look_again enable row level security;
create policy file on programmes.look_again as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.look_again as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.look_again as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.look_again as permissive for all to socle_worker using (true);
grant select on programmes.look_again to socle_app;
grant insert, select on programmes.look_again to socle_worker;
comment on table programmes.look_again is 'Decisions to look at again, and why. Written once; done when a later run decided the household.';
comment on column programmes.look_again.household_id is 'Household.';
comment on column programmes.look_again.territory is 'Where the household lived then; rows are seen by those who may see it.';
comment on column programmes.look_again.event_id is 'The news (db.event) that it follows, or the renewal that expired.';
comment on column programmes.look_again.pack is 'Score pack; empty where it is about every decision.';
comment on column programmes.look_again.kind is 'score_changed, score_unknown (facts are missing now), facts_changed (decisions rest on earlier facts), household_ended, facts_too_old.';
comment on column programmes.look_again.month is 'Month in which it was worked out.';
comment on column programmes.look_again.was is 'The score before; null where it is about no score.';
comment on column programmes.look_again.now is 'The score now; null where it is about none or cannot be told.';
comment on column programmes.look_again.because is 'What happened: kind, day, names of what changed, names of facts missing.';
comment on column programmes.look_again.recorded_at is 'When.';

create view programmes.overpayment with (security_invoker=true) as
 SELECT less.household_id,
    less.pack,
    less.month,
    less.territory,
    less.currency,
    less.amount_minor,
    (less.amount_minor - COALESCE(settled.amount_minor, (0)::bigint)) AS outstanding_minor
   FROM (( SELECT adjustment.household_id,
            adjustment.pack,
            adjustment.month,
            max(adjustment.territory) AS territory,
            max(adjustment.currency) AS currency,
            (- (sum(adjustment.amount_minor))::bigint) AS amount_minor
           FROM programmes.adjustment
          WHERE (adjustment.amount_minor < 0)
          GROUP BY adjustment.household_id, adjustment.pack, adjustment.month) less
     LEFT JOIN LATERAL ( SELECT (sum(r.amount_minor))::bigint AS amount_minor
           FROM programmes.recovery r
          WHERE ((r.household_id = less.household_id) AND (r.pack = less.pack) AND (r.month = less.month))) settled ON (true));
grant select on programmes.overpayment to socle_app;
grant select on programmes.overpayment to socle_worker;
comment on view programmes.overpayment is 'What was owed less than recorded, by household and month, and what of it is not settled.';
comment on column programmes.overpayment.household_id is 'Household.';
comment on column programmes.overpayment.pack is 'Pack.';
comment on column programmes.overpayment.month is 'Month.';
comment on column programmes.overpayment.territory is 'Territory of the household.';
comment on column programmes.overpayment.currency is 'Currency.';
comment on column programmes.overpayment.amount_minor is 'By how much less is owed than was recorded, minor units.';
comment on column programmes.overpayment.outstanding_minor is 'What of it is neither kept back, nor given back, nor written off.';

create view programmes.owed_line with (security_invoker=true) as
 SELECT e.id,
    e.household_id,
    e.pack,
    e.month,
    e.territory,
    e.currency,
    e.amount_minor,
    e.late,
    (e.amount_minor - COALESCE(( SELECT (sum(r.amount_minor))::bigint AS sum
           FROM programmes.recovery r
          WHERE (r.line_id = e.id)), (0)::bigint)) AS net_minor
   FROM programmes.entitlement e
UNION ALL
 SELECT a.id,
    a.household_id,
    a.pack,
    a.month,
    a.territory,
    a.currency,
    a.amount_minor,
    true AS late,
    (a.amount_minor - COALESCE(( SELECT (sum(r.amount_minor))::bigint AS sum
           FROM programmes.recovery r
          WHERE (r.line_id = a.id)), (0)::bigint)) AS net_minor
   FROM programmes.adjustment a
  WHERE (a.amount_minor > 0);
grant select on programmes.owed_line to socle_app;
grant select on programmes.owed_line to socle_worker;
comment on view programmes.owed_line is 'What a payment run may take: entitlements and arrears, less what is kept back from them.';
comment on column programmes.owed_line.id is 'Entitlement or adjustment.';
comment on column programmes.owed_line.household_id is 'Household owed.';
comment on column programmes.owed_line.pack is 'Pack.';
comment on column programmes.owed_line.month is 'Month owed.';
comment on column programmes.owed_line.territory is 'Territory of the household.';
comment on column programmes.owed_line.currency is 'Currency.';
comment on column programmes.owed_line.amount_minor is 'Amount owed.';
comment on column programmes.owed_line.late is 'Whether it joins the next payment, whatever month that is for.';
comment on column programmes.owed_line.net_minor is 'What is left to pay.';

create table programmes.pack_version (
  version text not null,
  country text not null,
  pack text not null,
  content jsonb not null,
  recorded_at timestamp with time zone default now() not null,
  constraint pack_version_version_check CHECK ((version ~ '^[0-9a-f]{64}$'::text)),
  constraint pack_version_pkey PRIMARY KEY (version)
);
grant insert, select on programmes.pack_version to socle_app;
grant insert, select on programmes.pack_version to socle_worker;
comment on table programmes.pack_version is 'Every text of a pack that ever decided something, by the hash of its normalised content: a decision can be reproduced from here alone.';
comment on column programmes.pack_version.version is 'SHA-256 of the normalised content, packs used by it included.';
comment on column programmes.pack_version.country is 'Country folder the pack belongs to, such as ma.';
comment on column programmes.pack_version.pack is 'Pack name, such as ma/asd.';
comment on column programmes.pack_version.content is 'Files of the pack, of the packs it uses and of the fact catalogue: a list of {path, text}.';
comment on column programmes.pack_version.recorded_at is 'When this version first decided something here.';

create table programmes.preparation_request (
  id uuid not null,
  country text not null,
  pack text not null,
  month text not null,
  budget_line text not null,
  accounts_on date not null,
  staff_id uuid not null,
  asked_at timestamp with time zone default clock_timestamp() not null,
  stage text,
  attempt integer,
  begun_at timestamp with time zone,
  done_at timestamp with time zone,
  recovered jsonb,
  refusal jsonb,
  refused_at timestamp with time zone,
  constraint preparation_request_attempt_check CHECK ((attempt > 0)),
  constraint preparation_request_check CHECK (((refusal IS NULL) = (refused_at IS NULL))),
  constraint preparation_request_check1 CHECK (((done_at IS NULL) OR (refused_at IS NULL))),
  constraint preparation_request_check2 CHECK (((done_at IS NULL) = (recovered IS NULL))),
  constraint preparation_request_check3 CHECK ((((stage IS NULL) = (begun_at IS NULL)) AND ((stage IS NULL) = (attempt IS NULL)))),
  constraint preparation_request_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint preparation_request_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint preparation_request_stage_check CHECK ((stage = ANY (ARRAY['keeping_back'::text, 'gathering'::text, 'checking'::text, 'writing'::text]))),
  constraint preparation_request_pkey PRIMARY KEY (id)
);
CREATE INDEX preparation_month ON programmes.preparation_request USING btree (pack, month, asked_at);
CREATE UNIQUE INDEX preparation_open ON programmes.preparation_request USING btree (pack, month) WHERE ((done_at IS NULL) AND (refused_at IS NULL));
grant insert, select on programmes.preparation_request to socle_worker;
grant update (stage, attempt, begun_at, done_at, recovered, refusal, refused_at) on programmes.preparation_request to socle_worker;
comment on table programmes.preparation_request is 'Runs of a month asked of the workers. The run that comes of one has its id.';
comment on column programmes.preparation_request.id is 'Id of the run.';
comment on column programmes.preparation_request.country is 'Country folder.';
comment on column programmes.preparation_request.pack is 'Programme.';
comment on column programmes.preparation_request.month is 'Month to pay.';
comment on column programmes.preparation_request.budget_line is 'Budget line that pays.';
comment on column programmes.preparation_request.accounts_on is 'Accounts in force on this day are used.';
comment on column programmes.preparation_request.staff_id is 'Who asked: the maker of the run.';
comment on column programmes.preparation_request.asked_at is 'When.';
comment on column programmes.preparation_request.stage is 'How far the present attempt is; null where no worker took it up.';
comment on column programmes.preparation_request.attempt is 'Which attempt: more than one where a worker was interrupted.';
comment on column programmes.preparation_request.begun_at is 'When the present attempt began.';
comment on column programmes.preparation_request.done_at is 'When the run was drafted, in the same transaction.';
comment on column programmes.preparation_request.recovered is 'What was kept back for what was overpaid: lines and minor units, of the own month and of other months.';
comment on column programmes.preparation_request.refusal is 'Why no run came of it: a code with its facts.';
comment on column programmes.preparation_request.refused_at is 'When it was refused.';

create view programmes.published_activity with (security_invoker=true) as
 SELECT entitlement.household_id,
    entitlement.entitled_at AS at
   FROM programmes.entitlement
UNION ALL
 SELECT enrolment_event.household_id,
    enrolment_event.recorded_at AS at
   FROM programmes.enrolment_event;
grant select on programmes.published_activity to socle_worker;
comment on view programmes.published_activity is 'When something was owed to a household, or changed in its programmes.';
comment on column programmes.published_activity.household_id is 'Household.';
comment on column programmes.published_activity.at is 'When it was recorded.';

create table programmes.recovery (
  id uuid not null,
  plan uuid not null,
  household_id uuid not null,
  pack text not null,
  month text not null,
  kind text not null,
  line_id uuid,
  territory text collate "C" not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  recorded_at timestamp with time zone default now() not null,
  recorded_by text default security.actor() not null,
  received_on date,
  receipt text,
  proposal_id uuid,
  constraint recovery_amount_minor_check CHECK ((amount_minor > 0)),
  constraint recovery_check CHECK (((line_id IS NULL) = (kind = ANY (ARRAY['refunded'::text, 'written_off'::text])))),
  constraint recovery_check1 CHECK (((reason IS NULL) = (line_id IS NOT NULL))),
  constraint recovery_given_back CHECK ((((received_on IS NOT NULL) = (kind = 'refunded'::text)) AND ((receipt IS NOT NULL) = (kind = 'refunded'::text)))),
  constraint recovery_kind_check CHECK ((kind = ANY (ARRAY['own_month'::text, 'later_right'::text, 'refunded'::text, 'written_off'::text]))),
  constraint recovery_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint recovery_of_two CHECK (((proposal_id IS NOT NULL) = (kind = ANY (ARRAY['refunded'::text, 'written_off'::text])))),
  constraint recovery_reason_check CHECK (((reason ~ '\S'::text) AND (char_length(reason) <= 1000))),
  constraint recovery_receipt_check CHECK (((receipt ~ '\S'::text) AND (char_length(receipt) <= 80))),
  constraint recovery_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES security.proposal(id),
  constraint recovery_pkey PRIMARY KEY (household_id, id),
  constraint recovery_proposal_id_key UNIQUE (proposal_id)
);
CREATE INDEX recovery_by_month ON programmes.recovery USING btree (pack, month);
CREATE INDEX recovery_by_plan ON programmes.recovery USING btree (plan);
CREATE INDEX recovery_of_line ON programmes.recovery USING btree (line_id) INCLUDE (amount_minor) WHERE (line_id IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON programmes.recovery FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
CREATE TRIGGER recovery_of_two BEFORE INSERT ON programmes.recovery FOR EACH ROW WHEN ((new.kind = ANY (ARRAY['refunded'::text, 'written_off'::text]))) EXECUTE FUNCTION programmes.check_settled();
alter table programmes.recovery enable row level security;
create policy country on programmes.recovery as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.recovery as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.recovery as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy settled_by_two on programmes.recovery as restrictive for insert to socle_app with check ((kind = ANY (ARRAY['refunded'::text, 'written_off'::text])));
create policy territory on programmes.recovery as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.recovery as permissive for all to socle_worker using (true);
grant insert, select on programmes.recovery to socle_app;
grant insert, select on programmes.recovery to socle_worker;
comment on table programmes.recovery is 'How what was overpaid for a month is settled: taken from what is owed, given back, or written off. Append-only.';
comment on column programmes.recovery.id is 'Of this settling.';
comment on column programmes.recovery.plan is 'What was recorded together.';
comment on column programmes.recovery.household_id is 'Household.';
comment on column programmes.recovery.pack is 'Pack.';
comment on column programmes.recovery.month is 'Month that was overpaid.';
comment on column programmes.recovery.kind is 'own_month: the same month was not paid yet and is paid less. later_right: within the share that the law allows. refunded: the family gave it back. written_off: given up, by two persons.';
comment on column programmes.recovery.line_id is 'Entitlement, or adjustment, that is paid less for it.';
comment on column programmes.recovery.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.recovery.amount_minor is 'How much, in minor units.';
comment on column programmes.recovery.currency is 'Currency.';
comment on column programmes.recovery.reason is 'Why it was given up, or how it was given back.';
comment on column programmes.recovery.recorded_at is 'When.';
comment on column programmes.recovery.recorded_by is 'Who recorded it.';
comment on column programmes.recovery.received_on is 'Day on which the family gave it back; null for what was not given back.';
comment on column programmes.recovery.receipt is 'Number of the receipt that the family was given for it.';
comment on column programmes.recovery.proposal_id is 'The proposal and its approval (security.proposal), for what takes two persons.';

create table programmes.recovery_posting (
  household_id uuid not null,
  recovery_id uuid not null,
  budget_line text not null,
  transfer_id uuid,
  pack text not null,
  territory text collate "C" not null,
  amount_minor bigint not null,
  recorded_at timestamp with time zone default now() not null,
  constraint recovery_posting_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint recovery_posting_check CHECK ((((transfer_id IS NULL) = (amount_minor = 0)) AND ((transfer_id IS NULL) = (budget_line = ''::text)))),
  constraint recovery_posting_household_id_recovery_id_fkey FOREIGN KEY (household_id, recovery_id) REFERENCES programmes.recovery(household_id, id),
  constraint recovery_posting_pkey PRIMARY KEY (household_id, recovery_id, budget_line)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON programmes.recovery_posting FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table programmes.recovery_posting enable row level security;
create policy country on programmes.recovery_posting as restrictive for all to socle_app using (((( SELECT security.home_country() AS home_country) IS NULL) OR (split_part(pack, '/'::text, 1) = ( SELECT security.home_country() AS home_country))));
create policy file on programmes.recovery_posting as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy programme on programmes.recovery_posting as restrictive for all to socle_app using ((( SELECT security.every_programme() AS every_programme) OR security.programme_granted(pack, territory)));
create policy territory on programmes.recovery_posting as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.recovery_posting as permissive for all to socle_worker using (true);
grant select on programmes.recovery_posting to socle_app;
grant insert, select on programmes.recovery_posting to socle_worker;
comment on table programmes.recovery_posting is 'How the ledger followed what was given back or written off: one row for each book that had paid it. Append-only.';
comment on column programmes.recovery_posting.household_id is 'Household.';
comment on column programmes.recovery_posting.recovery_id is 'What was given back or written off.';
comment on column programmes.recovery_posting.budget_line is 'Book; the empty text where the ledger held nothing of it any more.';
comment on column programmes.recovery_posting.transfer_id is 'Transfer of the ledger (payments.transfer).';
comment on column programmes.recovery_posting.pack is 'Pack.';
comment on column programmes.recovery_posting.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.recovery_posting.amount_minor is 'Amount of that transfer, minor units.';
comment on column programmes.recovery_posting.recorded_at is 'When.';

create table programmes.shock (
  id uuid not null,
  country text not null,
  name text not null,
  kind text not null,
  territories text[] collate "C" not null,
  from_month text not null,
  until_month text not null,
  evidence text not null,
  reference text not null,
  expansions jsonb not null,
  waives boolean not null,
  says text not null,
  declared_at timestamp with time zone default clock_timestamp() not null,
  declared_by text default security.actor() not null,
  constraint shock_check CHECK ((until_month >= from_month)),
  constraint shock_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint shock_evidence_check CHECK (((btrim(evidence) <> ''::text) AND (length(evidence) <= 1000))),
  constraint shock_expansions_check CHECK ((jsonb_typeof(expansions) = 'array'::text)),
  constraint shock_from_month_check CHECK ((from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint shock_kind_check CHECK ((kind = ANY (ARRAY['drought'::text, 'flood'::text, 'earthquake'::text, 'epidemic'::text, 'prices'::text]))),
  constraint shock_name_check CHECK (((btrim(name) <> ''::text) AND (length(name) <= 120))),
  constraint shock_reference_check CHECK ((length(reference) <= 1000)),
  constraint shock_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint shock_territories_check CHECK ((cardinality(territories) > 0)),
  constraint shock_until_month_check CHECK ((until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint shock_pkey PRIMARY KEY (id)
);
CREATE INDEX shock_months ON programmes.shock USING btree (country, from_month);
grant insert, select on programmes.shock to socle_app;
grant select on programmes.shock to socle_worker;
comment on table programmes.shock is 'An area and months in shock, as two persons declared them. About places, never one household. Written once; its end is moved by shock_change.';
comment on column programmes.shock.id is 'Of the proposal that was approved.';
comment on column programmes.shock.country is 'Country folder.';
comment on column programmes.shock.name is 'As people call it.';
comment on column programmes.shock.kind is 'What happened.';
comment on column programmes.shock.territories is 'Where, each with all below it; the empty text is the whole country.';
comment on column programmes.shock.from_month is 'First month, YYYY-MM.';
comment on column programmes.shock.until_month is 'Last month as declared.';
comment on column programmes.shock.evidence is 'What shows that it happened.';
comment on column programmes.shock.reference is 'The decision that gives the amounts: number and day.';
comment on column programmes.shock.expansions is 'Packs that pay because of it, with the amounts that no text gives: [{pack, values}].';
comment on column programmes.shock.waives is 'Whether conditions of programmes do not count there and then.';
comment on column programmes.shock.says is 'Why, in the words of who proposed.';
comment on column programmes.shock.declared_at is 'When it was approved.';
comment on column programmes.shock.declared_by is 'Who approved.';

create table programmes.shock_change (
  id uuid not null,
  shock_id uuid not null,
  until_month text not null,
  says text not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  constraint shock_change_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint shock_change_until_month_check CHECK ((until_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint shock_change_shock_id_fkey FOREIGN KEY (shock_id) REFERENCES programmes.shock(id),
  constraint shock_change_pkey PRIMARY KEY (id)
);
CREATE INDEX shock_change_shock ON programmes.shock_change USING btree (shock_id, recorded_at);
grant insert, select on programmes.shock_change to socle_app;
grant select on programmes.shock_change to socle_worker;
comment on table programmes.shock_change is 'The end of a shock moved, earlier or later, by two persons; the latest stands. Written once.';
comment on column programmes.shock_change.id is 'Of the proposal that was approved.';
comment on column programmes.shock_change.shock_id is 'Shock.';
comment on column programmes.shock_change.until_month is 'Last month from now on.';
comment on column programmes.shock_change.says is 'Why, in the words of who proposed.';
comment on column programmes.shock_change.recorded_at is 'When it was approved.';
comment on column programmes.shock_change.recorded_by is 'Who approved.';

create table programmes.shock_run (
  run_id uuid not null,
  way text not null,
  of_pack text not null,
  shocks uuid[] not null,
  territories text[] collate "C" not null,
  covered integer not null,
  covered_hash text not null,
  constraint shock_run_covered_check CHECK ((covered >= 0)),
  constraint shock_run_covered_hash_check CHECK ((covered_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint shock_run_shocks_check CHECK ((cardinality(shocks) > 0)),
  constraint shock_run_territories_check CHECK ((cardinality(territories) > 0)),
  constraint shock_run_way_check CHECK ((way = ANY (ARRAY['vertical'::text, 'horizontal'::text]))),
  constraint shock_run_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.determination_run(id),
  constraint shock_run_pkey PRIMARY KEY (run_id)
);
grant select on programmes.shock_run to socle_app;
grant insert, select on programmes.shock_run to socle_worker;
comment on table programmes.shock_run is 'Whom a run of a shock''s pack is about, fixed when it was opened. Written once; socle determine --verify reads it again.';
comment on column programmes.shock_run.run_id is 'Run.';
comment on column programmes.shock_run.way is 'vertical: households of the programme; horizontal: those that are not in it.';
comment on column programmes.shock_run.of_pack is 'The programme.';
comment on column programmes.shock_run.shocks is 'Shocks that count in the month.';
comment on column programmes.shock_run.territories is 'Their places, each with all below it.';
comment on column programmes.shock_run.covered is 'Households of those places that were enrolled in the programme in the month.';
comment on column programmes.shock_run.covered_hash is 'SHA-256 over their ids, in order.';

create table programmes.shock_run_household (
  household_id uuid not null,
  run_id uuid not null,
  territory text collate "C" not null,
  constraint shock_run_household_run_id_fkey FOREIGN KEY (run_id) REFERENCES programmes.shock_run(run_id),
  constraint shock_run_household_pkey PRIMARY KEY (household_id, run_id)
);
CREATE INDEX shock_run_household_run ON programmes.shock_run_household USING btree (run_id, household_id);
alter table programmes.shock_run_household enable row level security;
create policy file on programmes.shock_run_household as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on programmes.shock_run_household as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on programmes.shock_run_household as permissive for all to socle_worker using (true);
grant select on programmes.shock_run_household to socle_app;
grant insert, select on programmes.shock_run_household to socle_worker;
comment on table programmes.shock_run_household is 'Households of the places in shock that were enrolled in the programme when a run was opened. Written once.';
comment on column programmes.shock_run_household.household_id is 'Household.';
comment on column programmes.shock_run_household.run_id is 'Run.';
comment on column programmes.shock_run_household.territory is 'Where it lived; rows are seen by those who may see it.';

create view programmes.standing_shock with (security_invoker=true) as
 SELECT shock.id,
    shock.country,
    shock.name,
    shock.kind,
    shock.territories,
    shock.from_month,
    shock.until_month,
    shock.evidence,
    shock.reference,
    shock.expansions,
    shock.waives,
    shock.says,
    shock.declared_at,
    shock.declared_by,
    COALESCE(last.until_month, shock.until_month) AS until_now
   FROM (programmes.shock
     LEFT JOIN LATERAL ( SELECT shock_change.until_month
           FROM programmes.shock_change
          WHERE (shock_change.shock_id = shock.id)
          ORDER BY shock_change.recorded_at DESC, shock_change.id DESC
         LIMIT 1) last ON (true));
grant select on programmes.standing_shock to socle_app;
grant select on programmes.standing_shock to socle_worker;
comment on view programmes.standing_shock is 'Shocks with the last month that stands now.';

create view programmes.standing_waiver with (security_invoker=true) as
 SELECT waiver.id,
    waiver.country,
    waiver.pack,
    waiver.code,
    waiver.territory,
    waiver.from_month,
    waiver.until_month,
    waiver.members,
    waiver.says,
    waiver.shock_id,
    waiver.recorded_at,
    waiver.recorded_by,
    LEAST(waiver.until_month, shock.until_now, ( SELECT min(ended.until_month) AS min
           FROM programmes.condition_waiver_end ended
          WHERE (ended.waiver_id = waiver.id))) AS until_now
   FROM (programmes.condition_waiver waiver
     LEFT JOIN programmes.standing_shock shock ON ((shock.id = waiver.shock_id)));
grant select on programmes.standing_waiver to socle_app;
grant select on programmes.standing_waiver to socle_worker;
comment on view programmes.standing_waiver is 'Waivers with the last month that stands now: as approved, ended earlier, or with the shock that they belong to.';

create table programmes.switch (
  id uuid not null,
  country text not null,
  from_pack text,
  holders_of text,
  holders_on date,
  to_pack text not null,
  month text not null,
  window_until date not null,
  tells boolean not null,
  households integer not null,
  says text not null,
  reverses uuid,
  approved_at timestamp with time zone default clock_timestamp() not null,
  approved_by text default security.actor() not null,
  finished_at timestamp with time zone,
  constraint switch_check CHECK (((from_pack IS NULL) <> (holders_of IS NULL))),
  constraint switch_check1 CHECK (((holders_of IS NULL) = (holders_on IS NULL))),
  constraint switch_country_check CHECK ((country ~ '^[a-z]{2}$'::text)),
  constraint switch_households_check CHECK ((households >= 0)),
  constraint switch_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint switch_says_check CHECK (((says <> ''::text) AND (length(says) <= 1000))),
  constraint switch_reverses_fkey FOREIGN KEY (reverses) REFERENCES programmes.switch(id),
  constraint switch_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX switch_reversal ON programmes.switch USING btree (reverses) WHERE (reverses IS NOT NULL);
grant insert, select on programmes.switch to socle_app;
grant insert, select on programmes.switch to socle_worker;
grant update (finished_at) on programmes.switch to socle_worker;
comment on table programmes.switch is 'A move of everybody covered by one programme into another, as two persons approved it.';
comment on column programmes.switch.id is 'Of the proposal that was approved.';
comment on column programmes.switch.country is 'Country folder.';
comment on column programmes.switch.from_pack is 'Programme whose households are moved; null where a fact says who is covered.';
comment on column programmes.switch.holders_of is 'Fact of the household that says until when it is covered, such as ramed_card_until.';
comment on column programmes.switch.holders_on is 'Day on which it must be covered.';
comment on column programmes.switch.to_pack is 'Programme that takes them.';
comment on column programmes.switch.month is 'First month in it.';
comment on column programmes.switch.window_until is 'Last day on which it can be taken back.';
comment on column programmes.switch.tells is 'Whether families are told.';
comment on column programmes.switch.households is 'Households that were to be moved when it was approved.';
comment on column programmes.switch.says is 'Why, in the words of who proposed.';
comment on column programmes.switch.reverses is 'The move that it takes back; null where none.';
comment on column programmes.switch.approved_at is 'When.';
comment on column programmes.switch.approved_by is 'Who approved.';
comment on column programmes.switch.finished_at is 'When the last range was done; null while it runs.';

create table programmes.switch_range (
  switch_id uuid not null,
  number integer not null,
  first_household uuid not null,
  last_household uuid not null,
  enrol_act uuid default gen_random_uuid() not null,
  exit_act uuid default gen_random_uuid() not null,
  done_at timestamp with time zone,
  counts jsonb,
  told integer,
  constraint switch_range_check CHECK ((last_household >= first_household)),
  constraint switch_range_check1 CHECK (((done_at IS NULL) = (counts IS NULL))),
  constraint switch_range_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
  constraint switch_range_number_check CHECK ((number >= 0)),
  constraint switch_range_told_check CHECK ((told >= 0)),
  constraint switch_range_switch_id_fkey FOREIGN KEY (switch_id) REFERENCES programmes.switch(id),
  constraint switch_range_pkey PRIMARY KEY (switch_id, number)
);
CREATE TRIGGER switch_stopped BEFORE UPDATE OF done_at ON programmes.switch_range FOR EACH ROW EXECUTE FUNCTION programmes.refuse_stopped_range();
grant select on programmes.switch_range to socle_app;
grant insert, select on programmes.switch_range to socle_worker;
grant update (done_at, counts, told) on programmes.switch_range to socle_worker;
comment on table programmes.switch_range is 'The ranges that a move is cut into; each is done whole or not at all.';
comment on column programmes.switch_range.switch_id is 'Move.';
comment on column programmes.switch_range.number is 'Order, from 0.';
comment on column programmes.switch_range.first_household is 'First household id of the range.';
comment on column programmes.switch_range.last_household is 'Last, included.';
comment on column programmes.switch_range.enrol_act is 'Act by which households came into the one programme (enrolment_act).';
comment on column programmes.switch_range.exit_act is 'Act by which they left the other.';
comment on column programmes.switch_range.done_at is 'When.';
comment on column programmes.switch_range.counts is 'Households by what became of them.';
comment on column programmes.switch_range.told is 'Families to whom a message was queued; null until it is done, and for ranges done before this was counted.';

create table programmes.switch_stop (
  switch_id uuid not null,
  number integer not null,
  step text not null,
  says text,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  recorded_by text default security.actor() not null,
  constraint switch_stop_check CHECK (((step = 'stopped'::text) = ((number % 2) = 1))),
  constraint switch_stop_check1 CHECK (((step = 'stopped'::text) = (says IS NOT NULL))),
  constraint switch_stop_number_check CHECK ((number >= 1)),
  constraint switch_stop_says_check CHECK (((says ~ '\S'::text) AND (length(says) <= 1000))),
  constraint switch_stop_step_check CHECK ((step = ANY (ARRAY['stopped'::text, 'resumed'::text]))),
  constraint switch_stop_switch_id_fkey FOREIGN KEY (switch_id) REFERENCES programmes.switch(id),
  constraint switch_stop_pkey PRIMARY KEY (switch_id, number)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON programmes.switch_stop FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
grant select on programmes.switch_stop to socle_app;
grant select on programmes.switch_stop to socle_worker;
grant insert (switch_id, number, step, says) on programmes.switch_stop to socle_app;
comment on table programmes.switch_stop is 'When a move was stopped, and when it was left to go on: one after the other. Append-only.';
comment on column programmes.switch_stop.switch_id is 'Move.';
comment on column programmes.switch_stop.number is 'Order, from 1: what is odd stops, what is even lets go on.';
comment on column programmes.switch_stop.step is 'stopped or resumed.';
comment on column programmes.switch_stop.says is 'Why it was stopped, in the words of who did.';
comment on column programmes.switch_stop.recorded_at is 'When.';
comment on column programmes.switch_stop.recorded_by is 'Who.';

create table programmes.terms_version (
  version text not null,
  pack text not null,
  content text not null,
  recorded_at timestamp with time zone default now() not null,
  constraint terms_version_version_check CHECK ((version ~ '^[0-9a-f]{64}$'::text)),
  constraint terms_version_pkey PRIMARY KEY (version)
);
grant insert, select on programmes.terms_version to socle_app;
grant insert, select on programmes.terms_version to socle_worker;
comment on table programmes.terms_version is 'Every text of terms by which somebody was enrolled, by its hash.';
comment on column programmes.terms_version.version is 'SHA-256 of the text.';
comment on column programmes.terms_version.pack is 'Programme.';
comment on column programmes.terms_version.content is 'programme.yaml as it was.';
comment on column programmes.terms_version.recorded_at is 'When it first counted here.';

-- simulation ----------------------------------------------------------------------------------------------------------

comment on schema simulation is 'Reforms tried on a snapshot: what was asked, what was shown, by whom. No person is held here.';

create table simulation.study (
  id uuid not null,
  territory text collate "C" default ''::text not null,
  country text not null,
  name text not null,
  pack text not null,
  month text not null,
  snapshot_hash text not null,
  study text not null,
  result jsonb not null,
  published jsonb not null,
  saved_at timestamp with time zone default clock_timestamp() not null,
  saved_by text default security.actor() not null,
  saved_name text default current_setting('socle.actor_name'::text, true) not null,
  constraint study_month_check CHECK ((month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'::text)),
  constraint study_name_check CHECK (((name <> ''::text) AND (char_length(name) <= 200))),
  constraint study_snapshot_hash_check CHECK ((snapshot_hash ~ '^[0-9a-f]{64}$'::text)),
  constraint study_territory_check CHECK ((territory = ''::text)),
  constraint study_pkey PRIMARY KEY (id)
);
CREATE INDEX study_by_snapshot ON simulation.study USING btree (snapshot_hash, pack);
CREATE INDEX study_by_time ON simulation.study USING btree (country, saved_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON simulation.study FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table simulation.study enable row level security;
create policy territory on simulation.study as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on simulation.study as permissive for all to socle_worker using (true);
grant select on simulation.study to socle_worker;
grant insert (published) on simulation.study to socle_app;
grant insert, select (id, country, name, pack, month, snapshot_hash, study, result) on simulation.study to socle_app;
grant select (territory, saved_at, saved_by, saved_name) on simulation.study to socle_app;
comment on table simulation.study is 'What was simulated and shown. Figures of a nation, small numbers hidden; no personal data. Append-only.';
comment on column simulation.study.id is 'UUIDv7, made when the study was asked: its address.';
comment on column simulation.study.territory is 'Always the whole country: shown only to who is granted all of it.';
comment on column simulation.study.country is 'Country folder, such as ma.';
comment on column simulation.study.name is 'Given by who asked.';
comment on column simulation.study.pack is 'Programme simulated, such as ma/asd.';
comment on column simulation.study.month is 'Month simulated, YYYY-MM.';
comment on column simulation.study.snapshot_hash is 'Hash of the snapshot on which it was tried.';
comment on column simulation.study.study is 'The study as YAML: asked again, it gives the same figures.';
comment on column simulation.study.result is 'What was shown, amounts in minor units as text; null for what is hidden.';
comment on column simulation.study.published is 'Counts of households reached as they were, hidden ones among them: only to hold later studies against. The application writes and cannot read them.';
comment on column simulation.study.saved_at is 'When.';
comment on column simulation.study.saved_by is 'Who asked.';
comment on column simulation.study.saved_name is 'Name of who, as it was then.';

-- privacy -------------------------------------------------------------------------------------------------------------

comment on schema privacy is 'Rights of persons over what is held on them: requests to put data right.';

CREATE OR REPLACE FUNCTION privacy.check_decider()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if exists (select from privacy.rectification r
      where r.household_id = new.household_id and r.id = new.id and r.asked_by = new.decided_by) then
    raise exception 'a request is decided by somebody else than who asked' using errcode = 'check_violation', constraint = 'another_decides';
  end if;
  return new;
end
$function$;
comment on function privacy.check_decider() is 'Trigger: who asked does not decide.';
-- execute: public

CREATE OR REPLACE FUNCTION privacy.erase_rectifications(households uuid[], fields text[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  leaving uuid[];
begin
  leaving := array(select r.id from privacy.rectification r
    where r.household_id = any (households) and (fields is null or r.field = any (fields)));
  perform security.open_rewriting('privacy.rectification', 'privacy.rectification_decision', 'privacy.rectification_paper');
  delete from privacy.rectification_paper p where p.household_id = any (households) and p.request_id = any (leaving);
  delete from privacy.rectification_decision d where d.household_id = any (households) and d.id = any (leaving);
  delete from privacy.rectification r where r.household_id = any (households) and r.id = any (leaving);
  perform security.close_rewriting();
  return cardinality(leaving);
end
$function$;
comment on function privacy.erase_rectifications(uuid[],text[]) is 'Reviewed rewriting: requests of households whose time has ended leave with them; those about some fields alone, where these are given.';
-- execute: socle_worker

CREATE OR REPLACE FUNCTION privacy.reseal_rectifications(ids uuid[], earlier bytea[], sealed bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform security.open_rewriting('privacy.rectification', 'privacy.rectification_paper');
  update privacy.rectification r set asked_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where r.id = given.id and r.asked_sealed = given.before;
  update privacy.rectification_paper p set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where p.id = given.id and p.key_sealed = given.before;
  perform security.close_rewriting();
end
$function$;
comment on function privacy.reseal_rectifications(uuid[],bytea[],bytea[]) is 'Reviewed rewriting: what requests ask for, and the keys of their papers, take the form of another key.';
-- execute: socle_worker

create table privacy.rectification (
  household_id uuid not null,
  id uuid not null,
  territory text collate "C" not null,
  person_id uuid,
  field text not null,
  value_before text,
  value_asked text,
  says text not null,
  asked_at timestamp with time zone default clock_timestamp() not null,
  asked_by text default security.actor() not null,
  asked_name text default current_setting('socle.actor_name'::text, true) not null,
  channel text default 'desk'::text not null,
  asker_id uuid,
  language text,
  asked_sealed bytea,
  constraint asked_by_channel CHECK (((channel = 'web'::text) = (asked_by ~~ 'citizen:%'::text))),
  constraint rectification_channel_check CHECK ((channel = ANY (ARRAY['desk'::text, 'web'::text]))),
  constraint rectification_check CHECK (((person_id IS NULL) = (field ~~ 'household.%'::text))),
  constraint rectification_field_check CHECK ((field ~ '^(household|member|person)\.[a-z_0-9]+$'::text)),
  constraint rectification_language_check CHECK ((language = ANY (ARRAY['fr'::text, 'ar'::text, 'en'::text]))),
  constraint rectification_says_check CHECK (((says <> ''::text) AND (char_length(says) <= 1000))),
  constraint sealed_or_clear CHECK (((asked_sealed IS NULL) OR (value_asked IS NULL))),
  constraint rectification_pkey PRIMARY KEY (household_id, id)
);
CREATE INDEX rectification_asked ON privacy.rectification USING btree (asked_at, id);
CREATE INDEX rectification_territory ON privacy.rectification USING btree (territory);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON privacy.rectification FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table privacy.rectification enable row level security;
create policy file on privacy.rectification as restrictive for all to socle_app using ((( SELECT security.every_file() AS every_file) OR ((household_id <> ALL (( SELECT security.closed_files() AS closed_files)::uuid[])) AND ((( SELECT security.only_files() AS only_files) IS NULL) OR (household_id = ANY (( SELECT security.only_files() AS only_files)::uuid[]))))));
create policy territory on privacy.rectification as permissive for all to socle_app using ((((territory COLLATE "C") >= security.territory_low()) AND ((territory COLLATE "C") < security.territory_high()) AND (( SELECT security.range_is_exact() AS range_is_exact) OR (territory ~ ( SELECT security.territory_pattern() AS territory_pattern)))));
create policy worker on privacy.rectification as permissive for all to socle_worker using (true);
grant select on privacy.rectification to socle_app;
grant select on privacy.rectification to socle_worker;
grant insert (household_id, id, territory, person_id, field, value_before, value_asked, says, channel, asker_id, language, asked_sealed) on privacy.rectification to socle_app;
grant insert (household_id, id, territory, person_id, field, value_before, value_asked, says, channel, asker_id, language, asked_sealed) on privacy.rectification to socle_worker;
comment on table privacy.rectification is 'What somebody asks to have put right. Append-only.';
comment on column privacy.rectification.household_id is 'Household.';
comment on column privacy.rectification.id is 'UUIDv7, made by the caller.';
comment on column privacy.rectification.territory is 'Where the household lived then: rows are seen by those who may see it.';
comment on column privacy.rectification.person_id is 'Member concerned; null for a fact of the household.';
comment on column privacy.rectification.field is 'household.FACT or member.FACT of the catalogue, or person.given_name and the like.';
comment on column privacy.rectification.value_before is 'What was held then, as it travels; null when unknown.';
comment on column privacy.rectification.value_asked is 'What it should be, as it travels; null for unknown. A telephone is not written here.';
comment on column privacy.rectification.says is 'Why, in the words of who asks.';
comment on column privacy.rectification.asked_at is 'When.';
comment on column privacy.rectification.asked_by is 'Who recorded the request.';
comment on column privacy.rectification.asked_name is 'Name of who, as it was then.';
comment on column privacy.rectification.channel is 'desk: an agent wrote down what somebody said; web: the citizen asked, on the own page.';
comment on column privacy.rectification.asker_id is 'The person who is told of the answer; null where nobody of the household is named.';
comment on column privacy.rectification.language is 'In which language that person is told.';
comment on column privacy.rectification.asked_sealed is 'What it should be, where the register holds it sealed: a telephone, the number of a document.';

create table privacy.rectification_decision (
  household_id uuid not null,
  id uuid not null,
  outcome text not null,
  motive text,
  declaration_id uuid,
  decided_at timestamp with time zone default clock_timestamp() not null,
  decided_by text default security.actor() not null,
  decided_name text default current_setting('socle.actor_name'::text, true) not null,
  shown text,
  constraint rectification_decision_check CHECK (((outcome = 'accepted'::text) OR (motive IS NOT NULL))),
  constraint rectification_decision_motive_check CHECK (((motive <> ''::text) AND (char_length(motive) <= 1000))),
  constraint rectification_decision_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint rectification_decision_shown_check CHECK (((shown <> ''::text) AND (char_length(shown) <= 300))),
  constraint rectification_decision_household_id_id_fkey FOREIGN KEY (household_id, id) REFERENCES privacy.rectification(household_id, id),
  constraint rectification_decision_pkey PRIMARY KEY (household_id, id)
);
CREATE TRIGGER another_decides BEFORE INSERT ON privacy.rectification_decision FOR EACH ROW EXECUTE FUNCTION privacy.check_decider();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON privacy.rectification_decision FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table privacy.rectification_decision enable row level security;
create policy territory on privacy.rectification_decision as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM privacy.rectification r
  WHERE ((r.household_id = rectification_decision.household_id) AND (r.id = rectification_decision.id)))));
create policy worker on privacy.rectification_decision as permissive for all to socle_worker using (true);
grant select on privacy.rectification_decision to socle_app;
grant select on privacy.rectification_decision to socle_worker;
grant insert (household_id, id, outcome, motive, declaration_id, shown) on privacy.rectification_decision to socle_app;
grant insert (household_id, id, outcome, motive, declaration_id, shown) on privacy.rectification_decision to socle_worker;
comment on table privacy.rectification_decision is 'What was answered, once. Append-only.';
comment on column privacy.rectification_decision.household_id is 'Household.';
comment on column privacy.rectification_decision.id is 'The request.';
comment on column privacy.rectification_decision.outcome is 'accepted or refused.';
comment on column privacy.rectification_decision.motive is 'Why; never missing when refused.';
comment on column privacy.rectification_decision.declaration_id is 'The declaration that puts it right; null where a state of the person alone does.';
comment on column privacy.rectification_decision.decided_at is 'When.';
comment on column privacy.rectification_decision.decided_by is 'Who: never who asked.';
comment on column privacy.rectification_decision.decided_name is 'Name of who, as it was then.';
comment on column privacy.rectification_decision.shown is 'What was shown for it, in words; never missing where a citizen''s request changes who somebody is.';

create table privacy.rectification_paper (
  id uuid not null,
  household_id uuid not null,
  request_id uuid not null,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  stored bytea not null,
  key_sealed bytea not null,
  scan text not null,
  attached_at timestamp with time zone default now() not null,
  attached_by text default security.actor() not null,
  constraint rectification_paper_media_type_check CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'application/pdf'::text]))),
  constraint rectification_paper_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 120))),
  constraint rectification_paper_scan_check CHECK ((scan = ANY (ARRAY['clean'::text, 'not_scanned'::text]))),
  constraint rectification_paper_sha256_check CHECK ((length(sha256) = 32)),
  constraint rectification_paper_size_check CHECK ((size > 0)),
  constraint rectification_paper_stored_check CHECK ((length(stored) = 32)),
  constraint rectification_paper_household_id_request_id_fkey FOREIGN KEY (household_id, request_id) REFERENCES privacy.rectification(household_id, id),
  constraint rectification_paper_pkey PRIMARY KEY (id),
  constraint rectification_paper_household_id_request_id_sha256_key UNIQUE (household_id, request_id, sha256),
  constraint rectification_paper_stored_key UNIQUE (stored)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON privacy.rectification_paper FOR EACH STATEMENT EXECUTE FUNCTION security.refuse_change();
alter table privacy.rectification_paper enable row level security;
create policy territory on privacy.rectification_paper as permissive for all to socle_app using ((EXISTS ( SELECT
   FROM privacy.rectification r
  WHERE ((r.household_id = rectification_paper.household_id) AND (r.id = rectification_paper.request_id)))));
create policy worker on privacy.rectification_paper as permissive for all to socle_worker using (true);
grant select on privacy.rectification_paper to socle_app;
grant select on privacy.rectification_paper to socle_worker;
grant insert (id, household_id, request_id, name, media_type, size, sha256, stored, key_sealed, scan) on privacy.rectification_paper to socle_app;
grant insert (id, household_id, request_id, name, media_type, size, sha256, stored, key_sealed, scan) on privacy.rectification_paper to socle_worker;
comment on table privacy.rectification_paper is 'Papers attached to a request to put data right: what each is, and where its sealed file lies. Append-only.';
comment on column privacy.rectification_paper.id is 'UUIDv7, made by who attaches.';
comment on column privacy.rectification_paper.household_id is 'Household.';
comment on column privacy.rectification_paper.request_id is 'The request: whoever sees it sees its papers.';
comment on column privacy.rectification_paper.name is 'Name of the file as it was sent, without folders.';
comment on column privacy.rectification_paper.media_type is 'What its first bytes say that it is.';
comment on column privacy.rectification_paper.size is 'Bytes, before sealing.';
comment on column privacy.rectification_paper.sha256 is 'SHA-256 of the file: the same paper is attached once to a request.';
comment on column privacy.rectification_paper.stored is 'SHA-256 of the sealed file: its name in the folder, and the proof that it is whole.';
comment on column privacy.rectification_paper.key_sealed is 'The file''s own key, sealed for this row.';
comment on column privacy.rectification_paper.scan is 'clean: the scanner found nothing; not_scanned: there is none.';
comment on column privacy.rectification_paper.attached_at is 'When it was attached.';
comment on column privacy.rectification_paper.attached_by is 'By whom.';
