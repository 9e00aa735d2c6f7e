import type { Id, Words } from '#kernel'
import type { BirthPrecision, DetailField, DocumentType, PersonStatus } from '#population'
import type { PersonName, StaffMember } from './context.ts'

/** What a person's page asks of the floors below. Each takes the reader; the database holds what is seen. */
export type PersonDoor = {
  /** A person as known today, or (`day`, YYYY-MM-DD) as the register held them at the end of that day in the country. */
  readonly person: (
    reader: StaffMember,
    id: Id<'Person'>,
    day: string | undefined,
  ) => Promise<PersonFile | 'not_yet_known' | undefined>
}

export type PersonFile = {
  readonly id: Id<'Person'>
  readonly name: PersonName
  readonly number: string | undefined
  readonly modelled: boolean
  readonly territory: readonly Words[]
  /** The day asked for; undefined for today. */
  readonly day: string | undefined
  readonly status: PersonStatus
  /** What is known, in the order in which people say it. */
  readonly details: readonly { readonly field: DetailField; readonly value: DetailValue }[]
  readonly documents: readonly DocumentLine[]
  readonly states: readonly StateLine[]
  readonly households: readonly { readonly id: Id<'Household'>; readonly sourceId: string }[]
}

export type DetailValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sex'; readonly sex: 'female' | 'male' }
  | { readonly kind: 'birth'; readonly date: string; readonly precision: BirthPrecision }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'place'; readonly path: readonly Words[] }
  | { readonly kind: 'countries'; readonly names: readonly Words[] }
  /** In the register; the name where the reader may see that person. */
  | { readonly kind: 'person'; readonly id: Id<'Person'>; readonly name: PersonName | undefined }

export type DocumentLine = {
  readonly id: string
  readonly type: DocumentType
  /** Its last signs alone, where the reader's grant does not reach what is sensitive. */
  readonly number: string
  readonly issuer: string | undefined
  readonly issuedOn: string | undefined
  readonly expiresOn: string | undefined
  readonly withdrawn: string | undefined
}

/** A recorded change: who, when, by which channel, on what evidence, and of what. */
export type StateLine = {
  readonly at: string
  readonly by: string
  readonly channel: Channel | undefined
  /** As recorded, where it is no channel of the list. */
  readonly source: string
  readonly evidence: string | undefined
  readonly changed: readonly DetailField[]
  readonly first: boolean
}

/** Channels that have words. */
export const CHANNELS = ['web', 'desk', 'field', 'import', 'partner', 'generated', 'rectification', 'event'] as const
export type Channel = (typeof CHANNELS)[number]
