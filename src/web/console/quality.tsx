import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { QualityPage } from '../upkeep-door.ts'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'
import { UpkeepTabs } from './upkeep-tabs.tsx'

export const loader = guarded('household.read', async ({ context }) => {
  const page = await doorsOf(context).console.quality(staffOf(context))
  if (!page) throw new Response(null, { status: 404 })
  return inTimeOf(context, page)
})

/** How good declarations are: by region, by what is doubted, by agent, and those to look at first. */
export default function Quality() {
  const page = useLoaderData<typeof loader>()
  const { t, say } = useSpeech()
  return (
    <>
      <Heading title={t('upkeep:title.quality')} />
      <p className="soft">
        {t('upkeep:what.quality')} {say(page.chosen)}
      </p>
      <UpkeepTabs />
      <Regions rows={page.regions} />
      <Doubts rows={page.doubts} />
      {page.agents === null ? null : <Agents rows={page.agents} />}
      <Lowest rows={page.lowest} />
    </>
  )
}

function Regions({ rows }: { rows: QualityPage['regions'] }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('upkeep:regions')}>
      <Table
        caption={t('upkeep:regions')}
        quietCaption
        rows={rows}
        keyOf={row => row.code}
        empty={t('upkeep:none.household')}
        columns={[
          { key: 'name', label: t('console:column.region'), text: row => say(row.name) },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
          {
            key: 'assessed',
            label: t('upkeep:column.assessed'),
            numeric: true,
            text: row => format.number(row.assessed),
          },
          {
            key: 'quality',
            label: t('upkeep:column.quality'),
            numeric: true,
            text: row => (row.quality === null ? '–' : format.number(row.quality)),
          },
          { key: 'doubted', label: t('upkeep:column.doubted'), numeric: true, text: row => format.number(row.doubted) },
        ]}
      />
    </Section>
  )
}

function Doubts({ rows }: { rows: QualityPage['doubts'] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('upkeep:doubts')}>
      <Table
        caption={t('upkeep:doubts')}
        quietCaption
        rows={rows}
        keyOf={row => `${row.severity} ${row.code}`}
        empty={t('upkeep:none.doubt')}
        columns={[
          { key: 'code', label: t('upkeep:column.doubt'), text: row => t(`upkeep:short.${row.code}`) },
          {
            key: 'severity',
            label: t('upkeep:column.severity'),
            text: row => t(`upkeep:severity.${row.severity}`),
            cell: row => (
              <span className={`badge ${row.severity === 'error' ? 'bad' : 'doubt'}`}>
                {t(`upkeep:severity.${row.severity}`)}
              </span>
            ),
          },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
        ]}
      />
    </Section>
  )
}

function Agents({ rows }: { rows: NonNullable<QualityPage['agents']> }) {
  const { t, format } = useSpeech()
  type Row = (typeof rows)[number]
  const signs = (row: Row) =>
    row.signs
      .map(({ sign, value, from }) =>
        t(`upkeep:sign.${sign}`, { value: format.number(value), from: format.number(from) }),
      )
      .join(' · ')
  return (
    <Section title={t('upkeep:agents')}>
      <p className="soft">{t('upkeep:what.agents')}</p>
      <Table
        caption={t('upkeep:agents')}
        quietCaption
        rows={rows}
        keyOf={row => row.agent}
        empty={t('upkeep:none.agent')}
        columns={[
          {
            key: 'agent',
            label: t('upkeep:column.agent'),
            text: row => row.agent,
            cell: row => <bdi>{row.agent}</bdi>,
          },
          {
            key: 'declarations',
            label: t('upkeep:column.declarations'),
            numeric: true,
            text: row => format.number(row.declarations),
          },
          {
            key: 'quality',
            label: t('upkeep:column.quality'),
            numeric: true,
            text: row => (row.quality === null ? '–' : format.number(row.quality)),
          },
          {
            key: 'warnings',
            label: t('upkeep:column.warnings'),
            numeric: true,
            text: row => t('upkeep:percent', { number: format.number(row.warningsPercent) }),
          },
          {
            key: 'unknown',
            label: t('upkeep:column.unknown'),
            numeric: true,
            text: row => t('upkeep:percent', { number: format.number(row.unknownPercent) }),
          },
          {
            key: 'ages',
            label: t('upkeep:column.roundAges'),
            numeric: true,
            text: row => t('upkeep:percent', { number: format.number(row.roundAgesPercent) }),
          },
          { key: 'hour', label: t('upkeep:column.hourMost'), numeric: true, text: row => format.number(row.hourMost) },
          { key: 'signs', label: t('upkeep:column.signs'), text: row => signs(row) || '–' },
        ]}
      />
    </Section>
  )
}

function Lowest({ rows }: { rows: QualityPage['lowest'] }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <Section title={t('upkeep:lowest')} aside={<Link to="/console/visits">{t('upkeep:toVisits')}</Link>}>
      <Table
        caption={t('upkeep:lowest')}
        quietCaption
        rows={rows}
        keyOf={row => row.household}
        empty={t('upkeep:none.doubt')}
        columns={[
          {
            key: 'household',
            label: t('upkeep:column.household'),
            text: row => row.sourceId,
            cell: row => (
              <Link to={`/console/households/${row.household}`}>
                <bdi>{row.sourceId}</bdi>
              </Link>
            ),
          },
          { key: 'place', label: t('upkeep:column.place'), text: row => placeText(row.place, speech) },
          { key: 'value', label: t('upkeep:column.quality'), numeric: true, text: row => format.number(row.value) },
          {
            key: 'codes',
            label: t('upkeep:column.doubt'),
            text: row => row.codes.map(code => t(`upkeep:short.${code}`)).join(' · '),
          },
        ]}
      />
    </Section>
  )
}
