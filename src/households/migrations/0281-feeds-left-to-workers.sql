-- A large file of another register that a page sent is left to the workers. Until one has taken it its bytes wait here, so that a
-- worker on any machine finds them; they go in the transaction that ends it.

create table households.given_feed (
  feed_id uuid primary key references households.feed,
  content text not null check (content ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size > 0),
  staff_id uuid not null,
  key_sealed bytea,
  given_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  refusal text check (refusal ~ '^[a-z_]+$'),
  check (refusal is null or ended_at is not null),
  check ((key_sealed is null) = (ended_at is not null))
);
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
  feed_id uuid not null references households.given_feed,
  number integer not null check (number >= 0),
  bytes bytea not null,
  primary key (feed_id, number)
);
comment on table households.given_feed_piece is 'Bytes of files that wait for a worker, packed and sealed. Gone when the file has ended.';
comment on column households.given_feed_piece.feed_id is 'The feed.';
comment on column households.given_feed_piece.number is 'Place of the piece, from 0.';
comment on column households.given_feed_piece.bytes is 'A stretch of the sealed file.';
-- Sealed bytes do not shrink.
alter table households.given_feed_piece alter column bytes set storage external;

create function households.check_given_feed_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from households.given_feed_piece p where p.feed_id = new.feed_id) then
    raise exception 'feed % has ended and its bytes still wait', new.feed_id
      using errcode = 'check_violation', constraint = 'given_feed_erased';
  end if;
  return null;
end
$$;
comment on function households.check_given_feed_erased() is 'Constraint trigger, at commit: nothing is kept of a file that has ended.';
revoke execute on function households.check_given_feed_erased() from public;
create constraint trigger given_feed_erased after insert or update on households.given_feed
  deferrable initially deferred for each row when (new.ended_at is not null)
  execute function households.check_given_feed_erased();

grant select, insert on households.given_feed to socle_worker;
grant update (staff_id, key_sealed, given_at, ended_at, refusal) on households.given_feed to socle_worker;
grant select, insert, delete on households.given_feed_piece to socle_worker;
alter table households.given_feed enable row level security;
create policy worker on households.given_feed to socle_worker using (true);
alter table households.given_feed_piece enable row level security;
create policy worker on households.given_feed_piece to socle_worker using (true);
