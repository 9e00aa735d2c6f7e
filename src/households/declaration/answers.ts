import type { DateText } from '#kernel'
import type { DeclaredFacts } from '../incoming.ts'

/** A value as it travels; null says that the family was asked and does not know. */
export type Said = string | number | boolean | null

/** Where an answer comes from: the family's word, a paper that was seen, or what the register knew before. */
export const ANSWER_SOURCES = ['said', 'paper', 'register'] as const
export type AnswerSource = (typeof ANSWER_SOURCES)[number]

/** An answer, where it comes from, since when it stands, and who wrote it down. */
export type Answer = {
  readonly value: Said
  readonly source: AnswerSource
  readonly on: DateText
  readonly by: string
}

export type Answers = Readonly<Record<string, Answer>>

/** A person as the declaration names them. `key` is made by the form and never changes; `person` is whom the register knows. */
export type DeclaredMember = {
  readonly key: string
  readonly person: string | null
  readonly givenName: string
  readonly familyName: string
  readonly givenNameAr: string
  readonly familyNameAr: string
  readonly phone: string
  readonly answers: Answers
}

/** All that a declaration says so far. */
export type Declaration = {
  readonly household: Answers
  readonly members: readonly DeclaredMember[]
  /** By the key of the fault: the word of explanation that a warning asks for. */
  readonly explained: Readonly<Record<string, string>>
}

/** The facts that a declaration records, for the household and for each member by key. */
export type RecordedFacts = {
  readonly household: DeclaredFacts
  readonly members: ReadonlyMap<string, DeclaredFacts>
}
