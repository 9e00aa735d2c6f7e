// `socle backup` and `socle restore` as real processes: files altered, keys mistaken, processes killed.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { openCountry } from '#countries'
import { backupState, transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { writeBackupFile } from '../backup/backup-file.ts'
import { type Io, UsageError } from '../command.ts'
import { demonstrate } from '../demonstration/demonstrate.ts'
import { command as backup } from './backup.ts'
import { command as restore } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'socle sauvegarde é '))
const data = join(folder, 'data')
after(() => rmSync(folder, { recursive: true, force: true }))
const blanks: string[] = []
// Before the source goes, and with it perhaps the server.
after(async () => {
  const client = new pg.Client(source.urls.owner)
  await client.connect()
  for (const name of blanks) await client.query(`drop database if exists ${name} with (force)`).catch(() => {})
  await client.end()
})
const source = await testDatabase()
const silent = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
await demonstrate(source, { country: openCountry('ma'), households: 500, seed: 1, data }, silent)

type Said = { readonly code: number | null; readonly out: string; readonly err: string }
const environment = (url: string, home: string) => ({ SOCLE_DATA: home, DATABASE_URL: url, PATH: '/usr/bin:/bin' })

function socle(args: readonly string[], url = source.urls.owner, home = data): Promise<Said> {
  return new Promise(resolve => {
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env: environment(url, home) }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

/** A database of its own without Socle in it. */
async function blank(name: string): Promise<string> {
  const client = new pg.Client(source.urls.owner)
  await client.connect()
  const database = `test_${process.pid}_${name}`
  await client.query(`create database ${database} template template0`)
  await client.end()
  blanks.push(database)
  const url = new URL(source.urls.owner)
  url.pathname = `/${database}`
  return url.href
}

const keyFile = join(folder, 'clé.key')
const made = await socle(['backup', 'key', '--out', keyFile])
const publicKey = /age1\w+/.exec(made.out)![0]
const file = join(folder, 'whole.backup')
const written = await socle(['backup', '--to', file, '--recipient', publicKey, '--verify'])

test('a backup is written, restored at once, compared, checked, and remembered', async () => {
  assert.equal(written.code, 0, written.err)
  assert.match(written.out, /restored, compared and checked; all is as written/)
  assert.match(written.out, /session-secret of the data folder: /)
  assert.equal(statSync(file).mode & 0o077, 0)
  assert.equal(statSync(keyFile).mode & 0o077, 0)
  const state = await transaction(source.worker, workerActor('test'), backupState)
  assert.ok(state.writtenFor && state.soundFor?.getTime() === state.writtenFor.getTime())
  const { rows } = await transaction(source.worker, workerActor('test'), tx =>
    sql<{
      action: string
    }>`select action from security.audit_record where subject_kind = 'backup' order by position`.execute(tx),
  )
  assert.deepEqual(
    rows.map(row => row.action),
    ['backup.write', 'backup.verify'],
  )
})

test('nothing of it can be read without the key, and no secret of the installation is in it', async () => {
  const bytes = readFileSync(file).toString('latin1')
  for (const word of ['households', 'payments', 'ustar', 'tables/']) assert.ok(!bytes.includes(word), word)
  const secret = readFileSync(keyFile, 'utf8')
    .split('\n')
    .find(line => line.startsWith('AGE-SECRET'))!
  assert.ok(!bytes.includes(secret))
})

test('it comes back elsewhere, with its files, and a second restore over it is refused', async () => {
  const [url, home] = [await blank('elsewhere'), join(folder, 'elsewhere')]
  const back = await socle(['restore', file, '--key', keyFile], url, home)
  assert.equal(back.code, 0, back.out + back.err)
  // A payment file, and the snapshot that was decided: a manifest and twelve regions.
  assert.match(back.out, /^Restored from .*whole\.backup: [\d ]+ rows in \d+ tables, 14 files/)
  for (const name of ['payments', 'snapshots']) {
    const files = (of: string) => readdirSync(join(of, name), { recursive: true }).sort()
    assert.deepEqual(files(home), files(data))
  }
  assert.ok(!existsSync(join(home, 'restoring')))
  const audit = await socle(['audit', 'verify'], url, home)
  assert.equal(audit.code, 0, audit.out)
  const again = await socle(['restore', file, '--key', keyFile], url, home)
  assert.equal(again.code, 1)
  assert.match(again.out, /The database is not empty/)
})

const wrongFiles: Record<string, readonly [(bytes: Buffer) => Buffer, RegExp]> = {
  'with a byte changed near its beginning': [flipped(300), /was altered/],
  'with a byte changed in its middle': [bytes => flipped(bytes.length >> 1)(bytes), /was altered at about/],
  'with its last byte changed': [bytes => flipped(bytes.length - 1)(bytes), /was altered at about/],
  'cut off in its middle': [bytes => bytes.subarray(0, bytes.length >> 1), /was altered|is cut off/],
  'without its last byte': [bytes => bytes.subarray(0, -1), /was altered|is cut off/],
  'that is something else': [() => Buffer.alloc(5000, 'PK'), /is not a backup: it does not begin/],
}
function flipped(at: number): (bytes: Buffer) => Buffer {
  return bytes => {
    const copy = Buffer.from(bytes)
    copy[at]! ^= 1
    return copy
  }
}
const spare = await blank('spare')
for (const [name, [change, says]] of Object.entries(wrongFiles)) {
  test(`a file ${name} is refused in plain words, and nothing is kept`, async () => {
    const bad = join(folder, 'bad.backup')
    writeFileSync(bad, change(readFileSync(file)))
    const said = await socle(['restore', bad, '--key', keyFile], spare, join(folder, 'spare'))
    assert.equal(said.code, 1, said.err)
    assert.match(said.out, says)
    assert.ok(!/ at .*\.ts|Error/.test(said.out + said.err), said.err)
    assert.equal(await households(spare), 0)
  })
}

test('another key, and a passphrase where a key is asked, are refused in plain words', async () => {
  const other = join(folder, 'other.key')
  await socle(['backup', 'key', '--out', other])
  const said = await socle(['restore', file, '--key', other], spare, join(folder, 'spare'))
  assert.deepEqual([said.code, /is sealed for another key/.test(said.out)], [1, true], said.out)
  const words = join(folder, 'words')
  writeFileSync(words, 'several words drawn at random\n', { mode: 0o600 })
  const kind = await socle(['restore', file, '--passphrase-file', words], spare, join(folder, 'spare'))
  assert.deepEqual([kind.code, /is sealed for a key, not for a passphrase/.test(kind.out)], [1, true], kind.out)
})

test('a passphrase seals and opens too', async () => {
  const words = join(folder, 'phrase')
  writeFileSync(words, 'several words drawn at random\n', { mode: 0o600 })
  const sealed = join(folder, 'by-passphrase.backup')
  assert.equal((await socle(['backup', '--to', sealed, '--passphrase-file', words])).code, 0)
  const said = await socle(['backup', 'verify', sealed, '--passphrase-file', words])
  assert.deepEqual([said.code, /all is as written/.test(said.out)], [0, true], said.out + said.err)
})

test('a verification that finds a file bad says so', async () => {
  const bad = join(folder, 'bad-again.backup')
  copyFileSync(file, bad)
  writeFileSync(bad, flipped(statSync(file).size - 20)(readFileSync(file)))
  const said = await socle(['backup', 'verify', bad, '--key', keyFile])
  assert.deepEqual([said.code, /was altered/.test(said.out)], [1, true], said.out + said.err)
})

test('a killed backup leaves a .part and nothing with its name, and the next call writes it', async () => {
  const place = join(folder, 'killed')
  mkdirSync(place)
  const path = join(place, 'x.backup')
  const watching = watch(place)
  const child = spawn(process.execPath, ['src/cli/main.ts', 'backup', '--to', path, '--recipient', publicKey], {
    env: environment(source.urls.owner, data),
    stdio: 'ignore',
  })
  await once(watching, 'change')
  watching.close()
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.deepEqual(readdirSync(place), ['x.backup.part'])
  const again = await socle(['backup', '--to', path, '--recipient', publicKey])
  assert.equal(again.code, 0, again.err)
  assert.deepEqual(readdirSync(place), ['x.backup'])
})

for (const [moment, begins] of [
  ['while it loads', 'copy'],
  ['while it builds indexes again', 'CREATE'],
  ['while it awakens the guards', 'alter table'],
] as const) {
  test(`a restore killed ${moment} leaves an empty database, and the same call begins again`, async () => {
    const [url, home] = [await blank(`killed_${begins.slice(0, 2).toLowerCase()}`), join(folder, `home ${begins}`)]
    const child = spawn(process.execPath, ['src/cli/main.ts', 'restore', file, '--key', keyFile], {
      env: environment(url, home),
      stdio: 'ignore',
    })
    await reached(url, begins, child)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(await households(url), 0)
    const again = await socle(['restore', file, '--key', keyFile], url, home)
    assert.equal(again.code, 0, again.out + again.err)
    assert.equal(await households(url), 500)
  })
}

/** Waits until the restore is at a statement that begins so, after it has begun to load. */
async function reached(url: string, begins: string, child: ReturnType<typeof spawn>): Promise<void> {
  const client = new pg.Client(source.urls.owner)
  await client.connect()
  const name = new URL(url).pathname.slice(1)
  let loading = false
  while (child.exitCode === null) {
    const { rows } = await client.query<{ query: string }>(
      `select query from pg_stat_activity where datname = $1 and application_name = 'socle restore'`,
      [name],
    )
    const query = rows[0]?.query ?? ''
    loading ||= query.startsWith('copy')
    if (loading && query.startsWith(begins)) break
  }
  await client.end()
  assert.equal(child.exitCode, null, 'it was still at work')
}

async function households(url: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const there = await client.query<{ found: boolean }>(
      `select to_regclass('households.household') is not null as found`,
    )
    if (!there.rows[0]!.found) return 0
    return Number((await client.query('select count(*) from households.household')).rows[0].count)
  } finally {
    await client.end()
  }
}

const usage: Record<string, readonly [typeof backup, readonly string[], RegExp]> = {
  'no recipient': [backup, [], /never written unsealed/],
  'a recipient that is no key': [backup, ['--recipient', 'age1x'], /takes public keys such as age1…/],
  'a private key as recipient': [backup, ['--recipient', readKey()], /takes public keys/],
  'a key and a passphrase': [
    backup,
    ['--recipient', publicKey, '--passphrase-file', 'x'],
    /for keys or for a passphrase/,
  ],
  'a verb that is none': [backup, ['list'], /takes verify FILE, key, or options alone/],
  'a key file written over': [backup, ['key', '--out', keyFile], /is there already; a key is never written over/],
  'nothing to open with': [backup, ['verify', file], /with what is the backup opened/],
  'a file that is not there': [restore, ['nowhere.backup', '--key', keyFile], /there is no file nowhere.backup/],
  'no file': [restore, ['--key', keyFile], /restore takes one file/],
  'a key file without a key': [restore, [file, '--key', file], /holds no key such as AGE-SECRET-KEY/],
}
for (const [name, [command, args, says]] of Object.entries(usage)) {
  test(`${name} is refused in one sentence`, async () => {
    await assert.rejects(
      command.run(args, { interactive: false } as Io),
      (error: Error) => error instanceof UsageError && says.test(error.message),
    )
  })
}
function readKey(): string {
  return readFileSync(keyFile, 'utf8').split('\n')[2]!
}

test('a key that others can read opens nothing', async () => {
  const open = join(folder, 'open.key')
  copyFileSync(keyFile, open)
  chmodSync(open, 0o644)
  await assert.rejects(restore.run([file, '--key', open], { interactive: false } as Io), /can be read by others/)
})

test('a full disk is a sentence, and leaves nothing', async () => {
  async function* full(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(100_000, 'x')
    throw Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' })
  }
  const place = join(folder, 'full')
  await assert.rejects(
    writeBackupFile(full(), [{ kind: 'public_key', key: publicKey }], join(place, 'x.backup')),
    /x\.backup cannot be written: the disk is full; nothing was left there/,
  )
  assert.deepEqual(readdirSync(place), [])
})
