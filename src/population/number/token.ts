import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

/** Who knows a person by a token of its own. */
export type Audience = `partner:${string}` | `programme:${string}`

/**
 * What an audience knows a person by: 32 hexadecimal digits, the same each time. Its key is derived from the installation's
 * (HKDF-SHA-256, RFC 5869), which is kept outside the database: two audiences cannot join what they hold, nor can whoever
 * has the database make a token.
 */
export function tokenOf(master: Uint8Array, audience: Audience, person: Id<'Person'>): string {
  const key = Buffer.from(hkdfSync('sha256', master, '', `socle person token: ${audience}`, 32))
  return createHmac('sha256', key).update(person).digest('hex').slice(0, 32)
}

const hashed = (token: string) => createHash('sha256').update(token).digest()

/** The token of each of these persons, as far as the actor sees them; told once, it can come back (`personWithToken`). */
export async function tellTokens(
  tx: Transaction,
  master: Uint8Array,
  audience: Audience,
  persons: readonly Id<'Person'>[],
): Promise<ReadonlyMap<Id<'Person'>, string>> {
  const { rows } = await sql<{ id: Id<'Person'> }>`
    select id from population.person where id = any (${persons}::uuid[]) order by id`.execute(tx)
  const told = new Map(rows.map(({ id }) => [id, tokenOf(master, audience, id)]))
  await sql`
    insert into population.person_token (audience, token_hash, person_id)
    select ${audience}, hash, person
    from unnest(${[...told.values()].map(hashed)}::bytea[], ${[...told.keys()]}::uuid[]) as told (hash, person)
    on conflict do nothing`.execute(tx)
  return told
}

/** Whom a token that was told to this audience names, where the actor may see the person. */
export async function personWithToken(
  tx: Transaction,
  audience: Audience,
  token: string,
): Promise<Id<'Person'> | undefined> {
  const { rows } = await sql<{ person: Id<'Person'> }>`
    select person_id as person from population.person_token
    where audience = ${audience} and token_hash = ${hashed(token)}`.execute(tx)
  return rows[0]?.person
}
