import { type Database, type Transaction, transaction, workerActor } from '#db'
import { money, moneyText } from '#kernel'
import { importAnswers } from '../answers/import-answers.ts'
import { findRun } from '../run.sql.ts'
import { transfersOf } from '../run-file.ts'
import {
  type AskedBatch,
  type Batch,
  type BatchKey,
  batchesToAsk,
  dueBatches,
  insertTry,
  planBatches,
  takeBatch,
} from './batches.sql.ts'
import type { ProviderPorts, WireBatch, WirePort } from './provider-port.ts'

const by = workerActor('providers')

/** Under which the provider takes it once: the run, the provider and the number of the batch. */
export function batchKey(reference: string, provider: string, number: number): string {
  return `${reference}-${provider}-${String(number).padStart(6, '0')}`
}

export type HandingOver = {
  readonly worker: Database
  readonly ports: ProviderPorts
  /** The instant, in milliseconds. */
  readonly clock: () => number
  readonly signal?: AbortSignal
}

const wired = (ports: ProviderPorts): ReadonlyMap<string, WirePort> =>
  new Map([...ports].flatMap(([code, port]) => (port.adapter === 'http' ? [[code, port] as const] : [])))

/**
 * Hands over what runs that have left order of providers with an interface: plans their batches, then sends each that is due. A
 * batch stays due until the provider says that it has it, and goes under the same key each time, so that a request whose answer
 * was lost pays nobody twice. Any number of workers may do so at once. Answers how many batches were tried.
 */
export async function handOverBatches({ worker, ports, clock, signal }: HandingOver): Promise<number> {
  const lines = wired(ports)
  if (lines.size === 0) return 0
  const codes = [...lines.keys()]
  const due = await transaction(worker, by, async tx => {
    await planBatches(
      tx,
      codes,
      [...lines.values()].map(line => line.batch),
    )
    return dueBatches(tx, codes)
  })
  let tried = 0
  for (const key of due) {
    if (signal?.aborted) break
    const port = lines.get(key.provider)!
    const report = await transaction(worker, by, tx => trySending(tx, key, port, clock(), signal))
    if (report === undefined) continue
    tried++
    if (report !== null) await takeReport(worker, key.provider, port, report)
  }
  return tried
}

/** undefined where another worker has it; null where it failed. The transaction holds the batch while the request is under way. */
async function trySending(
  tx: Transaction,
  key: BatchKey,
  port: WirePort,
  now: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null | undefined> {
  const batch = await takeBatch(tx, key)
  if (!batch) return undefined
  const answer = await port.send(await wireBatch(tx, batch), now, signal)
  const why = answer.outcome === 'failed' ? answer.why : ''
  await insertTry(tx, batch, { attempt: batch.tries + 1, outcome: answer.outcome, why })
  return answer.outcome === 'accepted' ? answer.report : null
}

async function wireBatch(tx: Transaction, batch: Batch): Promise<WireBatch> {
  const run = await findRun(tx, batch.run)
  if (!run) throw new Error(`batch of run ${batch.run}, which is not there`)
  const payments: object[] = []
  let total = 0n
  for await (const transfers of transfersOf(tx, run, batch.first - 1, batch.last)) {
    for (const { endToEndId: id, amount, creditor: name, account, remittance: text } of transfers) {
      total += amount
      const to = account.kind === 'mobile' ? account.msisdn : account.kind === 'bank' ? account.iban : account.reference
      payments.push({ id, amount: moneyText(money(amount, run.currency)), kind: account.kind, to, name, text })
    }
  }
  if (total !== batch.amount) throw new Error(`batch ${batch.number} of run ${run.reference} does not add up`)
  const key = batchKey(run.reference, batch.provider, batch.number)
  const head = { batch: key, currency: run.currency, day: batch.executionDate, count: payments.length }
  return { key, body: JSON.stringify({ ...head, total: moneyText(money(total, run.currency)), payments }) }
}

/** What a provider says beside having a batch. One that cannot be taken is asked for again. */
async function takeReport(worker: Database, provider: string, port: WirePort, report: Uint8Array): Promise<number> {
  const read = port.read(report)
  if (!read.ok || read.value.answers.length === 0) return 0
  const taken = await transaction(worker, by, tx => importAnswers(tx, provider, report, port.read))
  return taken.ok && taken.value.taken === 'now' ? taken.value.lines : 0
}

/** When each batch is asked about next, on the clock of the process: an older one less and less often, an hour apart at most. */
export type Agenda = Map<string, number>

/** Asks providers what became of the batches that they have. Answers how many lines came in. */
export async function askAboutBatches({ worker, ports, clock, signal }: HandingOver, agenda: Agenda): Promise<number> {
  const lines = wired(ports)
  if (lines.size === 0) return 0
  const batches = await transaction(worker, by, tx => batchesToAsk(tx, [...lines.keys()]), { readOnly: true })
  let came = 0
  for (const batch of batches) {
    if (signal?.aborted) break
    const port = lines.get(batch.provider)!
    const key = batchKey(batch.reference, batch.provider, batch.number)
    const now = clock()
    if (!isDue(agenda, key, now)) continue
    agenda.set(key, now + pauseOf(batch, port) * 1000)
    const answer = await port.ask(key, now, signal)
    if (answer.outcome === 'accepted') came += await takeReport(worker, batch.provider, port, answer.report)
  }
  return came
}

function isDue(agenda: Agenda, key: string, now: number): boolean {
  const next = agenda.get(key)
  // Further away than any pause: the clock was set back.
  return next === undefined || next <= now || next > now + LONGEST_PAUSE * 1000
}

const LONGEST_PAUSE = 3600

function pauseOf({ ageSeconds }: AskedBatch, { askSeconds }: WirePort): number {
  return Math.min(LONGEST_PAUSE, Math.max(askSeconds, ageSeconds / 20))
}
