// Birth, marriage, divorce, orphanhood, kafala.
import { ageOn, err, ok, type Result } from '#kernel'
import { type EventOf, type EventRefusal, idOf } from './event.ts'
import {
  acceptRelation,
  headOf,
  joined,
  joining,
  joinPlan,
  LEAST_AGE,
  lastFacts,
  livingMember,
  memberOf,
  oldEnough,
  onePlan,
  type Planned,
  succession,
} from './plan.ts'
import type { EventState } from './state.ts'

/** Kafala is of a minor: law 15-01 of Morocco, article 1 (recalled, to be confirmed). */
const KAFALA_UNDER = 18
const KAFALA = 'kafala_child'

export function birth(state: EventState, event: EventOf<'birth'>): Planned {
  const { child, mother } = event
  if (child.birthDate !== event.on) return err({ code: 'before_birth', person: child.id, birthDate: child.birthDate })
  if (state.persons.has(child.id)) return err({ code: 'already_member', person: child.id })
  const relation = event.relation ?? relationOfChild(state, mother)
  const borne = mother === null ? ok(null) : mayHaveBorne(state, event, mother)
  if (!borne.ok) return borne
  const join = joining(state, event, child, relation)
  if (!join.ok) return join
  const single = has(state, 'marital_status', 'single') ? { marital_status: 'single' } : {}
  const joins = { ...join.value.joins, facts: { ...single, ...join.value.joins.facts } }
  return ok(joinPlan(event, { ...join.value, joins }))
}

function mayHaveBorne(state: EventState, event: EventOf<'birth'>, mother: string): Result<null, EventRefusal> {
  const person = state.persons.get(mother)
  // A mother may have died since, or of it.
  const diedSince = person?.deceasedOn && person.deceasedOn >= event.on
  const living = diedSince ? ok({ person }) : livingMember(state, event, mother)
  if (!living.ok) return living
  if (living.value.person.sex !== 'female') return err({ code: 'mother_not_female', person: mother })
  return oldEnough(living.value.person, event.on)
}

/** What a child is to the head, from what its mother is. */
function relationOfChild(state: EventState, mother: string | null): string {
  const was = mother === null ? null : memberOf(state, mother)?.relation
  if (was === headOf(state).code || was === 'spouse') return 'child'
  return was === 'child' ? 'grandchild' : 'other'
}

export function marriage(state: EventState, event: EventOf<'marriage'>): Planned {
  const spouse = idOf(event.spouse)
  if (spouse === event.person) return err({ code: 'same_person', person: spouse })
  const person = livingMember(state, event, event.person)
  if (!person.ok) return person
  const free = mayMarry(state, event, event.person)
  if (!free.ok) return free
  const married: Readonly<Record<string, string>> = has(state, 'marital_status', 'married')
    ? { marital_status: 'married' }
    : {}
  const here = typeof event.spouse === 'string' && memberOf(state, spouse) !== undefined
  if (here) {
    const other = livingMember(state, event, spouse)
    if (!other.ok) return other
    const alsoFree = mayMarry(state, event, spouse)
    if (!alsoFree.ok) return alsoFree
    return ok(onePlan(event.household, { members: { [event.person]: married, [spouse]: married } }))
  }
  const relation = person.value.member.relation === headOf(state).code ? 'spouse' : 'other'
  const join = joining(state, event, event.spouse, relation)
  if (!join.ok) return join
  const age = ageOf(state, event, spouse)
  if (age < LEAST_AGE) return err({ code: 'too_young', person: spouse, age, least: LEAST_AGE })
  if (isBound(sexOf(state, event, spouse), join.value.joins.facts.marital_status))
    return err({ code: 'already_married', person: spouse })
  const joins = { ...join.value.joins, facts: { ...join.value.joins.facts, ...married } }
  return ok(joinPlan(event, { ...join.value, joins }, { [event.person]: married }))
}

function ageOf(state: EventState, { spouse, on }: EventOf<'marriage'>, id: string): number {
  const birthDate = typeof spouse === 'string' ? state.persons.get(id)?.birthDate : spouse.birthDate
  return birthDate ? ageOn(birthDate, on) : LEAST_AGE
}

function sexOf(state: EventState, { spouse }: EventOf<'marriage'>, id: string) {
  return typeof spouse === 'string' ? state.persons.get(id)?.sex : spouse.sex
}

function mayMarry(state: EventState, event: EventOf<'marriage'>, id: string): Result<null, EventRefusal> {
  const person = state.persons.get(id)!
  const old = oldEnough(person, event.on)
  if (!old.ok) return old
  return isBound(person.sex, lastFacts(state, id).marital_status)
    ? err({ code: 'already_married', person: id })
    : ok(null)
}

/** A man may have several wives; whoever else is married marries nobody else. */
function isBound(sex: string | null | undefined, maritalStatus: unknown): boolean {
  return maritalStatus === 'married' && sex !== 'male'
}

export function divorce(state: EventState, event: EventOf<'divorce'>): Planned {
  const { person, spouse, leaves, successor, relations } = event
  if (person === spouse) return err({ code: 'same_person', person })
  const two = spouse === null ? [person] : [person, spouse]
  for (const id of two) {
    const living = livingMember(state, event, id)
    if (!living.ok) return living
    const status = lastFacts(state, id).marital_status
    if (status !== undefined && status !== 'married') return err({ code: 'not_married', person: id })
  }
  if (leaves !== null && !two.includes(leaves)) return err({ code: 'not_a_member', person: leaves })
  const next = succession(state, event, { leaving: leaves === null ? [] : [leaves], successor, relations })
  if (!next.ok) return next
  const divorced: Record<string, Record<string, string>> = {}
  if (has(state, 'marital_status', 'divorced')) {
    for (const id of two)
      if (id !== leaves && !hasOtherWife(state, id, two)) divorced[id] = { marital_status: 'divorced' }
  }
  const members = joined(staysAs(state, two, leaves), next.value, divorced)
  return ok(onePlan(event.household, { leaves: leaves === null ? [] : [leaves], members }))
}

/** Who was the head's spouse and stays is no longer that. */
function staysAs(
  state: EventState,
  two: readonly string[],
  leaves: string | null,
): Record<string, Record<string, string>> {
  const { fact, code } = headOf(state)
  const withHead = two.some(id => memberOf(state, id)?.relation === code)
  if (!withHead || !acceptRelation(state, 'other').ok) return {}
  const former = two.filter(id => id !== leaves && memberOf(state, id)?.relation === 'spouse')
  return Object.fromEntries(former.map(id => [id, { [fact]: 'other' }]))
}

function hasOtherWife(state: EventState, id: string, two: readonly string[]): boolean {
  if (memberOf(state, id)?.relation !== headOf(state).code) return false
  return state.household.members.some(each => each.relation === 'spouse' && !two.includes(each.person))
}

export function orphanhood(state: EventState, event: EventOf<'orphanhood'>): Planned {
  if (!state.catalogue.member.has('father_deceased'))
    return err({ code: 'catalogue_lacks', fact: 'father_deceased', value: null })
  const living = livingMember(state, event, event.person)
  if (!living.ok) return living
  const { code } = headOf(state)
  const head = state.household.members.find(each => each.relation === code)
  const father = head && state.persons.get(head.person)
  if (living.value.member.relation === 'child' && father?.sex === 'male' && father.deceasedOn === null)
    return err({ code: 'father_lives_here', father: father.id })
  return ok(onePlan(event.household, { members: { [event.person]: { father_deceased: true } } }))
}

export function kafala(state: EventState, event: EventOf<'kafala'>): Planned {
  if (!has(state, headOf(state).fact, KAFALA))
    return err({ code: 'catalogue_lacks', fact: headOf(state).fact, value: KAFALA })
  const child = idOf(event.child)
  const person = typeof event.child === 'string' ? state.persons.get(child) : event.child
  if (!person) return err({ code: 'person_unknown', person: child })
  if (person.birthDate === null) return err({ code: 'birth_date_missing', person: child })
  const age = ageOn(person.birthDate, event.on)
  if (age >= KAFALA_UNDER) return err({ code: 'not_a_child', person: child, age, under: KAFALA_UNDER })
  if (typeof event.child === 'string' && memberOf(state, child)) {
    const living = livingMember(state, event, child)
    if (!living.ok) return living
    const { fact, code } = headOf(state)
    if (living.value.member.relation === code) return err({ code: 'successor_missing' })
    return ok(onePlan(event.household, { members: { [child]: { [fact]: KAFALA } } }))
  }
  const join = joining(state, event, event.child, KAFALA)
  return join.ok ? ok(joinPlan(event, join.value)) : join
}

function has({ catalogue }: EventState, fact: string, code: string): boolean {
  return catalogue.member.get(fact)?.codes.has(code) ?? false
}
