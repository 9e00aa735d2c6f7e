import { editDistance, likeness } from './distance.ts'
import { romanise } from './romanise.ts'

// What is compared beside names and dates: texts (places, addresses, occupations), numbers of documents and telephones,
// postcodes, house numbers, and words of a short list (sex, state).

export type Text = { readonly letters: string; readonly words: readonly string[] }

export const textLevels = ['same', 'close', 'similar', 'overlap', 'different'] as const
export const codeLevels = ['same', 'one_error', 'two_errors', 'different'] as const
export const postcodeLevels = ['same', 'one_error', 'same_area', 'different'] as const
export const numberLevels = ['same', 'one_error', 'different'] as const
export const wordLevels = ['same', 'one_error', 'different'] as const

/** Free text made ready for comparing: either script, no accents, no signs. */
export function readText(text: string): Text | undefined {
  const folded = romanise(text)
  return folded === '' ? undefined : { letters: folded.replaceAll(' ', ''), words: folded.split(' ') }
}

export function compareTexts(a: Text, b: Text): (typeof textLevels)[number] {
  if (a.letters === b.letters) return 'same'
  const alike = likeness(a.letters, b.letters)
  if (alike >= 0.94 || (Math.min(a.letters.length, b.letters.length) >= 4 && isWithin(a.letters, b.letters, 1))) {
    return 'close'
  }
  const shared = sharedWords(a.words, b.words)
  const most = Math.max(a.words.length, b.words.length)
  if (shared === most && most > 1) return 'close'
  if (alike >= 0.87 || shared * 2 > most) return 'similar'
  return shared > 0 || alike >= 0.8 ? 'overlap' : 'different'
}

/** How many words of three letters or more are found again, to a letter. */
function sharedWords(a: readonly string[], b: readonly string[]): number {
  const left = [...b]
  let found = 0
  for (const word of a) {
    const place = left.findIndex(other => other === word || (word.length >= 5 && isWithin(word, other, 1)))
    if (place < 0) continue
    if (word.length >= 3) found++
    left.splice(place, 1)
  }
  return found
}

/** Letters and digits of a number of a document, upper case, no signs. */
export function readCode(text: string): string | undefined {
  return text.toUpperCase().replaceAll(/[^\p{L}\p{N}]+/gu, '') || undefined
}

/** The last nine digits of a telephone: what comes before is the country's prefix, which some write. */
export function readPhone(text: string): string | undefined {
  const digits = text.replaceAll(/\D/g, '')
  return digits.length < 4 ? undefined : digits.replace(/^0+/, '').slice(-9)
}

export function compareCodes(a: string, b: string): (typeof codeLevels)[number] {
  if (a === b) return 'same'
  const least = Math.min(a.length, b.length)
  if (least < 4) return 'different'
  const edits = editDistance(a, b, 2)
  return edits === 1 ? 'one_error' : edits === 2 && least >= 6 ? 'two_errors' : 'different'
}

export function comparePostcodes(a: string, b: string): (typeof postcodeLevels)[number] {
  if (a === b) return 'same'
  if (isWithin(a, b, 1)) return 'one_error'
  return areaOf(a) === areaOf(b) ? 'same_area' : 'different'
}

/** The part of a postcode that names the town: `SW1A` of `SW1A 1AA`, the first two digits of one of digits. */
export function areaOf(postcode: string): string {
  return /^\d+$/.test(postcode) ? postcode.slice(0, 2) : postcode.slice(0, Math.max(2, postcode.length - 3))
}

export function compareNumbers(a: string, b: string): (typeof numberLevels)[number] {
  if (a === b) return 'same'
  return Math.max(a.length, b.length) >= 2 && isWithin(a, b, 1) ? 'one_error' : 'different'
}

export function compareWords(a: string, b: string): (typeof wordLevels)[number] {
  if (a === b) return 'same'
  return Math.min(a.length, b.length) >= 3 && isWithin(a, b, 1) ? 'one_error' : 'different'
}

const SEX: Readonly<Record<string, string>> = {
  ...{ f: 'F', female: 'F', femme: 'F', feminin: 'F', woman: 'F', w: 'F', girl: 'F', fille: 'F', '2': 'F' },
  ...{ m: 'M', male: 'M', homme: 'M', masculin: 'M', man: 'M', h: 'M', boy: 'M', garson: 'M', '1': 'M' },
  ...{ dkr: 'M', anta: 'F' },
}

/** Female or male in the words of three languages; nothing for any other word. */
export function readSex(text: string): string | undefined {
  const word = romanise(text)
  return SEX[word] ?? (word === '' || ['u', 'unknown', 'x', '0', '9'].includes(word) ? undefined : word.toUpperCase())
}

function isWithin(a: string, b: string, edits: number): boolean {
  return editDistance(a, b, edits) <= edits
}
