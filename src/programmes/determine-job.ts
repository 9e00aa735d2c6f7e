import { join } from 'node:path'
import { openCountry } from '#countries'
import { defineJob, enqueue, type JobDefinition, transaction, workerActor } from '#db'
import { openSnapshot } from '#households'
import { DETERMINE_JOB, type DeterminationAsked, refuseRequest } from './ask-run.ts'
import { assessConditions } from './conditions/assess-conditions.ts'
import { carryOut, type WorkerDatabases } from './determine.ts'
import { openRegisterRun, snapshotOf } from './determine-register.ts'
import { entitle } from './entitle.ts'
import { findRun, type RunId, stateOf } from './run.sql.ts'

type SliceAsked = {
  readonly country: string
  readonly run: RunId
  readonly askedBy: string
  /** Which file of the snapshot to begin with. */
  readonly begin: number
}

export type DeterminationJobParts = {
  readonly databases: WorkerDatabases
  /** Folder of snapshots, the same for every worker. */
  readonly folder: string
  /** Slices of runs that one process decides at once, each in a thread. */
  readonly atOnce: number
}

const SLICE_JOB: Pick<JobDefinition<SliceAsked>, 'name'> = { name: 'determine_slice' }

/** Workers that can be at one run: more than there are find nothing left to do. */
const MOST_SLICES = 8

/**
 * A determination left to the workers: one freezes the register and opens the run, any number decide its ranges, and who
 * ends the last one closes it, records what is owed and follows the conditions of the month. Delivered twice or killed half-way it ends as one.
 */
export function determinationJobs(parts: DeterminationJobParts): readonly JobDefinition<unknown>[] {
  return [opening(parts), deciding(parts)] as readonly JobDefinition<unknown>[]
}

function opening({ databases, folder }: DeterminationJobParts): JobDefinition<DeterminationAsked> {
  return defineJob<DeterminationAsked>({
    ...DETERMINE_JOB,
    minutes: 60,
    async run({ country: code, pack, month, askedBy, snapshot: named }, { id, worker, signal }) {
      const country = openCountry(code)
      const asked = { country, pack, month, askedBy, folder, id: id as RunId }
      const freeze = named === undefined ? undefined : async () => openSnapshot(join(folder, named), country)
      const opened = await openRegisterRun(databases, { ...asked, ...(freeze && { freeze }) }, { signal, threads: 1 })
      if (!opened.ok) {
        const { refusal } = opened
        // Asking again would be refused again: whoever asked is told instead.
        const told = await transaction(worker, workerActor(askedBy), tx => refuseRequest(tx, id as RunId, refusal))
        if (!told) throw new Error(`${pack} ${month}: ${refusal.code}`)
        return
      }
      const { run, snapshot } = opened.value
      if (stateOf(run) !== 'running') return
      const files = snapshot.manifest.files.length
      const slices = Math.min(files, MOST_SLICES)
      await transaction(worker, workerActor(askedBy), async tx => {
        for (let slice = 0; slice < slices; slice++) {
          const begin = Math.floor((slice * files) / slices)
          await enqueue<SliceAsked>(tx, SLICE_JOB, { country: code, run: run.id, askedBy, begin })
        }
      })
    },
  })
}

function deciding({ databases, folder, atOnce }: DeterminationJobParts): JobDefinition<SliceAsked> {
  return defineJob<SliceAsked>({
    ...SLICE_JOB,
    minutes: 60,
    atOnce,
    async run({ country: code, run: id, askedBy, begin }, { worker, signal }) {
      const country = openCountry(code)
      const run = await transaction(worker, workerActor(askedBy), tx => findRun(tx, id))
      if (run === undefined) throw new Error(`there is no run ${id}`)
      let ended = run
      if (stateOf(run) === 'running') {
        const snapshot = snapshotOf(folder, { country }, run)
        if (!snapshot.ok) throw new Error(`run ${id}: ${snapshot.refusal.code}`)
        const carried = { country, snapshot: snapshot.value, askedBy, begin }
        const result = await carryOut(databases, carried, run, { signal, threads: 1 })
        if (!result.ok) throw new Error(`run ${id}: ${result.refusal.code}`)
        ended = result.value
      }
      if (stateOf(ended) !== 'finished') return
      await entitle(worker, { country, runId: id, askedBy })
      // A run of another register says nothing of the families here; a programme without conditions is refused and that is all.
      if (!ended.trial) await assessConditions(worker, country, id, signal)
    },
  })
}
