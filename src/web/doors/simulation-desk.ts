// Studies under way in this process: one after the other, each given up when it takes too long or nobody wants it any more.
import { basename } from 'node:path'
import type { Country } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import type { Snapshot } from '#households'
import type { Result } from '#kernel'
import { openStudio, publishedBefore, type SimulationRefusal, type Study, type StudyResult } from '#simulation'
import type { StaffMember } from '../context.ts'
import type { StudyEnd, StudyId } from '../simulation-door.ts'

/** Threads that hold a nation; half a minute is ten times what 5.5 million households take to be read and tried. */
const USUAL = { threads: 2, idleMs: 10 * 60_000, longestMs: 5 * 60_000 }
const KEPT = 50
const TRIES = 5

export type DeskTerms = {
  readonly country: Country
  readonly worker: Database
  /** Folder of snapshots. */
  readonly folder: string
  readonly onError: (error: unknown) => void
}

export type AskedStudy = {
  readonly id: StudyId
  readonly by: StaffMember
  readonly name: string
  readonly snapshot: Snapshot
  readonly study: Study
  /** Saves what was found, held against `studies` shown before; refused where another was shown meanwhile. */
  readonly save: (result: StudyResult, studies: number) => Promise<Result<null, { readonly code: 'others_saved' }>>
}

type Job = {
  readonly asked: AskedStudy
  readonly stop: AbortController
  readonly over: Promise<void>
  progress: readonly [done: number, of: number]
  end: StudyEnd | undefined
}

export type StudyDesk = {
  readonly folder: string
  readonly start: (asked: AskedStudy) => void
  /** A study that is not saved: under way, or ended without anything to show. */
  readonly find: (id: StudyId) => (Pick<Job, 'progress' | 'end' | 'asked'> & { readonly ahead: number }) | undefined
  /** Resolves when a study is over, or after a while. */
  readonly wait: (id: StudyId, ms: number) => Promise<void>
  readonly cancel: (id: StudyId) => void
  readonly close: () => Promise<void>
}

export function openStudyDesk({ country, worker, folder, onError }: DeskTerms): StudyDesk {
  const studio = openStudio({ country, threads: USUAL.threads, idleMs: USUAL.idleMs })
  const jobs = new Map<StudyId, Job>()
  let last: Promise<unknown> = Promise.resolve()

  const work = async (job: Job): Promise<StudyEnd | undefined> => {
    const { snapshot, study, save } = job.asked
    const signal = AbortSignal.any([job.stop.signal, AbortSignal.timeout(USUAL.longestMs)])
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        signal.throwIfAborted()
        const on = { snapshotHash: snapshot.manifest.hash, pack: study.pack }
        const before = await transaction(worker, workerActor('simulation'), tx => publishedBefore(tx, on))
        const onProgress = (done: number, of: number) => {
          job.progress = [done, of]
        }
        const found = await studio.simulate(snapshot, study, { published: before.published, onProgress, signal })
        if (!found.ok) return { code: 'refused', refusal: found.refusal.code, says: saysOf(found.refusal) }
        if ((await save(found.value, before.studies)).ok) return undefined
      }
      return { code: 'failed' }
    } catch (error) {
      if (job.stop.signal.aborted) return { code: 'cancelled' }
      if (signal.aborted) return { code: 'took_too_long' }
      onError(error)
      return { code: 'failed' }
    }
  }

  return {
    folder,
    start(asked) {
      const { promise: over, resolve } = Promise.withResolvers<void>()
      const job: Job = { asked, stop: new AbortController(), over, progress: [0, 0], end: undefined }
      jobs.set(asked.id, job)
      last = last.then(async () => {
        job.end = await work(job)
        if (job.end === undefined) jobs.delete(asked.id)
        const ended = [...jobs.values()].filter(each => each.end !== undefined)
        for (const old of ended.slice(0, Math.max(0, ended.length - KEPT))) jobs.delete(old.asked.id)
        resolve()
      })
    },
    find(id) {
      const job = jobs.get(id)
      if (!job) return undefined
      const open = [...jobs.values()].filter(each => each.end === undefined)
      return { ...job, ahead: Math.max(0, open.indexOf(job)) }
    },
    async wait(id, ms) {
      const job = jobs.get(id)
      if (!job) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      await Promise.race([job.over, promise])
      clearTimeout(timer)
    },
    cancel: id => jobs.get(id)?.stop.abort(),
    async close() {
      for (const job of jobs.values()) job.stop.abort()
      await last
      await studio.close()
    },
  }
}

/** The facts of a refusal on one line, no path of a machine among them; its code has the sentence. */
export function saysOf(refusal: SimulationRefusal): string {
  if (refusal.code === 'law_refused') return refusal.problems.map(({ message }) => message).join(' · ')
  if (refusal.code === 'facts_lacking') return `${refusal.pack} · ${refusal.facts.join(', ')}`
  if (refusal.code === 'not_in_force') return `${refusal.pack} · ${refusal.from ?? '…'} – ${refusal.to ?? '…'}`
  if (refusal.code === 'snapshot_later') return `${refusal.effectiveOn} > ${refusal.month}`
  if ('path' in refusal && 'says' in refusal) return `${basename(refusal.path)} · ${refusal.says}`
  if ('folder' in refusal) return basename(refusal.folder)
  const { code: _, ...facts } = refusal
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
}
