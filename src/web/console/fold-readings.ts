import type { JourneyEvent } from '../context.ts'

/** An event of a journey; `times`, where one person read the same thing for the same purpose so often in a row on one day. */
export type FoldedEvent = { readonly event: JourneyEvent; readonly times: number }

/** Readings that only repeat the line above them, as one line with their number; the latest stands. All else stays as it is. */
export function foldReadings(events: readonly JourneyEvent[]): readonly FoldedEvent[] {
  const folded: FoldedEvent[] = []
  for (const event of events) {
    const above = folded.at(-1)
    if (above && isSameReading(above.event, event)) folded[folded.length - 1] = { ...above, times: above.times + 1 }
    else folded.push({ event, times: 1 })
  }
  return folded
}

function isSameReading(one: JourneyEvent, other: JourneyEvent): boolean {
  return (
    one.kind === 'access' &&
    other.kind === 'access' &&
    one.at.slice(0, 10) === other.at.slice(0, 10) &&
    one.by === other.by &&
    one.action === other.action &&
    one.purpose === other.purpose &&
    one.listed === other.listed
  )
}
