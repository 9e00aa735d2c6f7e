import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { ProgrammeTabs } from './programme-tabs.tsx'
import { Table } from './table.tsx'
import { groupText, monthsText, WaiverBadge } from './waiver-parts.tsx'

export const loader = guarded('programme.change', async ({ request, context }) => {
  const typed = new URL(request.url).searchParams.get('page') ?? ''
  const at = /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
  return { ...inTimeOf(context, await doorsOf(context).console.waivers(staffOf(context), at)), at }
})

/** Where conditions do not count: the latest approved first. */
export default function Waivers() {
  const { rows, more, at } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, say } = speech
  return (
    <>
      <Heading
        title={t('conditions:waiver.title')}
        aside={<Link to="/console/waivers/new">{t('conditions:waiver.propose')}</Link>}
      />
      <ProgrammeTabs />
      <p className="soft narrow">{t('conditions:waiver.what')}</p>
      <Table
        caption={t('conditions:waiver.title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('conditions:waiver.none')}
        columns={[
          {
            key: 'condition',
            label: t('conditions:waiver.condition'),
            text: row => (row.condition ? say(row.condition) : t('conditions:waiver.all')),
            cell: row => (
              <Link to={`/console/waivers/${row.id}`}>
                {say(row.programme)} · {row.condition ? say(row.condition) : t('conditions:waiver.all')}
              </Link>
            ),
          },
          { key: 'place', label: t('conditions:place'), text: row => placeText(row.place, speech) },
          {
            key: 'months',
            label: t('conditions:waiver.months'),
            text: row =>
              monthsText({ from: row.from, until: row.untilNow < row.from ? row.until : row.untilNow }, speech),
          },
          { key: 'group', label: t('conditions:waiver.group'), text: row => groupText(row.group, speech) },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row => t(`conditions:waiver.state.${row.state}`),
            cell: row => <WaiverBadge state={row.state} />,
          },
        ]}
      />
      <Pager page={at} more={more} to={page => `?page=${page}`} />
      <p>
        <Link to="/console/proposals">{t('conditions:waiver.waiting')}</Link>
      </p>
    </>
  )
}
