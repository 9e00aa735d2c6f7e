// What an installation remembers of its backups.
import { sql } from 'kysely'
import { newId } from '#kernel'
import type { Transaction } from '../transaction.ts'

export type WrittenBackup = {
  readonly id: string
  /** ISO 8601. */
  readonly snapshotAt: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly rows: number
  readonly sealedFor: readonly string[]
}

export async function recordBackup(tx: Transaction, written: WrittenBackup): Promise<void> {
  await sql`
    insert into db.backup (id, snapshot_at, file, bytes, sha256, row_count, sealed_for)
    values (${written.id}, ${written.snapshotAt}, ${written.file}, ${written.bytes}, ${written.sha256}, ${written.rows},
      ${written.sealedFor}::text[])`.execute(tx)
}

export async function recordVerification(
  tx: Transaction,
  found: { readonly backupId: string; readonly snapshotAt: string; readonly sound: boolean; readonly says: string },
): Promise<void> {
  await sql`
    insert into db.backup_verification (id, backup_id, snapshot_at, sound, says)
    values (${newId<'BackupVerification'>()}, ${found.backupId}, ${found.snapshotAt}, ${found.sound}, ${found.says})`.execute(
    tx,
  )
}

export type BackupState = {
  /** The instant shown by the latest backup written; null while there is none. */
  readonly writtenFor: Date | null
  /** The instant shown by the latest one that was restored and found sound. */
  readonly soundFor: Date | null
  /** What the latest verification found, where it was not sound. */
  readonly latestUnsound: string | null
}

export async function backupState(tx: Transaction): Promise<BackupState> {
  const { rows } = await sql<BackupState>`
    select (select max(snapshot_at) from db.backup) as "writtenFor",
      (select max(snapshot_at) from db.backup_verification where sound) as "soundFor",
      (select case when not sound then says end from db.backup_verification order by verified_at desc limit 1) as "latestUnsound"`.execute(
    tx,
  )
  return rows[0]!
}
