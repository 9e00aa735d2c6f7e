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
  readonly then: Expr
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

export type ContextOf = Place & { readonly kind: 'context'; readonly entries: readonly Entry[] }
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

/** A type as FEEL writes it: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`. */
export type TypeName =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list' | 'range'; readonly of: TypeName }
  | { readonly kind: 'context'; readonly entries: readonly { readonly name: string; readonly type: TypeName }[] }
  | { readonly kind: 'function'; readonly parameters: readonly TypeName[]; readonly result: TypeName }
