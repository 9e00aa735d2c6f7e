import { redirect } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'
import { simulationPaper } from './simulation-paper.tsx'

/** The study as PDF. Where it cannot be made, its page says why: it can always be printed by whoever reads it. */
export const loader = guarded('simulation.read', async ({ params, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, 'pdf'))
  if (page?.state !== 'saved') throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const printed = await doorsOf(context).print(simulationPaper(inTimeOf(context, page), speech))
  if (!printed.ok) return redirect(`/console/simulation/${id}?unprinted=${printed.refusal.code}`, { status: 303 })
  return new Response(printed.value, {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${speech.t('simulation:file')}.pdf"`,
    },
  })
})
