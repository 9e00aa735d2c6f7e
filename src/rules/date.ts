/**
 * A day of the proleptic Gregorian calendar, without time or zone. Years reach ±999,999,999 as DMN asks, further than
 * `Temporal.PlainDate`, and comparison is a subtraction: dates are the hot path of ages.
 */
export class CivilDate {
  readonly kind = 'date'
  readonly year: number
  readonly month: number
  readonly day: number
  /** Days since 1970-01-01. */
  readonly epochDay: number

  /** Only for a day that exists: `dateOf` checks. */
  constructor(year: number, month: number, day: number, epochDay = toEpochDay(year, month, day)) {
    this.year = year
    this.month = month
    this.day = day
    this.epochDay = epochDay
  }

  toString(): string {
    return dateToText(this)
  }
}

const YEAR_MAX = 999_999_999

/** The day, or null where the calendar has no such day. */
export function dateOf(year: number, month: number, day: number): CivilDate | null {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return null
  if (Math.abs(year) > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  return new CivilDate(year, month, day)
}

const DATE = /^(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)$/

/** Reads `2026-11-22`. Null when the text is no date of the calendar. */
export function parseDate(text: string): CivilDate | null {
  const match = DATE.exec(text)
  if (!match) return null
  const [, sign, year, month, day] = match
  return dateOf(sign === '-' ? -Number(year) : Number(year), Number(month), Number(day))
}

export function dateToText(date: CivilDate): string {
  const year = Math.abs(date.year).toString().padStart(4, '0')
  return `${date.year < 0 ? '-' : ''}${year}-${twoDigits(date.month)}-${twoDigits(date.day)}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] as number)
}

/** Days since 1970-01-01, with years counted from March so that the leap day comes last (Hinnant, 2013). */
export function toEpochDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The day that lies `epochDay` days after 1970-01-01. */
function dateOfEpochDay(epochDay: number): CivilDate {
  const shifted = epochDay + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return new CivilDate(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day, epochDay)
}

/** The date some days later (or earlier); null beyond the calendar's reach. */
export function addDays(date: CivilDate, days: number): CivilDate | null {
  const moved = dateOfEpochDay(date.epochDay + days)
  return Math.abs(moved.year) > YEAR_MAX ? null : moved
}

/** The date some months later; the day is held to the end of its month: 31 January + 1 month is the end of February. */
export function addMonths(date: CivilDate, months: number): CivilDate | null {
  const count = date.year * 12 + (date.month - 1) + months
  const year = Math.floor(count / 12)
  const month = count - year * 12 + 1
  return Math.abs(year) > YEAR_MAX ? null : dateOf(year, month, Math.min(date.day, daysInMonth(year, month)))
}

/**
 * Whole months from one date to another, negative backwards. A month is complete on the same day of the month:
 * who was born on 29 February completes a year on 1 March of an ordinary year.
 */
export function monthsBetween(from: CivilDate, to: CivilDate): number {
  const months = (to.year - from.year) * 12 + (to.month - from.month)
  if (months > 0 && to.day < from.day) return months - 1
  if (months < 0 && to.day > from.day) return months + 1
  return months
}

/** Monday is 1, Sunday 7. */
export function dayOfWeek(date: CivilDate): number {
  return ((((date.epochDay + 3) % 7) + 7) % 7) + 1
}

/** 1 January is 1. */
export function dayOfYear(date: CivilDate): number {
  return date.epochDay - toEpochDay(date.year, 1, 1) + 1
}

/** Week of the year as ISO 8601 counts: week 1 holds the first Thursday. */
export function weekOfYear(date: CivilDate): number {
  const thursday = dateOfEpochDay(date.epochDay - dayOfWeek(date) + 4)
  return Math.ceil(dayOfYear(thursday) / 7)
}
