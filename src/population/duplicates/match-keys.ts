import { readBirthDate } from '../matching/birth-date.ts'
import { readName } from '../matching/person-name.ts'
import { cellsOf, type RegisteredPerson } from './registered-person.ts'

/**
 * What a person is found by: each key the number of a text made of two or three fields, so that any one of them may be
 * missing or wrong and another key still leads there. Names count by their sound and in no order.
 */
export function matchKeys(person: RegisteredPerson): number[] {
  const [given = '', family = '', , born = '', phone = ''] = cellsOf(person)
  const first = readName(given)?.sound.consonants
  const last = readName(family)?.sound.consonants
  const date = readBirthDate(born)
  const known = date && date.reach !== 'damaged' ? date : undefined
  const names = first && last ? [first, last].sort().join(' ') : undefined
  const day = known?.reach === 'day' ? known.digits : undefined
  const keys = [
    names && known && `year ${names} ${known.year}`,
    names && day && `month and day ${names} ${day.slice(4)}`,
    names && `place ${names} ${person.territory.split('.').slice(0, 2).join('.')}`,
    first && day && `given ${first} ${day}`,
    last && day && `family ${last} ${day}`,
    first && phone && `phone ${first} ${phone}`,
    day && phone && `phone and day ${phone} ${day}`,
  ]
  return [...new Set(keys.flatMap(key => (key ? [numberOf(key)] : [])))].sort((a, b) => a - b)
}

/** A whole number of 32 bits for a text (FNV-1a): two texts of one number are compared in vain, and that is all. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}
