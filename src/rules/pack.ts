import type { Currency, Month, Words } from '#kernel'
import type { Catalogue, Fact } from './catalogue.ts'
import type { Citation, Confidence, Direction, Per } from './decision.ts'
import type { Expr } from './expression.ts'
import type { Value } from './value.ts'

/** Every pack of one country, checked: no unknown name, no circle, every parameter dated and cited. */
export type RuleBook = {
  readonly catalogue: Catalogue
  /** Packs by id, each after those it uses. */
  readonly packs: ReadonlyMap<string, Pack>
}

export type Period = 'month' | 'quarter' | 'school_year' | 'year' | 'once'

/** The law of one programme or one score, checked and ready to decide. */
export type Pack = {
  readonly id: string
  readonly file: string
  /** SHA-256 of the normalised content, of the packs it uses and of the facts it reads: same version, same decisions. */
  readonly version: string
  readonly names: Words
  readonly says: Words
  readonly unit: 'household' | 'person'
  /** What one decision is for. */
  readonly period: Period
  /** First and last month in force; null where there is no such end. */
  readonly life: { readonly from: Month | null; readonly to: Month | null }
  readonly currency: Currency
  readonly legal: readonly { readonly text: string; readonly sources: readonly Citation[] }[]
  /** Packs used, by the name they have in this one. */
  readonly uses: ReadonlyMap<string, string>
  readonly facts: readonly Fact[]
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Steps by name, own and taken from used packs, each after those it reads. */
  readonly steps: ReadonlyMap<string, Step>
  /** The step that is the score, for a score pack. */
  readonly score: Step | null
  readonly refusals: readonly Refusal[]
  readonly lines: readonly LineRule[]
  readonly covered: Step | null
  readonly amount: AmountRule | null
  readonly notes: readonly Step[]
  readonly remarks: readonly Words[]
}

/** A named value of the law, dated and cited. */
export type Parameter = {
  readonly name: string
  readonly label: Words
  /** Chooses the entry of a list or the bracket of a scale; null for a single value. */
  readonly by: Formula | null
  readonly of: 'household' | 'member'
  /** Latest first. */
  readonly values: readonly DatedValue[]
  /** What the rule does without it, where no source gives its value. */
  readonly without: Words | null
}

export type DatedValue = {
  /** First day on which it applies; null for always. */
  readonly from: string | null
  /** Last day on which it applies, where the source gives one. */
  readonly to: string | null
  /** The date of the source, where that does not say from when the value applies. */
  readonly asOf: string | null
  readonly sources: readonly Citation[]
  readonly confidence: Confidence
  readonly value: ParameterValue
}

export type ParameterValue =
  | { readonly kind: 'single'; readonly value: Value }
  | { readonly kind: 'list'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'scale'; readonly brackets: readonly Bracket[] }

/** Values above `above` and up to `upTo`; which end is included is said. Null: open. */
export type Bracket = {
  readonly low: Value
  readonly lowIncluded: boolean
  readonly high: Value
  readonly highIncluded: boolean
  readonly value: Value
}

/** A text of FEEL in a pack: as written, as read, and with the unknown made to stay unknown. */
export type Formula = {
  readonly text: string
  readonly written: Expr
  /** What is evaluated: `=`, `in` and `if` on an unknown are unknown (see seal.ts). */
  readonly expr: Expr
}

/** A named step of the calculation, of the household or of each member. */
export type Step = {
  readonly name: string
  readonly label: Words
  readonly of: 'household' | 'member'
  /** Id of the pack in which it is written. */
  readonly pack: string
  readonly form: Form
}

export type Form =
  /** The value of an expression. */
  | { readonly kind: 'value'; readonly formula: Formula }
  /** The `then` of the first choice whose `when` is true; unknown as soon as a `when` before it is unknown. */
  | {
      readonly kind: 'choose'
      /** A decision table whose rows exclude each other (hit policy UNIQUE): two that hold leave no value. */
      readonly unique: boolean
      readonly choices: readonly Choice[]
      readonly otherwise: Formula | null
    }
  /** How many members fulfil it; unknown where it is unknown for one. */
  | { readonly kind: 'count'; readonly where: Formula }
  /** The share of `among` (all members where null) that also fulfil it; 0 where there is none. */
  | { readonly kind: 'share'; readonly where: Formula; readonly among: Formula | null }
  /** The sum over the members that fulfil `where`; 0 where there is none. */
  | { readonly kind: 'total'; readonly each: Formula; readonly where: Formula | null }
  /** The first member, as declared, that fulfils it: its facts and steps are read behind a dot. */
  | { readonly kind: 'first'; readonly where: Formula }
  /** A member's place, from 1, among those that fulfil `among`, by a key; null for the others. */
  | { readonly kind: 'rank'; readonly by: Formula; readonly descending: boolean; readonly among: Formula }
  /** start + Σ coefficient × variable, true counting for 1. */
  | { readonly kind: 'weighted_sum'; readonly start: Formula; readonly terms: readonly Term[] }
  /** The score of another pack. */
  | { readonly kind: 'score'; readonly pack: string }
  /** A step of another pack, computed there. */
  | { readonly kind: 'taken'; readonly pack: string; readonly step: string }

export type Choice = { readonly when: Formula; readonly gives: Formula }

export type Term = {
  readonly name: string
  readonly label: Words
  readonly variable: Step
  readonly coefficient: Parameter
}

export type Refusal = {
  readonly code: string
  /** The pack that wrote it, where it is the refusal of a pack used. */
  readonly pack: string
  readonly when: Step
  /** What the household is told; `{name}` stands for a value. */
  readonly words: Template
  /** What would have to be different. */
  readonly otherwise: Template | null
}

/** Words with formulas inside: `the score {ise} is {ise - threshold} over the threshold`. */
export type Template = { readonly [Language in keyof Words]: readonly (string | Formula)[] }

export type LineRule = {
  readonly code: string
  /** Codes that take the place of `code` for the members that fulfil their condition. */
  readonly otherCodes: readonly { readonly code: string; readonly when: Step }[]
  readonly where: Step
  readonly value: Step
  /** The step by which lines are ordered; as declared where null. */
  readonly order: Step | null
}

export type AmountRule = {
  readonly value: Step
  readonly per: Per
  readonly direction: Direction
}
