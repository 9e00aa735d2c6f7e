// docs/snapshots.md: its example as it is written there, on a snapshot whose households are known, and what it says of the files.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type List, RecordBatchFileReader, type Struct, type Table, tableFromIPC } from 'apache-arrow'
import { openCountry } from '#countries'
import type { Fact } from '#rules'
import { modelHouseholds, modelSnapshot, readHouseholdModel } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'snapshot-elsewhere-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const HOUSEHOLDS = 300

const country = openCountry('ma')
const snapshot = await modelSnapshot({ country, folder, households: HOUSEHOLDS, seed: 3, threads: 1 })
const households = [...modelHouseholds(readHouseholdModel('packs/ma'), { seed: 3, from: 0, to: HOUSEHOLDS })]

test('the files open with Arrow and in DuckDB as the documentation says', async () => {
  const code = /```js\n(.*?)```/s.exec(readFileSync('docs/snapshots.md', 'utf8'))?.[1]
  assert.ok(code)
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code, snapshot.folder])
  const expected = new Map<string, { area: string; households: number; people: number }>()
  for (const { facts, members } of households) {
    const { area } = facts as { area: string }
    const { households, people } = expected.get(area) ?? { households: 0, people: 0 }
    expected.set(area, { area, households: households + 1, people: people + members.length })
  }
  assert.deepEqual(
    JSON.parse(said.toString()),
    [...expected.values()].sort((one, other) => (one.area < other.area ? -1 : 1)),
  )
})

/** What the documentation calls each type of fact, as Arrow prints it. */
const TYPES: Readonly<Record<Fact['type'], RegExp>> = {
  boolean: /^Bool$/,
  integer: /^Int32$/,
  money: /^Decimal\[18e\+?2\]$/,
  decimal: /^Decimal\[18e\+?\d+\]$/,
  date: /^Date32<DAY>$/,
  code: /^Dictionary<Uint8, Utf8>$/,
  territory: /^Dictionary<Int32, Utf8>$/,
}
const files = snapshot.manifest.files.map(({ path }) => readFileSync(join(snapshot.folder, path)))
const opened: readonly Table[] = files.map(bytes => tableFromIPC(bytes))

test('every file has the columns and types that the documentation says, in one schema for all', () => {
  assert.ok(opened.length > 1)
  const { catalogue } = country
  const schemaOf = ({ schema }: Table) =>
    schema.fields.map(({ name, type, nullable, metadata }) => [name, String(type), nullable, [...metadata]])
  const [first] = opened
  assert.ok(first)
  for (const table of opened) assert.deepEqual(schemaOf(table), schemaOf(first))
  const { fields } = first.schema
  const names = ['household_id', 'declaration_id', 'register_territory', 'register_weight']
  assert.deepEqual(
    fields.map(({ name }) => name),
    [...names, ...catalogue.household.keys(), 'members', 'exact_case'],
  )
  const typeOf = (name: string) => String(fields.find(field => field.name === name)?.type)
  assert.deepEqual(names.map(typeOf), [
    'FixedSizeBinary[16]',
    'FixedSizeBinary[16]',
    'Dictionary<Int32, Utf8>',
    'Float64',
  ])
  for (const id of fields.slice(0, 2)) assert.equal(id.metadata.get('ARROW:extension:name'), 'arrow.uuid')
  for (const fact of catalogue.household.values()) assert.match(typeOf(fact.name), TYPES[fact.type], fact.name)
  const members = fields.find(({ name }) => name === 'members')?.type as List<Struct>
  const { children } = members.valueType
  assert.deepEqual(
    children.map(({ name }) => name),
    ['person_id', ...catalogue.member.keys()],
  )
  for (const { name, type } of children.slice(1)) {
    assert.match(String(type), TYPES[catalogue.member.get(name)?.type ?? 'boolean'], name)
  }
})

test('codes are dictionaries in the catalogue’s order, members lie by offsets, nothing is compressed, the unknown is null', () => {
  let [rows, people, unknown] = [0, 0, 0]
  for (const [index, bytes] of files.entries()) {
    const ends = [bytes.subarray(0, 6), bytes.subarray(-6)].map(each => each.toString())
    assert.deepEqual(ends, ['ARROW1', 'ARROW1'])
    const reader = RecordBatchFileReader.from(bytes)
    for (const batch of reader) {
      const area = batch.getChild('area')?.data[0]
      assert.deepEqual(area?.dictionary?.toArray(), [...(country.catalogue.household.get('area')?.codes.keys() ?? [])])
      const list = batch.getChild('members')?.data[0]
      const offsets = [...(list?.valueOffsets ?? [])].slice(0, batch.numRows + 1)
      assert.equal(offsets.length, batch.numRows + 1)
      assert.equal(offsets[0], 0)
      assert.ok(offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0)))
      assert.equal(offsets.at(-1), list?.children[0]?.length)
      people += offsets.at(-1) ?? 0
      const until = batch.getChild('ramed_card_until')
      for (let row = 0; row < batch.numRows; row++) if (until?.get(row) === null) unknown++
      rows += batch.numRows
    }
    // Zeros as they are: a compressed body would not hold the columns' own bytes.
    const weights = opened[index]?.getChild('register_weight')?.data[0]?.values as Float64Array
    assert.ok(bytes.includes(Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)))
  }
  assert.equal(rows, HOUSEHOLDS)
  assert.equal(
    people,
    households.reduce((sum, { members }) => sum + members.length, 0),
  )
  const without = households.filter(({ facts }) => !('ramed_card_until' in facts)).length
  assert.equal(unknown, without)
})
