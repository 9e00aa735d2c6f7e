import { createHash } from 'node:crypto'
import type { Country } from '#countries'
import { type Database, type StaffActor, type Transaction, transaction, type WorkerActor, workerActor } from '#db'
import { casesOf, countHouseholds, csvCell, type HouseholdCase, householdRanges } from '#households'
import { err, type Month, newId, ok, type Result } from '#kernel'
import { latestRun, outcomesOf, type RunRow } from '#programmes'
import {
  appendAudit,
  type CarryOutRefusal,
  carryOut,
  isExportPurpose,
  type ProposalId,
  type Pseudonyms,
  pseudonymsFor,
} from '#security'
import { type Cells, countCells } from './cells.ts'
import { columnOf, cutNumber, type ExportColumn, provinceOf, sizeBand } from './generalise.ts'

export type ExportRequest = {
  readonly country: Country
  /** Whom it is for and why, as a name: research-2026. Its key is its own. */
  readonly purpose: string
  readonly unit: 'household' | 'member'
  readonly month: Month
  /** Facts of the unit by the names of the catalogue; of a member, the household's are `household.rooms`. */
  readonly facts: readonly string[]
  /** A programme whose latest decision for the month goes along: outcome and amount. */
  readonly pack?: string | undefined
  /** Groups smaller than this are left out; 10 unless said, never below 5. */
  readonly k?: number
  readonly by: StaffActor | WorkerActor
  /** The approved proposal of a large export by a member of staff; it serves once. */
  readonly proposal?: ProposalId | undefined
  /** Above so many households a member of staff needs another's approval; 10,000 unless said. */
  readonly most?: number
}

export type ExportRefusal =
  | { readonly code: 'purpose_not_a_name'; readonly purpose: string }
  | { readonly code: 'fact_unknown'; readonly fact: string }
  | { readonly code: 'group_too_small'; readonly k: number; readonly least: number }
  | { readonly code: 'not_decided'; readonly pack: string; readonly month: Month }
  /** So many households leave by two persons: one proposes, another approves. */
  | { readonly code: 'needs_second_person'; readonly households: number; readonly most: number }
  | { readonly code: 'proposal_not_usable'; readonly why: CarryOutRefusal['code'] }

export type ExportMade = {
  readonly id: string
  readonly purpose: string
  readonly columns: readonly string[]
  readonly rows: number
  readonly k: number
  /** Left out, their group being smaller than k. */
  readonly suppressed: { readonly cells: number; readonly rows: number }
  readonly sha256: string
}

const LEAST_K = 5
const USUAL_K = 10

/**
 * Writes a file for one purpose: pseudonyms in the place of ids, no name, number or telephone, what could tell people apart
 * generalised, groups too small to hide in left out. Read in one snapshot, twice: counted, then written. It stands in the audit.
 */
export async function exportPseudonymised(
  worker: Database,
  master: Uint8Array,
  request: ExportRequest,
  write: (piece: string) => Promise<void>,
): Promise<Result<ExportMade, ExportRefusal>> {
  const { country, purpose, month, k = USUAL_K, pack } = request
  if (!isExportPurpose(purpose)) return err({ code: 'purpose_not_a_name', purpose })
  if (k < LEAST_K) return err({ code: 'group_too_small', k, least: LEAST_K })
  const columns = columnsOf(request)
  if (!columns.ok) return columns
  const approved = await bySecondPerson(worker, request)
  if (!approved.ok) return approved
  const made = await transaction(
    worker,
    workerActor('privacy export'),
    async tx => {
      const run = pack === undefined ? undefined : await latestRun(tx, { country: country.code, pack, month })
      if (pack !== undefined && !run) return err({ code: 'not_decided', pack, month } as const)
      return ok(
        await writeAll(tx, { request, k, columns: columns.value, run, names: pseudonymsFor(master, purpose) }, write),
      )
    },
    { isolation: 'repeatable read', readOnly: true },
  )
  if (made.ok) await record(worker, request, made.value)
  return made
}

const USUAL_MOST = 10_000

/** What is proposed for a large export, and approved by its hash. */
export function exportContent({ country, purpose, unit, month, facts, pack, k = USUAL_K }: ExportRequest) {
  return { country: country.code, purpose, unit, month, facts, pack: pack ?? null, k }
}

/** Uses up the proposal of a large export before anything is written: one that breaks off is proposed again. */
async function bySecondPerson(worker: Database, request: ExportRequest): Promise<Result<undefined, ExportRefusal>> {
  const { by, country, proposal, most = USUAL_MOST } = request
  if (by.kind !== 'staff') return ok(undefined)
  return transaction(worker, by, async tx => {
    const households = await countHouseholds(tx, country.code)
    if (households <= most) return ok(undefined)
    if (proposal === undefined) return err({ code: 'needs_second_person', households, most })
    const asked = { kind: 'pseudonymised_export', content: exportContent(request) } as const
    const done = await carryOut(tx, proposal, asked, async () => undefined)
    return done.ok ? ok(undefined) : err({ code: 'proposal_not_usable', why: done.refusal.code })
  })
}

function columnsOf({ country, unit, month, facts }: ExportRequest): Result<SourceColumn[], ExportRefusal> {
  const columns: SourceColumn[] = []
  for (const said of facts) {
    const ofHousehold = unit === 'member' && said.startsWith('household.')
    const of = unit === 'household' || ofHousehold ? 'household' : 'member'
    const fact = ofHousehold ? said.slice('household.'.length) : said
    const column = columnOf(country.catalogue, of, fact, month)
    if (!column) return err({ code: 'fact_unknown', fact: said })
    columns.push({ ...column, name: ofHousehold ? `household_${column.name}` : column.name, of, fact })
  }
  return ok(columns)
}

type SourceColumn = ExportColumn & { readonly of: 'household' | 'member'; readonly fact: string }

type Writing = {
  readonly request: ExportRequest
  readonly k: number
  readonly columns: readonly SourceColumn[]
  readonly run: RunRow | undefined
  readonly names: Pseudonyms
}

async function writeAll(
  tx: Transaction,
  writing: Writing,
  write: (piece: string) => Promise<void>,
): Promise<ExportMade> {
  const cells = countCells(writing.k)
  for await (const rows of rowsOf(tx, writing)) for (const { quasi } of rows) cells.add(quasi)
  const hash = createHash('sha256')
  const put = async (piece: string) => {
    hash.update(piece)
    await write(piece)
  }
  const columns = headOf(writing)
  await put(`${columns.join(',')}\n`)
  let written = 0
  for await (const rows of rowsOf(tx, writing)) {
    const kept = rows.filter(({ quasi }) => cells.isLarge(quasi))
    written += kept.length
    if (kept.length > 0) await put(kept.map(({ line }) => `${line}\n`).join(''))
  }
  return madeOf(writing, columns, written, cells, hash.digest('hex'))
}

function madeOf({ request, k }: Writing, columns: string[], rows: number, cells: Cells, sha256: string): ExportMade {
  return { id: newId(), purpose: request.purpose, columns, rows, k, suppressed: cells.small(), sha256 }
}

function headOf({ request: { unit }, columns, run }: Writing): string[] {
  const ids = unit === 'household' ? ['household', 'province', 'size'] : ['person', 'household', 'province']
  return [...ids, 'weight', ...columns.map(column => column.name), ...(run ? ['outcome', 'amount'] : [])]
}

type ExportRow = { readonly quasi: readonly string[]; readonly line: string }

const RANGE = 2000

/** The rows of every household of the country, a range at a time. */
async function* rowsOf(tx: Transaction, writing: Writing): AsyncIterable<ExportRow[]> {
  const { country, month } = writing.request
  for (const { first, last } of await householdRanges(tx, country.code, RANGE)) {
    const cases: HouseholdCase[] = []
    for await (const each of casesOf(tx, { country: country.code, first, last, month })) cases.push(each)
    const outcomes = writing.run ? await outcomesOf(tx, writing.run, { first, last }) : new Map()
    yield cases.flatMap(each => rowsOfCase(each, writing, outcomes.get(each.household)))
  }
}

type Outcome = { readonly outcome: string; readonly amountMinor: bigint | null }

function rowsOfCase(each: HouseholdCase, { request, columns, run, names }: Writing, decided?: Outcome): ExportRow[] {
  const { household, members } = each.case
  const province = provinceOf(each.territory)
  const size = sizeBand(members.length)
  const outcome = run
    ? [decided?.outcome ?? '', decided?.amountMinor == null ? '' : cutNumber(String(decided.amountMinor))]
    : []
  const row = (ids: string[], quasi: string[], facts: (column: SourceColumn) => unknown): ExportRow => {
    const values = columns.map(column => column.write(facts(column)))
    return {
      quasi: [...quasi, ...values.filter((_, at) => columns[at]!.quasi)],
      line: [...ids, each.weight, ...values, ...outcome].map(csvCell).join(','),
    }
  }
  const token = names.of('household', each.household)
  if (request.unit === 'household')
    return [row([token, province, size], [province, size], ({ fact }) => household[fact])]
  return members.map(member =>
    row([names.of('person', member.id), token, province], [province], ({ of, fact }) =>
      of === 'household' ? household[fact] : member[fact],
    ),
  )
}

async function record(
  worker: Database,
  { purpose, unit, month, facts, pack, by, country }: ExportRequest,
  made: ExportMade,
) {
  const { id, rows, k, suppressed, sha256 } = made
  await transaction(worker, by, async tx => {
    await appendAudit(tx, {
      action: 'pseudonymised.export',
      subject: { kind: 'export', id },
      purpose: `statistics: ${purpose}`,
      detail: { country: country.code, unit, month, facts, pack: pack ?? null, rows, k, suppressed, sha256 },
    })
  })
}
