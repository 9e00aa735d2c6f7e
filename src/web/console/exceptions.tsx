import { Alert, Button, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import type { ExceptionRow } from '../books-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Pair } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'

export const loader = guarded('payment_run.read', async ({ request, context }) => {
  const closed = new URL(request.url).searchParams.has('closed')
  const page = await doorsOf(context).console.exceptions(staffOf(context), closed)
  return { page, closed }
})

export const action = guarded('payment_run.send', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const asked = { file: said('file'), line: said('line'), reason: said('reason').slice(0, 1000) }
  const closed = await doorsOf(context).console.closeException(staffOf(context), asked)
  if (closed.ok) return redirect('/console/payments/exceptions', { status: 303 })
  return data({ ...asked, code: closed.refusal.code }, { status: 422 })
})

/** Answers of providers that moved no money, or moved it back: each is looked at, and closed by a person with a reason. */
export default function Exceptions() {
  const { page, closed } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('books:exceptions.title')} />
      <PaymentTabs />
      <p className="soft">{t('books:exceptions.what')}</p>
      {page === undefined ? <p className="empty">{t('books:wholeCountry')}</p> : null}
      {page && page.rows.length === 0 ? <p className="empty">{t('books:exceptions.none')}</p> : null}
      {page?.rows.map(row => (
        <Exception key={`${row.file} ${row.line}`} row={row} mayClose={page.mayClose} />
      ))}
      {page?.more ? <p className="soft">{t('books:more')}</p> : null}
      {page ? (
        <p>
          {closed ? (
            <Link to="/console/payments/exceptions">{t('books:exceptions.openOnly')}</Link>
          ) : (
            <Link to="/console/payments/exceptions?closed">{t('books:exceptions.all')}</Link>
          )}
        </p>
      ) : null}
    </>
  )
}

function Exception({ row, mayClose }: { row: ExceptionRow; mayClose: boolean }) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  const id = `e-${row.file}-${row.line}`
  const refused = given?.file === row.file && given.line === String(row.line) ? given : undefined
  const reference = /^[0-9A-Z]{10}(?=-)/.exec(row.endToEndId)?.[0]
  return (
    <article className="anomaly" aria-labelledby={id}>
      <h2 id={id}>
        <span className="badge doubt">{t(`books:class.${row.class}`)}</span>{' '}
        <bdi className="whole">{row.endToEndId || '–'}</bdi>
      </h2>
      <p>{t(`books:classSays.${row.class}`)}</p>
      <dl className="pairs">
        <Pair label={t('console:column.provider')} text={row.provider} />
        <Pair label={t('books:exceptions.answered')} text={row.answered ? format.money(row.answered) : '–'} />
        <Pair label={t('books:exceptions.expected')} text={row.expected ? format.money(row.expected) : '–'} />
        <Pair label={t('books:exceptions.status')} text={[row.status, row.reason].filter(Boolean).join(' ') || '–'} />
        <Pair label={t('books:exceptions.day')} text={row.day ? format.date(row.day) : '–'} />
      </dl>
      {reference ? (
        <p>
          <Link to={`/console/payments/${reference}`}>{t('books:exceptions.run')}</Link>
        </p>
      ) : null}
      {row.closedBecause !== null ? (
        <p>
          {t('books:exceptions.closed')} <q>{row.closedBecause}</q>
        </p>
      ) : null}
      {row.closedBecause === null && mayClose ? (
        <Form method="post" className="decide">
          {refused ? (
            <Alert color="red" role="alert" variant="light">
              {t(`books:closing.${refused.code}`)}
            </Alert>
          ) : null}
          <input type="hidden" name="file" value={row.file} />
          <input type="hidden" name="line" value={row.line} />
          <TextInput
            name="reason"
            label={t('books:exceptions.reason')}
            maxLength={1000}
            defaultValue={refused?.reason ?? ''}
          />
          <Button type="submit" variant="default">
            {t('books:exceptions.close')}
          </Button>
        </Form>
      ) : null}
    </article>
  )
}
