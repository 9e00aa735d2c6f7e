import type { RoundingMode } from '../number.ts'
import { follow } from './curve.ts'
import type { Emitter } from './emitter.ts'
import {
  anyUnknown,
  bound,
  commonDivisor,
  constantNumber,
  type Divisor,
  NOTHING,
  NotCompilable,
  type Nothing,
  type Numeric,
} from './operand.ts'

// Exact arithmetic on scaled integers. Every product is bounded before it is written (`bound`), so that no double is ever
// asked for an integer that it cannot hold.

/** `a` times a whole positive constant. */
function timesConstant(a: Numeric, by: number): Numeric {
  if (by === 1) return a
  const [low, high] = [a.low * by, a.high * by]
  bound(low, high)
  if (a.low === a.high) return { ...constantNumber(low, a.den), den: a.den, divisors: a.divisors, unknown: a.unknown }
  return { ...a, code: `${a.code} * ${by}`, low, high }
}

function timesDivisor(a: Numeric, by: Divisor): Numeric {
  const [low, high] = [Math.min(a.low, a.low * by.high), Math.max(a.high, a.high * by.high)]
  bound(low, high)
  return { ...a, code: `(${a.code}) * ${by.code}`, low, high }
}

/** Divisors of `all` that `some` does not have, each as often as it is lacking. */
function lacking(all: readonly Divisor[], some: readonly Divisor[]): Divisor[] {
  const left = [...some]
  return all.filter(divisor => {
    const at = left.findIndex(({ code }) => code === divisor.code)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
}

/** The numbers over one denominator: their codes can be added and compared. */
export function aligned(numbers: readonly Numeric[]): Numeric[] {
  const den = numbers.reduce((common, { den: each }) => (common / commonDivisor(common, each)) * each, 1)
  const divisors: Divisor[] = []
  for (const each of numbers) divisors.push(...lacking(each.divisors, divisors))
  bound(den, den)
  return numbers.map(each => {
    const scaled = timesConstant(each, den / each.den)
    const full = lacking(divisors, each.divisors).reduce(timesDivisor, scaled)
    return { ...full, den, divisors }
  })
}

export function sum(numbers: readonly Numeric[], out: Emitter): Numeric {
  const terms = aligned(byDivisors(numbers, out))
  const [low, high] = [terms.reduce((all, { low }) => all + low, 0), terms.reduce((all, { high }) => all + high, 0)]
  bound(low, high)
  const [first] = terms as [Numeric]
  const code = out.hold(terms.map(each => each.code).join(' + '))
  return { ...first, code, low, high, unknown: out.hold(anyUnknown(...terms.map(each => each.unknown))) }
}

/** start + Σ weight × value: whole weights over one denominator, then one sum for each set of divisors. */
export function weighted(
  parts: readonly { readonly weight: Numeric; readonly value: Numeric }[],
  out: Emitter,
): Numeric {
  const reduced = parts.map(({ weight, value }) => {
    const common = commonDivisor(Math.abs(weight.low), weight.den * value.den)
    return { by: weight.low / common, den: (weight.den * value.den) / common, value }
  })
  const den = reduced.reduce((all, each) => (all / commonDivisor(all, each.den)) * each.den, 1)
  bound(den, den)
  const groups = Map.groupBy(reduced, ({ value }) => value.divisors.map(({ code }) => code).join(' '))
  return sum(
    [...groups.values()].map(group => {
      const terms = group.map(({ by, den: own, value }) => scaledBy(value, by * (den / own)))
      const [first] = terms as [Numeric]
      const low = terms.reduce((all, term) => all + term.low, 0)
      const high = terms.reduce((all, term) => all + term.high, 0)
      bound(low, high)
      const unknown = out.hold(anyUnknown(...terms.map(term => term.unknown)))
      return { ...first, code: out.hold(added(terms)), low, high, den, unknown }
    }),
    out,
  )
}

/** Terms that stay in 32 bits together are added first: a processor does that in a fraction of the time of doubles. */
function added(terms: readonly Numeric[]): string {
  let room = 2 ** 31 - 1
  const [small, wide]: [string[], string[]] = [[], []]
  for (const { code, low, high } of terms) {
    const most = Math.max(-low, high)
    if (most > room) wide.push(code)
    else small.push(code)
    if (most <= room) room -= most
  }
  return small.length < 2 ? terms.map(({ code }) => code).join(' + ') : [`(${small.join(' + ')})`, ...wide].join(' + ')
}

function scaledBy(value: Numeric, by: number): Numeric {
  const [one, other] = [value.low * by, value.high * by]
  const [low, high] = [Math.min(one, other), Math.max(one, other)]
  bound(low, high)
  return { ...value, code: by === 1 ? value.code : `${by < 0 ? `(${by})` : by} * ${value.code}`, low, high }
}

/** Numbers with the same divisors are added first, so that their sum alone is multiplied by the others' divisors. */
function byDivisors(numbers: readonly Numeric[], out: Emitter): Numeric[] {
  const groups = new Map<string, Numeric[]>()
  for (const each of numbers) {
    const key = each.divisors.map(({ code }) => code).join(' ')
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  if (groups.size < 2) return [...numbers]
  return [...groups.values()].map(group => (group.length === 1 ? (group[0] as Numeric) : sum(group, out)))
}

export function negated(a: Numeric): Numeric {
  return { ...a, code: `(-(${a.code}))`, low: -a.high, high: -a.low }
}

export function product(a: Numeric, b: Numeric): Numeric {
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  bound(low, high)
  const common = a.low === a.high ? commonDivisor(Math.abs(a.low), b.den) : 1
  if (common > 1) {
    const reduced = constantNumber(a.low / common, a.den)
    return product({ ...reduced, divisors: a.divisors, unknown: a.unknown }, { ...b, den: b.den / common })
  }
  const den = a.den * b.den
  bound(den, den)
  const code = a.low === a.high && b.low === b.high ? constantNumber(low, 1).code : `(${a.code}) * (${b.code})`
  return {
    kind: 'number',
    code,
    low,
    high,
    den,
    divisors: [...a.divisors, ...b.divisors],
    unknown: anyUnknown(a.unknown, b.unknown),
  }
}

/** The exact quotient, unknown where `b` is 0. */
export function quotient(a: Numeric, b: Numeric, out: Emitter): Numeric | Nothing {
  const above = b.divisors.reduce(timesDivisor, timesConstant(a, b.den))
  if (b.low === b.high && b.unknown === '0') {
    if (b.low === 0) return NOTHING
    const signed = b.low < 0 ? negated(above) : above
    const den = a.den * Math.abs(b.low)
    bound(den, den)
    return { ...signed, den }
  }
  const by = out.hold(b.code)
  const high = Math.max(Math.abs(b.low), Math.abs(b.high), 1)
  const divisor = b.low >= 1 ? by : out.hold(b.low >= 0 ? `(${by} || 1)` : `(Math.abs(${by}) || 1)`)
  const signed =
    b.low >= 0 ? above : { ...spread(above), code: out.hold(`(${by} < 0 ? -(${above.code}) : ${above.code})`) }
  const unknown = b.low >= 1 ? b.unknown : anyUnknown(b.unknown, out.hold(`+(${by} === 0)`))
  return {
    ...signed,
    divisors: [...signed.divisors, { code: divisor, high }],
    unknown: out.hold(anyUnknown(a.unknown, unknown)),
  }
}

/** The same number, whose sign is not known before. */
function spread(a: Numeric): Numeric {
  const most = Math.max(Math.abs(a.low), Math.abs(a.high))
  return { ...a, low: -most, high: most }
}

export function power(a: Numeric, exponent: number, out: Emitter): Numeric {
  if (exponent < 0 || exponent > 8) throw new NotCompilable(`the power ${exponent}`)
  if (exponent === 0) return { ...constantNumber(1, 1), unknown: a.unknown }
  const base = { ...a, code: out.hold(a.code) }
  let result: Numeric = base
  for (let times = 1; times < exponent; times++) result = product(result, base)
  return exponent % 2 === 0 && result.low < 0 ? { ...result, low: 0 } : result
}

/** `a` rounded to some decimals, as an integer over a power of ten. Nothing is rounded where nothing is lost. */
export function rounded(a: Numeric, places: number, mode: RoundingMode, out: Emitter): Numeric {
  if (places < 0 || places > 12) throw new NotCompilable(`rounding to ${places} decimals`)
  const scale = 10 ** places
  const common = commonDivisor(scale, a.den)
  const above = timesConstant(a, scale / common)
  const den = a.den / common
  if (den === 1 && a.divisors.length === 0) return { ...above, code: out.hold(above.code), den: scale }
  const below = a.divisors.reduce<Numeric>(timesDivisor, constantNumber(den, 1))
  const most = Math.max(Math.abs(above.low), Math.abs(above.high))
  // The quotient of two integers a and b is floored rightly by a double as long as a + b is below 2⁵³.
  bound(-(2 * most + 3 * below.high), 2 * most + 3 * below.high)
  const n = out.hold(above.code)
  const d = out.hold(below.code)
  return {
    ...above,
    code: out.hold(roundingCode(n, d, mode, above.low >= 0)),
    low: above.low >= 0 ? 0 : Math.floor(above.low / den) - 1,
    high: above.high <= 0 ? 0 : Math.ceil(above.high / den) + 1,
    den: scale,
    divisors: [],
  }
}

function roundingCode(n: string, d: string, mode: RoundingMode, positive: boolean): string {
  if (mode === 'floor') return `Math.floor(${n} / ${d})`
  if (mode === 'ceiling') return `(-Math.floor(-${n} / ${d}))`
  const size = positive ? n : `Math.abs(${n})`
  const magnitude = magnitudeCode(size, d, mode)
  return positive ? magnitude : `(${n} < 0 ? -${magnitude} : ${magnitude})`
}

function magnitudeCode(size: string, d: string, mode: RoundingMode): string {
  switch (mode) {
    case 'down':
      return `Math.floor(${size} / ${d})`
    case 'up':
      return `(-Math.floor(-${size} / ${d}))`
    case 'half_up':
      return `Math.floor((2 * ${size} + ${d}) / (2 * ${d}))`
    case 'half_down':
      return `(-Math.floor((${d} - 2 * ${size}) / (2 * ${d})))`
    case 'half_even':
      return `halfEven(${size}, ${d})`
    case 'floor':
    case 'ceiling':
      throw new RangeError(`${mode} depends on the sign`)
  }
}

/** With the 16 digits of an integer below 2⁵³ they are less than the 34 of the language. */
const DECIMALS_MOST = 15

/**
 * The remainder with the sign of `b`, as DMN has it. A third or a thousand-and-first reaches the function with 34 digits, and what is
 * left over of it is not what an exact fraction leaves: only decimals are taken, all of whose digits are handed over.
 */
export function modulo(a: Numeric, b: Numeric, out: Emitter): Numeric {
  for (const { divisors, den } of [a, b]) {
    if (divisors.length > 0 || 10 ** DECIMALS_MOST % den !== 0) throw new NotCompilable('modulo of a quotient')
  }
  const [left, right] = aligned([a, b]) as [Numeric, Numeric]
  const n = out.hold(left.code)
  const d = out.hold(right.code)
  const most = Math.max(Math.abs(right.low), Math.abs(right.high))
  const whole = Math.max(Math.abs(left.low), Math.abs(left.high))
  bound(-(whole + most), whole + most)
  return {
    ...left,
    code: out.hold(`(${d} === 0 ? 0 : ${n} - ${d} * Math.floor(${n} / ${d}))`),
    low: Math.min(0, right.low),
    high: Math.max(0, right.high),
    unknown: out.hold(anyUnknown(left.unknown, right.unknown, `+(${d} === 0)`)),
  }
}

/** The smallest or the largest. */
export function extreme(numbers: readonly Numeric[], which: 'min' | 'max', out: Emitter): Numeric {
  const all = aligned(numbers)
  const [first] = all as [Numeric]
  const pick = which === 'min' ? Math.min : Math.max
  const code = out.hold(`Math.${which}(${all.map(each => each.code).join(', ')})`)
  const [moving, ...others] = all.filter(each => each.low !== each.high)
  if (moving !== undefined && others.length === 0) {
    const constants = all.filter(each => each !== moving).map(each => each.low)
    follow(out, moving.code, code, value => pick(value, ...constants))
  }
  return {
    ...first,
    code,
    low: pick(...all.map(each => each.low)),
    high: pick(...all.map(each => each.high)),
    unknown: out.hold(anyUnknown(...all.map(each => each.unknown))),
  }
}

export function absolute(a: Numeric, out: Emitter): Numeric {
  if (a.low >= 0) return a
  const most = Math.max(Math.abs(a.low), Math.abs(a.high))
  return { ...a, code: out.hold(`Math.abs(${a.code})`), low: 0, high: most }
}
