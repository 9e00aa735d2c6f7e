import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Form, Link, useLoaderData } from 'react-router'
import type { JournalRow, LedgerPage } from '../books-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { journalColumns } from './journal-columns.ts'
import { Figures, Heading, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'
import { Table } from './table.tsx'

export const loader = guarded('budget.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const [at, line, account] = [
    searchParams.get('at') ?? '',
    searchParams.get('line') ?? '',
    searchParams.get('account') ?? '',
  ]
  const page = await doorsOf(context).console.ledger(staffOf(context), { at, line, account })
  return inTimeOf(context, { page, asked: { at, line, account } })
})

/** The books as they stood at an instant: every account, what moved on one, and the journal to take away. */
export default function Ledger() {
  const { page, asked } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  if (!page) {
    return (
      <>
        <Heading title={t('books:ledger.title')} />
        <PaymentTabs />
        <p className="empty">{t('books:wholeCountry')}</p>
      </>
    )
  }
  const csv = `/console/payments/ledger.csv?${new URLSearchParams({ at: asked.at, line: asked.line })}`
  return (
    <>
      <Heading title={t('books:ledger.title')} />
      <PaymentTabs />
      <p className="soft">{t('books:ledger.what')}</p>
      <Ask lines={page.lines} asked={asked} />
      {page.totals.map(total => (
        <Figures
          key={total.debits.currency}
          figures={[
            { label: t('books:ledger.debits'), value: format.money(total.debits) },
            { label: t('books:ledger.credits'), value: format.money(total.credits) },
          ]}
        />
      ))}
      <Balances page={page} asked={asked} />
      {page.movements ? <Movements rows={page.movements} /> : null}
      <p className="take">
        <Link to={csv} reloadDocument download>
          {t('books:ledger.export')}
        </Link>
      </p>
    </>
  )
}

type Asked = { readonly at: string; readonly line: string; readonly account: string }

function Ask({ lines, asked }: { lines: LedgerPage['lines']; asked: Asked }) {
  const { t } = useSpeech()
  return (
    <Form method="get" className="narrow stack">
      <TextInput
        name="at"
        type="datetime-local"
        label={t('books:ledger.at')}
        description={t('books:ledger.atHow')}
        defaultValue={asked.at}
      />
      <NativeSelect
        name="line"
        label={t('console:run.budgetLine')}
        defaultValue={asked.line}
        data={[
          { value: '', label: t('books:ledger.allLines') },
          ...lines.map(({ code, label }) => ({ value: code, label: `${code} · ${label}` })),
        ]}
      />
      <div>
        <Button type="submit" variant="default">
          {t('books:ledger.show')}
        </Button>
      </div>
    </Form>
  )
}

function Balances({ page, asked }: { page: LedgerPage; asked: Asked }) {
  const { t, say, format } = useSpeech()
  const opened = (account: number) => {
    const { at, line } = asked
    return `/console/payments/ledger?${new URLSearchParams({ at, line, account: String(account) })}#movements`
  }
  return (
    <Section title={t('books:ledger.balances')}>
      <Table
        caption={t('books:ledger.balances')}
        quietCaption
        rows={page.balances}
        keyOf={row => String(row.account)}
        empty={t('books:ledger.none')}
        columns={[
          { key: 'line', label: t('console:run.budgetLine'), text: row => row.budgetLine },
          {
            key: 'kind',
            label: t('books:ledger.account'),
            text: row => t(`books:account.${row.kind}`),
            cell: row => <Link to={opened(row.account)}>{t(`books:account.${row.kind}`)}</Link>,
          },
          {
            key: 'purpose',
            label: t('console:column.programme'),
            text: row => (row.purpose ? say(row.purpose) : '–'),
          },
          { key: 'provider', label: t('console:column.provider'), text: row => row.provider ?? '–' },
          { key: 'debits', label: t('books:ledger.debit'), numeric: true, text: row => format.money(row.debits) },
          { key: 'credits', label: t('books:ledger.credit'), numeric: true, text: row => format.money(row.credits) },
          { key: 'balance', label: t('books:ledger.balance'), numeric: true, text: row => format.money(row.balance) },
        ]}
      />
    </Section>
  )
}

/** From a movement to its run, from the run to its instructions, and from each of these to the family. */
function Movements({ rows }: { rows: readonly JournalRow[] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <div id="movements">
      <Section title={t('books:ledger.movements')}>
        <Table
          caption={t('books:ledger.movements')}
          quietCaption
          rows={rows}
          keyOf={row => row.id}
          empty={t('books:ledger.none')}
          columns={journalColumns(speech).map(column =>
            column.key === 'reference'
              ? {
                  ...column,
                  cell: (row: JournalRow) =>
                    row.reference ? (
                      <Link to={`/console/payments/${row.reference}`}>
                        <bdi>{row.reference}</bdi>
                      </Link>
                    ) : (
                      '–'
                    ),
                }
              : column,
          )}
        />
      </Section>
    </div>
  )
}
