// The thresholds against the modelled households of each country: what is usual there is not doubted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCountry } from '#countries'
import { checkPlausibility, modelHouseholds, readHouseholdModel } from '#households'
import type { DateText } from '#kernel'

const HOUSEHOLDS = 3000

for (const code of ['ma', 'sn', 'ml']) {
  test(`in ${code} a modelled household is never refused, and fewer than one in ten need a word`, () => {
    const { catalogue, upkeep } = openCountry(code)
    const model = readHouseholdModel(`packs/${code}`)
    const today = model.files.population.as_of.date as DateText
    const found = new Map<string, number>()
    let doubted = 0
    for (const { facts, members } of modelHouseholds(model, { seed: 5, from: 0, to: HOUSEHOLDS })) {
      const said = { facts, members: members.map(member => ({ id: member.sourceId, facts: member.facts })) }
      const doubts = checkPlausibility(said, catalogue, today, upkeep.checks)
      if (doubts.length > 0) doubted += 1
      for (const { code: name, severity, fact } of doubts) {
        const key = `${severity} ${name} ${fact ?? ''}`
        found.set(key, (found.get(key) ?? 0) + 1)
      }
    }
    const told = JSON.stringify([...found])
    assert.ok(![...found.keys()].some(key => key.startsWith('error')), told)
    assert.ok(doubted * 10 < HOUSEHOLDS, `${doubted} of ${HOUSEHOLDS}: ${told}`)
    assert.ok(doubted > 0, 'some are unusual')
  })
}
