import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { err, type Language, ok, type Words } from '#kernel'
import {
  cancelRun,
  findRun,
  type RunId,
  type RunRow,
  runDifferences,
  runFigures,
  runFiguresByTerritory,
  runPace,
  runRefusals,
  stateOf,
} from '#programmes'
import type { Pack } from '#rules'
import { actorFor, decideAccess, type StaffAccess, scopeOf } from '#security'
import type { RunDoor, RunPage } from '../run-door.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { accessOf, readWith } from './reader.ts'
import { wordsOf } from './words.ts'

export function runDoor(app: Database, worker: Database, country: Country): RunDoor {
  return {
    async run(reader, id) {
      const access = await accessOf(app, reader)
      if (scopeOf(access.grants, 'figures.read', access.at).length === 0) return undefined
      return readWith(app, access, 'figures.read', tx => readRun(tx, country, access, id))
    },
    async cancelRun(reader, id) {
      const access = await accessOf(app, reader)
      const run = await readWith(app, access, 'determination.run', tx => findRun(tx, id))
      if (!run || run.country !== country.code || !mayCancel(access, run)) return err({ code: 'not_allowed' })
      const actor = actorFor(access, 'determination.run')
      const done = await transaction(worker, actor, tx => cancelRun(tx, id, access.name))
      return done.ok ? ok(null) : err({ code: 'not_allowed' })
    },
  }
}

/** A run decides a whole country: who gives it up answers for the programme in all of it. */
function mayCancel({ grants, at }: StaffAccess, run: RunRow): boolean {
  const of = { territory: '', programme: run.pack, sensitivity: 'ordinary' } as const
  return stateOf(run) === 'running' && decideAccess(grants, 'determination.run', of, at).ok
}

/** What a refusal says, without the figures of a household. */
function refusalWords(pack: Pack | undefined, code: string): Words {
  const refusal = pack?.refusals.find(each => each.code === code)
  if (!refusal) return wordsOf(code)
  const said = (language: Language) =>
    refusal.words[language].map(part => (typeof part === 'string' ? part : '…')).join('')
  return { fr: said('fr'), ar: said('ar'), en: said('en') }
}

async function readRun(
  tx: Transaction,
  country: Country,
  access: StaffAccess,
  id: RunId,
): Promise<RunPage | undefined> {
  const run = await findRun(tx, id)
  if (!run || run.country !== country.code) return undefined
  const pack = country.book.packs.get(run.pack)
  const figures = await runFigures(tx, id)
  const currency = pack?.amount ? run.currency : null
  const regions = await runFiguresByTerritory(tx, id, 1)
  const differences = await runDifferences(tx, id)
  return {
    id,
    name: pack?.names ?? wordsOf(run.pack),
    month: run.month,
    state: stateOf(run),
    isScore: pack?.score != null,
    askedAt: run.askedAt,
    finishedAt: run.finishedAt,
    cancelledAt: run.cancelledAt,
    cancelledBy: run.cancelledBy,
    households: run.households,
    done: run.householdsDone,
    perSecond: stateOf(run) === 'running' ? await runPace(tx, id) : null,
    mayCancel: mayCancel(access, run),
    figures: {
      households: figures.households,
      eligible: figures.eligible,
      undetermined: figures.undetermined,
      amount: maybeAmount(figures.amountMinor, currency),
    },
    regions: regions.map(row => ({
      code: row.territory,
      name: country.territories.find(row.territory)?.name ?? wordsOf(row.territory),
      households: row.households,
      eligible: row.eligible,
      amount: amountOf(row.amountMinor, country.currency),
    })),
    differences: differences.map(({ difference, households, amountMinor }) => ({
      difference,
      households,
      more: maybeAmount(amountMinor, currency),
    })),
    refusals: (await runRefusals(tx, id)).map(row => ({ ...row, label: refusalWords(pack, row.code) })),
    snapshot:
      run.snapshot !== null && run.effectiveOn !== null && run.asOf !== null
        ? { name: run.snapshot, day: run.effectiveOn, at: run.asOf }
        : null,
    packVersion: run.packVersion,
    resultHash: run.resultHash,
  }
}
