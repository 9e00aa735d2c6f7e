import type { DateText, Id } from '#kernel'
import type { DeclaredFacts } from '../incoming.ts'

type Person = Id<'Person'>

/** Somebody whom the register does not know yet. At least one name, in either script. */
export type NewPerson = {
  readonly id: Person
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: 'female' | 'male'
  readonly birthDate: DateText
}

/** Somebody of the register, by id, or somebody new. */
export type Whoever = Person | NewPerson

/** Relations to a new head that differ from those worked out (relations.ts), by person. */
export type Relations = Readonly<Record<string, string>>

/** What can happen to a household. Who leaves the head's place names who takes it (`successor`). */
export type EventTerms =
  | {
      readonly kind: 'birth'
      readonly child: NewPerson
      readonly mother: Person | null
      readonly relation: string | null
    }
  | {
      readonly kind: 'death'
      readonly person: Person
      readonly successor: Person | null
      readonly relations: Relations
    }
  /** `spouse` may be a member, belong elsewhere, or be new; who is no member joins. */
  | { readonly kind: 'marriage'; readonly person: Person; readonly spouse: Whoever }
  | {
      readonly kind: 'divorce'
      readonly person: Person
      readonly spouse: Person | null
      readonly leaves: Person | null
      readonly successor: Person | null
      readonly relations: Relations
    }
  | {
      readonly kind: 'departure'
      readonly person: Person
      readonly successor: Person | null
      readonly relations: Relations
    }
  | { readonly kind: 'arrival'; readonly person: Whoever; readonly relation: string }
  /** `facts` is what is said of the new dwelling: what is not said of it is unknown. */
  | { readonly kind: 'move'; readonly territory: string; readonly facts: DeclaredFacts }
  | { readonly kind: 'change_of_head'; readonly head: Person; readonly relations: Relations }
  | {
      readonly kind: 'split'
      readonly into: Id<'Household'>
      readonly members: readonly Person[]
      readonly head: Person
      readonly territory: string
      readonly successor: Person | null
      readonly relations: Relations
    }
  /** All members of `other` join; that household closes. */
  | { readonly kind: 'merge'; readonly other: Id<'Household'>; readonly relations: Relations }
  | { readonly kind: 'orphanhood'; readonly person: Person }
  | { readonly kind: 'kafala'; readonly child: Whoever }

export type EventKind = EventTerms['kind']
export const EVENT_KINDS = [
  'birth',
  'death',
  'marriage',
  'divorce',
  'departure',
  'arrival',
  'move',
  'change_of_head',
  'split',
  'merge',
  'orphanhood',
  'kafala',
] as const satisfies readonly EventKind[]

/** An event as it is asked: the caller makes the id and keeps it for retries. */
export type HouseholdEvent = EventTerms & {
  readonly id: Id<'HouseholdEvent'>
  readonly household: Id<'Household'>
  /** Day on which it happened. */
  readonly on: DateText
  /** Evidence or circumstances, in the words of who records; may be empty. */
  readonly says: string
}

export type EventOf<Kind extends EventKind> = Extract<HouseholdEvent, { readonly kind: Kind }>

/** Why an event is refused, in order of precedence. */
export type EventRefusal =
  | { readonly code: 'exists_with_other_content' }
  | { readonly code: 'household_unknown' }
  | { readonly code: 'household_closed'; readonly on: DateText }
  /** The country's catalogue has no members, or no head among them. */
  | { readonly code: 'country_without_members' }
  | { readonly code: 'in_future'; readonly on: DateText; readonly today: DateText }
  | { readonly code: 'before_household'; readonly on: DateText }
  /** The event needs a fact, or a code of one, that the country's catalogue has not. */
  | { readonly code: 'catalogue_lacks'; readonly fact: string; readonly value: string | null }
  | { readonly code: 'person_unknown'; readonly person: string }
  | { readonly code: 'other_country'; readonly country: string }
  | { readonly code: 'not_a_member'; readonly person: string }
  | { readonly code: 'already_member'; readonly person: string }
  /** Belongs to a household that the actor may not see. */
  | { readonly code: 'member_of_another'; readonly person: string }
  | { readonly code: 'head_of_another'; readonly person: string; readonly household: string }
  | { readonly code: 'was_elsewhere'; readonly person: string; readonly until: DateText }
  | { readonly code: 'deceased'; readonly person: string; readonly on: DateText }
  | { readonly code: 'before_birth'; readonly person: string; readonly birthDate: DateText }
  | { readonly code: 'birth_date_missing'; readonly person: string }
  | { readonly code: 'name_missing' }
  | { readonly code: 'relation_not_accepted'; readonly relation: string; readonly accepted: readonly string[] }
  | { readonly code: 'mother_not_female'; readonly person: string }
  | { readonly code: 'too_young'; readonly person: string; readonly age: number; readonly least: number }
  | { readonly code: 'not_a_child'; readonly person: string; readonly age: number; readonly under: number }
  | { readonly code: 'same_person'; readonly person: string }
  | { readonly code: 'already_married'; readonly person: string }
  | { readonly code: 'not_married'; readonly person: string }
  | { readonly code: 'father_lives_here'; readonly father: string }
  /** The head leaves and others stay. */
  | { readonly code: 'successor_missing' }
  | { readonly code: 'successor_not_accepted'; readonly person: string }
  | { readonly code: 'members_missing' }
  | { readonly code: 'nobody_left' }
  | { readonly code: 'same_household' }
  | { readonly code: 'other_household_unknown' }
  | { readonly code: 'territory_unknown'; readonly territory: string }
  /** The household would leave the territories of who records: somebody who sees both records it. */
  | { readonly code: 'territory_not_yours'; readonly territory: string }
  | { readonly code: 'fact_not_accepted'; readonly fact: string }
  | { readonly code: 'before_membership'; readonly person: string; readonly since: DateText }
  /** Something recorded since then rests on it: that must be put right first, or the day is another. */
  | { readonly code: 'later_event'; readonly kind: EventKind; readonly on: DateText }
  | { readonly code: 'later_declaration'; readonly fact: string; readonly on: DateText }
  | { readonly code: 'nothing_changes' }

export type EventRefusalCode = EventRefusal['code']

export function idOf(who: Whoever): Person {
  return typeof who === 'string' ? who : who.id
}

/** Whom an event names, in the order of its terms. */
export function personsNamed(event: EventTerms): Person[] {
  switch (event.kind) {
    case 'birth':
      return [event.child.id, ...(event.mother ? [event.mother] : [])]
    case 'marriage':
      return [event.person, idOf(event.spouse)]
    case 'divorce':
      return [event.person, event.spouse, event.leaves, event.successor].filter(each => each !== null)
    case 'arrival':
      return [idOf(event.person)]
    case 'kafala':
      return [idOf(event.child)]
    case 'death':
    case 'departure':
      return event.successor ? [event.person, event.successor] : [event.person]
    case 'orphanhood':
      return [event.person]
    case 'change_of_head':
      return [event.head]
    case 'split':
      return [...event.members, ...(event.successor ? [event.successor] : [])]
    case 'move':
    case 'merge':
      return []
  }
}
