import { parseDate } from '#kernel'
import { ALIAS_FORM, faultsOf, type NumberForm, uniqueNumberForm } from '#population'
import type { IncomingHousehold, IncomingMember } from '../incoming.ts'
import { type CellRead, type CellStyle, type FactValue, readCell } from './cell.ts'
import type { Plan, PlannedFact, Target } from './columns.ts'

export type HouseholdRow = Omit<IncomingHousehold, 'members'>

/** A member, and the household that the row says it belongs to. */
export type MemberRow = { readonly household: string; readonly member: IncomingMember }

export type RowRefusal = { readonly column: string; readonly value: string; readonly accepted: string }

/** A row read: whole, or with every cell that is not accepted. The keys are told even then, as far as they can be read. */
export type RowRead<Row> = {
  readonly row: Row | undefined
  readonly refusals: readonly RowRefusal[]
  readonly sourceId: string
  readonly household: string
}

const LONGEST_TEXT = 200
/** Cells remembered of a column: all the days of a century, some megabytes. */
const MOST_REMEMBERED = 40_000
/** A longer piece of a text keeps the whole text in memory. */
const LONGEST_REMEMBERED = 12
const ACCEPTED_TEXT = `text of at most ${LONGEST_TEXT} characters, without control characters`

/** Reads the cells of one row by the plan of its file. */
class RowReader {
  readonly refusals: RowRefusal[] = []
  readonly #plan: Plan
  readonly #cells: readonly string[]
  readonly #style: CellStyle

  constructor(plan: Plan, cells: readonly string[], style: CellStyle) {
    this.#plan = plan
    this.#cells = cells
    this.#style = style
    if (cells.length !== plan.width) {
      this.refusals.push({
        column: '',
        value: `${cells.length} cells`,
        accepted: `${plan.width} cells, as in the header`,
      })
    }
  }

  text(name: string): string | undefined {
    const target = this.#plan.own.get(name)
    if (!target) return undefined
    // One spelling of each letter: é in one sign or in two is the same name, and the same identifier.
    const text = this.#raw(target)?.trim().normalize('NFC')
    if (text === undefined || text === '') return undefined
    if (text.length <= LONGEST_TEXT && !hasControl(text)) return text
    this.#refuse(target, ACCEPTED_TEXT)
    return undefined
  }

  requiredText(name: string): string {
    const before = this.refusals.length
    const text = this.text(name)
    if (text === undefined && this.refusals.length === before) {
      this.#refuse(this.#plan.own.get(name) as Target, 'an identifier: this cell may not be empty')
    }
    return text ?? ''
  }

  checked<Value>(name: string, read: (text: string) => Value | undefined, accepted: string): Value | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = read(text)
    if (value === undefined) this.#refuse(this.#plan.own.get(name) as Target, accepted)
    return value
  }

  facts(): Record<string, FactValue> {
    const facts: Record<string, FactValue> = {}
    for (const planned of this.#plan.facts) {
      const { fact, target } = planned
      const text = this.#raw(target)
      if (text === undefined) continue
      const value = this.#cell(planned, text)
      if (!value.ok) this.#refuse(target, value.refusal.accepted)
      else if (value.value !== undefined) facts[fact.name] = value.value
      else if (fact.type === 'territory') this.#refuse(target, 'the code of a place: this cell may not be empty')
    }
    return facts
  }

  territory(facts: Readonly<Record<string, FactValue>>): string {
    const fact = this.#plan.facts.find(({ fact }) => fact.type === 'territory')?.fact
    const code = fact && facts[fact.name]
    return typeof code === 'string' ? code : ''
  }

  /** The cells of one plan are read in one style. */
  #cell({ fact, remembered }: PlannedFact, text: string): CellRead {
    let value = remembered.get(text)
    if (value === undefined) {
      value = readCell(fact, text, this.#style)
      if (remembered.size < MOST_REMEMBERED && text.length <= LONGEST_REMEMBERED) remembered.set(text, value)
    }
    return value
  }

  #raw(target: Target): string | undefined {
    const text = target.read(this.#cells)
    if (text.ok) return text.value
    this.#refuse(target, text.refusal.accepted)
    return undefined
  }

  #refuse(target: Target, accepted: string): void {
    this.refusals.push({ column: target.column, value: target.raw(this.#cells).slice(0, LONGEST_TEXT), accepted })
  }
}

export function readHouseholdRow(plan: Plan, cells: readonly string[], style: CellStyle): RowRead<HouseholdRow> {
  const read = new RowReader(plan, cells, style)
  const sourceId = read.requiredText('source_id')
  const facts = read.facts()
  const row: HouseholdRow = {
    sourceId,
    territory: read.territory(facts),
    weight: read.checked('weight', weight, 'a number above 0, such as 201 or 12.5') ?? '1',
    effectiveOn: read.checked('effective_on', parseDate, 'a day of the calendar written YYYY-MM-DD'),
    recipient: read.text('recipient'),
    facts,
  }
  const { refusals } = read
  return { row: refusals.length === 0 ? row : undefined, refusals, sourceId, household: sourceId }
}

export function readMemberRow(
  plan: Plan,
  cells: readonly string[],
  style: CellStyle,
  numbers: NumberForm = TWELVE,
): RowRead<MemberRow> {
  const read = new RowReader(plan, cells, style)
  const household = read.requiredText('household_source_id')
  const sourceId = read.requiredText('source_id')
  const member: IncomingMember = {
    sourceId,
    givenName: read.text('given_name'),
    familyName: read.text('family_name'),
    givenNameAr: read.text('given_name_ar'),
    familyNameAr: read.text('family_name_ar'),
    phone: read.checked('phone', phone, 'a telephone number: 6 to 15 digits, a leading + allowed'),
    uniqueNumber: read.checked('unique_number', text => numberOf(text, numbers), acceptedNumber(numbers)),
    alias: read.checked('alias', text => numberOf(text, ALIAS_FORM), acceptedNumber(ALIAS_FORM)),
    facts: read.facts(),
  }
  const { refusals } = read
  return { row: refusals.length === 0 ? { household, member } : undefined, refusals, sourceId, household }
}

const TWELVE = uniqueNumberForm(12)
const acceptedNumber = ({ length }: NumberForm) =>
  `${length} digits as they were issued, the last of which checks the others; spaces and dashes allowed`

function numberOf(text: string, form: NumberForm): string | undefined {
  const digits = text.replaceAll(/[\s\u00a0\u202f-]/g, '')
  return faultsOf(digits, form).length === 0 ? digits : undefined
}

function weight(text: string): string | undefined {
  return /^\d{1,12}(\.\d{1,9})?$/.test(text) && /[1-9]/.test(text) ? text : undefined
}

/** Digits as they are dialled: spaces, dots, dashes and brackets are how people write, not what they mean. */
function phone(text: string): string | undefined {
  const dialled = text.replaceAll(/[\s.()\u00a0\u202f-]/g, '')
  return /^\+?\d{6,15}$/.test(dialled) ? dialled : undefined
}

/**
 * Control characters, line ends of Unicode, and marks that turn the direction of what follows (overrides, embeddings,
 * isolates): with these a name can show as another one. Joiners and the marks that Arabic is typed with stay.
 */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/u

function hasControl(text: string): boolean {
  return UNSEEN.test(text)
}
