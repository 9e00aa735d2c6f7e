import { numberToText } from './number.ts'
import { OutsideLanguage } from './outside-language.ts'
import { isContext, isList, type Range, type Value } from './value.ts'

/** A value as text: `string(value)` of the language. Text inside lists and contexts is quoted, alone it is not. */
export function valueToText(value: Value): string {
  return typeof value === 'string' ? value : quoted(value)
}

function quoted(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  if (isList(value)) return `[${value.map(quoted).join(', ')}]`
  if (isContext(value)) return `{${[...value].map(([name, entry]) => `${keyText(name)}: ${quoted(entry)}`).join(', ')}}`
  switch (value.kind) {
    case 'number':
      return numberToText(value)
    case 'date':
    case 'months_duration':
    case 'days_duration':
      return value.toString()
    case 'time':
      throw new OutsideLanguage('a time of day written out is outside the language')
    case 'range':
      return rangeText(value)
    case 'function':
      return `function(${value.parameters.join(', ')})`
  }
}

function keyText(name: string): string {
  return /^[\p{L}_?][\p{L}\p{N}_ ]*$/u.test(name) ? name : `"${name.replaceAll('"', '\\"')}"`
}

function rangeText({ start, end, startIncluded, endIncluded }: Range): string {
  if (start === undefined) return `${endIncluded ? '<=' : '<'} ${quoted(end ?? null)}`
  if (end === undefined) return `${startIncluded ? '>=' : '>'} ${quoted(start)}`
  return `${startIncluded ? '[' : '('}${quoted(start)}..${quoted(end)}${endIncluded ? ']' : ')'}`
}
