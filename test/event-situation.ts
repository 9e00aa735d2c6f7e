// A family in values, and what can happen to it: what the rules of events are tried on.
import { openCountry } from '#countries'
import type { EventTerms, HouseholdEvent, NewPerson } from '#households'
import type { DateText, Id } from '#kernel'
import type {
  CurrentMember,
  EventState,
  HouseholdState,
  PersonState,
  SaidMember,
} from '../src/households/events/state.ts'

const ma = openCountry('ma')
export const sn = openCountry('sn')
export const mx = openCountry('mx')
export const day = (text: string) => text as DateText
export const TODAY = day('2026-11-22')
type Person = Id<'Person'>
export const person = (name: string) => name as Person
export const home = 'home' as Id<'Household'>
export const next = 'next' as Id<'Household'>
const made = 'made' as Id<'Household'>

/** Idir (head), Tuda (spouse), Izza 15 and Aksil 4 (children), Ghita 60 (Idir's mother). */
export const family: readonly [string, string, 'female' | 'male', string, string?][] = [
  ['idir', 'head', 'male', '1984-03-05', 'married'],
  ['tuda', 'spouse', 'female', '1988-07-01', 'married'],
  ['izza', 'child', 'female', '2011-02-01', 'single'],
  ['aksil', 'child', 'male', '2022-04-09', 'single'],
  ['ghita', 'parent', 'female', '1966-01-01', 'widowed'],
]
export const SINCE = day('2026-01-01')

type Row = (typeof family)[number]
const saidMember = ([id, relation, sex, birth, marital]: Row): SaidMember => ({
  id: person(id),
  source_id: id,
  facts: { relation, sex, birth_date: birth, ...(marital ? { marital_status: marital } : {}) },
})
export const current = ([id, relation]: Row): CurrentMember => ({
  person: person(id),
  relation,
  sourceId: id,
  since: SINCE,
})
const known = (
  [id, , sex, birth]: Row,
  household: Id<'Household'> | null,
  change: Partial<PersonState> = {},
): PersonState => ({
  id: person(id),
  country: 'ma',
  sex,
  birthDate: day(birth),
  deceasedOn: null,
  household,
  leftOn: null,
  ...change,
})

export function householdOf(
  id: Id<'Household'>,
  rows: readonly Row[],
  change: Partial<HouseholdState> = {},
): HouseholdState {
  return {
    id,
    country: 'ma',
    territory: '07.351',
    closedOn: null,
    recipient: rows[0] ? person(rows[0][0]) : null,
    members: rows.map(current),
    declarations: [
      {
        effectiveOn: SINCE,
        said: { facts: { territory: '07.351', area: 'rural', rooms: 3, cows: 2 }, members: rows.map(saidMember) },
      },
    ],
    events: [],
    ...change,
  }
}

export const neighbours: readonly Row[] = [
  ['hadda', 'head', 'female', '1990-05-05', 'single'],
  ['faska', 'sibling', 'male', '2000-05-05', 'single'],
]
const alone: Row = ['rahma', 'other', 'female', '1995-01-01', 'single']

export function state(change: Partial<EventState> = {}, household: Partial<HouseholdState> = {}): EventState {
  const persons = [
    ...family.map(row => known(row, home)),
    ...neighbours.map(row => known(row, next)),
    known(alone, null),
  ]
  return {
    catalogue: ma.catalogue,
    territories: ma.territories,
    household: householdOf(home, family, household),
    others: new Map([[next, householdOf(next, neighbours)]]),
    persons: new Map(persons.map(each => [each.id, each])),
    unreached: [],
    earlier: null,
    ...change,
  }
}

export const withPerson = (id: string, change: Partial<PersonState>): Partial<EventState> => {
  const persons = new Map(state().persons)
  persons.set(id, { ...persons.get(id)!, ...change })
  return { persons }
}

export const event = (terms: EventTerms, on = '2026-06-10'): HouseholdEvent => ({
  id: 'event' as Id<'HouseholdEvent'>,
  household: home,
  on: day(on),
  says: '',
  ...terms,
})
export const baby = (change: Partial<NewPerson> = {}): NewPerson => ({
  id: person('tilelli'),
  givenName: 'Tilelli',
  familyName: null,
  givenNameAr: null,
  familyNameAr: null,
  sex: 'female',
  birthDate: day('2026-06-10'),
  ...change,
})

export const birth: EventTerms = { kind: 'birth', child: baby(), mother: person('tuda'), relation: null }
export const death = (id: string, successor: string | null = null): EventTerms => ({
  kind: 'death',
  person: person(id),
  successor: successor === null ? null : person(successor),
  relations: {},
})
export const marriage = (id: string, spouse: string | NewPerson): EventTerms => ({
  kind: 'marriage',
  person: person(id),
  spouse: typeof spouse === 'string' ? person(spouse) : spouse,
})
export const arrival = (id: string | NewPerson, relation = 'other'): EventTerms => ({
  kind: 'arrival',
  person: typeof id === 'string' ? person(id) : id,
  relation,
})
export const move = (territory: string, facts = {}): EventTerms => ({ kind: 'move', territory, facts })
export const split = (members: string[], change: Partial<Extract<EventTerms, { kind: 'split' }>> = {}): EventTerms => ({
  kind: 'split',
  into: made,
  members: members.map(person),
  head: person(members[0] ?? ''),
  territory: '07.351',
  successor: null,
  relations: {},
  ...change,
})
export const merge = (other: string): EventTerms => ({ kind: 'merge', other: other as Id<'Household'>, relations: {} })
export const divorce = (change: Partial<Extract<EventTerms, { kind: 'divorce' }>> = {}): EventTerms => ({
  kind: 'divorce',
  person: person('idir'),
  spouse: person('tuda'),
  leaves: null,
  successor: null,
  relations: {},
  ...change,
})
