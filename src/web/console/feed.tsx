import { Link, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { RejectLine } from '../feed-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { rejectColumns } from './feed-columns.ts'
import { Follow } from './follow.tsx'
import { guarded } from './guard.ts'
import { Figures, Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('feed.write', async ({ request, params, context }) => {
  const { searchParams } = new URL(request.url)
  const id = parseId<'Feed'>(params.id ?? '')
  const typed = searchParams.get('after') ?? ''
  const after = /^\d{1,8}$/.test(typed) ? Number(typed) : 0
  const found = id && (await doorsOf(context).console.feed(staffOf(context), id, after))
  if (!found) throw new Response(null, { status: 404 })
  const told = (['again', 'taken', 'left'] as const).find(each => searchParams.has(each))
  return { feed: inTimeOf(context, found), after, told }
})

/** A file or a call of another register: what came of its rows, and why some did not go in, row by row. */
export default function Feed() {
  const { feed, after, told } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, format } = speech
  const columns = rejectColumns(speech)
  return (
    <>
      <Heading title={`\u2068${feed.label}\u2069`} over={<Link to="/console/feeds">{t('feeds:title')}</Link>} />
      {told ? (
        <p role="status" className="notice-line">
          {t(`feeds:told.${told}`)}
        </p>
      ) : null}
      {feed.isUnderWay ? (
        <p className="notice-line">
          <Follow />
          {t('feeds:underWay')} <Link to="?">{t('feeds:lookAgain')}</Link>
        </p>
      ) : feed.finished ? null : (
        <p className="notice-line">{t('feeds:unfinished')}</p>
      )}
      <p>
        {t(`feeds:kind.${feed.kind}`)} · <bdi>{feed.source}</bdi> ·{' '}
        {feed.month === null ? t('feeds:monthInRows') : format.month(feed.month)} · {t(`feeds:channel.${feed.channel}`)}{' '}
        · <bdi>{feed.by}</bdi> · {format.instant(feed.at)}
      </p>
      <Figures
        figures={(['lines', 'matched', 'doubtful', 'rejected'] as const).map(name => ({
          label: t(`feeds:column.${name}`),
          value: format.number(feed[name]),
        }))}
      />
      <p className="soft">{t('feeds:newOf', { number: format.number(feed.recorded) })}</p>
      {feed.waiting > 0 ? (
        <p>
          <Link to="/console/feeds/doubts">
            {t('feeds:waiting', { count: feed.waiting, number: format.number(feed.waiting) })}
          </Link>
        </p>
      ) : null}
      {feed.rejected === 0 ? null : (
        <>
          <Section title={t('feeds:reasons')}>
            <Table
              caption={t('feeds:reasons')}
              quietCaption
              rows={feed.reasons}
              keyOf={row => `${row.code} ${row.column}`}
              empty={t('feeds:noRejects')}
              columns={[
                ...columns.filter(({ key }) => key !== 'row').map(column => forReasons(column)),
                { key: 'rows', label: t('feeds:rows'), numeric: true, text: row => format.number(row.rows) },
              ]}
            />
          </Section>
          <Section title={t('feeds:rejects')}>
            <p className="soft narrow">{t('feeds:rejectsWhat')}</p>
            <Table
              caption={t('feeds:rejects')}
              quietCaption
              rows={feed.rejects}
              keyOf={row => String(row.row)}
              empty={t('feeds:noRejects')}
              csv={`/console/feeds/${feed.id}/rejects.csv`}
              columns={columns}
            />
            <nav className="pages" aria-label={t('console:pages.label')}>
              {after > 0 ? <Link to="?">{t('feeds:fromFirst')}</Link> : null}
              {feed.next === null ? null : (
                <Link to={`?after=${feed.next}`} rel="next">
                  {t('console:pages.next')}
                </Link>
              )}
            </nav>
          </Section>
        </>
      )}
    </>
  )
}

/** A column of rejects says of a reason what it says of a row. */
const forReasons = ({ text, ...column }: ReturnType<typeof rejectColumns>[number]) => ({
  ...column,
  text: (reason: Omit<RejectLine, 'row'>) => text({ ...reason, row: 0 }),
})
