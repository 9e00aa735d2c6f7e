/**
 * Instants become wall-clock time of the country on the server, once: browsers disagree on zones whose rules changed
 * (Morocco's did), and a page must say the same where it is made and where it is shown.
 */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/

/** The same data with every instant (`2026-11-22T08:14:00Z`) as `2026-11-22T09:14`, the time in `timeZone`. */
export function inLocalTime<Data>(data: Data, timeZone: string): Data {
  return convert(data, timeZone) as Data
}

function convert(value: unknown, timeZone: string): unknown {
  if (typeof value === 'string') return INSTANT.test(value) ? wallClock(value, timeZone) : value
  if (Array.isArray(value)) return value.map(item => convert(item, timeZone))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, timeZone)]))
}

function wallClock(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
}
