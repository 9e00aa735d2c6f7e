import {
  type BackupHeader,
  type Databases,
  databasesOf,
  migrate,
  recordVerification,
  restoreBackup,
  ScratchBusy,
  transaction,
  withScratchDatabase,
  workerActor,
} from '#db'
import { appendAudit, type Opener } from '#security'
import { type Io, UsageError } from '../command.ts'
import { checkData, integrityChecks } from '../doctor/data-checks.ts'
import { grouped, progress } from '../progress.ts'
import { openBackupFile } from './backup-file.ts'
import { refusalText, unopenedText } from './words.ts'

type Outcome = { readonly sound: boolean; readonly says: string; readonly header: BackupHeader | undefined }

/** Restores a backup into a scratch database, compares, asks every check of the data, drops it, and records what was found. */
export async function verifyBackup(databases: Databases, path: string, opener: Opener, io: Io): Promise<boolean> {
  const { sound, says, header } = await outcomeOf(databases, path, opener, io)
  io.out(`${says}\n`)
  if (header) {
    await transaction(databases.worker, workerActor('socle backup verify'), async tx => {
      await recordVerification(tx, { backupId: header.id, snapshotAt: header.snapshotAt, sound, says })
      await appendAudit(tx, {
        action: 'backup.verify',
        subject: { kind: 'backup', id: header.id },
        purpose: 'administration: socle backup verify',
        detail: { sound },
      })
    })
  }
  return sound
}

async function outcomeOf(databases: Databases, path: string, opener: Opener, io: Io): Promise<Outcome> {
  try {
    return await withScratchDatabase(databases.urls, async urls => {
      const shown = progress(io, 'Verifying', 'rows')
      const outcome = await restoreBackup(openBackupFile(path, opener), {
        urls,
        keepFile: async (_, bytes) => {
          for await (const _ of bytes) io.signal.throwIfAborted()
        },
        onProgress: rows => shown.update(rows),
        signal: io.signal,
      })
      shown.end()
      if (!outcome.ok) return { sound: false, says: refusalText(path, outcome.refusal), header: undefined }
      const { header, manifest } = outcome.value
      const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0)
      await migrate(urls)
      const findings = await checkScratch(urls, io)
      const what = `${path}: ${grouped(rows)} rows in ${manifest.tables.length} tables, ${manifest.files.length} files, as of ${header.snapshotAt}`
      const says =
        findings.length === 0
          ? `${what}: restored, compared and checked; all is as written.`
          : `${what}: restored and compared, but the data themselves are not sound:\n${findings.map(one => `- ${one.says}`).join('\n')}`
      return { sound: findings.length === 0, says, header }
    })
  } catch (error) {
    if (error instanceof ScratchBusy) throw new UsageError('another verification is under way on this database')
    return { sound: false, says: unopenedText(path, error), header: undefined }
  }
}

async function checkScratch(urls: Databases['urls'], io: Io) {
  const scratch = databasesOf(urls, undefined, async () => {})
  try {
    return (await checkData(scratch, integrityChecks, { full: true, signal: io.signal })).filter(
      one => one.severity === 'serious',
    )
  } finally {
    await scratch.close()
  }
}
