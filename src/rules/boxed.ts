import type { Result } from '#kernel'
import type { Entry, Expr, HitPolicy, Table, TableInput, TableOutput } from './expression.ts'
import { OutsideLanguage } from './outside-language.ts'
import { type ParseOptions, parseExpression, parseUnaryTests } from './parse.ts'
import type { SyntaxProblem } from './problem.ts'

/** An expression as DMN draws it in boxes, in the form of the conformance suite's JSON Lines. */
export type Boxed =
  | { readonly k: 'lit'; readonly text: string }
  | { readonly k: 'ctx'; readonly entries: readonly { readonly name: string | null; readonly expr: Boxed }[] }
  | { readonly k: 'list'; readonly items: readonly Boxed[] }
  | { readonly k: 'rel'; readonly cols: readonly string[]; readonly rows: readonly (readonly Boxed[])[] }
  | { readonly k: 'fn'; readonly params: readonly string[]; readonly body: Boxed | null }
  | {
      readonly k: 'inv'
      readonly callee: string
      readonly bindings: readonly { readonly name: string; readonly expr: Boxed }[]
    }
  | { readonly k: 'some' | 'every'; readonly var: string; readonly in: Boxed; readonly satisfies: Boxed }
  | { readonly k: 'for'; readonly var: string; readonly in: Boxed; readonly return: Boxed }
  | { readonly k: 'filter'; readonly in: Boxed; readonly match: Boxed }
  | { readonly k: 'conditional' | 'cond' | 'if'; readonly if: Boxed; readonly then: Boxed; readonly else: Boxed }
  | BoxedTable

export type BoxedTable = {
  readonly k: 'dt'
  readonly hitPolicy: string | null
  readonly aggregation: string | null
  readonly inputs: readonly { readonly expr: string; readonly values: string | null }[]
  readonly outputs: readonly {
    readonly name: string | null
    readonly values: string | null
    readonly default: string | null
  }[]
  readonly rules: readonly { readonly in: readonly string[]; readonly out: readonly string[] }[]
}

/** Builds the expression behind the boxes. Throws `OutsideLanguage`, with the reason, where a text cannot be read. */
export function unbox(boxed: Boxed, options: ParseOptions): Expr {
  const nested = (inner: Boxed) => unbox(inner, options)
  switch (boxed.k) {
    case 'lit':
      return expression(boxed.text, options)
    case 'ctx': {
      const last = boxed.entries.at(-1)
      const entries = boxed.entries.filter(entry => entry.name !== null)
      return {
        kind: 'context',
        entries: entries.map(({ name, expr }): Entry => ({ name: name as string, value: nested(expr) })),
        result: last && last.name === null ? nested(last.expr) : null,
        ...NOWHERE,
      }
    }
    case 'list':
      return { kind: 'list', items: boxed.items.map(nested), ...NOWHERE }
    case 'rel': {
      const row = (cells: readonly Boxed[]): Expr => ({
        kind: 'context',
        entries: cells.map((cell, index) => ({ name: boxed.cols[index] as string, value: nested(cell) })),
        result: null,
        ...NOWHERE,
      })
      return { kind: 'list', items: boxed.rows.map(row), ...NOWHERE }
    }
    case 'fn':
      if (boxed.body === null) throw new OutsideLanguage('a function without a body')
      return {
        kind: 'function',
        parameters: boxed.params.map(name => ({ name, type: null })),
        body: nested(boxed.body),
        ...NOWHERE,
      }
    case 'inv':
      return {
        kind: 'call',
        callee: expression(boxed.callee, options),
        args: boxed.bindings.map(binding => nested(binding.expr)),
        names: boxed.bindings.map(binding => binding.name),
        ...NOWHERE,
      }
    case 'some':
    case 'every':
      return {
        kind: 'quantified',
        quantifier: boxed.k,
        bindings: [{ name: boxed.var, source: nested(boxed.in) }],
        condition: nested(boxed.satisfies),
        ...NOWHERE,
      }
    case 'for':
      return {
        kind: 'for',
        bindings: [{ name: boxed.var, source: nested(boxed.in) }],
        body: nested(boxed.return),
        ...NOWHERE,
      }
    case 'filter':
      return { kind: 'filter', subject: nested(boxed.in), condition: nested(boxed.match), ...NOWHERE }
    case 'conditional':
    case 'cond':
    case 'if':
      return {
        kind: 'conditional',
        condition: nested(boxed.if),
        whenTrue: nested(boxed.then),
        otherwise: nested(boxed.else),
        ...NOWHERE,
      }
    case 'dt':
      return table(boxed, options)
    default:
      throw new OutsideLanguage(`no box is called ${(boxed as { k: string }).k}`)
  }
}

const HIT_POLICIES: ReadonlyMap<string, HitPolicy> = new Map(
  (
    [
      'UNIQUE',
      'FIRST',
      'PRIORITY',
      'ANY',
      'RULE ORDER',
      'OUTPUT ORDER',
      'COLLECT',
      'COLLECT SUM',
      'COLLECT MIN',
      'COLLECT MAX',
      'COLLECT COUNT',
    ] as const
  ).map(name => [name, name]),
)

/** Every box has its own text; the boxes around them have no place in one. */
const NOWHERE = { from: 0, to: 0 }

function table(boxed: BoxedTable, options: ParseOptions): Table {
  const name = boxed.hitPolicy ?? 'UNIQUE'
  const hitPolicy = HIT_POLICIES.get(boxed.aggregation ? `${name} ${boxed.aggregation}` : name)
  if (hitPolicy === undefined) throw new OutsideLanguage(`no hit policy is called ${name} ${boxed.aggregation ?? ''}`)
  return {
    kind: 'table',
    hitPolicy,
    inputs: boxed.inputs.map(
      ({ expr, values }): TableInput => ({
        value: expression(expr, options),
        values: filled(values, text => cell(text, options)),
      }),
    ),
    outputs: boxed.outputs.map(
      (output): TableOutput => ({
        name: output.name,
        values: filled(output.values, text => list(text, options)),
        fallback: filled(output.default, text => expression(text, options)),
      }),
    ),
    rules: boxed.rules.map(rule => ({
      conditions: rule.in.map(text => filled(text, inner => cell(inner, options)) ?? cell('-', options)),
      results: rule.out.map(text => filled(text, inner => expression(inner, options)) ?? expression('null', options)),
    })),
    ...NOWHERE,
  }
}

/** What stands in a box, or null where it was left empty. */
function filled<Read>(text: string | null, read: (text: string) => Read): Read | null {
  return text === null || text.trim() === '' ? null : read(text)
}

function expression(text: string, options: ParseOptions): Expr {
  return accepted(text, parseExpression(text, options))
}

function cell(text: string, options: ParseOptions): Expr {
  return accepted(text, parseUnaryTests(text, options))
}

/** `"A", "B"`: the values an output may take, best first. */
function list(text: string, options: ParseOptions): readonly Expr[] {
  const parsed = expression(`[${text}]`, options)
  return parsed.kind === 'list' ? parsed.items : [parsed]
}

function accepted(text: string, result: Result<Expr, readonly SyntaxProblem[]>): Expr {
  if (result.ok) return result.value
  const [problem] = result.refusal
  throw new OutsideLanguage(problem ? `${problem.message}, in ${text.trim()}` : text)
}
