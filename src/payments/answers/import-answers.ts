import { createHash, type Hash } from 'node:crypto'
import { appendEvent, type Transaction } from '#db'
import { err, moneyText, newId, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { type AnswerRefusal, readAnswerPieces, readAnswers } from '../iso20022/answers.ts'
import { type AccountBalance, trialBalance } from '../ledger.sql.ts'
import type { LedgerAccountKind, TransferRequest } from '../ledger.ts'
import { listProviders } from '../provider.ts'
import type { ReadsAnswerPieces, ReadsAnswers } from '../providers/provider-port.ts'
import { answerLines } from '../recorded-sets.ts'
import { postTransfers } from '../transfer.ts'
import {
  type AnswerCounts,
  findCounts,
  insertAnswerPostings,
  insertFile,
  insertLines,
  insertOutcomes,
  lockNamedRuns,
  namedIn,
  openStage,
  outcomeTotals,
  type RecordedFile,
  recordCounts,
  type SaidAnswers,
  saidAnswers,
  stage,
  staged,
} from './answers.sql.ts'

export type ImportedAnswers = AnswerCounts & {
  /** `again`: these bytes were taken before, and nothing changed. */
  readonly taken: 'now' | 'again'
}

/** Refusals of a file of answers, in order of precedence. */
export type AnswersRefusal =
  | AnswerRefusal
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | { readonly code: 'runs_not_sent'; readonly references: readonly string[] }

/**
 * Takes a provider's file of answers, whole or not at all: every line is kept, payments are confirmed, returned or reversed in
 * the ledger, and what somebody must look at is an exception. The same bytes again change nothing; answers in any order and
 * said twice move each payment once.
 * @param read how this provider's answers are read: ISO 20022 unless said
 */
export async function importAnswers(
  tx: Transaction,
  provider: string,
  bytes: Uint8Array,
  read: ReadsAnswers = readAnswers,
): Promise<Result<ImportedAnswers, AnswersRefusal>> {
  const file = read(bytes)
  if (!file.ok) return file
  if (!(await listProviders(tx)).some(one => one.code === provider)) return err({ code: 'provider_unknown', provider })
  const { format, messageId, answers } = file.value
  const references = await lockNamedRuns(tx, new Set(namedIn(answers)))
  if (references.length > 0) return err({ code: 'runs_not_sent', references })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const recorded: RecordedFile = { id: newId(), provider, sha256, format, messageId, lines: answers.length }
  if (!(await insertFile(tx, recorded))) return ok({ taken: 'again', ...(await findCounts(tx, provider, sha256))! })
  return ok(await take(tx, recorded, saidAnswers(answers)))
}

/**
 * The same for a file of any length, which is read as it comes and never held whole. Nothing of it stands before all of it was read,
 * so that one that is refused at its last line leaves nothing, and one that was cut off by a death is taken again from its beginning.
 * @param open gives the bytes from the first; asked again where the transaction is tried again
 * @param onProgress told how many lines were read
 * @param onWhole told that all of them were, and are recorded from now on
 */
export async function importAnswersFrom(
  tx: Transaction,
  provider: string,
  { open, read = readAnswerPieces, onProgress, onWhole }: AnswerStream,
): Promise<Result<ImportedAnswers, AnswersRefusal>> {
  if (!(await listProviders(tx)).some(one => one.code === provider)) return err({ code: 'provider_unknown', provider })
  await openStage(tx)
  const hash = createHash('sha256')
  const named = new Set<string>()
  let said: { readonly format: string; readonly messageId: string } | undefined
  let lines = 0
  for await (const part of read(hashed(open(), hash))) {
    if (!part.ok) return part
    said ??= part.value
    for (const reference of namedIn(part.value.answers)) named.add(reference)
    await stage(tx, part.value.answers, lines)
    lines += part.value.answers.length
    await onProgress?.(lines)
  }
  if (!said) return err({ code: 'message_empty', format: '' })
  const references = await lockNamedRuns(tx, named)
  if (references.length > 0) return err({ code: 'runs_not_sent', references })
  await onWhole?.()
  const sha256 = hash.digest('hex')
  const recorded: RecordedFile = {
    id: newId(),
    provider,
    sha256,
    format: said.format,
    messageId: said.messageId,
    lines,
  }
  if (!(await insertFile(tx, recorded))) return ok({ taken: 'again', ...(await findCounts(tx, provider, sha256))! })
  return ok(await take(tx, recorded, await staged(tx)))
}

export type AnswerStream = {
  readonly open: () => AsyncIterable<Uint8Array>
  /** How this provider's answers are read: ISO 20022 unless said. */
  readonly read?: ReadsAnswerPieces | undefined
  readonly onProgress?: ((lines: number) => void | Promise<void>) | undefined
  readonly onWhole?: (() => Promise<void>) | undefined
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
}

async function take(tx: Transaction, file: RecordedFile, answers: SaidAnswers): Promise<ImportedAnswers> {
  await insertLines(tx, file, answers)
  await insertOutcomes(tx, file.id)
  return { taken: 'now', ...(await recordTaken(tx, file)) }
}

/** What a file of answers does once its lines and outcomes stand: the ledger, the audit and the news for the modules above. */
export async function recordTaken(tx: Transaction, file: RecordedFile): Promise<AnswerCounts> {
  const { provider, sha256, format } = file
  await post(tx, file)
  const counts = await recordCounts(tx, file)
  await appendAuditOfRows(tx, {
    action: 'payment_answers.record',
    subject: { kind: 'payment_answers' },
    purpose: 'payment: what providers answer',
    rows: answerLines(file.id),
    detail: { file: file.id, provider, sha256, format, ...counts },
  })
  await appendEvent(tx, {
    type: 'payment_answers_recorded',
    key: file.id,
    payload: { file: file.id, provider, ...counts },
  })
  return counts
}

/**
 * What was overpaid and is reversed leaves nothing to claim: it goes back to the payees' account first, which could not give
 * the whole payment otherwise. `#programmes` tells the ledger afterwards what is still overpaid.
 */
async function uncovered(tx: Transaction, requests: readonly TransferRequest[]): Promise<TransferRequest[]> {
  const reversed = new Map<string, TransferRequest>()
  for (const request of requests) {
    if (request.kind !== 'reverse') continue
    const key = JSON.stringify([request.budgetLine, request.purpose])
    reversed.set(key, { ...request, amount: request.amount + (reversed.get(key)?.amount ?? 0n) })
  }
  if (reversed.size === 0) return []
  const budgetLines = [...new Set(requests.map(request => request.budgetLine))]
  const balances: AccountBalance[] = []
  for (const budgetLine of budgetLines) balances.push(...(await trialBalance(tx, { budgetLine })))
  const held = (kind: LedgerAccountKind, { budgetLine, purpose }: TransferRequest) => {
    const found = balances.find(
      each => each.kind === kind && each.budgetLine === budgetLine && each.purpose === purpose,
    )
    return found === undefined ? 0n : found.credits - found.debits
  }
  const confirmed = (one: TransferRequest) =>
    requests
      .filter(each => each.kind === 'confirm' && each.budgetLine === one.budgetLine && each.purpose === one.purpose)
      .reduce((sum, each) => sum + each.amount, 0n)
  return [...reversed.values()].flatMap((reverse): TransferRequest[] => {
    const short = reverse.amount - held('recipients', reverse) - confirmed(reverse)
    const claimed = held('overpaid', reverse)
    const amount = short - (short > claimed ? short - claimed : 0n)
    return amount > 0n ? [{ ...reverse, id: newId<'transfer'>(), kind: 'recover', amount }] : []
  })
}

/** One transfer for each run, purpose and kind: the grain of a run's own postings. */
async function post(tx: Transaction, { id, provider }: RecordedFile): Promise<void> {
  const totals = (await outcomeTotals(tx, id)).map(total => ({ ...total, transfer: newId<'transfer'>() }))
  const requests = totals.map(
    ({ transfer, kind, budgetLine, purpose, amount }): TransferRequest => ({
      id: transfer,
      kind,
      budgetLine,
      purpose,
      ...(kind !== 'reverse' && { provider }),
      amount,
    }),
  )
  const posted = await postTransfers(tx, [...(await uncovered(tx, requests)), ...requests])
  if (!posted.ok) {
    const sums = totals.map(({ kind, amount, currency }) => `${kind} ${moneyText({ minor: amount, currency })}`)
    throw new Error(`answers ${id}: ${sums.join(', ')} was refused: ${posted.refusal.code}`)
  }
  await insertAnswerPostings(tx, id, totals)
}
