import { type Boxed, unbox } from './boxed.ts'
import { compileExpression } from './compile-expression.ts'
import { parseDate } from './date.ts'
import { parseDuration } from './duration.ts'
import { evaluate } from './evaluate.ts'
import type { Expr } from './expression.ts'
import { numberToText, parseNumber } from './number.ts'
import { coerceTo } from './operators/coercion.ts'
import { OutsideLanguage } from './outside-language.ts'
import type { Scope } from './scope.ts'
import { asDeclared } from './tck-types.ts'
import { parseTimePoint } from './time-point.ts'
import { isContext, isList, kindOf, type Value } from './value.ts'

export type Engine = 'interpreted' | 'compiled'

/** A value as the conformance suite writes it: its type and its text, nested for lists and contexts. */
export type Tagged =
  | { readonly t: 'null'; readonly v: null }
  | { readonly t: 'list'; readonly v: readonly Tagged[] }
  | { readonly t: 'context'; readonly v: { readonly [name: string]: Tagged } }
  | { readonly t: string; readonly v: string }

/** One line of the suite: a decision, what it depends on and the facts given. `expected` and the rest are not read. */
export type TckLine = {
  readonly suite: string
  readonly case: string
  readonly decision: string
  readonly resultType: string | null
  readonly inputs: { readonly [name: string]: Tagged }
  readonly inputTypes: { readonly [name: string]: string }
  readonly deps: readonly { readonly name: string; readonly expr: Boxed | null; readonly resultType?: string | null }[]
  /** Null for a decision without logic, which is null. */
  readonly expr: Boxed | null
}

export type TckAnswer = {
  readonly suite: string
  readonly case: string
  readonly decision: string
} & ({ readonly value: Tagged } | { readonly refused: string })

/** Evaluates one line with either engine. What lies outside the language is refused by name, never given a value. */
export function evalTckLine(line: TckLine, engine: Engine): TckAnswer {
  const { suite, case: name, decision } = line
  try {
    return { suite, case: name, decision, value: tagged(decide(line, engine)) }
  } catch (error) {
    if (error instanceof OutsideLanguage) return { suite, case: name, decision, refused: error.message }
    // Functions that call each other without end fill the stack: the only RangeError an expression can cause.
    if (error instanceof RangeError) return { suite, case: name, decision, refused: 'the calls nest without end' }
    throw error
  }
}

function decide(line: TckLine, engine: Engine): Value {
  if (line.expr === null) return null
  const options = { names: namesIn(line), mode: 'full' } as const
  const run = (expr: Expr, scope: Scope): Value =>
    engine === 'interpreted' ? evaluate(expr, scope) : compileExpression(expr)(scope)
  const scope = scopeOf(line, (boxed, inner) => run(unbox(boxed, options), inner))
  const expr = unbox(line.expr, options)
  const functions = new Set(line.deps.filter(dep => dep.expr?.k === 'fn').map(dep => dep.name))
  return asDeclared(run(expr, scope), { resultType: line.resultType, boxed: line.expr, expr, functions })
}

/** Facts are read and decisions made when they are asked for: one that is outside the language harms no other. */
function scopeOf({ inputs, inputTypes, deps }: TckLine, run: (boxed: Boxed, scope: Scope) => Value): Scope {
  const found = new Map<string, Value>()
  const decisions = new Map(deps.map(dep => [dep.name, dep]))
  const scope: Scope = {
    find(name) {
      const known = found.get(name)
      if (known !== undefined) return known
      const value = read(name)
      if (value !== undefined) found.set(name, value)
      return value
    },
  }
  return scope

  function read(name: string): Value | undefined {
    const input = inputs[name]
    if (input !== undefined) return coerceTo(untagged(input), inputTypes[name] ?? null)
    const decision = decisions.get(name)
    if (decision === undefined) return undefined
    if (decision.expr === null) return null
    return coerceTo(run(decision.expr, scope), decision.resultType ?? null)
  }
}

/** Every name that the line gives to something, at any depth: those with spaces must be known before a text is read. */
function namesIn(line: TckLine): readonly string[] {
  const names = new Set<string>()
  collect(line.inputs)
  for (const dep of line.deps) {
    names.add(dep.name)
    collectBoxed(dep.expr)
  }
  collectBoxed(line.expr)
  return [...names]

  function collect(values: { readonly [name: string]: Tagged }): void {
    for (const [name, value] of Object.entries(values)) {
      names.add(name)
      collectValue(value)
    }
  }

  function collectValue(value: Tagged): void {
    if (Array.isArray(value.v)) value.v.forEach(collectValue)
    else if (typeof value.v === 'object' && value.v !== null) collect(value.v as { [name: string]: Tagged })
  }

  function collectBoxed(boxed: unknown): void {
    if (Array.isArray(boxed)) boxed.forEach(collectBoxed)
    if (typeof boxed !== 'object' || boxed === null) return
    const { name, var: variable, params, cols, text } = boxed as { [key: string]: unknown }
    for (const each of [name, variable, ...(list(params) ?? []), ...(list(cols) ?? [])]) {
      if (typeof each === 'string') names.add(each)
    }
    if (typeof text === 'string') for (const key of keysIn(text)) names.add(key)
    Object.values(boxed).forEach(collectBoxed)
  }
}

function list(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null
}

/** The keys of contexts written inside a text: `{first name: 1}`. */
function keysIn(text: string): readonly string[] {
  return [...text.matchAll(/[{,]\s*"?([\p{L}_][^:,{}()[\]"]*?)"?\s*:/gu)].map(match => match[1] as string)
}

function zoned(text: string): never {
  throw new OutsideLanguage(`${text} names a zone: zones are outside the language`)
}

/** A value as the suite gives it. */
function untagged(value: Tagged): Value {
  if (value.v === null) return null
  if (Array.isArray(value.v)) return value.v.map(untagged)
  if (typeof value.v === 'object') {
    return new Map(Object.entries(value.v as { [name: string]: Tagged }).map(([name, item]) => [name, untagged(item)]))
  }
  const text = value.v as string
  switch (value.t) {
    case 'string':
      return text
    case 'boolean':
      return text === 'true'
    case 'decimal':
    case 'double':
    case 'integer':
    case 'number':
      return parseNumber(text)
    case 'date':
      return parseDate(text)
    case 'duration':
      return parseDuration(text)
    case 'time':
    case 'dateTime':
      return parseTimePoint(text) ?? zoned(text)
    default:
      throw new OutsideLanguage(`a value of type ${value.t} is outside the language`)
  }
}

/** The value in the suite's form. Ranges and functions have none. */
function tagged(value: Value): Tagged {
  if (value === null) return { t: 'null', v: null }
  if (typeof value === 'boolean') return { t: 'boolean', v: String(value) }
  if (typeof value === 'string') return { t: 'string', v: value }
  if (isList(value)) return { t: 'list', v: value.map(tagged) }
  if (isContext(value))
    return { t: 'context', v: Object.fromEntries([...value].map(([name, item]) => [name, tagged(item)])) }
  switch (value.kind) {
    case 'number':
      return { t: 'decimal', v: numberToText(value) }
    case 'date':
      return { t: 'date', v: value.toString() }
    case 'months_duration':
    case 'days_duration':
      return { t: 'duration', v: value.toString() }
    case 'time':
    case 'range':
    case 'function':
      throw new OutsideLanguage(`a ${kindOf(value)} has no written form`)
  }
}
