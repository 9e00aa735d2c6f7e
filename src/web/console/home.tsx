import { Link, useLoaderData } from 'react-router'
import type { DeterminationRow, RegionRow } from '../context.ts'
import { headline } from '../headline.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { PaymentRunRow } from '../payment-door.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { determinationColumns, shareText } from './determination-columns.ts'
import { useMay } from './may.ts'
import { Figures, Heading, Section, StateBadge } from './parts.tsx'
import { paymentColumns } from './payment-columns.ts'
import { Table } from './table.tsx'

export async function loader({ context }: LoaderArgs) {
  return inTimeOf(context, await doorsOf(context).console.work(staffOf(context)))
}

/** What waits for somebody, then the figures of the last runs. */
export default function Home() {
  const { households, members, determinations, paymentRuns, regions, withoutRecipient, proposedEvents } =
    useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  const may = useMay()
  const latest = headline(determinations)
  return (
    <>
      <Heading title={t('console:work.title')} />
      {may('household.search') || may('figures.read') || may('payment_run.read') ? null : (
        <p className="empty">{t('staff:noFile')}</p>
      )}
      {may('payment_run.read') ? <ToDo runs={paymentRuns} /> : null}
      {withoutRecipient > 0 ? (
        <Section title={t('receiving:waiting.title')}>
          <ul className="to-do">
            <li>
              <Link to="/console/recipients">
                {t('receiving:waiting.some', { count: withoutRecipient, number: format.number(withoutRecipient) })}
              </Link>
              <span className="soft">{t('receiving:waiting.what')}</span>
            </li>
          </ul>
        </Section>
      ) : null}
      {proposedEvents > 0 ? (
        <Section title={t('proposed:title')}>
          <ul className="to-do">
            <li>
              <Link to="/console/proposed-events">
                {t('proposed:waiting', { count: proposedEvents, number: format.number(proposedEvents) })}
              </Link>
              <span className="soft">{t('proposed:task')}</span>
            </li>
          </ul>
        </Section>
      ) : null}
      {may('figures.read') ? (
        <Section title={t('console:work.figures')}>
          <Figures
            figures={[
              { label: t('console:work.households'), value: format.number(households) },
              { label: t('console:work.members'), value: format.number(members) },
              ...(latest ? [{ label: t('console:work.eligibleShare'), value: shareText(latest, format) }] : []),
              ...(latest?.amount ? [{ label: t('console:work.amount'), value: format.money(latest.amount) }] : []),
            ]}
          />
          {latest ? (
            <p className="soft">
              {t('console:work.of', { programme: say(latest.name), month: format.month(latest.month) })}
            </p>
          ) : null}
        </Section>
      ) : null}
      {may('figures.read') ? <Determinations rows={determinations} /> : null}
      {regions.length > 0 ? <Regions rows={regions} /> : null}
      {may('payment_run.read') ? (
        <Section
          title={t('console:work.paymentRuns')}
          aside={<Link to="/console/payments">{t('console:work.allRuns')}</Link>}
        >
          <PaymentRuns rows={paymentRuns.slice(0, 5)} />
        </Section>
      ) : null}
    </>
  )
}

function ToDo({ runs }: { runs: readonly PaymentRunRow[] }) {
  const { t, say, format } = useSpeech()
  const waiting = runs.filter(run => run.state === 'drafted' || run.state === 'approved' || run.state === 'file_made')
  return (
    <Section title={t('console:work.toDo')}>
      {waiting.length === 0 ? (
        <p className="empty">{t('console:work.nothing')}</p>
      ) : (
        <ul className="to-do">
          {waiting.map(run => (
            <li key={run.id}>
              <Link to={`/console/payments/${encodeURIComponent(run.reference)}`}>
                {t(`console:work.next.${run.state as 'drafted'}`, { run: say(run.label) })}
              </Link>
              <span className="soft">
                {t('console:work.instructions', { count: run.instructions, number: format.number(run.instructions) })} ·{' '}
                {format.money(run.amount)}
              </span>
              <StateBadge state={run.state} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Determinations({ rows }: { rows: readonly DeterminationRow[] }) {
  const speech = useSpeech()
  const { t } = speech
  const may = useMay()
  return (
    <Section
      title={t('console:work.determinations')}
      aside={may('determination.run') ? <Link to="/console/runs/new">{t('runs:ask.title')}</Link> : null}
    >
      <Table
        caption={t('console:work.determinations')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('console:work.noDetermination')}
        columns={determinationColumns(speech).map(column =>
          column.key === 'name'
            ? {
                ...column,
                cell: (row: DeterminationRow) => <Link to={`/console/runs/${row.id}`}>{column.text(row)}</Link>,
              }
            : column,
        )}
        csv="/console/determinations.csv"
      />
    </Section>
  )
}

function Regions({ rows }: { rows: readonly RegionRow[] }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('console:work.regions')}>
      <Table
        caption={t('console:work.regions')}
        quietCaption
        rows={rows}
        keyOf={row => row.code}
        empty=""
        columns={[
          { key: 'name', label: t('console:column.region'), text: row => say(row.name) },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
          {
            key: 'eligible',
            label: t('console:column.eligible'),
            numeric: true,
            text: row => format.number(row.eligible),
          },
          { key: 'share', label: t('console:column.share'), numeric: true, text: row => shareText(row, format) },
          {
            key: 'bar',
            label: t('console:column.shareBar'),
            text: row => shareText(row, format),
            cell: row => <Bar share={row.households === 0 ? 0 : row.eligible / row.households} />,
          },
          { key: 'amount', label: t('console:column.amount'), numeric: true, text: row => format.money(row.amount) },
        ]}
      />
    </Section>
  )
}

/** A share as a length; the figure stands in its own column. */
function Bar({ share }: { share: number }) {
  return (
    <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="ground" width="100" height="8" />
      <rect className="share" width={(share * 100).toFixed(2)} height="8" />
    </svg>
  )
}

export function PaymentRuns({ rows, csv }: { rows: readonly PaymentRunRow[]; csv?: string }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <Table
      caption={t('console:payments.title')}
      quietCaption
      rows={rows}
      keyOf={row => row.id}
      empty={t('console:payments.none')}
      {...(csv ? { csv } : {})}
      columns={paymentColumns(speech).map(column => {
        if (column.key === 'reference') {
          return {
            ...column,
            cell: (row: PaymentRunRow) => (
              <Link to={`/console/payments/${encodeURIComponent(row.reference)}`}>
                <bdi>{row.reference}</bdi>
              </Link>
            ),
          }
        }
        return column.key === 'state'
          ? { ...column, cell: (row: PaymentRunRow) => <StateBadge state={row.state} /> }
          : column
      })}
    />
  )
}
