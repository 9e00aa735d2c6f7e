import { Link, useLoaderData } from 'react-router'
import type { SettledRow } from '../duplicate-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { DecisionText, PairNames } from './duplicate-names.tsx'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('duplicate.settle', async ({ context }) => {
  const rows = await doorsOf(context).console.settledDuplicates(staffOf(context), 1)
  return { rows: inTimeOf(context, rows) }
})

/** What was decided of pairs, each to be looked at again, and undone. */
export default function SettledDuplicates() {
  const { rows } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading
        title={t('duplicates:settled.title')}
        over={<Link to="/console/duplicates">{t('duplicates:title')}</Link>}
      />
      <p className="soft">{t('duplicates:settled.what')}</p>
      <SettledTable rows={rows} />
    </>
  )
}

export function SettledTable({ rows }: { rows: readonly SettledRow[] }) {
  const { t, format } = useSpeech()
  return (
    <Table
      caption={t('duplicates:settled.title')}
      quietCaption
      rows={rows}
      keyOf={row => `${row.one} ${row.other}`}
      empty={t('duplicates:settled.none')}
      columns={[
        {
          key: 'persons',
          label: t('duplicates:column.persons'),
          text: () => '',
          cell: row => (
            <>
              <PairNames names={row.names} />
              <Link to={`/console/duplicates/${row.one}/${row.other}`}>{t('duplicates:settled.open')}</Link>
            </>
          ),
        },
        {
          key: 'decision',
          label: t('duplicates:column.decision'),
          text: () => '',
          cell: row => <DecisionText row={row} />,
        },
        { key: 'reason', label: t('duplicates:column.reason'), text: row => row.reason || '–' },
        {
          key: 'by',
          label: t('duplicates:column.by'),
          text: () => '',
          cell: row => (
            <>
              <bdi>{row.by}</bdi> <span className="soft">{format.instant(row.at)}</span>
            </>
          ),
        },
      ]}
    />
  )
}
