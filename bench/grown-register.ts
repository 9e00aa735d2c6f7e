// A register of any size for benchmarks: households registered as always, multiplied in place.
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Databases, transaction, workerActor } from '#db'
import { type ModelledHousehold, modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import type { DateText } from '#kernel'

const BATCH = 2_000

/** Households that are registered; all others are their copies. */
export const SEEDS = 20_000

export async function registerSeeds({ worker }: Databases): Promise<void> {
  const model = readHouseholdModel(fileURLToPath(new URL('../packs/ma', import.meta.url)))
  const from = {
    country: 'ma',
    source: 'bench',
    channel: 'generated',
    actor: 'bench',
    effectiveOn: '2026-01-01' as DateText,
    modelled: true,
    head: { fact: 'relation', code: 'head' },
  } as const
  const register = (batch: readonly ModelledHousehold[]) =>
    transaction(worker, workerActor('bench'), tx => registerHouseholds(tx, from, batch))
  for (let at = 0; at < SEEDS; at += BATCH) {
    await register([...modelHouseholds(model, { seed: 7, from: at, to: Math.min(at + BATCH, SEEDS) })])
  }
}

/** Ways to multiply: what a snapshot reads, and no more; or also who receives, each a person of its own. */
export type Grown = 'households' | 'with recipients'

/**
 * Copies the first households under new ids until there are as many as asked. Triggers that audit and notify are left out;
 * keys and indexes are not.
 */
export async function grow({ owner }: Databases, held: number, households: number, what: Grown): Promise<void> {
  const tables = ['households.household', 'households.declaration', 'households.recipient', 'population.person']
  const triggers = (state: 'enable' | 'disable') =>
    transaction(owner, workerActor('bench'), async tx => {
      for (const table of tables) await sql.raw(`alter table ${table} ${state} trigger user`).execute(tx)
    })
  await triggers('disable')
  const household = (await columns(owner, 'households.household'))('h', { id: 'copy', source: 'copied_into' })
  const declaration = (await columns(owner, 'households.declaration'))('d', {
    household_id: 'copy',
    id: 'uuidv7()',
  })
  const recipient = (await columns(owner, 'households.recipient'))('r', {
    household_id: 'copy',
    id: 'uuidv7()',
    person_id: 'receiver',
  })
  const person = (await columns(owner, 'population.person'))('p', { id: 'receiver' })
  const receivers = sql`, person as (
      insert into population.person (${person.names}) select ${person.values}
      from seed h join households.recipient r on r.household_id = h.id join population.person p on p.id = r.person_id
    ), received as (
      insert into households.recipient (${recipient.names}) select ${recipient.values}
      from seed h join households.recipient r on r.household_id = h.id
    )`
  for (let at = held; at < households; at += SEEDS) {
    await transaction(owner, workerActor('bench'), tx =>
      sql`
        with seed as materialized (
          select h.*, uuidv7() as copy, uuidv7() as receiver, ${`bench ${at}`}::text as copied_into
          from households.household h
          where source = 'bench' order by id limit ${Math.min(SEEDS, households - at)}
        ), copied as (
          insert into households.household (${household.names}) select ${household.values} from seed h
        ) ${what === 'with recipients' ? receivers : sql``}
        insert into households.declaration (${declaration.names}) select ${declaration.values}
        from seed h join households.declaration d on d.household_id = h.id`.execute(tx),
    )
  }
  await triggers('enable')
  await transaction(owner, workerActor('bench'), tx => sql.raw(`analyze ${tables.join(', ')}`).execute(tx))
}

/** The columns of a table, and what a copy has in them: the same, but for some. */
async function columns(owner: Databases['owner'], table: string) {
  const { rows } = await transaction(owner, workerActor('bench'), tx =>
    sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(tx),
  )
  return (alias: string, other: Readonly<Record<string, string>>) => ({
    names: sql.raw(rows.map(({ name }) => name).join(', ')),
    values: sql.raw(rows.map(({ name }) => other[name] ?? `${alias}.${name}`).join(', ')),
  })
}
