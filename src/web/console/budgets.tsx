import { data, Link, redirect, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { BudgetRow } from '../cycle-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { BudgetForms } from './budget-forms.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

const DONE = ['opened', 'added'] as const

export const loader = guarded('budget.read', async ({ request, context }) => {
  const page = await doorsOf(context).console.budgets(staffOf(context))
  const done = new URL(request.url).searchParams.get('done')
  return { page, done, gift: newId<'transfer'>() as string, addition: newId<'transfer'>() as string }
})

export const action = guarded('budget.write', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const gift = parseId<'transfer'>(said('gift'))
  if (!gift) throw new Response(null, { status: 400 })
  const { console: doors } = doorsOf(context)
  const reader = staffOf(context)
  const answers = {
    code: said('code'),
    label: said('label'),
    funder: said('funder'),
    amount: said('amount'),
    why: said('why'),
  }
  const step = (['open', 'add'] as const).find(each => each === said('do'))
  if (!step) throw new Response(null, { status: 400 })
  const done =
    step === 'open'
      ? await doors.openBudget(reader, { gift, ...answers })
      : await doors.addToBudget(reader, { gift, ...answers })
  if (done.ok) {
    return redirect(`/console/payments/budgets?done=${step === 'open' ? 'opened' : 'added'}`, { status: 303 })
  }
  return data({ do: step, gift: gift as string, answers, code: done.refusal.code }, { status: 422 })
})

/** Budget lines: what each was given, and how far it is committed, sent and confirmed. */
export default function Budgets() {
  const { page, done: said, gift, addition } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const done = DONE.find(each => each === said)
  return (
    <>
      <Heading
        title={t('cycle:budget.title')}
        over={<Link to="/console/payments">{t('console:payments.title')}</Link>}
      />
      <PaymentTabs />
      {done ? (
        <p role="status" className="notice-line">
          {t(`cycle:budget.done.${done}`)}
        </p>
      ) : null}
      <p className="soft">{t('cycle:budget.what')}</p>
      {page ? (
        <>
          <Section title={t('cycle:budget.lines')}>
            <Lines rows={page.rows} />
          </Section>
          {page.mayWrite ? <BudgetForms page={page} gift={gift} addition={addition} /> : null}
        </>
      ) : (
        <p className="empty">{t('books:wholeCountry')}</p>
      )}
    </>
  )
}

const SUMS = ['budget', 'committed', 'sent', 'confirmed'] as const

function Lines({ rows }: { rows: readonly BudgetRow[] }) {
  const { t, format } = useSpeech()
  return (
    <Table
      caption={t('cycle:budget.lines')}
      quietCaption
      rows={rows}
      keyOf={row => row.code}
      empty={t('cycle:budget.none')}
      columns={[
        {
          key: 'code',
          label: t('cycle:budget.code'),
          text: row => row.code,
          cell: row => (
            <Link to={`/console/payments/ledger?${new URLSearchParams({ line: row.code })}`}>
              <bdi>{row.code}</bdi>
            </Link>
          ),
        },
        { key: 'label', label: t('cycle:budget.label'), text: row => row.label },
        { key: 'funder', label: t('cycle:budget.funder'), text: row => row.funder },
        ...SUMS.map(sum => ({
          key: sum,
          label: t(`console:run.stage.${sum}`),
          numeric: true,
          text: (row: BudgetRow) => format.money(row[sum]),
        })),
        { key: 'free', label: t('cycle:budget.free'), numeric: true, text: row => format.money(row.free) },
      ]}
    />
  )
}
