import type { FeedKind } from '#countries'
import type { DateText, Id, Month } from '#kernel'
import type { RowIdentity } from '#population'
import type { FactValue } from '../import/cell.ts'

export type FeedId = Id<'Feed'>
export type ToldFacts = Readonly<Record<string, FactValue>>

/** A row as it is given: texts by the names of columns. Empty texts are as good as absent. */
export type FeedRecord = { readonly row: number; readonly cells: Readonly<Record<string, string>> }

/** A row that was read: who is meant, when, and what is told of them. */
export type FeedRow = {
  readonly row: number
  readonly identity: RowIdentity
  /** The other register's own identifier of the person. */
  readonly sourcePerson: string | undefined
  /** Facts of one month. */
  readonly month: { readonly period: Month; readonly facts: ToldFacts } | undefined
  /** Facts that stay true from a day. */
  readonly standing: { readonly on: DateText; readonly facts: ToldFacts } | undefined
  readonly event: ToldEvent | undefined
}

/**
 * How it is known who is meant: an identifier named them, the register's own identifier as it was used before, a whole name and
 * birth date that one person alone has, or somebody said so.
 */
export type HowKnown = 'identifier' | 'known_before' | 'name_and_birth' | 'somebody'

/** What the civil register tells: of a birth, the row is about the mother. */
export type ToldEvent =
  | { readonly kind: 'death'; readonly on: DateText }
  | { readonly kind: 'birth'; readonly on: DateText; readonly child: ToldChild }

export type ToldChild = {
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: 'female' | 'male'
}

/** A row that did not go in: the column at fault, and what is accepted there. */
export type FeedReject = {
  readonly row: number
  readonly code: FeedRejectCode
  readonly column: string
  readonly accepted: string
}

/** Why a row does not go in, in order of precedence. */
export type FeedRejectCode =
  | 'cell_refused'
  | 'in_future'
  | 'nothing_said'
  | 'not_identified'
  | 'nobody_found'
  | 'person_twice'
  | 'not_in_household'

export type FeedRefusal =
  /** The country's conditions.yaml describes no such feed. */
  | { readonly code: 'feed_unknown'; readonly kind: FeedKind; readonly known: readonly string[] }
  | { readonly code: 'column_twice'; readonly columns: readonly string[] }
  | { readonly code: 'column_unknown'; readonly columns: readonly string[]; readonly known: readonly string[] }
  /** One of these is needed. */
  | { readonly code: 'column_missing'; readonly columns: readonly string[] }
  | { readonly code: 'source_malformed'; readonly source: string }

/** What a feed did, so far or in all. */
export type FeedReport = {
  readonly id: FeedId
  readonly kind: FeedKind
  readonly source: string
  readonly label: string
  readonly channel: 'file' | 'api'
  /** Of rows that say none; null where every row says its own. */
  readonly month: Month | null
  readonly askedBy: string
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly position: number
  readonly recorded: number
  readonly unchanged: number
  readonly doubtful: number
  readonly rejected: number
}
