import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { transaction, workerActor } from '#db'
import { openSnapshot } from '#households'
import { parseId } from '#kernel'
import { type AskRefusal, findRun, type RunId, type RunRow, type VerifyFinding, verifyRun } from '#programmes'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, withDatabase } from '../installation.ts'
import { countryOfProgramme } from '../programme.ts'
import { grouped, progress } from '../progress.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'

/** Fewer households are decided sooner in one thread than threads take to start. */
const WORTH_THREADS = 50_000

/** `socle determine --verify RUN`: a finished run decided again and compared. */
export async function verifyAgain(io: Io, text: string, folder: string | undefined): Promise<ExitCode> {
  const id = runId(text)
  return withDatabase<ExitCode>(io, async databases => {
    const { worker } = databases
    const run = await transaction(worker, workerActor('socle determine'), tx => findRun(tx, id))
    if (!run) throw new UsageError(`there is no run ${id}`)
    if (run.snapshot === null)
      throw new UsageError(`${runText(run)} read the register itself: there is no snapshot to read again`)
    const country = countryOfProgramme(run.pack)
    const path = folder ? resolve(folder) : join(installationConfig().database.data, 'snapshots', run.snapshot)
    const opened = openSnapshot(path, country)
    if (!opened.ok) throw new UsageError(snapshotRefusalText(opened.refusal))
    const bar = progress(io, 'Verifying', 'households')
    const asked = { country, snapshot: opened.value, run: id }
    const threads = run.households < WORTH_THREADS ? 0 : Math.min(4, availableParallelism())
    const verified = await verifyRun(databases, asked, { onProgress: bar.update, signal: io.signal, threads })
    if (!verified.ok) {
      const { refusal } = verified
      switch (refusal.code) {
        case 'run_unknown':
          throw new UsageError(`there is no run ${id}`)
        case 'run_not_finished':
          throw new UsageError(`${runText(refusal.run)} is not finished: there is no list to verify`)
        case 'snapshot_differs':
          throw new UsageError(`${path} is the snapshot ${refusal.snapshot}; the run decided ${refusal.decided}`)
        case 'snapshot_refused':
          throw new UsageError(snapshotRefusalText(refusal.refusal))
      }
    }
    bar.end()
    const { findings, households } = verified.value
    for (const finding of findings) io.out(`${findingText(finding)}\n`)
    if (findings.length > 0) return 1
    io.out(
      `${runText(run)}: ${grouped(households)} households decided again from ${run.snapshot}\n` +
        `  the list, every range of it and every row stored are the same\n  result  ${run.resultHash}\n`,
    )
    return 0
  })
}

function findingText({ what, range, household }: VerifyFinding): string {
  switch (what) {
    case 'scope':
      return 'the households that the shock was about are not those that were fixed when the run was opened'
    case 'decided':
      return `range ${range}: decided again it comes out otherwise than was recorded`
    case 'stored':
      return `range ${range}: the rows stored of household ${household} say something else than the decision`
    case 'list':
      return 'the hash of the list is not that of its ranges'
  }
}

/** A run named in a call. */
export function runId(text: string): RunId {
  const id = parseId<'DeterminationRun'>(text)
  if (id === undefined) throw new UsageError(`a run is named by its id, as socle determine prints it, not by ${text}`)
  return id
}

/** A run as a message names it. */
export function runText({ id, pack, month }: RunRow): string {
  return `run ${id} of ${pack} for ${month}`
}

/** Why nothing is decided, in a sentence. */
export function refusalText(refusal: AskRefusal): string {
  switch (refusal.code) {
    case 'pack_unknown':
      return `there is no programme ${refusal.pack}; there are: ${refusal.known.join(', ')}`
    case 'no_shock':
      return `${refusal.pack} pays only where and while a shock is declared, and none counts in ${refusal.month}; see socle help shock`
    case 'month_too_far':
      return `--month takes a month up to ${refusal.last}, not ${refusal.month}: what is owed is recorded for good, and the facts and the law of that month are not known yet; socle decide answers for one household in any month`
    case 'programme_not_in_force':
      return `${refusal.pack} is in force from ${refusal.from ?? 'the beginning'} to ${refusal.to ?? 'further notice'}, not in that month`
    case 'no_household':
      return `the register holds no household of ${refusal.country}; see socle help import and socle help demo`
    case 'facts_lacking':
      return `${refusal.pack} needs facts that the snapshot does not hold: ${refusal.facts.join(', ')}. Take a new snapshot`
    case 'snapshot_later':
      return `the snapshot holds the facts of ${refusal.effectiveOn}, after ${refusal.month}: take one for that month`
    case 'snapshot_refused':
      return snapshotRefusalText(refusal.refusal)
    case 'snapshot_of_another_register':
      return (
        `${refusal.snapshot} is not of this register${refusal.modelled ? ': its households are modelled' : ''}. Decided as if it ` +
        'were, its households would stand among those of the register. With --trial it is decided apart: nobody is owed anything'
      )
    case 'trial_of_own_register':
      return `${refusal.snapshot} is of this register: it is decided without --trial; to try a law on it, see socle help simulate`
    case 'run_open':
      return (
        `${runText(refusal.run)} is under way: ${refusal.run.householdsDone} of ${refusal.run.households} households are ` +
        `decided. The call that began it goes on with it; socle determine --cancel ${refusal.run.id} gives it up`
      )
  }
}
