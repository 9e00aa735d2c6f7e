import { addDays, CivilDate } from '../date.ts'
import { ExactNumber, toWhole, whole } from '../number.ts'
import { OutsideLanguage } from '../outside-language.ts'
import { type Context, FunctionValue, isContext, isList, type List, Range, type Value } from '../value.ts'

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
  const steps =
    start instanceof ExactNumber && end instanceof ExactNumber ? numbersBetween(start, end) : daysBetween(start, end)
  return steps?.slice(startIncluded ? 0 : 1, endIncluded ? steps.length : -1) ?? null
}

function numbersBetween(start: ExactNumber, end: ExactNumber): List | null {
  const first = toWhole(start)
  const last = toWhole(end)
  return first === null || last === null ? null : countFrom(last - first, step => whole(first + BigInt(step)))
}

function daysBetween(start: Value | undefined, end: Value | undefined): List | null {
  if (!(start instanceof CivilDate && end instanceof CivilDate)) return null
  return countFrom(BigInt(end.epochDay - start.epochDay), step => addDays(start, step))
}

/** The values of steps 0, 1, 2 … up to a distance, or 0, −1, −2 … down to it. */
function countFrom(distance: bigint, at: (step: number) => Value): List {
  const count = Math.abs(Number(distance)) + 1
  if (count > STEPS_MAX) throw new OutsideLanguage(`a loop of more than ${STEPS_MAX} steps is outside the language`)
  return Array.from({ length: count }, (_, index) => at(distance < 0n ? -index : index))
}
