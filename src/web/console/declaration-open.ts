import { redirect } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { guarded } from './guard.ts'

/** A declaration taken up: at the first part where something is open, or at the summary. */
export const loader = guarded('household.write', async ({ params, context }: LoaderArgs) => {
  const id = parseId<'Draft'>(params.draft ?? '')
  const page = id && (await doorsOf(context).console.declarationSummary(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  const { head } = page
  const begun = head.household !== null && !head.waits
  const first = head.waits ? undefined : head.steps.find(({ open }) => begun || open > 0)
  throw redirect(`/console/declarations/${head.draft}/${first?.name ?? 'summary'}`)
})
