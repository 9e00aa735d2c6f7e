import { z } from 'zod'
import { err, isCurrency, ok, parseDate, parseMoney, type Result } from '#kernel'
import type { Answer, AnswerFile, AnswerOutcome, AnswerRefusal } from '../../iso20022/answers.ts'

const OUTCOMES: Readonly<Record<string, AnswerOutcome>> = {
  paid: 'settled',
  refused: 'returned',
  returned: 'returned',
  pending: 'pending',
}

const short = (most: number) => z.string().max(most)
const schema = z.object({
  batch: short(60).optional(),
  answers: z
    .array(
      z.object({
        id: short(35),
        status: z.enum(['paid', 'refused', 'returned', 'pending']),
        reason: short(35).default(''),
        amount: short(20),
        currency: short(3),
        day: short(10),
        transaction: short(100).default(''),
        fee: short(20).optional(),
      }),
    )
    .max(100_000),
})

const LARGEST = 64_000_000

/**
 * Reads what a provider's interface says of payments, answered or sent: JSON, amounts as decimal text. What it does not say yet
 * (pending) is passed over; fields that are not known are too.
 */
export function readReport(bytes: Uint8Array): Result<AnswerFile, AnswerRefusal> {
  if (bytes.length > LARGEST) return err({ code: 'too_large', limit: LARGEST })
  let said: unknown
  try {
    said = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return err({ code: 'report_malformed', at: 'the whole: it is not JSON in UTF-8' })
  }
  const report = schema.safeParse(said)
  if (!report.success)
    return err({ code: 'report_malformed', at: report.error.issues[0]?.path.join('.') || 'the whole' })
  const answers: Answer[] = []
  for (const [index, one] of report.data.answers.entries()) {
    const amount = isCurrency(one.currency) ? parseMoney(one.amount, one.currency) : undefined
    if (!amount?.ok || amount.value.minor < 0n) {
      return err({ code: 'amount_unreadable', text: one.amount, currency: one.currency, endToEndId: one.id })
    }
    const fee = one.fee === undefined ? undefined : parseMoney(one.fee, amount.value.currency)
    if (fee && (!fee.ok || fee.value.minor < 0n)) return err({ code: 'report_malformed', at: `answers.${index}.fee` })
    const day = parseDate(one.day)
    if (!day) return err({ code: 'report_malformed', at: `answers.${index}.day` })
    const outcome = OUTCOMES[one.status]!
    if (outcome === 'pending') continue
    answers.push({
      outcome,
      scope: 'payment',
      endToEndId: one.id,
      messageId: '',
      batchId: '',
      status: one.status,
      reason: one.reason,
      words: '',
      amount: amount.value,
      day,
      name: '',
      text: '',
      reference: one.transaction,
      fee: fee?.value ?? null,
    })
  }
  return ok({ format: 'interface.1', messageId: report.data.batch ?? '', answers })
}
