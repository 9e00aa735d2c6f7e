import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BackupSummary, type Databases, recordBackup, transaction, workerActor, writeBackup } from '#db'
import { newId } from '#kernel'
import { appendAudit, newSealingKeys, type Recipient } from '#security'
import { type WrittenFile, writeBackupFile } from '../backup/backup-file.ts'
import { openerOf, recipientsOf } from '../backup/keys.ts'
import { neededKeys } from '../backup/needed-keys.ts'
import { verifyBackup } from '../backup/verify-backup.ts'
import { keysText } from '../backup/words.ts'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { dataFolder, namedIn } from '../data-folder.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped, progress } from '../progress.ts'
import { version } from '../version.ts'

const shape = {
  to: 'text',
  recipient: 'text',
  'passphrase-file': 'text',
  verify: 'flag',
  key: 'text',
  out: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Writes a sealed backup of all data while Socle runs; verifies one by restoring it.',
  usage: [
    'backup [--to FILE|FOLDER] (--recipient KEY[,KEY] | --passphrase-file FILE) [--verify]',
    'backup verify FILE (--key FILE | --passphrase-file FILE)',
    'backup key --out FILE',
  ],
  help: `
A backup holds every table, the queues and the files of the data folder that belong to the data, as of one instant, whoever
works meanwhile. It is compressed and sealed while it is written; it never lies unsealed on a disk.
--to               the file to write, or the folder to write it into (backups of the data folder, named by the time)
--recipient        public keys (age1…) of those who may open it; the machine that writes it then holds no secret that opens it
--passphrase-file  seals it for a passphrase instead: a file with one line, readable by its owner alone
--verify           restores it at once into a scratch database, compares every row, asks every check of the data, drops it

verify does the same with a file written earlier, and remembers the outcome: socle doctor tells the age of the last sound one.
--key              the file of the private key that opens it

key makes a pair of keys. Keep the file it writes away from this machine, in two places; its public key goes to --recipient.
--out              the file for the private key

A backup is an age file around a zstd-compressed tar: age -d -i KEY FILE | zstd -d | tar -x opens it without Socle.
No secret of this installation is in it; it lists those that a restored one needs. docs/operations.md has a schedule.
Exit code 0: done, or sound. 1: the backup is not sound. 2: the call cannot be carried out.`,
  examples: [
    {
      call: 'npx socle backup key --out /media/safe/socle.key',
      says: 'makes the keys, once, and prints the public one',
    },
    {
      call: 'npx socle backup --recipient age1… --to /mnt/backups/ --verify',
      says: 'a backup named by its time, restored and compared before it counts',
    },
    {
      call: 'npx socle backup verify /mnt/backups/socle-2026-12-01.backup --key /media/safe/socle.key',
      says: 'says whether a file can be relied upon',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    if (verb === undefined) return write(options, io)
    if (verb === 'key' && rest.length === 0) return makeKey(options, io)
    if (verb === 'verify') return verify(options, rest, io)
    throw new UsageError(`backup takes verify FILE, key, or options alone, not ${words.join(' ')}`)
  },
}

async function write(options: Options, io: Io): Promise<ExitCode> {
  refuse(options, ['key', 'out'])
  const recipients = recipientsOf(options)
  const config = installationConfig()
  const { data } = config.database
  const keys = neededKeys(config)
  for (const name of strangers(data)) io.err(`${join(data, name)} is not Socle's: it is not in the backup.\n`)
  return withDatabase<ExitCode>(io, async databases => {
    const shown = progress(io, 'Backing up', 'rows')
    let summary: BackupSummary | undefined
    const id = newId<'Backup'>()
    const folders = namedIn('kept')
    const request = { id, socle: version(), data, folders, keys, signal: io.signal }
    const archive = writeBackup(databases.owner, { ...request, onProgress: ({ rows }) => shown.update(rows) }, told => {
      summary = told
    })
    const path = pathOf(options.to, data)
    const file = await writeBackupFile(archive, recipients, path)
    shown.end()
    await remember(databases, { path, file, summary: summary!, recipients })
    io.out(`${path}: ${written(summary!, file)}\n`)
    io.out(`A restored installation will need:\n${keysText(summary!.header)}`)
    if (!options.verify) return 0
    return (await verifyBackup(databases, path, { kind: 'file_key', key: file.fileKey }, io)) ? 0 : 1
  })
}

function written({ header, manifest }: BackupSummary, { bytes, sha256 }: WrittenFile): string {
  const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0)
  return `${grouped(rows)} rows in ${manifest.tables.length} tables, ${manifest.files.length} files, as of ${header.snapshotAt}; ${grouped(bytes)} bytes, sha256 ${sha256}`
}

type Done = {
  readonly path: string
  readonly file: WrittenFile
  readonly summary: BackupSummary
  readonly recipients: readonly Recipient[]
}

/** A backup is an export of everything: the audit says so. */
async function remember({ worker }: Databases, { path, file, summary, recipients }: Done): Promise<void> {
  const { header, manifest } = summary
  const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0)
  const sealedFor = recipients.map(one => (one.kind === 'public_key' ? one.key : 'passphrase'))
  const { bytes, sha256 } = file
  await transaction(worker, workerActor('socle backup'), async tx => {
    await recordBackup(tx, { id: header.id, snapshotAt: header.snapshotAt, file: path, bytes, sha256, rows, sealedFor })
    await appendAudit(tx, {
      action: 'backup.write',
      subject: { kind: 'backup', id: header.id },
      purpose: 'administration: socle backup',
      detail: { sha256, bytes, rows, sealedFor },
    })
  })
}

async function verify(options: Options, words: readonly string[], io: Io): Promise<ExitCode> {
  refuse(options, ['to', 'recipient', 'out'])
  if (options.verify) throw new UsageError('--verify goes with the writing of a backup')
  const [path, ...rest] = words
  if (path === undefined || rest.length > 0) throw new UsageError('backup verify takes one file')
  const opener = openerOf(options)
  mustBeFile(path)
  return withDatabase<ExitCode>(io, async databases => ((await verifyBackup(databases, path, opener, io)) ? 0 : 1))
}

async function makeKey(options: Options, io: Io): Promise<ExitCode> {
  refuse(options, ['to', 'recipient', 'passphrase-file', 'key'])
  const out = required(options.out, 'out', 'socle-backup.key')
  const { privateKey, publicKey } = newSealingKeys()
  try {
    writeFileSync(out, `# opens backups of Socle sealed for\n# public key: ${publicKey}\n${privateKey}\n`, {
      flag: 'wx',
      mode: 0o600,
    })
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new UsageError(
      there
        ? `${out} is there already; a key is never written over: backups sealed for it would be lost`
        : `${out} cannot be written: ${(error as Error).message}`,
    )
  }
  io.out(`Public key: ${publicKey}\n`)
  io.err(
    `${out} opens every backup sealed for that key. Keep it away from this machine, in two places, and never with the backups: without it no backup can be opened.\n`,
  )
  return 0
}

/** Sortable by name, and never that of an earlier one. */
function pathOf(to: string | undefined, data: string): string {
  const folder = to ?? join(data, 'backups')
  if (to !== undefined && !(existsSync(to) && statSync(to).isDirectory()) && !/[\\/]$/.test(to)) {
    if (existsSync(to)) throw new UsageError(`${to} is there already; a backup is not written over another file`)
    return to
  }
  const name = `socle-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z`
  for (let number = 1; ; number += 1) {
    const path = join(folder, `${name}${number === 1 ? '' : `-${number}`}.backup`)
    if (!existsSync(path)) return path
  }
}

function strangers(data: string): string[] {
  return existsSync(data) ? readdirSync(data).filter(name => !(name in dataFolder) && !name.endsWith('.part')) : []
}

function mustBeFile(path: string): void {
  if (!existsSync(path) || !statSync(path).isFile()) throw new UsageError(`there is no file ${path}`)
}

function refuse(options: Options, names: readonly (keyof Options)[]): void {
  const given = names.filter(name => options[name] !== undefined && options[name] !== false)
  if (given.length > 0) throw new UsageError(`--${given[0]} means nothing here; see socle help backup`)
}
