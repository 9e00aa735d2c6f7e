// Papers: taken in piece by piece, sealed, refused without a trace, opened by whom may, swept when nobody names them.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import { forgetColumnKeys, rotateColumnKeys } from '#security'
import { TEST_WRAPPING, testDatabase } from '../../../../test/database.ts'
import { staffIn } from '../../../../test/demonstrated.ts'
import { beginDraft } from '../begin-draft.ts'
import { loadDraft } from '../draft.sql.ts'
import { resealDrafts } from '../reseal-drafts.ts'
import { attachEvidence, evidenceOf, mayAttach, openEvidence, sweepEvidence } from './evidence.sql.ts'
import { type KeepRefusal, type KeptFile, openEvidenceStore } from './evidence-store.ts'
import { commandScanner, noScanner } from './scanner.ts'

const { app, worker } = await testDatabase()
const folder = await mkdtemp(join(tmpdir(), 'socle-evidence-'))
after(() => rm(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const clerk = staffIn('07')
const PDF = Buffer.from('%PDF-1.7\n')
const store = openEvidenceStore({ folder, scanner: noScanner })

async function* pieces(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = []
  for await (const piece of bytes) read.push(piece)
  return Buffer.concat(read)
}
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(each => each.isFile()).map(each => each.name)
async function draft(): Promise<Id<'Draft'>> {
  const id = newId<'Draft'>()
  const today = '2026-11-22' as DateText
  const begun = await transaction(app, clerk, tx =>
    beginDraft(tx, country, { id, territory: '07.351', channel: 'desk', today }),
  )
  assert.ok(begun.ok)
  return id
}
async function kept(bytes: Buffer): Promise<KeptFile> {
  const file = await store.keep(pieces(bytes))
  assert.ok(file.ok)
  return file.value
}
const attach = async (to: Id<'Draft'>, file: KeptFile, name = 'C:\\scan\\carte "1".pdf', id = newId<'Evidence'>()) =>
  transaction(app, clerk, tx =>
    attachEvidence(tx, country, { id, draft: to, kind: 'identity', name, by: 'Zineb' }, file),
  )

test('a paper is kept sealed under its hash, and opens to the same bytes', async () => {
  const bytes = Buffer.concat([PDF, randomBytes(300_000)])
  const file = await kept(bytes)
  assert.deepEqual([file.mediaType, file.size, file.scan], ['application/pdf', bytes.length, 'not_scanned'])
  assert.deepEqual(file.sha256, createHash('sha256').update(bytes).digest())
  const path = join(folder, file.stored.toString('hex').slice(0, 2), file.stored.toString('hex'))
  const lying = await readFile(path)
  assert.deepEqual(createHash('sha256').update(lying).digest(), file.stored, 'its name proves it whole')
  assert.ok(!lying.includes(PDF))
  assert.deepEqual(await whole(store.open(file.stored, file.key)), bytes)
  lying[lying.length - 5]! ^= 1
  await writeFile(path, lying)
  await assert.rejects(whole(store.open(file.stored, file.key)))
})

const refused: readonly { name: string; bytes: Buffer; code: KeepRefusal['code'] }[] = [
  { name: 'an empty file', bytes: Buffer.alloc(0), code: 'file_empty' },
  { name: 'a few bytes', bytes: Buffer.from('%PD'), code: 'file_type_not_accepted' },
  {
    name: 'a program that says that it is a paper',
    bytes: Buffer.from('MZ%PDF-1.7 and so on'),
    code: 'file_type_not_accepted',
  },
  { name: 'a page with script', bytes: Buffer.from('<html><script>alert(1)</script>'), code: 'file_type_not_accepted' },
  { name: 'more than 10 MB', bytes: Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]), code: 'file_too_large' },
]
for (const { name, bytes, code } of refused) {
  test(`refused, and nothing is left: ${name}`, async () => {
    const before = await files()
    const answer = await store.keep(pieces(bytes, 5000))
    assert.ok(!answer.ok)
    assert.equal(answer.refusal.code, code)
    assert.deepEqual(await files(), before)
  })
}

test('a file that breaks off leaves nothing', async () => {
  const before = await files()
  async function* broken() {
    yield PDF
    throw new Error('the line went dead')
  }
  await assert.rejects(store.keep(broken()), /line went dead/)
  assert.deepEqual(await files(), before)
})

test('a scanner is asked: clean is said, infected is refused, and where it breaks down nothing is taken', async () => {
  const scanned = (code: number) =>
    openEvidenceStore({ folder, scanner: commandScanner('/bin/sh', ['-c', `cat > /dev/null; exit ${code}`]) })
  const clean = await scanned(0).keep(pieces(Buffer.concat([PDF, randomBytes(200_000)])))
  assert.ok(clean.ok && clean.value.scan === 'clean')
  const before = await files()
  const infected = await scanned(1).keep(pieces(PDF))
  assert.ok(!infected.ok && infected.refusal.code === 'file_infected')
  await assert.rejects(scanned(2).keep(pieces(PDF)), /scanner/)
  const none = openEvidenceStore({ folder, scanner: commandScanner('/nowhere/scanner') })
  await assert.rejects(none.keep(pieces(PDF)), /scanner/)
  assert.deepEqual(await files(), before)
})

test('a paper belongs to its declaration: seen in its territory, each opening recorded, the same file once', async () => {
  const to = await draft()
  const bytes = Buffer.concat([PDF, randomBytes(100)])
  const id = newId<'Evidence'>()
  assert.ok((await attach(to, await kept(bytes), undefined, id)).ok)
  const twice = await attach(to, await kept(bytes))
  assert.ok(!twice.ok && twice.refusal.code === 'attached_already')
  const [row] = await transaction(app, clerk, tx => evidenceOf(tx, to))
  assert.equal(row?.name, 'carte 1.pdf')
  assert.equal(await transaction(app, staffIn('01'), tx => openEvidence(tx, id)), undefined)
  const opened = await transaction(app, clerk, tx => openEvidence(tx, id))
  assert.deepEqual(await whole(store.open(opened!.stored, opened!.key)), bytes)
  const { rows } = await transaction(app, staffIn(''), tx =>
    sql<{ action: string }>`
      select action from security.audit_record where detail ->> 'evidence' = ${id} order by position`.execute(tx),
  )
  assert.deepEqual(
    rows.map(each => each.action),
    ['evidence.attach', 'evidence.read'],
  )
  const unknown = await transaction(app, clerk, tx => mayAttach(tx, country, { draft: to, kind: 'passport_of_mars' }))
  assert.ok(!unknown.ok && unknown.refusal.code === 'kind_unknown')
})

test('after a rotation of keys drafts and the keys of papers are sealed by the new one, and open as before', async () => {
  const to = await draft()
  const bytes = Buffer.concat([PDF, randomBytes(80)])
  const id = newId<'Evidence'>()
  assert.ok((await attach(to, await kept(bytes), undefined, id)).ok)
  const said = await transaction(app, clerk, tx => loadDraft(tx, to))
  await transaction(worker, workerActor('test'), tx =>
    rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: TEST_WRAPPING }),
  )
  forgetColumnKeys([app, worker])
  const many = await Promise.all([1, 2, 3].map(() => resealDrafts(worker)))
  assert.ok(many.reduce((sum, each) => sum + each, 0) >= 2, 'by whichever worker comes first')
  assert.equal(await resealDrafts(worker), 0)
  assert.deepEqual(await transaction(app, clerk, tx => loadDraft(tx, to)), said)
  const opened = await transaction(app, clerk, tx => openEvidence(tx, id))
  assert.deepEqual(await whole(store.open(opened!.stored, opened!.key)), bytes)
})

test('files that no row names are swept after a day, and no other', async () => {
  const to = await draft()
  const named = await kept(Buffer.concat([PDF, randomBytes(50)]))
  assert.ok((await attach(to, named)).ok)
  const [old, young] = [await kept(PDF), await kept(Buffer.concat([PDF, PDF]))]
  const pathOf = ({ stored }: KeptFile) => join(folder, stored.toString('hex').slice(0, 2), stored.toString('hex'))
  for (const each of [named, old]) await utimes(pathOf(each), new Date(0), new Date(0))
  await sweepEvidence(worker, store, async () => false)
  const left = await files()
  assert.deepEqual(
    [named, old, young].map(each => left.includes(each.stored.toString('hex'))),
    [true, false, true],
  )
})
