import { data, Link, redirect, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { CashWindowState } from '#payments'
import type { PointRow, PointsPage, WindowRow } from '../cash-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Figures, Heading, Section } from './parts.tsx'
import { periodText } from './payment-columns.ts'
import { PaymentTabs } from './payment-tabs.tsx'
import { PointForms } from './point-forms.tsx'
import { PointMap } from './point-map.tsx'
import { Table } from './table.tsx'

export const loader = guarded('payment_run.read', async ({ request, context }) => {
  const page = await doorsOf(context).console.points(staffOf(context))
  const done = new URL(request.url).searchParams.get('done')
  // Made before it is sent: sent twice, it is one window.
  return inTimeOf(context, { ...page, id: newId<'cash-window'>(), done })
})

const DAYS = /^\d{1,3}$/

export const action = guarded('payment_run.prepare', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const doors = doorsOf(context).console
  const reader = staffOf(context)
  const provider = said('provider')
  const back = (done: string) => redirect(`/console/points?done=${done}`, { status: 303 })
  switch (said('do')) {
    case 'list': {
      const list = said('list')
      const taken = await doors.recordPoints(reader, { provider, list })
      if (!taken.ok) return data({ do: 'list' as const, list, refusal: taken.refusal }, { status: 422 })
      if (taken.value.rejects.length === 0) return back('list')
      // What was taken stands; what was not is shown with its reason, to be put right and sent again.
      return data({ do: 'list' as const, list, taken: taken.value }, { status: 422 })
    }
    case 'assign': {
      const days = DAYS.test(said('days')) ? Number(said('days')) : 0
      const again = said('again') === 'yes'
      const assigned = await doors.assignPoints(reader, { provider, days, again })
      if (!assigned.ok) return data({ do: 'assign' as const, refusal: assigned.refusal }, { status: 422 })
      return assigned.value.left > 0
        ? data({ do: 'assign' as const, assigned: assigned.value }, { status: 422 })
        : back('assign')
    }
    case 'window': {
      const id = parseId<'cash-window'>(said('id'))
      if (!id) throw new Response(null, { status: 400 })
      const asked = { id, reference: said('run'), provider, opensOn: said('opens'), closesOn: said('closes') }
      const opened = await doors.openWindow(reader, asked)
      if (opened.ok) return back('window')
      return data({ do: 'window' as const, asked, refusal: opened.refusal }, { status: 422 })
    }
  }
  throw new Response(null, { status: 400 })
})

const DONE = ['list', 'assign', 'window'] as const

/** Where cash is collected: windows, points on the map and as a list, and what keeps them. */
export default function Points() {
  const page = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  const done = DONE.find(each => each === page.done)
  const open = page.points.filter(point => !point.closed)
  const sum = (of: (point: PointRow) => number) => format.number(open.reduce((all, point) => all + of(point), 0))
  return (
    <>
      <Heading
        title={t('cash:points.title')}
        over={<Link to="/console/payments">{t('console:payments.title')}</Link>}
      />
      <PaymentTabs />
      {done ? (
        <p role="status" className="notice-line">
          {t(`cash:done.${done}`)}
        </p>
      ) : null}
      <Figures
        figures={[
          { label: t('cash:points.open'), value: format.number(open.length) },
          { label: t('cash:points.perDay'), value: sum(point => point.perDay) },
          { label: t('cash:points.payees'), value: sum(point => point.payees) },
        ]}
      />
      <Windows rows={page.windows} />
      {page.tiles.length > 0 && open.length > 0 ? (
        <Section title={t('cash:map.title')}>
          <PointMap tiles={page.tiles} />
        </Section>
      ) : null}
      <PointList rows={page.points} />
      {page.mayManage && page.providers.length > 0 ? <PointForms page={page} id={page.id} /> : null}
    </>
  )
}

const tones = { announced: 'plain', open: 'good', to_close: 'doubt', closed: 'plain' } as const

function WindowBadge({ state }: { state: CashWindowState }) {
  const { t } = useSpeech()
  return <span className={`badge ${tones[state]}`}>{t(`cash:state.${state}`)}</span>
}

function Windows({ rows }: { rows: readonly WindowRow[] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('cash:windows.title')}>
      <Table
        caption={t('cash:windows.title')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('cash:windows.none')}
        columns={[
          {
            key: 'run',
            label: t('cash:column.run'),
            text: row => row.reference,
            cell: row => (
              <Link to={`/console/payments/${encodeURIComponent(row.reference)}`}>
                <bdi>{row.label}</bdi> {periodText(row.period, format)}
              </Link>
            ),
          },
          { key: 'opens', label: t('cash:column.opens'), text: row => format.date(row.opensOn) },
          { key: 'closes', label: t('cash:column.closes'), text: row => format.date(row.closesOn) },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row => t(`cash:state.${row.state}`),
            cell: row => <WindowBadge state={row.state} />,
          },
          {
            key: 'paid',
            label: t('cash:column.paid'),
            numeric: true,
            text: row => t('cash:of', { part: format.number(row.paid), all: format.number(row.instructions) }),
          },
          {
            key: 'amount',
            label: t('cash:column.paidAmount'),
            numeric: true,
            text: row => format.money(row.paidAmount),
          },
          {
            key: 'back',
            label: t('cash:column.unclaimed'),
            numeric: true,
            text: row => (row.unclaimedAmount ? format.money(row.unclaimedAmount) : '–'),
          },
        ]}
      />
    </Section>
  )
}

function PointList({ rows }: { rows: PointsPage['points'] }) {
  const speech = useSpeech()
  const { t, format } = speech
  const may = useMay()
  return (
    <Section title={t('cash:points.list')}>
      <Table
        caption={t('cash:points.list')}
        quietCaption
        rows={rows}
        keyOf={row => row.id}
        empty={t('cash:points.none')}
        columns={[
          { key: 'code', label: t('cash:column.code'), text: row => row.code, cell: row => <bdi>{row.code}</bdi> },
          {
            key: 'name',
            label: t('cash:column.name'),
            text: row => row.name,
            cell: row =>
              may('cash_payment.record') && !row.closed ? (
                <Link to={`/console/points/${row.id}/pay`}>
                  <bdi>{row.name}</bdi>
                </Link>
              ) : (
                <bdi>{row.name}</bdi>
              ),
          },
          { key: 'place', label: t('console:column.territory'), text: row => placeText(row.territory, speech) },
          { key: 'opening', label: t('cash:column.opening'), text: row => row.opening || '–' },
          { key: 'agents', label: t('cash:column.agents'), numeric: true, text: row => format.number(row.agents) },
          { key: 'perDay', label: t('cash:column.perDay'), numeric: true, text: row => format.number(row.perDay) },
          { key: 'payees', label: t('cash:column.payees'), numeric: true, text: row => format.number(row.payees) },
          {
            key: 'state',
            label: t('console:column.state'),
            text: row => (row.closed ? t('cash:points.closed') : t('cash:points.isOpen')),
          },
        ]}
      />
    </Section>
  )
}
