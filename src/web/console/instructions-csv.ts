import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { csvOf, csvResponse } from './csv.ts'
import { instructionColumns } from './payment-columns.ts'

const most = 100_000

export async function loader({ params, context }: LoaderArgs) {
  const { console: doors } = doorsOf(context)
  const run = await doors.paymentRun(staffOf(context), params.reference ?? '')
  if (!run) throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const rows = await doors.instructions(staffOf(context), run.id, { limit: most, after: 0 })
  return csvResponse(run.reference, csvOf(instructionColumns(speech), rows, speech.language))
}
