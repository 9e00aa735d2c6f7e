// Backups written from, and restored into, real PostgreSQL.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import pg from 'pg'
import { openCountry } from '#countries'
import {
  type BackupHeader,
  type BackupManifest,
  type BackupSummary,
  type Databases,
  describeSchema,
  migrate,
  type Restored,
  restoreBackup,
  ScratchBusy,
  transaction,
  withScratchDatabase,
  workerActor,
  writeBackup,
} from '#db'
import { newId } from '#kernel'
import { giveToBudgetLine, openBudgetLine } from '#payments'
import { appendAudit, sealAudit, verifyAudit } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { demonstrate } from '../../cli/demonstration/demonstrate.ts'
import { PG_BOSS } from '../jobs-schema.ts'
import { archiveEnd, entryHead, padding, readEntries } from './tar.ts'

const data = mkdtempSync(join(tmpdir(), 'socle backup é '))
after(() => rmSync(data, { recursive: true, force: true }))
const silent = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}

async function archiveOf(databases: Databases, folders: readonly string[] = []) {
  let summary: BackupSummary | undefined
  const request = { id: newId<'Backup'>(), socle: '0.1.0', data, folders, keys: [] }
  const parts = await Array.fromAsync(
    writeBackup(databases.owner, request, told => {
      summary = told
    }),
  )
  return { bytes: Buffer.concat(parts), summary: summary! }
}

async function* inPieces(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Restores into an empty database of its own. */
async function restored(bytes: Buffer, files = new Map<string, string>(), into?: Databases) {
  const target = into ?? (await testDatabase())
  const outcome = await restoreBackup(inPieces(bytes), {
    urls: target.urls,
    keepFile: async (path, chunks) => {
      files.set(path, Buffer.concat(await Array.fromAsync(chunks)).toString())
    },
  })
  return { target, outcome }
}

function mustBe(outcome: Awaited<ReturnType<typeof restored>>['outcome']): Restored {
  assert.ok(outcome.ok, JSON.stringify(outcome))
  return outcome.value
}

test('the whole chain of a country comes back: every row, guard, index and number, and the audit is as sealed', async () => {
  const source = await testDatabase()
  await demonstrate(source, { country: openCountry('ma'), households: 400, seed: 1, data }, silent)
  await sealAudit(source.worker)
  await transaction(source.owner, workerActor('test'), tx =>
    sql`create table jobs.queue_stats_of_a_day partition of jobs.queue_stats for values from ('2020-01-01') to ('2020-01-02')`.execute(
      tx,
    ),
  )
  mkdirSync(join(data, 'letters', 'deep'), { recursive: true })
  writeFileSync(join(data, 'letters', 'deep', 'lettre à Fatima-Zahra, الرسالة.txt'), 'bonjour')
  writeFileSync(join(data, 'letters', 'half.part'), 'not yet')
  const { bytes, summary } = await archiveOf(source, ['letters'])
  const files = new Map<string, string>()
  const { target, outcome } = await restored(bytes, files)
  const { manifest, header } = mustBe(outcome)

  assert.deepEqual(manifest, summary.manifest)
  assert.ok(header.tables.length > 40)
  assert.ok(manifest.tables.find(one => one.table === 'households.household')!.rows === 400)
  assert.deepEqual([...files], [['letters/deep/lettre à Fatima-Zahra, الرسالة.txt', 'bonjour']])
  assert.equal(await describeSchema(target.owner), await describeSchema(source.owner), 'guards and indexes are back')
  const again = await archiveOf(target)
  assert.deepEqual(again.summary.manifest.tables, manifest.tables, 'a backup of the copy says the same')
  assert.deepEqual(again.summary.manifest.sequences, manifest.sequences)
  const audit = await verifyAudit(target.worker, { checkpoint: undefined })
  assert.deepEqual(audit.findings, [])
  assert.ok(audit.records > 0)
  await assert.rejects(
    transaction(target.owner, workerActor('test'), tx => sql`update payments.transfer set amount = 1`.execute(tx)),
    /append-only/,
    'triggers are awake again',
  )
  assert.deepEqual(await migrate(target.urls), [], 'nothing is missing')
})

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map(text => text.replaceAll('\u0000', '')),
  fc.constantFrom('\\', '\\N', '\\.', '\t', '\r\n', '"', '{}', 'أسرة', '\u202e', '👩‍👧‍👦', ''),
)
const numbers = fc.constantFrom('NaN', 'Infinity', '1e-30', '123456789012345678901234567890.123456789', '1.10')
const instants = fc.constantFrom('infinity', '-infinity', '2026-03-29 02:30:00.123456+01', '0044-03-15 00:00:00+00 BC')

test('any value comes back as it was: text in any script, JSON, arrays with holes, bytes, exact numbers, times without end', async () => {
  const source = await testDatabase()
  const run = newId<'run'>()
  await transaction(source.owner, workerActor('test'), async tx => {
    await sql`insert into programmes.pack_version (version, country, pack, content) values (${'0'.repeat(64)}, 'xx', 'xx/y', '[]')`.execute(
      tx,
    )
    await sql`insert into programmes.determination_run (id, country, pack, pack_version, month, asked_by, sequence, households)
      values (${run}, 'xx', 'xx/y', ${'0'.repeat(64)}, '2026-11', 'test', 1, 0)`.execute(tx)
  })
  const row = fc.record({
    text: fc.option(odd),
    body: fc.jsonValue(),
    list: fc.array(fc.option(odd), { maxLength: 4 }),
    number: numbers,
    at: instants,
    bytes: fc.uint8Array({ maxLength: 40 }),
  })
  const rows = fc.sample(row, 300)
  for (const one of rows) {
    await transaction(source.owner, workerActor('test'), async tx => {
      const body = JSON.stringify(one.body).replaceAll('\\u0000', '')
      await sql`insert into db.event (id, type, key, payload, recorded_at)
        values (${newId<'event'>()}, 'test', ${one.text ?? 'none'}, ${body}::jsonb, ${one.at}::timestamptz)`.execute(tx)
      await sql`insert into programmes.determination
          (household_id, run_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores, lines, weight,
            pack, sequence)
        values (${newId<'x'>()}, ${run}, '07.', ${newId<'x'>()}, 'scored', null, ${one.list}::text[], '{}', '{}', ${body}::jsonb,
          to_jsonb(encode(${Buffer.from(one.bytes)}::bytea, 'hex')), ${one.number}::numeric, 'xx/y', 1)`.execute(tx)
    })
  }
  const { bytes, summary } = await archiveOf(source)
  const { target, outcome } = await restored(bytes)
  assert.deepEqual(mustBe(outcome).manifest, summary.manifest)
  const read = (databases: Databases) =>
    transaction(databases.owner, workerActor('test'), tx =>
      sql<{
        text: string
      }>`select e::text as text from db.event e union all select d::text from programmes.determination d order by 1`.execute(
        tx,
      ),
    )
  assert.deepEqual((await read(target)).rows, (await read(source)).rows)
})

test('what is written while the backup runs is whole in it or not in it: the books balance, the chain holds', async () => {
  const source = await testDatabase()
  const staff = { kind: 'staff', staffId: newId<'Staff'>(), name: 'Zineb', territories: [''] } as const
  let acts = 0
  async function act(): Promise<void> {
    acts += 1
    const line = { code: `L${acts}`, funder: 'State', label: 'aid'.repeat(500), currency: 'MAD' } as const
    const gift = { id: newId<'transfer'>(), amount: 1000n }
    // The gift writes its own record of the audit.
    const given = await transaction(source.worker, staff, tx => openBudgetLine(tx, line, gift))
    assert.ok(given.ok)
    if (acts % 5 === 0) await sealAudit(source.worker)
  }
  for (let before = 0; before < 40; before += 1) await act()
  const parts: Buffer[] = []
  const request = { id: newId<'Backup'>(), socle: '0.1.0', data, folders: [], keys: [] }
  for await (const part of writeBackup(source.owner, request, () => {})) {
    parts.push(part)
    if (acts < 120) await act()
  }
  assert.ok(acts > 50, 'there was work in the pauses')
  const { target, outcome } = await restored(Buffer.concat(parts))
  const { manifest } = mustBe(outcome)
  const rows = (name: string) => manifest.tables.find(one => one.table === name)!.rows
  assert.equal(rows('payments.transfer'), rows('security.audit_record'), 'acts whole or not at all')
  assert.ok(rows('payments.transfer') < acts)
  assert.deepEqual((await verifyAudit(target.worker, { checkpoint: undefined })).findings, [])
  const faults = await transaction(target.worker, workerActor('test'), tx =>
    sql`select * from payments.ledger_fault`.execute(tx),
  )
  assert.deepEqual(faults.rows, [])
  const gift = { id: newId<'transfer'>(), amount: 5n }
  const given = await transaction(target.worker, staff, tx => giveToBudgetLine(tx, 'L1', gift))
  assert.ok(given.ok, 'and the books go on')
})

/** A backup said to be of another version: its header rewritten, and entries of its list left out. */
async function rewritten(
  bytes: Buffer,
  change: (header: BackupHeader, manifest: BackupManifest) => void,
): Promise<Buffer> {
  const entries: [string, Buffer][] = []
  for await (const { path, bytes: chunks } of readEntries(inPieces(bytes))) {
    entries.push([path, Buffer.concat(await Array.fromAsync(chunks))])
  }
  const [header, manifest] = [JSON.parse(String(entries[0]![1])), JSON.parse(String(entries.at(-1)![1]))]
  change(header, manifest)
  entries[0]![1] = Buffer.from(JSON.stringify(header))
  entries.at(-1)![1] = Buffer.from(JSON.stringify(manifest))
  return Buffer.concat([
    ...entries.flatMap(([path, body]) => [entryHead(path, body.length), body, padding(body.length)]),
    archiveEnd,
  ])
}

const plain = await testDatabase()
const { bytes: small } = await archiveOf(plain)

test('a backup of an earlier version is restored as it was, and brought forward', async () => {
  const older = await rewritten(small, (header, manifest) => {
    header.migrations = header.migrations.filter(one => !(one.module === 'db' && one.name === '0010-backups'))
    const later = (name: string) => name.startsWith('db.backup')
    header.tables = header.tables.filter(one => !later(`${one.schema}.${one.name}`))
    manifest.tables = manifest.tables.filter(one => !later(one.table))
  })
  const { target, outcome } = await restored(older)
  mustBe(outcome)
  assert.deepEqual(await migrate(target.urls), ['db/0010-backups'])
  assert.equal(await describeSchema(target.owner), await describeSchema(plain.owner))
})

const refused: Record<string, readonly [(header: BackupHeader, manifest: BackupManifest) => void, object]> = {
  'made by a later version': [
    header => header.migrations.push({ module: 'payments', name: '0999-later', checksum: 'x' }),
    { code: 'made_by_later_version', madeBy: '0.1.0', migrations: ['payments/0999-later'] },
  ],
  'of a program with other migrations under the same names': [
    header => {
      header.migrations.find(one => one.module === 'payments')!.checksum = 'another'
    },
    { code: 'migration_differs', madeBy: '0.1.0', migrations: ['payments/0001-ledger'] },
  ],
  'in a format to come': [
    header => {
      header.format = 2
    },
    { code: 'format_unknown', format: 2, known: 1, madeBy: '0.1.0' },
  ],
  'with queues of another version': [
    header => {
      header.migrations.find(one => one.module === 'jobs')!.name = 'pg-boss-99.0.0'
    },
    { code: 'queues_differ', madeBy: '0.1.0', has: 'pg-boss-99.0.0', needs: `pg-boss-${PG_BOSS}` },
  ],
  'whose list names other rows than it holds': [
    (_, manifest) => {
      manifest.tables.find(one => one.table === 'payments.route')!.rows += 1
    },
    { code: 'differs_from_list', path: 'payments.route' },
  ],
  'whose list names a file that it does not hold': [
    (_, manifest) => manifest.files.push({ path: 'payments/x.xml', bytes: 1, sha256: '0'.repeat(64) }),
    { code: 'differs_from_list', path: 'payments/x.xml' },
  ],
}
/** Every refusal leaves it empty: the next one is tried on it, and at the end a good backup. */
const spare = await testDatabase()
for (const [name, [change, refusal]] of Object.entries(refused)) {
  test(`a backup ${name} is refused, and nothing is kept`, async () => {
    const { outcome } = await restored(await rewritten(small, change), undefined, spare)
    assert.deepEqual(outcome, { ok: false, refusal })
  })
}

test('an archive that breaks off, and one that is none, are refused', async () => {
  for (const bytes of [small.subarray(0, small.length - 1500), small.subarray(0, 700)]) {
    assert.deepEqual((await restored(bytes, undefined, spare)).outcome, { ok: false, refusal: { code: 'breaks_off' } })
  }
  const other = Buffer.concat([entryHead('readme.txt', 5), Buffer.from('hello'), padding(5), archiveEnd])
  assert.deepEqual((await restored(other, undefined, spare)).outcome, { ok: false, refusal: { code: 'not_a_backup' } })
})

test('a file that points out of the data folder is refused', async () => {
  const parts: Buffer[] = []
  for await (const { path, bytes } of readEntries(inPieces(small))) {
    const body = Buffer.concat(await Array.fromAsync(bytes))
    if (path === 'manifest.json') parts.push(entryHead('files/../../out', 0))
    parts.push(entryHead(path, body.length), body, padding(body.length))
  }
  const { outcome } = await restored(Buffer.concat([...parts, archiveEnd]), undefined, spare)
  assert.deepEqual(outcome, { ok: false, refusal: { code: 'not_a_backup' } })
})

test('after all these refusals a good backup finds the place free', async () => {
  assert.ok((await restored(small, undefined, spare)).outcome.ok)
})

test('a database that holds something is not written over', async () => {
  const target = await testDatabase()
  await transaction(target.owner, workerActor('test'), tx =>
    appendAudit(tx, { action: 'x.y', subject: { kind: 'x', id: '1' }, purpose: 'administration' }),
  )
  assert.deepEqual(await restoreBackup(inPieces(small), { urls: target.urls, keepFile: async () => {} }), {
    ok: false,
    refusal: { code: 'not_empty', tables: ['security.audit_pending', 'security.audit_record'] },
  })
})

test('a database that somebody works in is left alone', async () => {
  const target = await testDatabase()
  await transaction(target.worker, workerActor('test'), async () => {
    assert.deepEqual(await restoreBackup(inPieces(small), { urls: target.urls, keepFile: async () => {} }), {
      ok: false,
      refusal: { code: 'in_use', connections: 1 },
    })
  })
})

test('the scratch database of a verification is dropped, those of killed ones too, and two at once are refused', async () => {
  const { urls, owner } = plain
  const listed = async () =>
    (
      await transaction(owner, workerActor('test'), tx =>
        sql<{ name: string }>`select datname as name from pg_database
          where starts_with(datname, 'socle_scratch_' || (select oid::text from pg_database where datname = current_database()))`.execute(
          tx,
        ),
      )
    ).rows.map(row => row.name)
  await withScratchDatabase(urls, async scratch => {
    const [name] = await listed()
    assert.ok(scratch.owner.endsWith(`/${name}`))
    await assert.rejects(
      withScratchDatabase(urls, async () => {}),
      ScratchBusy,
    )
  })
  assert.deepEqual(await listed(), [])
  const dead = `socle_scratch_${await oidOf(owner)}_dead`
  const client = new pg.Client(urls.owner)
  await client.connect()
  await client.query(`create database ${dead} template template0`)
  await client.end()
  await withScratchDatabase(urls, async () => assert.ok(!(await listed()).includes(dead)))
})

async function oidOf(owner: Databases['owner']): Promise<string> {
  const { rows } = await transaction(owner, workerActor('test'), tx =>
    sql<{ oid: string }>`select oid::text from pg_database where datname = current_database()`.execute(tx),
  )
  return rows[0]!.oid
}

test('an owner who may not make databases verifies in a PostgreSQL apart', async () => {
  const client = new pg.Client(plain.urls.owner)
  await client.connect()
  const role = `plain_${process.pid}`
  await client.query(`create role ${role} login password 'of a test'`)
  const url = new URL(plain.urls.owner)
  url.username = role
  url.password = 'of a test'
  try {
    const outcome = await withScratchDatabase({ ...plain.urls, owner: url.href }, async urls => {
      assert.notEqual(new URL(urls.owner).port, url.port)
      return restoreBackup(inPieces(small), { urls, keepFile: async () => {} })
    })
    assert.ok(outcome.ok)
  } finally {
    await client.query(`drop role ${role}`)
    await client.end()
  }
})

test('all of this is done by an owner who is no superuser and bypasses nothing', async () => {
  const { rows } = await transaction(plain.owner, workerActor('test'), tx =>
    sql`select from pg_roles where rolname = current_user and not (rolsuper or rolbypassrls or rolreplication)`.execute(
      tx,
    ),
  )
  assert.equal(rows.length, 1)
})
