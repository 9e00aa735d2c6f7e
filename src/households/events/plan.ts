import { ageOn, type DateText, err, type Id, ok, type Result } from '#kernel'
import { type Change, NO_CHANGE } from './change.ts'
import type { EventRefusal, HouseholdEvent, NewPerson, Relations, Whoever } from './event.ts'
import { relationAfter } from './relations.ts'
import type { CurrentMember, EventState, HouseholdState, PersonState, SaidMember } from './state.ts'

/** What an event means, before the facts of each household are worked out. */
export type Plan = {
  /** By household; one made by the event stands in `makes`. */
  readonly changes: ReadonlyMap<Id<'Household'>, Change>
  readonly newcomers?: readonly NewPerson[]
  readonly deceased?: Id<'Person'>
  /** The household lives there from now on. */
  readonly moves?: string
  readonly makes?: { readonly household: Id<'Household'>; readonly territory: string }
}

export type Planned = Result<Plan, EventRefusal>

/** Youngest age at which somebody is taken to marry or to bear a child: a bound of plausibility, not a legal age. */
export const LEAST_AGE = 12

/** The facts of the catalogue by which events speak. */
export function headOf({ catalogue }: EventState): { readonly fact: string; readonly code: string } {
  if (!catalogue.head) throw new Error('a country without members has no events of members')
  return catalogue.head
}

export function memberOf(state: EventState, person: string): CurrentMember | undefined {
  return state.household.members.find(member => member.person === person)
}

/** A living member of the household; the event's day must not lie before the birth, nor after the death. */
export function livingMember(
  state: EventState,
  event: HouseholdEvent,
  id: string,
): Result<{ member: CurrentMember; person: PersonState }, EventRefusal> {
  const person = state.persons.get(id)
  // Who has died belongs nowhere: death is the better reason.
  if (person?.deceasedOn) return err({ code: 'deceased', person: id, on: person.deceasedOn })
  const member = memberOf(state, id)
  if (!member || !person) return err({ code: 'not_a_member', person: id })
  if (person.birthDate && person.birthDate > event.on)
    return err({ code: 'before_birth', person: id, birthDate: person.birthDate })
  return ok({ member, person })
}

/** Somebody who joins: not here, alive, in this country, belonging nowhere else as the head of others. */
export function joining(
  state: EventState,
  event: HouseholdEvent,
  who: Whoever,
  relation: string,
): Result<{ joins: SaidMember; leavesFrom: HouseholdState | null; newcomer: NewPerson | null }, EventRefusal> {
  if (typeof who !== 'string') return newcomer(state, event, who, relation)
  const person = state.persons.get(who)
  if (!person) return err({ code: 'person_unknown', person: who })
  if (person.country !== state.household.country) return err({ code: 'other_country', country: person.country })
  if (person.deceasedOn) return err({ code: 'deceased', person: who, on: person.deceasedOn })
  if (memberOf(state, who)) return err({ code: 'already_member', person: who })
  if (person.household === 'unseen') return err({ code: 'member_of_another', person: who })
  if (person.birthDate && person.birthDate > event.on)
    return err({ code: 'before_birth', person: who, birthDate: person.birthDate })
  if (person.leftOn && person.leftOn > event.on)
    return err({ code: 'was_elsewhere', person: who, until: person.leftOn })
  const from = person.household === null ? null : (state.others.get(person.household) ?? null)
  const { fact, code } = headOf(state)
  if (from && from.members.length > 1 && from.members.some(each => each.person === who && each.relation === code))
    return err({ code: 'head_of_another', person: who, household: from.id })
  const accepted = acceptRelation(state, relation)
  if (!accepted.ok) return accepted
  const facts = { ...factsKnown(state, person, from), [fact]: relation }
  return ok({ joins: { id: who, source_id: who, facts }, leavesFrom: from, newcomer: null })
}

function newcomer(state: EventState, event: HouseholdEvent, who: NewPerson, relation: string) {
  const named = [who.givenName, who.familyName, who.givenNameAr, who.familyNameAr].some(name => name?.trim())
  if (!named) return err({ code: 'name_missing' })
  if (who.birthDate > event.on) return err({ code: 'before_birth', person: who.id, birthDate: who.birthDate })
  const accepted = acceptRelation(state, relation)
  if (!accepted.ok) return accepted
  const person = { sex: who.sex, birthDate: who.birthDate }
  const facts = { ...ownFacts(state, person), [headOf(state).fact]: relation }
  return ok({ joins: { id: who.id, source_id: who.id, facts }, leavesFrom: null, newcomer: who })
}

/** What the person last said elsewhere, or what the register knows of anybody. */
function factsKnown(state: EventState, person: PersonState, from: HouseholdState | null) {
  const said = from?.declarations.at(-1)?.said.members.find(member => member.id === person.id)
  return said?.facts ?? ownFacts(state, person)
}

function ownFacts({ catalogue }: EventState, { sex, birthDate }: Pick<PersonState, 'sex' | 'birthDate'>) {
  return {
    ...(sex && catalogue.member.has('sex') ? { sex } : {}),
    ...(birthDate && catalogue.member.has('birth_date') ? { birth_date: birthDate as string } : {}),
  }
}

/** A code of the catalogue, other than the head's. */
export function acceptRelation(state: EventState, relation: string): Result<string, EventRefusal> {
  const { fact, code } = headOf(state)
  const accepted = [...(state.catalogue.member.get(fact)?.codes.keys() ?? [])].filter(each => each !== code)
  return accepted.includes(relation) ? ok(relation) : err({ code: 'relation_not_accepted', relation, accepted })
}

/** Who takes the head's place, and what everybody who stays is to the new head. */
export function succession(
  state: EventState,
  event: HouseholdEvent,
  { leaving, successor, relations }: { leaving: readonly string[]; successor: string | null; relations: Relations },
): Result<Change['members'], EventRefusal> {
  const { fact, code } = headOf(state)
  const staying = state.household.members.filter(member => !leaving.includes(member.person))
  const headLeaves = state.household.members.some(each => each.relation === code && leaving.includes(each.person))
  if (!headLeaves || staying.length === 0) return ok({})
  if (successor === null) return err({ code: 'successor_missing' })
  if (!staying.some(each => each.person === successor))
    return err({ code: 'successor_not_accepted', person: successor })
  const living = livingMember(state, event, successor)
  return living.ok ? headed(state, staying, successor, relations, fact, code) : living
}

/** The relations of members to one of them as the head. */
export function headed(
  state: EventState,
  members: readonly CurrentMember[],
  head: string,
  relations: Relations,
  fact = headOf(state).fact,
  code = headOf(state).code,
): Result<Record<string, Record<string, string>>, EventRefusal> {
  const was = members.find(each => each.person === head)?.relation ?? 'other'
  const changes: Record<string, Record<string, string>> = {}
  for (const { person, relation } of members) {
    const said = person === head ? code : (relations[person] ?? relationAfter(was, relation ?? 'other'))
    if (person !== head) {
      const accepted = acceptRelation(state, said)
      if (!accepted.ok) return accepted
    }
    if (said !== relation) changes[person] = { [fact]: said }
  }
  return ok(changes)
}

/** The plan of an event that somebody joins, leaving another household where one was. */
export function joinPlan(
  { household }: HouseholdEvent,
  { joins, leavesFrom, newcomer }: { joins: SaidMember; leavesFrom: HouseholdState | null; newcomer: NewPerson | null },
  members: Change['members'] = {},
): Plan {
  return {
    changes: new Map([
      [household, { ...NO_CHANGE, joins: [joins], members }],
      ...(leavesFrom ? [[leavesFrom.id, { ...NO_CHANGE, leaves: [joins.id] }] as const] : []),
    ]),
    newcomers: newcomer ? [newcomer] : [],
  }
}

export function onePlan(household: Id<'Household'>, change: Partial<Change>): Plan {
  return { changes: new Map([[household, { ...NO_CHANGE, ...change }]]) }
}

/** Facts by which members are told, joined per person. */
export function joined(...parts: readonly Change['members'][]): Change['members'] {
  const all: Record<string, Record<string, string | number | boolean | null>> = {}
  for (const part of parts) for (const [id, values] of Object.entries(part)) all[id] = { ...all[id], ...values }
  return all
}

export function oldEnough(person: PersonState, on: DateText): Result<null, EventRefusal> {
  const age = person.birthDate === null ? LEAST_AGE : ageOn(person.birthDate, on)
  return age < LEAST_AGE ? err({ code: 'too_young', person: person.id, age, least: LEAST_AGE }) : ok(null)
}

/** What a member says last, as the household knows it now. */
export function lastFacts(state: EventState, person: string) {
  return state.household.declarations.at(-1)?.said.members.find(member => member.id === person)?.facts ?? {}
}
