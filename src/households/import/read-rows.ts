import { type Territory, territoryTree } from '#kernel'
import { keysButPlace, type PhoneIndexing, phoneIndex, uniqueNumberForm } from '#population'
import type { Catalogue } from '#rules'
import { copyLine, householdLine, type KeysOf, Lines, memberLine } from '../incoming.ts'
import { type Plan, planColumns, type TableKind } from './columns.ts'
import type { Mapping } from './mapping.ts'
import { type RowRead, readHouseholdRow, readMemberRow } from './row.ts'
import type { Table, TableRow } from './table.ts'
import { cellStyle } from './terms.ts'

/** All that reading rows needs, in a form that a thread can be given. */
export type ReadingTerms = {
  readonly attempt: number
  readonly catalogue: Catalogue
  readonly places: readonly Territory[]
  readonly mapping: Mapping | undefined
  readonly tables: Readonly<Partial<Record<TableKind, Pick<Table, 'format' | 'header'>>>>
  readonly phones: PhoneIndexing
  /** Digits of a unique number of the country. */
  readonly numberLength: number
}

export type RowsAsked = { readonly kind: TableKind; readonly rows: readonly TableRow[] }

/** Lines for COPY. */
type Gathered = { readonly size: number; readonly pieces: readonly Uint8Array[] }
/** Rows without a mistake on one side, every mistake on the other. */
export type RowsGathered = { readonly good: Gathered; readonly rejects: Gathered }

/** Turns rows of the files into lines for staging. The plans were found good before. */
export function rowReader(terms: ReadingTerms): (asked: RowsAsked) => RowsGathered {
  const { attempt, catalogue, mapping, tables } = terms
  const territories = territoryTree(terms.places)
  if (!territories.ok) throw new Error('the places of a country make no tree')
  const country = { catalogue, territories: territories.value }
  const keysOf = keysBy(terms.phones)
  const numbers = uniqueNumberForm(terms.numberLength)
  const styleOf = (kind: TableKind) => cellStyle(country, tables[kind]!)
  const planOf = (kind: TableKind): Plan => {
    const facts = kind === 'households' ? catalogue.household : catalogue.member
    const plan = planColumns(kind, tables[kind]!.header, [...facts.values()], mapping?.[kind])
    if (!plan.ok) throw new Error(`the header of the ${kind} file was accepted before`)
    return plan.value
  }
  const memory = {
    households: tables.households && { plan: planOf('households'), style: styleOf('households') },
    members: tables.members && { plan: planOf('members'), style: styleOf('members') },
  }
  const line = ({ number, cells }: TableRow, kind: TableKind): string | RowRead<unknown> => {
    const { plan, style } = memory[kind]!
    if (kind === 'households') {
      const found = readHouseholdRow(plan, cells, style)
      return found.row ? `${number}\t${householdLine({ ...found.row, members: [] })}` : found
    }
    const found = readMemberRow(plan, cells, style, numbers)
    return found.row ? memberLine(found.row.household, number, found.row.member, catalogue.head?.fact, keysOf) : found
  }
  return ({ kind, rows }) => {
    const good = new Lines()
    const rejects = new Lines()
    for (const row of rows) {
      const read = line(row, kind)
      if (typeof read === 'string') good.add(`${attempt}\t${read}`)
      else for (const each of rejectLines(attempt, kind, row.number, read)) rejects.add(each)
    }
    return { good: gathered(good), rejects: gathered(rejects) }
  }
}

const gathered = (lines: Lines): Gathered => ({ size: lines.size, pieces: lines.pieces() })

/** How the keys of a member are made: telephones count by what the register holds of them, which needs a key. */
function keysBy(phones: PhoneIndexing): KeysOf {
  return ({ givenName, familyName, givenNameAr, familyNameAr, phone, facts }) => {
    const birthDate = typeof facts.birth_date === 'string' ? facts.birth_date : null
    return keysButPlace({
      givenName: givenName ?? null,
      familyName: familyName ?? null,
      givenNameAr: givenNameAr ?? null,
      familyNameAr: familyNameAr ?? null,
      sex: null,
      birthDate,
      birthPrecision: birthDate === null ? null : 'day',
      phoneIndex: phone === undefined ? null : phoneIndex(phones, phone),
    })
  }
}

export const REJECT_COLUMNS = 'attempt, file, line, number, source_id, household, "column", value, accepted'

function rejectLines(attempt: number, file: TableKind, row: number, found: RowRead<unknown>): string[] {
  return found.refusals.map(({ column, value, accepted }, i) =>
    copyLine([attempt, file, row, i, found.sourceId, found.household, column, value, accepted].map(String)),
  )
}
