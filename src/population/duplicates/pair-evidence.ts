import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Evidence, judgeBy } from '../matching/evidence.ts'
import { openRecords } from '../matching/open-records.ts'
import { latestModel } from './latest-model.sql.ts'
import { registeredPersons } from './persons.sql.ts'
import { cellsOf, digestOf, digestOfPair, REGISTER_COLUMNS } from './registered-person.ts'

/** What speaks for and against two persons being one. */
export type PairEvidence = {
  /** From 0 to 1, as the last search of the register found it; undefined where it found no pair. */
  readonly probability: number | undefined
  /** Column by column, by the model last learnt; empty where none was. */
  readonly evidence: readonly Evidence[]
  /** How many others share the telephone that both have: families do. */
  readonly alsoOnPhone: number
}

/** The evidence on two persons whom the actor sees; undefined otherwise. */
export async function pairEvidence(
  tx: Transaction,
  country: string,
  one: string,
  other: string,
): Promise<PairEvidence | undefined> {
  const persons = await registeredPersons(tx, [one, other])
  const [a, b] = persons
  if (!a || !b) return undefined
  const { rows } = await sql<{ ppm: number }>`
    select score_ppm as ppm from population.match_pair
    where one = ${a.id} and other = ${b.id} and digest = ${digestOfPair(digestOf(a), digestOf(b))}`.execute(tx)
  const model = (await latestModel(tx, country))?.model
  const open = openRecords(REGISTER_COLUMNS)
  for (const each of [a, b]) open.add(cellsOf(each))
  const shared = a.phoneIndex !== null && a.phoneIndex === b.phoneIndex ? a.phoneIndex : undefined
  return {
    probability: rows[0] && rows[0].ppm / 1e6,
    evidence: model ? judgeBy(model, open.close()).evidence(0, 1) : [],
    alsoOnPhone: shared === undefined ? 0 : (await countOnPhone(tx, country, shared)) - 2,
  }
}

async function countOnPhone(tx: Transaction, country: string, phoneIndex: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from population.person
    where country = ${country} and phone_index = decode(${phoneIndex}, 'hex')`.execute(tx)
  return rows[0]!.n
}
