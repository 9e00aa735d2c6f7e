import type { Value } from './value.ts'

/** A place in the text of an expression: offsets in UTF-16 units, `to` excluded. */
export type Place = { readonly from: number; readonly to: number }

/** The tree of an expression. Every node knows its place in the text it was read from. */
export type Expr =
  | Literal
  | Name
  | Path
  | Filter
  | Arithmetic
  | Negation
  | Comparison
  | Logic
  | Conditional
  | Between
  | Membership
  | ListOf
  | ContextOf
  | RangeOf
  | UnaryTest
  | Quantified
  | For
  | Call
  | FunctionOf
  | InstanceOf
  | Table

export type Literal = Place & { readonly kind: 'literal'; readonly value: Value }
export type Name = Place & { readonly kind: 'name'; readonly name: string }
export type Path = Place & { readonly kind: 'path'; readonly subject: Expr; readonly key: string }
export type Filter = Place & { readonly kind: 'filter'; readonly subject: Expr; readonly condition: Expr }

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '**'
export type Arithmetic = Place & {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expr
  readonly right: Expr
}
export type Negation = Place & { readonly kind: 'negation'; readonly operand: Expr }

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>='
export type Comparison = Place & {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Expr
  readonly right: Expr
}

export type Logic = Place & {
  readonly kind: 'logic'
  readonly operator: 'and' | 'or'
  readonly left: Expr
  readonly right: Expr
}

export type Conditional = Place & {
  readonly kind: 'conditional'
  readonly condition: Expr
  readonly whenTrue: Expr
  readonly otherwise: Expr
}

export type Between = Place & {
  readonly kind: 'between'
  readonly subject: Expr
  readonly low: Expr
  readonly high: Expr
}

/** `x in (a, b)`, `x in [a..b]`, `x in list`: true where one of the tests holds. */
export type Membership = Place & {
  readonly kind: 'membership'
  readonly subject: Expr
  readonly tests: readonly Expr[]
}

export type ListOf = Place & { readonly kind: 'list'; readonly items: readonly Expr[] }

/** Entries see those before them. With a `result`, the context is worth that instead of itself. */
export type ContextOf = Place & {
  readonly kind: 'context'
  readonly entries: readonly Entry[]
  readonly result: Expr | null
}
export type Entry = { readonly name: string; readonly value: Expr }

export type RangeOf = Place & {
  readonly kind: 'range'
  readonly start: Expr
  readonly end: Expr
  readonly startIncluded: boolean
  readonly endIncluded: boolean
}

/** `< 10`, `!= "a"`: half a comparison, whose other half is the value under test. */
export type UnaryTest = Place & {
  readonly kind: 'unary_test'
  readonly operator: ComparisonOperator
  readonly operand: Expr
}

/** A loop variable and what it runs over. */
export type Binding = { readonly name: string; readonly source: Expr }

export type Quantified = Place & {
  readonly kind: 'quantified'
  readonly quantifier: 'some' | 'every'
  readonly bindings: readonly Binding[]
  readonly condition: Expr
}

export type For = Place & { readonly kind: 'for'; readonly bindings: readonly Binding[]; readonly body: Expr }

/** A call by position (`names` is null) or by name (one name per argument). */
export type Call = Place & {
  readonly kind: 'call'
  readonly callee: Expr
  readonly args: readonly Expr[]
  readonly names: readonly string[] | null
}

export type FunctionOf = Place & {
  readonly kind: 'function'
  readonly parameters: readonly { readonly name: string; readonly type: TypeName | null }[]
  readonly body: Expr
}

export type InstanceOf = Place & { readonly kind: 'instance_of'; readonly subject: Expr; readonly type: TypeName }

/** How a decision table settles on a result when its rules match: one rule, the first, the best, all, or a figure over all. */
export type HitPolicy =
  | 'UNIQUE'
  | 'FIRST'
  | 'PRIORITY'
  | 'ANY'
  | 'RULE ORDER'
  | 'OUTPUT ORDER'
  | 'COLLECT'
  | 'COLLECT SUM'
  | 'COLLECT MIN'
  | 'COLLECT MAX'
  | 'COLLECT COUNT'

/**
 * A decision table. A condition is an expression about `?`, the value of the input above it. Several outputs give a context
 * with their names, one output gives its value.
 */
export type Table = Place & {
  readonly kind: 'table'
  readonly hitPolicy: HitPolicy
  readonly inputs: readonly TableInput[]
  readonly outputs: readonly TableOutput[]
  readonly rules: readonly TableRule[]
}
/** `values` is what the input may be, as a condition about `?`; anything else matches no rule. */
export type TableInput = { readonly value: Expr; readonly values: Expr | null }
/** `values` lists what the output may be, best first: the order of PRIORITY and OUTPUT ORDER. */
export type TableOutput = {
  readonly name: string | null
  readonly values: readonly Expr[] | null
  readonly fallback: Expr | null
}
export type TableRule = { readonly conditions: readonly Expr[]; readonly results: readonly Expr[] }

/** A type as FEEL writes it: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`. */
export type TypeName =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list' | 'range'; readonly of: TypeName }
  | { readonly kind: 'context'; readonly entries: readonly { readonly name: string; readonly type: TypeName }[] }
  | { readonly kind: 'function'; readonly parameters: readonly TypeName[]; readonly result: TypeName }

/** The expressions directly inside one, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'name':
      return []
    case 'path':
    case 'instance_of':
      return [expr.subject]
    case 'filter':
      return [expr.subject, expr.condition]
    case 'arithmetic':
    case 'comparison':
    case 'logic':
      return [expr.left, expr.right]
    case 'negation':
    case 'unary_test':
      return [expr.operand]
    case 'conditional':
      return [expr.condition, expr.whenTrue, expr.otherwise]
    case 'between':
      return [expr.subject, expr.low, expr.high]
    case 'membership':
      return [expr.subject, ...expr.tests]
    case 'list':
      return expr.items
    case 'context':
      return [...expr.entries.map(entry => entry.value), ...(expr.result ? [expr.result] : [])]
    case 'range':
      return [expr.start, expr.end]
    case 'quantified':
      return [...expr.bindings.map(binding => binding.source), expr.condition]
    case 'for':
      return [...expr.bindings.map(binding => binding.source), expr.body]
    case 'call':
      return [expr.callee, ...expr.args]
    case 'function':
      return [expr.body]
    case 'table':
      return tableParts(expr)
  }
}

function tableParts({ inputs, outputs, rules }: Table): readonly Expr[] {
  const optional = (expr: Expr | null) => (expr ? [expr] : [])
  return [
    ...inputs.flatMap(input => [input.value, ...optional(input.values)]),
    ...rules.flatMap(rule => [...rule.conditions, ...rule.results]),
    ...outputs.flatMap(output => [...(output.values ?? []), ...optional(output.fallback)]),
  ]
}

/** Whether an expression speaks of a name, at any depth. */
export function mentions(expr: Expr, name: string): boolean {
  return expr.kind === 'name' ? expr.name === name : childrenOf(expr).some(child => mentions(child, name))
}
