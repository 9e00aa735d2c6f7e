import { Link, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { ReceiptLines } from '../components/receipt-lines.tsx'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { Heading } from './parts.tsx'

export const loader = guarded('payment.read', async ({ params, context }) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const receipt = await doorsOf(context).console.receipt(staffOf(context), household, params.payment ?? '')
  if (!receipt) throw new Response(null, { status: 404 })
  return inTimeOf(context, { receipt, household })
})

/** The receipt of one payment of a household, at the desk. */
export default function Receipt() {
  const { receipt, household } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading
        title={t('receipts:receipt.title')}
        over={<Link to={`/console/households/${household}/statement`}>{t('receipts:statement.title')}</Link>}
      />
      <ReceiptLines receipt={receipt} />
    </>
  )
}
