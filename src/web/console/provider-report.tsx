import { Button, TextInput } from '@mantine/core'
import { Form, useLoaderData } from 'react-router'
import type { ProvidersPage } from '../books-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('budget.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const span = { from: searchParams.get('from') ?? '', to: searchParams.get('to') ?? '' }
  return { page: await doorsOf(context).console.providerReport(staffOf(context), span) }
})

/** What each provider was sent, what became of it, and in how many days. */
export default function Providers() {
  const { page } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('books:providers.title')} />
      <PaymentTabs />
      <p className="soft">{t('books:providers.what')}</p>
      {page ? <Report page={page} /> : <p className="empty">{t('books:wholeCountry')}</p>}
    </>
  )
}

function Report({ page }: { page: ProvidersPage }) {
  const { t, format } = useSpeech()
  const both = (count: number, amount: { value: string; currency: string }) =>
    `${format.number(count)} · ${format.money(amount)}`
  const feesText = (row: ProvidersPage['rows'][number]) =>
    [
      ...(row.feesKnown ? [format.money(row.fees)] : []),
      ...(row.feesUnknownOf > 0
        ? [t('books:providers.feesUnknown', { payments: format.number(row.feesUnknownOf) })]
        : []),
    ].join(' · ')
  const days = (number: number | null) =>
    number === null ? '–' : t('books:providers.days', { days: format.number(number) })
  return (
    <>
      <Form method="get" className="narrow stack">
        <TextInput name="from" type="date" label={t('books:providers.from')} defaultValue={page.from} />
        <TextInput name="to" type="date" label={t('books:providers.to')} defaultValue={page.to} />
        <div>
          <Button type="submit" variant="default">
            {t('books:ledger.show')}
          </Button>
        </div>
      </Form>
      <Section title={t('books:providers.list')}>
        <Table
          caption={t('books:providers.list')}
          quietCaption
          rows={page.rows}
          keyOf={row => `${row.provider} ${row.sentAmount.currency}`}
          empty={t('books:providers.none')}
          columns={[
            { key: 'name', label: t('console:column.provider'), text: row => row.name },
            {
              key: 'sent',
              label: t('books:providers.sent'),
              numeric: true,
              text: row => both(row.sent, row.sentAmount),
            },
            {
              key: 'paid',
              label: t('books:providers.paid'),
              numeric: true,
              text: row => both(row.paid, row.paidAmount),
            },
            {
              key: 'returned',
              label: t('books:providers.returned'),
              numeric: true,
              text: row => both(row.returned, row.returnedAmount),
            },
            {
              key: 'unanswered',
              label: t('books:providers.unanswered'),
              numeric: true,
              text: row => format.number(row.unanswered),
            },
            {
              key: 'fees',
              label: t('books:providers.fees'),
              numeric: true,
              text: row => feesText(row),
            },
            { key: 'half', label: t('books:providers.half'), numeric: true, text: row => days(row.delayP50) },
            { key: 'most', label: t('books:providers.most'), numeric: true, text: row => days(row.delayP95) },
            {
              key: 'reasons',
              label: t('books:providers.reasons'),
              text: row =>
                row.reasons.map(({ code, payments }) => `${code || '?'} ${format.number(payments)}`).join(', ') || '–',
            },
          ]}
        />
      </Section>
    </>
  )
}
