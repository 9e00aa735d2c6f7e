import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Model, readModel } from '../matching/model.ts'

/** The model last learnt from a country's register, and from how many persons: of none where it came with the product. */
export async function latestModel(
  tx: Transaction,
  country: string,
): Promise<{ readonly model: Model; readonly learntFrom: number } | undefined> {
  const { rows } = await sql<{ model: unknown; persons: number }>`
    select model, persons from population.match_model where country = ${country} order by learnt_at desc, version limit 1`.execute(
    tx,
  )
  if (!rows[0]) return undefined
  const read = readModel(JSON.stringify(rows[0].model))
  if (!read.ok) throw new Error(`the model of ${country} is damaged: ${read.refusal}`)
  return { model: read.value, learntFrom: rows[0].persons }
}
