import type { Boxed } from './boxed.ts'
import type { Expr } from './expression.ts'
import { coerceTo, isKnownType } from './operators/coercion.ts'
import { OutsideLanguage } from './outside-language.ts'
import { isContext, isList, kindOf, type Value } from './value.ts'

/** What decides whether the declared type of a result, which may coerce it, is known. */
type Declared = {
  readonly resultType: string | null
  readonly boxed: Boxed
  readonly expr: Expr
  readonly functions: ReadonlySet<string>
}

/**
 * The result as its declared type has it. The suite's lines name types but leave out what a named type means, and the types
 * of parameters, of the results of functions and of expressions themselves. Where such a type could change the value, the
 * line is refused rather than guessed.
 */
export function asDeclared(value: Value, declared: Declared): Value {
  const { resultType } = declared
  const doubt =
    resultType === null
      ? doubtWithoutType(declared)
      : isKnownType(resultType)
        ? null
        : doubtOfNamed(value, declared, resultType)
  if (doubt !== null && value !== null) throw new OutsideLanguage(`implicit coercion: ${doubt}`)
  return coerceTo(value, resultType)
}

/** An untyped decision that is nothing but a call or a constant takes the type of that, which the line leaves out. */
function doubtWithoutType({ boxed, expr, functions }: Declared): string | null {
  if (boxed.k === 'inv' || (expr.kind === 'call' && expr.callee.kind === 'name' && functions.has(expr.callee.name))) {
    return 'the type of the called function’s result is not given'
  }
  const constant = expr.kind === 'list' && expr.items.length === 1 ? (expr.items[0] as Expr) : expr
  const plain =
    constant.kind === 'literal' && (kindOf(constant.value) === 'number' || kindOf(constant.value) === 'string')
  return plain ? 'the type of this constant is not given' : null
}

/** A value that does not evidently fit a type of which only the name is known. */
function doubtOfNamed(value: Value, { expr }: Declared, type: string): string | null {
  if (isList(value)) {
    const kinds = new Set(value.filter(item => item !== null).map(kindOf))
    return kinds.size > 1 ? `the items are of several kinds and ${type} is not described` : null
  }
  if (/list$/i.test(type)) return `a single value and ${type}, which is not described`
  return isContext(value) && expr.kind === 'context' && expr.to > 0
    ? `a context and ${type}, which is not described`
    : null
}
