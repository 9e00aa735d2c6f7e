import { readBirthDate } from '../matching/birth-date.ts'
import { readName } from '../matching/person-name.ts'
import { ofItsOwn } from '../name-key.ts'
import { cellsOf, type RegisteredPerson } from './registered-person.ts'

/** What is told of a person's keys without knowing where they live. */
export type KeysButPlace = {
  /** Each kind of key in its place, null where there is none. */
  readonly keys: readonly (number | null)[]
  /** With {@link placeNumber}, by exclusive or, the key that the place has a part in; undefined where there is none. */
  readonly placeKey: number | undefined
}

/**
 * What a person is found by: each key the number of a text made of some fields, so that any one of them may be missing or
 * wrong and another key still leads there. Names count by their sound and in no order. Every key is sharp enough that a nation
 * holds few persons of one: a pair that agrees in less could not be taken for one person in a register of that size.
 * Always {@link KEYS}, each kind in its place and null where there is none: like is looked for in the same place.
 */
export function matchKeys(person: RegisteredPerson): (number | null)[] {
  const { keys, placeKey } = keysButPlace(person)
  return [...keys, placeKey === undefined ? null : placeKey ^ placeNumber(person.territory)]
}

/** How many kinds of keys there are. */
export const KEYS = 6

export function keysButPlace(person: Omit<RegisteredPerson, 'id' | 'territory'>): KeysButPlace {
  const [given = '', family = '', , born = '', phone = ''] = cellsOf({ ...person, id: '', territory: '' })
  const first = soundIn(given)
  const last = soundIn(family)
  const date = readBirthDate(born)
  const known = date && date.reach !== 'damaged' ? date : undefined
  const names = first && last ? (first < last ? `${first} ${last}` : `${last} ${first}`) : undefined
  const day = known?.reach === 'day' ? known.digits : undefined
  const keys = [
    names && day && `month and day ${names} ${day.slice(4)}`,
    first && day && `given ${first} ${day} ${last.slice(0, 1)}`,
    last && day && `family ${last} ${day} ${first.slice(0, 1)}`,
    first && phone && `phone ${first} ${phone}`,
    day && phone && `phone and day ${phone} ${day}`,
  ]
  return {
    keys: keys.map(key => (key ? numberOf(key) : null)),
    placeKey: names ? numberOf(known ? `year ${names} ${known.year}` : `names ${names}`) : undefined,
  }
}

/** The number of the part of a country that a territory lies in: the first two levels of its code. */
export function placeNumber(territory: string): number {
  return numberOf(territory.split('.').slice(0, 2).join('.'))
}

/** A whole number of 32 bits for a text (FNV-1a): two texts of one number are compared in vain, and that is all. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

const MOST_REMEMBERED = 50_000
const sounds = new Map<string, string>()

/** Millions of people share some thousands of names: their sounds are remembered. */
function soundIn(name: string): string {
  let sound = sounds.get(name)
  if (sound === undefined) {
    sound = readName(name)?.sound.consonants ?? ''
    if (sounds.size >= MOST_REMEMBERED) sounds.clear()
    sounds.set(ofItsOwn(name), sound)
  }
  return sound
}
