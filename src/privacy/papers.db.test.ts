// Papers in their folder outside of the database: they come back with a backup, and leave with the household they belong to.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Country, RetainedCategory } from '#countries'
import { type Databases, restoreBackup, transaction, workerActor, writeBackup } from '#db'
import {
  attachEvidence,
  beginAgain,
  findHouseholdFile,
  noScanner,
  openEvidence,
  openEvidenceStore,
  sweepEvidence,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { askRectification, attachToRequest, isPaperOfRequest, openRequestPaper, retain } from '#privacy'
import { testDatabase } from '../../test/database.ts'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'
import { namedIn } from '../cli/data-folder.ts'

const { databases, country, data } = await demonstrated(6)
const restored = await testDatabase()
const clerk = staffIn('')
/** Times that a controller would set. */
const MONTHS: Partial<Record<RetainedCategory, number>> = {
  contact: 12,
  sensitive: 12,
  accounts: 24,
  payments: 120,
  identity: 60,
}
const folder = join(data, 'evidence')
const store = openEvidenceStore({ folder, scanner: noScanner })
const filesOf = async (of: string) =>
  (await readdir(of, { recursive: true, withFileTypes: true }))
    .filter(each => each.isFile())
    .map(each => join(each.parentPath, each.name))

async function kept() {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(120_000)])
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000)
  }
  const file = await store.keep(pieces())
  assert.ok(file.ok)
  return { bytes, file: file.value }
}

const household = await transaction(databases.owner, workerActor('test'), async tx => {
  const { rows } = await sql<{
    id: Id<'Household'>
  }>`select id from households.household order by source_id limit 1`.execute(tx)
  return rows[0]!.id
})
const [ofDraft, ofRequest] = [await kept(), await kept()]
const ids = { draft: newId<'Evidence'>(), request: newId<'Evidence'>() }
await transaction(databases.app, clerk, async tx => {
  const begun = await beginAgain(tx, country, { id: newId<'Draft'>(), household, channel: 'desk' })
  assert.ok(begun.ok, JSON.stringify(begun))
  const paper = { id: ids.draft, draft: begun.value.id, kind: 'identity', name: 'carte.pdf', by: 'Zineb' }
  assert.ok((await attachEvidence(tx, country, paper, ofDraft.file)).ok)
  const file = await findHouseholdFile(tx, household)
  const request = newId<'Rectification'>()
  const asked = {
    id: request,
    household,
    field: 'person.phone',
    person: file!.members[0]!.person,
    value: '0612345678',
    says: 'Changé',
  }
  assert.ok((await askRectification(tx, country, asked)).ok)
  const other = { household, request, id: ids.request, name: 'facture.pdf' }
  assert.ok((await attachToRequest(tx, other, ofRequest.file)).ok)
})

/** Both papers as somebody of the desk opens them. */
async function opened(from: Databases, of: string): Promise<readonly Buffer[]> {
  const there = openEvidenceStore({ folder: of, scanner: noScanner })
  const found = await transaction(from.app, clerk, async tx => [
    await openEvidence(tx, ids.draft),
    await openRequestPaper(tx, ids.request),
  ])
  return Promise.all(
    found.map(async paper => {
      assert.ok(paper)
      return Buffer.concat(await Array.fromAsync(there.open(paper.stored, paper.key)))
    }),
  )
}

test('a backup holds the papers sealed, and restored elsewhere they open to the same bytes', async () => {
  const request = { id: newId<'Backup'>(), socle: '0.1.0', data, folders: namedIn('kept'), keys: [] }
  const archive = Buffer.concat(await Array.fromAsync(writeBackup(databases.owner, request, () => {})))
  for (const { bytes } of [ofDraft, ofRequest])
    assert.ok(!archive.includes(bytes.subarray(1000, 1100)), 'sealed there too')
  const elsewhere = join(data, 'restored')
  async function* pieces() {
    for (let at = 0; at < archive.length; at += 100_000) yield archive.subarray(at, at + 100_000)
  }
  const outcome = await restoreBackup(pieces(), {
    urls: restored.urls,
    keepFile: async (path, chunks) => {
      await mkdir(dirname(join(elsewhere, path)), { recursive: true })
      await writeFile(join(elsewhere, path), await Array.fromAsync(chunks))
    },
  })
  assert.ok(outcome.ok, JSON.stringify(outcome))
  assert.deepEqual(await opened(restored, join(elsewhere, 'evidence')), [ofDraft.bytes, ofRequest.bytes])
})

test('with the household that leaves the register go its papers: the rows at once, the files when they are swept', async () => {
  assert.equal((await filesOf(folder)).length, 2)
  const processings = country.personalData.processings.map(each =>
    each.retention
      ? {
          ...each,
          retention: { ...each.retention, months: MONTHS[each.category as RetainedCategory] ?? null, source: 'T' },
        }
      : each,
  )
  const keeping: Country = { ...country, personalData: { ...country.personalData, processings } }
  await retain(databases.worker, { country: keeping, asOf: '2040-01-01' as DateText })
  const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ papers: number; requests: number; drafts: number }>`
      select (select count(*)::int from households.evidence) as papers, (select count(*)::int from households.draft) as drafts,
        (select count(*)::int from privacy.rectification_paper) + (select count(*)::int from privacy.rectification) as requests`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows[0], { papers: 0, requests: 0, drafts: 0 })
  assert.equal(
    await sweepEvidence(databases.worker, store, isPaperOfRequest),
    0,
    'a file of today may still wait for its row',
  )
  for (const path of await filesOf(folder)) await utimes(path, new Date(0), new Date(0))
  assert.equal(await sweepEvidence(databases.worker, store, isPaperOfRequest), 2)
  assert.deepEqual(await filesOf(folder), [])
  assert.deepEqual(
    await opened(restored, join(data, 'restored', 'evidence')),
    [ofDraft.bytes, ofRequest.bytes],
    'a backup holds what was there on its day',
  )
})
