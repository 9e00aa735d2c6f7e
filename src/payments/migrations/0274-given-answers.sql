-- A file of answers that a page sent is left to the workers. Until one has taken it its bytes wait here, packed and sealed under a key
-- of their own, so that a worker on any machine finds them; they go in the transaction that ends it.

create table payments.given_answers (
  id uuid primary key,
  provider text not null references payments.provider,
  name text not null check (char_length(name) between 1 and 120),
  size integer not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  adapter text not null check (adapter in ('iso20022', 'csv', 'http')),
  staff_id uuid not null,
  given_by text not null,
  given_at timestamptz not null default clock_timestamp(),
  key_sealed bytea,
  attempt integer check (attempt > 0),
  begun_at timestamptz,
  stage text check (stage in ('reading', 'recording')),
  lines integer not null default 0 check (lines >= 0),
  bytes_read integer not null default 0 check (bytes_read between 0 and size),
  ended_at timestamptz,
  taken text check (taken in ('now', 'again')),
  figures jsonb,
  refusal jsonb,
  check (num_nonnulls(attempt, begun_at, stage) in (0, 3)),
  check (num_nonnulls(taken, refusal) = case when ended_at is null then 0 else 1 end),
  check ((taken is null) = (figures is null)),
  check ((key_sealed is null) = (ended_at is not null))
);
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
create unique index given_answers_open on payments.given_answers (provider, sha256) where ended_at is null;
create index given_answers_latest on payments.given_answers (given_at desc);

create table payments.given_answers_piece (
  given_id uuid not null references payments.given_answers,
  number integer not null check (number >= 0),
  bytes bytea not null,
  primary key (given_id, number)
);
comment on table payments.given_answers_piece is 'Bytes of files of answers that wait for a worker, packed and sealed. Gone when the file has ended.';
comment on column payments.given_answers_piece.given_id is 'The file.';
comment on column payments.given_answers_piece.number is 'Place of the piece, from 0.';
comment on column payments.given_answers_piece.bytes is 'A stretch of the sealed file.';
-- Sealed bytes do not shrink.
alter table payments.given_answers_piece alter column bytes set storage external;

create function payments.check_given_answers_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from payments.given_answers_piece p where p.given_id = new.id) then
    raise exception 'answers % have ended and their bytes still wait', new.id
      using errcode = 'check_violation', constraint = 'given_answers_erased';
  end if;
  return null;
end
$$;
comment on function payments.check_given_answers_erased() is 'Constraint trigger, at commit: nothing is kept of a file that has ended.';
revoke execute on function payments.check_given_answers_erased() from public;
create constraint trigger given_answers_erased after insert or update on payments.given_answers
  deferrable initially deferred for each row when (new.ended_at is not null)
  execute function payments.check_given_answers_erased();

create function payments.refuse_ended_answers() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.ended_at is distinct from old.ended_at or new.taken is distinct from old.taken
    or new.figures is distinct from old.figures
    or new.refusal is distinct from (old.refusal - array['text', 'found', 'message', 'endToEndId', 'known']) then
    raise exception 'answers % have ended', old.id using errcode = 'integrity_constraint_violation', constraint = 'given_answers_ended';
  end if;
  return new;
end
$$;
comment on function payments.refuse_ended_answers() is 'Trigger: how a file ended stays; only what a refusal quotes of it may leave.';
revoke execute on function payments.refuse_ended_answers() from public;
create trigger given_answers_ended before update on payments.given_answers
  for each row when (old.ended_at is not null) execute function payments.refuse_ended_answers();

grant select, insert on payments.given_answers to socle_worker;
grant update (key_sealed, attempt, begun_at, stage, lines, bytes_read, ended_at, taken, figures, refusal)
  on payments.given_answers to socle_worker;
grant select, insert, delete on payments.given_answers_piece to socle_worker;
alter table payments.given_answers enable row level security;
create policy worker on payments.given_answers to socle_worker using (true);
alter table payments.given_answers_piece enable row level security;
create policy worker on payments.given_answers_piece to socle_worker using (true);
