import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordsOf } from '../../../test/matching/generated.ts'
import { moroccanRecords } from '../../../test/matching/moroccan-records.ts'
import { judgeBy } from './evidence.ts'
import { matchRecords } from './match-records.ts'
import { commonOf, readModel } from './model.ts'
import { openRecords } from './open-records.ts'

const { records } = recordsOf(moroccanRecords({ seed: 31, families: 900, again: 0.4 }))
const { model } = await matchRecords(records)
const column = (name: string) => model.columns.find(each => each.name === name)!

const mostCommon = (name: string) => Object.entries(column(name).common!).sort((a, b) => b[1] - a[1])[0]![0]
const [given, family] = [mostCommon('prenom'), mostCommon('nom')]

/** What two records that agree in their names and a date say together, in bits. */
function bitsOf(prenom: string, nom: string, date: string): number {
  const open = openRecords(model.columns.map(({ name, kind }) => ({ name, kind })))
  const row = model.columns.map(({ name }) => ({ prenom, nom, date_naissance: date })[name] ?? '')
  for (const each of [row, row]) open.add(each)
  return judgeBy(model, open.close()).weigh(0, 1).bits
}

test('a model says how common names and years of birth are, and is read again as it was', () => {
  for (const name of ['prenom', 'nom', 'date_naissance']) {
    const shares = Object.values(column(name).common ?? {})
    assert.ok(shares.length > 3 && shares.every(share => share > 0 && share < 0.2), name)
  }
  assert.equal(column('sexe').common, undefined)
  const again = readModel(JSON.stringify(model))
  assert.deepEqual(again.ok && again.value, model)
  const damaged = { ...model, columns: model.columns.map(each => ({ ...each, common: { mohamed: 'often' } })) }
  assert.equal(readModel(JSON.stringify(damaged)).ok, false)
})

test('who shares a rare name is likelier one person than who shares a common one', () => {
  const common = bitsOf(given, family, '1980-05-17')
  assert.ok(bitsOf('Zoubayr', family, '1980-05-17') > common + 1)
  assert.ok(bitsOf('Zoubayr', 'Qaddouri', '1980-05-17') > common + 3)
})

test('a year of birth alone is shared by many', () => {
  const year = mostCommon('date_naissance')
  assert.match(year, /^\d{4}0101$/)
  assert.ok(bitsOf(given, family, year) < bitsOf(given, family, '1980-05-17') - 3)
})

test('of a few records nobody can tell what is common', () => {
  assert.equal(commonOf(new Map([['mohamed', 40]]), 100), undefined)
  assert.equal(commonOf(new Map([['mohamed', 0]]), 0), undefined)
  assert.deepEqual(
    commonOf(
      new Map([
        ['mohamed', 5000],
        ['zoubayr', 1],
      ]),
      100_000,
    ),
    { mohamed: 0.05 },
  )
})
