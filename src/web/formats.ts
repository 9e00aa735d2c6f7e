import type { Language } from '#kernel'

/**
 * Numbers and dates as people of the country write them: French with narrow no-break spaces (1 234,56), Arabic of
 * Morocco with Latin digits, English of Britain. Amounts and scores arrive as decimal text and are never made floats.
 */
export type Formats = {
  /** A count or a decimal text, grouped. `places` fixes the digits after the separator. */
  number(value: number | bigint | string, places?: number): string
  /** `0.3328` gives 33,3 %. */
  percent(share: number, places?: number): string
  /** A decimal text and its currency code: 1 234,56 MAD. */
  money(amount: { readonly value: string; readonly currency: string }): string
  /** `2026-12-01` gives 1er décembre 2026. */
  date(day: string): string
  /** `2026-12` gives décembre 2026. */
  month(month: string): string
  /** An instant (ISO 8601), in the country's time zone: 22 novembre 2026 à 09:14. */
  instant(at: string): string
}

const locales: Record<Language, string> = { fr: 'fr-FR', ar: 'ar-MA-u-nu-latn', en: 'en-GB' }
const timeZone = 'Africa/Casablanca'

export function createFormats(language: Language): Formats {
  const locale = locales[language]
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone })
  const number: Formats['number'] = (value, places) => {
    const options = places === undefined ? { maximumFractionDigits: 20 } : exactly(places)
    // Decimal text is read exactly by Intl (ES2023), unlike a number made from it.
    return new Intl.NumberFormat(locale, options).format(value as Intl.StringNumericLiteral)
  }
  return {
    number,
    percent: (share, places = 1) =>
      new Intl.NumberFormat(locale, { style: 'percent', ...exactly(places) }).format(share),
    money: ({ value, currency }) => {
      const places = value.split('.')[1]?.length ?? 0
      return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'code', ...exactly(places) })
        .formatToParts(value as Intl.StringNumericLiteral)
        .filter(part => part.type !== 'currency' && part.type !== 'literal')
        .map(part => part.value)
        .join('')
        .concat('\u00a0', currency)
    },
    date: day => firstOfMonth(dates.format(new Date(`${day}T00:00:00Z`)), language),
    month: month => months.format(new Date(`${month}-01T00:00:00Z`)),
    instant: at => firstOfMonth(instants.format(new Date(at)), language),
  }
}

function exactly(places: number) {
  return { minimumFractionDigits: places, maximumFractionDigits: places }
}

/** French writes the first day of a month as an ordinal. */
function firstOfMonth(text: string, language: Language): string {
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text
}
