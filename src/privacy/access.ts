import { type RawBuilder, sql } from 'kysely'
import type { Country } from '#countries'
import {
  type CitizenActor,
  type Database,
  type StaffActor,
  type Transaction,
  transaction,
  type WorkerActor,
  workerActor,
} from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAudit, openColumn } from '#security'
import { type HeldTable, inventory } from './inventory.ts'
import { type RegisterRow, registerOf } from './register.ts'

/** Whose file: a person, or a household with all who belong or belonged to it. */
export type Subject =
  | { readonly kind: 'household'; readonly id: Id<'Household'> }
  | { readonly kind: 'person'; readonly id: Id<'Person'> }

type Row = Readonly<Record<string, unknown>>

/**
 * All that is held on a subject, as `socle.access/1`: the rows of every table of the inventory, in the words of the schema,
 * with the register that says why and how long. Amounts are whole numbers of minor units, written as text.
 */
export type AccessFile = {
  readonly format: 'socle.access/1'
  readonly country: string
  readonly subject: Subject
  /** The instant of the one snapshot from which all was read, ISO 8601. */
  readonly asOf: string
  readonly households: readonly string[]
  readonly persons: readonly string[]
  /** By table, in the order of the inventory; a table without a row on the subject has an empty list. */
  readonly tables: Readonly<Record<string, readonly Row[]>>
  /** Rows that say what others are about (runs, texts of the law decided by), by table. */
  readonly explanations: Readonly<Record<string, readonly Row[]>>
  readonly register: readonly RegisterRow[]
}

export type AccessRefusal = { readonly code: 'subject_unknown'; readonly subject: Subject }

export type AccessRequest = {
  readonly country: Country
  readonly subject: Subject
  /** Who makes the file: staff acting for personal_data.read, or the person, who see the subject; or a command of the installation. */
  readonly by: StaffActor | CitizenActor | WorkerActor
}

/**
 * Makes the file of a subject for the right of access. Refused where the maker may not see the subject; then everything held
 * is read in one snapshot, in the worker's role: what the person may know does not end at the maker's territory. The audit
 * holds that it left, before it leaves.
 */
export async function collectAccessFile(
  { app, worker }: { readonly app: Database; readonly worker: Database },
  { country, subject, by }: AccessRequest,
): Promise<Result<AccessFile, AccessRefusal>> {
  const seen = await transaction(by.kind === 'worker' ? worker : app, by, async tx => {
    const territory = await territoryOf(tx, country, subject)
    if (territory === undefined) return false
    await appendAudit(tx, {
      action: `${subject.kind}.export`,
      subject,
      territory,
      purpose: 'data_rights: file for the right of access',
    })
    return true
  })
  if (!seen) return err({ code: 'subject_unknown', subject })
  return ok(
    await transaction(worker, workerActor('right of access'), tx => collect(tx, country, subject), {
      isolation: 'repeatable read',
      readOnly: true,
    }),
  )
}

async function territoryOf(tx: Transaction, country: Country, subject: Subject): Promise<string | undefined> {
  const { rows } = await (subject.kind === 'household'
    ? sql<{ territory: string }>`select territory from households.published_household
        where id = ${subject.id} and country = ${country.code}`
    : sql<{ territory: string }>`select territory from population.published_person
        where id = ${subject.id} and country = ${country.code}`
  ).execute(tx)
  return rows[0]?.territory
}

async function collect(tx: Transaction, country: Country, subject: Subject): Promise<AccessFile> {
  const about = await peopleOf(tx, subject)
  const tables: Record<string, readonly Row[]> = {}
  const explanations: Record<string, readonly Row[]> = {}
  for (const [table, held] of Object.entries(inventory)) {
    if (held.link.of === 'passing') continue
    const rows = await opened(tx, held, await rowsOf(tx, table, held, about, tables))
    tables[table] = subject.kind === 'person' ? ownParts(rows, held, subject.id) : rows
    for (const each of held.explainedBy ?? []) {
      const keys = [...new Set(rows.map(row => row[each.column]))]
      const { rows: explaining } = await sql<Row>`
        select * from ${sql.table(each.table)} where ${sql.ref(each.key)} = any (${keys}::uuid[])`.execute(tx)
      explanations[each.table] = [...(explanations[each.table] ?? []), ...explaining].filter(
        (row, index, all) => all.findIndex(other => other[each.key] === row[each.key]) === index,
      )
    }
  }
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx)
  return {
    format: 'socle.access/1',
    country: country.code,
    subject,
    asOf: rows[0]!.now.toISOString(),
    ...about,
    tables,
    explanations,
    register: registerOf(country),
  }
}

type About = { readonly households: readonly string[]; readonly persons: readonly string[] }

/** A household speaks for all who belong or belonged to it; a person for itself and for what its households said of it. */
async function peopleOf(tx: Transaction, subject: Subject): Promise<About> {
  const known = subject.kind === 'household' ? 'household_id' : 'person_id'
  const { rows } = await sql<{ household: string; person: string }>`
    select household_id as household, person_id as person from households.published_belonging
    where ${sql.ref(known)} = ${subject.id}`.execute(tx)
  const households = subject.kind === 'household' ? [subject.id] : rows.map(row => row.household)
  const persons = subject.kind === 'person' ? [subject.id] : rows.map(row => row.person)
  return { households: [...new Set(households)].sort(), persons: [...new Set(persons)].sort() }
}

async function rowsOf(
  tx: Transaction,
  table: string,
  { link, columns, withheld = [] }: HeldTable,
  { households, persons }: About,
  before: Readonly<Record<string, readonly Row[]>>,
): Promise<readonly Row[]> {
  const about = [...households, ...persons]
  const names = Object.values(columns)
    .flat()
    .filter(name => !withheld.includes(name))
  const all = sql.join(names.map(name => sql.ref(name)))
  const from = (where: RawBuilder<unknown>) =>
    sql<Row>`select ${all} from ${sql.table(table)} where ${where}`.execute(tx).then(({ rows }) => rows)
  switch (link.of) {
    case 'household':
      return from(sql`${sql.ref(link.column)} = any (${households}::uuid[])`)
    case 'person':
      return from(sql`${sql.ref(link.column)} = any (${persons}::uuid[])`)
    case 'pair': {
      // The other of the two may be somebody else: who, is nobody's business here.
      const rows = await from(
        sql`${sql.ref(link.columns[0])} = any (${persons}::uuid[]) or ${sql.ref(link.columns[1])} = any (${persons}::uuid[])`,
      )
      const named = [...link.columns, 'kept']
      return rows.map(row => ({
        ...row,
        ...Object.fromEntries(
          named.filter(name => row[name] && !persons.includes(row[name] as string)).map(name => [name, null]),
        ),
      }))
    }
    case 'subject':
      return from(sql`(subject_kind, subject_id) in (
          select 'household', unnest(${households}::text[]) union all select 'person', unnest(${persons}::text[]))
        or position in (select position from ${sql.table(link.listedIn)} where members && ${about}::uuid[])`)
    case 'listed': {
      // Whoever else stood on the list is nobody's business here.
      const rows = await from(sql`${sql.ref(link.column)} && ${about}::uuid[]`)
      return rows.map(row => ({
        ...row,
        [link.column]: (row[link.column] as string[]).filter(id => about.includes(id)),
      }))
    }
    case 'rows': {
      const others = before[link.table] ?? []
      if (others.length === 0) return []
      const keys = sql.join(
        others.map(row => sql`(${sql.join((link.theirs ?? link.columns).map(column => sql`${row[column]}`))})`),
      )
      return from(sql`(${sql.join(link.columns.map(column => sql`${sql.ref(column)}::text`))}) in (${keys})`)
    }
    case 'passing':
      return []
  }
}

/** What is sealed is given in clear, in the column of its text; the sealed bytes say nothing to anybody. */
async function opened(tx: Transaction, { sealed = {} }: HeldTable, rows: readonly Row[]): Promise<readonly Row[]> {
  let answer = rows
  for (const [column, { table, text }] of Object.entries(sealed)) {
    const cells = answer.flatMap((row, at) =>
      row[column] === null ? [] : [{ at, row: row.id as string, sealed: row[column] as Buffer }],
    )
    const texts = new Map((await openColumn(tx, { table, column: text }, cells)).map((said, i) => [cells[i]!.at, said]))
    answer = answer.map(({ [column]: _bytes, ...row }, at) => (texts.has(at) ? { ...row, [text]: texts.get(at) } : row))
  }
  return answer
}

/** Rows and lists that speak of several members keep what is of the one whose file it is: the others' facts are theirs. */
function ownParts(rows: readonly Row[], { ofMember, ofMembers = {} }: HeldTable, person: string): Row[] {
  const own = ofMember === undefined ? rows : rows.filter(row => row[ofMember] === person || row[ofMember] === null)
  return own.map(row => {
    const kept = Object.entries(ofMembers).map(([column, key]) => {
      const entries = row[column] as readonly Row[]
      return [column, entries.filter(entry => entry[key] === person)]
    })
    return { ...row, ...Object.fromEntries(kept) }
  })
}

/** The file as text: JSON, bigint as text, bytes in hexadecimal. */
export function accessText(file: AccessFile): string {
  return `${JSON.stringify(file, (_, value) => (typeof value === 'bigint' ? value.toString() : hexOf(value)), 2)}\n`
}

function hexOf(value: unknown): unknown {
  const bytes = value as { type?: string; data?: number[] } | null
  return bytes?.type === 'Buffer' && bytes.data ? Buffer.from(bytes.data).toString('hex') : value
}
