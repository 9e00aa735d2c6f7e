import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { simulationColumns, tableAsked } from './simulation-columns.ts'

/** One table of a scenario, as CSV. */
export const loader = guarded('simulation.read', async ({ params, request, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, 'csv'))
  const asked = page?.state === 'saved' ? tableAsked(new URL(request.url), page.result.scenarios) : undefined
  if (page?.state !== 'saved' || !asked) throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const { table } = asked
  const columns = simulationColumns(speech, table.by, page.result.currency)
  return csvResponse(`${speech.t('simulation:file')}-${table.by}`, csvOf(columns, [table.rows], speech.language))
})
