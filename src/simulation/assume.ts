// What a scenario assumes of facts, written into columns of its own. The others are shared.
import { createHash } from 'node:crypto'
import type { SnapshotRows } from '#households'
import { type Catalogue, type Column, type Columns, columnOver, type Fact, unknownOf } from '#rules'
import type { FactAssumption } from './scenario.ts'

/** Why a group cannot be told by a fact; undefined where it can. */
export function conditionProblem(
  catalogue: Catalogue,
  name: string,
  value: string | boolean,
): AssumptionProblem | undefined {
  const fact = factIn(catalogue, name)
  if (fact === undefined) return { fact: name, says: `${name} is not a fact of the catalogue` }
  return codeIn(fact, value) === undefined
    ? { fact: name, says: `${name} takes ${acceptedBy(fact)}, not ${value}` }
    : undefined
}

/** How many of those concerned have the value, of how many: summed over the parts of a nation before anybody is given it. */
export type Standing = { readonly concerned: number; readonly having: number }

export type AssumptionProblem = { readonly fact: string; readonly says: string }

/** Why an assumption cannot be made on a catalogue; undefined where it can. */
export function problemOf(
  catalogue: Catalogue,
  { fact: name, ages, ...assumed }: FactAssumption,
): AssumptionProblem | undefined {
  const fact = factIn(catalogue, name)
  const problem = (says: string) => ({ fact: name, says })
  if (fact === undefined) return problem(`${name} is not a fact of the catalogue`)
  if (ages !== undefined && (fact.of !== 'member' || catalogue.member.get('birth_date')?.type !== 'date')) {
    return problem('ages are those of members whose catalogue has birth_date')
  }
  if ('times' in assumed) {
    if (fact.type !== 'money' && fact.type !== 'decimal' && fact.type !== 'integer') {
      return problem(`${name} is no number, so it cannot be multiplied`)
    }
    if (Number(assumed.times) < 0) return problem(`${name} cannot be multiplied by ${assumed.times}, a negative number`)
  } else if (codeIn(fact, assumed.value) === undefined) {
    return problem(`${name} takes ${acceptedBy(fact)}, not ${assumed.value}`)
  }
  for (const [other, code] of Object.entries(assumed.where)) {
    const condition = catalogue[fact.of].get(other)
    if (condition === undefined) return problem(`${fact.of}.${other} is not a fact of the catalogue`)
    if (codeIn(condition, code) === undefined) return problem(`${other} takes ${acceptedBy(condition)}, not ${code}`)
  }
  return undefined
}

/** 1 for each household that has a code or a truth, or one of whose members has it. */
export function holdersOf(columns: Columns, name: string, value: string | boolean): Uint8Array {
  const { fact, data } = columnOf(columns, name)
  const code = codeIn(fact, value)
  const holders = new Uint8Array(columns.households)
  if (fact.of === 'household') for (let h = 0; h < holders.length; h++) holders[h] = data[h] === code ? 1 : 0
  else {
    const { offsets } = columns
    for (let h = 0; h < holders.length; h++) {
      for (let m = offsets[h] as number; m < (offsets[h + 1] as number); m++) if (data[m] === code) holders[h] = 1
    }
  }
  return holders
}

/** How things stand before an assumption of a share. */
export function standingOf(columns: Columns, assumption: FactAssumption): Standing {
  const { data, wanted } = wantedIn(columns, assumption)
  const concerned = concernedBy(columns, assumption)
  let [all, having] = [0, 0]
  for (let row = 0; row < data.length; row++) {
    const one = concerned[row] as number
    all += one
    having += data[row] === wanted ? one : 0
  }
  return { concerned: all, having }
}

/**
 * The columns as an assumption has them. Who is given a value is drawn by a hash of the person and the assumption: the same
 * whatever the parts in which a nation is held, and the smaller share is always within the larger.
 */
export function assumed(rows: SnapshotRows, columns: Columns, assumption: FactAssumption, standing: Standing): Columns {
  const column = columnOf(columns, assumption.fact)
  const data =
    'times' in assumption ? multiplied(columns, column, assumption) : given(rows, columns, assumption, standing)
  const changed = columnOver(column.fact, data, column.words)
  const { of, name } = column.fact
  return { ...columns, [of]: new Map(columns[of]).set(name, changed) }
}

function multiplied(columns: Columns, column: Column, assumption: Extract<FactAssumption, { readonly times: string }>) {
  const concerned = concernedBy(columns, assumption)
  const [whole = '0', decimals = ''] = assumption.times.split('.')
  const units = Number(whole + decimals)
  const scale = 10 ** decimals.length
  const unknown = unknownOf(column.fact)
  return column.data.map((value, row) => {
    if (value === unknown || Number.isNaN(value) || concerned[row] === 0) return value
    const exact = value * units
    // Half a unit goes up, as amounts of money are rounded. Beyond 2⁵³ the double's own rounding decides.
    return Math.floor((2 * exact + scale) / (2 * scale))
  })
}

function given(
  rows: SnapshotRows,
  columns: Columns,
  assumption: Extract<FactAssumption, { readonly share: string }>,
  standing: Standing,
) {
  const { data, wanted } = wantedIn(columns, assumption)
  const lacking = standing.concerned - standing.having
  const missing = Number(assumption.share) * standing.concerned - standing.having
  if (missing <= 0 || lacking === 0) return data
  const least = Math.ceil((missing / lacking) * 2 ** 32)
  const salt = createHash('sha256').update(`${assumption.fact} ${assumption.value}`).digest().readUInt32LE(0)
  const ids = viewOf(columnOf(columns, assumption.fact).fact.of === 'member' ? rows.persons : rows.households)
  const concerned = concernedBy(columns, assumption)
  const changed = data.slice() as Column['data']
  for (let row = 0; row < data.length; row++) {
    if (concerned[row] === 0 || data[row] === wanted) continue
    if (drawOf(ids, row * 16, salt) < least) changed[row] = wanted
  }
  return changed
}

/** A random number for each of some ids of 16 bytes, the same wherever it stands. */
export function drawsOf(ids: Uint8Array): Uint32Array {
  const view = viewOf(ids)
  return Uint32Array.from({ length: ids.length / 16 }, (_, row) => drawOf(view, row * 16, 0))
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength)
}

/** 32 bits from the 16 bytes of an id (the finaliser of MurmurHash3 over each word). */
function drawOf(ids: DataView, at: number, salt: number): number {
  let hash = salt
  for (let word = 0; word < 16; word += 4) {
    hash ^= ids.getUint32(at + word, true)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}

function wantedIn(columns: Columns, assumption: FactAssumption) {
  const { fact, data } = columnOf(columns, assumption.fact)
  return { data, wanted: 'value' in assumption ? (codeIn(fact, assumption.value) as number) : Number.NaN }
}

/** What was asked of some columns last: an assumption of a share asks first how things stand, then gives. */
const lastConcerned = new WeakMap<Columns, { readonly about: string; readonly concerned: Uint8Array }>()

/** 1 for each row that an assumption is about. */
function concernedBy(columns: Columns, { fact, where, ages }: FactAssumption): Uint8Array {
  const about = JSON.stringify({ fact, where, ages })
  const last = lastConcerned.get(columns)
  if (last?.about === about) return last.concerned
  const concerned = findConcerned(columns, columnOf(columns, fact), { where, ages })
  lastConcerned.set(columns, { about, concerned })
  return concerned
}

/** One pass for each condition: a loop over one column is the quickest. */
function findConcerned(
  columns: Columns,
  { fact, data }: Column,
  { where, ages }: Pick<FactAssumption, 'where' | 'ages'>,
): Uint8Array {
  const concerned = new Uint8Array(data.length).fill(1)
  if (ages !== undefined) {
    // Born after the day on which one would be too old, and not after that on which one would be too young.
    const [year, month] = columns.at.split('-').map(Number) as [number, number]
    const day = (years: number) => ((year - years) << 9) | (month << 5) | 1
    keepBetween(concerned, (columns.member.get('birth_date') as Column).data, day(ages[1] + 1), day(ages[0]))
  }
  for (const [name, code] of Object.entries(where)) {
    const column = columns[fact.of].get(name) as Column
    keepEqual(concerned, column.data, codeIn(column.fact, code) as number)
  }
  return concerned
}

/** Of days that are known, those after one and not after another. By sign bits: who is which age cannot be foretold by a branch. */
function keepBetween(kept: Uint8Array, days: Column['data'], after: number, until: number): void {
  for (let row = 0; row < kept.length; row++) {
    const day = days[row] as number
    kept[row] = (kept[row] as number) & (((after - day) & (day - until - 1) & ~day) >>> 31)
  }
}

function keepEqual(kept: Uint8Array, data: Column['data'], code: number): void {
  for (let row = 0; row < kept.length; row++) if (data[row] !== code) kept[row] = 0
}

function factIn(catalogue: Catalogue, name: string): Fact | undefined {
  const [of, fact] = name.split('.') as ['household' | 'member', string]
  return catalogue[of].get(fact)
}

function columnOf(columns: Columns, name: string): Column {
  const [of, fact] = name.split('.') as ['household' | 'member', string]
  return columns[of].get(fact) as Column
}

/** What stands in a column for a code or a truth; undefined where the fact takes no such value. */
function codeIn(fact: Fact, value: string | boolean): number | undefined {
  if (fact.type === 'boolean') return typeof value === 'boolean' ? Number(value) : undefined
  if (fact.type !== 'code') return undefined
  const at = [...fact.codes.keys()].indexOf(String(value))
  return at === -1 ? undefined : at
}

function acceptedBy(fact: Fact): string {
  if (fact.type === 'boolean') return 'true or false'
  return fact.type === 'code' ? `one of ${[...fact.codes.keys()].join(', ')}` : 'no code'
}
