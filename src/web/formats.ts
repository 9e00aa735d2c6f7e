import type { Language } from '#kernel'

/** Words of a date in one language: `locales/<language>/dates.json`. */
export type DateWords = {
  readonly month: Readonly<Record<string, string>>
  /** `{{day}} {{month}} {{year}}` and the like. */
  readonly date: string
  readonly monthOfYear: string
  readonly instant: string
  /** How the first of a month is written. */
  readonly first: string
}

/**
 * Numbers and dates as people of the country write them: French with narrow no-break spaces (1 234,56), Arabic of
 * Morocco with Latin digits, English of Britain. Amounts and scores arrive as decimal text and are never made floats.
 * Written out here and not left to `Intl`, whose answers change with the browser: a page must say the same where it is
 * made and where it is shown.
 */
export type Formats = {
  /** A count or a decimal text, grouped. `places` fixes the digits after the separator (what is beyond is rounded half up). */
  number(value: number | bigint | string, places?: number): string
  /** A count with a sign of its own: +187, −14. */
  signed(value: number, sign: '+' | '−'): string
  /** `0.3328` gives 33,3 %. */
  percent(share: number, places?: number): string
  /** A decimal text and its currency code: 1 234,56 MAD. */
  money(amount: { readonly value: string; readonly currency: string }): string
  /** `2026-12-01` gives 1er décembre 2026. */
  date(day: string): string
  /** `2026-12` gives décembre 2026. */
  month(month: string): string
  /** `2026-11-22T09:14`, already in the country's time (local-time.ts), gives 22 novembre 2026 à 09:14. */
  instant(at: string): string
}

const NARROW = '\u202f'
const FIXED = '\u00a0'
const MINUS = '\u2212'
/** Between Arabic words a sign would move behind its number: a left-to-right mark holds it. */
const HOLD = '\u200e'
const MARKED_MINUS = `${HOLD}${MINUS}`
const marks: Record<Language, { readonly group: string; readonly decimal: string; readonly percent: string }> = {
  fr: { group: NARROW, decimal: ',', percent: `${FIXED}%` },
  ar: { group: '.', decimal: ',', percent: '%' },
  en: { group: ',', decimal: '.', percent: '%' },
}

export function createFormats(language: Language, words: DateWords): Formats {
  const number: Formats['number'] = (value, places) => decimalText(String(value), places, language)
  const date = (day: string) => {
    const [year = '', month = '', dayOfMonth = ''] = day.split('-')
    const written = dayOfMonth === '01' ? words.first : String(Number(dayOfMonth))
    return filled(words.date, { day: written, month: words.month[Number(month)] ?? month, year })
  }
  return {
    number,
    signed: (value, sign) => `${language === 'ar' ? HOLD : ''}${sign}${number(value)}`,
    percent: (share, places = 1) => `${number((share * 100).toFixed(places), places)}${marks[language].percent}`,
    money: ({ value, currency }) => `${number(value)}${FIXED}${currency}`,
    date,
    month: text => {
      const [year = '', month = ''] = text.split('-')
      return filled(words.monthOfYear, { month: words.month[Number(month)] ?? month, year })
    },
    instant: at => {
      const [day = '', time = ''] = at.split('T')
      return filled(words.instant, { date: date(day), time })
    },
  }
}

function filled(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name] ?? '')
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

function decimalText(text: string, places: number | undefined, language: Language): string {
  const parts = DECIMAL.exec(places === undefined ? text : rounded(text, places))
  if (!parts) throw new Error(`Not a decimal: ${text}`)
  const [, sign = '', whole = '', rest] = parts
  const { group, decimal } = marks[language]
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  return `${sign && (language === 'ar' ? MARKED_MINUS : MINUS)}${grouped}${rest ? decimal + rest : ''}`
}

/** Half up, away from zero, on the digits themselves. */
function rounded(text: string, places: number): string {
  const [, sign = '', whole = '', rest = ''] = DECIMAL.exec(text) ?? []
  if (rest.length <= places) return `${sign}${whole}${places > 0 ? `.${rest.padEnd(places, '0')}` : ''}`
  const kept = BigInt(whole + rest.slice(0, places)) + (rest[places]! >= '5' ? 1n : 0n)
  const digits = kept.toString().padStart(places + 1, '0')
  return `${sign}${digits.slice(0, digits.length - places)}${places > 0 ? `.${digits.slice(-places)}` : ''}`
}
