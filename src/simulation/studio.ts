// The one way in which a study is tried: on a nation that is read once and kept for the next study of the same households.
import type { Country } from '#countries'
import type { Snapshot } from '#households'
import { ok, type Result } from '#kernel'
import type { Pack } from '#rules'
import type { Dimension } from './dimensions.ts'
import type { Published } from './figures.ts'
import { holdNation, type Nation } from './nation.ts'
import type { Study } from './scenario.ts'
import {
  type Plan,
  periodsIn,
  planned,
  prepare,
  type ScenarioResult,
  type SimulationRefusal,
  type StudyResult,
  tried,
} from './simulate.ts'

export type TryOptions = {
  /** What was shown before of the same programme on the same snapshot: cells that differ from it by fewer than ten are hidden. */
  readonly published?: readonly Published[]
  readonly onProgress?: (done: number, total: number) => void
  /** Gives up, whatever is under way: the threads end. */
  readonly signal?: AbortSignal
}

export type SimulateOptions = TryOptions & {
  /** Threads that hold the nation, each its part; 0 for the caller's own. */
  readonly threads: number
}

export type Studio = {
  /** Tries the scenarios of a study, one study after the other. Every refusal comes before anything is read. */
  readonly simulate: (
    snapshot: Snapshot,
    study: Study,
    options?: TryOptions,
  ) => Promise<Result<StudyResult, SimulationRefusal>>
  /** Ends the threads. */
  readonly close: () => Promise<void>
}

export type StudioTerms = {
  readonly country: Country
  readonly threads: number
  /** How long a nation that nobody asks stays in memory. */
  readonly idleMs: number
}

type Held = {
  readonly key: string
  readonly nation: Nation
  /** Who is meant and how deciles are cut: the same until another reference group is asked. */
  prepared: { readonly reference: string; readonly dimensions: readonly Dimension[] } | undefined
}

/** A nation at a time: that of the study before serves where snapshot, programmes and month are the same. */
export function openStudio({ country, threads, idleMs }: StudioTerms): Studio {
  let held: Held | undefined
  let last: Promise<unknown> = Promise.resolve()
  let idle: NodeJS.Timeout | undefined

  const release = async () => {
    clearTimeout(idle)
    const ending = held
    held = undefined
    await ending?.nation.close()
  }
  const holding = async (snapshot: Snapshot, study: Study, signal: AbortSignal | undefined) => {
    const { pack, month, beside } = study
    const key = JSON.stringify([snapshot.folder, snapshot.manifest.hash, pack, month, beside])
    if (held?.key === key) return ok(held)
    await release()
    const nation = await holdNation({ country, snapshot, pack, month, beside, threads, signal })
    if (!nation.ok) return nation
    held = { key, nation: nation.value, prepared: undefined }
    return ok(held)
  }
  const work = async (snapshot: Snapshot, study: Study, plans: readonly Plan[], options: TryOptions) => {
    const { signal } = options
    signal?.throwIfAborted()
    clearTimeout(idle)
    const giveUp = () => void release()
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      const nation = await holding(snapshot, study, signal)
      return nation.ok ? await tryOn(nation.value, country, snapshot, study, plans, options) : nation
    } catch (error) {
      await release()
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', giveUp)
      idle = setTimeout(() => void release(), idleMs).unref()
    }
  }

  return {
    async simulate(snapshot, study, options = {}) {
      const plans = planned(country, snapshot, study)
      if (!plans.ok) return plans
      const turn = last.then(() => work(snapshot, study, plans.value, options))
      last = turn.catch(() => undefined)
      return turn
    },
    close: release,
  }
}

/** Why a study would be refused before any household is read; undefined where it can be tried. */
export function studyRefusal(country: Country, snapshot: Snapshot, study: Study): SimulationRefusal | undefined {
  const plans = planned(country, snapshot, study)
  return plans.ok ? undefined : plans.refusal
}

/** One study by itself: the nation is read for it, and let go. */
export async function simulate(
  country: Country,
  snapshot: Snapshot,
  study: Study,
  { threads, ...options }: SimulateOptions,
): Promise<Result<StudyResult, SimulationRefusal>> {
  const studio = openStudio({ country, threads, idleMs: 0 })
  try {
    return await studio.simulate(snapshot, study, options)
  } finally {
    await studio.close()
  }
}

async function tryOn(
  held: Held,
  country: Country,
  snapshot: Snapshot,
  study: Study,
  plans: readonly Plan[],
  { published = [], onProgress, signal }: TryOptions,
): Promise<Result<StudyResult, SimulationRefusal>> {
  const reference = JSON.stringify(study.reference ?? null)
  if (held.prepared?.reference !== reference) {
    held.prepared = { reference, dimensions: await prepare(held.nation, country, study) }
  }
  const scenarios: ScenarioResult[] = []
  for (const plan of plans) {
    signal?.throwIfAborted()
    onProgress?.(scenarios.length, plans.length)
    const earlier = [...published, ...scenarios.flatMap(each => each.published)]
    const result = await tried(held.nation, country, study, plan, held.prepared.dimensions, earlier)
    if (!result.ok) return result
    scenarios.push(result.value)
  }
  onProgress?.(scenarios.length, scenarios.length)
  const { hash, asOf, effectiveOn, households, members, modelled } = snapshot.manifest
  return ok({
    country: country.code,
    pack: study.pack,
    version: country.book.packs.get(study.pack)?.version ?? '',
    month: study.month,
    currency: country.currency,
    periodsPerYear: periodsIn(country.book.packs.get(study.pack) as Pack),
    snapshot: { hash, asOf, effectiveOn, households, members, modelled },
    scenarios,
  })
}
