import { Link, useLoaderData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ProgrammeLine } from '../programme-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { Heading } from './parts.tsx'
import { ProgrammeTabs } from './programme-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('figures.read', async ({ context }) => {
  return { rows: await doorsOf(context).console.enrolmentProgrammes(staffOf(context)) }
})

/** Programmes with terms of enrolment, and how many households are in each. */
export default function Programmes() {
  const { rows } = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  const may = useMay()
  const counted = (state: 'enrolled' | 'suspended' | 'waiting') => ({
    key: state,
    label: t(`programme:state.${state}`),
    numeric: true,
    text: (row: ProgrammeLine) => format.number(row.counts[state] ?? 0),
  })
  return (
    <>
      <Heading
        title={t('programme:title')}
        aside={
          may('programme.change') ? (
            <>
              <Link to="/console/switches">{t('switch:title')}</Link> ·{' '}
              <Link to="/console/shocks">{t('shock:title')}</Link>
            </>
          ) : undefined
        }
      />
      <ProgrammeTabs />
      <p className="soft narrow">{t('programme:what')}</p>
      <Table
        caption={t('programme:title')}
        quietCaption
        rows={rows}
        keyOf={row => row.pack}
        empty={t('programme:none')}
        columns={[
          {
            key: 'name',
            label: t('programme:name'),
            text: row => say(row.name),
            cell: row => <Link to={`/console/programmes/${row.pack}`}>{say(row.name)}</Link>,
          },
          { key: 'by', label: t('programme:entry'), text: row => t(`programme:by.${row.by}`) },
          { key: 'life', label: t('programme:life'), text: row => lifeText(row, { t, format }) },
          counted('enrolled'),
          counted('suspended'),
          counted('waiting'),
        ]}
      />
    </>
  )
}

/** From when to when it takes families in. */
export function lifeText(
  { from, to }: Pick<ProgrammeLine, 'from' | 'to'>,
  { t, format }: Pick<ReturnType<typeof useSpeech>, 't' | 'format'>,
): string {
  const since = from === null ? '' : t('programme:since', { month: format.month(from) })
  return to === null ? since : `${since} ${t('programme:until', { month: format.month(to) })}`
}
