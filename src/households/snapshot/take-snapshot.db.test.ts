import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type DateText, type Id, type Month, territoryCode } from '#kernel'
import { compilePack, decide, parseCase } from '#rules'
import { testDatabase } from '../../../test/database.ts'
import { casesOf, modelHouseholds, readHouseholdModel, registerHouseholds } from '../index.ts'
import { openSnapshot, readRows, type Snapshot } from './snapshot.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { uuidAt } from './uuid-bytes.ts'

const country = openCountry('ma')
const model = readHouseholdModel('packs/ma')
const actor = workerActor('test')
const LAST_DAY = '2026-12-31' as DateText
const root = mkdtempSync(join(tmpdir(), 'snapshots-'))

const databases = await testDatabase()
after(() => rmSync(root, { recursive: true, force: true }))

describe('taking a snapshot', () => {
  before(() => register(0, 600, LAST_DAY))

  async function register(from: number, to: number, effectiveOn: DateText) {
    await transaction(databases.worker, actor, tx =>
      registerHouseholds(
        tx,
        {
          country: 'ma',
          source: 'test',
          channel: 'generated',
          actor: 'test',
          effectiveOn,
          modelled: true,
          head: country.catalogue.head,
        },
        [...modelHouseholds(model, { seed: 5, from, to })],
      ),
    )
  }

  async function taken(effectiveOn = LAST_DAY, threads = 2): Promise<Snapshot> {
    const snapshot = await takeSnapshot(databases, { country, folder: root, effectiveOn, threads })
    assert.ok(snapshot.ok, JSON.stringify(snapshot))
    return snapshot.value
  }

  test('every household is in it once, in its region, with the facts that the register decides by', async () => {
    const snapshot = await taken()
    const rows = readRows(snapshot, country)
    assert.ok(rows.ok)
    const { columns, households, territories, territoryCodes, weights } = rows.value
    const expected = new Map<string, { facts: string; territory: string; weight: string }>()
    await transaction(databases.worker, actor, async tx => {
      const range = {
        first: '00000000-0000-0000-0000-000000000000',
        last: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      } as Record<'first' | 'last', Id<'Household'>>
      for await (const found of casesOf(tx, { country: 'ma', month: '2026-12' as Month, ...range })) {
        const parsed = parseCase(found.case, country.catalogue, country.territories)
        assert.ok(parsed.ok)
        const { territory, weight } = found
        expected.set(found.household, {
          facts: JSON.stringify(decide(country.book, 'ma/asd', parsed.value)),
          territory,
          weight,
        })
      }
    })
    assert.equal(expected.size, 600)
    assert.equal(columns.households, 600)
    const results = compilePack(country.book, 'ma/asd', '2026-12' as Month).run(columns, { detail: true })
    for (let at = 0; at < 600; at++) {
      const found = expected.get(uuidAt(households, 16 * at))
      assert.equal(JSON.stringify(results.decisionAt(at)), found?.facts)
      assert.equal(territoryCodes[territories[at] as number], found?.territory)
      assert.equal(weights[at], Number(found?.weight))
    }
    for (const { region, path } of snapshot.manifest.files) {
      const alone = readRows(snapshot, country, { regions: [region] })
      assert.ok(alone.ok)
      for (const code of alone.value.territories) {
        assert.equal(territoryCode(alone.value.territoryCodes[code] as string).split('.')[0], region, path)
      }
    }
  })

  test('the same register gives the same files, whoever reads it and however many threads', async () => {
    const [one, other] = [await taken(LAST_DAY, 1), await taken(LAST_DAY, 3)]
    assert.deepEqual(one.manifest.files, other.manifest.files)
    assert.notEqual(one.manifest.asOf, other.manifest.asOf)
  })

  test('what takes effect after its day is not in it', async () => {
    await register(600, 700, '2027-02-01' as DateText)
    assert.equal((await taken()).manifest.households, 600)
    assert.equal((await taken('2027-02-28' as DateText)).manifest.households, 700)
  })

  test('what is learnt while it is taken is not in it', async () => {
    const reads: number[] = []
    let late: Promise<void> | undefined
    const snapshot = await takeSnapshot(
      databases,
      { country, folder: root, effectiveOn: '2027-02-28' as DateText, threads: 1 },
      {
        onProgress(done) {
          reads.push(done)
          late ??= register(700, 800, LAST_DAY)
        },
      },
    )
    await late
    assert.ok(snapshot.ok)
    assert.equal(snapshot.value.manifest.households, 700)
    assert.equal(reads.at(-1), 700)
    assert.equal((await taken('2027-02-28' as DateText)).manifest.households, 800)
  })

  test('stopped, it leaves nothing; and what a process that died left is discarded by the next', async () => {
    const before = readdirSync(root)
    const stop = new AbortController()
    await assert.rejects(
      takeSnapshot(
        databases,
        { country, folder: root, effectiveOn: LAST_DAY, threads: 2 },
        { onProgress: () => stop.abort(new Error('stopped')), signal: stop.signal },
      ),
      /stopped/,
    )
    assert.deepEqual(readdirSync(root), before)
    // No process has this number: the highest that Linux gives is 4 194 304.
    mkdirSync(join(root, '.part-4194305-ma'))
    await taken()
    assert.ok(!readdirSync(root).some(name => name.startsWith('.part')))
  })

  test('it is told to the audit with its hash, and opens again by its folder', async () => {
    const { folder, manifest } = await taken()
    const opened = openSnapshot(folder, country)
    assert.ok(opened.ok)
    assert.deepEqual(opened.value.manifest, manifest)
    assert.ok(readFileSync(join(folder, 'manifest.json'), 'utf8').includes(manifest.hash))
    const rows = await transaction(databases.worker, actor, tx =>
      tx.selectFrom('security.audit_record').select('detail').where('subject_id', '=', manifest.hash).execute(),
    )
    assert.equal(rows.length, 1)
  })

  test('a register without households is refused before anything is written', async () => {
    const refused = await takeSnapshot(databases, {
      country: openCountry('sn'),
      folder: root,
      effectiveOn: LAST_DAY,
      threads: 1,
    })
    assert.deepEqual(refused, { ok: false, refusal: { code: 'no_household', country: 'sn' } })
  })
})
