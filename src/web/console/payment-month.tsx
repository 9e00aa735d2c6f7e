import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { MonthPage, OwedAmount } from '../cycle-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { PaymentRuns } from './home.tsx'
import { useMay } from './may.ts'
import { isUnderWay, MonthPreparationPart } from './month-preparation.tsx'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('payment_run.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const asked = { programme: searchParams.get('programme') ?? '', month: searchParams.get('month') ?? '' }
  const page = await doorsOf(context).console.month(staffOf(context), asked)
  const followed = searchParams.get('asked') ?? undefined
  // Made before it is sent: sent twice, it is one run.
  return { page: page && inTimeOf(context, page), followed, run: newId<'payment-run'>() as string }
})

export const action = guarded('payment_run.prepare', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const id = parseId<'payment-run'>(said('run'))
  if (!id) throw new Response(null, { status: 400 })
  const asked = { id, programme: said('programme'), month: said('month'), budgetLine: said('line') }
  const drafted = await doorsOf(context).console.prepareMonth(staffOf(context), asked)
  if (drafted.ok) {
    const month = new URLSearchParams({ programme: asked.programme, month: asked.month, asked: drafted.value })
    return redirect(`/console/payments/month?${month}`, { status: 303 })
  }
  return data({ budgetLine: asked.budgetLine, refusal: drafted.refusal }, { status: 422 })
})

/** What a programme owes for a month, the runs that pay it, and the next one to prepare. */
export default function PaymentMonth() {
  const { page, followed, run } = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  const may = useMay()
  if (!page) {
    return (
      <>
        <Heading title={t('cycle:month.title')} />
        <PaymentTabs />
        <p className="empty">{t('books:wholeCountry')}</p>
      </>
    )
  }
  return (
    <>
      <Heading
        title={t('cycle:month.of', { programme: say(page.name), month: format.month(page.month) })}
        over={<Link to="/console/payments">{t('console:payments.title')}</Link>}
      />
      <PaymentTabs />
      <Choose page={page} />
      <Section title={t('cycle:month.owed')}>
        <OwedTable owed={page.owed} />
      </Section>
      <Section title={t('cycle:month.runs')}>
        {page.runs.length === 0 ? <p className="empty">{t('cycle:month.noRun')}</p> : <PaymentRuns rows={page.runs} />}
      </Section>
      <MonthPreparationPart page={page} followed={followed} />
      {page.mayPrepare && !isUnderWay(page.preparation) ? (
        <Section title={t('cycle:prepare.title')}>
          {may('budget.read') ? (
            <p>
              <Link to="/console/payments/budgets">{t('cycle:budget.title')}</Link>
            </p>
          ) : null}
          {page.budgetLines.length > 0 ? <Prepare page={page} run={run} /> : <p>{t('cycle:prepare.noLine')}</p>}
        </Section>
      ) : null}
    </>
  )
}

function Choose({ page }: { page: MonthPage }) {
  const { t, say } = useSpeech()
  return (
    <Form method="get" className="narrow stack" key={`${page.programme} ${page.month}`}>
      <NativeSelect
        name="programme"
        label={t('console:column.programme')}
        defaultValue={page.programme}
        data={page.programmes.map(({ id, name }) => ({ value: id, label: say(name) }))}
      />
      <TextInput
        name="month"
        label={t('cycle:month.month')}
        description={t('cycle:month.monthHow')}
        defaultValue={page.month}
        pattern="\d{4}-\d{2}"
        maxLength={7}
        dir="ltr"
      />
      <div>
        <Button type="submit" variant="default">
          {t('cycle:month.show')}
        </Button>
      </div>
    </Form>
  )
}

const KINDS = ['rights', 'arrears', 'keptBack', 'inRuns', 'overpaid'] as const

/** What goes into a run and what comes off it, each by how many and how much. */
function OwedTable({ owed }: { owed: MonthPage['owed'] }) {
  const { t, format } = useSpeech()
  type Row = OwedAmount & { readonly kind: (typeof KINDS)[number] }
  return (
    <Table
      caption={t('cycle:month.owed')}
      quietCaption
      rows={KINDS.map((kind): Row => ({ kind, ...owed[kind] }))}
      keyOf={row => row.kind}
      empty=""
      columns={[
        { key: 'kind', label: t('cycle:month.what'), text: row => t(`cycle:owed.${row.kind}`) },
        {
          key: 'lines',
          label: t('cycle:month.lines'),
          numeric: true,
          text: row => format.number(row.lines),
        },
        { key: 'amount', label: t('console:column.amount'), numeric: true, text: row => format.money(row.amount) },
      ]}
    />
  )
}

function Prepare({ page, run }: { page: MonthPage; run: string }) {
  const { t, format } = useSpeech()
  const refused = useActionData<typeof action>()
  const lineRefused = refused?.refusal.code === 'budget_line_unknown' || refused?.refusal.code === 'currency_differs'
  return (
    <Form method="post" className="narrow stack">
      <p className="soft">{t('cycle:prepare.what')}</p>
      {refused && !lineRefused ? (
        <Alert color="red" role="alert" variant="light">
          {t(`cycle:prepare.refusal.${refused.refusal.code}`, { lines: '' })}
        </Alert>
      ) : null}
      <input type="hidden" name="run" value={run} />
      <input type="hidden" name="programme" value={page.programme} />
      <input type="hidden" name="month" value={page.month} />
      <NativeSelect
        name="line"
        label={t('console:run.budgetLine')}
        defaultValue={refused?.budgetLine ?? ''}
        error={lineRefused ? t(`cycle:prepare.refusal.${refused.refusal.code}`, { lines: '' }) : undefined}
        data={page.budgetLines.map(({ code, label, free }) => ({
          value: code,
          label: t('cycle:prepare.line', { code, label, free: format.money(free) }),
        }))}
      />
      <div>
        <Button type="submit">{t('cycle:prepare.submit')}</Button>
      </div>
    </Form>
  )
}
