import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openCountry } from '#countries'
import { monthOf } from '#kernel'
import { compilePack, decide, parseCase } from '#rules'
import { modelHouseholds, readHouseholdModel } from '../model/model.ts'
import { modelSnapshot } from './model-snapshot.ts'
import { readRows } from './snapshot.ts'

const root = mkdtempSync(join(tmpdir(), 'modelled-'))
after(() => rmSync(root, { recursive: true, force: true }))

for (const code of ['ma', 'sn', 'ml']) {
  test(`a modelled snapshot of ${code} holds the households of its seed, decided as they would be one by one`, async () => {
    const country = openCountry(code)
    const asked = { country, folder: root, households: 300, seed: 9, threads: 2 }
    const snapshot = await modelSnapshot(asked)
    const rows = readRows(snapshot, country)
    assert.ok(rows.ok)
    assert.equal(snapshot.manifest.modelled, true)
    const month = monthOf(snapshot.manifest.effectiveOn)
    const pack = [...country.book.packs.values()].find(({ life }) => life.to === null)
    assert.ok(pack)
    const found = compilePack(country.book, pack.id, month).run(rows.value.columns, { detail: true })
    const outcomes = new Map<string, number>()
    for (let at = 0; at < 300; at++) {
      const { outcome, amount, reasons } = found.decisionAt(at)
      const key = JSON.stringify([outcome, amount, reasons])
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
    }
    for (const { sourceId, facts, members } of modelHouseholds(readHouseholdModel(`packs/${code}`), {
      seed: 9,
      from: 0,
      to: 300,
    })) {
      const json = {
        id: sourceId,
        at: month,
        household: facts,
        members: members.map(each => ({ id: each.sourceId, ...each.facts })),
      }
      const parsed = parseCase(json, country.catalogue, country.territories)
      assert.ok(parsed.ok)
      const { outcome, amount, reasons } = decide(country.book, pack.id, parsed.value)
      const key = JSON.stringify([outcome, amount, reasons])
      outcomes.set(key, (outcomes.get(key) ?? 0) - 1)
    }
    assert.deepEqual(
      [...outcomes].filter(([, left]) => left !== 0),
      [],
    )
    assert.equal((await modelSnapshot(asked)).manifest.hash, snapshot.manifest.hash)
  })
}
