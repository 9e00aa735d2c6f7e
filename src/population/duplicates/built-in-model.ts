import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { withComparison } from '../matching/kind.ts'
import { commonOf, type Model } from '../matching/model.ts'
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
    [0.0564, 0.001],
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
/** Of so many newcomers one is somebody known, before anything is seen of them. */
export const NEWCOMERS_PER_KNOWN = 10
/** A register of fewer persons is the beginning of a larger one. */
const FEWEST_PERSONS = 50_000

/** The evidence against two persons of a register being one that they have to begin with, in whole bits. */
function priorBits(persons: number): number {
  return -Math.round(Math.log2(NEWCOMERS_PER_KNOWN * Math.max(FEWEST_PERSONS, persons)))
}

type Common = Readonly<Record<string, Readonly<Record<string, number>> | undefined>>

/** The model of a country whose register has taught none: what weighs is the same everywhere, what is common is its own. */
function builtInModel(country: string, persons: number, common: Common): Model {
  const columns = REGISTER_COLUMNS.map(({ name, kind }) => ({
    name,
    kind,
    levels: withComparison(kind, 'day_first', ({ levels }) =>
      levels.map((level, at) => {
        const [m, u] = SHARES[name]![at]!
        return { level, m, u, bits: Math.round(Math.log2(m / u) * 1000) / 1000 }
      }),
    ),
    ...(common[name] && { common: common[name] }),
  }))
  const weighs = { columns, prior_bits: priorBits(persons) }
  const version = createHash('sha256')
    .update(JSON.stringify({ country, ...weighs }))
    .digest('hex')
    .slice(0, 16)
  return { format: 'socle-match-1', version, ...weighs, threshold: 0.5 }
}

/**
 * The model last learnt from a country's register; where there is none, the one above, made for the register as it stands and
 * kept. It is made again when the register has about doubled.
 */
export async function modelOrBuiltIn(tx: Transaction, country: string): Promise<Model> {
  const known = await latestModel(tx, country)
  if (known && known.learntFrom > 0) return known.model
  const persons = await personsKeyed(tx)
  if (known && known.model.prior_bits === priorBits(persons)) return known.model
  const model = builtInModel(country, persons, await commonValues(tx, country))
  await sql`
    insert into population.match_model (version, country, model, persons)
    values (${model.version}, ${country}, ${jsonb(model)}, 0) on conflict (version) do nothing`.execute(tx)
  return model
}

/**
 * The evidence that somebody who comes to the desk is a given person of the register, to begin with, in bits. A register whose
 * duplicates were settled has next to none, and its model believes so; who comes anew may be known all the same.
 */
export async function newcomersPriorBits(tx: Transaction, model: Model): Promise<number> {
  return Math.max(model.prior_bits, priorBits(await personsKeyed(tx)))
}

/** About how many persons there are to be, of whatever country. */
export async function personsKeyed(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select greatest(reltuples, 0)::int as n from pg_class where oid = 'population.match_key'::regclass`.execute(tx)
  return rows[0]!.n
}

/** By column, the cells that many share: those of {@link cellsOf}, counted in the database. */
const CELLS = {
  given_name: sql`coalesce(given_name, given_name_ar)`,
  family_name: sql`coalesce(family_name, family_name_ar)`,
  birth_date: sql`case birth_precision when 'day' then birth_date::text when 'month' then left(birth_date::text, 7)
    else left(birth_date::text, 4) end`,
} as const
const MOST_CELLS = 2000

async function commonValues(tx: Transaction, country: string): Promise<Common> {
  const common: Record<string, Readonly<Record<string, number>> | undefined> = {}
  for (const [name, cell] of Object.entries(CELLS)) {
    const { rows } = await sql<{ text: string; n: number; known: number }>`
      select cell as text, count(*)::int as n, (sum(count(*)) over ())::int as known
      from (select ${cell} as cell from population.person where country = ${country}) as each
      where cell is not null group by cell order by count(*) desc, cell limit ${MOST_CELLS}`.execute(tx)
    const { kind } = REGISTER_COLUMNS.find(column => column.name === name)!
    common[name] = withComparison(kind, 'day_first', ({ read, text }) => {
      const counts = new Map<string, number>()
      for (const row of rows) {
        const value = read(row.text)
        if (value !== undefined) counts.set(text(value), (counts.get(text(value)) ?? 0) + row.n)
      }
      return commonOf(counts, rows[0]?.known ?? 0)
    })
  }
  return common
}
