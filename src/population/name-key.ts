// Letters that people, keyboards and clerks write in more than one way, each with the one sign that search compares.
// Arabic letters become signs of ASCII, each its own: what splits a name into pieces of three letters (pg_trgm) knows the
// letters of other scripts only where the database's locale does.
const SIGNS: Readonly<Record<string, string>> = {
  ...{ ا: 'a', أ: 'a', إ: 'a', آ: 'a', ٱ: 'a', ء: '2', ب: 'b', پ: 'b', ت: 't', ث: '8', ج: 'j', چ: 'j', ح: '7', خ: '5' },
  ...{ د: 'd', ذ: 'c', ر: 'r', ز: 'z', ژ: 'z', س: 's', ش: 'x', ص: '9', ض: 'v', ط: '6', ظ: 'p', ع: '3', غ: 'g' },
  ...{ ف: 'f', ڤ: 'f', ق: 'q', ك: 'k', ک: 'k', گ: 'k', ڭ: 'k', ل: 'l', م: 'm', ن: 'n', ه: 'h', ة: 'h' },
  ...{ و: 'w', ؤ: 'w', ي: 'y', ى: 'y', ی: 'y', ئ: 'y' },
  ...{ œ: 'oe', æ: 'ae', ø: 'o', ß: 'ss', ı: 'i', ł: 'l', đ: 'd', ŋ: 'n', ɲ: 'n', ɛ: 'e', ɔ: 'o', ɓ: 'b', ɗ: 'd' },
}
/** Short vowels, doubling and the lengthening stroke: written by few, and never by all. */
const ARABIC_MARKS = /[\u064b-\u0652\u0656-\u065f\u0670\u0640]/g
const LATIN_MARKS = /[\u0300-\u036f]/g
/** Text that has nothing to take apart: ASCII, and Arabic letters without marks. */
const PLAIN = /^[ -~\u0621-\u063a\u0641-\u064a]*$/

/**
 * The names of a person in every script, folded into what search compares: lower case, no accents, one sign per letter,
 * single spaces. `El-Alaoui Méryem` and `EL ALAOUI Meryem` are one key. For comparing only: nobody is shown a key.
 */
export function nameKey(...names: readonly (string | null | undefined)[]): string {
  let key = ''
  for (const name of names) {
    const folded = name ? foldedOf(name) : ''
    if (folded !== '') key = key === '' ? folded : `${key} ${folded}`
  }
  return key
}

const MOST_REMEMBERED = 50_000
const remembered = new Map<string, string>()

/** Millions of people share some thousands of names. */
function foldedOf(name: string): string {
  let folded = remembered.get(name)
  if (folded === undefined) {
    folded = fold(name)
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(ofItsOwn(name), folded)
  }
  return folded
}

/** A piece of a long text, such as a file, keeps all of that text in memory: what is remembered is copied. */
export function ofItsOwn(piece: string): string {
  return Buffer.from(piece).toString()
}

function fold(said: string): string {
  const letters = PLAIN.test(said) ? said : withoutMarks(said)
  return letters
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replaceAll(/[^ -~]/g, letter => SIGNS[letter] ?? letter)
    .trim()
}

function withoutMarks(text: string): string {
  return text.replaceAll(ARABIC_MARKS, '').normalize('NFD').replaceAll(LATIN_MARKS, '').normalize('NFC')
}
