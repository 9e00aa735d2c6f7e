import { editDistance } from './distance.ts'

/** A date as a file gives it: whole, in part, or too damaged to be one. */
export type BirthDate = {
  /** Eight digits, `YYYYMMDD`, zeros for what is unknown; for a damaged date whatever digits there are. */
  readonly digits: string
  /** 0 where the year cannot be told. */
  readonly year: number
  readonly month: number
  readonly day: number
  /**
   * How far it is to be believed: `day`; `month` and `year` where the rest is not said or is the first of the month or
   * 1 January, as offices write for people who do not know their day of birth; `damaged` where it is no date.
   */
  readonly reach: 'day' | 'month' | 'year' | 'damaged'
}

/** How near two dates of birth are, the nearest first. */
export const dateLevels = [
  'same',
  'swapped',
  'one_digit',
  'as_far_as_known',
  'two_parts',
  'near',
  'same_year',
  'different',
] as const
type DateLevel = (typeof dateLevels)[number]

/** Whether the day stands before the month where both orders are possible: `03/04/1980`. */
export type DayOrder = 'day_first' | 'month_first'

/**
 * A date written `1980-12-31`, `19801231`, `31/12/1980`, `12/1980`, `1980` or with any other sign between the parts. Nothing
 * where there are no digits; a date of no calendar (`1980-13-45`) is read as damaged, its digits still comparable.
 */
export function readBirthDate(text: string, order: DayOrder = 'day_first'): BirthDate | undefined {
  const parts = text.split('T')[0]!.match(/\d+/g)
  if (!parts) return undefined
  const [year, month, day] = partsOf(parts, order)
  if (!isPossible(year, month, day)) return { digits: parts.join(''), year: 0, month: 0, day: 0, reach: 'damaged' }
  const digits = `${pad(year, 4)}${pad(month, 2)}${pad(day, 2)}`
  return { digits, year, month, day, reach: reachOf(month, day) }
}

function partsOf(parts: readonly string[], order: DayOrder): [year: number, month: number, day: number] {
  const [first = '', second = '', third = ''] = parts
  if (parts.length === 1) {
    if (first.length === 8) return [Number(first.slice(0, 4)), Number(first.slice(4, 6)), Number(first.slice(6))]
    return first.length === 6 ? [Number(first.slice(0, 4)), Number(first.slice(4)), 0] : [Number(first), 0, 0]
  }
  if (parts.length === 2) {
    return first.length === 4 ? [Number(first), Number(second), 0] : [Number(second), Number(first), 0]
  }
  if (first.length === 4) return [Number(first), Number(second), Number(third)]
  const dayFirst = Number(first) > 12 || (order === 'day_first' && Number(second) <= 12)
  return dayFirst ? [Number(third), Number(second), Number(first)] : [Number(third), Number(first), Number(second)]
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isPossible(year: number, month: number, day: number): boolean {
  if (year < 1000 || year > 2999 || month > 12) return false
  return month === 0 ? day === 0 : day <= DAYS[month - 1]!
}

function reachOf(month: number, day: number): BirthDate['reach'] {
  if (month === 0 || (month === 1 && day <= 1)) return 'year'
  return day <= 1 ? 'month' : 'day'
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** How near two dates of birth are. */
export function compareBirthDates(a: BirthDate, b: BirthDate): DateLevel {
  if (a.digits === b.digits) return 'same'
  if (a.reach === 'damaged' || b.reach === 'damaged') {
    return editDistance(a.digits, b.digits, 2) <= 2 ? 'one_digit' : 'different'
  }
  if (a.year === b.year && a.month === b.day && a.day === b.month) return 'swapped'
  if (agreeAsFarAsKnown(a, b)) return 'as_far_as_known'
  if (editDistance(a.digits, b.digits, 1) <= 1) return 'one_digit'
  const equal = Number(a.year === b.year) + Number(a.month === b.month) + Number(a.day === b.day)
  if (equal >= 2) return 'two_parts'
  if (isNear(a, b)) return 'near'
  return a.year === b.year ? 'same_year' : 'different'
}

/** Where one of the two says less, what it says is true of the other. */
function agreeAsFarAsKnown(a: BirthDate, b: BirthDate): boolean {
  if (a.year !== b.year) return false
  if (a.reach === 'year' || b.reach === 'year') return true
  return (a.reach === 'month' || b.reach === 'month') && a.month === b.month
}

/** Years that somebody guessed lie a few years apart; digits that somebody mistyped lie two edits apart. */
function isNear(a: BirthDate, b: BirthDate): boolean {
  const years = Math.abs(a.year - b.year)
  if (a.reach === 'year' || b.reach === 'year') return years <= 3
  return editDistance(a.digits, b.digits, 2) <= 2
}
