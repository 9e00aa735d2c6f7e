import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  type ImportPhase,
  ImportStopped,
  importHouseholds,
  type ModelledHousehold,
  modelHouseholds,
  openTable,
  readHouseholdModel,
} from '#households'
import type { DateText } from '#kernel'
import { listOpenPairs, matchNewcomers, matchRegister } from '#population'
import { testDatabase } from '../../../test/database.ts'

const { worker } = await testDatabase()
const tester = workerActor('test')
const folder = mkdtempSync(join(tmpdir(), 'socle import matching '))
after(() => rmSync(folder, { recursive: true }))
const country = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))
const modelled = (from: number, to: number) => [...modelHouseholds(model, { seed: 5, from, to })]

/** The households as another register would have them: its own identifiers, and names as `spell` writes them. */
async function bringIn(
  source: string,
  households: readonly ModelledHousehold[],
  asked: {
    readonly spell?: (name: string) => string
    readonly known?: string
    readonly stopAt?: ImportPhase
    readonly onPhase?: () => Promise<void>
  } = {},
) {
  const { spell = (name: string) => name, known = source, stopAt } = asked
  const cell = (text: string | undefined) => `"${(text ?? '').replaceAll('"', '""')}"`
  const rows = households.map(({ sourceId, facts }) => `${known}-${sourceId},${facts.territory}`)
  const members = households.flatMap(({ sourceId, members }) =>
    members.map(each =>
      [
        `${known}-${sourceId}`,
        `${known}${each.sourceId}`,
        ...[
          each.givenName && spell(each.givenName),
          each.familyName,
          each.givenNameAr,
          each.familyNameAr,
          each.phone,
        ].map(cell),
        ...['birth_date', 'sex', 'relation'].map(name => each.facts[name] ?? ''),
      ].join(','),
    ),
  )
  const paths = [join(folder, 'h.csv'), join(folder, 'm.csv')] as const
  writeFileSync(paths[0], ['source_id,territory', ...rows, ''].join('\n'))
  const header =
    'household_source_id,source_id,given_name,family_name,given_name_ar,family_name_ar,phone,birth_date,sex,relation'
  writeFileSync(paths[1], [header, ...members, ''].join('\n'))
  const stop = new AbortController()
  const result = await importHouseholds(
    worker,
    {
      country,
      households: await openTable(paths[0]),
      members: await openTable(paths[1]),
      source,
      effectiveOn: '2026-01-01' as DateText,
      askedBy: 'test',
      dryRun: false,
    },
    {
      onRead: () => {},
      onRegistered: () => {},
      onResume: () => {},
      onReject: async () => {},
      onPhase: phase => {
        if (phase === stopAt) stop.abort()
      },
      signal: stop.signal,
    },
  )
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

const rowsOf = <Row>(query: ReturnType<typeof sql<Row>>) =>
  transaction(worker, tester, async tx => (await query.execute(tx)).rows)

/** Pairs by the identifiers that their households and members have in their sources. */
const pairs = () =>
  rowsOf(sql<{ one: string; other: string; zone: string; since: Date }>`
    select least(a.source_id, b.source_id) as one, greatest(a.source_id, b.source_id) as other, zone, since
    from population.match_pair
      join lateral (select h.source_id || ' ' || m.source_id as source_id from households.membership m
        join households.household h on h.id = household_id where person_id = one) as a on true
      join lateral (select h.source_id || ' ' || m.source_id as source_id from households.membership m
        join households.household h on h.id = household_id where person_id = other) as b on true
    order by 1, 2`)

const first = modelled(0, 300)

test('an import into an empty register finds who stands twice in its files, and nobody else is alike', async () => {
  const again = modelled(0, 3).map(household => ({ ...household, sourceId: `again-${household.sourceId}` }))
  const persons = again.flatMap(({ members }) => members).length
  const { registered, matched } = await bringIn('census', [...first, ...again])
  assert.equal(registered, 303)
  const found = (await pairs()).filter(({ one, other }) => `${one} ${other}`.includes('again-'))
  const twins = found.filter(({ one, other }) => one === other.replace('again-', ''))
  assert.ok(twins.length >= persons - 1, `${twins.length} of ${persons}`)
  assert.ok(matched.same >= 2 * (persons - 1), JSON.stringify(matched))
  const others = (await pairs()).length - twins.length
  assert.ok(others <= 6, `${others} pairs of others`)
})

test('who comes from another source in another spelling is found among many; each belongs to one household', async () => {
  await transaction(worker, tester, tx => sql`delete from population.match_pair`.execute(tx))
  const known = first.slice(50, 60)
  const persons = known.flatMap(({ members }) => members).length
  const { registered, matched } = await bringIn('clinic', [...known, ...modelled(900, 925)], {
    spell: name => (name.length > 4 ? `${name.slice(0, 3)}${name.slice(4)}` : name),
  })
  assert.equal(registered, 35)
  const found = (await pairs()).filter(
    ({ one, other }) => one.replaceAll('census', '') === other.replaceAll('clinic', ''),
  )
  assert.ok(found.length >= 0.8 * persons, `${found.length} of ${persons}`)
  assert.ok(matched.same + matched.toSettle >= 0.8 * persons, JSON.stringify(matched))
  const [twice] = await rowsOf(sql<{ count: number }>`
    select count(*)::int as count from (
      select from households.membership where valid_to is null group by person_id having count(*) > 1) as many`)
  assert.equal(twice!.count, 0)
  const open = await transaction(worker, tester, tx => listOpenPairs(tx, 'ma', { limit: 500 }))
  assert.ok(open.length >= found.length, 'the settling page lists them')
})

test('the same files again change nothing, and nobody is compared anew', async () => {
  const before = await pairs()
  const { registered, changed, unchanged, matched } = await bringIn('census', first)
  assert.deepEqual(
    { registered, changed, unchanged, matched },
    {
      registered: 0,
      changed: 0,
      unchanged: 300,
      matched: { compared: 0, same: 0, toSettle: 0 },
    },
  )
  assert.deepEqual(await pairs(), before)
})

test('the keys that an import made are those that would be made of the persons it registered', async () => {
  const keys = () =>
    rowsOf(sql<{ person: string; keys: (number | null)[]; digest: Buffer; place: string }>`
      select person, keys, digest, territory as place, recorded_at
      from population.match_key order by person`)
  const made = await keys()
  const [persons] = await rowsOf(sql<{ count: number }>`select count(*)::int as count from population.person`)
  assert.equal(made.length, persons!.count)
  assert.equal(await matchNewcomers(worker, 'ma'), 0)
  await transaction(worker, tester, tx => sql`update population.match_key set recorded_at = '-infinity'`.execute(tx))
  await matchRegister(worker, 'ma')
  assert.deepEqual(await keys(), made)
})

test('stopped while persons are compared, the same call compares them', async () => {
  await transaction(worker, tester, tx => sql`delete from population.match_pair`.execute(tx))
  const known = first.slice(100, 106)
  await assert.rejects(bringIn('tax', known, { stopAt: 'match' }), ImportStopped)
  assert.deepEqual(await pairs(), [])
  const { registered, matched } = await bringIn('tax', known)
  assert.equal(registered, 6)
  assert.ok(matched.same + matched.toSettle > 6, JSON.stringify(matched))
})

test('a source that corrects a name has the person compared anew, by the new name', async () => {
  await transaction(worker, tester, tx => sql`delete from population.match_pair`.execute(tx))
  const [stranger] = modelled(2000, 2001)
  const [head] = first[120]!.members
  await bringIn('school', [stranger!])
  assert.deepEqual(await pairs(), [])
  const same = { ...head!, sourceId: stranger!.members[0]!.sourceId }
  const { changed, matched } = await bringIn('school', [
    { ...stranger!, members: [{ ...same, facts: { ...same.facts, relation: 'head' } }, ...stranger!.members.slice(1)] },
  ])
  assert.equal(changed, 1)
  assert.ok(matched.same + matched.toSettle >= 1, JSON.stringify(matched))
})
