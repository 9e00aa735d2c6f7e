// Arabic letters as French spelling renders them in Morocco, so that both scripts meet in one alphabet. Short vowels are not
// written in Arabic: what stands here between consonants is the long ones alone.
const ARABIC: Readonly<Record<string, string>> = {
  ...{
    ا: 'a',
    أ: 'a',
    إ: 'i',
    آ: 'a',
    ٱ: 'a',
    ى: 'a',
    ة: 'a',
    ء: '',
    ع: 'a',
    ئ: 'i',
    ؤ: 'ou',
    و: 'ou',
    ي: 'i',
    ی: 'i',
  },
  ...{ ب: 'b', پ: 'p', ت: 't', ث: 't', ج: 'j', چ: 'j', ح: 'h', خ: 'kh', د: 'd', ذ: 'd', ر: 'r', ز: 'z', ژ: 'z' },
  ...{
    س: 's',
    ش: 'ch',
    ص: 's',
    ض: 'd',
    ط: 't',
    ظ: 'd',
    غ: 'gh',
    ف: 'f',
    ڤ: 'v',
    ق: 'k',
    ك: 'k',
    ک: 'k',
    گ: 'g',
    ڭ: 'g',
  },
  ...{ ل: 'l', م: 'm', ن: 'n', ه: 'h' },
}
const LIGATURES: Readonly<Record<string, string>> = {
  ...{
    œ: 'oe',
    æ: 'ae',
    ø: 'o',
    ß: 'ss',
    ı: 'i',
    ł: 'l',
    đ: 'd',
    ŋ: 'n',
    ɲ: 'n',
    ɛ: 'e',
    ɔ: 'o',
    ɓ: 'b',
    ɗ: 'd',
    ç: 's',
  },
}
const PLAIN = /^[ -~]*$/
const ARABIC_LETTER = /[\u0620-\u06d3]/
/** What joins the letters of one word: an apostrophe of any shape, the lengthening stroke, the vowel marks of Arabic. */
const JOINING = /['’‘`ʼʿʾ\u0640\u064b-\u065f\u0670\u200c-\u200f]/g
const MARKS = /[\u0300-\u036f]/g

/** Whether a text is written in Arabic script, at least in part. */
export function isArabic(text: string): boolean {
  return ARABIC_LETTER.test(text)
}

/**
 * A text of either script in plain Latin letters and digits: lower case, no accents, single spaces; `N’Diaye` is `ndiaye`,
 * `El-Alaoui` is `el alaoui`, `محمد` is `mhmd`, `الناصري` is `nasri`. For comparing only: nobody is shown it.
 */
export function romanise(text: string): string {
  const joined = text.trim().toLowerCase().replaceAll(JOINING, '')
  const plain = PLAIN.test(joined) ? joined : withoutMarks(arabicWords(joined))
  return plain.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** The article ال is left out, and a waw or ya that begins a word is a consonant. */
function arabicWords(text: string): string {
  if (!isArabic(text)) return text
  return text
    .replaceAll(/(^|[^\p{L}])ال(?=\p{L}{2})/gu, '$1')
    .replaceAll(/(^|[^\p{L}])و/gu, '$1w')
    .replaceAll(/(^|[^\p{L}])[يی]/gu, '$1y')
}

function withoutMarks(text: string): string {
  return text
    .replaceAll(/[^ -~]/g, letter => ARABIC[letter] ?? LIGATURES[letter] ?? letter)
    .normalize('NFD')
    .replaceAll(MARKS, '')
    .normalize('NFC')
}
