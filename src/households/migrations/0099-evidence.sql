-- Papers shown for a declaration. The file lies outside of the database, sealed, under the SHA-256 of what lies there; its key
-- is here, sealed for its row.

create table households.evidence (
  id uuid primary key,
  draft_id uuid not null references households.draft on delete cascade,
  kind text not null check (kind ~ '^[a-z_]+$'),
  name text not null check (char_length(name) between 1 and 120),
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size integer not null check (size > 0),
  sha256 bytea not null check (length(sha256) = 32),
  stored bytea not null unique check (length(stored) = 32),
  key_sealed bytea not null,
  scan text not null check (scan in ('clean', 'not_scanned')),
  attached_at timestamptz not null default now(),
  attached_by text not null,
  unique (draft_id, sha256)
);
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
grant select, insert on households.evidence to socle_app, socle_worker;
select security.protect_through('households.evidence', 'draft_id', 'households.draft');

create or replace function households.drop_stale_drafts(of_country text, before date) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    delete from households.draft where country = of_country and state <> 'sent' and saved_at < before returning 1
  )
  select count(*)::integer from gone
$$;
comment on function households.drop_stale_drafts(text, date) is 'Removes drafts that nobody has saved since a day, and those dropped before it, with their papers: what a family did not send is not kept. Answers how many.';
