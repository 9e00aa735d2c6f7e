/** A mistake in the text of an expression: where, what, what is accepted there, and what was probably meant. */
export type SyntaxProblem = {
  readonly from: number
  readonly to: number
  readonly message: string
  readonly expected: string | null
  readonly suggestion: string | null
}
