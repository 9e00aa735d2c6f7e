import { Link, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { StatementTable } from '../components/statement-table.tsx'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'

export const loader = guarded('payment.read', async ({ request, params, context }) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const year = new URL(request.url).searchParams.get('year') ?? ''
  const page = await doorsOf(context).console.statement(staffOf(context), household, year)
  if (!page) throw new Response(null, { status: 404 })
  return inTimeOf(context, { page, household })
})

/** The year of a household at the desk: the same as the family reads. */
export default function Statement() {
  const { page, household } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t } = speech
  const home = `/console/households/${household}`
  return (
    <>
      <Heading
        title={t('receipts:statement.table', { year: page.year })}
        over={
          <Link to={home}>
            <bdi>{page.sourceId}</bdi>
          </Link>
        }
      />
      <p className="soft">{placeText(page.territory, speech)}</p>
      {page.rows.length === 0 ? (
        <p className="empty">{t('receipts:statement.none')}</p>
      ) : (
        <>
          <StatementTable page={page} receipt={number => `${home}/receipts/${encodeURIComponent(number)}`} />
          <p className="take">
            <a href={`${home}/statement.pdf?year=${page.year}`} download>
              {t('receipts:pdf')}
            </a>
          </p>
        </>
      )}
      <p>
        {(page.years.length > 1 ? page.years : []).map(year => (
          <Link key={year} to={`${home}/statement?year=${year}`}>
            {year}{' '}
          </Link>
        ))}
      </p>
    </>
  )
}
