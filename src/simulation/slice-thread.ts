// A thread that holds a part of a nation and answers what is asked of it.
import { parentPort, workerData } from 'node:worker_threads'
import { openCountry } from '#countries'
import type { Snapshot } from '#households'
import { Slice, type SliceTerms } from './slice.ts'

export type SliceData = Omit<SliceTerms, 'country'> & {
  readonly country: string
  readonly snapshot: Snapshot
  readonly paths: readonly string[]
}

/** What a slice can be asked: the name of a method, and what it is given. */
export type Asked = {
  readonly [Method in SliceMethod]: {
    readonly id: number
    readonly method: Method
    readonly args: Parameters<Slice[Method]>
  }
}[SliceMethod]
export type SliceMethod = 'histogram' | 'scoreRange' | 'prepare' | 'standing' | 'count' | 'open' | 'costUpTo' | 'cost'

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly refusal: unknown }
  | { readonly id: number; readonly error: string }

const { country, snapshot, paths, ...terms } = workerData as SliceData
const read = Slice.read({ ...terms, country: openCountry(country) }, snapshot, paths)
const tell = (answer: Answer) => parentPort?.postMessage(answer)

if (read.ok) {
  const slice = read.value
  parentPort?.on('message', ({ id, method, args }: Asked) => {
    try {
      const value = (slice[method] as (...given: unknown[]) => unknown).apply(slice, args as unknown[])
      tell({ id, value })
    } catch (error) {
      tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  tell({ id: 0, value: null })
} else tell({ id: 0, refusal: read.refusal })
