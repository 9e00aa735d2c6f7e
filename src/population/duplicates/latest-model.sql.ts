import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Model, readModel } from '../matching/model.ts'

/** The model last learnt from a country's register. */
export async function latestModel(tx: Transaction, country: string): Promise<Model | undefined> {
  const { rows } = await sql<{ model: unknown }>`
    select model from population.match_model where country = ${country} order by learnt_at desc, version limit 1`.execute(
    tx,
  )
  if (!rows[0]) return undefined
  const read = readModel(JSON.stringify(rows[0].model))
  if (!read.ok) throw new Error(`the model of ${country} is damaged: ${read.refusal}`)
  return read.value
}
