import { type CivilDate, parseDate } from './date.ts'
import { NANOSECONDS_A_DAY, NANOSECONDS_A_SECOND } from './duration.ts'

/**
 * A time of day, alone or with its date. Facts may hold one and the language compares them; it does nothing else with them,
 * since no rule of a household depends on the hour.
 */
export class TimePoint {
  readonly kind = 'time'
  readonly date: CivilDate | null
  /** Since midnight, in local time. */
  readonly nanoseconds: bigint
  /** East of Greenwich, in seconds; null where the text does not say. */
  readonly offset: number | null

  constructor(date: CivilDate | null, nanoseconds: bigint, offset: number | null) {
    this.date = date
    this.nanoseconds = nanoseconds
    this.offset = offset
  }
}

const TIME = /^(?:(.+)T)?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):(\d\d))?$/

/** Reads `10:30:00`, `10:30:00+01:00`, `2026-11-22T10:30:00Z`. Null for anything else, and for named zones. */
export function parseTimePoint(text: string): TimePoint | null {
  const match = TIME.exec(text)
  if (!match) return null
  const [, day, hour, minute, second, rest = '', zulu, sign, offsetHour, offsetMinute] = match
  const date = day === undefined ? null : parseDate(day)
  if (day !== undefined && date === null) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  const seconds = BigInt((Number(hour) * 60 + Number(minute)) * 60 + Number(second))
  const east = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60
  const offset = zulu ? 0 : sign === undefined ? null : sign === '-' ? -east : east
  return new TimePoint(date, seconds * NANOSECONDS_A_SECOND + BigInt(rest.padEnd(9, '0')), offset)
}

/** Negative, 0 or positive; null where one has a date or an offset and the other has not. */
export function compareTimePoints(a: TimePoint, b: TimePoint): number | null {
  if ((a.date === null) !== (b.date === null) || (a.offset === null) !== (b.offset === null)) return null
  const gap = sinceEpoch(a) - sinceEpoch(b)
  return gap < 0n ? -1 : gap > 0n ? 1 : 0
}

function sinceEpoch({ date, nanoseconds, offset }: TimePoint): bigint {
  return BigInt(date?.epochDay ?? 0) * NANOSECONDS_A_DAY + nanoseconds - BigInt(offset ?? 0) * NANOSECONDS_A_SECOND
}
