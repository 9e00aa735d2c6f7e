import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { findStaffActor, recordGrant, registerStaff } from '#security'
import { testDatabase } from '../../test/database.ts'
import { findStudy, listStudies, publishedBefore, type StudyId, type StudyResult, saveStudy } from './index.ts'

const { app, worker, owner } = await testDatabase()

async function officer(territory: string): Promise<Actor> {
  const id = newId<'staff'>()
  await transaction(worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name: `officer of ${territory || 'the country'}` })
    await recordGrant(tx, id, { id: newId(), role: 'policy_officer', territory, sensitivity: 'ordinary' })
  })
  const actor = await findStaffActor(app, id, 'simulation.read')
  assert.ok(actor)
  return actor
}

const hash = 'a'.repeat(64)
const figures = { households: 100, reachedBefore: 40, reached: null, amountBefore: 12345678901234567890n, amount: null }
const study: unknown = {
  country: 'ma',
  pack: 'ma/asd',
  month: '2027-01',
  currency: 'MAD',
  periodsPerYear: 12,
  snapshot: {
    hash,
    asOf: '2026-11-22T00:00:00Z',
    effectiveOn: '2026-11-22',
    households: 100,
    members: 300,
    modelled: true,
  },
  scenarios: [
    {
      name: 'one',
      version: 'b'.repeat(64),
      overall: figures,
      perYear: { before: 10n, now: null },
      reach: { meant: 30, before: 20, reached: 25 },
      tables: [],
      moves: [],
      limit: { parameter: 'threshold', value: '9.5', cost: -5n },
      projection: [{ year: 1, households: 50, cost: 7n }],
      draft: [],
      seconds: 0.5,
      published: [{ by: 'region', reached: [3, 37] }],
    },
  ],
}
const result = study as StudyResult
const saved = (id: StudyId) => ({ id, name: 'a study', study: 'pack: ma/asd\n', result })
const on = { snapshotHash: hash, pack: 'ma/asd' }

test('a study is found as it was shown, without what it would tell of a few, by who sees the whole country alone', async () => {
  const [nation, region] = [await officer(''), await officer('07')]
  const id = newId<'Study'>()
  const kept = await transaction(app, nation, tx => saveStudy(tx, saved(id), 0))
  assert.ok(kept.ok)
  const found = await transaction(app, nation, tx => findStudy(tx, 'ma', id))
  assert.deepEqual(
    found?.result.scenarios,
    result.scenarios.map(each => ({ ...each, published: [] })),
  )
  assert.equal(found?.savedName, 'officer of the country')
  assert.deepEqual(
    (await transaction(app, nation, tx => listStudies(tx, { country: 'ma', limit: 5 }))).map(each => each.id),
    [id],
  )
  assert.equal(await transaction(app, region, tx => findStudy(tx, 'ma', id)), undefined)
  assert.deepEqual(await transaction(app, region, tx => listStudies(tx, { country: 'ma', limit: 5 })), [])
  await assert.rejects(
    transaction(app, region, tx => saveStudy(tx, saved(newId<'Study'>()), 0)),
    /row-level security/,
  )
  await assert.rejects(
    transaction(app, nation, tx => publishedBefore(tx, on)),
    /permission denied/,
  )
})

test('later studies are held against all that were shown, whoever saved in between', async () => {
  const nation = await officer('')
  const before = await transaction(worker, workerActor('test'), tx => publishedBefore(tx, on))
  assert.deepEqual(before, { studies: 1, published: [{ by: 'region', reached: [3, 37] }] })
  const late = await transaction(app, nation, tx => saveStudy(tx, saved(newId<'Study'>()), 0))
  assert.ok(!late.ok && late.refusal.code === 'others_saved')
  const other = await transaction(worker, workerActor('test'), tx => publishedBefore(tx, { ...on, pack: 'ma/tayssir' }))
  assert.equal(other.studies, 0)
  // Two at once, held against the same: one is saved.
  const both = await Promise.all(
    [1, 2].map(() => transaction(app, nation, tx => saveStudy(tx, saved(newId<'Study'>()), 1))),
  )
  assert.deepEqual(both.map(each => each.ok).sort(), [false, true])
})

test('what was shown is not edited, by nobody', async () => {
  for (const database of [worker, owner]) {
    await assert.rejects(
      transaction(database, workerActor('test'), tx => sql`update simulation.study set name = 'x'`.execute(tx)),
    )
  }
})
