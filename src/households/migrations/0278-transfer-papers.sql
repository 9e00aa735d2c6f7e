-- The paper that proves a transfer of the recipient is given with the proposal: its file lies with those of declarations, sealed,
-- under the SHA-256 of what lies there; its key is here, sealed for its row.

create table households.transfer_paper (
  household_id uuid not null,
  transfer_id uuid not null,
  id uuid not null unique,
  name text not null check (char_length(name) between 1 and 120),
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size integer not null check (size > 0),
  sha256 bytea not null check (length(sha256) = 32),
  stored bytea not null unique check (length(stored) = 32),
  key_sealed bytea not null,
  scan text not null check (scan in ('clean', 'not_scanned')),
  attached_at timestamptz not null default clock_timestamp(),
  attached_by text not null default security.actor(),
  primary key (household_id, transfer_id),
  foreign key (household_id, transfer_id) references households.recipient_transfer on delete cascade
);
create index transfer_paper_key on households.transfer_paper (get_byte(key_sealed, 4));
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
grant select, insert (household_id, transfer_id, id, name, media_type, size, sha256, stored, key_sealed, scan)
  on households.transfer_paper to socle_app;
grant select on households.transfer_paper to socle_worker;
select security.protect_through('households.transfer_paper', 'household_id', 'households.household');

comment on column households.recipient_transfer.evidence_id is 'Paper that proves it: given with it (households.transfer_paper), or of a declaration of the household (households.evidence); null where none is.';

create or replace function households.reseal_papers(ids uuid[], earlier bytea[], sealed bytea[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update households.evidence e set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where e.id = given.id and e.key_sealed = given.before;
  update households.transfer_paper p set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where p.id = given.id and p.key_sealed = given.before
$$;
