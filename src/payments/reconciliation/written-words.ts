const ARABIC = /[\u0621-\u064a\u066e-\u06d3]/
const ARABIC_MARKS = /[\u064b-\u0652\u0656-\u065f\u0670\u0640]/g
const LATIN_MARKS = /[\u0300-\u036f]/g

/** Lower case without accents or vowel signs, words parted by single spaces. */
export function folded(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is plain ASCII has nothing to take apart
  const plain = /^[\x00-\x7f]*$/.test(text)
    ? text
    : text.replaceAll(ARABIC_MARKS, '').normalize('NFD').replaceAll(LATIN_MARKS, '').normalize('NFC')
  return plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** A reference without what people leave out or add: `INV-2026/001` and `inv 2026 001` are one. */
export function referenceKey(text: string): string {
  return folded(text).replaceAll(' ', '')
}

/** The number at the end of a reference, without its leading zeros, where it has three digits or more. */
export function numberOf(reference: string): string | undefined {
  return /0*([1-9]\d{2,})\D*$/.exec(reference)?.[1]
}

export function isArabic(text: string): boolean {
  return ARABIC.test(text)
}

// Consonants that the two scripts share; vowels, and the letters that stand for them, are written by one and not the other.
const LATIN_OF: Readonly<Record<string, string>> = {
  ...{ ب: 'b', پ: 'b', ت: 't', ث: 't', ج: 'j', چ: 'x', ح: 'h', خ: 'k', د: 'd', ذ: 'd', ر: 'r', ز: 'z', س: 's', ش: 'x' },
  ...{ ص: 's', ض: 'd', ط: 't', ظ: 'd', غ: 'g', ف: 'f', ڤ: 'f', ق: 'k', ك: 'k', ک: 'k', گ: 'g', ڭ: 'g', ل: 'l', م: 'm' },
  ...{ ن: 'n', ه: 'h' },
}
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/(?<=.)h$/g, ''],
  [/[cs]h/g, 'x'],
  [/kh/g, 'k'],
  [/gh/g, 'g'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/dj/g, 'j'],
  [/[cq]/g, 'k'],
  [/v/g, 'f'],
  [/p/g, 'b'],
]

/** What a name keeps from one script to the other: محمد and Mohamed are both `mhmd`. For comparing only. */
export function consonants(word: string): string {
  let key = word
  if (isArabic(word)) {
    key = word
      .replace(/^ال(?=..)/, '')
      .replace(/[هة]$/, '')
      .replaceAll(/./gu, letter => LATIN_OF[letter] ?? (ARABIC.test(letter) ? '' : letter))
  } else for (const [sound, letter] of SOUNDS) key = key.replaceAll(sound, letter)
  return key.replaceAll(/[aeiouyw]/g, '').replaceAll(/(.)\1+/g, '$1')
}
