import { ok, type Result } from '#kernel'
import {
  type Answer,
  type AnswerOutcome,
  type AnswerRefusal,
  allOf,
  amountOf,
  at,
  codeAt,
  dayAt,
  textAt,
} from './answers.ts'
import type { XmlElement } from './read-xml.ts'

/** Statuses that end a payment (ISO 20022 external code set, payment transaction status); all others are on the way. */
const ENDS: Readonly<Record<string, AnswerOutcome>> = {
  ACSC: 'settled',
  ACCC: 'settled',
  RJCT: 'returned',
  CANC: 'returned',
}

/** Answers of a status report: its payments, and what it says of whole batches or of the message alone. */
export function statusAnswers(message: XmlElement): Result<readonly Answer[], AnswerRefusal> {
  const group = at(message, 'OrgnlGrpInfAndSts')
  const messageId = textAt(group, 'OrgnlMsgId')
  const batches = allOf(message, 'OrgnlPmtInfAndSts')
  const day = dayAt(at(message, 'GrpHdr', 'CreDtTm'))
  const answers: Answer[] = []
  // Version 02 has payments beside the group, later ones inside their batch.
  for (const batch of [message, ...batches]) {
    const batchId = textAt(batch, 'OrgnlPmtInfId')
    const payments = allOf(batch, 'TxInfAndSts')
    for (const payment of payments) {
      const answer = paymentAnswer(payment, { messageId, batchId, day })
      if (!answer.ok) return answer
      answers.push(answer.value)
    }
    if (batch !== message && payments.length === 0 && textAt(batch, 'PmtInfSts') !== '') {
      answers.push(wholeAnswer(batch, { scope: 'batch', status: textAt(batch, 'PmtInfSts'), messageId, batchId, day }))
    }
  }
  const status = textAt(group, 'GrpSts')
  if (group && answers.length === 0 && status !== '') {
    answers.push(wholeAnswer(group, { scope: 'message', status, messageId, batchId: '', day }))
  }
  return ok(answers)
}

type Place = Pick<Answer, 'messageId' | 'batchId' | 'day'>

function paymentAnswer(payment: XmlElement, place: Place): Result<Answer, AnswerRefusal> {
  const endToEndId = textAt(payment, 'OrgnlEndToEndId')
  const original = at(payment, 'OrgnlTxRef')
  const amount = amountOf(at(original, 'Amt', 'InstdAmt') ?? at(original, 'IntrBkSttlmAmt'), endToEndId)
  if (!amount.ok) return amount
  const status = textAt(payment, 'TxSts')
  const name = textAt(original, 'Cdtr', 'Nm') || textAt(original, 'Cdtr', 'Pty', 'Nm')
  return ok({
    ...wholeAnswer(payment, { ...place, scope: 'payment', status }),
    endToEndId,
    amount: amount.value,
    day: dayAt(at(payment, 'AccptncDtTm')) ?? place.day,
    name,
    text: textAt(original, 'RmtInf', 'Ustrd'),
  })
}

function wholeAnswer(element: XmlElement, said: Place & Pick<Answer, 'scope' | 'status'>): Answer {
  const why = at(element, 'StsRsnInf')
  return {
    ...said,
    outcome: ENDS[said.status] ?? 'pending',
    endToEndId: '',
    reason: codeAt(why, 'Rsn') || codeAt(why, 'StsRsn'),
    words: textAt(why, 'AddtlInf') || textAt(why, 'AddtlStsRsnInf'),
    amount: null,
    name: '',
    text: '',
    reference: '',
    fee: null,
  }
}
