import { ExactNumber, parseNumber } from '../number.ts'
import type { Value } from '../value.ts'
import type { Argument } from './builtin.ts'

/** `number("1 234,5", " ", ",")`: reads a number as people group it. Separators: space, comma or period; two that differ. */
export function parseGroupedNumber(from: Argument, grouping: Argument, point: Argument): Value {
  if (from instanceof ExactNumber && grouping === undefined) return from
  if (typeof from !== 'string') return null
  if (!isSeparator(grouping, [' ', ',', '.']) || !isSeparator(point, [',', '.'])) return null
  if (grouping && grouping === point) return null
  const text = from.replaceAll(grouping || '\0', '').replaceAll(point || '\0', '.')
  return /^[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? parseNumber(text) : null
}

function isSeparator(value: Argument, accepted: readonly string[]): value is string | null | undefined {
  return value === undefined || value === null || (typeof value === 'string' && accepted.includes(value))
}
