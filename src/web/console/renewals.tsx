import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { RenewalsPage } from '../upkeep-door.ts'
import { guarded } from './guard.ts'
import { renewalTones } from './household-upkeep.tsx'
import { placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Heading, Section } from './parts.tsx'
import { Table } from './table.tsx'
import { UpkeepTabs } from './upkeep-tabs.tsx'

export const loader = guarded('household.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const territory = /^[0-9A-Za-z.-]{1,40}$/.test(searchParams.get('territory') ?? '')
    ? searchParams.get('territory')!
    : ''
  const page = /^[1-9]\d{0,4}$/.test(searchParams.get('page') ?? '') ? Number(searchParams.get('page')) : 1
  const found = await doorsOf(context).console.renewals(staffOf(context), territory, page)
  if (!found) throw new Response(null, { status: 404 })
  return inTimeOf(context, { ...found, territory, page })
})

/** Declarations to renew, territory by territory: what has expired first, then by days and risk. */
export default function Renewals() {
  const page = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t } = speech
  const to = (number: number) => `?territory=${encodeURIComponent(page.territory)}&page=${number}`
  return (
    <>
      <Heading title={t('upkeep:title.renewals')} over={placeText(page.place, speech)} />
      <Terms page={page} />
      <UpkeepTabs />
      {page.territory === '' ? null : (
        <p>
          <Link to="?">{t('upkeep:wholeCountry')}</Link>
        </p>
      )}
      <Territories rows={page.territories} />
      <Queue rows={page.rows} />
      <Pager page={page.page} more={page.more} to={to} />
    </>
  )
}

function Terms({ page }: { page: Pick<RenewalsPage, 'validity' | 'graceDays'> }) {
  const { t, say, format } = useSpeech()
  return (
    <>
      {page.validity.map((each, index) => (
        <p key={index} className="soft">
          {each.where.length > 0 ? `${each.where.map(say).join(' · ')}${t('upkeep:colon')}` : ''}
          {each.months === null
            ? t('upkeep:validity.none')
            : t('upkeep:validity.months', { number: format.number(each.months) })}{' '}
          {each.months === null
            ? null
            : each.source === null
              ? t('upkeep:validity.chosen')
              : t('upkeep:validity.source', { source: each.source })}
        </p>
      ))}
      {page.validity.every(({ months }) => months === null) ? null : (
        <p className="soft">
          {page.graceDays === null
            ? t('upkeep:validity.noGrace')
            : t('upkeep:validity.grace', { number: format.number(page.graceDays) })}
        </p>
      )}
    </>
  )
}

function Territories({ rows }: { rows: RenewalsPage['territories'] }) {
  const { t, say, format } = useSpeech()
  if (rows.length === 0) return null
  return (
    <Section title={t('upkeep:byTerritory')}>
      <Table
        caption={t('upkeep:byTerritory')}
        quietCaption
        rows={rows}
        keyOf={row => row.code}
        empty=""
        columns={[
          {
            key: 'name',
            label: t('upkeep:column.place'),
            text: row => say(row.name),
            cell: row => <Link to={`?territory=${encodeURIComponent(row.code)}`}>{say(row.name)}</Link>,
          },
          ...(['expired', 'grace', 'due'] as const).map(state => ({
            key: state,
            label: t(`upkeep:state.${state}`),
            numeric: true,
            text: (row: RenewalsPage['territories'][number]) => format.number(row[state]),
          })),
        ]}
      />
    </Section>
  )
}

function Queue({ rows }: { rows: RenewalsPage['rows'] }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <Section title={t('upkeep:queue')}>
      <Table
        caption={t('upkeep:queue')}
        quietCaption
        rows={rows}
        keyOf={row => row.household}
        empty={t('upkeep:none.renewal')}
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
          {
            key: 'state',
            label: t('upkeep:column.state'),
            text: row => t(`upkeep:state.${row.state}`),
            cell: row => <span className={`badge ${renewalTones[row.state]}`}>{t(`upkeep:state.${row.state}`)}</span>,
          },
          { key: 'due', label: t('upkeep:column.due'), text: row => format.date(row.dueOn) },
          {
            key: 'quality',
            label: t('upkeep:column.quality'),
            numeric: true,
            text: row => (row.quality === null ? '–' : format.number(row.quality)),
          },
          {
            key: 'told',
            label: t('upkeep:column.told'),
            text: row =>
              row.reminded === null
                ? t('upkeep:notTold')
                : t('upkeep:toldBefore', { number: format.number(row.reminded) }),
          },
        ]}
      />
    </Section>
  )
}
