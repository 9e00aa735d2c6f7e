import i18next, { type i18n, type TFunction } from 'i18next'
import type { Language, Words } from '#kernel'
import { createFormats, type DateWords, type Formats } from './formats.ts'
import { directionOf } from './language.ts'

/** Catalogues of one language: file name (`console`) to its tree of sentences. */
export type Catalogues = Readonly<Record<string, object>>

/** What a page needs to speak: sentences by key, and numbers, money and dates as that language writes them. */
export type Speech = {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  readonly t: TFunction
  readonly format: Formats
  /** The words of a pack or of a territory in this language. */
  readonly say: (words: Words) => string
}

/** Packs are typed with the apostrophe of the keyboard; a French page is printed with the curved one. */
const straight = /(?<=\p{L})'(?=\p{L})/gu

/** Keys are written `file:path.to.sentence`. A key that does not exist is a bug: it throws, and a test looks for it. */
export function createSpeech(language: Language, catalogues: Catalogues): Speech {
  const instance: i18n = i18next.createInstance()
  instance.init({
    lng: language,
    fallbackLng: false,
    ns: Object.keys(catalogues),
    resources: { [language]: catalogues as Record<string, Record<string, string>> },
    interpolation: { escapeValue: false },
    initAsync: false,
    saveMissing: true,
    missingKeyHandler: (_languages, file, key) => {
      throw new Error(`locales/${language}/${file}.json has no sentence for ${key}`)
    },
  })
  return {
    language,
    direction: directionOf(language),
    t: instance.t,
    format: createFormats(language, catalogues.dates as DateWords),
    say: words => (language === 'fr' ? words.fr.replaceAll(straight, '’') : words[language]),
  }
}
