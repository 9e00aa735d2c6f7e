-- Appending a record is the commonest write of all: one for every page that shows a person. As a function its plan is made
-- once per connection; as a statement, parsing, row-level security and planning cost more than the insertion itself.

create function security.append_audit(done text, kind text, id text, of_territory text, why text, more jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into security.audit_record (actor, actor_name, digest, action, subject_kind, subject_id, territory, purpose, detail)
  values ('', '', '', done, kind, id, of_territory, why, more);
end
$$;
comment on function security.append_audit(text, text, text, text, text, jsonb) is 'Records an act on one subject. Who and when are the transaction''s, as for every record (trigger complete).';
revoke execute on function security.append_audit(text, text, text, text, text, jsonb) from public;
grant execute on function security.append_audit(text, text, text, text, text, jsonb) to socle_app, socle_worker;

-- A window of time is read from the audit by who looks for what is unusual: positions follow the clock closely enough for
-- an index of a few pages.
create index audit_record_time on security.audit_record using brin (recorded_at) with (pages_per_range = 32);
