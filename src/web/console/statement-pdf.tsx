import { parseId } from '#kernel'
import { StatementTable } from '../components/statement-table.tsx'
import { doorsOf, inTimeOf, speechOf, staffOf } from '../load-context.ts'
import { guarded, openUnlessTooClose } from './guard.ts'
import { paperOf } from './paper-of.tsx'

/** The statement as PDF; where none can be made here, the page itself is printed. */
export const loader = guarded('payment.read', async ({ request, params, context }) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const year = new URL(request.url).searchParams.get('year') ?? ''
  const page = await doorsOf(context).console.statement(staffOf(context), household, year)
  // A paper of another year than the one asked for would be taken for it.
  if (!page || (year !== '' && year !== page.year)) throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const title = speech.t('receipts:statement.table', { year: page.year })
  const body = <StatementTable page={inTimeOf(context, page)} receipt={number => `#${number}`} />
  const printed = await doorsOf(context).print(paperOf(title, `${page.sourceId}`, body, speech))
  if (!printed.ok) throw new Response(null, { status: 503 })
  return new Response(printed.value, {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${speech.t('receipts:statement.file')}-${page.year}.pdf"`,
    },
  })
})
