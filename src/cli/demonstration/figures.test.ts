import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCountry } from '#countries'
import type { Month } from '#kernel'
import { modelOf } from './demonstrate.ts'
import { modelFigures } from './figures.ts'

test('the figures say that households are modelled, and give sizes, eligibility and scores by area and region', () => {
  const country = openCountry('ma')
  const asked = { households: 400, seed: 3, month: '2026-11' as Month }
  const text = modelFigures(country, { ...asked, model: modelOf(country) })
  assert.match(text, /^Modelled households \(not observed\)\n/)
  const row = (name: string) => text.split('\n').find(line => line.startsWith(name)) ?? ''
  assert.match(row('households '), /400 +2\d\d +1\d\d$/)
  const [share] = row('eligible for ma/asd ').match(/\d+\.\d/) ?? []
  assert.ok(Number(share) > 35 && Number(share) < 60, row('eligible for ma/asd '))
  assert.match(row('ma/ise, decile 5'), /9\.\d{3}/)
  assert.match(row('07 '), / %/)
})
