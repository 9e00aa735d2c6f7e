import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { SwitchBadge } from './switch-parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('programme.change', async ({ context }) => {
  const page = await doorsOf(context).console.switches(staffOf(context))
  return { page: page && inTimeOf(context, page) }
})

/** Moves of everybody from one programme into another: those that wait for a second person, and those that were approved. */
export default function Switches() {
  const { page } = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  return (
    <>
      <Heading
        title={t('switch:title')}
        over={<Link to="/console/programmes">{t('programme:title')}</Link>}
        aside={page ? <Link to="/console/switches/new">{t('switch:new')}</Link> : undefined}
      />
      <p className="soft narrow">{t('switch:what')}</p>
      {page && page.waiting.length > 0 ? (
        <Section title={t('switch:waiting')}>
          <ul className="history">
            {page.waiting.map(each => (
              <li key={each.id}>
                <Link to={`/console/proposals/${each.id}`}>{t('switch:proposal')}</Link>{' '}
                <span className="soft">
                  <bdi>{each.byName}</bdi> · {format.instant(each.at)}
                </span>
                <q>{each.says}</q>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {page ? (
        <Table
          caption={t('switch:title')}
          quietCaption
          rows={page.rows}
          keyOf={row => row.id}
          empty={t('switch:none')}
          columns={[
            {
              key: 'move',
              label: t('switch:move'),
              text: row => t('switch:fromTo', { from: say(row.from), to: say(row.to) }),
              cell: row => (
                <Link to={`/console/switches/${row.id}`}>
                  {row.isReversal
                    ? t('switch:backFrom', { from: say(row.from) })
                    : t('switch:fromTo', { from: say(row.from), to: say(row.to) })}
                </Link>
              ),
            },
            {
              key: 'state',
              label: t('console:column.state'),
              text: row => t(`switch:state.${row.state}`),
              cell: row => <SwitchBadge state={row.state} />,
            },
            { key: 'month', label: t('switch:month'), text: row => format.month(row.month) },
            {
              key: 'households',
              label: t('switch:households'),
              numeric: true,
              text: row => format.number(row.households),
            },
            { key: 'at', label: t('switch:approved'), text: row => format.instant(row.approvedAt) },
          ]}
        />
      ) : (
        <p className="empty">{t('switch:wholeCountry')}</p>
      )}
    </>
  )
}
