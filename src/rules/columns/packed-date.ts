import { CivilDate, toEpochDay } from '../date.ts'

// A date in 32 bits: year, month and day side by side, so that order is the order of the integers and the parts, which ages
// are made of, cost a shift. Years from 0 to 9999; what lies beyond is for the exact path.

const YEAR_MAX = 9_999

/** The packed form, or null beyond its reach. */
export function packDate({ year, month, day }: CivilDate): number | null {
  return year < 0 || year > YEAR_MAX ? null : (year << 9) | (month << 5) | day
}

export function unpackDate(packed: number): CivilDate {
  return new CivilDate(packed >> 9, (packed >> 5) & 15, packed & 31)
}

/** Days since 1970-01-01 of a packed date. */
export function dayOfPacked(packed: number): number {
  return toEpochDay(packed >> 9, (packed >> 5) & 15, packed & 31)
}

/** The packed date of a day of the years 0 to 9999. */
export function packedOfDay(epochDay: number): number {
  // Years from March to February, in eras of 400 (Hinnant, 2013), in integers of 32 bits.
  const shifted = epochDay + 719_468
  const era = (shifted / 146_097) | 0
  const dayOfEra = shifted - era * 146_097
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1_460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))
  const shiftedMonth = ((5 * dayOfYear + 2) / 153) | 0
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return (year << 9) | (month << 5) | (dayOfYear - (((153 * shiftedMonth + 2) / 5) | 0) + 1)
}

/** Whole months from one date to another, as `monthsBetween` counts them. */
export function packedMonthsBetween(from: number, to: number): number {
  const months = (to >> 9) * 12 + ((to >> 5) & 15) - (from >> 9) * 12 - ((from >> 5) & 15)
  if (months > 0 && (to & 31) < (from & 31)) return months - 1
  return months < 0 && (to & 31) > (from & 31) ? months + 1 : months
}

/** The date some months later, held to the end of its month. It may leave the years of a column; its order stays right. */
export function addPackedMonths(packed: number, months: number): number {
  const count = (packed >> 9) * 12 + ((packed >> 5) & 15) - 1 + months
  const year = Math.floor(count / 12)
  const month = count - year * 12 + 1
  return (year << 9) | (month << 5) | Math.min(packed & 31, lastDayOf(year, month))
}

export function lastDayOf(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : 30 + ((month + (month >> 3)) & 1)
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
