import { parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { guarded } from './guard.ts'
import { paperResponse } from './paper-response.ts'

/** A paper attached to a request for a correction, to be kept or opened outside of the page: nothing of it runs here. */
export const loader = guarded('personal_data.correct', async ({ params, context }: LoaderArgs) => {
  const id = parseId<'Evidence'>(params.paper ?? '')
  const paper = id && (await doorsOf(context).console.correctionPaper(staffOf(context), id))
  if (!paper) throw new Response(null, { status: 404 })
  return paperResponse(paper)
})
