import { Link, useLoaderData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { ShockBadge } from './shock-parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('programme.change', async ({ context }) => {
  return { rows: await doorsOf(context).console.shocks(staffOf(context)) }
})

/** Shocks that were declared: where, until when, and what is paid. */
export default function Shocks() {
  const { rows } = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  return (
    <>
      <Heading
        title={t('shock:title')}
        over={<Link to="/console/programmes">{t('programme:title')}</Link>}
        aside={<Link to="/console/shocks/new">{t('shock:declare')}</Link>}
      />
      <p className="soft narrow">{t('shock:what')}</p>
      <Table
        caption={t('shock:title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('shock:none')}
        columns={[
          {
            key: 'name',
            label: t('shock:name'),
            text: row => row.name,
            cell: row => (
              <Link to={`/console/shocks/${row.id}`}>
                <bdi>{row.name}</bdi>
              </Link>
            ),
          },
          { key: 'kind', label: t('shock:kindLabel'), text: row => t(`shock:kind.${row.kind}`) },
          { key: 'where', label: t('shock:where'), text: row => row.places.map(say).join(' · ') },
          {
            key: 'when',
            label: t('shock:when'),
            text: row => t('shock:fromUntil', { from: format.month(row.from), until: format.month(row.until) }),
          },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row => t(`shock:state.${row.state}`),
            cell: row => <ShockBadge state={row.state} />,
          },
        ]}
      />
    </>
  )
}
