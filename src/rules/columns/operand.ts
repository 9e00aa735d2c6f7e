import { CivilDate } from '../date.ts'
import { DaysDuration, MonthsDuration, NANOSECONDS_A_DAY } from '../duration.ts'
import { ExactNumber, powerOfTen } from '../number.ts'
import type { Value } from '../value.ts'
import { packDate } from './packed-date.ts'

/**
 * What a piece of generated code is worth. `code` is JavaScript without side effects; `unknown` is code that is 1 where the
 * value is unknown and 0 where it is known, and the text '0' where it is always known.
 */
export type Operand = Nothing | Truth | Numeric | Text | Day | Span | Member | List

/** Always unknown. */
export type Nothing = { readonly kind: 'nothing' }

/** 0 for false, 1 for true and, where `nullable`, 2 for unknown. */
export type Truth = { readonly kind: 'truth'; readonly code: string; readonly nullable: boolean }

/**
 * The exact number `code / (den × divisors)`: `code` is an integer from `low` to `high`, `den` a constant, and each divisor an
 * integer of at least 1. Nothing here leaves the integers of a double (see `bound`).
 */
export type Numeric = {
  readonly kind: 'number'
  readonly code: string
  readonly low: number
  readonly high: number
  readonly den: number
  readonly divisors: readonly Divisor[]
  readonly unknown: string
}

export type Divisor = { readonly code: string; readonly high: number }

/** A text, as its place in a dictionary; `literal` where it is known when the pack is compiled. */
export type Text = {
  readonly kind: 'text'
  readonly code: string
  readonly unknown: string
  readonly literal: string | null
  readonly words: Words
}

/** The texts that a place stands for: known when compiled, or those of a column. */
export type Words = { readonly known: readonly string[] } | { readonly column: string }

export type Day = { readonly kind: 'day'; readonly code: string; readonly unknown: string }
export type Span = {
  readonly kind: 'months' | 'days'
  readonly code: string
  readonly low: number
  readonly high: number
  readonly unknown: string
}

/** A member of the household, by its place in the batch. */
export type Member = { readonly kind: 'member'; readonly code: string; readonly unknown: string }

/** A list that is run over where it stands; `each` writes the loop around what uses the items. */
export type List = { readonly kind: 'list'; readonly each: (use: (item: Operand) => void) => void }

export const NOTHING: Nothing = { kind: 'nothing' }
const NO_WORDS: Words = { known: [] }

/** The columns engine has no form for this: the pack is decided by the interpreter instead. */
export class NotCompilable extends Error {}

/** An integer of the calculation could leave the integers of a double, were a fact as large as it is allowed. */
export class BoundExceeded extends Error {}

/** Both ends lie within the integers that a double holds exactly, 2⁵³ excluded. */
export function bound(low: number, high: number): void {
  if (!(low >= -Number.MAX_SAFE_INTEGER && high <= Number.MAX_SAFE_INTEGER)) throw new BoundExceeded(`${low} … ${high}`)
}

export function truth(code: string, unknown = '0'): Truth {
  return unknown === '0'
    ? { kind: 'truth', code: `+(${code})`, nullable: false }
    : { kind: 'truth', code: `(${unknown} ? 2 : +(${code}))`, nullable: true }
}

export function integer(code: string, low: number, high: number, unknown = '0'): Numeric {
  bound(low, high)
  return { kind: 'number', code, low, high, den: 1, divisors: [], unknown }
}

export function constantNumber(units: number, den: number): Numeric {
  bound(units, units)
  bound(den, den)
  const code = units < 0 ? `(${units})` : `${units}`
  return { kind: 'number', code, low: units, high: units, den, divisors: [], unknown: '0' }
}

/** A value known when the pack is compiled. */
export function constant(value: Value): Operand {
  if (value === null) return NOTHING
  if (typeof value === 'boolean') return { kind: 'truth', code: value ? '1' : '0', nullable: false }
  if (typeof value === 'string') return { kind: 'text', code: '0', unknown: '0', literal: value, words: NO_WORDS }
  if (value instanceof ExactNumber) return ofNumber(value)
  if (value instanceof CivilDate) {
    const packed = packDate(value)
    if (packed === null) throw new NotCompilable(`the date ${value}`)
    return { kind: 'day', code: `${packed}`, unknown: '0' }
  }
  if (value instanceof MonthsDuration) return span('months', value.months)
  if (value instanceof DaysDuration && value.nanoseconds % NANOSECONDS_A_DAY === 0n) {
    return span('days', Number(value.nanoseconds / NANOSECONDS_A_DAY))
  }
  throw new NotCompilable(`the constant ${String(value)}`)
}

function span(kind: Span['kind'], count: number): Span {
  bound(count, count)
  return { kind, code: `(${count})`, low: count, high: count, unknown: '0' }
}

function ofNumber({ units, scale, divisor }: ExactNumber): Numeric {
  const below = divisor * powerOfTen(scale)
  const common = divisorOf(units < 0n ? -units : units, below)
  return constantNumber(Number(units / common), Number(below / common))
}

function divisorOf(a: bigint, b: bigint): bigint {
  return a === 0n ? b : divisorOf(b % a, a)
}

/** The greatest common divisor of two whole numbers that a double holds. */
export function commonDivisor(a: number, b: number): number {
  return a === 0 ? b : commonDivisor(b % a, a)
}

/** `either` of two codes for "unknown". */
export function anyUnknown(...codes: readonly string[]): string {
  const parts = [...new Set(codes.filter(code => code !== '0'))]
  if (parts.includes('1')) return '1'
  return parts.length === 0 ? '0' : parts.length === 1 ? (parts[0] as string) : `(${parts.join(' | ')})`
}

/** Code that is 1 where the operand is unknown. */
export function unknownOf(operand: Operand): string {
  switch (operand.kind) {
    case 'nothing':
      return '1'
    case 'truth':
      return operand.nullable ? `+(${operand.code} === 2)` : '0'
    case 'list':
      return '0'
    default:
      return operand.unknown
  }
}
