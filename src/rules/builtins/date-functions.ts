import { CivilDate, dateOf, dayOfWeek, dayOfYear, monthsBetween, parseDate, weekOfYear } from '../date.ts'
import { MonthsDuration, parseDuration } from '../duration.ts'
import { ExactNumber, toWhole, whole } from '../number.ts'
import type { Value } from '../value.ts'
import { type Argument, type Builtin, builtin, ofSingleValues } from './builtin.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Functions of dates and durations. */
export const dateFunctions: Record<string, Builtin> = ofSingleValues({
  date: builtin(['from', 'year, month, day'], (first, month, day) => {
    if (month !== undefined || day !== undefined) return fromParts(first, month, day)
    if (first instanceof CivilDate) return first
    return typeof first === 'string' ? parseDate(first) : null
  }),
  duration: builtin('from', from => (typeof from === 'string' ? parseDuration(from) : null)),
  'years and months duration': builtin('from, to', (from, to) =>
    from instanceof CivilDate && to instanceof CivilDate ? new MonthsDuration(monthsBetween(from, to)) : null,
  ),
  'day of week': ofDate(date => DAYS[dayOfWeek(date) - 1] as string),
  'month of year': ofDate(date => MONTHS[date.month - 1] as string),
  'day of year': ofDate(date => whole(dayOfYear(date))),
  'week of year': ofDate(date => whole(weekOfYear(date))),
})

function ofDate(call: (date: CivilDate) => Value): Builtin {
  return builtin('date', date => (date instanceof CivilDate ? call(date) : null))
}

function fromParts(year: Argument, month: Argument, day: Argument): Value {
  const parts = [year, month, day].map(part => (part instanceof ExactNumber ? toWhole(part) : null))
  return parts.includes(null) ? null : dateOf(Number(parts[0]), Number(parts[1]), Number(parts[2]))
}
