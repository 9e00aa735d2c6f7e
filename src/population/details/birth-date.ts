/** How much of a birth date is known; estimated: the year is a guess. */
export const BIRTH_PRECISIONS = ['day', 'month', 'year', 'estimated'] as const
export type BirthPrecision = (typeof BIRTH_PRECISIONS)[number]

/** The date as it is recorded: beyond what is known of it, the first month and the first day. */
export function birthDateOf(date: string, precision: BirthPrecision): string {
  if (precision === 'day') return date
  return precision === 'month' ? `${date.slice(0, 7)}-01` : `${date.slice(0, 4)}-01-01`
}
