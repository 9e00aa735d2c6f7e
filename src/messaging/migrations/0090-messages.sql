-- Messages to people: queued in the transaction of what they tell, sent by a worker, and kept as they were said.

comment on schema messaging is 'Messages to people, from the moment they are asked for to the receipt of whoever carried them.';

create table messaging.message (
  id uuid primary key,
  key text not null unique check (length(key) between 1 and 200),
  kind text not null check (kind ~ '^[a-z]+(_[a-z]+)*$'),
  language text not null check (language in ('fr', 'ar', 'en')),
  person_id uuid,
  territory text collate "C" not null,
  secret boolean not null,
  to_sealed bytea,
  text_sealed bytea,
  queued_at timestamptz not null default clock_timestamp(),
  queued_by text not null default security.actor(),
  expires_at timestamptz not null,
  due_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0 check (attempts >= 0),
  last_error text,
  sent_at timestamptz,
  carrier text,
  receipt text,
  failed_at timestamptz,
  failure text check (failure in ('no_phone', 'refused', 'expired', 'too_often')),
  check (num_nonnulls(sent_at, carrier) in (0, 2)),
  check (num_nonnulls(failed_at, failure) in (0, 2)),
  check (num_nonnulls(sent_at, failed_at) <= 1),
  check (text_sealed is not null or secret and num_nonnulls(sent_at, failed_at) = 1),
  check (person_id is not null or to_sealed is not null)
);
create index message_due on messaging.message (due_at) where sent_at is null and failed_at is null;
create index message_person on messaging.message (person_id, queued_at) where person_id is not null;
create index message_territory on messaging.message (territory);
create index message_passing on messaging.message (queued_at) where person_id is null;
create index message_text_key on messaging.message (get_byte(text_sealed, 4), id) where text_sealed is not null;
create index message_to_key on messaging.message (get_byte(to_sealed, 4), id) where to_sealed is not null;
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
select security.protect('messaging.message');
select security.protect_file('messaging.message', 'person_id');
grant select on messaging.message to socle_app, socle_worker;
grant update (to_sealed, text_sealed, due_at, attempts, last_error, sent_at, carrier, receipt, failed_at, failure)
  on messaging.message to socle_worker;

create function messaging.keep_message() returns trigger
language plpgsql
as $$
begin
  if security.is_rewriting(tg_relid) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or num_nonnulls(old.sent_at, old.failed_at) = 1 then
    raise exception 'A message that has ended stays as it was.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function messaging.keep_message() is 'Trigger: what was sent or given up never changes.';
create trigger keep_message before update or delete on messaging.message
  for each row execute function messaging.keep_message();

create function messaging.queue(ids uuid[], keys text[], kinds text[], languages text[], persons uuid[], territories text[],
  secrets boolean[], phones bytea[], texts bytea[], seconds integer[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function messaging.queue(uuid[], text[], text[], text[], uuid[], text[], boolean[], bytea[], bytea[], integer[]) is 'Reviewed: queues messages, with their records in the audit, for any actor: somebody who is nobody yet is sent a code. Answers how many were new.';
revoke execute on function messaging.queue(uuid[], text[], text[], text[], uuid[], text[], boolean[], bytea[], bytea[], integer[]) from public;
grant execute on function messaging.queue(uuid[], text[], text[], text[], uuid[], text[], boolean[], bytea[], bytea[], integer[]) to socle_app, socle_worker;

-- Of a telephone alone nothing is worth keeping: what it told stands with what it was about.
create function messaging.forget_passing() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  removed bigint;
begin
  perform security.open_rewriting('messaging.message');
  delete from messaging.message where person_id is null and queued_at < clock_timestamp() - interval '30 days';
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return removed;
end
$$;
comment on function messaging.forget_passing() is 'Reviewed rewriting: messages to telephones that were nobody''s of the register leave after thirty days; answers how many.';

create function messaging.erase_messages(persons uuid[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  removed integer;
begin
  perform security.open_rewriting('messaging.message');
  delete from messaging.message where person_id = any (persons);
  get diagnostics removed = row_count;
  perform security.close_rewriting();
  return removed;
end
$$;
comment on function messaging.erase_messages(uuid[]) is 'Reviewed rewriting: all that was sent to persons whose time has ended; answers how many.';

create function messaging.reseal_messages(ids uuid[], phones bytea[], texts bytea[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('messaging.message');
  update messaging.message m
  set to_sealed = case when m.to_sealed is null then null else given.phone end,
    text_sealed = case when m.text_sealed is null then null else given.text end
  from unnest(ids, phones, texts) as given (id, phone, text) where m.id = given.id;
  perform security.close_rewriting();
end
$$;
comment on function messaging.reseal_messages(uuid[], bytea[], bytea[]) is 'Reviewed rewriting: telephones and texts take the form of another key; what was forgotten meanwhile stays so.';
revoke execute on function messaging.forget_passing(), messaging.erase_messages(uuid[]), messaging.reseal_messages(uuid[], bytea[], bytea[]) from public;
grant execute on function messaging.forget_passing(), messaging.erase_messages(uuid[]), messaging.reseal_messages(uuid[], bytea[], bytea[]) to socle_worker;

create table messaging.shown_message (
  id uuid primary key,
  shown_at timestamptz not null default clock_timestamp(),
  to_sealed bytea not null,
  text_sealed bytea not null
);
comment on table messaging.shown_message is 'In a demonstration: the last messages, shown on a page instead of being sent to anybody.';
comment on column messaging.shown_message.id is 'The message.';
comment on column messaging.shown_message.shown_at is 'When it would have arrived.';
comment on column messaging.shown_message.to_sealed is 'Telephone, sealed for this row.';
comment on column messaging.shown_message.text_sealed is 'Text, sealed for this row.';
alter table messaging.shown_message enable row level security;
create policy worker on messaging.shown_message to socle_worker using (true);
grant select, insert, delete on messaging.shown_message to socle_worker;
