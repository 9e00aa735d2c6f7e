import { type Money, money, ok, type Result } from '#kernel'
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

/** Answers of a statement (camt.053) or a notification (camt.054): one for each payment of each entry. */
export function bookedAnswers(message: XmlElement): Result<readonly Answer[], AnswerRefusal> {
  const answers: Answer[] = []
  const reports = [...allOf(message, 'Stmt'), ...allOf(message, 'Ntfctn')]
  for (const entry of reports.flatMap(report => allOf(report, 'Ntry'))) {
    const details = allOf(entry, 'NtryDtls')
    const payments = details.flatMap(detail => allOf(detail, 'TxDtls'))
    // An entry without details is one line; one of a batch alone speaks for the whole batch.
    const parts = payments.length > 0 ? payments : [undefined]
    for (const part of parts) {
      const answer = entryAnswer(entry, part, payments.length <= 1, at(details[0], 'Btch'))
      if (!answer.ok) return answer
      answers.push(answer.value)
    }
  }
  return ok(answers)
}

function entryAnswer(
  entry: XmlElement,
  payment: XmlElement | undefined,
  alone: boolean,
  batch: XmlElement | undefined,
): Result<Answer, AnswerRefusal> {
  const references = at(payment, 'Refs')
  const said = textAt(references, 'EndToEndId')
  const endToEndId = said === 'NOTPROVIDED' ? '' : said
  const amount = amountOf(
    at(payment, 'Amt') ?? at(payment, 'AmtDtls', 'TxAmt', 'Amt') ?? (alone ? at(entry, 'Amt') : undefined),
    endToEndId,
  )
  if (!amount.ok) return amount
  const fee = feeOf(at(payment, 'Chrgs') ?? (alone ? at(entry, 'Chrgs') : undefined), endToEndId)
  if (!fee.ok) return fee
  const why = at(payment, 'RtrInf')
  const status = codeAt(entry, 'Sts')
  return ok({
    outcome: outcomeOf(entry, payment, status),
    scope: payment === undefined && batch !== undefined ? 'batch' : 'payment',
    endToEndId,
    messageId: textAt(references, 'MsgId') || textAt(batch, 'MsgId'),
    batchId: textAt(references, 'PmtInfId') || textAt(batch, 'PmtInfId'),
    status,
    reason: codeAt(why, 'Rsn') || codeAt(why, 'RtrRsn'),
    words: textAt(why, 'AddtlInf') || textAt(payment, 'AddtlTxInf') || textAt(entry, 'AddtlNtryInf'),
    amount: amount.value,
    day: dayAt(at(entry, 'BookgDt')) ?? dayAt(at(entry, 'ValDt')),
    name: nameOf(payment),
    text: allOf(at(payment, 'RmtInf'), 'Ustrd')
      .map(line => line.text.trim())
      .join(' '),
    reference: '',
    fee: fee.value,
  })
}

/** Charges as a total, or as records of which those that were taken add up; early versions have one amount alone. */
function feeOf(charges: XmlElement | undefined, endToEndId: string): Result<Money | null, AnswerRefusal> {
  const total = at(charges, 'TtlChrgsAndTaxAmt')
  const taken = allOf(charges, 'Rcrd').filter(one => textAt(one, 'CdtDbtInd') !== 'CRDT')
  const said = total ? [total] : [...taken.map(one => at(one, 'Amt')), at(charges, 'Amt')]
  let sum: Money | null = null
  for (const element of said) {
    const amount = amountOf(element, endToEndId)
    if (!amount.ok) return amount
    // Of two currencies no sum can be said.
    if (amount.value && sum && sum.currency !== amount.value.currency) return ok(null)
    if (amount.value) sum = money((sum?.minor ?? 0n) + amount.value.minor, amount.value.currency)
  }
  return ok(sum)
}

/** Codes of bank transactions that are returns: reversal or return of a credit transfer (ISO 20022 external code set). */
const RETURNS = /^(RRTN|RPCR|ARET)$/

/** Money that leaves is a payment; money that comes is one only where it comes back. */
function outcomeOf(entry: XmlElement, payment: XmlElement | undefined, status: string): AnswerOutcome {
  if (status !== 'BOOK' && status !== '') return 'pending'
  const direction = textAt(payment, 'CdtDbtInd') || textAt(entry, 'CdtDbtInd')
  const reversed = /^(true|1)$/.test(textAt(entry, 'RvslInd'))
  const family =
    textAt(payment, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd') || textAt(entry, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd')
  const returned = reversed || at(payment, 'RtrInf') !== undefined || RETURNS.test(family)
  if (returned) return direction === 'DBIT' && !reversed ? 'other' : 'returned'
  return direction === 'DBIT' ? 'settled' : 'other'
}

/** Version 08 put parties under `Pty`. */
function nameOf(payment: XmlElement | undefined): string {
  const party = at(payment, 'RltdPties', 'Cdtr')
  return textAt(party, 'Nm') || textAt(party, 'Pty', 'Nm')
}
