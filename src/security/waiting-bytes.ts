// Files that wait in the database until a worker has taken them, on whichever machine: packed and sealed under a key of their own.
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { newSealingKeys } from './age/keys.ts'
import { openSealed, seal } from './age/seal-stream.ts'

const packed = promisify(gzip)
const unpacked = promisify(gunzip)

/** Bytes that are packed at once. */
const PACK = 4 * 2 ** 20
/** Bytes of a row. */
const PIECE = 512 * 1024
/** Before each pack, how long it is. */
const LENGTH = 4

/** Where the pieces of one kind of file wait: a table of the owner with `number` and `bytes`, and the column that says whose they are. */
export type WaitingIn = { readonly table: string; readonly of: string }

/** A seal with a key of its own: nobody holds the private half, and whoever keeps `fileKey` alone opens what it seals. */
export const newSeal = () => seal([{ kind: 'public_key', key: newSealingKeys().publicKey }])

/** Keeps a file for the workers in the caller's transaction, packed and sealed. */
export async function keepWaiting(
  tx: Transaction,
  { table, of }: WaitingIn,
  id: Id<string>,
  sealing: Awaited<ReturnType<typeof newSeal>>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let number = 0
  for await (const piece of stretches(sealing.over(packs(bytes)), PIECE)) {
    await sql`
      insert into ${sql.table(table)} (${sql.ref(of)}, number, bytes) values (${id}, ${number++}, ${piece})`.execute(tx)
  }
}

/** The file again, from its first byte. Whatever is read is asked for one after the other: the transaction may be used between. */
export async function* waitingBytes(
  tx: Transaction,
  where: WaitingIn,
  id: Id<string>,
  key: Buffer,
): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const piece of openSealed(kept(tx, where, id), { kind: 'file_key', key })) {
    held = Buffer.concat([held, piece])
    for (;;) {
      const length = held.length < LENGTH ? undefined : held.readUInt32BE()
      if (length === undefined || held.length < LENGTH + length) break
      yield await unpacked(held.subarray(LENGTH, LENGTH + length))
      held = held.subarray(LENGTH + length)
    }
  }
}

/** In the transaction that ends the file. */
export async function eraseWaiting(tx: Transaction, { table, of }: WaitingIn, id: Id<string>): Promise<void> {
  await sql`delete from ${sql.table(table)} where ${sql.ref(of)} = ${id}`.execute(tx)
}

async function* kept(tx: Transaction, { table, of }: WaitingIn, id: Id<string>): AsyncGenerator<Buffer> {
  for (let number = 0; ; number++) {
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from ${sql.table(table)} where ${sql.ref(of)} = ${id} and number = ${number}`.execute(tx)
    if (!rows[0]) return
    yield rows[0].bytes
  }
}

async function* packs(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of stretches(bytes, PACK)) {
    const pack = await packed(piece, { level: 1 })
    const length = Buffer.alloc(LENGTH)
    length.writeUInt32BE(pack.length)
    yield Buffer.concat([length, pack])
  }
}

/** The same bytes in stretches of `size`, the last one shorter. */
async function* stretches(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const piece of bytes) {
    held.push(piece)
    length += piece.length
    if (length < size) continue
    const all = Buffer.concat(held)
    let at = 0
    for (; all.length - at >= size; at += size) yield all.subarray(at, at + size)
    held = [all.subarray(at)]
    length = all.length - at
  }
  if (length > 0) yield Buffer.concat(held)
}
