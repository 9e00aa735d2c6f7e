import { redirect, useLoaderData } from 'react-router'
import { StatementTable } from '../components/statement-table.tsx'
import { inLanguage } from '../language.ts'
import { doorsOf, inTimeOf, speechOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { doorOf } from './own.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const year = new URL(request.url).searchParams.get('year') ?? ''
  const pages = await doorOf(doorsOf(context).citizen).statement(request.headers, year)
  if (!pages) return redirect(inLanguage('/dossier', speechOf(context).language), { status: 303 })
  return inTimeOf(context, pages)
}

/** The year of a household, month by month, to read and to print. */
export default function OwnStatement() {
  const pages = useLoaderData<typeof loader>()
  const { t, language } = useSpeech()
  const title = t('receipts:statement.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p>
          <a href={inLanguage('/dossier', language)}>{t('receipts:back')}</a>
        </p>
        <p>{t('receipts:statement.what')}</p>
      </div>
      {pages.map(page => (
        <section key={page.sourceId} className="section" aria-label={page.sourceId}>
          <h2>
            <bdi dir="ltr">{page.sourceId}</bdi> · {page.year}
          </h2>
          {page.rows.length === 0 ? <p>{t('receipts:statement.none')}</p> : null}
          {page.rows.length > 0 ? (
            <StatementTable
              page={page}
              receipt={number => inLanguage(`/dossier/recu/${encodeURIComponent(number)}`, language)}
            />
          ) : null}
          {page.years.length > 1 ? (
            <p>
              {page.years.map(year => (
                <a key={year} href={`${inLanguage('/dossier/releve', language)}?year=${year}`}>
                  {year}{' '}
                </a>
              ))}
            </p>
          ) : null}
        </section>
      ))}
    </div>
  )
}
