import { err, type Id, ok, type Result } from '#kernel'
import { type Change, NO_CHANGE, namesChanged, unsaid, withChange } from './change.ts'
import { type EventRefusal, type HouseholdEvent, personsNamed } from './event.ts'
import { birth, divorce, kafala, marriage, orphanhood } from './family.ts'
import { headOf, type Plan, type Planned } from './plan.ts'
import { arrival, death, departure } from './presence.ts'
import type { EventFacts, EventState, HouseholdFacts, HouseholdState, Said } from './state.ts'
import { changeOfHead, merge, move, split } from './whole.ts'

export type DecidedEvent = { readonly kind: 'exists' } | { readonly kind: 'new'; readonly facts: EventFacts }

/**
 * Decides an event on what the register knows now: the facts to append, or the first reason that refuses it. `today` is the
 * day in the country. An event learnt late changes what is said from its day on; what was known before stays as it was.
 */
export function decideEvent(
  state: EventState,
  event: HouseholdEvent,
  today: string,
): Result<DecidedEvent, EventRefusal> {
  if (state.earlier)
    return state.earlier === 'same' ? ok({ kind: 'exists' }) : err({ code: 'exists_with_other_content' })
  const { household, catalogue } = state
  if (household.closedOn) return err({ code: 'household_closed', on: household.closedOn })
  if (!catalogue.head) return err({ code: 'country_without_members' })
  if (event.on > today) return err({ code: 'in_future', on: event.on, today: today as typeof event.on })
  if (!saidOn(household, event.on)) return err({ code: 'before_household', on: event.on })
  const plan = planOf(state, event)
  if (!plan.ok) return plan
  const facts = factsOf(state, event, plan.value)
  return facts.ok ? ok({ kind: 'new', facts: facts.value }) : facts
}

function planOf(state: EventState, event: HouseholdEvent): Planned {
  switch (event.kind) {
    case 'birth':
      return birth(state, event)
    case 'death':
      return death(state, event)
    case 'marriage':
      return marriage(state, event)
    case 'divorce':
      return divorce(state, event)
    case 'departure':
      return departure(state, event)
    case 'arrival':
      return arrival(state, event)
    case 'move':
      return move(state, event)
    case 'change_of_head':
      return changeOfHead(state, event)
    case 'split':
      return split(state, event)
    case 'merge':
      return merge(state, event)
    case 'orphanhood':
      return orphanhood(state, event)
    case 'kafala':
      return kafala(state, event)
  }
}

/** What was in effect on a day, as known now. */
function saidOn(household: HouseholdState, on: string): Said | undefined {
  return household.declarations.findLast(each => each.effectiveOn <= on)?.said
}

function factsOf(state: EventState, event: HouseholdEvent, plan: Plan): Result<EventFacts, EventRefusal> {
  const households: HouseholdFacts[] = []
  for (const [id, change] of plan.changes) {
    const made = plan.makes?.household === id
    const known = made ? undefined : id === event.household ? state.household : state.others.get(id)
    if (!made && !known) throw new Error(`the household ${id} was not loaded`)
    const facts = known ? factsOfOne(state, event, known, change, plan) : ok(factsOfNew(state, event, id, change, plan))
    if (!facts.ok) return facts
    households.push(facts.value)
  }
  if (households.every(each => each.changed.length === 0)) return err({ code: 'nothing_changes' })
  return ok({
    households,
    newcomers: plan.newcomers ?? [],
    homes: homesOf(state, event, plan),
    deceased: plan.deceased ?? null,
  })
}

function factsOfOne(
  state: EventState,
  event: HouseholdEvent,
  household: HouseholdState,
  change: Change,
  plan: Plan,
): Result<HouseholdFacts, EventRefusal> {
  const { on } = event
  const { fact, code } = headOf(state)
  const relations = Object.keys(change.members).filter(id => change.members[id]?.[fact] !== undefined)
  const touched = [...change.leaves, ...relations]
  const early = household.members.find(each => touched.includes(each.person) && each.since > on)
  if (early) return err({ code: 'before_membership', person: early.person, since: early.since })
  // Who leaves, or dies, cannot have had a part in what came after. Other changes of persons show in `since` and in what was said.
  const later = household.events.find(each => each.on > on && each.persons.some(id => isLeaving(change, id)))
  if (later) return err({ code: 'later_event', kind: later.kind, on: later.on })
  const base = saidOn(household, on)
  if (!base) return err({ code: 'before_household', on })
  const laters = household.declarations.filter(each => each.effectiveOn > on)
  for (const each of laters) {
    const name = unsaid(base, each.said, change)
    if (name !== undefined) return err({ code: 'later_declaration', fact: name, on: each.effectiveOn })
  }
  const persons = [
    ...touched,
    ...Object.keys(change.members),
    ...change.joins.map(each => each.id),
    ...personsNamed(event),
  ]
  const closes = change.joins.length === 0 && household.members.every(each => change.leaves.includes(each.person))
  if (closes && laters[0]) return err({ code: 'later_declaration', fact: 'members', on: laters[0].effectiveOn })
  const declarations = [{ effectiveOn: on, said: base }, ...laters].map(({ effectiveOn, said }) => ({
    effectiveOn,
    said: withChange(said, change),
  }))
  const after = declarations.at(-1)!.said
  const head = after.members.find(each => each.facts[fact] === code)?.id ?? null
  // In the place of somebody who died two persons name another (receiving/): until then the payments wait.
  const isLeft = household.recipient !== null && change.leaves.includes(household.recipient)
  const waits = isLeft && !closes && household.recipient === plan.deceased
  const receives = closes || !isLeft || waits ? null : head
  return ok({
    household: household.id,
    madeFrom: null,
    territory: household.id === event.household ? (plan.moves ?? null) : null,
    closes,
    ends: touched as Id<'Person'>[],
    begins: [
      ...change.joins.map(each => ({ person: each.id, relation: String(each.facts[fact]), sourceId: each.source_id })),
      ...household.members
        .filter(each => relations.includes(each.person))
        .map(({ person, sourceId }) => ({ person, sourceId, relation: String(change.members[person]![fact]) })),
    ],
    declarations: closes ? [] : declarations,
    recipient: receives,
    waits,
    persons: [...new Set(persons)].sort(),
    changed: closes ? ['members'] : namesChanged(base, declarations[0]!.said),
  })
}

const isLeaving = (change: Change, id: string) => (change.leaves as readonly string[]).includes(id)

function factsOfNew(
  state: EventState,
  { on, household }: HouseholdEvent,
  id: Id<'Household'>,
  change: Change,
  plan: Plan,
): HouseholdFacts {
  const { fact, code } = headOf(state)
  const said = withChange({ facts: {}, members: [] }, { ...NO_CHANGE, ...change })
  const persons = change.joins.map(each => each.id)
  return {
    household: id,
    madeFrom: household,
    territory: plan.makes!.territory,
    closes: false,
    ends: [],
    begins: change.joins.map(each => ({
      person: each.id,
      relation: String(each.facts[fact]),
      sourceId: each.source_id,
    })),
    declarations: [{ effectiveOn: on, said }],
    recipient: change.joins.find(each => each.facts[fact] === code)?.id ?? null,
    waits: false,
    persons: persons.toSorted(),
    changed: ['members'],
  }
}

/** Where everybody whom the event moves lives from now on. */
function homesOf(state: EventState, event: HouseholdEvent, plan: Plan): Map<Id<'Person'>, string> {
  const homes = new Map<Id<'Person'>, string>()
  if (plan.moves !== undefined) for (const { person } of state.household.members) homes.set(person, plan.moves)
  for (const [id, change] of plan.changes) {
    const territory = plan.makes?.household === id ? plan.makes.territory : state.household.territory
    if (id === event.household || plan.makes?.household === id)
      for (const each of change.joins) homes.set(each.id, territory)
  }
  return homes
}
