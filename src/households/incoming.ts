import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import { clientOf, type Transaction } from '#db'
import { type DateText, newId } from '#kernel'
import { type KeysButPlace, nameKey, placeNumber } from '#population'

/** Facts by the names of the country's catalogue, as they travel: money and decimals as text, dates as YYYY-MM-DD. */
export type DeclaredFacts = Readonly<Record<string, string | number | boolean>>

/** A household as a source says it. The source's own identifiers make it the same household when it comes again. */
export type IncomingHousehold = {
  readonly sourceId: string
  readonly territory: string
  /** How many households it stands for, a decimal text; 1 unless said. */
  readonly weight?: string | undefined
  /** Day from which what is said is true, where it differs from that of the whole batch. */
  readonly effectiveOn?: DateText | undefined
  /** Who receives, by the source_id of the member; the head unless said. */
  readonly recipient?: string | undefined
  readonly facts: DeclaredFacts
  readonly members: readonly IncomingMember[]
}

export type IncomingMember = {
  /** Identifies the member within the household. */
  readonly sourceId: string
  /** Who this is, where it is known: somebody of the population register, or an id made before. Another is drawn otherwise. */
  readonly person?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly givenNameAr?: string | undefined
  readonly familyNameAr?: string | undefined
  readonly phone?: string | undefined
  /** Unique number and alias by which a file names somebody of the register, who is found by them before the file is registered. */
  readonly uniqueNumber?: string | undefined
  readonly alias?: string | undefined
  readonly facts: DeclaredFacts
}

/** Columns of `pg_temp.incoming_household`, in the order of {@link householdLine}. */
export const HOUSEHOLD_COLUMNS =
  'source_id, id, declaration_id, territory, weight, effective_on, recipient, facts, digest, place'
/** Columns of `pg_temp.incoming_member`, in the order of {@link memberLine}. */
export const MEMBER_COLUMNS =
  'household, position, source_id, person_id, relation, given_name, family_name, given_name_ar, family_name_ar, name_key, sex, birth_date, birth_precision, phone, facts, digest, keys, place_key, unique_number, alias'

/** Types of those columns, shared by the temporary tables of a batch and the staging tables of an import. */
export async function openIncoming(tx: Transaction): Promise<void> {
  await sql`
    create temporary table if not exists incoming_household (
      source_id text primary key, id uuid not null, declaration_id uuid not null, territory text not null,
      weight numeric not null, effective_on date, recipient text, facts text not null, digest bytea not null,
      place int not null
    ) on commit delete rows;
    create temporary table if not exists incoming_member (
      household text not null, position int not null, source_id text not null, person_id uuid not null, relation text,
      given_name text, family_name text, given_name_ar text, family_name_ar text, name_key text not null, sex text,
      birth_date date, birth_precision text, phone text, facts text not null, digest bytea not null,
      keys int[], place_key int, unique_number text, alias text, is_known boolean not null default false, primary key (household, source_id)
    ) on commit delete rows;
    create temporary table if not exists incoming_outcome (
      source_id text primary key, digest bytea not null, household_id uuid, outcome text, later_on date
    ) on commit delete rows;
    create temporary table if not exists incoming_gone (
      household text not null, source_id text not null, primary key (household, source_id)
    ) on commit delete rows;
    create temporary table if not exists incoming_line (line text not null) on commit delete rows`.execute(tx)
}

/** One line of COPY for a household, ended. The digest covers what is said and nothing else. */
export function householdLine(household: IncomingHousehold): string {
  const { sourceId, territory, weight = '1', effectiveOn, recipient } = household
  const facts = factsText(household.facts)
  return copyLine([
    sourceId,
    newId(),
    newId(),
    territory,
    weight,
    effectiveOn,
    recipient,
    facts,
    digestOf([sourceId, territory, weight, effectiveOn, recipient, facts]),
    String(placeOf(territory)),
  ])
}

const MOST_PLACES = 10_000
const places = new Map<string, number>()

/** A country has few places and a file many households. */
function placeOf(territory: string): number {
  let place = places.get(territory)
  if (place === undefined) {
    place = placeNumber(territory)
    if (places.size < MOST_PLACES) places.set(territory, place)
  }
  return place
}

/** What a member is found by, for whoever compares those who come in: see `keysButPlace` of `#population`. */
export type KeysOf = (member: IncomingMember) => KeysButPlace

/** One line of COPY for a member of the household known to its source as `household`; without `keysOf` it has no keys. */
export function memberLine(
  household: string,
  position: number,
  member: IncomingMember,
  relationFact: string | undefined,
  keysOf?: KeysOf,
): string {
  const { sourceId, givenName, familyName, givenNameAr, familyNameAr, phone, uniqueNumber, alias } = member
  const facts = factsText(member.facts)
  const relation = relationFact === undefined ? undefined : member.facts[relationFact]
  const birthDate = member.facts.birth_date
  const sex = member.facts.sex
  const found = keysOf?.(member)
  // Who is not named so has the digest of before there were such columns.
  const named = uniqueNumber === undefined && alias === undefined ? [] : [uniqueNumber, alias]
  return copyLine([
    household,
    String(position),
    sourceId,
    member.person ?? newId(),
    typeof relation === 'string' ? relation : undefined,
    givenName,
    familyName,
    givenNameAr,
    familyNameAr,
    nameKey(givenName, familyName, givenNameAr, familyNameAr),
    sex === 'female' || sex === 'male' ? sex : undefined,
    typeof birthDate === 'string' ? birthDate : undefined,
    typeof birthDate === 'string' ? 'day' : undefined,
    phone,
    facts,
    digestOf([sourceId, givenName, familyName, givenNameAr, familyNameAr, phone, facts, ...named]),
    found && `{${found.keys.map(key => key ?? 'NULL').join(',')}}`,
    found?.placeKey === undefined ? undefined : String(found.placeKey),
    uniqueNumber,
    alias,
  ])
}

/** Sends lines to a table by COPY. */
export async function copyLines(
  tx: Transaction,
  table: string,
  columns: string,
  lines: Iterable<string>,
): Promise<void> {
  const gathered = new Lines()
  for (const line of lines) gathered.add(line)
  await copyGathered(tx, table, columns, gathered.pieces())
}

/** Sends lines that were gathered before. */
export async function copyGathered(
  tx: Transaction,
  table: string,
  columns: string,
  lines: readonly Uint8Array[],
): Promise<void> {
  const target = clientOf(tx).query(copyFrom(`copy ${table} (${columns}) from stdin`))
  await pipeline(Readable.from(lines), target)
}

const PIECE = 1 << 16

/** Lines for COPY, kept as bytes: text of a few thousand rows would be carried along by the collector of garbage. */
export class Lines {
  size = 0
  #pieces: Buffer[] = []
  #text = ''

  add(line: string): void {
    this.size++
    this.#text += line
    if (this.#text.length > PIECE) this.#cut()
  }

  pieces(): readonly Buffer[] {
    if (this.#text !== '') this.#cut()
    return this.#pieces
  }

  #cut(): void {
    this.#pieces.push(Buffer.from(this.#text))
    this.#text = ''
  }
}

/** The same facts give the same text, in whatever order they were given. */
function factsText(facts: DeclaredFacts): string {
  const names = Object.keys(facts)
  if (names.every((name, i) => i === 0 || (names[i - 1] as string) < name)) return JSON.stringify(facts)
  return JSON.stringify(Object.fromEntries(names.sort().map(name => [name, facts[name]])))
}

/** Each part with its length before it, so that no two lists of parts make the same text. */
function digestOf(said: readonly (string | undefined)[]): string {
  let text = ''
  for (const part of said) text += part === undefined ? '-' : `${part.length}:${part}`
  return `\\x${hash('sha256', text)}`
}

/** One line of COPY in its text format; undefined is null. */
export function copyLine(cells: readonly (string | undefined)[]): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]
    line += `${i === 0 ? '' : '\t'}${cell === undefined ? '\\N' : copyText(cell)}`
  }
  return `${line}\n`
}

const SPECIAL = /[\\\t\n\r]/
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function copyText(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[\\\t\n\r]/g, character => ESCAPED[character] as string) : text
}
