import { renderToStaticMarkup } from 'react-dom/server'
import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'
import { tableAsked } from './simulation-columns.ts'
import { TableChart } from './table-chart.tsx'

/** The picture of one table, as a file that stands alone. */
export const loader = guarded('simulation.read', async ({ params, request, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, 'svg'))
  const asked = page?.state === 'saved' ? tableAsked(new URL(request.url), page.result.scenarios) : undefined
  if (!asked) throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const { scenario, table } = asked
  const svg = renderToStaticMarkup(<TableChart scenario={scenario.name} table={table} speech={speech} id="chart" />)
  return new Response(svg, {
    headers: {
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-disposition': `attachment; filename="${speech.t('simulation:file')}-${table.by}.svg"`,
    },
  })
})
