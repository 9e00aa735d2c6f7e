import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { Country } from '#countries'
import { transaction, workerActor } from '#db'
import { listSnapshots, openSnapshot, type Snapshot } from '#households'
import { type DateText, isCurrency, money, moneyText, monthOf, parseDate, parseMonth } from '#kernel'
import {
  askRun,
  cancelRun,
  type Difference,
  decideAsked,
  determine,
  determineRegister,
  type Entitled,
  entitle,
  type RunRow,
  runDifferences,
  runFigures,
  runRefusals,
  stateOf,
} from '#programmes'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { optionsAlone, required } from '../options.ts'
import { countryOfProgramme } from '../programme.ts'
import { progress } from '../progress.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'
import { refusalText, runId, runText, verifyAgain } from './determine-verify.ts'

const ASKED_BY = 'socle determine'

export const command: Command = {
  summary: 'Decides a programme for every household of the register.',
  usage: [
    'determine --programme PACK --month YYYY-MM [--snapshot FOLDER | --snapshot newest] [--trial | --later]',
    'determine --cancel RUN',
    'determine --verify RUN [--snapshot FOLDER]',
  ],
  help: `
--programme  a pack, such as ma/asd
--month      the month decided, such as 2026-12; at most two months ahead of today's
--snapshot   decides what a snapshot holds (see socle help snapshot), or the newest one there is; without it the register
             is frozen now, for the last day of the month
--trial      the snapshot is not of this register (modelled, or another's): decided apart, nobody is owed anything
--later      leaves it to the workers (the server's own, or socle worker) and returns at once
--cancel     gives up a run that was begun: what it wrote counts for nothing
--verify     decides a finished run again from its snapshot and the text that decided, and compares the hash of every range
             and every row with what was recorded; exit code 1 when something differs

Written range by range: Ctrl-C stops after the range at hand, and the same call goes on from there, on the snapshot it
began with. Runs of a programme follow one another: what is written is what is new since the last one. Prints how many
households are eligible, their weighted share, the amount, what turned the others away, what changed, and the hash of the
list: the same snapshot, pack and month give the same hash. What is owed is recorded, once per household and month.`,
  examples: [
    {
      call: 'npx socle determine --programme ma/asd --month 2026-12',
      says: 'decides direct social assistance for December',
    },
    {
      call: 'npx socle determine --programme mx/multidimensional --month 2014-12',
      says: 'decides the survey of Mexico',
    },
  ],
  async run(args, io) {
    const options = optionsAlone(args, {
      programme: 'text',
      month: 'text',
      snapshot: 'text',
      trial: 'flag',
      later: 'flag',
      cancel: 'text',
      verify: 'text',
    })
    if (options.cancel !== undefined) return cancel(io, options.cancel)
    if (options.verify !== undefined) return verifyAgain(io, options.verify, options.snapshot)
    const pack = required(options.programme, 'programme', 'ma/asd')
    const monthText = required(options.month, 'month', '2026-12')
    const month = parseMonth(monthText)
    if (month === undefined) throw new UsageError(`--month takes a month such as 2026-12, not ${monthText}`)
    const country = countryOfProgramme(pack)
    const now = monthOf(parseDate(Temporal.Now.plainDateISO(country.timeZone).toString()) as DateText)
    const folder = join(installationConfig().database.data, 'snapshots')
    const asked = { country, pack, month, askedBy: ASKED_BY }
    const snapshot = options.snapshot === undefined ? undefined : snapshotNamed(options.snapshot, folder, country)
    const { trial = false } = options
    if (trial && snapshot === undefined) throw new UsageError('--trial goes with --snapshot')
    const decided = decideAsked({ ...asked, snapshot }, now)
    if (!decided.ok) throw new UsageError(refusalText(decided.refusal))
    return withDatabase<ExitCode>(io, async databases => {
      const { worker } = databases
      if (options.later) {
        if (snapshot !== undefined)
          throw new UsageError('--later freezes the register itself: it goes without --snapshot')
        const left = await transaction(worker, workerActor(ASKED_BY), tx => askRun(tx, { ...asked, now }))
        if (!left.ok) throw new UsageError(refusalText(left.refusal))
        io.out(`${pack}, ${month}: left to the workers as run ${left.value}\n`)
        return 0
      }
      const bar = progress(io, 'Deciding', 'households')
      const threads = Math.min(4, availableParallelism())
      const watch = { onProgress: bar.update, signal: io.signal, threads }
      const result = snapshot
        ? await determine(databases, { ...asked, snapshot, trial }, watch)
        : await determineRegister(databases, { ...asked, folder }, watch)
      if (!result.ok) throw new UsageError(refusalText(result.refusal))
      bar.end()
      const run = result.value
      if (stateOf(run) !== 'finished') {
        io.out(`${runText(run)}: ${stateOf(run) === 'running' ? 'other processes end it' : 'it was cancelled'}\n`)
        return 1
      }
      const owed = trial ? undefined : await entitle(worker, { country, runId: run.id, askedBy: ASKED_BY })
      const figures = await transaction(worker, workerActor(ASKED_BY), async tx => ({
        ...(await runFigures(tx, run.id)),
        refusals: await runRefusals(tx, run.id),
        differences: await runDifferences(tx, run.id),
      }))
      report(io, run, figures, owed?.ok ? owed.value : undefined)
      return 0
    })
  },
}

async function cancel(io: Io, text: string): Promise<ExitCode> {
  const id = runId(text)
  return withDatabase<ExitCode>(io, async ({ worker }) => {
    const cancelled = await transaction(worker, workerActor(ASKED_BY), tx => cancelRun(tx, id, ASKED_BY))
    if (!cancelled.ok) {
      throw new UsageError(
        cancelled.refusal.code === 'run_unknown'
          ? `there is no run ${id}`
          : `${runText(cancelled.refusal.run)} is finished: a finished run stands, and the next one says what is new`,
      )
    }
    io.out(`${runText(cancelled.value)}: cancelled; what it wrote counts for nothing\n`)
    return 0
  })
}

function snapshotNamed(text: string, folder: string, country: Country): Snapshot {
  if (text === 'newest') {
    const [latest] = listSnapshots(folder, country)
    if (latest === undefined) throw new UsageError(`there is no snapshot of ${country.code} in ${folder}`)
    return latest
  }
  const opened = openSnapshot(resolve(text), country)
  if (!opened.ok) throw new UsageError(snapshotRefusalText(opened.refusal))
  return opened.value
}

type Figures = Awaited<ReturnType<typeof runFigures>> & {
  readonly refusals: Awaited<ReturnType<typeof runRefusals>>
  readonly differences: Awaited<ReturnType<typeof runDifferences>>
}

function report(io: Io, run: RunRow, figures: Figures, owed: Entitled | undefined): void {
  const share = figures.weightedShare === null ? '' : ` (weighted share ${figures.weightedShare} %)`
  const lines = [
    `${run.pack}, ${run.month}${run.trial ? ' (a trial: nobody is owed anything)' : ''}`,
    `  households    ${figures.households}`,
    `  eligible      ${figures.eligible}${share}`,
    `  undetermined  ${figures.undetermined}`,
  ]
  if (run.currency !== null && isCurrency(run.currency)) {
    lines.push(`  amount        ${moneyText(money(figures.amountMinor, run.currency))} ${run.currency}`)
  }
  for (const { code, households } of figures.refusals) lines.push(`  refused       ${households} by ${code}`)
  lines.push(`  new           ${figures.differences.map(newText).join(', ') || 'nothing'}`)
  if (owed) {
    lines.push(`  owed          ${owed.added} recorded now, ${owed.standing} stood already`)
    const { more, less } = owed.adjusted
    if (more + less > 0)
      lines.push(`  owed since    ${more} are owed more than was recorded, ${less} less: see socle pay prepare`)
  }
  lines.push(`  snapshot      ${run.snapshot}`, `  pack version  ${run.packVersion}`)
  lines.push(`  result        ${run.resultHash}`, `  run           ${run.id}`)
  io.out(`${lines.join('\n')}\n`)
}

const NEW: Readonly<Record<Difference, string>> = {
  first: 'decided for the first time',
  entered: 'entered',
  left: 'left',
  amount_changed: 'with another amount',
  gone: 'gone from the register',
  other: 'otherwise changed',
}

function newText({ difference, households }: Figures['differences'][number]): string {
  return `${households} ${NEW[difference]}`
}
