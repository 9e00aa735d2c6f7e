import { type Databases, transaction } from '#db'
import { type ProviderReport, providerReport, type ReportSpan } from '#payments'
import type { Io } from '../command.ts'
import type { Acting } from '../staff.ts'
import { count, sum } from './words.ts'

/** `socle pay report`: what each provider was sent in a span of days, and what became of it. */
export async function payReport({ worker }: Databases, by: Acting, span: ReportSpan, io: Io): Promise<void> {
  const reports = await transaction(worker, by('payment_run.read'), tx => providerReport(tx, span), { readOnly: true })
  io.out(`Sent from ${span.from} to ${span.to}\n`)
  if (reports.length === 0) io.out('No run was sent in these days.\n')
  for (const one of reports) {
    const row = (word: string, payments: number, amount: bigint) =>
      io.out(`  ${word.padEnd(10)} ${count(payments).padStart(10)}  ${sum(amount, one.currency).padStart(22)}\n`)
    io.out(`${one.name} (${one.provider})\n`)
    row('sent', one.sent, one.sentAmount)
    row('paid', one.paid, one.paidAmount)
    row('returned', one.returned, one.returnedAmount)
    io.out(`  unanswered ${count(one.unanswered).padStart(10)}\n`)
    io.out(`  fees       ${feesText(one)}\n`)
    if (one.delayP50 !== null) io.out(`  half was paid within ${one.delayP50} days, 95 in 100 within ${one.delayP95}\n`)
    for (const { code, does, payments } of one.reasons) {
      io.out(`  ${count(payments).padStart(10)} came back for ${code || 'no reason said'} (${does})\n`)
    }
  }
}

function feesText({ feesSaid, feesSaidOf, feesByTerms, feesUnknownOf, currency }: ProviderReport): string {
  const said = feesSaidOf > 0 ? `, ${sum(feesSaid, currency)} of them as it says of ${count(feesSaidOf)} payments` : ''
  const unknown = feesUnknownOf > 0 ? `; not known of ${count(feesUnknownOf)} payments: no terms (socle pay fee)` : ''
  return `${sum(feesSaid + feesByTerms, currency)}${said}${unknown}`
}
