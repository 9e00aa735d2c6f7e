import { order } from '../operators/comparison.ts'
import { Range, type Value } from '../value.ts'
import { type Argument, type Builtin, builtin } from './builtin.ts'

/**
 * How ranges and points lie to each other (Allen, 1983). An end is a cut of the line just below or just above a value:
 * `[1..3)` runs from below 1 to below 3, the point 2 from below 2 to above 2. Every relation then compares cuts.
 */
type Cut = { readonly value: Value | undefined; readonly side: -1 | 1 }
type Span = { readonly start: Cut; readonly end: Cut }

export const rangeFunctions: Record<string, Builtin> = {
  before: relation(['point1, point2', 'point, range', 'range, point', 'range1, range2'], (a, b) => [
    a.end,
    '<=',
    b.start,
  ]),
  after: relation(['point1, point2', 'point, range', 'range, point', 'range1, range2'], (a, b) => [
    b.end,
    '<=',
    a.start,
  ]),
  includes: relation(
    ['range, point', 'range1, range2'],
    (a, b) => [a.start, '<=', b.start, b.end, '<=', a.end],
    'range',
  ),
  during: relation(
    ['point, range', 'range1, range2'],
    (a, b) => [b.start, '<=', a.start, a.end, '<=', b.end],
    'any',
    'range',
  ),
  starts: relation(
    ['point, range', 'range1, range2'],
    (a, b) => [a.start, '=', b.start, a.end, '<=', b.end],
    'any',
    'range',
  ),
  'started by': relation(
    ['range, point', 'range1, range2'],
    (a, b) => [a.start, '=', b.start, b.end, '<=', a.end],
    'range',
  ),
  finishes: relation(
    ['point, range', 'range1, range2'],
    (a, b) => [a.end, '=', b.end, b.start, '<=', a.start],
    'any',
    'range',
  ),
  'finished by': relation(
    ['range, point', 'range1, range2'],
    (a, b) => [a.end, '=', b.end, a.start, '<=', b.start],
    'range',
  ),
  coincides: relation(['point1, point2', 'range1, range2'], (a, b) => [a.start, '=', b.start, a.end, '=', b.end]),
  overlaps: relation(['range1, range2'], (a, b) => [b.start, '<', a.end, a.start, '<', b.end], 'range', 'range'),
  'overlaps before': relation(['range1, range2'], overlapsBefore, 'range', 'range'),
  'overlaps after': relation(['range1, range2'], (a, b) => overlapsBefore(b, a), 'range', 'range'),
  meets: builtin('range1, range2', (a, b) => meets(a, b)),
  'met by': builtin('range1, range2', (a, b) => meets(b, a)),
}

type Comparison = [Cut, '<' | '<=' | '=', Cut]
type Conditions = Comparison | [...Comparison, ...Comparison] | [...Comparison, ...Comparison, ...Comparison]

function relation(
  forms: readonly string[],
  conditions: (a: Span, b: Span) => Conditions,
  first: 'any' | 'range' = 'any',
  second: 'any' | 'range' = 'any',
): Builtin {
  return builtin(forms, (a, b) => {
    if ((first === 'range' && !(a instanceof Range)) || (second === 'range' && !(b instanceof Range))) return null
    const one = spanOf(a)
    const two = spanOf(b)
    if (!one || !two) return null
    const parts = conditions(one, two)
    for (let i = 0; i < parts.length; i += 3) {
      const sign = compareCuts(parts[i] as Cut, parts[i + 2] as Cut)
      if (sign === null) return null
      const operator = parts[i + 1]
      if (operator === '=' ? sign !== 0 : operator === '<' ? sign >= 0 : sign > 0) return false
    }
    return true
  })
}

function overlapsBefore(a: Span, b: Span): Conditions {
  return [a.start, '<', b.start, b.start, '<', a.end, a.end, '<=', b.end]
}

/** Ranges meet where both hold the one value at which the first ends and the second starts. */
function meets(a: Argument, b: Argument): Value {
  if (!(a instanceof Range && b instanceof Range)) return null
  if (a.end === undefined || b.start === undefined) return false
  const sign = order(a.end, b.start)
  return sign === null ? null : sign === 0 && a.endIncluded && b.startIncluded
}

function spanOf(value: Argument): Span | null {
  if (value === undefined || value === null) return null
  if (!(value instanceof Range)) return { start: { value, side: -1 }, end: { value, side: 1 } }
  return {
    start: { value: value.start, side: value.start === undefined || value.startIncluded ? -1 : 1 },
    end: { value: value.end, side: value.end === undefined || value.endIncluded ? 1 : -1 },
  }
}

/** A cut without value lies before (side −1) or after (side 1) everything. */
function compareCuts(a: Cut, b: Cut): number | null {
  if (a.value === undefined) return b.value === undefined ? a.side - b.side : a.side
  if (b.value === undefined) return -b.side
  const sign = order(a.value, b.value)
  return sign === null || sign !== 0 ? sign : a.side - b.side
}
