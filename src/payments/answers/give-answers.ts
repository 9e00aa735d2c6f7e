import { enqueue, type JobDefinition, type Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit, eraseWaiting, keepWaiting, newSeal } from '#security'
import type { AnswerRefusal } from '../iso20022/answers.ts'
import { largestStream } from '../iso20022/xml-bounds.ts'
import { listProviders } from '../provider.ts'
import type { ReadsAnswerPieces } from '../providers/provider-port.ts'
import { findCounts } from './answers.sql.ts'
import {
  type AnswersToGive,
  endGivenAnswers,
  findGivenAnswers,
  findOpenAnswers,
  forgetQuotedTexts,
  GIVEN_PIECES,
  type GivenAnswersId,
  insertGivenAnswers,
  insertTakenAgain,
} from './given-answers.sql.ts'

export type AnswersJob = { readonly given: GivenAnswersId }
export const ANSWERS_JOB: Pick<JobDefinition<AnswersJob>, 'name'> = { name: 'take_answers' }

/** A file to be given, which may be read from its first byte as often as need be. */
export type FileOfAnswers = {
  readonly size: number
  readonly open: () => AsyncIterable<Uint8Array>
}

export type GivingRefusal =
  | AnswerRefusal
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | { readonly code: 'file_missing' }

/**
 * What can be told of a file before all of it is read: that it is there, not too large, and that its first answers can be read. A file
 * of some thousand lines is read whole.
 */
export async function lookAtAnswers(
  { size, open }: FileOfAnswers,
  read: ReadsAnswerPieces,
): Promise<Result<undefined, GivingRefusal>> {
  if (size === 0) return err({ code: 'file_missing' })
  if (size > largestStream) return err({ code: 'too_large', limit: largestStream })
  for await (const part of read(open())) return part.ok ? ok(undefined) : part
  return err({ code: 'message_empty', format: '' })
}

/**
 * Leaves a file of answers to the workers, in the caller's transaction (the worker's role): its bytes wait sealed in the database. The
 * same bytes of the same provider that wait already are left to them again and given no second time; those that were taken before are
 * said to have been. Answers the id to follow it by.
 */
export async function giveAnswers(
  tx: Transaction,
  given: AnswersToGive,
  open: FileOfAnswers['open'],
): Promise<Result<GivenAnswersId, GivingRefusal>> {
  const { id, provider, name, size, sha256 } = given
  if (!(await listProviders(tx)).some(one => one.code === provider)) return err({ code: 'provider_unknown', provider })
  await forgetQuotedTexts(tx)
  const figures = await findCounts(tx, provider, sha256)
  if (figures) {
    await insertTakenAgain(tx, given, figures)
  } else {
    const before = await findOpenAnswers(tx, given)
    if (before) return ok(await leftToWorkers(tx, before))
    const sealing = await newSeal()
    // The row first: two who give the same at once meet there.
    if (!(await insertGivenAnswers(tx, given, sealing.fileKey))) {
      return ok(await leftToWorkers(tx, (await findOpenAnswers(tx, given))!))
    }
    await keepWaiting(tx, GIVEN_PIECES, id, sealing, open())
    await leftToWorkers(tx, id)
  }
  await appendAudit(tx, {
    action: 'payment_answers.give',
    subject: { kind: 'payment_answers', id },
    purpose: 'payment: what providers answer',
    detail: { provider, name, size, sha256 },
  })
  return ok(id)
}

async function leftToWorkers(tx: Transaction, id: GivenAnswersId): Promise<GivenAnswersId> {
  await enqueue(tx, ANSWERS_JOB, { given: id })
  return id
}

export type OpenAnswersRefusal = { readonly code: 'ended_already' }

/** Leaves a file that waits to the workers once more: whoever is second finds it done. */
export async function resumeGivenAnswers(
  tx: Transaction,
  id: GivenAnswersId,
): Promise<Result<undefined, OpenAnswersRefusal>> {
  const found = await findGivenAnswers(tx, id)
  if (!found || found.endedAt !== null) return err({ code: 'ended_already' })
  await leftToWorkers(tx, id)
  return ok(undefined)
}

/** Takes a file back that is not in the books yet: its bytes go, and a worker that reads it writes nothing. */
export async function withdrawGivenAnswers(
  tx: Transaction,
  id: GivenAnswersId,
  by: string,
): Promise<Result<undefined, OpenAnswersRefusal>> {
  if (!(await endGivenAnswers(tx, id, { refusal: { code: 'withdrawn', by } }))) return err({ code: 'ended_already' })
  await eraseWaiting(tx, GIVEN_PIECES, id)
  await appendAudit(tx, {
    action: 'payment_answers.withdraw',
    subject: { kind: 'payment_answers', id },
    purpose: 'payment: what providers answer',
    detail: {},
  })
  return ok(undefined)
}
