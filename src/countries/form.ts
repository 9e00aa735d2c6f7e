import type { Words } from '#kernel'
import type { Fact, Formula } from '#rules'

/**
 * How a household is asked for the facts of its country's catalogue: `packs/<country>/form.yaml`. The catalogue says what a
 * fact is and how it is asked; the form says in which order, when, and what cannot be true together.
 */
export type DeclarationForm = {
  /** What becomes of what a family declares by itself: it counts at once, or the desk confirms it first. */
  readonly web: 'counts' | 'confirm'
  /** Kinds of papers that may be attached, by code. */
  readonly papers: ReadonlyMap<string, Words>
  readonly sections: readonly FormSection[]
  readonly checks: readonly FormCheck[]
  /** Facts that no family is asked for, with who says them instead. What is known of them stays. */
  readonly notAsked: ReadonlyMap<string, Words>
}

/** A page of the form: questions on the household, or the same questions on each member. */
export type FormSection = {
  readonly name: string
  readonly of: 'household' | 'member'
  readonly label: Words
  readonly says: Words | null
  readonly questions: readonly Question[]
}

export type Question = {
  readonly fact: Fact
  /** Asked unless this is false: what is unknown is asked. Null where it is always asked. Reads only what is asked before. */
  readonly when: Formula | null
  /** What follows where it is not asked, as it travels; null where nothing does. */
  readonly otherwise: string | number | boolean | null
  /** True where a declaration without an answer is not complete. */
  readonly required: boolean
  readonly help: Words | null
}

/** What answers must fulfil. Unknown is no fault. */
export type FormCheck = {
  readonly code: string
  readonly of: 'household' | 'member'
  /** Facts beside which the fault is told; the first leads. */
  readonly about: readonly string[]
  readonly holds: Formula
  /** An error stops the declaration; a warning needs a word of explanation. */
  readonly fault: 'error' | 'warning'
  readonly words: Words
}
