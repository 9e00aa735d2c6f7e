import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import type { RunDifferenceRow } from '../run-door.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { differenceColumns } from './run-columns.ts'

const limit = 5000
const kinds = ['first', 'entered', 'left', 'amount_changed', 'gone', 'other'] as const

/** Every household for whom a finished run says something new, or those of one kind, page by page. */
export const loader = guarded('determination.export', async ({ params, request, context }) => {
  const id = parseId<'DeterminationRun'>(params.run ?? '')
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  const asked = new URL(request.url).searchParams.get('kind')
  const difference = kinds.find(kind => kind === asked)
  const run = id && (await doors.run(staff, id))
  if (run?.state !== 'finished' || (asked !== null && difference === undefined)) {
    throw new Response(null, { status: 404 })
  }
  async function* pages(of: typeof id & string): AsyncGenerator<readonly RunDifferenceRow[]> {
    for (let after: RunDifferenceRow['household'] | undefined; ; ) {
      const rows = await doors.runDifferences(staff, of, { difference, after, limit })
      yield rows
      after = rows.at(-1)?.household
      if (rows.length < limit) return
    }
  }
  const speech = speechOf(context)
  const name = `${speech.t('runs:file')}-${run.month}`
  return csvResponse(name, csvOf(differenceColumns(speech), pages(run.id), speech.language))
})
