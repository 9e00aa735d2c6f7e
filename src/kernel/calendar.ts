declare const dateBrand: unique symbol
declare const monthBrand: unique symbol

/** A day without time, `YYYY-MM-DD`: text orders it, and no time zone can move it to another day. */
export type DateText = string & { readonly [dateBrand]: true }

/** A month, `YYYY-MM`: what decisions, entitlements and payments are for. */
export type Month = string & { readonly [monthBrand]: true }

/** Reads a day of the calendar; undefined for 2026-02-30 as for any other text. */
export function parseDate(text: string): DateText | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const [year, month, day] = text.split('-').map(Number) as [number, number, number]
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  return text as DateText
}

export function parseMonth(text: string): Month | undefined {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) && !text.startsWith('0000') ? (text as Month) : undefined
}

export function monthOf(date: DateText): Month {
  return date.slice(0, 7) as Month
}

export function firstDay(month: Month): DateText {
  return `${month}-01` as DateText
}

export function lastDay(month: Month): DateText {
  const { year, number } = parts(month)
  return `${month}-${String(daysIn(year, number)).padStart(2, '0')}` as DateText
}

/** The month `count` later (earlier where negative). */
export function addMonths(month: Month, count: number): Month {
  const { year, number } = parts(month)
  const months = year * 12 + number - 1 + count
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}` as Month
}

/** Months from `from` (counted) to `to` (not counted); negative where `to` is earlier. */
export function monthsBetween(from: Month, to: Month): number {
  const a = parts(from)
  const b = parts(to)
  return (b.year - a.year) * 12 + b.number - a.number
}

/** The civil quarter that holds the month: `2026-Q4`. */
export function quarterOf(month: Month): string {
  const { year, number } = parts(month)
  return `${year}-Q${Math.ceil(number / 3)}`
}

/** The school year that holds the month, from its first month (September unless said): `2026-2027`. */
export function schoolYearOf(
  month: Month,
  startsIn = 9,
): { readonly name: string; readonly from: Month; readonly to: Month } {
  const { year, number } = parts(month)
  const start = number >= startsIn ? year : year - 1
  const from = `${start}-${String(startsIn).padStart(2, '0')}` as Month
  return { name: `${start}-${start + 1}`, from, to: addMonths(from, 11) }
}

/**
 * Completed years of age on a day; 0 for somebody born later. Somebody born on 29 February completes a year on 1 March
 * where the year has no such day.
 */
export function ageOn(birth: DateText, day: DateText): number {
  if (birth > day) return 0
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4))
  return day.slice(5) >= birth.slice(5) ? years : years - 1
}

function parts(month: Month): { year: number; number: number } {
  return { year: Number(month.slice(0, 4)), number: Number(month.slice(5)) }
}

function daysIn(year: number, month: number): number {
  return Temporal.PlainYearMonth.from({ year, month }).daysInMonth
}
