import type { Month, Words } from '#kernel'

export type Outcome = 'eligible' | 'not_eligible' | 'undetermined' | 'scored'
export type Per = 'month' | 'quarter' | 'year' | 'once' | 'instalment'
export type Direction = 'receives' | 'pays'

export type Amount = {
  /** A decimal with the currency's own places: `500.00` in MAD, `25000` in XOF. */
  readonly value: string
  readonly currency: string
  readonly per: Per
  readonly direction: Direction
}

/** A refusal of the pack and whether it applies: true, it refuses; null, it cannot be known. */
export type Reason = { readonly code: string; readonly holds: boolean | null }

export type Line = { readonly member: string; readonly code: string; readonly value: string | null }

/** One decision, for one household and one month. Keys stand in the order in which they are written out. */
export type Decision = {
  readonly id: string
  readonly pack: string
  readonly at: Month
  readonly outcome: Outcome
  readonly amount: Amount | null
  /** Score packs used, each with 7 decimals, or null where a fact is missing. */
  readonly scores: Readonly<Record<string, string | null>>
  readonly reasons: readonly Reason[]
  readonly lines: readonly Line[]
  /** Ids of the members covered (insurance packs). */
  readonly covered: readonly string[]
  readonly notes: Readonly<Record<string, string>>
  /** Unknown facts that left the decision open: `household.rooms`, `members.m3.schooling`. */
  readonly missing: readonly string[]
  /** Parameters read by this decision whose value still has to be confirmed. */
  readonly to_confirm: readonly string[]
  readonly explanation?: Explanation
}

/** Why a decision is what it is: the sentence, then the tree of steps that lead to it. */
export type Explanation = {
  /** The pack's content that decided, as a SHA-256 in hexadecimal. */
  readonly version: string
  readonly name: Words
  readonly sentence: Words
  readonly reasons: readonly ExplainedReason[]
  readonly scores: readonly ExplainedStep[]
  readonly amount: ExplainedStep | null
  /** How each line of the decision came about, in the same order. */
  readonly lines: readonly ExplainedStep[]
  /** For each member, whether and why it is covered. */
  readonly covered: readonly ExplainedStep[]
  readonly notes: readonly ExplainedStep[]
  /** What the reader must know of the rule itself: gaps of its sources. */
  readonly remarks: readonly Words[]
}

export type ExplainedReason = {
  readonly code: string
  readonly holds: boolean | null
  /** What the refusal says, with this household's figures. */
  readonly words: Words
  /** Where it refuses: what would have to be different. */
  readonly otherwise: Words | null
  readonly step: ExplainedStep
}

export type ExplainedStep = {
  readonly name: string
  readonly label: Words
  /** The member it is computed for. */
  readonly member: string | null
  /** The value as written out; null where it is unknown. */
  readonly value: string | null
  /** The rule as it stands in the pack, in FEEL. */
  readonly rule: string
  /** The same with this household's values: `9.7512000 > 9.743001`. */
  readonly arithmetic: string
  readonly facts: readonly ExplainedFact[]
  readonly parameters: readonly ExplainedParameter[]
  readonly terms: readonly ExplainedTerm[]
  readonly steps: readonly ExplainedStep[]
}

export type ExplainedFact = {
  /** `household.rooms` or `members.m3.schooling`. */
  readonly path: string
  readonly label: Words
  /** As on the wire; null where it is unknown. */
  readonly value: string | null
  /** The value in words: a code's label, yes or no. */
  readonly words: Words | null
  readonly source: string | null
  readonly date: string | null
}

export type ExplainedParameter = {
  readonly name: string
  readonly label: Words
  readonly value: string | null
  /** First day on which this value applies; null where the source gives no start. */
  readonly valid_from: string | null
  readonly sources: readonly Citation[]
  readonly confidence: Confidence
}

export type Confidence = 'verified' | 'secondary' | 'to_confirm' | 'unknown'

export type Citation = { readonly code: string; readonly text: string }

/** One term of a weighted sum: value × coefficient = contribution. */
export type ExplainedTerm = {
  readonly name: string
  readonly label: Words
  readonly rule: string
  readonly value: string | null
  /** Null where no source gives it: the term then adds nothing. */
  readonly coefficient: string | null
  readonly contribution: string | null
  readonly valid_from: string | null
  readonly sources: readonly Citation[]
  readonly confidence: Confidence
}

/** Where a fact was learnt, and when; asked for every fact that an explanation quotes. */
export type FactOrigin = { readonly source: string; readonly date: string }
