/** Days as whole numbers (0 is 1970-01-01) and back to text, from tables built once: a nation has millions of birth dates. */
export type Days = {
  /** The day on which ages are counted. */
  readonly today: number
  readonly text: (day: number) => string
  /** Completed years on `today`; 0 for a day after it. */
  readonly age: (day: number) => number
}

const epoch = Temporal.PlainDate.from('1970-01-01')

/** Tables for the 112 years before a date and the year after it. */
export function daysAround(date: string): Days {
  const end = Temporal.PlainDate.from(date)
  const today = epoch.until(end, { largestUnit: 'day' }).days
  const first = today - 112 * 366
  const texts: string[] = []
  const numbers: number[] = []
  for (
    let day = epoch.add({ days: first }), left = today + 366 - first;
    left >= 0;
    left--, day = day.add({ days: 1 })
  ) {
    texts.push(day.toString())
    numbers.push(day.year * 10_000 + day.month * 100 + day.day)
  }
  const now = numbers[today - first]!
  return {
    today,
    text: day => texts[day - first]!,
    age: day => Math.max(0, Math.floor((now - numbers[day - first]!) / 10_000)),
  }
}
