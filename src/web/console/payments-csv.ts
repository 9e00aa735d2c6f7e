import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { paymentColumns } from './payment-columns.ts'

export const loader = guarded('payment_run.export', async ({ context }) => {
  const speech = speechOf(context)
  const rows = inTimeOf(context, await doorsOf(context).console.paymentRuns(staffOf(context)))
  return csvResponse(speech.t('console:file.payments'), csvOf(paymentColumns(speech), [rows], speech.language))
})
