import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { sameNumber } from './details/document.ts'
import { personsWithDocument } from './details/documents.ts'
import { keysButPlace } from './duplicates/match-keys.ts'
import { registeredPersons } from './duplicates/persons.sql.ts'
import type { RegisteredPerson } from './duplicates/registered-person.ts'
import { nameKey } from './name-key.ts'
import { type Audience, personWithToken } from './number/token.ts'

/** What another register says of who is meant. */
export type RowIdentity = {
  readonly number?: string | undefined
  readonly token?: string | undefined
  readonly document?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly givenNameAr?: string | undefined
  readonly familyNameAr?: string | undefined
  /** 'YYYY-MM-DD'. */
  readonly birthDate?: string | undefined
  readonly sex?: string | undefined
}

/** Whether what is said agrees with what the register holds; undefined where there is nothing to compare. */
export type Agreement = {
  readonly name?: boolean
  readonly birth?: boolean
  /** The whole date is known and the same. */
  readonly wholeBirth?: boolean
  readonly sex?: boolean
}

export type Identified = {
  /** For each identifier that was said: whom it names; null: nobody that the actor sees. */
  readonly identifiers: readonly {
    readonly by: 'number' | 'token' | 'document'
    readonly person: Id<'Person'> | null
  }[]
  /** Whoever may be meant, with where they live and how they agree. Persons of the same name or so are looked for only where no identifier names anybody. */
  readonly persons: readonly { readonly id: Id<'Person'>; readonly territory: string; readonly agrees: Agreement }[]
}

/** Who shares a key is compared up to this number: with more, the name is too common to tell anybody apart. */
const MOST_NAMESAKES = 40

/** Who is meant by each row, as far as the actor sees them. Nothing is decided here: what each identifier names, and who is alike. */
export async function identifyRows(
  tx: Transaction,
  country: string,
  audience: Audience,
  rows: readonly RowIdentity[],
): Promise<Identified[]> {
  const byNumber = await personsWithNumbers(tx, country, rows)
  const identifiers: Identified['identifiers'][] = []
  for (const { number, token, document } of rows) {
    const named: Identified['identifiers'][number][] = []
    if (number !== undefined) named.push({ by: 'number', person: byNumber.get(sameNumber(number)) ?? null })
    if (token !== undefined) named.push({ by: 'token', person: (await personWithToken(tx, audience, token)) ?? null })
    if (document !== undefined) {
      const holders = await personsWithDocument(tx, document)
      named.push(...(holders.length === 0 ? [null] : holders).map(person => ({ by: 'document' as const, person })))
    }
    identifiers.push(named)
  }
  const searched = rows.map((row, at) => (identifiers[at]!.some(each => each.person !== null) ? undefined : row))
  const alike = await namesakes(tx, country, searched)
  const wanted = rows.map((_, at) => [
    ...new Set([...identifiers[at]!.flatMap(each => each.person ?? []), ...(alike.get(at) ?? [])]),
  ])
  const known = new Map((await registeredPersons(tx, [...new Set(wanted.flat())])).map(each => [each.id, each]))
  return rows.map((row, at) => ({
    identifiers: identifiers[at]!,
    persons: wanted[at]!.flatMap(id => {
      const person = known.get(id)
      return person ? [{ id: id as Id<'Person'>, territory: person.territory, agrees: agreement(row, person) }] : []
    }),
  }))
}

async function personsWithNumbers(tx: Transaction, country: string, rows: readonly RowIdentity[]) {
  const numbers = rows.flatMap(row => (row.number === undefined ? [] : [sameNumber(row.number)]))
  if (numbers.length === 0) return new Map<string, Id<'Person'>>()
  const { rows: found } = await sql<{ number: string; person: Id<'Person'> }>`
    select number, person_id as person from population.unique_number
    where country = ${country} and number = any (${numbers}::text[]) and withdrawn_at is null and person_id is not null`.execute(
    tx,
  )
  return new Map(found.map(each => [each.number, each.person]))
}

/** Persons who share a key of name and birth, by the place of the row. */
async function namesakes(tx: Transaction, country: string, rows: readonly (RowIdentity | undefined)[]) {
  const asked = rows.flatMap((row, at) => {
    const keys = row === undefined ? [] : keysButPlace(comparable(row)).keys
    return keys.every(key => key === null) ? [] : [{ at, keys }]
  })
  const found = new Map<number, string[]>()
  if (asked.length === 0) return found
  const { rows: pairs } = await sql<{ at: number; person: string }>`
    select asked.at, candidate as person
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (at integer, keys integer[])
      cross join lateral population.match_candidates(${country}, asked.keys, ${MOST_NAMESAKES}) as candidate`.execute(
    tx,
  )
  for (const { at, person } of pairs) found.set(at, [...(found.get(at) ?? []), person])
  return found
}

const comparable = (row: RowIdentity): Omit<RegisteredPerson, 'id' | 'territory'> => ({
  givenName: row.givenName ?? null,
  familyName: row.familyName ?? null,
  givenNameAr: row.givenNameAr ?? null,
  familyNameAr: row.familyNameAr ?? null,
  sex: row.sex ?? null,
  birthDate: row.birthDate ?? null,
  birthPrecision: row.birthDate === undefined ? null : 'day',
  phoneIndex: null,
})

/** Names agree in either script whatever their accents and capitals; a birth date as far as it is known. */
export function agreement(said: RowIdentity, held: Omit<RegisteredPerson, 'id' | 'territory'>): Agreement {
  const latin = same([said.givenName, said.familyName], [held.givenName, held.familyName])
  const arabic = same([said.givenNameAr, said.familyNameAr], [held.givenNameAr, held.familyNameAr])
  const name = latin === undefined || arabic === undefined ? (latin ?? arabic) : latin || arabic
  const signs = held.birthPrecision === 'day' ? 10 : held.birthPrecision === 'month' ? 7 : 4
  const birth =
    said.birthDate === undefined || held.birthDate === null || held.birthPrecision === 'estimated'
      ? undefined
      : said.birthDate.slice(0, signs) === held.birthDate.slice(0, signs)
  const sex = said.sex === undefined || held.sex === null ? undefined : said.sex === held.sex
  return {
    ...(name !== undefined && { name }),
    ...(birth !== undefined && { birth, wholeBirth: birth && held.birthPrecision === 'day' }),
    ...(sex !== undefined && { sex }),
  }
}

function same(said: readonly (string | undefined)[], held: readonly (string | null)[]): boolean | undefined {
  const one = nameKey(...said)
  const other = nameKey(...held)
  return one === '' || other === '' ? undefined : one === other
}
