import type { Country } from '#countries'
import type { Transaction } from '#db'
import { countRegister } from '#households'
import { listRuns, type RunRow, runFigures, runFiguresByTerritory } from '#programmes'
import type { DeterminationRow, RegionRow, Work } from '../context.ts'
import { headline } from '../headline.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { readPaymentRuns } from './payments.ts'
import { wordsOf } from './words.ts'

const SHOWN = 6

/** The first page of the console: what stands in the register, what was decided last, what is being paid. */
export async function readWork(tx: Transaction, country: Country): Promise<Work> {
  const register = await countRegister(tx, country.code)
  const runs = await listRuns(tx, country.code, SHOWN)
  const determinations: DeterminationRow[] = []
  for (const run of runs) determinations.push(await determinationRow(tx, country, run))
  return {
    ...register,
    determinations,
    paymentRuns: await readPaymentRuns(tx, SHOWN),
    regions: await regionsOf(tx, country, determinations),
  }
}

async function determinationRow(tx: Transaction, country: Country, run: RunRow): Promise<DeterminationRow> {
  const pack = country.book.packs.get(run.pack)
  const figures = await runFigures(tx, run.id)
  return {
    id: run.id,
    pack: run.pack,
    name: pack?.names ?? wordsOf(run.pack),
    month: run.month,
    askedAt: run.askedAt,
    askedBy: run.askedBy,
    finished: run.finishedAt !== null,
    households: figures.households,
    eligible: figures.eligible,
    undetermined: figures.undetermined,
    isScore: pack?.score != null,
    gives: pack?.amount?.direction === 'receives',
    amount: maybeAmount(figures.amountMinor, run.currency),
  }
}

/** By region, for the determination that the page puts first. */
async function regionsOf(
  tx: Transaction,
  country: Country,
  determinations: readonly DeterminationRow[],
): Promise<RegionRow[]> {
  const run = headline(determinations)
  if (!run) return []
  const rows = await runFiguresByTerritory(tx, run.id, 1)
  return rows.map(row => ({
    code: row.territory,
    name: country.territories.find(row.territory)?.name ?? wordsOf(row.territory),
    households: row.households,
    eligible: row.eligible,
    amount: amountOf(row.amountMinor, country.currency),
  }))
}
