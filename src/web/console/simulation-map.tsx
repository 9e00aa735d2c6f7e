import { renderToStaticMarkup } from 'react-dom/server'
import { parseId } from '#kernel'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'
import { RegionMap } from './region-map.tsx'
import { tableAsked } from './simulation-columns.ts'

/** The map of a scenario's regions, as a file that stands alone; its data is the table of the same address as CSV. */
export const loader = guarded('simulation.read', async ({ params, request, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, 'svg'))
  const asked = page?.state === 'saved' ? tableAsked(new URL(request.url), page.result.scenarios) : undefined
  if (page?.state !== 'saved' || !page.tiles || asked?.table.by !== 'region') throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const { scenario, table } = asked
  const svg = renderToStaticMarkup(
    <RegionMap scenario={scenario.name} table={table} tiles={page.tiles} speech={speech} id="map" />,
  )
  return new Response(svg, {
    headers: {
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-disposition': `attachment; filename="${speech.t('simulation:file')}-map.svg"`,
    },
  })
})
