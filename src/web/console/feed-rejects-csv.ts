import { parseId } from '#kernel'
import type { RejectLine } from '../feed-door.ts'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { rejectColumns } from './feed-columns.ts'
import { guarded } from './guard.ts'

/** Rows that did not go in, to be sent back to the register that told them. */
export const loader = guarded('feed.write', async ({ params, context }) => {
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  const id = parseId<'Feed'>(params.id ?? '')
  const feed = id && (await doors.feed(staff, id, 0))
  if (!id || !feed) throw new Response(null, { status: 404 })
  const of = id
  async function* pages(): AsyncGenerator<readonly RejectLine[]> {
    for (let after = 0; ; ) {
      const rows = await doors.feedRejects(staff, of, after)
      if (rows.length === 0) return
      yield rows
      after = rows.at(-1)!.row
    }
  }
  const speech = speechOf(context)
  return csvResponse(
    `rejects-${feed.source}-${feed.month ?? feed.kind}`,
    csvOf(rejectColumns(speech), pages(), speech.language),
  )
})
