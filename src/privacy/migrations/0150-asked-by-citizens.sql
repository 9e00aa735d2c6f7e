-- Requests that citizens make themselves, on their own page: through which channel, to whom the answer is told, the paper that is
-- attached, and what was shown where the answer changes who somebody is.

alter table privacy.rectification
  add column channel text not null default 'desk' check (channel in ('desk', 'web')),
  add column asker_id uuid,
  add column language text check (language in ('fr', 'ar', 'en')),
  add column asked_sealed bytea,
  add constraint sealed_or_clear check (asked_sealed is null or value_asked is null),
  add constraint asked_by_channel check ((channel = 'web') = (asked_by like 'citizen:%'));
comment on column privacy.rectification.channel is 'desk: an agent wrote down what somebody said; web: the citizen asked, on the own page.';
comment on column privacy.rectification.asker_id is 'The person who is told of the answer; null where nobody of the household is named.';
comment on column privacy.rectification.language is 'In which language that person is told.';
comment on column privacy.rectification.asked_sealed is 'What it should be, where the register holds it sealed: a telephone, the number of a document.';
grant insert (channel, asker_id, language, asked_sealed) on privacy.rectification to socle_app, socle_worker;

alter table privacy.rectification_decision
  add column shown text check (shown <> '' and char_length(shown) <= 300);
comment on column privacy.rectification_decision.shown is 'What was shown for it, in words; never missing where a citizen''s request changes who somebody is.';
grant insert (shown) on privacy.rectification_decision to socle_app, socle_worker;

-- The list of what waits, the oldest first.
create index rectification_asked on privacy.rectification (asked_at, id);

create table privacy.rectification_paper (
  id uuid primary key,
  household_id uuid not null,
  request_id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size integer not null check (size > 0),
  sha256 bytea not null check (length(sha256) = 32),
  stored bytea not null unique check (length(stored) = 32),
  key_sealed bytea not null,
  scan text not null check (scan in ('clean', 'not_scanned')),
  attached_at timestamptz not null default now(),
  attached_by text not null default security.actor(),
  unique (household_id, request_id, sha256),
  foreign key (household_id, request_id) references privacy.rectification
);
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
select security.append_only('privacy.rectification_paper');
alter table privacy.rectification_paper enable row level security;
create policy territory on privacy.rectification_paper to socle_app using (
  exists (select from privacy.rectification r where r.household_id = rectification_paper.household_id and r.id = rectification_paper.request_id));
create policy worker on privacy.rectification_paper to socle_worker using (true);
grant select, insert (id, household_id, request_id, name, media_type, size, sha256, stored, key_sealed, scan) on privacy.rectification_paper
  to socle_app, socle_worker;

create or replace function privacy.erase_rectifications(households uuid[], fields text[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;

create function privacy.reseal_rectifications(ids uuid[], earlier bytea[], sealed bytea[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function privacy.reseal_rectifications(uuid[], bytea[], bytea[]) is 'Reviewed rewriting: what requests ask for, and the keys of their papers, take the form of another key.';
revoke execute on function privacy.reseal_rectifications(uuid[], bytea[], bytea[]) from public;
grant execute on function privacy.reseal_rectifications(uuid[], bytea[], bytea[]) to socle_worker;
