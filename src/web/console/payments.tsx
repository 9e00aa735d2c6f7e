import { useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { PaymentRuns } from './home.tsx'
import { useMay } from './may.ts'
import { Heading } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'

export const loader = guarded('payment_run.read', async ({ context }) => {
  return inTimeOf(context, await doorsOf(context).console.paymentRuns(staffOf(context)))
})

export default function Payments() {
  const runs = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const may = useMay()
  return (
    <>
      <Heading title={t('console:payments.title')} />
      <PaymentTabs />
      <PaymentRuns rows={runs} {...(may('payment_run.export') ? { csv: '/console/payments.csv' } : {})} />
    </>
  )
}
