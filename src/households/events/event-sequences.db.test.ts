// Any sequence of events, accepted or refused, leaves a register that holds together, and that tells of any day, as known at
// any moment, what a plain replay of the events known then tells.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  EVENT_KINDS,
  type EventTerms,
  type HouseholdEvent,
  householdAt,
  recordEvent,
  registerHouseholds,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'
import { broken } from '../../../test/household-invariants.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const day = (text: string) => text as DateText
const TODAY = day('2026-11-22')
const START = '2026-01-01'
const clerk = staffIn('')
type Person = Id<'Person'>
type Household = Id<'Household'>

let batch = 0
/** Three families of four, two and one. */
async function families(): Promise<Household[]> {
  const source = `sequence ${++batch}`
  const member = (sourceId: string, relation: string, sex: string, birth: string) => ({
    sourceId,
    givenName: 'Aksil',
    facts: { relation, sex, birth_date: birth },
  })
  const all = [
    member('1', 'head', 'male', '1980-01-01'),
    member('2', 'spouse', 'female', '1984-01-01'),
    member('3', 'child', 'female', '2004-01-01'),
    member('4', 'child', 'male', '2020-01-01'),
  ]
  const sizes = [4, 2, 1]
  await transaction(worker, workerActor('test'), tx =>
    registerHouseholds(
      tx,
      {
        country: 'ma',
        source,
        channel: 'import',
        actor: 'test',
        effectiveOn: day(START),
        modelled: false,
        head: { fact: 'relation', code: 'head' },
      },
      sizes.map(size => ({
        sourceId: `${size}`,
        territory: '07.351',
        facts: { territory: '07.351', rooms: 2 },
        members: all.slice(0, size),
      })),
    ),
  )
  return transaction(worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ id: Household }>`
      select id from households.household where source = ${source} order by source_id desc`.execute(tx)
    return rows.map(row => row.id)
  })
}

/** Who belongs where, and who is the head: nothing else. */
type World = Map<Household, { members: Set<Person>; head: Person | null }>
type Known = { readonly knownAt: string; readonly on: string; readonly apply: (world: World) => void }

const copyOf = (world: World): World =>
  new Map([...world].map(([id, each]) => [id, { ...each, members: new Set(each.members) }]))

/** The world on a day, from what was known at a moment: the events in the order in which they happened. */
function replay(start: World, known: readonly Known[], on: string, knownAt: string): World {
  const world = copyOf(start)
  const counted = known.filter(each => each.on <= on && each.knownAt <= knownAt)
  for (const each of counted.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))) each.apply(world)
  return world
}

function take(world: World, person: Person) {
  for (const each of world.values()) {
    each.members.delete(person)
    if (each.head === person) each.head = null
  }
}

/** What an event means, said as plainly as it can be. */
function effect(event: HouseholdEvent): (world: World) => void {
  const idOf = (who: Person | { id: Person }) => (typeof who === 'string' ? who : who.id)
  return world => {
    const own = world.get(event.household)!
    const join = (person: Person) => {
      if (own.members.has(person)) return
      take(world, person)
      own.members.add(person)
    }
    switch (event.kind) {
      case 'birth':
      case 'kafala':
        return join(idOf(event.child))
      case 'arrival':
        return join(idOf(event.person))
      case 'marriage':
        return join(idOf(event.spouse))
      case 'death':
      case 'departure': {
        const led = own.head === event.person
        take(world, event.person)
        if (led && own.members.size > 0) own.head = event.successor
        return
      }
      case 'change_of_head':
        own.head = event.head
        return
      case 'split': {
        const led = own.head !== null && event.members.includes(own.head)
        for (const person of event.members) take(world, person)
        if (led) own.head = event.successor
        world.set(event.into, { members: new Set(event.members), head: event.head })
        return
      }
      case 'merge': {
        const other = world.get(event.other)!
        for (const person of other.members) own.members.add(person)
        other.members.clear()
        other.head = null
        return
      }
      default:
        return
    }
  }
}

type Draw = { kind: number; a: number; b: number; c: number; day: number }
const draws = fc.array(
  fc.record({
    kind: fc.nat(EVENT_KINDS.length - 1),
    a: fc.nat(9),
    b: fc.nat(9),
    c: fc.nat(9),
    day: fc.integer({ min: 0, max: 200 }),
  }),
  { minLength: 4, maxLength: 14 },
)

function termsOf(draw: Draw, household: Household, world: World, everybody: readonly Person[]): EventTerms {
  const members = [...world.get(household)!.members].sort()
  const pick = (n: number): Person => members[n % Math.max(1, members.length)] ?? everybody[0]!
  const anybody = everybody[draw.b % everybody.length]!
  const fresh = (birthDate: string) => ({
    id: newId<'Person'>(),
    givenName: 'Tilelli',
    familyName: null,
    givenNameAr: null,
    familyNameAr: null,
    sex: draw.c % 2 ? ('female' as const) : ('male' as const),
    birthDate: day(birthDate),
  })
  const [person, successor] = [pick(draw.a), draw.c % 4 === 0 ? null : pick(draw.b)]
  const others = [...world.keys()].filter(id => id !== household)
  switch (EVENT_KINDS[draw.kind]!) {
    case 'birth':
      return {
        kind: 'birth',
        child: fresh(dayOf(draw)),
        mother: draw.c % 3 ? null : person,
        relation: draw.c % 2 ? 'child' : null,
      }
    case 'death':
      return { kind: 'death', person, successor, relations: {} }
    case 'marriage':
      return { kind: 'marriage', person, spouse: draw.c % 2 ? anybody : fresh('1990-01-01') }
    case 'divorce':
      return { kind: 'divorce', person, spouse: pick(draw.b), leaves: null, successor, relations: {} }
    case 'departure':
      return { kind: 'departure', person, successor, relations: {} }
    case 'arrival':
      return { kind: 'arrival', person: draw.c % 4 === 0 ? fresh('1999-01-01') : anybody, relation: 'other' }
    case 'move':
      return { kind: 'move', territory: draw.c % 2 ? '08' : '07', facts: {} }
    case 'change_of_head':
      return { kind: 'change_of_head', head: person, relations: {} }
    case 'split': {
      const going = [...new Set([pick(draw.a), pick(draw.b)])]
      return {
        kind: 'split',
        into: newId(),
        members: going,
        head: going[0]!,
        territory: '07.351',
        successor: pick(draw.c),
        relations: {},
      }
    }
    case 'merge':
      return { kind: 'merge', other: others[draw.a % others.length]!, relations: {} }
    case 'orphanhood':
      return { kind: 'orphanhood', person }
    case 'kafala':
      return { kind: 'kafala', child: draw.c % 2 ? person : fresh('2021-01-01') }
  }
}

const dayOf = ({ day: n }: Draw) => Temporal.PlainDate.from(START).add({ days: n }).toString()

let accepted = 0
const kinds = new Set<string>()

test('random events: no orphan membership, one household and one head, and every past as a replay tells it', async () => {
  await fc.assert(
    fc.asyncProperty(draws, async drawn => {
      const ids = await families()
      const start: World = new Map()
      for (const id of ids) {
        const { members } = await transaction(app, clerk, tx => householdAt(tx, id, { on: TODAY }))
        const head = members.find(each => each.relation === 'head')?.person ?? null
        start.set(id, { members: new Set(members.map(each => each.person)), head })
      }
      const known: Known[] = []
      const everybody = [...start.values()].flatMap(each => [...each.members])
      for (const draw of drawn) {
        const world = replay(start, known, TODAY, '~')
        const household = [...world.keys()][draw.c % world.size]!
        const event = {
          id: newId(),
          household,
          on: day(dayOf(draw)),
          says: '',
          ...termsOf(draw, household, world, everybody),
        } as HouseholdEvent
        const { answer, knownAt } = await transaction(app, clerk, async tx => {
          const { rows } = await sql<{ at: string }>`
            select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`.execute(tx)
          return {
            answer: await recordEvent(tx, country, event, { today: TODAY, channel: 'desk' }),
            knownAt: rows[0]!.at,
          }
        })
        if (!answer.ok) continue
        accepted += 1
        kinds.add(event.kind)
        known.push({ knownAt, on: event.on, apply: effect(event) })
      }
      assert.deepEqual(await transaction(worker, workerActor('test'), broken), [])
      await compare(start, known)
    }),
    { numRuns: 16, seed: 20261122 },
  )
  // Sequences of refusals alone would prove nothing.
  assert.ok(accepted > 50, `${accepted} events were accepted`)
  assert.ok(kinds.size >= 9, [...kinds].join())
})

/** Every household on days around each event, as known after each of the last six. */
async function compare(start: World, known: readonly Known[]) {
  const moments = known.map(each => each.knownAt).slice(-6)
  const days = [...new Set([START, ...known.map(each => each.on), TODAY])]
  await transaction(app, clerk, async tx => {
    for (const knownAt of moments) {
      for (const on of days) {
        const world = replay(start, known, on, knownAt)
        for (const [id, told] of world) {
          const held = await householdAt(tx, id, { on: day(on), knownAt })
          const head = held.members.filter(each => each.relation === 'head').map(each => each.person)
          const says = `${id} on ${on} as known at ${knownAt}`
          assert.deepEqual(
            held.members.map(each => each.person),
            [...told.members].sort(),
            says,
          )
          assert.deepEqual(head, told.head === null ? [] : [told.head], says)
          if (told.members.size > 0)
            assert.deepEqual(held.said?.members.map(each => each.id).sort(), [...told.members].sort(), `${says}: said`)
        }
      }
    }
  })
}
