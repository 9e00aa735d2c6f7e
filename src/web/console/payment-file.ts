import { doorsOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'

/** The file that goes to the providers, byte for byte as it was made. */
export const loader = guarded('payment_file.export', async ({ params, context }) => {
  const file = await doorsOf(context).console.paymentFile(staffOf(context), params.reference ?? '')
  if (!file) throw new Response(null, { status: 404 })
  return new Response(file.content, {
    headers: { 'content-type': file.type, 'content-disposition': `attachment; filename="${file.name}"` },
  })
})
