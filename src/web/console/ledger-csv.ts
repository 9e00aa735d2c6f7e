import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { csvOf, csvResponse } from './csv.ts'
import { guarded } from './guard.ts'
import { journalColumns } from './journal-columns.ts'

/** The journal as a file, page by page: a year of a nation leaves in constant memory. */
export const loader = guarded('budget.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const asked = { at: searchParams.get('at') ?? '', line: searchParams.get('line') ?? '' }
  const pages = await doorsOf(context).console.journal(staffOf(context), asked)
  if (!pages) throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  async function* inTime(all: NonNullable<typeof pages>) {
    for await (const rows of all) yield inTimeOf(context, rows)
  }
  return csvResponse(speech.t('books:ledger.file'), csvOf(journalColumns(speech), inTime(pages), speech.language))
})
