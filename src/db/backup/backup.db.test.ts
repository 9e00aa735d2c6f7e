// Backups written from, and restored into, real PostgreSQL.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import {
  type BackupSummary,
  type Databases,
  describeSchema,
  migrate,
  type Restored,
  restoreBackup,
  transaction,
  workerActor,
  writeBackup,
} from '#db'
import { newId } from '#kernel'
import { sealAudit, verifyAudit } from '#security'
import { scratchDatabase, testDatabase } from '../../../test/database.ts'
import { demonstrate } from '../../cli/demonstration/demonstrate.ts'

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
async function restored(bytes: Buffer, files = new Map<string, string>()) {
  const target = await scratchDatabase()
  after(target.close)
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
    await sql`insert into programmes.determination_run (id, country, pack, pack_version, month, asked_by)
      values (${run}, 'xx', 'xx/y', ${'0'.repeat(64)}, '2026-11', 'test')`.execute(tx)
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
          (household_id, run_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores, lines, weight)
        values (${newId<'x'>()}, ${run}, '07.', ${newId<'x'>()}, 'scored', null, ${one.list}::text[], '{}', '{}', ${body}::jsonb,
          to_jsonb(encode(${Buffer.from(one.bytes)}::bytea, 'hex')), ${one.number}::numeric)`.execute(tx)
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
