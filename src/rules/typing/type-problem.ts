import type { SyntaxProblem } from '../problem.ts'

export type TypeProblemCode =
  /** No fact, parameter, score, step or variable has this name. */
  | 'unknown_name'
  /** A record has no such fact. */
  | 'unknown_fact'
  /** A text compared with a coded fact is none of its codes. */
  | 'unknown_code'
  /** A value of the wrong kind for its place. */
  | 'wrong_type'
  /** Too few or too many arguments. */
  | 'wrong_count'
  /** Something that may be unknown reaches a place where unknown counts as no. */
  | 'unknown_as_no'

/** A mistake of meaning, found before the expression ever runs. */
export type TypeProblem = SyntaxProblem & { readonly code: TypeProblemCode }
