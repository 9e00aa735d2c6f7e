/** A span counted in months: `P1Y6M`. */
export class MonthsDuration {
  readonly kind = 'months_duration'
  readonly months: number

  constructor(months: number) {
    this.months = months
  }

  toString(): string {
    return durationToText(this)
  }
}

/** A span counted in time: `P2DT3H`. Exact to the nanosecond. */
export class DaysDuration {
  readonly kind = 'days_duration'
  readonly nanoseconds: bigint

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds
  }

  toString(): string {
    return durationToText(this)
  }
}

export const NANOSECONDS_A_SECOND = 1_000_000_000n
export const NANOSECONDS_A_DAY = 86_400n * NANOSECONDS_A_SECOND

export function daysDuration(days: number): DaysDuration {
  return new DaysDuration(BigInt(days) * NANOSECONDS_A_DAY)
}

const MONTHS = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?$/
const DAYS = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9})\d*)?S)?)?$/

/** Reads an ISO 8601 duration of either kind: `P1Y2M`, `P3DT4H`. Years and months never mix with days and time. */
export function parseDuration(text: string): MonthsDuration | DaysDuration | null {
  if (!/\d[A-Z]$/.test(text)) return null
  const months = MONTHS.exec(text)
  if (months) {
    const [, sign, year = '0', month = '0'] = months
    const count = Number(year) * 12 + Number(month)
    return Number.isSafeInteger(count) ? new MonthsDuration(sign === '-' ? -count : count) : null
  }
  const days = DAYS.exec(text)
  if (!days) return null
  const [, sign, day = '0', hour = '0', minute = '0', second = '0', rest = ''] = days
  const seconds = ((BigInt(day) * 24n + BigInt(hour)) * 60n + BigInt(minute)) * 60n + BigInt(second)
  const nanoseconds = seconds * NANOSECONDS_A_SECOND + BigInt(rest.padEnd(9, '0'))
  return new DaysDuration(sign === '-' ? -nanoseconds : nanoseconds)
}

/** Written in ISO 8601, in the fewest units: `P1Y`, `P1DT2H`, `P0M`, `PT0S`. */
export function durationToText(duration: MonthsDuration | DaysDuration): string {
  return duration.kind === 'months_duration' ? monthsToText(duration.months) : nanosecondsToText(duration.nanoseconds)
}

function monthsToText(months: number): string {
  if (months === 0) return 'P0M'
  const size = Math.abs(months)
  const years = Math.floor(size / 12)
  return `${months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${size % 12 > 0 ? `${size % 12}M` : ''}`
}

function nanosecondsToText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return 'PT0S'
  const parts = durationParts(nanoseconds < 0n ? -nanoseconds : nanoseconds)
  const rest = parts.nanoseconds === 0n ? '' : `.${parts.nanoseconds.toString().padStart(9, '0').replace(/0+$/, '')}`
  const hours = parts.hours > 0n ? `${parts.hours}H` : ''
  const minutes = parts.minutes > 0n ? `${parts.minutes}M` : ''
  const seconds = parts.seconds > 0n || rest !== '' ? `${parts.seconds}${rest}S` : ''
  const time = hours + minutes + seconds
  return `${nanoseconds < 0n ? '-' : ''}P${parts.days > 0n ? `${parts.days}D` : ''}${time === '' ? '' : `T${time}`}`
}

/** Days, hours, minutes, seconds and the rest, each with the sign of the whole. */
export function durationParts(nanoseconds: bigint) {
  const seconds = nanoseconds / NANOSECONDS_A_SECOND
  return {
    days: seconds / 86_400n,
    hours: (seconds % 86_400n) / 3_600n,
    minutes: (seconds % 3_600n) / 60n,
    seconds: seconds % 60n,
    nanoseconds: nanoseconds % NANOSECONDS_A_SECOND,
  }
}
