// Letters that people, keyboards and clerks write in more than one way, each with the one form that search compares.
const ARABIC_FORMS: Readonly<Record<string, string>> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ئ: 'ي',
  ؤ: 'و',
  ة: 'ه',
  گ: 'ك',
  ڭ: 'ك',
  ڤ: 'ف',
  پ: 'ب',
}
/** Short vowels, doubling and the lengthening stroke: written by few, and never by all. */
const ARABIC_MARKS = /[\u064b-\u065f\u0670\u0640]/g
const LATIN_MARKS = /[\u0300-\u036f]/g

/**
 * The names of a person in every script, folded into what search compares: lower case, no accents, one form per Arabic
 * letter, single spaces. `El-Alaoui Méryem` and `EL ALAOUI Meryem` are one key.
 */
export function nameKey(...names: readonly (string | null | undefined)[]): string {
  return (
    names
      .filter(name => name !== null && name !== undefined)
      .join(' ')
      .normalize('NFD')
      // Decomposed, آ is an alef and a mark: dropping the mark is the fold.
      .replaceAll(LATIN_MARKS, '')
      .replaceAll(ARABIC_MARKS, '')
      .normalize('NFC')
      .toLowerCase()
      .replaceAll(/[أإآٱىئؤةگڭڤپ]/g, letter => ARABIC_FORMS[letter] as string)
      .replaceAll('œ', 'oe')
      .replaceAll('æ', 'ae')
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  )
}
