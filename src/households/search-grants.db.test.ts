import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import { type HouseholdsFound, type IncomingHousehold, registerHouseholds, searchHouseholds } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { nameKey, settlePair } from '#population'
import { testDatabase } from '../../test/database.ts'

const { app, worker } = await testDatabase()
const operator = workerActor('test')
const PLACES = ['07.351.01.', '07.351.02.', '07.041.01.', '08.001.01.', '08.002.03.', '12.001.01.']
const GIVEN = [
  'Mohamed',
  'Mohammed',
  'Mouhamed',
  'Fatima',
  'Fatma',
  'Youssef',
  'Yusuf',
  'Nour Eddine',
  'Noureddine',
  'Ali',
]
const FAMILY = ['El Alaoui', 'Alaoui', 'Alawi', 'Bennani', 'Benani', 'Ben Ali', "N'Diaye", 'Ndiaye']
const of = <Value>(list: readonly Value[], draw: number) => list[draw % list.length]!

/** 240 households of one to three persons; what they are depends on their number alone. */
const households = Array.from({ length: 240 }, (_, n): IncomingHousehold => {
  const territory = of(PLACES, n * 7)
  return {
    sourceId: `MA-${n}`,
    territory,
    facts: { territory },
    members: Array.from({ length: 1 + (n % 3) }, (_, i) => ({
      sourceId: `${i}`,
      givenName: of(GIVEN, n * 3 + i * 5 + (n >> 3)),
      familyName: of(FAMILY, n * 5 + (n >> 2)),
      ...(n % 2 === 0 ? { familyNameAr: 'العلوي' } : {}),
      facts: { relation: i === 0 ? 'head' : 'child' },
    })),
  }
})
await transaction(worker, operator, tx =>
  registerHouseholds(
    tx,
    {
      ...{ country: 'ma', source: 'test', channel: 'generated', actor: 'test', modelled: true },
      effectiveOn: '2026-01-01' as DateText,
      head: { fact: 'relation', code: 'head' },
    },
    households,
  ),
)
const staff = (territories: readonly string[], closed: readonly string[] = []): StaffActor => ({
  ...{ kind: 'staff', staffId: newId(), name: 'Agent', territories },
  ...(closed.length > 0 ? { closed } : {}),
})
const { rows: members } = await transaction(worker, operator, tx =>
  sql<{ household: Id<'Household'>; person: Id<'Person'>; territory: string }>`
    select household_id as household, person_id as person, territory from households.published_member order by person_id`.execute(
    tx,
  ),
)
// Some persons stand for others of the same commune: whoever sees one sees the other.
for (const [at, { person, territory }] of members.entries()) {
  const other = members.find((each, later) => later > at && each.territory === territory)
  if (at % 40 !== 0 || !other) continue
  await transaction(worker, operator, tx =>
    settlePair(tx, {
      ...{ id: newId(), persons: [person, other.person], decision: 'same', kept: person, decidedBy: 'Agent' },
      purpose: 'data_quality: test',
    }),
  )
}

const search = (actor: StaffActor, text: string) =>
  transaction(app, actor, tx => searchHouseholds(tx, { country: 'ma', text, head: 'head', limit: 1000, skip: 0 }))
const shown = ({ hits }: HouseholdsFound) => hits.map(hit => ({ ...hit }))
const isWithin = (territory: string, code: string) =>
  code === '' || `${territory}.`.startsWith(`${code.replace(/\.$/, '')}.`)

const place = fc.oneof(
  fc.constantFrom('', '07', '08', '12', '07.351', '07.041', '08.001.01', '99'),
  fc.constantFrom(...PLACES),
)
const text = fc.oneof(
  fc.constantFrom(
    ...GIVEN,
    ...FAMILY,
    'العلوي',
    'محمد',
    'MA-1',
    'MA-23',
    'Moha',
    'zzyzx',
    'Mohamed Alaoui',
    "Fatima N'diaye",
  ),
  fc.tuple(fc.constantFrom(...GIVEN), fc.constantFrom(...FAMILY)).map(names => names.join(' ')),
)

test('a search under any grants finds and counts what one of the whole country does there, in the same order', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(place, { maxLength: 4 }),
      text,
      fc.array(fc.nat({ max: households.length - 1 }), { maxLength: 5 }),
      async (granted, asked, close) => {
        const all = shown(await search(staff(['']), asked))
        const mine = all.filter(({ territory }) => granted.some(code => isWithin(territory, code)))
        const closed = new Set(
          close.flatMap(at => (all[at % Math.max(1, all.length)] ? [all[at % all.length]!.household] : [])),
        )
        const open = mine.filter(({ household }) => !closed.has(household))
        const found = await search(staff(granted, [...closed]), asked)
        assert.deepEqual(shown(found), open)
        assert.deepEqual([found.total, found.more, found.closed], [open.length, false, mine.length - open.length])
        compared += open.length
      },
    ),
    { numRuns: 60 },
  )
  assert.ok(compared > 0 && nameKey('El Alaoui') === 'el alaoui')
})

test('in an emergency a search finds the one file that is open', async () => {
  const [one] = (await search(staff(['']), 'Fatima')).hits
  assert.ok(one)
  const own = members.filter(({ household }) => household === one.household).map(({ person }) => person)
  const found = await search({ ...staff(['']), only: [one.household, ...own] }, 'Fatima')
  assert.deepEqual([found.hits.map(hit => hit.household), found.total], [[one.household], 1])
  assert.equal((await search({ ...staff(['']), only: [] }, 'Fatima')).total, 0)
})
