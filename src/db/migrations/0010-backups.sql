-- What is known of the backups of this installation: when one was written, and when one was restored for good.

create table db.backup (
  id uuid primary key,
  snapshot_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  file text not null check (file <> ''),
  bytes bigint not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  row_count bigint not null check (row_count >= 0),
  sealed_for text[] not null
);
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
  id uuid primary key,
  backup_id uuid not null,
  snapshot_at timestamptz not null,
  verified_at timestamptz not null default clock_timestamp(),
  sound boolean not null,
  says text not null
);
create index backup_verification_latest on db.backup_verification (verified_at);
comment on table db.backup_verification is 'Backups restored into a scratch database and compared. Kept by the installation where that was done.';
comment on column db.backup_verification.id is 'Made by the program.';
comment on column db.backup_verification.backup_id is 'Which backup (db.backup.id of the installation that wrote it).';
comment on column db.backup_verification.snapshot_at is 'The instant that the backup shows.';
comment on column db.backup_verification.verified_at is 'When.';
comment on column db.backup_verification.sound is 'Everything was as written, and every check of the data held.';
comment on column db.backup_verification.says is 'What was found, in words.';

grant select, insert on db.backup, db.backup_verification to socle_worker;
