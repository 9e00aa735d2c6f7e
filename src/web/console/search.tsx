import { Button, NativeSelect } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import type { SearchHit, SearchPlaces } from '../context.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { nameText } from './names.ts'
import { Pager } from './pager.tsx'
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
  const territory = url.searchParams.get('in') ?? ''
  const answer = await doorsOf(context).console.search(staffOf(context), { text, territory, page, perPage })
  return { text, page, pages: Math.ceil(answer.total / perPage), answer }
})

/** The first page for whatever is no number of a page. */
function pageNumber(text: string): number {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1
}

/** Households by the name of a member in either script or by a number of any kind, everywhere or in one place. */
export default function Search() {
  const { text, page, pages, answer } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  const may = useMay()
  const within = answer?.places?.chosen.at(-1)?.code ?? ''
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
          {answer.places ? <Where text={text} places={answer.places} /> : null}
          {answer.closed > 0 ? (
            <p className="notice-line">
              {t('security:search.closed', { count: answer.closed, number: format.number(answer.closed) })}
            </p>
          ) : null}
          <Hits hits={answer.hits} text={text} within={within} />
          <Pager
            page={page}
            pages={pages}
            more={page < pages}
            to={number => addressOf('/console/search', text, within, number)}
          />
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

/** One place at a time, from the widest down: a country has thousands. */
function Where({ text, places: { chosen, below } }: { text: string; places: SearchPlaces }) {
  const { t, say } = useSpeech()
  return (
    <Form method="get" className="search-where">
      <input type="hidden" name="q" value={text} />
      <NativeSelect
        key={chosen.at(-1)?.code ?? ''}
        name="in"
        label={t('staff:search.where')}
        defaultValue={chosen.at(-1)?.code ?? ''}
        data={[
          { value: '', label: t('staff:search.everywhere') },
          ...chosen.map(({ code, name }, depth) => ({ value: code, label: `${'– '.repeat(depth)}${say(name)}` })),
          ...below.map(({ code, name }) => ({ value: code, label: `${'– '.repeat(chosen.length)}${say(name)}` })),
        ]}
      />
      <Button type="submit" variant="default">
        {t('staff:search.narrow')}
      </Button>
    </Form>
  )
}

/** The address of a search; what is not said is left out. */
function addressOf(path: string, text: string, within: string, page = 1): string {
  const asked = new URLSearchParams({ q: text })
  if (within !== '') asked.set('in', within)
  if (page > 1) asked.set('page', `${page}`)
  return `${path}?${asked}`
}

function Hits({ hits, text, within }: { hits: readonly SearchHit[]; text: string; within: string }) {
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
      {...(may('household.export') ? { csv: addressOf('/console/search.csv', text, within) } : {})}
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
        return { ...column, cell: (hit: SearchHit) => <Matched hit={hit} /> }
      })}
    />
  )
}

function Matched({ hit: { matched, standing } }: { hit: SearchHit }) {
  const speech = useSpeech()
  if (!matched) return <>–</>
  return (
    <>
      <Name name={matched} />
      {standing ? (
        <span className="soft"> {speech.t('staff:search.is', { as: nameText(standing, speech) })}</span>
      ) : null}
    </>
  )
}
