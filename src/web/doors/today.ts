import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'

/** The day it is where the country is, by the database's clock. */
export async function todayIn(tx: Transaction, { timeZone }: Country): Promise<DateText> {
  const { rows } = await sql<{ today: DateText }>`select (now() at time zone ${timeZone})::date as today`.execute(tx)
  return rows[0]!.today
}
