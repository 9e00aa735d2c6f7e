import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { SavedStudyRow, SimulationHome } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('simulation.read', async ({ context }) => {
  return { home: inTimeOf(context, await doorsOf(context).console.simulationHome(staffOf(context))) }
})

/** Where a reform is tried: the households that stand frozen, what was tried on them, and a new study. */
export default function Simulation() {
  const { home } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const may = useMay()
  return (
    <>
      <Heading title={t('simulation:title')} />
      <p className="soft">{t('simulation:what')}</p>
      {home ? (
        <>
          {may('simulation.run') ? <NewStudy home={home} /> : null}
          <Studies rows={home.studies} />
        </>
      ) : (
        <p className="empty">{t('simulation:countryOnly')}</p>
      )}
    </>
  )
}

function NewStudy({ home: { snapshots, packs } }: { home: SimulationHome }) {
  const { t, say, format } = useSpeech()
  if (snapshots.length === 0) return <p className="empty">{t('simulation:noSnapshot')}</p>
  const label = ({ effectiveOn, households, modelled }: (typeof snapshots)[number]) => {
    const said = { day: format.date(effectiveOn), households: format.number(households) }
    return modelled ? t('simulation:snapshotModelled', said) : t('simulation:snapshot', said)
  }
  return (
    <Section title={t('simulation:new')}>
      <Form method="get" action="/console/simulation/new" className="filter">
        <NativeSelect
          name="snapshot"
          label={t('simulation:field.snapshot')}
          data={snapshots.map(each => ({ value: each.hash, label: label(each) }))}
        />
        <NativeSelect
          name="pack"
          label={t('simulation:field.pack')}
          data={packs.map(({ id, name }) => ({ value: id, label: say(name) }))}
        />
        <TextInput
          type="month"
          name="month"
          label={t('simulation:field.month')}
          defaultValue={snapshots[0]?.effectiveOn.slice(0, 7)}
          placeholder="2027-01"
        />
        <Button type="submit">{t('simulation:begin')}</Button>
      </Form>
    </Section>
  )
}

function Studies({ rows }: { rows: readonly SavedStudyRow[] }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('simulation:studies')}>
      <Table
        caption={t('simulation:studies')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('simulation:noStudy')}
        columns={[
          {
            key: 'name',
            label: t('simulation:field.name'),
            text: row => row.name,
            cell: row => (
              <Link to={`/console/simulation/${row.id}`}>
                <bdi>{row.name}</bdi>
              </Link>
            ),
          },
          { key: 'pack', label: t('simulation:field.pack'), text: row => say(row.packName) },
          { key: 'month', label: t('simulation:field.month'), text: row => format.month(row.month) },
          { key: 'by', label: t('simulation:by'), text: row => row.savedName },
          {
            key: 'at',
            label: t('simulation:at'),
            text: row => format.instant(row.savedAt),
            // On a phone the column is out of sight: wrapped, it would only make rows tall.
            cell: row => <span className="saved-at">{format.instant(row.savedAt)}</span>,
          },
        ]}
      />
    </Section>
  )
}
