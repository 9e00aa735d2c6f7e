import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchRecords, openRecords, readModel } from '#population'
import { matchGenerated, recordsOf } from '../../../test/matching/generated.ts'
import { historicalRecords } from '../../../test/matching/historical-records.ts'
import { moroccanRecords } from '../../../test/matching/moroccan-records.ts'
import { personRecords } from '../../../test/matching/person-records.ts'

const clean = { seed: 11, originals: 1000, most: 1, share: 1, modified: { perField: 2, perRecord: 4 } }
const worn = { seed: 12, originals: 700, most: 5, share: 0.9, modified: { perField: 3, perRecord: 10 } }

test('two files of clean personal data with typing errors are linked all but perfectly', async () => {
  const { measures, matching } = await matchGenerated(personRecords(clean), row => row[0]!.endsWith('org'))
  assert.equal(matching.report.settledBy, 'one_to_one')
  assert.ok(measures.automatic.f1 >= 0.995, JSON.stringify(measures))
})

test('a file where some stand up to six times, some badly damaged, is sorted into persons', async () => {
  const { measures } = await matchGenerated(personRecords(worn))
  assert.ok(measures.automatic.f1 >= 0.99, JSON.stringify(measures))
})

test('historical records with a quarter of the fields missing find each other', async () => {
  const { measures } = await matchGenerated(historicalRecords({ seed: 13, persons: 500, most: 15, missing: 0.25 }))
  assert.ok(measures.automatic.f1 >= 0.95, JSON.stringify(measures))
})

test('a Moroccan register in two scripts keeps twins and families apart', async () => {
  const generated = moroccanRecords({ seed: 14, families: 900, again: 0.5 })
  const { measures } = await matchGenerated(generated, row => row[0]!.startsWith('A'))
  assert.ok(measures.automatic.f1 >= 0.95, JSON.stringify(measures))
})

test('the threshold chosen without the truth is nearly as good as the best there is', async () => {
  for (const generated of [
    personRecords(worn),
    historicalRecords({ seed: 15, persons: 300, most: 10, missing: 0.3 }),
  ]) {
    const { automatic, best } = (await matchGenerated(generated)).measures
    assert.ok(best.f1 - automatic.f1 < 0.02, JSON.stringify({ automatic, best }))
  }
})

test('two columns that go together are not taken for the mark of one person', async () => {
  const { header, rows, person } = personRecords(worn)
  const used = ['given_name', 'surname', 'suburb', 'postcode', 'date_of_birth'].map(name => header.indexOf(name))
  const narrow = { header: used.map(at => header[at]!), rows: rows.map(row => used.map(at => row[at]!)), person }
  const { measures, matching } = await matchGenerated(narrow)
  assert.ok(matching.model.columns.some(({ leans_on }) => leans_on !== undefined))
  assert.ok(measures.automatic.f1 >= 0.96, JSON.stringify(measures))
})

test('a column that says nothing of the person does not carry the others away', async () => {
  const { header, rows, person } = moroccanRecords({ seed: 16, families: 1500, again: 0.25 })
  const used = ['prenom', 'nom', 'sexe', 'date_naissance'].map(name => header.indexOf(name))
  const noise = rows.map((row, at) => [...used.map(column => row[column]!), `${10 + (at % 12)}${100 + (at % 75)}`])
  const { measures } = await matchGenerated({
    header: [...used.map(at => header[at]!), 'postcode'],
    rows: noise,
    person,
  })
  assert.ok(measures.automatic.f1 >= 0.85, JSON.stringify(measures))
})

test('the same records give the same answer, and a model read again decides as it did', async () => {
  const { records } = recordsOf(personRecords(worn))
  const first = await matchRecords(records)
  const second = await matchRecords(recordsOf(personRecords(worn)).records)
  assert.deepEqual(second, first)
  const read = readModel(JSON.stringify(first.model))
  assert.ok(read.ok)
  const third = await matchRecords(records, { model: read.value })
  assert.deepEqual(third.pairs, first.pairs)
  assert.equal(third.model.version, first.model.version)
})

test('few records, and records that say nothing, are no stumbling block', async () => {
  const columns = [
    { name: 'name', kind: 'name' as const },
    { name: 'born', kind: 'birth_date' as const },
  ]
  for (const rows of [
    [],
    [['Amina', '1980']],
    [
      ['', ''],
      ['', ''],
      ['', ''],
    ],
  ]) {
    const open = openRecords(columns)
    for (const row of rows) open.add(row)
    assert.equal((await matchRecords(open.close())).pairs.size, 0)
  }
})

test('work can be stopped between two steps', async () => {
  const { records } = recordsOf(personRecords(worn))
  const watch = (stage: string) => {
    if (stage === 'compare') throw new Error('enough')
  }
  await assert.rejects(matchRecords(records, { watch }), /enough/)
})

test('what is no model is refused in a sentence', () => {
  for (const text of [
    '{',
    '{}',
    '{"format":"socle-match-1"}',
    '{"format":"socle-match-1","columns":[{}],"prior_bits":1,"threshold":1}',
  ]) {
    const read = readModel(text)
    assert.ok(!read.ok && read.refusal.length > 5)
  }
})
