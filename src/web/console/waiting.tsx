import { Alert, Button, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import type { WaitingRow } from '../books-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'
import { periodText } from './payment-columns.ts'
import { PaymentTabs } from './payment-tabs.tsx'

export const loader = guarded('payment_run.read', async ({ context }) => {
  return inTimeOf(context, await doorsOf(context).console.waiting(staffOf(context)))
})

export const action = guarded('payment_run.send', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const decision = (['pay', 'stop'] as const).find(each => each === said('decision'))
  if (!decision) throw new Response(null, { status: 400 })
  const asked = { entitlement: said('entitlement'), decision, reason: said('reason').slice(0, 1000) }
  const decided = await doorsOf(context).console.decideWaiting(staffOf(context), asked)
  if (decided.ok) return redirect(`/console/payments/waiting#${asked.entitlement}`, { status: 303 })
  return data({ ...asked, code: decided.refusal.code }, { status: 422 })
})

/** Payments that wait: why, what would make each payable, and a person's yes or no where it may be answered for. */
export default function Waiting() {
  const rows = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('books:waiting.title')} />
      <PaymentTabs />
      <p className="soft">{t('books:waiting.what')}</p>
      {rows.length === 0 ? <p className="empty">{t('books:waiting.none')}</p> : null}
      {rows.map(row => (
        <Wait key={row.entitlement} row={row} />
      ))}
    </>
  )
}

function Wait({ row }: { row: WaitingRow }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const may = useMay()
  const given = useActionData<typeof action>()
  const refused = given?.entitlement === row.entitlement ? given : undefined
  return (
    <article className="anomaly" id={row.entitlement} aria-labelledby={`w-${row.entitlement}`}>
      <h2 id={`w-${row.entitlement}`}>
        {say(row.programme)} · {periodText(row.period, format)} · {format.money(row.amount)}
      </h2>
      <p>
        <span className="badge doubt">{t(`console:leftOut.${row.reason}`)}</span>{' '}
        {row.code ? <bdi>{row.code}</bdi> : null} <span className="soft">{placeText(row.territory, speech)}</span>
      </p>
      <p className="soft">
        {t('books:waiting.since', { date: format.instant(row.since) })} ·{' '}
        <Link to={`/console/payments/${encodeURIComponent(row.reference)}`}>
          <bdi>{row.reference}</bdi>
        </Link>
        {row.payee && may('household.read') ? (
          <>
            {' '}
            · <Link to={`/console/persons/${row.payee}`}>{t('books:waiting.person')}</Link>
          </>
        ) : null}
      </p>
      <p>{row.payable ? t('books:waiting.decide') : t('books:waiting.fix')}</p>
      {may('payment_run.send') ? (
        <Form method="post" className="decide">
          {refused ? (
            <Alert color="red" role="alert" variant="light">
              {t(`books:deciding.${refused.code}`)}
            </Alert>
          ) : null}
          <input type="hidden" name="entitlement" value={row.entitlement} />
          <TextInput
            name="reason"
            label={t('books:waiting.reason')}
            maxLength={1000}
            defaultValue={refused?.reason ?? ''}
          />
          <div className="buttons">
            {row.payable ? (
              <Button type="submit" name="decision" value="pay">
                {t('books:waiting.pay')}
              </Button>
            ) : null}
            <Button type="submit" name="decision" value="stop" variant="default">
              {t('books:waiting.stop')}
            </Button>
          </div>
        </Form>
      ) : null}
    </article>
  )
}
