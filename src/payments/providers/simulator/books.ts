import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

export type OrderedPayment = { readonly id: string; readonly amount: string; readonly currency: string }

/** What was said of a payment, in the order in which it happened. */
export type Said = {
  readonly batch: string
  readonly id: string
  readonly status: 'paid' | 'refused' | 'returned'
  readonly reason: string
  /** The simulator's own name for it. */
  readonly transaction: string
  /** Milliseconds. */
  readonly at: number
}

type Entry =
  | {
      readonly kind: 'batch'
      readonly key: string
      readonly hash: string
      readonly day: string
      readonly at: number
      readonly payments: readonly OrderedPayment[]
    }
  | ({ readonly kind: 'said' } & Said)

export type TakenBatch = Extract<Entry, { kind: 'batch' }>

/**
 * The simulator's own books: a journal on disk, written before anything is answered, so that whoever kills the process loses nothing
 * that it promised. A line that a kill cut short was promised to nobody and is dropped.
 */
export class Books {
  readonly batches = new Map<string, TakenBatch>()
  readonly said = new Map<string, Said[]>()
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a+')
    const text = readFileSync(path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) ftruncateSync(this.#file, Buffer.byteLength(whole))
    for (const line of whole.split('\n')) if (line !== '') this.#take(JSON.parse(line) as Entry)
  }

  takeBatch(batch: Omit<TakenBatch, 'kind'>): void {
    this.#write([{ kind: 'batch', ...batch }])
  }

  say(said: readonly Said[]): void {
    if (said.length > 0) this.#write(said.map(one => ({ kind: 'said', ...one })))
  }

  /** What was said of a payment of a batch so far. */
  of(batch: string, id: string): readonly Said[] {
    return this.said.get(`${batch}/${id}`) ?? []
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(entries: readonly Entry[]): void {
    writeSync(this.#file, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
    fsyncSync(this.#file)
    for (const entry of entries) this.#take(entry)
  }

  #take(entry: Entry): void {
    if (entry.kind === 'batch') this.batches.set(entry.key, entry)
    else {
      const name = `${entry.batch}/${entry.id}`
      const before = this.said.get(name)
      if (before) before.push(entry)
      else this.said.set(name, [entry])
    }
  }
}
