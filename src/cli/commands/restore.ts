import { existsSync, statSync } from 'node:fs'
import pg from 'pg'
import type { Config } from '#config'
import {
  databasesOf,
  inDatabase,
  migrate,
  type Restored,
  restoreBackup,
  roleUrls,
  transaction,
  useCluster,
  workerActor,
} from '#db'
import { appendAudit } from '#security'
import { openBackupFile } from '../backup/backup-file.ts'
import { openerOf } from '../backup/keys.ts'
import { RestoredFiles } from '../backup/restored-files.ts'
import { keysText, refusalText, unopenedText } from '../backup/words.ts'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { checkData, integrityChecks } from '../doctor/data-checks.ts'
import { installationConfig } from '../installation.ts'
import { readOptions } from '../options.ts'
import { grouped, progress } from '../progress.ts'

type Urls = ReturnType<typeof roleUrls>

export const command: Command = {
  summary: 'Restores a backup into an empty database, whole or not at all.',
  usage: ['restore FILE (--key FILE | --passphrase-file FILE) [--database NAME]'],
  help: `
--key              the file of the private key that opens the backup (from socle backup key)
--passphrase-file  a file with the passphrase that it was sealed for
--database         a new database of the server of DATABASE_URL, made by its role; then set DATABASE_URL to it

The database of this installation must be empty, and no Socle may run on it. Everything is loaded in one transaction, read back
and compared before it is kept: stopped or killed at any moment, the database is still empty, and the same call begins again.
A backup of an earlier version is restored as it was and then brought forward; one of a later version is refused.
Secrets are not in a backup: what is needed besides is printed at the end.
Exit code 0: restored and sound. 1: refused, nothing kept; or restored with findings. 2: the call cannot be carried out.`,
  examples: [
    {
      call: 'npx socle restore /mnt/backups/socle-2026-12-01.backup --key /media/safe/socle.key',
      says: 'fills the empty database of this installation',
    },
    {
      call: 'npx socle restore socle-2026-12-01.backup --key socle.key --database socle_restored',
      says: 'makes a database beside the present one, to look at or to go on with',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, { key: 'text', 'passphrase-file': 'text', database: 'text' })
    const [path, ...rest] = words
    if (path === undefined || rest.length > 0) throw new UsageError('restore takes one file')
    const opener = openerOf(options)
    if (!existsSync(path) || !statSync(path).isFile()) throw new UsageError(`there is no file ${path}`)
    const config = installationConfig()
    return withTarget(config, options.database, io, async urls => {
      const files = new RestoredFiles(config.database.data)
      const shown = progress(io, 'Restoring', 'rows')
      try {
        const outcome = await restoreBackup(openBackupFile(path, opener), {
          urls,
          keepFile: (file, bytes) => files.take(file, bytes),
          beforeCommit: () => files.place(),
          onProgress: rows => shown.update(rows),
          signal: io.signal,
        })
        if (outcome.ok) {
          shown.end()
          return await finish(urls, path, outcome.value, io)
        }
        io.out(`${refusalText(path, outcome.refusal)}\n`)
        return 1
      } catch (error) {
        if (io.signal.aborted) throw error
        io.out(`${unopenedText(path, error)}\nNothing was kept.\n`)
        return 1
      } finally {
        await files.forget()
      }
    })
  },
}

/** Brings the restored data to this version, notes the restore in the audit, and asks every check. */
async function finish(urls: Urls, path: string, { header, manifest }: Restored, io: Io): Promise<ExitCode> {
  await migrate(urls, { onApply: name => io.err(`migration ${name}\n`) })
  const databases = databasesOf(urls, undefined, async () => {})
  try {
    await transaction(databases.worker, workerActor('socle restore'), tx =>
      appendAudit(tx, {
        action: 'backup.restore',
        subject: { kind: 'backup', id: header.id },
        purpose: 'administration: socle restore',
        detail: { snapshotAt: header.snapshotAt, madeBy: header.socle },
      }),
    )
    const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0)
    io.out(
      `Restored from ${path}: ${grouped(rows)} rows in ${manifest.tables.length} tables, ${manifest.files.length} files, as of ${header.snapshotAt} (Socle ${header.socle}).\n`,
    )
    io.out(`Bring, from where keys are kept:\n${keysText(header)}`)
    const findings = (await checkData(databases, integrityChecks, { full: true, signal: io.signal })).filter(
      one => one.severity === 'serious',
    )
    for (const { says, todo } of findings) io.out(`- ${says}\n  ${todo}\n`)
    return findings.length === 0 ? 0 : 1
  } finally {
    await databases.close()
  }
}

async function withTarget(
  { database }: Config,
  name: string | undefined,
  io: Io,
  work: (urls: Urls) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (name !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new UsageError(`--database takes a name of small letters, digits and _, not ${name}`)
  }
  if (name !== undefined && database.url === undefined) {
    throw new UsageError(
      '--database goes with DATABASE_URL; with the embedded PostgreSQL, set SOCLE_DATA to another folder',
    )
  }
  const cluster = database.url
    ? undefined
    : await useCluster({ data: database.data, say: line => io.err(`${line}\n`) }).catch(asUsage)
  try {
    const urls = roleUrls(database.url ?? cluster!.ownerUrl, { app: database.appUrl, worker: database.workerUrl })
    if (name === undefined) return await work(urls)
    await makeDatabase(urls, name).catch(asUsage)
    return await work(inDatabase(urls, name))
  } finally {
    await cluster?.leave()
  }
}

/** One that is there already is filled only when it is empty: a restore that was killed made it. */
async function makeDatabase(urls: Urls, name: string): Promise<void> {
  const client = new pg.Client(urls.owner)
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name} template template0`)
  } finally {
    await client.end()
  }
}

function asUsage(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error))
}
