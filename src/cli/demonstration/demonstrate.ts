import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Country } from '#countries'
import { type Databases, transaction, workerActor } from '#db'
import { countHouseholds, type HouseholdModel, readHouseholdModel, takeSnapshot } from '#households'
import { addMonths, lastDay, type Month, monthOf } from '#kernel'
import { numberEverybody } from '#population'
import { determineRegister, entitle, latestRun, type RegisterRequest, type RunRow, runFigures } from '#programmes'
import type { Io } from '../command.ts'
import { progress } from '../progress.ts'
import { registerTwice } from './duplicates.ts'
import { declaredOn, generateHouseholds } from './households.ts'
import { payMonth } from './payment.ts'
import { payAtTheCounter } from './providers.ts'
import { actorOf, PEOPLE, registerPeople } from './staff.ts'

export type DemonstrationPlan = {
  readonly country: Country
  readonly households: number
  readonly seed: number
  /** Data folder of the installation: payment files go to its `payments`. */
  readonly data: string
}

export type DemonstrationResult = { readonly month: Month; readonly runs: readonly RunRow[] }

const ASKED_BY = 'demonstration'
/** Households from which threads are worth their start. */
const MANY = 50_000

/**
 * A country to look at: modelled households registered, scored, decided and paid for one month, with a bar for each step.
 * Interrupted, it goes on where it stopped when asked again; asked again when done, it changes nothing.
 */
export async function demonstrate(databases: Databases, plan: DemonstrationPlan, io: Io): Promise<DemonstrationResult> {
  const { country } = plan
  const { worker } = databases
  const model = modelOf(country)
  const today = declaredOn(model)
  const month = addMonths(monthOf(today), 1)

  const registering = progress(io, 'Registering', 'modelled households')
  const options = { onProgress: registering.update, signal: io.signal }
  await generateHouseholds(worker, { country, model, households: plan.households, seed: plan.seed }, options)
  registering.end()
  await registerTwice(worker, { country, model, households: plan.households, seed: plan.seed })
  const numbers = { country: country.code, length: country.uniqueNumberLength }
  await numberEverybody(worker, numbers, io.signal)

  const runs: RunRow[] = []
  const folder = join(plan.data, 'snapshots')
  const threads = plan.households > MANY ? Math.min(4, availableParallelism()) : 0
  // One snapshot for all of them, taken when the first is decided.
  let taken: ReturnType<typeof takeSnapshot> | undefined
  const freeze = () => (taken ??= takeSnapshot(databases, { country, folder, effectiveOn: lastDay(month), threads }))
  for (const { pack, verb } of steps(country)) {
    const asked = { country, pack, month, askedBy: ASKED_BY, folder, freeze }
    const run = await decided(databases, asked, verb, io, threads)
    await entitle(worker, { country, runId: run.id, askedBy: ASKED_BY })
    runs.push(run)
  }

  const paid = runs.find(run => country.book.packs.get(run.pack)?.amount?.direction === 'receives')
  if (paid) {
    await registerPeople(databases)
    const maker = await actorOf(databases, PEOPLE.maker, 'payment_run.prepare')
    const checker = await actorOf(databases, PEOPLE.checker, 'payment_run.approve')
    await payAtTheCounter(databases, { maker, checker })
    const paying = progress(io, 'Paying', 'payment instructions')
    const payments = join(plan.data, 'payments')
    const label = country.book.packs.get(paid.pack)?.names.fr ?? paid.pack
    const { households, seed } = plan
    const run = await payMonth(worker, {
      pack: paid.pack,
      label,
      month,
      households,
      seed,
      today,
      maker,
      checker,
      folder: payments,
    })
    paying.update(run.totals.instructions, run.totals.instructions)
    paying.end()
  }
  return { month, runs }
}

/** The country's model of households, from its folder. */
export function modelOf(country: Country): HouseholdModel {
  return readHouseholdModel(fileURLToPath(new URL(`../../../packs/${country.code}`, import.meta.url)))
}

/** The run that decided all the households there are, or a new one. */
async function decided(
  databases: Databases,
  asked: RegisterRequest,
  verb: string,
  io: Io,
  threads: number,
): Promise<RunRow> {
  const { country, pack, month } = asked
  const standing = await transaction(databases.worker, workerActor(ASKED_BY), async tx => {
    const run = await latestRun(tx, { country: country.code, pack, month })
    if (!run || run.packVersion !== country.book.packs.get(pack)?.version) return undefined
    const { households } = await runFigures(tx, run.id)
    return households === (await countHouseholds(tx, country.code)) ? run : undefined
  })
  if (standing) return standing
  const bar = progress(io, verb, `households for ${pack}`)
  const run = await determineRegister(databases, asked, { onProgress: bar.update, signal: io.signal, threads })
  if (!run.ok) throw new Error(`${pack}: ${run.refusal.code}`)
  bar.end()
  return run.value
}

/** What a country's demonstration decides: its scores, then the programmes in force that decide every month. */
function steps(country: Country): { readonly pack: string; readonly verb: string }[] {
  const inShock = new Set(country.shocks.map(each => each.pack))
  const packs = [...country.book.packs.values()].filter(
    pack => pack.life.to === null && pack.amount?.per !== 'once' && !inShock.has(pack.id),
  )
  return packs.map(pack => ({ pack: pack.id, verb: pack.score ? 'Scoring' : 'Deciding' }))
}
