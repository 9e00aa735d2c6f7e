// Move, change of head, split, merge: what happens to the household as a whole.
import { err, ok, territoryCode } from '#kernel'
import { readValue } from '#rules'
import { NO_CHANGE } from './change.ts'
import type { EventOf } from './event.ts'
import { acceptRelation, headed, headOf, livingMember, onePlan, type Planned, succession } from './plan.ts'
import type { EventState, SaidMember } from './state.ts'

export function move(state: EventState, event: EventOf<'move'>): Planned {
  const place = reach(state, event.territory)
  if (!place.ok) return place
  const { catalogue, territories, household } = state
  if (territoryCode(event.territory) === territoryCode(household.territory)) return err({ code: 'nothing_changes' })
  for (const [name, value] of Object.entries(event.facts)) {
    const fact = catalogue.household.get(name)
    const isOfDwelling = fact?.section === 'dwelling' && fact.type !== 'territory'
    if (!isOfDwelling || readValue(value, fact, catalogue, territories) === undefined)
      return err({ code: 'fact_not_accepted', fact: name })
  }
  // What was said of the dwelling that was left is not said of the new one.
  const left = [...catalogue.household.values()].filter(fact => fact.section === 'dwelling').map(fact => fact.name)
  const unknown = Object.fromEntries(left.map(name => [name, null]))
  const change = { household: { ...unknown, ...territoryFact(state, event.territory), ...event.facts } }
  return ok({ ...onePlan(event.household, change), moves: event.territory })
}

function territoryFact({ catalogue }: EventState, territory: string): Record<string, string> {
  return catalogue.household.get('territory')?.type === 'territory' ? { territory } : {}
}

/** A territory of the country that whoever records may reach. */
function reach({ catalogue, territories, unreached }: EventState, territory: string) {
  const fact = [...catalogue.household.values()].find(each => each.type === 'territory')
  const isKnown = fact
    ? readValue(territory, fact, catalogue, territories) !== undefined
    : territories.find(territory) !== undefined
  if (!isKnown) return err({ code: 'territory_unknown', territory })
  return unreached.includes(territory) ? err({ code: 'territory_not_yours', territory }) : ok(territory)
}

export function changeOfHead(state: EventState, event: EventOf<'change_of_head'>): Planned {
  const living = livingMember(state, event, event.head)
  if (!living.ok) return living
  if (living.value.member.relation === headOf(state).code) return err({ code: 'nothing_changes' })
  const members = headed(state, state.household.members, event.head, event.relations)
  return members.ok ? ok(onePlan(event.household, { members: members.value })) : members
}

export function split(state: EventState, event: EventOf<'split'>): Planned {
  const { household, members, head, territory, successor, relations } = event
  if (members.length === 0 || !members.includes(head)) return err({ code: 'members_missing' })
  for (const id of members) {
    const living = livingMember(state, event, id)
    if (!living.ok) return living
  }
  if (state.household.members.every(each => members.includes(each.person))) return err({ code: 'nobody_left' })
  const place = reach(state, territory)
  if (!place.ok) return place
  const staying = succession(state, event, { leaving: members, successor, relations })
  if (!staying.ok) return staying
  const going = state.household.members.filter(each => members.includes(each.person))
  const theirs = headed(state, going, head, relations)
  if (!theirs.ok) return theirs
  const same = territoryCode(territory) === territoryCode(state.household.territory)
  const area = state.household.declarations.at(-1)?.said.facts.area
  const own = { ...territoryFact(state, territory), ...(same && area !== undefined ? { area } : {}) }
  return ok({
    changes: new Map([
      [household, { ...NO_CHANGE, leaves: going.map(each => each.person), members: staying.value }],
      [event.into, { ...NO_CHANGE, joins: going.map(each => taken(state, each.person, theirs.value)), household: own }],
    ]),
    makes: { household: event.into, territory },
  })
}

/** A member as last said, with what changes. */
function taken(state: EventState, person: string, changes: Readonly<Record<string, object>>): SaidMember {
  const said = saidMember(state, state.household.id, person)
  return { ...said, facts: { ...said.facts, ...changes[person] } }
}

function saidMember(state: EventState, household: string, person: string): SaidMember {
  const from = household === state.household.id ? state.household : state.others.get(household)!
  const said = from.declarations.at(-1)?.said.members.find(each => each.id === person)
  const member = from.members.find(each => each.person === person)!
  // An identifier of the first household means nothing in the second.
  return { id: member.person, source_id: member.person, facts: said?.facts ?? {} }
}

export function merge(state: EventState, event: EventOf<'merge'>): Planned {
  const { household, other: id, relations } = event
  if (id === household) return err({ code: 'same_household' })
  const other = state.others.get(id)
  if (!other) return err({ code: 'other_household_unknown' })
  if (other.country !== state.household.country) return err({ code: 'other_country', country: other.country })
  if (other.closedOn) return err({ code: 'household_closed', on: other.closedOn })
  const { fact } = headOf(state)
  const joins: SaidMember[] = []
  for (const { person } of other.members) {
    const relation = acceptRelation(state, relations[person] ?? 'other')
    if (!relation.ok) return relation
    const said = saidMember(state, id, person)
    joins.push({ ...said, facts: { ...said.facts, [fact]: relation.value } })
  }
  return ok({
    changes: new Map([
      [household, { ...NO_CHANGE, joins }],
      [id, { ...NO_CHANGE, leaves: other.members.map(each => each.person) }],
    ]),
  })
}
