import { type DateText, err, type Month, ok, parseDate, parseMonth, type Result } from '#kernel'
import type { Fact } from '#rules'
import { type CellStyle, type FactValue, readCell } from '../import/cell.ts'
import type { FeedRecord, FeedReject, FeedRow, ToldEvent } from './feed.ts'
import type { FeedPlan } from './plan-feed.ts'

export type ReadingTerms = {
  readonly style: CellStyle
  /** For rows that say none of their own. */
  readonly month: Month | undefined
  readonly today: DateText
}

/** Reads one row of a feed, or says which column is at fault and what is accepted there. */
export function readFeedRow(plan: FeedPlan, record: FeedRecord, terms: ReadingTerms): Result<FeedRow, FeedReject> {
  const cell = (name: string) => record.cells[name]?.trim() || undefined
  const refused = (column: string, accepted: string, code: FeedReject['code'] = 'cell_refused') =>
    err({ row: record.row, code, column, accepted })
  const time = readTime(cell, terms)
  if (!time.ok) return refused(time.refusal.column, time.refusal.accepted, time.refusal.code)
  const born = cell('birth_date')
  if (born !== undefined && parseDate(born) === undefined) return refused('birth_date', DAY)
  const sex = cell('sex')
  if (sex !== undefined && !SEXES.includes(sex)) return refused('sex', 'female or male')
  const facts: Record<'month' | 'standing', Record<string, FactValue>> = { month: {}, standing: {} }
  for (const side of ['month', 'standing'] as const) {
    for (const fact of plan[side]) {
      const read = readFact(fact, cell(fact.name) ?? '', terms.style)
      if (!read.ok) return refused(fact.name, read.refusal.accepted)
      if (read.value !== undefined) facts[side][fact.name] = read.value
    }
  }
  const event = readEvent(plan, cell, time.value.on)
  if (!event.ok) return refused(event.refusal.column, event.refusal.accepted)
  const { month, on } = time.value
  if (Object.keys(facts.month).length > 0 && month === undefined) return refused('month', MONTH)
  const told = Object.keys(facts.month).length + Object.keys(facts.standing).length
  if (told === 0 && event.value === undefined) {
    const known = [...plan.month, ...plan.standing].map(fact => fact.name)
    return refused(
      known[0] ?? 'event',
      `a value in one of ${[...known, ...(plan.events ? ['event'] : [])].join(', ')}`,
      'nothing_said',
    )
  }
  return ok({
    row: record.row,
    identity: {
      number: cell('unique_number'),
      token: cell('token'),
      document: cell('document'),
      givenName: cell('given_name'),
      familyName: cell('family_name'),
      givenNameAr: cell('given_name_ar'),
      familyNameAr: cell('family_name_ar'),
      birthDate: born,
      sex,
    },
    sourcePerson: cell('source_person'),
    month:
      month !== undefined && Object.keys(facts.month).length > 0 ? { period: month, facts: facts.month } : undefined,
    standing: on !== undefined && Object.keys(facts.standing).length > 0 ? { on, facts: facts.standing } : undefined,
    event: event.value,
  })
}

const MONTH = 'a month written YYYY-MM, such as 2026-10'
const DAY = 'a day of the calendar written YYYY-MM-DD, such as 2014-03-05'
const SEXES: readonly string[] = ['female', 'male']

type Cells = (name: string) => string | undefined
type Fault = Pick<FeedReject, 'column' | 'accepted' | 'code'>

/** The month and the day that a row is about. What has not come yet cannot be told. */
function readTime(
  cell: Cells,
  { month: given, today }: ReadingTerms,
): Result<{ readonly month: Month | undefined; readonly on: DateText | undefined }, Fault> {
  const said = cell('month')
  const month = said === undefined ? given : parseMonth(said)
  if (said !== undefined && month === undefined) return err({ column: 'month', accepted: MONTH, code: 'cell_refused' })
  const dated = cell('effective_on')
  const on = dated === undefined ? undefined : parseDate(dated)
  if (dated !== undefined && on === undefined)
    return err({ column: 'effective_on', accepted: DAY, code: 'cell_refused' })
  const day = on ?? (month === undefined ? undefined : (`${month}-01` as DateText))
  if (month !== undefined && month > today.slice(0, 7)) {
    return err({ column: 'month', accepted: `a month up to ${today.slice(0, 7)}`, code: 'in_future' })
  }
  if (day !== undefined && day > today) {
    return err({ column: 'effective_on', accepted: `a day up to ${today}`, code: 'in_future' })
  }
  return ok({ month, on: day })
}

function readFact(fact: Fact, text: string, style: CellStyle) {
  return readCell(fact, text, style)
}

function readEvent(
  plan: FeedPlan,
  cell: Cells,
  on: DateText | undefined,
): Result<ToldEvent | undefined, Pick<FeedReject, 'column' | 'accepted'>> {
  const kind = plan.events ? cell('event') : undefined
  if (kind === undefined) return ok(undefined)
  if (kind !== 'birth' && kind !== 'death') return err({ column: 'event', accepted: 'birth or death' })
  if (on === undefined) return err({ column: 'effective_on', accepted: DAY })
  if (kind === 'death') return ok({ kind, on })
  const sex = cell('child_sex')
  if (sex !== 'female' && sex !== 'male') return err({ column: 'child_sex', accepted: 'female or male' })
  const child = {
    givenName: cell('child_given_name') ?? null,
    familyName: cell('child_family_name') ?? null,
    givenNameAr: cell('child_given_name_ar') ?? null,
    familyNameAr: cell('child_family_name_ar') ?? null,
    sex,
  } as const
  if (child.givenName === null && child.givenNameAr === null) {
    return err({ column: 'child_given_name', accepted: 'the given name, in either script' })
  }
  return ok({ kind, on, child })
}
