import { LEFT_OUT, PACK_FUNCTIONS } from './builtins/names.ts'
import { nearest } from './diagnostic.ts'
import { childrenOf, type Expr } from './expression.ts'
import { ExactNumber, toWhole } from './number.ts'
import type { SyntaxProblem } from './problem.ts'

const AGGREGATES = new Set(['count', 'max', 'mean', 'min', 'sum'])

/** What an expression of a pack may not hold, each with its place: both engines must give the same value, to the last digit. */
export function findOutsidePack(expr: Expr, functions: ReadonlySet<string>): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  visit(expr, null)
  return problems

  function visit(node: Expr, parent: Expr | null): void {
    const refusal = refusalOf(node, parent, functions)
    if (refusal) problems.push({ from: node.from, to: node.to, suggestion: null, ...refusal })
    else for (const child of childrenOf(node)) visit(child, node)
  }
}

/** Functions of DMN that even the full language leaves out: refused by name and place, never answered. */
export function findLeftOut(expr: Expr): readonly SyntaxProblem[] {
  const name = expr.kind === 'call' && expr.callee.kind === 'name' ? expr.callee.name : null
  const own = name === null ? null : refusalOfLeftOut(name)
  const inner = childrenOf(expr).flatMap(findLeftOut)
  return own ? [{ from: expr.from, to: expr.to, suggestion: null, ...own }, ...inner] : inner
}

function refusalOfLeftOut(name: string): Refusal | null {
  const reason = LEFT_OUT.get(name)
  return reason === undefined ? null : { message: `${name}() is outside the language: ${reason}`, expected: null }
}

type Refusal = { readonly message: string; readonly expected: string | null; readonly suggestion?: string | null }

function refusalOf(node: Expr, parent: Expr | null, functions: ReadonlySet<string>): Refusal | null {
  switch (node.kind) {
    case 'context':
      return { message: 'a context is outside the language of packs', expected: 'a value, or a step of its own' }
    case 'function':
      return { message: 'a function of one’s own is outside the language of packs', expected: 'a step with a name' }
    case 'instance_of':
      return { message: '"instance of" is outside the language of packs', expected: 'facts have declared types' }
    case 'range':
      if (parent?.kind === 'membership' || parent?.kind === 'for') return null
      return { message: 'a range is no value here', expected: 'a range after "in"' }
    case 'unary_test':
      if (parent?.kind === 'membership') return null
      return { message: 'half a comparison is no value here', expected: 'a comparison with two sides' }
    case 'for':
      if (feedsAggregate(parent, functions)) return null
      return { message: 'a "for" must feed an aggregate', expected: 'count, sum, min, max or mean of it' }
    case 'call':
      return refusalOfCall(node, functions)
    case 'arithmetic':
      if (node.operator !== '**' || isWhole(node.right)) return null
      return { message: 'an exponent must be a whole number as it stands', expected: 'for example size ** 2' }
    case 'name':
      return node.name === 'partial' ? { message: '"partial" makes a loop recursive', expected: null } : null
    default:
      return null
  }
}

function isWhole(exponent: Expr): boolean {
  return exponent.kind === 'literal' && exponent.value instanceof ExactNumber && toWhole(exponent.value) !== null
}

function feedsAggregate(parent: Expr | null, functions: ReadonlySet<string>): boolean {
  if (parent?.kind !== 'call' || parent.callee.kind !== 'name') return false
  return AGGREGATES.has(parent.callee.name) || functions.has(parent.callee.name)
}

function refusalOfCall(node: Expr & { kind: 'call' }, functions: ReadonlySet<string>): Refusal | null {
  if (node.callee.kind !== 'name') return { message: 'only a function with a name can be called', expected: null }
  const { name } = node.callee
  const leftOut = refusalOfLeftOut(name)
  if (leftOut) return leftOut
  if (!PACK_FUNCTIONS.has(name) && !functions.has(name)) {
    const accepted = [...PACK_FUNCTIONS, ...functions]
    return {
      message: `${name}() is no function of packs`,
      expected: `one of ${accepted.sort().join(', ')}`,
      suggestion: nearest(name, accepted),
    }
  }
  return node.names ? { message: 'arguments have no names in packs', expected: 'arguments by position' } : null
}
