import { Link, useLoaderData } from 'react-router'
import type { FeedLine } from '../feed-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { ProgrammeTabs } from './programme-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('feed.write', async ({ request, context }) => {
  const typed = new URL(request.url).searchParams.get('page') ?? ''
  const at = /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
  const page = await doorsOf(context).console.feeds(staffOf(context), at)
  if (!page) throw new Response(null, { status: 404 })
  return { ...inTimeOf(context, page), at }
})

/** What schools, health services and the civil register told: files and calls, the latest first. */
export default function Feeds() {
  const { rows, more, waiting, at } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  const count = (name: 'lines' | 'matched' | 'doubtful' | 'rejected') => ({
    key: name,
    label: t(`feeds:column.${name}`),
    numeric: true,
    text: (row: FeedLine) => format.number(row[name]),
  })
  return (
    <>
      <Heading title={t('feeds:title')} aside={<Link to="/console/feeds/new">{t('feeds:give')}</Link>} />
      <ProgrammeTabs />
      <p className="soft narrow">{t('feeds:what')}</p>
      {waiting > 0 ? (
        <p className="notice-line">
          <Link to="/console/feeds/doubts">
            {t('feeds:waiting', { count: waiting, number: format.number(waiting) })}
          </Link>
        </p>
      ) : null}
      <Table
        caption={t('feeds:title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('feeds:none')}
        columns={[
          {
            key: 'label',
            label: t('feeds:column.label'),
            text: row => row.label,
            cell: row => (
              <Link to={`/console/feeds/${row.id}`}>
                <bdi>{row.label}</bdi>
              </Link>
            ),
          },
          { key: 'kind', label: t('feeds:column.kind'), text: row => t(`feeds:kind.${row.kind}`) },
          {
            key: 'source',
            label: t('feeds:column.source'),
            text: row => row.source,
            cell: row => <bdi>{row.source}</bdi>,
          },
          {
            key: 'month',
            label: t('feeds:column.month'),
            text: row => (row.month === null ? t('feeds:monthInRows') : format.month(row.month)),
          },
          count('lines'),
          count('matched'),
          count('doubtful'),
          count('rejected'),
          { key: 'at', label: t('feeds:column.at'), text: row => format.instant(row.at) },
        ]}
      />
      <Pager page={at} more={more} to={page => `?page=${page}`} />
    </>
  )
}
