import type { FunctionOf, TypeName } from '../expression.ts'
import { OutsideLanguage } from '../outside-language.ts'
import { isContext, isList, type Kind, kindOf, Range, type Value } from '../value.ts'

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['number', 'number'],
  ['string', 'string'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['years and months duration', 'months_duration'],
  ['days and time duration', 'days_duration'],
  ['list', 'list'],
  ['context', 'context'],
  ['range', 'range'],
  ['function', 'function'],
  ['Null', 'null'],
])

/** The types that have a name. Of the two with a time of day the language knows no more than the name. */
export const TYPE_NAMES: ReadonlySet<string> = new Set([...KINDS.keys(), 'Any', 'time', 'date and time'])

/** Whether a value is of a type. Null is an instance of none but `Null`. */
export function isInstance(value: Value, type: TypeName): boolean {
  if (value === null) return type.kind === 'named' && type.name === 'Null'
  switch (type.kind) {
    case 'named': {
      if (type.name === 'Any') return true
      const kind = KINDS.get(type.name)
      if (kindOf(value) === 'time') throw new OutsideLanguage('the type of a time of day is outside the language')
      return kindOf(value) === kind
    }
    case 'list':
      return isList(value) && value.every(item => belongs(item, type.of))
    case 'range':
      return value instanceof Range && [value.start, value.end].every(end => end === undefined || belongs(end, type.of))
    case 'context':
      return (
        isContext(value) &&
        type.entries.every(entry => {
          const item = value.get(entry.name)
          return item !== undefined && belongs(item, entry.type)
        })
      )
    case 'function':
      if (kindOf(value) !== 'function') return false
      throw new OutsideLanguage('the type of a function is outside the language')
  }
}

/** Inside a list, a context or a call null is of every type. */
function belongs(value: Value, type: TypeName): boolean {
  return value === null || isInstance(value, type)
}

/** The arguments of a function of one's own, each of its declared type; a list of one item stands for the item. */
export function parametersOf(parameters: FunctionOf['parameters'], values: readonly Value[]): readonly Value[] | null {
  const given: Value[] = []
  for (const [index, { type }] of parameters.entries()) {
    const value = values[index] ?? null
    const fitting = type === null || belongs(value, type) ? value : singleton(value, type)
    if (fitting === undefined) return null
    given.push(fitting)
  }
  return given
}

function singleton(value: Value, type: TypeName): Value | undefined {
  if (isList(value)) return value.length === 1 && belongs(value[0] as Value, type) ? (value[0] as Value) : undefined
  return type.kind === 'list' && belongs(value, type.of) ? [value] : undefined
}
