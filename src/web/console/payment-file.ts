import { doorsOf, staffOf } from '../load-context.ts'
import { guarded } from './guard.ts'

/** The file that goes to the providers, byte for byte as it was made; or what one of them is ordered, in its own format. */
export const loader = guarded('payment_file.export', async ({ params, request, context }) => {
  const provider = new URL(request.url).searchParams.get('provider')
  const { console: doors } = doorsOf(context)
  const reference = params.reference ?? ''
  const file =
    provider === null
      ? await doors.paymentFile(staffOf(context), reference)
      : await doors.providerFile(staffOf(context), reference, provider)
  if (!file) throw new Response(null, { status: 404 })
  return new Response(file.content, {
    headers: { 'content-type': file.type, 'content-disposition': `attachment; filename="${file.name}"` },
  })
})
