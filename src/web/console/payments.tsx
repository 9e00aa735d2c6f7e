import { useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { PaymentRuns } from './home.tsx'
import { Heading } from './parts.tsx'

export async function loader({ context }: LoaderArgs) {
  return inTimeOf(context, await doorsOf(context).console.paymentRuns(staffOf(context)))
}

export default function Payments() {
  const runs = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('console:payments.title')} />
      <PaymentRuns rows={runs} csv="/console/payments.csv" />
    </>
  )
}
