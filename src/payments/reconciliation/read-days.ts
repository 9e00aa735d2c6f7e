/** Whether 03/04/2026 is of April or of March, in a column of dates with the day and the month in figures. */
export type DayOrder = 'day_first' | 'month_first'

const MONTHS: Readonly<Record<string, number>> = {
  ...{ jan: 1, feb: 2, fev: 2, mar: 3, apr: 4, avr: 4, may: 5, mai: 5, jun: 6, juin: 6, jul: 7, juil: 7, aug: 8 },
  ...{ aou: 8, aout: 8, sep: 9, oct: 10, nov: 11, dec: 12 },
}

/** The order of a column: what shows a number above twelve tells; where none does, the day stands first. */
export function dayOrder(texts: Iterable<string>): DayOrder {
  let day = 0
  let month = 0
  for (const text of texts) {
    const parts = /^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{2,4}/.exec(text)
    if (!parts) continue
    if (Number(parts[1]) > 12) day++
    if (Number(parts[2]) > 12) month++
  }
  return month > day ? 'month_first' : 'day_first'
}

/**
 * Reads 2026-11-22 (with or without a time), 22/11/2026, 22.11.26, 20261122, 22 nov. 2026 and Nov 22, 2026 as days since
 * 1970-01-01; undefined for what is no day of the calendar.
 */
export function readDay(text: string, order: DayOrder): number | undefined {
  const bare = text.trim()
  const first = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(bare) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(bare)
  if (first) return dayOf(Number(first[1]), Number(first[2]), Number(first[3]))
  const figures = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[T ,].*)?$/.exec(bare)
  if (figures) {
    const [a, b] = [Number(figures[1]), Number(figures[2])]
    const [day, month] = order === 'day_first' ? [a, b] : [b, a]
    return dayOf(yearOf(figures[3]!), month, day)
  }
  const words = bare
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f.,]/g, '')
    .toLowerCase()
  const named = /^(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4}|\d{2})\b/.exec(words)
  if (named) return dayOf(yearOf(named[3]!), monthOf(named[2]!), Number(named[1]))
  const american = /^([a-z]{3,9}) (\d{1,2}) (\d{4})\b/.exec(words)
  return american ? dayOf(yearOf(american[3]!), monthOf(american[1]!), Number(american[2])) : undefined
}

function yearOf(text: string): number {
  return text.length === 4 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900)
}

function monthOf(name: string): number {
  return MONTHS[name.slice(0, 4)] ?? MONTHS[name.slice(0, 3)] ?? 0
}

function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  return date.getTime() / 86_400_000
}
