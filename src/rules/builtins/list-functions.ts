import { add, divide, ExactNumber, fraction, multiply, subtract, toDigits, toWhole, whole } from '../number.ts'
import { equal, order } from '../operators/comparison.ts'
import { itemsOf } from '../operators/list.ts'
import { all, any } from '../operators/logic.ts'
import { squareRoot } from '../transcendental.ts'
import { FunctionValue, isList, type List, type Value } from '../value.ts'
import { type Argument, type Builtin, builtin } from './builtin.ts'

/** Functions of lists. A single value stands for a list of one; null does not stand for a list. */
export const listFunctions: Record<string, Builtin> = {
  count: onList('list', list => whole(list.length)),
  sum: aggregate(numbers => numbers.reduce(add)),
  min: ordered(sign => sign < 0),
  max: ordered(sign => sign > 0),
  mean: aggregate(numbers => multiply(numbers.reduce(add), fraction(1n, BigInt(numbers.length)))),
  product: aggregate(numbers => numbers.reduce(multiply)),
  median: aggregate(numbers => median(numbers)),
  stddev: aggregate(numbers => standardDeviation(numbers)),
  mode: variadic(values => (values.every(isNumber) ? mode(values) : null)),
  all: variadic(values => (values.every(isTruth) ? all(values) : null)),
  any: variadic(values => (values.every(isTruth) ? any(values) : null)),
  'list contains': onList('list, element', (list, element) =>
    list.some(item => equal(item, element as Value) === true),
  ),
  append: onList('list, ...item', (list, ...items) => [...list, ...(items as Value[])]),
  concatenate: builtin('...list', (...lists) => (lists as Value[]).flatMap(itemsOf)),
  union: builtin('...list', (...lists) => distinct((lists as Value[]).flatMap(itemsOf))),
  'distinct values': onList('list', distinct),
  flatten: onList('list', flatten),
  reverse: onList('list', list => [...list].reverse()),
  'index of': onList('list, match', (list, match) =>
    list.flatMap((item, index) => (equal(item, match as Value) === true ? [whole(index + 1)] : [])),
  ),
  sublist: onList('list, start position, length?', sublist),
  'insert before': onList('list, position, newItem', (list, position, item) => {
    const at = place(list, position)
    return at === null || item === undefined ? null : list.toSpliced(at, 0, item)
  }),
  remove: onList('list, position', (list, position) => {
    const at = place(list, position)
    return at === null ? null : list.toSpliced(at, 1)
  }),
  'list replace': {
    forms: [
      ['list', 'position', 'newItem'],
      ['list', 'match', 'newItem'],
    ],
    call: (list, where, item) =>
      list === undefined || list === null ? null : replace(itemsOf(list), where, item as Value),
  },
  sort: onList('list, precedes?', sort),
}

function onList(form: string, call: (list: List, ...rest: Argument[]) => Value): Builtin {
  return builtin(form, (list, ...rest) => (list === undefined || list === null ? null : call(itemsOf(list), ...rest)))
}

/** `f(list)` or `f(a, b, …)`. */
function variadic(call: (values: List) => Value): Builtin {
  return builtin('...list', (...args) => {
    const [first] = args
    if (args.length !== 1) return call(args as Value[])
    return first === undefined || first === null ? null : call(itemsOf(first))
  })
}

/** Null where the list is empty or holds anything but numbers. */
function aggregate(call: (numbers: readonly ExactNumber[]) => Value): Builtin {
  return variadic(values => (values.length > 0 && values.every(isNumber) ? call(values) : null))
}

/** The item that comes before all others in a sense; null where two of them have no order. */
function ordered(better: (sign: number) => boolean): Builtin {
  return variadic(values => {
    let best = values[0] ?? null
    for (const value of values) {
      const sign = order(value, best)
      if (sign === null) return null
      if (better(sign)) best = value
    }
    return best
  })
}

function isNumber(value: Value): value is ExactNumber {
  return value instanceof ExactNumber
}

function isTruth(value: Value): value is boolean | null {
  return value === null || typeof value === 'boolean'
}

function ascending(numbers: readonly ExactNumber[]): readonly ExactNumber[] {
  return numbers.toSorted((a, b) => order(a, b) as number)
}

function median(numbers: readonly ExactNumber[]): ExactNumber {
  const sorted = ascending(numbers)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] as ExactNumber
  return sorted.length % 2 === 1 ? upper : multiply(add(sorted[middle - 1] as ExactNumber, upper), fraction(1n, 2n))
}

/** The standard deviation of a sample (divided by n − 1); null of fewer than two numbers. */
function standardDeviation(numbers: readonly ExactNumber[]): Value {
  const mean = multiply(numbers.reduce(add), fraction(1n, BigInt(numbers.length)))
  const squares = numbers.map(number => subtract(number, mean)).map(gap => multiply(gap, gap))
  const variance = divide(squares.reduce(add), whole(numbers.length - 1))
  return variance && squareRoot(toDigits(variance))
}

/** The most frequent numbers, ascending. */
function mode(numbers: readonly ExactNumber[]): Value {
  const counts: { number: ExactNumber; count: number }[] = []
  for (const number of ascending(numbers)) {
    const last = counts.at(-1)
    if (last && equal(last.number, number)) last.count++
    else counts.push({ number, count: 1 })
  }
  const most = Math.max(...counts.map(({ count }) => count))
  return counts.filter(({ count }) => count === most).map(({ number }) => number)
}

function distinct(list: List): List {
  const found: Value[] = []
  for (const item of list) if (!found.some(other => equal(item, other) === true)) found.push(item)
  return found
}

function flatten(list: List): List {
  return list.flatMap(item => (isList(item) ? flatten(item) : [item]))
}

/** The index of a position that the list has; null of any other. */
function place(list: List, position: Argument): number | null {
  if (!(position instanceof ExactNumber)) return null
  const at = toWhole(position)
  if (at === null || at === 0n) return null
  const index = Number(at) > 0 ? Number(at) - 1 : list.length + Number(at)
  return index >= 0 && index < list.length ? index : null
}

function sublist(list: List, position: Argument, length: Argument): Value {
  const start = place(list, position)
  if (start === null) return null
  if (length === undefined) return list.slice(start)
  const count = length instanceof ExactNumber ? toWhole(length) : null
  return count === null || count < 1n || start + Number(count) > list.length
    ? null
    : list.slice(start, start + Number(count))
}

function replace(list: List, where: Argument, item: Value): Value {
  if (where instanceof FunctionValue) {
    if (where.parameters.length !== 2) return null
    const verdicts = list.map(old => where.call([old, item]))
    if (!verdicts.every(verdict => typeof verdict === 'boolean')) return null
    return list.map((old, index) => (verdicts[index] === true ? item : old))
  }
  const at = place(list, where)
  return at === null ? null : list.with(at, item)
}

/** In the order that `precedes` says, stable; without it, of numbers or texts, ascending. */
function sort(list: List, precedes: Argument): Value {
  if (precedes === undefined) {
    const sortable = list.every(item => order(item, list[0] as Value) !== null)
    return sortable ? list.toSorted((a, b) => order(a, b) as number) : null
  }
  if (!(precedes instanceof FunctionValue) || precedes.parameters.length !== 2) return null
  return list.toSorted((a, b) => (precedes.call([a, b]) === true ? -1 : precedes.call([b, a]) === true ? 1 : 0))
}
