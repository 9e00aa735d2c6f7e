-- Who read what of whom, lists included. A search, a list and an export are readings of everybody on them: one record, with
-- the count and the hash of the ids, and the ids themselves in one array, so that "who read my data" is answered exactly.
-- 16 bytes a person listed, and an inverted index over them. Sets that no person looked at (determinations, imports) keep
-- their hash alone.

create table security.audit_set_member (
  position bigint primary key,
  subject_kind text not null,
  members uuid[] not null
);
create index audit_set_member_of on security.audit_set_member using gin (members);
comment on table security.audit_set_member is 'Whom a reading by a person listed. Written with the record by security.append_set_reading, never changed.';
comment on column security.audit_set_member.position is 'The record, which holds their count and the SHA-256 of their ids, a line each, in byte order.';
comment on column security.audit_set_member.subject_kind is 'What they are: household, person.';
comment on column security.audit_set_member.members is 'Each id once, in order.';
select security.append_only('security.audit_set_member');
alter table security.audit_set_member enable row level security;
create policy worker on security.audit_set_member to socle_worker using (true);
grant select on security.audit_set_member to socle_worker;

create function security.append_set_reading(
  done text, kind text, listed uuid[], of_territory text, why text, more jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function security.append_set_reading(text, text, uuid[], text, text, jsonb) is 'Records that somebody read a list, with whom it listed. Who and when are the transaction''s, as for every record.';
revoke execute on function security.append_set_reading(text, text, uuid[], text, text, jsonb) from public;
grant execute on function security.append_set_reading(text, text, uuid[], text, text, jsonb) to socle_app, socle_worker;

create function security.within_grants(territory text) returns boolean
language sql stable parallel safe
as $$
  select session_user = 'socle_worker' or (
    territory collate "C" >= security.territory_low() and territory collate "C" < security.territory_high()
    and (security.range_is_exact() or territory ~ security.territory_pattern()))
$$;
comment on function security.within_grants(text) is 'The territory policy as a question, for functions that run as the owner.';

create function security.readings_of(kinds text[], ids uuid[], lives_in text, most integer)
returns table (place bigint, read_at timestamptz, by_actor text, by_name text, done text, why text, listed bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function security.readings_of(text[], uuid[], text, integer) is 'Readings of these subjects, alone or on a list, the latest first, for whoever may see where they live: a list reaches over several territories, whose record not everybody may see.';
revoke execute on function security.readings_of(text[], uuid[], text, integer) from public;
grant execute on function security.readings_of(text[], uuid[], text, integer) to socle_app, socle_worker;
