import { ExactNumber, round, toWhole, whole } from '../number.ts'
import { isList, type Value } from '../value.ts'
import { valueToText } from '../value-text.ts'
import { type Argument, type Builtin, builtin, ofSingleValues } from './builtin.ts'
import { parseGroupedNumber } from './grouped-number.ts'

/** Functions of text. Positions and lengths count code points, from 1. */
export const textFunctions: Record<string, Builtin> = {
  string: builtin('from', from => (from === undefined || from === null ? null : valueToText(from))),
  'string join': builtin('list, delimiter?', stringJoin),
  ...ofSingleValues({
    number: builtin(['from', 'from, grouping separator, decimal separator'], parseGroupedNumber),
    substring: builtin('string, start position, length?', substring),
    'string length': builtin('string', string => (typeof string === 'string' ? whole([...string].length) : null)),
    'upper case': builtin('string', string => (typeof string === 'string' ? string.toUpperCase() : null)),
    'lower case': builtin('string', string => (typeof string === 'string' ? string.toLowerCase() : null)),
    'substring before': builtin('string, match', (string, match) => {
      if (typeof string !== 'string' || typeof match !== 'string') return null
      return string.slice(0, Math.max(string.indexOf(match), 0))
    }),
    'substring after': builtin('string, match', (string, match) => {
      if (typeof string !== 'string' || typeof match !== 'string') return null
      const at = string.indexOf(match)
      return at === -1 ? '' : string.slice(at + match.length)
    }),
    contains: builtin('string, match', (string, match) => bothText(string, match, (a, b) => a.includes(b))),
    'starts with': builtin('string, match', (string, match) => bothText(string, match, (a, b) => a.startsWith(b))),
    'ends with': builtin('string, match', (string, match) => bothText(string, match, (a, b) => a.endsWith(b))),
  }),
}

function bothText(a: Argument, b: Argument, test: (a: string, b: string) => boolean): Value {
  return typeof a === 'string' && typeof b === 'string' ? test(a, b) : null
}

function substring(string: Argument, start: Argument, length: Argument): Value {
  if (typeof string !== 'string' || !(start instanceof ExactNumber)) return null
  const points = [...string]
  const position = Number(toWhole(round(start, 0, 'down')))
  const from = position > 0 ? position - 1 : points.length + position
  if (position === 0 || from < 0 || from >= points.length) return null
  if (length === undefined) return points.slice(from).join('')
  if (!(length instanceof ExactNumber)) return null
  const count = Number(toWhole(round(length, 0, 'down')))
  return count < 1 ? null : points.slice(from, from + count).join('')
}

/** Texts one after the other; what is null is left out. */
function stringJoin(list: Argument, delimiter: Argument): Value {
  const items = typeof list === 'string' ? [list] : list
  if (items === undefined || items === null || !isList(items)) return null
  if (typeof delimiter !== 'string' && delimiter !== undefined && delimiter !== null) return null
  const texts = items.filter(item => item !== null)
  return texts.every(item => typeof item === 'string') ? texts.join(delimiter ?? '') : null
}
