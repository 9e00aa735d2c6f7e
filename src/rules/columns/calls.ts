import type { RoundingMode } from '../number.ts'
import { begin, isPacked } from './curve.ts'
import type { Spot } from './formula.ts'
import { MEMBERS_MAX } from './limits.ts'
import { absolute, extreme, modulo, quotient, rounded, sum } from './numbers.ts'
import {
  anyUnknown,
  bound,
  integer,
  type List,
  NOTHING,
  NotCompilable,
  type Numeric,
  type Operand,
  unknownOf,
} from './operand.ts'
import { packedMonthsBetween } from './packed-date.ts'
import { asTruth, not } from './truths.ts'

const ROUNDING: ReadonlyMap<string, RoundingMode> = new Map([
  ['decimal', 'half_even'],
  ['floor', 'floor'],
  ['ceiling', 'ceiling'],
  ['round up', 'up'],
  ['round down', 'down'],
  ['round half up', 'half_up'],
  ['round half down', 'half_down'],
])

/** A call of a function of the language. */
export function callOf(name: string, args: readonly Operand[], spot: Spot): Operand {
  const { out } = spot.program
  const [first = NOTHING, second] = args
  const mode = ROUNDING.get(name)
  if (mode !== undefined) return first.kind === 'nothing' ? NOTHING : roundedCall(first, second, mode, spot)
  switch (name) {
    case 'not':
      return not(asTruth(first), out)
    case 'abs':
      return first.kind === 'nothing' ? NOTHING : absolute(numeric(first, name), out)
    case 'modulo':
      if (first.kind === 'nothing' || second === undefined || second.kind === 'nothing') return NOTHING
      return modulo(numeric(first, name), numeric(second, name), out)
    case 'years and months duration': {
      if (first.kind === 'nothing' || second === undefined || second.kind === 'nothing') return NOTHING
      if (first.kind !== 'day' || second.kind !== 'day') throw new NotCompilable(`${name} of what is no date`)
      const code = out.hold(`monthsBetween(${first.code}, ${second.code})`)
      if (isPacked(second.code)) begin(out, first.code, code, day => packedMonthsBetween(day, Number(second.code)))
      else if (isPacked(first.code)) begin(out, second.code, code, day => packedMonthsBetween(Number(first.code), day))
      return { kind: 'months', code, low: -120_000, high: 120_000, unknown: anyUnknown(first.unknown, second.unknown) }
    }
    case 'count':
      return first.kind === 'list' ? countOf(first, spot) : outside(name, first)
    case 'sum':
    case 'min':
    case 'max':
    case 'mean':
      return first.kind === 'list' && args.length === 1 ? aggregate(first, name, spot) : ofValues(args, name, spot)
    default:
      throw new NotCompilable(`the function ${name}`)
  }
}

function outside(name: string, operand: Operand): never {
  throw new NotCompilable(`${name} of a ${operand.kind}`)
}

function numeric(operand: Operand, name: string): Numeric {
  return operand.kind === 'number' ? operand : outside(name, operand)
}

function roundedCall(first: Operand, places: Operand | undefined, mode: RoundingMode, spot: Spot): Operand {
  if (places === undefined) return rounded(numeric(first, 'rounding'), 0, mode, spot.program.out)
  if (places.kind !== 'number' || places.low !== places.high || places.den !== 1 || places.unknown !== '0') {
    throw new NotCompilable('rounding to decimals that are worked out')
  }
  return rounded(numeric(first, 'rounding'), places.low, mode, spot.program.out)
}

function countOf(list: List, spot: Spot): Operand {
  const { out } = spot.program
  if (list === spot.program.members) return spot.program.size
  const count = out.name()
  out.line(`let ${count} = 0`)
  list.each(() => out.line(`${count}++`))
  return integer(count, 0, MEMBERS_MAX)
}

function ofValues(args: readonly Operand[], name: string, spot: Spot): Operand {
  if (args.some(arg => arg.kind === 'nothing')) return NOTHING
  const { out } = spot.program
  if (name === 'sum')
    return sum(
      args.map(arg => numeric(arg, name)),
      out,
    )
  if (name === 'mean') throw new NotCompilable('the mean of values')
  if (args.every(arg => arg.kind === 'day')) {
    const code = out.hold(`Math.${name}(${args.map(arg => arg.code).join(', ')})`)
    return { kind: 'day', code, unknown: out.hold(anyUnknown(...args.map(unknownOf))) }
  }
  return extreme(
    args.map(arg => numeric(arg, name)),
    name as 'min' | 'max',
    out,
  )
}

/** Over a list: unknown where the list is empty or holds an unknown. */
function aggregate(list: List, name: 'sum' | 'min' | 'max' | 'mean', spot: Spot): Operand {
  const { out } = spot.program
  const [result, count, flag] = [out.name(), out.name(), out.name()]
  let item: Numeric | null = null
  const piece = out.apart(() =>
    list.each(each => {
      const value = numeric(each, name)
      if (value.divisors.length > 0) throw new NotCompilable(`the ${name} of quotients`)
      item = value
      out.line(`${flag} |= ${value.unknown}`)
      const code = out.hold(value.code)
      const better = name === 'min' ? '<' : '>'
      if (name === 'sum' || name === 'mean') out.line(`${result} += ${code}`)
      else out.line(`if (${count} === 0 || ${code} ${better} ${result}) ${result} = ${code}`)
      out.line(`${count}++`)
    }),
  )
  out.line(`let ${result} = 0, ${count} = 0, ${flag} = 0`)
  for (const line of piece.lines) out.line(line)
  if (item === null) return NOTHING
  const { low, high, den } = item as Numeric
  const many = name === 'sum' || name === 'mean' ? MEMBERS_MAX : 1
  const [least, most] = [Math.min(0, low * many), Math.max(0, high * many)]
  bound(least, most)
  const unknown = out.hold(`(${flag} | +(${count} === 0))`)
  const total: Numeric = { kind: 'number', code: result, low: least, high: most, den, divisors: [], unknown }
  return name === 'mean' ? quotient(total, integer(count, 0, MEMBERS_MAX), out) : total
}
