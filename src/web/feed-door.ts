import type { FeedKind } from '#countries'
import type { FeedId, FeedRefusal, FeedRejectCode, SettleDoubtRefusal } from '#households'
import type { DateText, Id, Month, Result, Words } from '#kernel'
import type { PersonName, StaffMember } from './context.ts'

/** What another register told, as a file or by call. */
export type FeedLine = {
  readonly id: FeedId
  readonly kind: FeedKind
  readonly source: string
  readonly label: string
  readonly channel: 'file' | 'api'
  /** Null where every row says its own. */
  readonly month: Month | null
  readonly at: string
  readonly by: string
  readonly finished: boolean
  readonly lines: number
  readonly matched: number
  readonly recorded: number
  readonly doubtful: number
  readonly rejected: number
}

/** What is accepted in a column, in the words of the page: a kind of value, with the closed list where there is one. */
export type AcceptedShown = {
  readonly kind:
    | 'month'
    | 'day'
    | 'sex'
    | 'event'
    | 'name'
    | 'past'
    | 'identity'
    | 'registered'
    | 'member'
    | 'once'
    | 'something'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'code'
    | 'other'
  readonly codes: readonly { readonly code: string; readonly label: Words }[]
}

export type RejectLine = {
  readonly row: number
  readonly code: FeedRejectCode
  readonly column: string
  /** Name of the fact, where the column is one. */
  readonly fact: Words | null
  readonly accepted: AcceptedShown
}

export type FeedPage = FeedLine & {
  readonly reasons: readonly (Omit<RejectLine, 'row'> & { readonly rows: number })[]
  readonly rejects: readonly RejectLine[]
  /** Row of the last that is shown, where more follow. */
  readonly next: number | null
  /** Left to the workers, and not taken to its end yet. */
  readonly isUnderWay: boolean
  /** Rows of it that wait for somebody, as far as the reader sees them. */
  readonly waiting: number
}

export type FeedForm = {
  readonly kinds: readonly { readonly kind: FeedKind; readonly columns: readonly ColumnShown[] }[]
  readonly sources: readonly string[]
  readonly month: Month
}

export type ColumnShown = { readonly name: string; readonly label: Words | null; readonly monthly: boolean }

export type FeedsPage = {
  readonly form: FeedForm
  readonly rows: readonly FeedLine[]
  readonly more: boolean
  readonly waiting: number
}

export type DoubtRow = {
  readonly feed: FeedId
  readonly row: number
  readonly source: string
  readonly label: string
  readonly at: string
  readonly why: string
  readonly said: readonly { readonly name: string; readonly value: string }[]
  readonly candidates: readonly {
    readonly person: Id<'Person'>
    readonly name: PersonName
    readonly birthDate: DateText | null
    readonly place: readonly Words[]
    readonly household: Id<'Household'> | null
  }[]
}

export type FeedGiven = {
  readonly kind: string
  readonly source: string
  /** As typed; '' where every row says its own. */
  readonly month: string
  readonly name: string
  /** Read once, to its end. */
  readonly bytes: AsyncIterable<Uint8Array>
}

export type GivenRefusal =
  | FeedRefusal
  | { readonly code: 'not_granted' | 'month_malformed' | 'kind_unknown' | 'file_missing' | 'file_too_large' }
  /** It breaks off, or is no form. */
  | { readonly code: 'form_malformed' }
  /** A workbook: saved as CSV it is taken. */
  | { readonly code: 'file_is_workbook' }
  /** Its letters are of no one encoding. */
  | { readonly code: 'file_damaged' }
  /** No table can be read after this row: a quotation mark that is never closed. */
  | { readonly code: 'file_broken'; readonly row: number }
  | { readonly code: 'file_empty' }

/** What other registers tell of members: files taken in, rows that did not go in, and who is meant. */
export type FeedDoor = {
  readonly feeds: (reader: StaffMember, page: number) => Promise<FeedsPage | undefined>
  readonly feed: (reader: StaffMember, id: FeedId, after: number) => Promise<FeedPage | undefined>
  /** Rejects of a feed from a row on, a thousand at a time. */
  readonly feedRejects: (reader: StaffMember, id: FeedId, after: number) => Promise<readonly RejectLine[]>
  readonly giveFeed: (
    reader: StaffMember,
    given: FeedGiven,
  ) => Promise<Result<{ readonly id: FeedId; readonly came: 'taken' | 'again' | 'left' }, GivenRefusal>>
  readonly feedDoubts: (
    reader: StaffMember,
    page: number,
  ) => Promise<{ readonly rows: readonly DoubtRow[]; readonly more: boolean; readonly total: number }>
  readonly settleFeedDoubt: (
    reader: StaffMember,
    asked: { readonly feed: FeedId; readonly row: number; readonly person: Id<'Person'> | null },
  ) => Promise<Result<undefined, SettleDoubtRefusal | { readonly code: 'not_granted' }>>
}
