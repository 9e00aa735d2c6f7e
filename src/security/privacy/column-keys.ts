import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, databaseOf, type Transaction, transaction, workerActor } from '#db'
import {
  blindIndex,
  type DataKey,
  dataKey,
  keyNumberOf,
  openText,
  type SealedPlace,
  sealText,
} from './sealed-column.ts'

/**
 * The keys that wrap data keys, the current one first. They live outside the database (docs/operations.md): who has the
 * database alone opens no sealed value.
 */
export type WrappingKey = { readonly id: string; readonly secret: Buffer }

export function wrappingKey(secret: Buffer): WrappingKey {
  if (secret.length !== 32) throw new Error(`a wrapping key has 32 bytes, not ${secret.length}`)
  return { id: createHash('sha256').update('socle wrapping key').update(secret).digest('hex').slice(0, 16), secret }
}

const WRAP_NONCE = 12
const TAG = 16
const actor = workerActor('column keys')

/** Under the wrapping key; bound to its number, so that no two keys can be exchanged in the table. */
function wrapKey(wrapping: WrappingKey, number: number, secret: Buffer): Buffer {
  const nonce = randomBytes(WRAP_NONCE)
  const cipher = createCipheriv('aes-256-gcm', wrapping.secret, nonce).setAAD(Buffer.from(`column key ${number}`))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

function unwrapKey(wrapping: WrappingKey, number: number, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', wrapping.secret, wrapped.subarray(0, WRAP_NONCE))
    .setAAD(Buffer.from(`column key ${number}`))
    .setAuthTag(wrapped.subarray(-TAG))
  return Buffer.concat([decipher.update(wrapped.subarray(WRAP_NONCE, -TAG)), decipher.final()])
}

type KeyRing = { readonly current: DataKey; readonly all: ReadonlyMap<number, DataKey> }
type Kept = { readonly wrapping: () => readonly WrappingKey[]; ring: Promise<KeyRing> | undefined }

const kept = new WeakMap<Database, Kept>()

/** Gives these handles the means to seal and open. `wrapping` is asked when keys are read: it may have been rotated since. */
export function keepColumnKeys(handles: readonly Database[], wrapping: () => readonly WrappingKey[]): void {
  for (const handle of handles) kept.set(handle, { wrapping, ring: undefined })
}

export type ColumnRef = { readonly table: string; readonly column: string }
export type PlainCell = { readonly row: string; readonly text: string }
export type SealedCell = { readonly row: string; readonly sealed: Uint8Array }

/** Seals texts of one column, each for its row, in the order given. */
export async function sealColumn(tx: Transaction, of: ColumnRef, cells: readonly PlainCell[]): Promise<Buffer[]> {
  if (cells.length === 0) return []
  const { current } = await ringOf(databaseOf(tx))
  return cells.map(({ row, text }) => sealText(current, { ...of, row }, text))
}

/** Opens values of one column. Throws where one was altered or moved: that is no refusal, somebody wrote to the database. */
export async function openColumn(tx: Transaction, of: ColumnRef, cells: readonly SealedCell[]): Promise<string[]> {
  if (cells.length === 0) return []
  const database = databaseOf(tx)
  let { all } = await ringOf(database)
  // A key made by another process since: the ring is read again, once.
  if (cells.some(({ sealed }) => !all.has(keyNumberOf(sealed) ?? -1))) all = (await ringOf(database, true)).all
  return cells.map(({ row, sealed }) => {
    const place: SealedPlace = { ...of, row }
    const key = all.get(keyNumberOf(sealed) ?? -1)
    const text = key && openText(key, place, sealed)
    if (text === undefined)
      throw new Error(`${of.table}.${of.column} of ${row} cannot be opened: altered, moved or keyless`)
    return text
  })
}

/** Blind indexes of texts under the current key: what to store. */
export async function indexColumn(tx: Transaction, of: ColumnRef, texts: readonly string[]): Promise<Buffer[]> {
  if (texts.length === 0) return []
  const { current } = await ringOf(databaseOf(tx))
  return texts.map(text => blindIndex(current, of, text))
}

/** What makes blind indexes of one column, for rows read by the hundred thousand, in threads too. A secret: it stays in this process. */
export type ColumnIndexing = { readonly of: ColumnRef; readonly index: Uint8Array }

/** For indexes under the current key. */
export async function columnIndexing(tx: Transaction, of: ColumnRef): Promise<ColumnIndexing> {
  const { current } = await ringOf(databaseOf(tx))
  return { of, index: current.index }
}

export function indexBy(indexing: ColumnIndexing, text: string): Buffer {
  return blindIndex(indexing, indexing.of, text)
}

/** Blind indexes of one text under every key: what to look for, since rows of before a rotation carry an earlier one. */
export async function indexesOf(tx: Transaction, of: ColumnRef, text: string): Promise<Buffer[]> {
  const { all } = await ringOf(databaseOf(tx))
  return [...all.values()].map(key => blindIndex(key, of, text))
}

/** Number of the key that seals now. */
export async function currentColumnKey(tx: Transaction): Promise<number> {
  return (await ringOf(databaseOf(tx))).current.number
}

function ringOf(database: Database, again = false): Promise<KeyRing> {
  const own = kept.get(database)
  if (!own) throw new Error('No column keys were given to this database handle: keepColumnKeys.')
  if (again || !own.ring) {
    own.ring = readRing(database, own.wrapping())
    // A failure is told to who asked, and tried again by who asks next.
    own.ring.catch(() => {
      own.ring = undefined
    })
  }
  return own.ring
}

type KeyRow = { number: number; wrapped_by: string; wrapped: Buffer }

async function readRing(database: Database, wrapping: readonly WrappingKey[]): Promise<KeyRing> {
  const rows = await transaction(database, actor, async tx => {
    const found = await keyRows(tx)
    return found.length > 0 ? found : makeFirstKey(tx, wrapping[0]!)
  })
  const all = new Map(
    rows.map(({ number, wrapped_by, wrapped }) => {
      const by = wrapping.find(({ id }) => id === wrapped_by)
      if (!by)
        throw new Error(`column key ${number} is wrapped by ${wrapped_by}, which this installation does not have`)
      return [number, dataKey(number, unwrapKey(by, number, wrapped))] as const
    }),
  )
  return { current: all.get(Math.max(...all.keys()))!, all }
}

async function keyRows(tx: Transaction): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select number, wrapped_by, wrapped from security.column_key order by number`.execute(tx)
  return rows
}

async function makeFirstKey(tx: Transaction, wrapping: WrappingKey): Promise<KeyRow[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended('security.column_key', 0))`.execute(tx)
  const found = await keyRows(tx)
  if (found.length === 0) await addKey(tx, 1, wrapping)
  return keyRows(tx)
}

async function addKey(tx: Transaction, number: number, wrapping: WrappingKey): Promise<void> {
  await sql`
    insert into security.column_key (number, wrapped_by, wrapped)
    values (${number}, ${wrapping.id}, ${wrapKey(wrapping, number, randomBytes(32))})`.execute(tx)
}

/**
 * Wraps every data key under `to`, in one transaction, and adds a new data key that seals from then on. `from`: the keys that
 * may have wrapped them until now. As worker. Answers the number of the new key.
 */
export async function rotateColumnKeys(
  tx: Transaction,
  { from, to }: { readonly from: readonly WrappingKey[]; readonly to: WrappingKey },
): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('security.column_key', 0))`.execute(tx)
  const rows = await keyRows(tx)
  for (const { number, wrapped_by, wrapped } of rows) {
    const by = [...from, to].find(({ id }) => id === wrapped_by)
    if (!by) throw new Error(`column key ${number} is wrapped by ${wrapped_by}, which was not given`)
    const again = wrapKey(to, number, unwrapKey(by, number, wrapped))
    await sql`
      update security.column_key set wrapped_by = ${to.id}, wrapped = ${again} where number = ${number}`.execute(tx)
  }
  const next = Math.max(0, ...rows.map(row => row.number)) + 1
  await addKey(tx, next, to)
  return next
}

/** Forgets what was read of the keys: the next value is sealed under the newest. */
export function forgetColumnKeys(handles: readonly Database[]): void {
  for (const handle of handles) {
    const own = kept.get(handle)
    if (own) own.ring = undefined
  }
}
