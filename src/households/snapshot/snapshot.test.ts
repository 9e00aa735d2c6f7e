import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { tableFromIPC } from 'apache-arrow'
import { type Country, openCountry } from '#countries'
import type { Month } from '#kernel'
import { compilePack, decide, type Fact, parseCase } from '#rules'
import { randomHousehold } from '../../../test/oracle/random-household.ts'
import type { Wire } from '../../../test/oracle/truth.ts'
import { catalogueKept, factsLacking } from './catalogue-kept.ts'
import { manifestText, sealManifest } from './manifest.ts'
import { RegionFile, type RegisterRow } from './region-file.ts'
import { openSnapshot, readRows, type Snapshot, verifyFiles } from './snapshot.ts'
import { uuidAt } from './uuid-bytes.ts'

const MONTH = '2026-12' as Month
const country = openCountry('ma')
const root = mkdtempSync(join(tmpdir(), 'snapshot-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** The country with one fact of the household changed, and perhaps another added. */
function withFact(name: string, change: Partial<Fact>, added?: Partial<Fact>): Country {
  const { catalogue } = country
  const fact = catalogue.household.get(name) as Fact
  const household = new Map(catalogue.household).set(name, { ...fact, ...change })
  if (added) household.set(added.name as string, { ...fact, codes: new Map(), ...added } as Fact)
  return { ...country, catalogue: { ...catalogue, household } }
}

/** The same UUID for the same name. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function rowOf(seed: number, change: (wire: Wire) => void = () => {}): RegisterRow {
  const wire = randomHousehold(seed, [MONTH])
  change(wire)
  return {
    household: uuidOf(`h${seed}`),
    declaration: uuidOf(`d${seed}`),
    territory: '07.351.01.02',
    weight: 1 + seed / 8,
    facts: wire.household,
    members: wire.members.map(({ id, ...facts }, index) => ({ id: uuidOf(`${seed} ${id} ${index}`), facts })),
  }
}

/** A snapshot of some rows in one file for each region, in a folder of its own. */
function snapshotOf(regions: Readonly<Record<string, readonly RegisterRow[]>>): Snapshot {
  const folder = mkdtempSync(join(root, 's-'))
  const files = Object.entries(regions).map(([region, rows]) => {
    const path = `${region}.arrow`
    const { catalogue, territories } = country
    const file = new RegionFile({ path: join(folder, path), catalogue, territories, month: MONTH })
    for (const row of rows) file.append(row)
    return { region, path, ...file.close() }
  })
  const manifest = sealManifest({
    format: 'socle-snapshot/1',
    country: 'ma',
    asOf: '2026-12-01T08:00:00.000000Z',
    effectiveOn: '2026-12-31' as never,
    catalogue: catalogueKept(country.catalogue),
    households: files.reduce((sum, file) => sum + file.households, 0),
    members: files.reduce((sum, file) => sum + file.members, 0),
    modelled: true,
    files,
  })
  writeFileSync(join(folder, 'manifest.json'), manifestText(manifest))
  return { folder, manifest }
}

function rowsOf(snapshot: Snapshot, asked: Parameters<typeof readRows>[2] = {}) {
  const rows = readRows(snapshot, country, asked)
  assert.ok(rows.ok, JSON.stringify(rows))
  return rows.value
}

function caseOf({ household, facts, members }: RegisterRow) {
  const json = {
    id: household,
    at: MONTH,
    household: facts,
    members: members.map(each => ({ ...(each.facts as object), id: each.id })),
  }
  const parsed = parseCase(json, country.catalogue, country.territories)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value
}

describe('a snapshot', () => {
  test('decides every household as the register it was taken from, whatever is unknown, and keeps ids, weights and places', () => {
    const some = Array.from({ length: 1500 }, (_, seed) => rowOf(seed))
    const others = Array.from({ length: 300 }, (_, seed) => rowOf(10_000 + seed))
    const rows = rowsOf(snapshotOf({ '01': [], '07': some, '09': others }))
    const all = [...some, ...others]
    assert.equal(rows.columns.households, all.length)
    const results = compilePack(country.book, 'ma/asd', MONTH).run(rows.columns, { detail: true })
    let member = 0
    all.forEach((row, at) => {
      assert.deepEqual(results.decisionAt(at), decide(country.book, 'ma/asd', caseOf(row)), `row ${at}`)
      assert.equal(uuidAt(rows.households, 16 * at), row.household)
      assert.equal(uuidAt(rows.declarations, 16 * at), row.declaration)
      assert.equal(rows.weights[at], row.weight)
      assert.equal(rows.territoryCodes[rows.territories[at] as number], row.territory)
      for (const { id } of row.members) assert.equal(uuidAt(rows.persons, 16 * member++), id)
    })
  })

  test('keeps a household whose facts are too large or too fine for a column', () => {
    const large = rowOf(3, wire => {
      wire.household.telecom_annual = '999999999999999999.99'
    })
    const rows = rowsOf(snapshotOf({ '07': [rowOf(1), large, rowOf(2)] }))
    assert.deepEqual([...rows.columns.beyond.keys()], [1])
    const results = compilePack(country.book, 'ma/ise', MONTH).run(rows.columns)
    assert.deepEqual(results.decisionAt(1).scores, decide(country.book, 'ma/ise', caseOf(large)).scores)
  })

  test('holds places that the country does not list, met late in a file', () => {
    const late = rowOf(20_001, wire => {
      wire.household.territory = '01.051.02.03'
    })
    const few = Array.from({ length: 50 }, (_, seed) => rowOf(seed))
    const many = Array.from({ length: 16_400 }, (_, index) => few[index % 50] as RegisterRow)
    const rows = rowsOf(snapshotOf({ '07': [...many, late] }))
    const column = rows.columns.household.get('territory')
    assert.equal(column?.words[column.data[16_400] as number], '01.051.02.03')
    assert.equal(rows.columns.households, 16_401)
  })

  test('is the same bytes when the same households are written again', () => {
    const rows = Array.from({ length: 200 }, (_, seed) => rowOf(seed))
    const [one, other] = [snapshotOf({ '07': rows }), snapshotOf({ '07': rows })]
    assert.equal(one.manifest.hash, other.manifest.hash)
  })

  test('reads only the facts and the regions asked for', () => {
    const snapshot = snapshotOf({ '07': [rowOf(1)], '09': [rowOf(2), rowOf(4)] })
    const { columns } = rowsOf(snapshot, { regions: ['09'], facts: new Set(['household.area']) })
    assert.equal(columns.households, 2)
    assert.equal(columns.household.get('rooms')?.data[0], -2_147_483_648)
    assert.notEqual(columns.heads[0], -1)
  })

  test('opens in any reader of Arrow, with dates, exact decimals, texts of codes and members in lists', () => {
    const snapshot = snapshotOf({ '07': [rowOf(8)] })
    const table = tableFromIPC(readFileSync(join(snapshot.folder, '07.arrow')))
    const row = JSON.parse(JSON.stringify(table.get(0)))
    const { facts, members } = rowOf(8)
    assert.equal(row.area, (facts as { area: string }).area)
    assert.equal(row.members.length, members.length)
    assert.equal(table.schema.fields[0]?.metadata.get('ARROW:extension:name'), 'arrow.uuid')
    assert.match(String(table.getChild('telecom_annual')?.type), /^Decimal/)
  })
})

describe('a snapshot is refused', () => {
  const refusalOf = (snapshot: Snapshot) => {
    const opened = openSnapshot(snapshot.folder, country)
    if (!opened.ok) return opened.refusal.code
    const rows = readRows(opened.value, country)
    return rows.ok ? 'accepted' : rows.refusal.code
  }
  const fresh = () => snapshotOf({ '07': [rowOf(1)], '09': [rowOf(2)] })

  test('where a byte of a file was changed, a file is gone or is another', () => {
    const changed = fresh()
    const path = join(changed.folder, '07.arrow')
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
    writeFileSync(path, bytes)
    assert.equal(refusalOf(changed), 'file_refused')
    assert.equal(verifyFiles(changed).ok, false)
    const gone = fresh()
    rmSync(join(gone.folder, '09.arrow'))
    assert.equal(refusalOf(gone), 'file_refused')
    const longer = fresh()
    appendFileSync(join(longer.folder, '09.arrow'), 'x')
    assert.equal(refusalOf(longer), 'file_refused')
    assert.equal(refusalOf(fresh()), 'accepted')
  })

  test('where the manifest says something else than was sealed', () => {
    for (const [from, to] of [
      ['"households": 1', '"households": 2'],
      ['"ma"', '"sn"'],
      ['{', '['],
      ['2026-12-31', '2027-01-31'],
    ] as const) {
      const snapshot = fresh()
      const path = join(snapshot.folder, 'manifest.json')
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
      assert.equal(refusalOf(snapshot), 'manifest_refused', `${from} → ${to}`)
    }
  })

  test('where there is none, or it is of another country or catalogue', () => {
    const empty = join(root, 'empty')
    mkdirSync(empty)
    const refused = (folder: string, of = country) => {
      const opened = openSnapshot(folder, of)
      return opened.ok ? 'opened' : opened.refusal.code
    }
    assert.equal(refused(empty), 'no_snapshot')
    assert.equal(refused(fresh().folder, openCountry('sn')), 'other_country')
    const retyped = withFact('rooms', { type: 'money' })
    assert.equal(refused(fresh().folder, retyped), 'other_catalogue')
    const fewer = withFact('area', { codes: new Map([['urban', { fr: 'u', ar: 'u', en: 'u' }]]) })
    assert.equal(refused(fresh().folder, fewer), 'other_catalogue')
  })

  test('only for facts in another sense: one added since is unknown, a code added changes nothing', () => {
    const snapshot = fresh()
    const codes = new Map([
      ['camp', { fr: 'c', ar: 'c', en: 'c' }],
      ...(country.catalogue.household.get('area')?.codes ?? []),
    ])
    const wider = withFact('area', { codes }, { name: 'solar_panels', type: 'integer' })
    const opened = openSnapshot(snapshot.folder, wider)
    assert.ok(opened.ok, JSON.stringify(opened))
    const rows = readRows(opened.value, wider)
    assert.ok(rows.ok)
    const area = rows.value.columns.household.get('area')
    assert.equal(area?.words[area.data[0] as number], (rowOf(1).facts as { area: string }).area)
    assert.equal(rows.value.columns.household.get('solar_panels')?.data[0], -2_147_483_648)
    const lacking = factsLacking(snapshot.manifest.catalogue, [
      'household.area',
      'household.solar_panels',
      'member.sex',
    ])
    assert.deepEqual(lacking, ['household.solar_panels'])
  })
})
