import type { DateText, Id, TerritoryTree } from '#kernel'
import type { Catalogue } from '#rules'
import type { DeclaredFacts } from '../incoming.ts'
import type { EventKind, NewPerson } from './event.ts'

/** What a household says: its facts, and its members in their order. */
export type Said = { readonly facts: DeclaredFacts; readonly members: readonly SaidMember[] }

/** As a declaration holds it. */
export type SaidMember = { readonly id: Id<'Person'>; readonly source_id: string; readonly facts: DeclaredFacts }

/** Who belongs today. */
export type CurrentMember = {
  readonly person: Id<'Person'>
  readonly relation: string | null
  readonly sourceId: string
  /** First day of the membership as it stands, with this relation. */
  readonly since: DateText
}

/** A household as the register knows it now, with what it said over time. */
export type HouseholdState = {
  readonly id: Id<'Household'>
  readonly country: string
  readonly territory: string
  readonly closedOn: DateText | null
  readonly recipient: Id<'Person'> | null
  readonly members: readonly CurrentMember[]
  /** The latest declaration of each day on which one takes effect, in order of these days. */
  readonly declarations: readonly { readonly effectiveOn: DateText; readonly said: Said }[]
  readonly events: readonly RecordedEvent[]
}

export type RecordedEvent = {
  readonly kind: EventKind
  readonly on: DateText
  /** Everybody whose membership or facts it changed. */
  readonly persons: readonly string[]
}

export type PersonState = {
  readonly id: Id<'Person'>
  readonly country: string
  readonly sex: 'female' | 'male' | null
  readonly birthDate: DateText | null
  readonly deceasedOn: DateText | null
  /** Household to which the person belongs; 'unseen' where the actor may not see it. */
  readonly household: Id<'Household'> | 'unseen' | null
  /** Until when the person last belonged anywhere, where that has ended. */
  readonly leftOn: DateText | null
}

/** All that a decision on an event rests on. */
export type EventState = {
  readonly catalogue: Catalogue
  readonly territories: TerritoryTree
  readonly household: HouseholdState
  /** Other households that the event touches, by id. */
  readonly others: ReadonlyMap<string, HouseholdState>
  /** Members of these households and everybody named, by id; who is not here is not known. */
  readonly persons: ReadonlyMap<string, PersonState>
  /** Territories that the actor may not reach, of those that the event names. */
  readonly unreached: readonly string[]
  /** Whether an event of this id is recorded, and says the same. */
  readonly earlier: 'same' | 'other' | null
}

/** What is appended for one household. */
export type HouseholdFacts = {
  readonly household: Id<'Household'>
  /** A household that the event makes, and from which one. */
  readonly madeFrom: Id<'Household'> | null
  readonly territory: string | null
  readonly closes: boolean
  readonly ends: readonly Id<'Person'>[]
  readonly begins: readonly { readonly person: Id<'Person'>; readonly relation: string; readonly sourceId: string }[]
  /** The one of the event's day first, then one for each later day on which something else was said. */
  readonly declarations: readonly { readonly effectiveOn: DateText; readonly said: Said }[]
  readonly recipient: Id<'Person'> | null
  /** Who received has died: the payments wait until two persons name another. */
  readonly waits: boolean
  /** Whom it concerns. */
  readonly persons: readonly string[]
  /** Names of what changed: `members`, `member.relation`, `household.territory`. */
  readonly changed: readonly string[]
}

/** What an event appends; nothing recorded before is edited. */
export type EventFacts = {
  readonly households: readonly HouseholdFacts[]
  readonly newcomers: readonly NewPerson[]
  /** Persons who live in another territory from now on; newcomers included. */
  readonly homes: ReadonlyMap<Id<'Person'>, string>
  readonly deceased: Id<'Person'> | null
}
