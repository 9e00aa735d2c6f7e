import { normalizeContextKey, parser, trackVariables, VariableContext } from 'lezer-feel'
import { err, ok, type Result } from '#kernel'
import { BUILTINS } from './builtins/builtins.ts'
import { LEFT_OUT } from './builtins/names.ts'
import type { Expr } from './expression.ts'
import { type Node, Unreadable } from './node.ts'
import type { SyntaxProblem } from './problem.ts'
import { findLeftOut, findOutsidePack } from './subset.ts'
import { explainError } from './syntax-error.ts'
import { readExpression, readUnaryTests } from './tree.ts'

export type ParseOptions = {
  /** Names that hold spaces or signs (`Applicant data`, `Pre-bureau`), at any depth; plain names need no mention. */
  readonly names?: readonly string[]
  /** `pack` keeps to the subset that both engines run over columns; `full` is the language of `rules eval`. */
  readonly mode?: 'pack' | 'full'
  /** Functions that a pack may call beyond those of the language: its own sugar. */
  readonly functions?: readonly string[]
}

/** Reads one expression. Every mistake is reported with its place; a text with a mistake has no tree. */
export function parseExpression(text: string, options: ParseOptions = {}): Result<Expr, readonly SyntaxProblem[]> {
  return parse(text, 'Expression', options, node => readExpression(node))
}

/**
 * Reads the cell of a decision table: `-` (anything), `"a", "b"`, `< 10`, `[1..3]`, `not(…)`, or a condition about `?`.
 * The value under test is the name `?`.
 */
export function parseUnaryTests(text: string, options: ParseOptions = {}): Result<Expr, readonly SyntaxProblem[]> {
  return parse(text, 'UnaryTests', options, node => readUnaryTests(node))
}

function parse(
  text: string,
  top: 'Expression' | 'UnaryTests',
  options: ParseOptions,
  read: (node: { node: Node; text: string; nameOf: (text: string) => string }) => Expr,
): Result<Expr, readonly SyntaxProblem[]> {
  if (text.trim() === '') return err([problemAt(0, text.length, 'the expression is empty', 'an expression')])
  const { parserFor, nameOf } = grammar(top, options.names ?? [])
  const tree = parserFor.parse(text)
  const problems: SyntaxProblem[] = []
  tree.iterate({
    enter(node) {
      if (node.type.isError) problems.push(explainError(node.node, text))
    },
  })
  if (problems.length > 0) return err(withoutEchoes(problems))
  try {
    const expr = read({ node: tree.topNode, text, nameOf })
    const outside = options.mode === 'pack' ? findOutsidePack(expr, new Set(options.functions)) : findLeftOut(expr)
    return outside.length > 0 ? err(outside) : ok(expr)
  } catch (error) {
    if (error instanceof Unreadable) return err([error.problem])
    throw error
  }
}

function problemAt(from: number, to: number, message: string, expected: string | null): SyntaxProblem {
  return { from, to, message, expected, suggestion: null }
}

/** One mistake can leave several error nodes beside each other; the first of a run says it. */
function withoutEchoes(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  return problems.filter(
    (problem, index) => index === 0 || problem.from > (problems[index - 1] as SyntaxProblem).to + 1,
  )
}

/** The grammar for a set of known names. Those with spaces or signs are known everywhere, as they carry no shape. */
function grammar(top: 'Expression' | 'UnaryTests', names: readonly string[]) {
  const key = `${top}\n${names.join('\n')}`
  const found = grammars.get(key)
  if (found) return found
  const known = [...BUILTINS.keys(), ...LEFT_OUT.keys(), ...PROPERTY_NAMES, ...names].filter(
    name => !/^[\p{L}_?][\p{L}\p{N}_]*$/u.test(name),
  )
  class Known extends VariableContext {
    override getKeys(): string[] {
      return [...super.getKeys(), ...known]
    }
  }
  const original = new Map(names.map(name => [normalizeContextKey(name), name]))
  const made = {
    parserFor: parser.configure({ top, contextTracker: trackVariables({}, Known) }),
    nameOf: (text: string) => original.get(normalizeContextKey(text)) ?? text.replace(/\s+/g, ' '),
  }
  if (grammars.size > 200) grammars.clear()
  grammars.set(key, made)
  return made
}

/** Properties of ranges and times whose names hold a space. */
const PROPERTY_NAMES = ['start included', 'end included', 'time offset']

type Grammar = { readonly parserFor: typeof parser; readonly nameOf: (text: string) => string }
const grammars = new Map<string, Grammar>()
