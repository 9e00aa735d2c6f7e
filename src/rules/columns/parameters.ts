import { datedValue, entryOf } from '../dated-value.ts'
import type { Bracket, Pack, Parameter } from '../pack.ts'
import type { Value } from '../value.ts'
import { conditional } from './condition.ts'
import { compileFormula, householdSpot, memberSpot, type Spot, steady } from './formula.ts'
import { aligned } from './numbers.ts'
import {
  constant,
  NOTHING,
  NotCompilable,
  type Numeric,
  type Operand,
  type Text,
  type Truth,
  unknownOf,
} from './operand.ts'
import type { Program } from './program.ts'
import { asTruth, compared, equal } from './truths.ts'

/** The value of a parameter in the month, for a member where it is chosen by members. */
export function parameterOf(program: Program, pack: Pack, parameter: Parameter, member: string | null): Operand {
  const dated = datedValue(parameter, program.at)
  if (dated?.confidence === 'to_confirm') program.noteUnconfirmed(pack, parameter.name)
  if (dated === null) return NOTHING
  const { value } = dated
  if (value.kind === 'single') return constant(value.value)
  if (parameter.by === null) return NOTHING
  const household = householdSpot({ program, pack, frames: [] })
  const spot = member === null ? household : memberSpot(household, member)
  const key = steady(compileFormula(parameter.by.expr, spot), program.out)
  if (key.kind === 'nothing') return NOTHING
  const chosen = () =>
    value.kind === 'list' ? fromList(value.entries, key, spot) : fromScale(value.brackets, key, spot)
  if (value.kind === 'list' && key.kind === 'text') return fromTexts(value.entries, key, spot)
  const unknown = unknownOf(key)
  if (unknown === '0') return chosen()
  return conditional({ kind: 'truth', code: program.out.hold(unknown), nullable: false }, () => NOTHING, chosen, spot)
}

/** The bracket that holds the key; unknown where none does. */
function fromScale(brackets: readonly Bracket[], key: Operand, spot: Spot): Operand {
  const [first, ...rest] = brackets
  if (first === undefined) return NOTHING
  return conditional(
    inside(first, key, spot),
    () => constant(first.value),
    () => fromScale(rest, key, spot),
    spot,
  )
}

function inside({ low, lowIncluded, high, highIncluded }: Bracket, key: Operand, spot: Spot): Truth {
  const { out, placeOf } = spot.program
  const ends = [
    ...(low === null ? [] : [compared(lowIncluded ? '>=' : '>', key, constant(low), out, placeOf)]),
    ...(high === null ? [] : [compared(highIncluded ? '<=' : '<', key, constant(high), out, placeOf)]),
  ]
  // The key is known here, so that an end answers 0 or 1.
  const codes = ends.map(end => `${asTruth(end).code} === 1`)
  return { kind: 'truth', code: codes.length === 0 ? '1' : `+(${codes.join(' && ')})`, nullable: false }
}

type Entries = ReadonlyMap<string, Value>

/** The entry of a number, a truth or a date, each compared with the keys as they are written. */
function fromList(entries: Entries, key: Operand, spot: Spot): Operand {
  if (key.kind === 'truth') {
    return conditional(
      key,
      () => constant(entryOf(entries, 'true')),
      () => constant(entryOf(entries, 'false')),
      spot,
    )
  }
  if (key.kind !== 'number' || key.den !== 1 || key.divisors.length > 0) {
    throw new NotCompilable(`the entry of a ${key.kind} that is not whole`)
  }
  return firstEntry(
    [...entries].filter(([name]) => /^(0|-?[1-9]\d{0,14})$/.test(name)),
    key,
    spot,
  )
}

function firstEntry(entries: readonly (readonly [string, Value])[], key: Numeric, spot: Spot): Operand {
  const [first, ...rest] = entries
  if (first === undefined) return NOTHING
  const holds: Truth = { kind: 'truth', code: `+(${key.code} === ${first[0]})`, nullable: false }
  return conditional(
    holds,
    () => constant(first[1]),
    () => firstEntry(rest, key, spot),
    spot,
  )
}

/** The entry of a text: a table with a place for every text of the key's dictionary. */
function fromTexts(entries: Entries, key: Text, spot: Spot): Operand {
  const { program } = spot
  if (key.literal !== null) return constant(entryOf(entries, key.literal))
  const values = new Map([...entries].map(([name, value]) => [name, constant(value)]))
  const numbers = [...values.values()].filter((value): value is Numeric => value.kind === 'number')
  if (numbers.length < [...values.values()].filter(value => value.kind !== 'nothing').length) {
    return eachText([...values], key, spot)
  }
  if (numbers.length === 0) return NOTHING
  const common = aligned(numbers)
  const scaled = new Map<Operand, Numeric>(numbers.map((number, index) => [number, common[index] as Numeric]))
  const table = program.table(key.words, word => {
    const value = entryOf(entries, word)
    const entry = value === null ? undefined : scaled.get(values.get(keyOf(entries, word)) as Operand)
    return entry?.low ?? Number.NaN
  })
  const index = key.unknown === '0' ? `${key.code} + 1` : `${key.unknown} ? 0 : ${key.code} + 1`
  const code = program.out.hold(`${table}[${index}]`)
  const lows = common.map(each => each.low)
  return {
    ...(common[0] as Numeric),
    code,
    low: Math.min(...lows),
    high: Math.max(...lows),
    unknown: program.out.hold(`+(${code} !== ${code})`),
  }
}

/** The key whose entry `entryOf` gives for a word: the word itself or the nearest that holds it. */
function keyOf(entries: Entries, word: string): string {
  let code = word
  while (code !== '' && !entries.has(code)) code = code.slice(0, Math.max(0, code.lastIndexOf('.')))
  return code
}

function eachText(entries: readonly (readonly [string, Operand])[], key: Text, spot: Spot): Operand {
  if ('column' in key.words) throw new NotCompilable('the entry of a territory that is no number')
  const { out, placeOf } = spot.program
  const [first, ...rest] = entries
  if (first === undefined) return NOTHING
  const literal: Text = { kind: 'text', code: '0', unknown: '0', literal: first[0], words: key.words }
  return conditional(
    equal(key, literal, out, placeOf),
    () => first[1],
    () => eachText(rest, key, spot),
    spot,
  )
}
