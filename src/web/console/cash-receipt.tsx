import { useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'
import { periodText } from './payment-columns.ts'

export const loader = guarded('cash_payment.record', async ({ params, context }) => {
  const { point = '', payment = '' } = params
  const receipt = await doorsOf(context).console.cashReceipt(staffOf(context), point, payment)
  if (!receipt) throw new Response(null, { status: 404 })
  return inTimeOf(context, { point, receipt })
})

/** The receipt of a payment at a point: two copies on one sheet, one signed by the payee. */
export default function CashReceipt() {
  const { point, receipt } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <div className="cash-receipt">
      <Heading
        title={t('cash:receipt.title')}
        over={
          <a className="take" href={`/console/points/${point}/pay`}>
            {t('cash:receipt.next')}
          </a>
        }
      />
      <p className="soft take">{t('cash:receipt.print')}</p>
      <Copy receipt={receipt} says={t('cash:receipt.forPayee')} />
      <Copy receipt={receipt} says={t('cash:receipt.forPoint')} signed />
    </div>
  )
}

type Receipt = ReturnType<typeof useLoaderData<typeof loader>>['receipt']

function Copy({ receipt, says, signed = false }: { receipt: Receipt; says: string; signed?: boolean }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const rows: readonly (readonly [string, string])[] = [
    [t('cash:receipt.number'), receipt.number],
    [t('cash:receipt.payee'), receipt.payeeName],
    [t('console:column.amount'), format.money(receipt.amount)],
    [t('cash:receipt.day'), format.instant(receipt.at)],
    [t('cash:receipt.programme'), receipt.programmes.map(say).join(', ')],
    [t('console:column.period'), receipt.periods.map(period => periodText(period, format)).join(', ')],
    [t('cash:receipt.place'), `${receipt.point} (${placeText(receipt.place, speech)})`],
    [t('cash:receipt.agent'), receipt.agent],
    [t('cash:counter.proof'), t(`cash:proof.${receipt.proof}`)],
  ]
  return (
    <section className="receipt-copy" aria-label={says}>
      <p className="soft">{says}</p>
      <dl className="pairs">
        {rows.map(([label, value]) => (
          <div className="pair" key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {signed ? <p className="signature">{t('cash:receipt.signature')}</p> : null}
    </section>
  )
}
