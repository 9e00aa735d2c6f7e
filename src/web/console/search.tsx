import { Link, useLoaderData } from 'react-router'
import type { SearchHit } from '../context.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { Heading, Name } from './parts.tsx'
import { searchColumns } from './search-columns.ts'
import { Table } from './table.tsx'

const perPage = 25
const shortest = 2

export const loader = guarded('household.search', async ({ request, context }) => {
  const url = new URL(request.url)
  const text = (url.searchParams.get('q') ?? '').trim()
  const page = pageNumber(url.searchParams.get('page') ?? '1')
  if (text.length < shortest) return { text, page: 1, pages: 0, answer: undefined }
  const answer = await doorsOf(context).console.search(staffOf(context), { text, page, perPage })
  return { text, page, pages: Math.ceil(answer.total / perPage), answer }
})

/** The first page for whatever is no number of a page. */
function pageNumber(text: string): number {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1
}

/** Households by the name of a member in either script, by the number their source gave, or by place. */
export default function Search() {
  const { text, page, pages, answer } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  const may = useMay()
  return (
    <>
      <Heading title={answer ? t('console:search.titleOf', { text }) : t('console:search.title')} />
      {answer ? (
        <>
          <p className="count" role="status">
            {answer.more
              ? t('staff:foundMore', { number: format.number(answer.total) })
              : t('console:search.found', { count: answer.total, number: format.number(answer.total) })}
          </p>
          {answer.closed > 0 ? (
            <p className="notice-line">
              {t('security:search.closed', { count: answer.closed, number: format.number(answer.closed) })}
            </p>
          ) : null}
          <Hits hits={answer.hits} text={text} />
          <Pages text={text} page={page} pages={pages} />
          {may('emergency.open') ? (
            <p className="soft">
              {t('security:emergency.elsewhere')} <Link to="/console/emergency">{t('security:emergency.title')}</Link>
            </p>
          ) : null}
        </>
      ) : (
        <p className="empty">{t('console:search.how')}</p>
      )}
    </>
  )
}

function Hits({ hits, text }: { hits: readonly SearchHit[]; text: string }) {
  const speech = useSpeech()
  const { t } = speech
  const may = useMay()
  return (
    <Table
      caption={t('console:search.titleOf', { text })}
      quietCaption
      rows={hits}
      keyOf={hit => hit.household}
      empty={t('console:search.none')}
      {...(may('household.export') ? { csv: `/console/search.csv?q=${encodeURIComponent(text)}` } : {})}
      columns={searchColumns(speech).map(column => {
        if (column.key === 'head') {
          return {
            ...column,
            cell: (hit: SearchHit) => (
              <Link to={`/console/households/${hit.household}`}>
                <Name name={hit.head} />
              </Link>
            ),
          }
        }
        if (column.key !== 'matched') return column
        return { ...column, cell: (hit: SearchHit) => (hit.matched ? <Name name={hit.matched} /> : '–') }
      })}
    />
  )
}

function Pages({ text, page, pages }: { text: string; page: number; pages: number }) {
  const { t, format } = useSpeech()
  if (pages <= 1) return null
  const to = (number: number) => `/console/search?q=${encodeURIComponent(text)}&page=${number}`
  return (
    <nav className="pages" aria-label={t('console:pages.label')}>
      {page > 1 ? (
        <Link to={to(page - 1)} rel="prev">
          {t('console:pages.previous')}
        </Link>
      ) : null}
      <span>{t('console:pages.of', { page: format.number(page), pages: format.number(pages) })}</span>
      {page < pages ? (
        <Link to={to(page + 1)} rel="next">
          {t('console:pages.next')}
        </Link>
      ) : null}
    </nav>
  )
}
