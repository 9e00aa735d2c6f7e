import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { withComparison } from '../matching/kind.ts'
import type { Model } from '../matching/model.ts'
import { latestModel } from './latest-model.sql.ts'
import { REGISTER_COLUMNS } from './registered-person.ts'

/**
 * What weighs before anything was learnt from a country's register: m and u of each level, as `matchRecords` learnt them from
 * modelled households of Morocco with every tenth person a second time (another spelling or script, slips, days not known,
 * another telephone or place), to three digits.
 */
const SHARES: Readonly<Record<string, readonly (readonly [m: number, u: number])[]>> = {
  given_name: [
    [0.777, 0.00766],
    [0.17, 0.00641],
    [0.0249, 0.00198],
    [0.00167, 0.00124],
    [0.00378, 0.0186],
    [0.000113, 0.0000083],
    [0.0219, 0.964],
  ],
  family_name: [
    [0.694, 0.0154],
    [0.262, 0.00581],
    [0.0301, 0.00212],
    [0.000258, 0.00025],
    [0.00948, 0.00882],
    [0.000129, 0.0000083],
    [0.00344, 0.968],
  ],
  sex: [
    [0.999, 0.5],
    [0.0001, 0.0001],
    [0.0009, 0.4999],
  ],
  birth_date: [
    [0.891, 0.0000403],
    [0.000608, 0.0000083],
    [0.0489, 0.00109],
    [0.0564, 0.000315],
    [0.000912, 0.0031],
    [0.000608, 0.0125],
    [0.000304, 0.00919],
    [0.000912, 0.974],
  ],
  phone: [
    [0.643, 0.0000056],
    [0.0001, 0.0001],
    [0.356, 0.9998],
  ],
  territory: [
    [0.815, 0.0255],
    [0.00608, 0.0213],
    [0.106, 0.0805],
    [0.0723, 0.873],
  ],
}
/** Of the pairs of a register of half a million persons, as many are one person as it has persons, by ten. */
const PRIOR_BITS = -22

/** The model of a country whose register has taught none: the same for every country, but for its version. */
function builtInModel(country: string): Model {
  const columns = REGISTER_COLUMNS.map(({ name, kind }) => ({
    name,
    kind,
    levels: withComparison(kind, 'day_first', ({ levels }) =>
      levels.map((level, at) => {
        const [m, u] = SHARES[name]![at]!
        return { level, m, u, bits: Math.round(Math.log2(m / u) * 1000) / 1000 }
      }),
    ),
  }))
  const weighs = { columns, prior_bits: PRIOR_BITS }
  const version = createHash('sha256')
    .update(JSON.stringify({ country, ...weighs }))
    .digest('hex')
    .slice(0, 16)
  return { format: 'socle-match-1', version, ...weighs, threshold: 0.5 }
}

/** The model last learnt from a country's register; where there is none, the one above, which is then kept as its first. */
export async function modelOrBuiltIn(tx: Transaction, country: string): Promise<Model> {
  const known = await latestModel(tx, country)
  if (known) return known
  const model = builtInModel(country)
  await sql`
    insert into population.match_model (version, country, model, persons)
    values (${model.version}, ${country}, ${jsonb(model)}, 0) on conflict (version) do nothing`.execute(tx)
  return model
}
