/**
 * The restricted Latin characters that banks everywhere accept in ISO 20022 texts (the SWIFT "X" set without line ends):
 * a–z A–Z 0–9 / - ? : ( ) . , ' + and space.
 */
const ALLOWED = /^[A-Za-z0-9/\-?:().,'+ ]$/

/** What nearly every name is already: worth a look before taking it apart, in files of a million names. */
const AS_IT_IS = /^[A-Za-z0-9]+(?:[-'., ][A-Za-z0-9]+)*$/

/** Letters that lose nothing of their sound but do not come apart into a letter and an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  æ: 'ae',
  Œ: 'OE',
  œ: 'oe',
  Ø: 'O',
  ø: 'o',
  ß: 'ss',
  Ð: 'D',
  ð: 'd',
  Þ: 'Th',
  þ: 'th',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
  // Letters of Wolof, Pulaar and Bamanankan spelling.
  Ŋ: 'Ng',
  ŋ: 'ng',
  Ɲ: 'Ny',
  ɲ: 'ny',
  Ɛ: 'E',
  ɛ: 'e',
  Ɔ: 'O',
  ɔ: 'o',
  Ɓ: 'B',
  ɓ: 'b',
  Ɗ: 'D',
  ɗ: 'd',
  Ƴ: 'Y',
  ƴ: 'y',
  '’': "'",
  '‘': "'",
  ʼ: "'",
  ʿ: "'",
  '`': "'",
  '«': "'",
  '»': "'",
  '"': "'",
  '“': "'",
  '”': "'",
  '–': '-',
  '—': '-',
  '‑': '-',
  _: '-',
  '&': '+',
  '…': '...',
}

/**
 * A text in the restricted characters, at most `longest` of them: accents fall, ligatures open, spaces are single, what
 * remains outside becomes a full stop. It neither begins nor ends with a slash and holds no double slash, which some
 * banks read as a code. Undefined where no letter or digit is left, as for a name written in Arabic only.
 */
export function latinText(text: string, longest: number): string | undefined {
  if (text.length <= longest && AS_IT_IS.test(text)) return text
  let written = ''
  for (const character of text.normalize('NFKD')) {
    if (/\p{Mark}/u.test(character)) continue
    if (ALLOWED.test(character)) written += character
    else if (/\s/.test(character)) written += ' '
    else written += LETTERS[character] ?? '.'
  }
  const tidy = written
    .replace(/\/{2,}/g, '/')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, longest)
  const bare = tidy.replace(/^[/ ]+|[/ ]+$/g, '')
  return /[A-Za-z0-9]/.test(bare) ? bare : undefined
}
