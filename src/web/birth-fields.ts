import { parseDate } from '#kernel'
import type { BirthPrecision } from '#population'

/** A birth date as people say it: what they do not know stays empty. */
export type BirthAnswers = {
  readonly birth_day: string
  readonly birth_month: string
  readonly birth_year: string
  /** 'yes' where the year is a guess. */
  readonly birth_estimated: string
}

export type BirthSaid = { readonly birthDate: string | null; readonly birthPrecision: BirthPrecision | null }

/** The date with its precision; nothing where nothing was said; undefined for what no calendar has. */
export function birthOf({ birth_day, birth_month, birth_year, birth_estimated }: BirthAnswers): BirthSaid | undefined {
  const [day, month, year] = [birth_day, birth_month, birth_year].map(text => latinDigits(text).trim()) as [
    string,
    string,
    string,
  ]
  if (day === '' && month === '' && year === '') return { birthDate: null, birthPrecision: null }
  if (!/^\d{4}$/.test(year) || !/^\d{0,2}$/.test(month) || !/^\d{0,2}$/.test(day) || (day !== '' && month === '')) {
    return undefined
  }
  const birthDate = parseDate(`${year}-${(month || '1').padStart(2, '0')}-${(day || '1').padStart(2, '0')}`)
  if (birthDate === undefined) return undefined
  if (birth_estimated === 'yes') return { birthDate, birthPrecision: 'estimated' }
  return { birthDate, birthPrecision: day !== '' ? 'day' : month !== '' ? 'month' : 'year' }
}

/** The same the other way, to fill a form. */
export function birthAnswers({ birthDate, birthPrecision }: BirthSaid): BirthAnswers {
  const [year = '', month = '', day = ''] = (birthDate ?? '').split('-')
  return {
    birth_day: birthPrecision === 'day' ? day : '',
    birth_month: birthPrecision === 'day' || birthPrecision === 'month' ? month : '',
    birth_year: year,
    birth_estimated: birthPrecision === 'estimated' ? 'yes' : '',
  }
}

function latinDigits(text: string): string {
  return text
    .replaceAll(/[٠-٩]/g, digit => String(digit.charCodeAt(0) - 0x660))
    .replaceAll(/[۰-۹]/g, digit => String(digit.charCodeAt(0) - 0x6f0))
}
