import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import type { InstructionRow } from '../payment-door.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { instructionColumns } from './payment-columns.ts'

const limit = 5000

export const loader = guarded('payment_run.export', async ({ params, context }) => {
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  const run = await doors.paymentRun(staff, params.reference ?? '')
  if (!run) throw new Response(null, { status: 404 })
  const { id, reference } = run
  async function* pages(): AsyncGenerator<readonly InstructionRow[]> {
    for (let after = 0; ; ) {
      const rows = await doors.instructions(staff, id, { limit, after, exported: true })
      yield rows
      if (rows.length < limit) return
      after = rows.at(-1)!.position
    }
  }
  const speech = speechOf(context)
  return csvResponse(reference, csvOf(instructionColumns(speech), pages(), speech.language))
})
