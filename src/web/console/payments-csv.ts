import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { csvOf, csvResponse } from './csv.ts'
import { paymentColumns } from './payment-columns.ts'

export async function loader({ context }: LoaderArgs) {
  const speech = speechOf(context)
  const rows = inTimeOf(context, await doorsOf(context).console.paymentRuns(staffOf(context)))
  return csvResponse(speech.t('console:file.payments'), csvOf(paymentColumns(speech), [rows], speech.language))
}
