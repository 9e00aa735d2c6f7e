import { basename } from 'node:path'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { listSnapshots, registerIdentity, type Snapshot } from '#households'
import { addMonths, err, type Language, type Month, monthOf, ok, parseMonth, type Words } from '#kernel'
import {
  cancelRun,
  differencesOf,
  findRequest,
  findRun,
  findScope,
  type HouseholdDifference,
  MONTHS_AHEAD,
  type ReasonFigures,
  type RunId,
  type RunRow,
  runDifferences,
  runFigures,
  runFiguresByTerritory,
  runPace,
  runReasons,
  runRefusals,
  sampleOfRun,
  stateOf,
} from '#programmes'
import type { Pack } from '#rules'
import { actorFor, appendReading, decideAccess, type StaffAccess, scopeOf } from '#security'
import type { RunDifferenceRow, RunDoor, RunForm, RunPage, RunReason } from '../run-door.ts'
import { maybeAmount } from './amount.ts'
import { askRunFor } from './asked-run.ts'
import { accessOf, listAs, readAs, readWith } from './reader.ts'
import { shockArea } from './shocks.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

type Parts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
  /** Folder of snapshots; undefined where there are none. */
  readonly folder: string | undefined
}

const EACH = 4

export function runDoor({ app, worker, country, folder }: Parts): RunDoor {
  return {
    async run(reader, id) {
      const access = await accessOf(app, reader)
      if (scopeOf(access.grants, 'figures.read', access.at).length === 0) return undefined
      return readWith(app, access, 'figures.read', tx => readRun(tx, country, access, id))
    },
    async runRequest(reader, id) {
      const access = await accessOf(app, reader)
      if (scopeOf(access.grants, 'figures.read', access.at).length === 0) return undefined
      const asked = await readWith(app, access, 'figures.read', tx => findRequest(tx, id))
      if (!asked || asked.country !== country.code) return undefined
      const { month, askedAt, refusal } = asked
      return { name: country.book.packs.get(asked.pack)?.names ?? wordsOf(asked.pack), month, askedAt, refusal }
    },
    async cancelRun(reader, id) {
      const access = await accessOf(app, reader)
      const run = await readWith(app, access, 'determination.run', tx => findRun(tx, id))
      if (!run || run.country !== country.code || !mayCancel(access, run)) return err({ code: 'not_allowed' })
      const actor = actorFor(access, 'determination.run')
      const done = await transaction(worker, actor, tx => cancelRun(tx, id, access.name))
      return done.ok ? ok(null) : err({ code: 'not_allowed' })
    },
    runSample: (reader, id) =>
      readAs(app, reader, 'determination.read', async tx => {
        const run = await finishedRun(tx, country, id)
        const sample = run ? [...(await sampleOfRun(tx, run, EACH))] : []
        const rows = sample.flatMap(([kind, households]) =>
          // One that has moved out of the reader's sight would not open.
          households.filter(each => each.sourceId !== null).map(each => ({ kind, each })),
        )
        if (!run || rows.length === 0) return []
        const members = rows.map(({ each }) => ({ id: each.household, territory: each.territory }))
        await appendReading(tx, {
          action: 'determination.list',
          kind: 'household',
          members,
          purpose: 'determination: sample of a run',
          detail: { run: id },
        })
        return rows.map(({ kind, each }) => ({ kind, ...differenceRow(country, run, each) }))
      }),
    runDifferences: (reader, id, page) =>
      listAs(app, reader, 'determination.export', async tx => {
        const run = await finishedRun(tx, country, id)
        const rows = run ? await differencesOf(tx, run, page) : []
        return {
          value: run ? rows.map(row => differenceRow(country, run, row)) : [],
          reading: {
            action: 'determination.export',
            kind: 'household',
            members: rows.map(row => ({ id: row.household, territory: row.territory })),
            purpose: 'determination: differences of a run',
            detail: { run: id, difference: page.difference ?? null, after: page.after ?? null },
          },
        }
      }),
    async runForm(reader) {
      const access = await accessOf(app, reader)
      if (scopeOf(access.grants, 'determination.run', access.at).length === 0) return undefined
      const actor = actorFor(access, 'determination.run')
      return transaction(worker, actor, async tx => {
        const register = await registerIdentity(tx)
        const all = folder === undefined ? [] : listSnapshots(folder, country)
        const own = all.filter(
          ({ manifest: { origin } }) => origin?.kind === 'register' && origin.register === register,
        )
        return formFor(country, access, monthOf(await todayIn(tx, country)), own)
      })
    },
    async askRun(reader, { programme: pack, month: text, snapshot }) {
      const access = await accessOf(app, reader)
      const month = parseMonth(text)
      if (month === undefined) return err({ code: 'month_refused', facts: {} })
      if (!mayRun(access, pack)) return err({ code: 'not_whole_country', facts: {} })
      const by = { actor: actorFor(access, 'determination.run'), name: access.name }
      const named = snapshot === '' ? undefined : snapshot
      return askRunFor(worker, country, folder, by, { pack, month, snapshot: named })
    },
  }
}

async function finishedRun(tx: Transaction, country: Country, id: RunId): Promise<RunRow | undefined> {
  const run = await findRun(tx, id)
  return run && run.country === country.code && stateOf(run) === 'finished' ? run : undefined
}

/** Months back that the form offers; older ones are asked for by the command. */
const MONTHS_BACK = 24

function formFor(country: Country, access: StaffAccess, now: Month, snapshots: readonly Snapshot[]): RunForm {
  return {
    programmes: [...country.book.packs.values()]
      .filter(pack => mayRun(access, pack.id))
      .map(({ id, names, life }) => ({ id, name: names, from: life.from, to: life.to })),
    months: Array.from({ length: MONTHS_AHEAD + 1 + MONTHS_BACK }, (_, place) => addMonths(now, MONTHS_AHEAD - place)),
    month: now,
    snapshots: snapshots.map(({ folder: path, manifest }) => ({
      name: basename(path),
      day: manifest.effectiveOn,
      at: manifest.asOf,
      households: manifest.households,
      modelled: manifest.modelled,
    })),
  }
}

/** The facts that are missing, each once, whoever they are missing of: `members.<person>.schooling`, `household.rooms`. */
function missingWords({ catalogue }: Country, paths: readonly string[]): Words[] {
  const facts = new Set(paths.map(path => [path.split('.')[0], path.split('.').at(-1)].join(' ')))
  return [...facts].map(fact => {
    const [of, name = ''] = fact.split(' ')
    return (of === 'household' ? catalogue.household : catalogue.member).get(name)?.label ?? wordsOf(name)
  })
}

function differenceRow(country: Country, run: RunRow, row: HouseholdDifference): RunDifferenceRow {
  const pack = country.book.packs.get(run.pack)
  const said = (state: NonNullable<HouseholdDifference['before']>, missing: readonly string[]) => ({
    outcome: state.outcome,
    amount: maybeAmount(state.amountMinor, run.currency),
    reasons: state.refusals.map(code => refusalWords(pack, code)),
    missing: missingWords(country, missing),
  })
  return {
    household: row.household,
    sourceId: row.sourceId ?? undefined,
    territory: placeOf(country, row.territory),
    difference: row.difference,
    now: said(row, row.missing),
    before: row.before ? said(row.before, []) : undefined,
  }
}

/** A run decides a whole country: who asks for one or gives it up answers for the programme in all of it. */
function mayRun({ grants, at }: StaffAccess, pack: string): boolean {
  const of = { territory: '', programme: pack, sensitivity: 'ordinary' } as const
  return decideAccess(grants, 'determination.run', of, at).ok
}

const mayCancel = (access: StaffAccess, run: RunRow) => stateOf(run) === 'running' && mayRun(access, run.pack)

/** What a refusal says, without the figures of a household. */
export function refusalWords(pack: Pack | undefined, code: string): Words {
  const refusal = pack?.refusals.find(each => each.code === code)
  if (!refusal) return wordsOf(code)
  const said = (language: Language) =>
    refusal.words[language]
      .map(part => (typeof part === 'string' ? part : '…'))
      .join('')
      .replace('….', '…')
  return { fr: said('fr'), ar: said('ar'), en: said('en') }
}

function reasonRow(pack: Pack | undefined, { code, households }: ReasonFigures): RunReason {
  return { code, households, label: code.startsWith('outcome:') ? undefined : refusalWords(pack, code) }
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
  const reasons = await runReasons(tx, id)
  const scope = await findScope(tx, id)
  return {
    id,
    name: pack?.names ?? wordsOf(run.pack),
    month: run.month,
    state: stateOf(run),
    isScore: pack?.score != null,
    trial: run.trial,
    shock: scope ? await shockArea(tx, country, scope) : null,
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
      amount: maybeAmount(row.amountMinor, currency),
    })),
    differences: differences.map(({ difference, households, amountMinor }) => ({
      difference,
      households,
      more: maybeAmount(amountMinor, currency),
    })),
    left: reasons.left.map(row => reasonRow(pack, row)),
    entered: reasons.entered.map(row => reasonRow(pack, row)),
    refusals: (await runRefusals(tx, id)).map(row => ({ ...row, label: refusalWords(pack, row.code) })),
    snapshot:
      run.snapshot !== null && run.effectiveOn !== null && run.asOf !== null
        ? { name: run.snapshot, day: run.effectiveOn, at: run.asOf }
        : null,
    packVersion: run.packVersion,
    resultHash: run.resultHash,
  }
}
