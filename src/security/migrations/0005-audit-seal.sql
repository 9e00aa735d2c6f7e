-- The chain over the audit. A record's position is drawn before its transaction commits, so that a lower position may appear
-- after a higher one, or never. What waits for its seal is therefore a row of its own, written by the record's own
-- transaction and seen once that commits: a seal takes the rows it sees, names exactly their positions, and removes them.
-- No reasoning about gaps or about transactions still open is needed, and a long one delays its own records alone (a
-- horizon of transaction ids would keep every record unsealed for as long as the longest run lasts).

create table security.audit_pending (
  position bigint primary key,
  digest bytea not null check (octet_length(digest) = 32)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table security.audit_pending is 'Records that no seal covers yet. Filled by a trigger, emptied by security.seal_audit; written by nobody else.';
comment on column security.audit_pending.position is 'Which record.';
comment on column security.audit_pending.digest is 'Its digest as it was written: what is sealed, whatever becomes of the record meanwhile.';
grant select on security.audit_pending to socle_worker;

create table security.audit_seal (
  number bigint primary key check (number > 0),
  sealed_at timestamptz not null,
  positions int8multirange not null,
  record_count int not null check (record_count > 0),
  total bigint not null,
  previous bytea not null check (octet_length(previous) = 32),
  digests bytea not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  check (octet_length(digests) = 32 * record_count)
);
-- Digests do not compress.
alter table security.audit_seal alter column digests set storage external;
comment on table security.audit_seal is 'The chain: each seal covers a set of records and the seal before it. Append-only; written by security.seal_audit alone.';
comment on column security.audit_seal.number is 'Place in the chain, from 1, without a gap.';
comment on column security.audit_seal.sealed_at is 'When, by the database''s clock.';
comment on column security.audit_seal.positions is 'Exactly the records covered.';
comment on column security.audit_seal.record_count is 'How many.';
comment on column security.audit_seal.total is 'How many with all seals before.';
comment on column security.audit_seal.previous is 'Hash of the seal before; 32 zero bytes for the first.';
comment on column security.audit_seal.digests is 'Digests of the records in the order of their positions, 32 bytes each: they tell which record was altered.';
comment on column security.audit_seal.hash is 'SHA-256 of previous, of security.audit_seal_header and of digests.';
select security.append_only('security.audit_seal');
grant select on security.audit_seal to socle_worker;

create function security.audit_seal_header(s security.audit_seal) returns text
language sql immutable parallel safe
as $$
  select concat_ws(E'\n', s.number, to_char(s.sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    s.record_count, s.total, s.positions)
$$;
comment on function security.audit_seal_header(security.audit_seal) is 'The one canonical text of a seal, over which its hash is computed.';

create function security.await_seal() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into security.audit_pending (position, digest) select written.position, written.digest from written;
  return null;
end
$$;
comment on function security.await_seal() is 'Trigger: what is recorded waits for its seal, in the same transaction.';
revoke execute on function security.await_seal() from public;
create trigger await_seal after insert on security.audit_record
  referencing new table as written for each statement execute function security.await_seal();
insert into security.audit_pending (position, digest) select position, digest from security.audit_record;

create function security.seal_audit(most int) returns int
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function security.seal_audit(int) is 'Seals what waits, so many records at most; answers how many. 0 when nothing waits or another sealer is at it. One transaction: killed midway, it has sealed nothing.';
revoke execute on function security.seal_audit(int) from public;
grant execute on function security.seal_audit(int) to socle_worker;
