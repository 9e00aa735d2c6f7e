// What a unique number looks like: digits that say nothing of the person, hard to guess, to mistype and to mistake for one
// another. The rules are those that MOSIP publishes for its identifiers.
import { passesCheck } from './verhoeff.ts'

export type NumberForm = {
  readonly length: number
  readonly notStartWith: readonly string[]
  /** No run of this many digits, each one more or one less than the one before, 9 and 0 being neighbours. */
  readonly sequence: number
  /** No digit again within this many places. */
  readonly repeating: number
  /** No block of this many digits or more twice. */
  readonly block: number
  /** The first so many digits are neither the last nor the last turned round. */
  readonly ends: number
  /** No run of this many digits from 2, 4, 6, 8. */
  readonly even: number
  readonly restricted: readonly string[]
}

export type NumberFault =
  | 'not-numeric'
  | 'length'
  | 'not-start-with'
  | 'sequence'
  | 'repeating'
  | 'repeating-block'
  | 'adjacent-even'
  | 'first-last-group'
  | 'first-last-reversed'
  | 'restricted'
  | 'cyclic'
  | 'checksum'

/** The unique number of a person. */
export function uniqueNumberForm(length: number): NumberForm {
  return {
    length,
    notStartWith: ['0', '1'],
    sequence: 3,
    repeating: 2,
    block: 2,
    ends: 5,
    even: 3,
    restricted: ['786', '666'],
  }
}

/** An alias that a person may give in place of the number, and revoke. */
export const ALIAS_FORM: NumberForm = {
  length: 16,
  notStartWith: ['0', '1'],
  sequence: 3,
  repeating: 2,
  block: 2,
  ends: 0,
  even: 0,
  restricted: [],
}

/** The period of 1/7, of which every cyclic number that fits is a turn. */
const CYCLIC = '142857'

/** Every rule that a text breaks, in the order of the rules; none for a number that could be issued. */
export function faultsOf(text: string, form: NumberForm): NumberFault[] {
  if (!/^\d+$/.test(text)) return ['not-numeric']
  const { length, ends } = form
  const [first, last] = [text.slice(0, ends), text.slice(-ends)]
  const broken: [NumberFault, boolean][] = [
    ['length', text.length !== length],
    ['not-start-with', form.notStartWith.some(start => text.startsWith(start))],
    ['sequence', hasSequence(text, form.sequence)],
    ['repeating', new RegExp(`(\\d)\\d{0,${form.repeating - 1}}\\1`).test(text)],
    ['repeating-block', new RegExp(`(\\d{${form.block},}).*?\\1`).test(text)],
    ['adjacent-even', form.even > 0 && new RegExp(`[2468]{${form.even}}`).test(text)],
    ['first-last-group', ends > 0 && first === last],
    ['first-last-reversed', ends > 0 && first === [...last].reverse().join('')],
    ['restricted', form.restricted.some(part => text.includes(part))],
    ['cyclic', text.includes(CYCLIC)],
    ['checksum', !passesCheck(text)],
  ]
  return broken.filter(([, is]) => is).map(([fault]) => fault)
}

function hasSequence(text: string, limit: number): boolean {
  let [up, down] = [1, 1]
  for (let at = 1; at < text.length; at++) {
    const step = (text.charCodeAt(at) - text.charCodeAt(at - 1) + 10) % 10
    up = step === 1 ? up + 1 : 1
    down = step === 9 ? down + 1 : 1
    if (up >= limit || down >= limit) return true
  }
  return false
}
