import { addDays } from '../date.ts'
import { add, compareNumbers, type ExactNumber, ONE, subtract, toWhole } from '../number.ts'
import { type Context, FunctionValue, isContext, isList, isNumber, type List, Range, type Value } from '../value.ts'

/** What a filter or an aggregate runs over: a list as it is, no item for null, one item for anything else. */
export function itemsOf(value: Value): List {
  if (isList(value)) return value
  return value === null ? [] : [value]
}

/** `list[3]`, `list[-1]`: counted from 1, or from the end. Null outside the list or where the position is no whole number. */
export function itemAt(list: List, position: ExactNumber): Value {
  const index = toWhole(position)
  if (index === null || index === 0n) return null
  return list[Number(index > 0n ? index - 1n : BigInt(list.length) + index)] ?? null
}

/** The names that an item brings into a filter. */
export function namesOf(item: Value): Context | null {
  return isContext(item) ? item : null
}

/** The values that a loop variable takes: items of a list, whole numbers or days of a range; null where neither fits. */
export function stepsOf(source: Value): List | null {
  if (source instanceof Range) return stepsOfRange(source)
  if (source instanceof FunctionValue) return null
  return itemsOf(source)
}

const STEPS_MAX = 1_000_000

function stepsOfRange({ start, end, startIncluded, endIncluded }: Range): List | null {
  if (start === undefined || end === undefined || start === null || end === null) return null
  const steps: Value[] = []
  if (isNumber(start) && isNumber(end)) {
    if (toWhole(start) === null || toWhole(end) === null) return null
    const down = compareNumbers(start, end) > 0
    let at = start
    for (; compareNumbers(at, end) !== 0 && steps.length < STEPS_MAX; at = down ? subtract(at, ONE) : add(at, ONE))
      steps.push(at)
    if (compareNumbers(at, end) === 0) steps.push(at)
  } else if (isDay(start) && isDay(end)) {
    const sign = start.epochDay > end.epochDay ? -1 : 1
    const count = Math.min(Math.abs(end.epochDay - start.epochDay), STEPS_MAX)
    for (let i = 0; i <= count; i++) steps.push(addDays(start, i * sign))
  } else return null
  return steps.slice(startIncluded ? 0 : 1, endIncluded ? steps.length : -1)
}

function isDay(value: Value): value is Value & { kind: 'date'; epochDay: number } & import('../date.ts').CivilDate {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'date'
}
