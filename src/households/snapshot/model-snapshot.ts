import { fileURLToPath } from 'node:url'
import type { Country } from '#countries'
import { type DateText, ok } from '#kernel'
import { readHouseholdModel } from '../model/model.ts'
import { countryTerms } from './country-terms.ts'
import type { ModelThreadAnswer, ModelThreadData } from './model-thread.ts'
import { inNewFolder } from './new-folder.ts'
import { runThreads } from './run-threads.ts'
import type { Snapshot } from './snapshot.ts'
import type { SnapshotWatch } from './take-snapshot.ts'

export type ModelSnapshotAsked = {
  readonly country: Country
  readonly folder: string
  readonly households: number
  readonly seed: number
  readonly threads: number
}

/**
 * A snapshot of modelled households, straight from the generator: a nation to study or to measure without a register. The
 * same country, seed, number and threads give the same bytes.
 */
export async function modelSnapshot(asked: ModelSnapshotAsked, watch: SnapshotWatch = {}): Promise<Snapshot> {
  const { country, folder, households, seed, threads } = asked
  const countryFolder = fileURLToPath(new URL(`../../../packs/${country.code}`, import.meta.url))
  const effectiveOn = readHouseholdModel(countryFolder).files.population.as_of.date as DateText
  const made = await inNewFolder<never>(folder, country, async part => {
    const share = Math.ceil(households / threads)
    const data = Array.from({ length: Math.ceil(households / share) }, (_, index): ModelThreadData => {
      const range = { from: index * share, to: Math.min(households, (index + 1) * share) }
      return { ...countryTerms(country), folder: part, countryFolder, effectiveOn, seed, ...range, part: index }
    })
    let done = 0
    watch.onProgress?.(0, households)
    const written = await runThreads(
      new URL('./model-thread.ts', import.meta.url),
      data,
      (answer: ModelThreadAnswer) => {
        if ('files' in answer) return answer.files
        done += answer.households
        watch.onProgress?.(done, households)
        return undefined
      },
      watch.signal,
    )
    const asOf = `${effectiveOn}T00:00:00.000000Z`
    return ok({ asOf, effectiveOn, modelled: true, origin: { kind: 'model', seed } as const, files: written.flat() })
  })
  if (!made.ok) throw new Error('a generator refuses nothing')
  return made.value
}
