import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { countProposedEvents, countRegister, householdsWithoutRecipient } from '#households'
import { listRuns, type RunRow, runFigures, runFiguresByTerritory } from '#programmes'
import type { DeterminationRow, RegionRow, StaffMember, Work } from '../context.ts'
import { headline } from '../headline.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { readPaymentRuns } from './payments.ts'
import { accessOf, readWith } from './reader.ts'
import { wordsOf } from './words.ts'

const SHOWN = 6
/** More are not counted: the page says so many or more. */
const COUNTED = 200

/** The first page of the console: what stands in the register, what was decided last, what is being paid, each for its permission. */
export async function readWork(app: Database, country: Country, reader: StaffMember): Promise<Work> {
  const access = await accessOf(app, reader)
  const figures = await readWith(app, access, 'figures.read', tx => readFigures(tx, country))
  const paymentRuns = await readWith(app, access, 'payment_run.read', tx => readPaymentRuns(tx, country, SHOWN))
  const waiting = await readWith(app, access, 'enrolment.write', tx =>
    householdsWithoutRecipient(tx, { country: country.code, limit: COUNTED }),
  )
  const proposedEvents = await readWith(app, access, 'household.write', tx => countProposedEvents(tx, country.code))
  return { ...figures, paymentRuns, withoutRecipient: waiting.length, proposedEvents }
}

async function readFigures(
  tx: Transaction,
  country: Country,
): Promise<Omit<Work, 'paymentRuns' | 'withoutRecipient' | 'proposedEvents'>> {
  const register = await countRegister(tx, country.code)
  const runs = await listRuns(tx, country.code, SHOWN)
  const determinations: DeterminationRow[] = []
  for (const run of runs) determinations.push(await determinationRow(tx, country, run))
  return {
    ...register,
    determinations,
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
