// What the oracles share: a case as on the wire, three-valued logic, ages.
export type Wire = {
  id: string
  at: string
  household: Record<string, unknown>
  members: Record<string, unknown>[]
}
export type Truth = boolean | null
export type Member = Record<string, unknown>

export const and = (...all: Truth[]): Truth => (all.includes(false) ? false : all.includes(null) ? null : true)
export const or = (...all: Truth[]): Truth => (all.includes(true) ? true : all.includes(null) ? null : false)
export const not = (truth: Truth): Truth => (truth === null ? null : !truth)
export const is = (value: unknown, ...codes: unknown[]): Truth => (value === null ? null : codes.includes(value))
export const test = <Value>(value: Value | null, check: (value: Value) => boolean): Truth =>
  value === null ? null : check(value)

export const fact = (owner: Record<string, unknown>, name: string) => owner[name] ?? null
export const truth = (owner: Record<string, unknown>, name: string) => fact(owner, name) as Truth
export const whole = (owner: Record<string, unknown>, name: string) => fact(owner, name) as number | null

/** Completed years on the first day of the month; 0 for somebody born later. */
export function age(member: Member, at: string): number | null {
  const birth = fact(member, 'birth_date') as string | null
  if (birth === null) return null
  const [by, bm, bd] = birth.split('-').map(Number) as [number, number, number]
  const [y, m] = at.split('-').map(Number) as [number, number]
  const years = y - by - (m < bm || (m === bm && bd > 1) ? 1 : 0)
  return Math.max(0, years)
}

export const ageTest = (member: Member, at: string, check: (age: number) => boolean) => test(age(member, at), check)

export function count(members: Member[], check: (member: Member) => Truth): number | null {
  const answers = members.map(check)
  return answers.includes(null) ? null : answers.filter(Boolean).length
}
