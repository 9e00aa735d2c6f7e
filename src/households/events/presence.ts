// Death, departure, arrival: who is there.
import { err, ok } from '#kernel'
import type { Change } from './change.ts'
import type { EventOf } from './event.ts'
import {
  headOf,
  joined,
  joining,
  joinPlan,
  lastFacts,
  livingMember,
  memberOf,
  onePlan,
  type Planned,
  succession,
} from './plan.ts'
import type { EventState } from './state.ts'

export function death(state: EventState, event: EventOf<'death'>): Planned {
  const { person, successor, relations } = event
  const living = livingMember(state, event, person)
  if (!living.ok) return living
  const next = succession(state, event, { leaving: [person], successor, relations })
  if (!next.ok) return next
  const members = joined(next.value, bereaved(state, person))
  return ok({ ...onePlan(event.household, { leaves: [person], members }), deceased: person })
}

/** Spouses left widowed, children left without a father: as far as the relations to the head tell, and the catalogue says. */
function bereaved(state: EventState, person: string): Change['members'] {
  const { code } = headOf(state)
  const dead = memberOf(state, person)
  const others = state.household.members.filter(each => each.person !== person)
  const changes: Change['members'][] = []
  const widowed = state.catalogue.member.get('marital_status')?.codes.has('widowed')
  const wives = others.filter(each => each.relation === 'spouse')
  const left =
    dead?.relation === code ? wives : dead?.relation === 'spouse' && wives.length === 0 ? [headMember(state)] : []
  for (const each of left) {
    const isMarried = each && lastFacts(state, each.person).marital_status === 'married'
    if (widowed && isMarried) changes.push({ [each.person]: { marital_status: 'widowed' } })
  }
  const isFather = dead?.relation === code && state.persons.get(person)?.sex === 'male'
  if (isFather && state.catalogue.member.has('father_deceased')) {
    for (const each of others) if (each.relation === 'child') changes.push({ [each.person]: { father_deceased: true } })
  }
  return joined(...changes)
}

const headMember = (state: EventState) => state.household.members.find(each => each.relation === headOf(state).code)

export function departure(state: EventState, event: EventOf<'departure'>): Planned {
  const { person, successor, relations } = event
  const living = livingMember(state, event, person)
  if (!living.ok) return living
  const next = succession(state, event, { leaving: [person], successor, relations })
  return next.ok ? ok(onePlan(event.household, { leaves: [person], members: next.value })) : next
}

export function arrival(state: EventState, event: EventOf<'arrival'>): Planned {
  if (typeof event.person !== 'string' && state.persons.has(event.person.id))
    return err({ code: 'already_member', person: event.person.id })
  const join = joining(state, event, event.person, event.relation)
  return join.ok ? ok(joinPlan(event, join.value)) : join
}
