import { isList, type Kind, kindOf, type Value } from '../value.ts'

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['number', 'number'],
  ['string', 'string'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['yearMonthDuration', 'months_duration'],
  ['years and months duration', 'months_duration'],
  ['dayTimeDuration', 'days_duration'],
  ['days and time duration', 'days_duration'],
])

/** Whether a declared type has one meaning everywhere; any other is named in the model that declares it. */
export function isKnownType(type: string): boolean {
  const name = plainName(type)
  return KINDS.has(name) || WITHOUT_KIND.has(name)
}

/** Types that every value has, or that the language only compares. */
const WITHOUT_KIND = new Set(['Any', 'time', 'dateTime', 'date and time', 'list', 'context', ''])

function plainName(type: string): string {
  return type.replace(/^feel:/, '')
}

/**
 * A value where a type is declared (DMN 1.5, section 10.3.2.9.4): a list of one item stands for the item, and what does not fit
 * is null. Types whose meaning is not known here let every value through.
 */
export function coerceTo(value: Value, type: string | null): Value {
  const kind = type === null ? undefined : KINDS.get(plainName(type))
  if (kind === undefined || value === null || kindOf(value) === kind) return value
  const single = isList(value) && value.length === 1 ? (value[0] as Value) : null
  return single !== null && kindOf(single) === kind ? single : null
}
