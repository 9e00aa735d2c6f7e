// A snapshot held by some threads, each with its part, asked as one.
import { Worker } from 'node:worker_threads'
import type { Country } from '#countries'
import type { Snapshot, SnapshotRefusal } from '#households'
import { err, ok, type Result } from '#kernel'
import { Slice, type SliceTerms } from './slice.ts'
import type { Answer, SliceData, SliceMethod } from './slice-thread.ts'

export type Nation = {
  /** Asks every part the same, and answers with what each says. */
  readonly ask: <Method extends SliceMethod>(
    method: Method,
    ...args: Parameters<Slice[Method]>
  ) => Promise<ReturnType<Slice[Method]>[]>
  readonly close: () => Promise<void>
}

export type NationTerms = Omit<SliceTerms, 'country'> & {
  readonly country: Country
  readonly snapshot: Snapshot
  /** 0 keeps all in the caller's own thread: right for some thousands of households, where a thread would take longer to start. */
  readonly threads: number
  /** Gives up while reading: the threads end, and the reading throws. */
  readonly signal?: AbortSignal | undefined
}

/** Reads a snapshot into threads. Ends them, and refuses, where a file is not what was written. */
export async function holdNation({ threads, signal, ...terms }: NationTerms): Promise<Result<Nation, SnapshotRefusal>> {
  const { country, ...sent } = terms
  if (threads === 0) return holdHere(terms)
  const parts = shares(terms.snapshot, threads).map(paths => new Part({ ...sent, country: country.code, paths }))
  const close = async () => {
    await Promise.all(parts.map(part => part.close()))
  }
  const giveUp = () => void close()
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const ready = await Promise.all(parts.map(part => part.ready))
    const refused = ready.find(each => !each.ok)
    if (refused && !refused.ok) {
      await close()
      return err(refused.refusal)
    }
  } catch (error) {
    await close()
    throw error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
  return ok({
    ask: (method, ...args) => Promise.all(parts.map(part => part.ask(method, args))),
    close,
  })
}

function holdHere({ snapshot, ...terms }: Omit<NationTerms, 'threads' | 'signal'>): Result<Nation, SnapshotRefusal> {
  const paths = snapshot.manifest.files.map(({ path }) => path)
  const slice = Slice.read(terms, snapshot, paths)
  if (!slice.ok) return slice
  return ok({
    async ask(method, ...args) {
      const work = slice.value[method] as (...given: typeof args) => ReturnType<Slice[typeof method]>
      return [work.apply(slice.value, args)]
    },
    async close() {},
  })
}

/** The files of a snapshot dealt out so that the parts hold about as many households. */
function shares({ manifest }: Snapshot, parts: number): string[][] {
  const dealt = Array.from({ length: Math.max(1, Math.min(parts, manifest.files.length)) }, () => ({
    paths: [] as string[],
    households: 0,
  }))
  for (const { path, households } of [...manifest.files].sort((one, other) => other.households - one.households)) {
    const least = dealt.reduce((best, each) => (each.households < best.households ? each : best))
    least.paths.push(path)
    least.households += households
  }
  return dealt.map(({ paths }) => paths)
}

class Part {
  readonly ready: Promise<Result<null, SnapshotRefusal>>
  readonly #thread: Worker
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #asked = 0
  #ended: Error | undefined

  constructor(data: SliceData) {
    this.#thread = new Worker(new URL('./slice-thread.ts', import.meta.url), { workerData: data })
    this.ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: value => resolve((value as Result<null, SnapshotRefusal>) ?? ok(null)), reject })
    })
    this.#thread.on('message', (answer: Answer) => this.#settle(answer))
    this.#thread.on('error', error => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#thread.on('exit', code => this.#fail(new Error(`a part of the nation ended with code ${code}`)))
  }

  ask<Method extends SliceMethod>(method: Method, args: Parameters<Slice[Method]>): Promise<ReturnType<Slice[Method]>> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: value => resolve(value as ReturnType<Slice[Method]>), reject })
      this.#thread.postMessage({ id, method, args })
    })
  }

  async close(): Promise<void> {
    await this.#thread.terminate()
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new Error(answer.error))
    else if ('refusal' in answer) waiting?.resolve(err(answer.refusal))
    else waiting?.resolve(answer.value)
  }

  #fail(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
