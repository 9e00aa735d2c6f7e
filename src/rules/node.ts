import type { parser } from 'lezer-feel'
import type { Place } from './expression.ts'
import type { SyntaxProblem } from './problem.ts'

/** A node of lezer-feel's tree, as its parser gives it. */
export type Node = ReturnType<typeof parser.parse>['topNode']

/** The text that was parsed, and the name that stands behind one written with spaces. */
export type Source = { readonly text: string; readonly nameOf: (text: string) => string }

/** What the grammar accepts but the language cannot mean, or does not hold: a regular refusal, carried out to `parse`. */
export class Unreadable extends Error {
  readonly problem: SyntaxProblem

  constructor(node: Place, message: string, expected: string | null = null) {
    super(message)
    this.problem = { from: node.from, to: node.to, message, expected, suggestion: null }
  }
}

export function textOf(node: Node, source: Source): string {
  return source.text.slice(node.from, node.to)
}

export function children(node: Node): Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') found.push(child)
  }
  return found
}

export function notBracket(node: Node): boolean {
  return !/^[[\](){}]$/.test(node.name)
}

export function only(node: Node): Node {
  const found = children(node).find(notBracket)
  if (!found) throw new Unreadable(node, 'nothing stands here', 'an expression')
  return found
}

export function last(node: Node): Node {
  return children(node).at(-1) as Node
}

/** `ForExpression` as a person says it: "for expression". */
export function describe(name: string): string {
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase()
}
