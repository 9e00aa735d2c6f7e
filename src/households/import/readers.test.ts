import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openCountry } from '#countries'
import type { ReadingTerms, RowsAsked, RowsGathered } from './read-rows.ts'
import { readersHere, readersInThreads, readersWithHelp } from './readers.ts'

const { catalogue, territories } = openCountry('ma')
const household = ['source_id', 'territory', 'rooms', 'recipient']
const member = ['household_source_id', 'source_id', 'given_name', 'family_name_ar', 'phone', 'birth_date', 'relation']
const terms: ReadingTerms = {
  attempt: 7,
  catalogue,
  places: territories.all,
  mapping: undefined,
  tables: {
    households: { format: 'xlsx', header: household },
    members: { format: 'xlsx', header: member },
  },
  phones: { of: { table: 'population.person', column: 'phone' }, index: Buffer.alloc(32, 3) },
  numberLength: 12,
}

const anyRow = (header: readonly string[]) =>
  fc.tuple(...header.map(name => cellsOf[name] ?? fc.constantFrom('', '1', '2', 'x', 'a\tb', '\\N')))
const cellsOf: Record<string, fc.Arbitrary<string>> = {
  household_source_id: fc.constantFrom('a', 'b', ''),
  given_name: fc.constantFrom('Awa', 'Méryem', '', 'x\u0007'),
  family_name_ar: fc.constantFrom('بنعلي', ''),
  phone: fc.constantFrom('+212 600 00 00 01', '', 'none'),
  birth_date: fc.constantFrom('1980-02-03', '', '1980-02-31'),
  relation: fc.constantFrom('head', 'child', 'boss'),
}
const anyAsked: fc.Arbitrary<RowsAsked> = fc
  .constantFrom(['households', household] as const, ['members', member] as const)
  .chain(([kind, header]) =>
    fc.array(anyRow(header), { maxLength: 5 }).map(rows => ({
      kind,
      rows: rows.map((cells, at) => ({ number: at + 2, cells })),
    })),
  )

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const said = ({ good, rejects }: RowsGathered) =>
  [good, rejects].map(({ size, pieces }) => [size, Buffer.concat(pieces).toString().replaceAll(UUID, 'id')])

const others = { 'in threads': readersInThreads, 'with the help of a thread': readersWithHelp }
for (const [how, open] of Object.entries(others))
  test(`rows read ${how} are those read here, in the same order`, async () => {
    const here = readersHere(terms)
    const threads = open(terms)
    try {
      if ('begun' in threads) await threads.begun
      await fc.assert(
        fc.asyncProperty(fc.array(anyAsked, { minLength: 1, maxLength: 9 }), async asked => {
          const answers = await Promise.all(asked.map(one => threads.read(one)))
          const expected = await Promise.all(asked.map(one => here.read(one)))
          assert.deepEqual(answers.map(said), expected.map(said))
        }),
        { numRuns: 40 },
      )
    } finally {
      await threads.close()
    }
  })

test('a thread that fails fails whoever waits for it, and who asks later', async () => {
  const threads = readersInThreads(terms)
  const nothing: RowsAsked = JSON.parse('{"kind":"members","rows":null}')
  await assert.rejects(threads.read(nothing))
  await threads.read({ kind: 'members', rows: [] })
  await assert.rejects(threads.read({ kind: 'members', rows: [] }))
  await threads.close()
})
