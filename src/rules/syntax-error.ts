import type { Node } from './node.ts'
import type { SyntaxProblem } from './problem.ts'

/** What stands around an error node of the grammar, said for a person. */
export function explainError(node: Node, text: string): SyntaxProblem {
  const found = text.slice(node.from, node.to)
  const parent = node.parent?.name ?? ''
  const rest = text.slice(node.from).trimStart()
  const problem = (message: string, expected: string | null, suggestion: string | null = null): SyntaxProblem => ({
    from: node.from,
    to: node.to,
    message,
    expected,
    suggestion,
  })
  if (parent === 'IfExpression' && found === '') return problem('this "if" is not complete', 'if … then … else …')
  if (/^==/.test(rest)) return problem('"==" is no sign of the language', 'a comparison', '=')
  if (/^&&/.test(rest)) return problem('"&&" is no sign of the language', 'a condition', 'and')
  if (/^\|\|/.test(rest)) return problem('"||" is no sign of the language', 'a condition', 'or')
  if (/^%/.test(rest)) return problem('"%" is no sign of the language', 'an operator', 'modulo(a, b)')
  if (/^'/.test(rest)) return problem('text stands between double quotes', '"text"')
  if (rest === '') return problem('the expression ends too early', expectedIn(parent))
  if (found === '') return problem(`something is missing before "${firstWord(rest)}"`, expectedIn(parent))
  return problem(`"${found}" cannot stand here`, expectedIn(parent))
}

function firstWord(text: string): string {
  return /^[\p{L}\p{N}_]+|^\S/u.exec(text)?.[0] ?? text
}

const EXPECTED: Record<string, string> = {
  ArithmeticExpression: 'a value on each side of the operator',
  Comparison: 'a value on each side of the comparison',
  Conjunction: 'a condition on each side of "and"',
  Disjunction: 'a condition on each side of "or"',
  FilterExpression: 'a condition or a position, then "]"',
  ForExpression: 'for … in … return …',
  FunctionInvocation: 'arguments, then ")"',
  IfExpression: 'if … then … else …',
  Interval: '[low..high]',
  List: 'values separated by commas, then "]"',
  ParenthesizedExpression: 'an expression, then ")"',
  PositionalParameters: 'arguments separated by commas',
  QuantifiedExpression: 'some … in … satisfies …',
}

function expectedIn(parent: string): string {
  return EXPECTED[parent] ?? 'an expression'
}
