import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { err, ok } from '#kernel'
import {
  cancelRun,
  differencesOf,
  findRequest,
  findRun,
  type HouseholdDifference,
  listRuns,
  type RunId,
  type RunRequest,
  type RunRow,
  runDifferences,
  runFigures,
  runFiguresByTerritory,
  runPace,
  runReasons,
  runRefusals,
  stateOf,
} from '#programmes'
import { appendReading, type Permission, type Service, serviceActor } from '#security'
import type { RunAnswer, RunApiDoor, RunHead } from '../api/run-api.ts'
import { maybeAmount } from './amount.ts'
import { askRunFor } from './asked-run.ts'

type Parts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
  /** Folder of snapshots; undefined where there are none. */
  readonly folder: string | undefined
}

/** Determination runs for programs of partners: figures over what is granted, of the programme granted. */
export function partnerRunDoor({ app, worker, country, folder }: Parts): RunApiDoor {
  const read = <Value>(service: Service, work: (tx: Transaction) => Promise<Value>): Promise<Value> =>
    transaction(app, serviceActor(service, readingBy(service)), work)
  const answer = (service: Service, id: RunId, level = 1) =>
    read(service, tx => readAnswer(tx, country, service, id, level))

  return {
    run: answer,
    runs: (service, { programme, after, limit }) =>
      read(service, async tx => {
        if (!mayKnow(service, programme)) return { runs: [], next: null }
        const pack = programme ?? service.programme ?? undefined
        const rows = await listRuns(tx, country.code, limit, { pack, after })
        const runs: RunHead[] = []
        for (const row of rows) runs.push(await headOf(tx, row))
        return { runs, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
      }),
    async askRun(service, { programme, month, snapshot }) {
      const refused = { code: 'not_whole_country', facts: {} }
      if (!answersForAll(service, programme)) return err(refused)
      const by = { actor: serviceActor(service, 'determination.run'), name: service.name }
      const left = await askRunFor(worker, country, folder, by, { pack: programme, month, snapshot })
      if (!left.ok) return left
      const asked = await transaction(app, by.actor, tx => findRequest(tx, left.value))
      return asked ? ok(requestAnswer(asked)) : err(refused)
    },
    async cancelRun(service, id) {
      const actor = serviceActor(service, 'determination.run')
      const found = await transaction(app, actor, tx => findRun(tx, id))
      if (!found || found.country !== country.code || !isOf(service, found.pack)) return err({ code: 'run_unknown' })
      if (!answersForAll(service, found.pack)) return err({ code: 'not_whole_country' })
      const done = await transaction(worker, actor, tx => cancelRun(tx, id, service.name))
      if (!done.ok) return err({ code: done.refusal.code })
      return ok(await transaction(app, actor, tx => answerOf(tx, done.value, 1)))
    },
    async runDifferences(service, id, { difference, after, limit }) {
      return transaction(app, serviceActor(service, 'determination.export'), async tx => {
        const run = await findRun(tx, id)
        if (!run || run.country !== country.code || !isOf(service, run.pack)) return err({ code: 'run_unknown' })
        if (stateOf(run) !== 'finished') return err({ code: 'run_not_finished' })
        const page = { difference, after: after as HouseholdDifference['household'] | undefined, limit }
        const rows = await differencesOf(tx, run, page)
        await appendReading(tx, {
          action: 'determination.export',
          kind: 'household',
          members: rows.map(row => ({ id: row.household, territory: row.territory })),
          purpose: 'exchange: differences of a determination',
          detail: { run: id, difference: difference ?? null, after: after ?? null },
        })
        const next = rows.length < limit ? null : (rows.at(-1)?.household ?? null)
        return ok({ differences: rows.map(row => differenceItem(row, run)), next })
      })
    },
  }
}

const isOf = (service: Service, pack: string) => service.programme === null || service.programme === pack

/** A run decides a whole country: who asks for one or gives it up answers for the programme in all of it. */
const answersForAll = (service: Service, pack: string) => service.territory === '' && isOf(service, pack)

/** Figures of every programme, or of the one that the account was given. */
function readingBy(service: Service): Permission {
  return service.programme === null && service.scopes.includes('figures.read') ? 'figures.read' : 'determination.read'
}

function mayKnow(service: Service, programme: string | undefined): boolean {
  return service.scopes.includes(readingBy(service)) && (programme === undefined || isOf(service, programme))
}

async function readAnswer(
  tx: Transaction,
  country: Country,
  service: Service,
  id: RunId,
  level: number,
): Promise<RunAnswer | undefined> {
  const run = await findRun(tx, id)
  if (!run) {
    const asked = await findRequest(tx, id)
    if (!asked || asked.country !== country.code || !mayKnow(service, asked.pack)) return undefined
    return requestAnswer(asked)
  }
  return run.country === country.code && mayKnow(service, run.pack) ? answerOf(tx, run, level) : undefined
}

async function answerOf(tx: Transaction, run: RunRow, level: number): Promise<RunAnswer> {
  const { id } = run
  const amount = (minor: bigint) => maybeAmount(minor, run.currency) ?? null
  const { households, eligible, undetermined, amountMinor } = await runFigures(tx, id)
  const reasons = await runReasons(tx, id)
  return {
    ...(await headOf(tx, run)),
    packVersion: run.packVersion,
    snapshot:
      run.snapshot !== null && run.snapshotHash !== null && run.effectiveOn !== null && run.asOf !== null
        ? { name: run.snapshot, hash: run.snapshotHash, effectiveOn: run.effectiveOn, asOf: run.asOf }
        : null,
    refusal: null,
    figures: { households, eligible, undetermined, amount: amount(amountMinor) },
    territories: (await runFiguresByTerritory(tx, id, level)).map(row => ({
      code: row.territory,
      households: row.households,
      eligible: row.eligible,
      amount: amount(row.amountMinor),
    })),
    differences: (await runDifferences(tx, id)).map(row => ({
      difference: row.difference,
      households: row.households,
      amount: amount(row.amountMinor),
    })),
    refusals: await runRefusals(tx, id),
    leftFor: [...reasons.left],
    enteredFrom: [...reasons.entered],
  }
}

async function headOf(tx: Transaction, run: RunRow): Promise<RunHead> {
  const state = stateOf(run)
  const perSecond = state === 'running' ? await runPace(tx, run.id) : null
  return {
    id: run.id,
    programme: run.pack,
    month: run.month,
    state,
    trial: run.trial,
    askedAt: run.askedAt,
    finishedAt: run.finishedAt,
    cancelledAt: run.cancelledAt,
    progress: {
      households: run.households,
      done: run.householdsDone,
      perSecond,
      secondsLeft: perSecond ? Math.ceil((run.households - run.householdsDone) / perSecond) : null,
    },
    resultHash: run.resultHash,
  }
}

function requestAnswer(asked: RunRequest): RunAnswer {
  return {
    id: asked.id,
    programme: asked.pack,
    month: asked.month,
    state: asked.refusal === null ? 'waiting' : 'refused',
    trial: false,
    askedAt: asked.askedAt,
    finishedAt: null,
    cancelledAt: null,
    progress: { households: 0, done: 0, perSecond: null, secondsLeft: null },
    resultHash: null,
    packVersion: null,
    snapshot: null,
    refusal: asked.refusal && { code: asked.refusal.code, facts: { ...asked.refusal.facts } },
    figures: { households: 0, eligible: 0, undetermined: 0, amount: null },
    territories: [],
    differences: [],
    refusals: [],
    leftFor: [],
    enteredFrom: [],
  }
}

function differenceItem(row: HouseholdDifference, run: RunRow) {
  const { household, sourceId, territory, difference, outcome, amountMinor, refusals, missing, before } = row
  const amount = (minor: bigint | null) => maybeAmount(minor, run.currency) ?? null
  return {
    household,
    sourceId,
    territory,
    difference,
    now: { outcome, amount: amount(amountMinor), refusals: [...refusals], missing: [...missing] },
    before: before && {
      outcome: before.outcome,
      amount: amount(before.amountMinor),
      refusals: [...before.refusals],
    },
  }
}
