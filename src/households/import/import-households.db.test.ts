import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import {
  type ImportAsked,
  type ImportRefusal,
  ImportStopped,
  type ImportWatch,
  importHouseholds,
  openTable,
  type Reject,
  readMapping,
} from '#households'
import { type DateText, territoryTree } from '#kernel'
import { parseCatalogue } from '#rules'
import { testDatabase } from '../../../test/database.ts'

const { worker } = await testDatabase()
const tester = workerActor('test')
const folder = mkdtempSync(join(tmpdir(), 'socle import '))
after(() => rmSync(folder, { recursive: true }))

// An invented country, so that no real country's facts decide how imports work.
const label = 'label: { fr: x, ar: x, en: x }'
const FACTS = `
country: zz
currency: MAD
territory_forms: [{ written: RR, listed: true }]
household:
  territory: { type: territory, ${label} }
  rooms: { type: integer, min: 1, ${label} }
  rent: { type: money, ${label} }
`
const MEMBERS = `
head: { fact: relation, code: head }
member:
  relation: { type: code, ${label}, codes: { head: { fr: x, ar: x, en: x }, child: { fr: x, ar: x, en: x } } }
  birth_date: { type: date, ${label} }
`
function country(facts: string): ImportAsked['country'] {
  const catalogue = parseCatalogue(facts, 'facts.yaml')
  const place = (code: string) => ({ code, parent: undefined, level: 'region', name: { fr: code, ar: code, en: code } })
  const territories = territoryTree([place('01'), place('02')])
  assert.ok(catalogue.ok && territories.ok)
  return { code: 'zz', catalogue: catalogue.value, territories: territories.value, uniqueNumberLength: 12 }
}
const withMembers = country(FACTS + MEMBERS)
const alone = country(FACTS)

let files = 0
function file(text: string): string {
  const path = join(folder, `f${files++}.csv`)
  writeFileSync(path, text)
  return path
}

type Given = { households: string; members?: string; source: string; change?: Partial<ImportAsked>; stopAfter?: number }

/** One call of the import; `stopAfter` asks it to stop once so many calls to the watcher were made. */
async function importing({ households, members, source, change, stopAfter }: Given) {
  const rejects: Reject[] = []
  const stop = new AbortController()
  let calls = 0
  const tick = () => {
    if (stopAfter !== undefined && ++calls > stopAfter) stop.abort()
  }
  const watch: ImportWatch = {
    onRead: tick,
    onRegistered: tick,
    onResume: () => {},
    onReject: async reject => void rejects.push(reject),
    signal: stop.signal,
  }
  const asked: ImportAsked = {
    country: members === undefined ? alone : withMembers,
    households: await openTable(file(households)),
    ...(members !== undefined && { members: await openTable(file(members)) }),
    source,
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'test',
    dryRun: false,
    ...change,
  }
  return { result: await importHouseholds(worker, asked, watch), rejects }
}

async function succeed(given: Given) {
  const { result, rejects } = await importing(given)
  assert.ok(result.ok, JSON.stringify(result))
  return { report: result.value, rejects }
}

type Held = {
  source_id: string
  weight: string
  effective_on: string
  facts: object
  members: { source_id: string; facts: object }[]
  names: string[]
}

/** What the register says of a source, ids left out. */
async function register(source: string) {
  return transaction(worker, tester, async tx => {
    const { rows } = await sql<Held>`
      select household.source_id, household.territory, household.weight, declaration.effective_on, declaration.facts,
        (select jsonb_agg(member - 'id') from jsonb_array_elements(declaration.members) as member) as members,
        (select array_agg(person.name_key order by membership.source_id) from households.membership
          join population.person on person.id = person_id where household_id = household.id) as names
      from households.household join households.declaration on household_id = household.id
      where source = ${source} order by household.source_id, declaration.id`.execute(tx)
    return rows
  })
}

const count = (table: string) =>
  transaction(worker, tester, async tx => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}`.execute(tx)
    return rows[0]!.count
  })

const H = 'source_id,territory,rooms\n'
const NOBODY = { compared: 0, same: 0, toSettle: 0 }
const M = 'household_source_id,source_id,relation,birth_date,given_name\n'

test('good rows go in, members found wherever they stand', async () => {
  const { report, rejects } = await succeed({
    source: 'good',
    households: `${H}a,01,2\nb,02,\n`,
    members: `${M}b,1,head,1950-01-01,Awa\na,2,child,2010-05-05,Ali\na,1,head,1980-01-01,Méryem\n`,
  })
  assert.deepEqual(report, {
    registered: 2,
    changed: 0,
    unchanged: 0,
    rejected: { households: 0, members: 0 },
    matched: NOBODY,
  })
  assert.deepEqual(rejects, [])
  const [a, b] = await register('good')
  assert.deepEqual(a!.facts, { territory: '01', rooms: 2 })
  assert.deepEqual(
    a!.members.map(({ source_id }) => source_id),
    ['2', '1'],
  )
  assert.deepEqual(b!.members[0]!.facts, { relation: 'head', birth_date: '1950-01-01' })
  assert.deepEqual(a!.names, ['meryem', 'ali'])
})

test('every reason for which a row does not go in is told, with its place', async () => {
  const { report, rejects } = await succeed({
    source: 'bad',
    households: `${H}a,01,2\nb,09,0\nc,01,1\nd,01,1\ne,01,1\na,01,3\nf,01,1\n`,
    members: `${M}a,1,head,1980-01-01,\nb,1,head,1980-01-01,\nc,1,boss,1980-01-01,\nd,1,child,1980-01-01,\ne,1,head,1980-01-01,\ne,1,child,1980-01-01,\nx,1,head,1980-01-01,\nf,1,head,1980-01-01,\nf,2,head,1980-01-01,\n`,
  })
  assert.deepEqual(report, {
    registered: 1,
    changed: 0,
    unchanged: 0,
    rejected: { households: 6, members: 3 },
    matched: NOBODY,
  })
  assert.deepEqual(
    rejects.map(({ file, row, sourceId, column, value, accepted }) => [file, row, sourceId, column, value, accepted]),
    [
      ['households', 3, 'b', 'rooms', '0', 'a whole number, 1 or more'],
      ['households', 3, 'b', 'territory', '09', 'RR that exists'],
      ['households', 4, 'c', 'members', '1 wrong', 'members without a mistake: see row 4 of the members file'],
      ['households', 5, 'd', 'members', '0 of 1', 'exactly one member with relation head'],
      ['households', 6, 'e', 'members', '1 wrong', 'members without a mistake: see row 7 of the members file'],
      ['households', 7, 'a', 'source_id', 'a', 'an identifier of its own: row 2 has the same'],
      ['households', 8, 'f', 'members', '2 of 2', 'exactly one member with relation head'],
      ['members', 4, '1', 'relation', 'boss', 'one of head, child'],
      ['members', 7, '1', 'source_id', '1', 'an identifier of its own in the household: row 6 has the same'],
      ['members', 8, '1', 'household_source_id', 'x', 'the source_id of a row of the households file'],
    ],
  )
  assert.deepEqual(
    (await register('bad')).map(({ source_id, facts }) => [source_id, facts]),
    [['a', { territory: '01', rooms: 2 }]],
  )
})

test('who receives must be one of the members', async () => {
  const { report, rejects } = await succeed({
    source: 'recipient',
    households: 'source_id,territory,recipient\na,01,2\nb,01,3\nc,01,\n',
    members: `${M}a,1,head,1980-01-01,\na,2,child,2000-01-01,\nb,1,head,1980-01-01,\nc,1,head,1980-01-01,\n`,
  })
  assert.equal(report.registered, 2)
  assert.deepEqual(
    rejects.map(({ row, column, value }) => [row, column, value]),
    [[3, 'recipient', '3']],
  )
})

test('the same files again change nothing; other content is another declaration; staging is left empty', async () => {
  const members = `${M}a,1,head,1980-01-01,Awa\nb,1,head,1980-01-01,Ali\n`
  const first = { source: 'again', households: `${H}a,01,2\nb,01,3\n`, members }
  await succeed(first)
  const before = await register('again')
  assert.equal((await succeed(first)).report.unchanged, 2)
  assert.deepEqual(await register('again'), before)
  const { report } = await succeed({ ...first, households: `${H}b,01,4\na,01,2\n` })
  assert.deepEqual([report.registered, report.changed, report.unchanged], [0, 1, 1])
  assert.deepEqual((await register('again')).length, 3)
  for (const table of ['import_household', 'import_member', 'import_reject']) {
    assert.equal(await count(`households.${table}`), 0, table)
  }
})

test('a trial tells what would happen and registers nothing', async () => {
  const given = { source: 'trial', households: `${H}a,01,2\nb,xx,3\nc,01,1\n` }
  await succeed({ ...given, households: `${H}a,01,2\nc,01,5\n` })
  const { report, rejects } = await succeed({ ...given, change: { dryRun: true } })
  assert.deepEqual(report, {
    registered: 0,
    changed: 1,
    unchanged: 1,
    rejected: { households: 1, members: 0 },
    matched: NOBODY,
  })
  assert.equal(rejects.length, 1)
  assert.equal((await register('trial')).length, 2)
  assert.equal((await succeed(given)).report.changed, 1)
})

test('a file without a good row is imported too: all of it is in the rejects', async () => {
  const { report } = await succeed({ source: 'none', households: `${H}a,99,2\n` })
  assert.deepEqual(report, {
    registered: 0,
    changed: 0,
    unchanged: 0,
    rejected: { households: 1, members: 0 },
    matched: NOBODY,
  })
})

test('the day from which a row is true is its own, else that of the file', async () => {
  await succeed({
    source: 'days',
    households: 'source_id,territory,effective_on,weight\na,01,2025-05-05,3.5\nb,01,,\n',
  })
  assert.deepEqual(
    (await register('days')).map(({ effective_on, weight }) => [effective_on, weight]),
    [
      ['2025-05-05', '3.5'],
      ['2026-01-01', '1'],
    ],
  )
})

test('a mapping brings foreign columns in', async () => {
  const mapping = readMapping(`
    source: survey
    households:
      columns: { source_id: { join: [a, b], with: '-' }, territory: { column: place, first: 2 }, rooms: r }
      ignore: [note]`)
  assert.ok(mapping.ok)
  await succeed({
    source: 'mapped',
    households: 'a,b,place,r,note\nx,1,0100123,2,n\n',
    change: { mapping: mapping.value },
  })
  const [only] = await register('mapped')
  assert.equal(only!.source_id, 'x-1')
  assert.deepEqual(only!.facts, { territory: '01', rooms: 2 })
})

const refused: Record<ImportRefusal['code'], Omit<Given, 'source'>> = {
  column_twice: { households: 'source_id,territory,territory\na,01,01\n' },
  column_missing: { households: 'territory,rooms\n01,2\n' },
  column_unknown: { households: 'source_id,territory,color\na,01,red\n' },
  target_unknown: {
    households: 'source_id,territory\na,01\n',
    change: {
      mapping: {
        source: 'x',
        households: { columns: { source_id: 'source_id', territory: 'territory', color: 'territory' } },
      },
    },
  },
  members_missing: { households: `${H}a,01,2\n`, change: { country: withMembers } },
  members_not_taken: { households: `${H}a,01,2\n`, members: M, change: { country: alone } },
}
for (const [code, given] of Object.entries(refused)) {
  test(`files are refused whole: ${code}`, async () => {
    const { result } = await importing({ source: 'refused', ...given })
    assert.ok(!result.ok)
    assert.equal(result.refusal.code, code)
  })
}

test('staging that a crash of PostgreSQL has emptied is read again, and nothing goes in twice', async () => {
  const rows = Array.from({ length: 9 }, (_, i) => `h${i},01,1`)
  const given = { source: 'crash', households: H + rows.join('\n'), change: { batch: 2 } }
  await assert.rejects(importing({ ...given, stopAfter: 3 }), ImportStopped)
  const before = (await register('crash')).length
  assert.ok(before > 0 && before < 9, `${before} registered`)
  await transaction(worker, tester, tx => sql`delete from households.import_household`.execute(tx))
  assert.equal((await succeed(given)).report.registered, 9)
  assert.equal((await register('crash')).length, 9)
})

/** Households with members and mistakes, as two files whose rows stand in any order. */
const anyFiles = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
      place: fc.constantFrom('01', '02', '99'),
      rooms: fc.constantFrom('', '1', '2', 'x'),
      members: fc.array(fc.constantFrom('head,1980-01-01', 'child,2010-01-01', 'child,never'), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .chain(rows => {
    const members = rows.flatMap(({ id, members }) => members.map((member, i) => `${id},${i},${member},Name ${i}`))
    return fc.record({
      households: fc.constant(rows.map(({ id, place, rooms }) => `${id},${place},${rooms}`)),
      members: fc.shuffledSubarray(members, { minLength: members.length, maxLength: members.length }),
    })
  })

test('whatever the size of the batches and wherever it is stopped, the register ends the same', async () => {
  let run = 0
  const stops = fc.array(fc.nat(6), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(anyFiles, fc.integer({ min: 1, max: 5 }), stops, async (files, batch, stopsAfter) => {
      const given = { households: H + files.households.join('\n'), members: M + files.members.join('\n') }
      const whole = `whole${++run}`
      const pieces = `pieces${run}`
      const { rejects } = await succeed({ ...given, source: whole })
      const change = { batch }
      for (const stopAfter of stopsAfter) {
        await importing({ ...given, source: pieces, change, stopAfter }).catch(error => {
          if (!(error instanceof ImportStopped)) throw error
        })
      }
      const last = await succeed({ ...given, source: pieces, change })
      assert.deepEqual(last.rejects, rejects)
      assert.deepEqual(await register(pieces), await register(whole))
    }),
    { numRuns: 30 },
  )
})
