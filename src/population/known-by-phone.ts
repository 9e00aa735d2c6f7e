import { sql } from 'kysely'
import { anonymous, type CitizenActor, type Database, type Transaction, transaction } from '#db'
import type { Id } from '#kernel'
import { indexesOf } from '#security'
import { compared, PHONE, phonesOf } from './phones.ts'

/** Somebody who has a telephone, and where they live. */
export type Known = { readonly person: Id<'Person'>; readonly territory: string }

/**
 * Who has exactly this telephone, before anybody is signed in: those whose recorded number, in the form that `same`
 * gives to numbers, is the one asked for. Equal last digits are not enough: a number of another country may share them.
 */
export async function knownByPhone(
  app: Database,
  phone: string,
  same: (recorded: string) => string | undefined,
): Promise<readonly Known[]> {
  const near = await transaction(app, anonymous, async tx => {
    const { rows } = await sql<Known>`
      select person, territory from population.known_by_phone(${await indexesOf(tx, PHONE, compared(phone))}::bytea[])`.execute(
      tx,
    )
    return rows
  })
  if (near.length === 0) return []
  const territories = [...new Set(near.map(one => one.territory))]
  const actor: CitizenActor = { kind: 'citizen', citizenId: near[0]!.person, name: '', territories }
  const recorded = await transaction(
    app,
    actor,
    tx =>
      phonesOf(
        tx,
        near.map(one => one.person),
      ),
    { readOnly: true },
  )
  return near.filter(one => same(recorded.get(one.person) ?? '') === phone)
}

/** Territories in which these persons live. */
export async function homesOf(app: Database, persons: readonly Id<'Person'>[]): Promise<readonly string[]> {
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{
      territory: string
    }>`select home as territory from population.homes_of(${[...persons]}::uuid[]) as home`.execute(tx),
  )
  return rows.map(row => row.territory)
}

/** Telephones of modelled persons, to try a demonstration with; never those of anybody else. As worker. */
export async function modelledPhones(
  tx: Transaction,
  count: number,
): Promise<readonly { readonly person: Id<'Person'>; readonly phone: string }[]> {
  const { rows } = await sql<{ id: Id<'Person'> }>`
    select id from population.person where modelled and phone_index is not null order by id limit ${count}`.execute(tx)
  const phones = await phonesOf(
    tx,
    rows.map(row => row.id),
  )
  return rows.flatMap(({ id }) => {
    const phone = phones.get(id)
    return phone === undefined ? [] : [{ person: id, phone }]
  })
}
