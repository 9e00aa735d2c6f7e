import { redirect } from 'react-router'
import { clientOf, doorsOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { ownPath } from './own-path.ts'

/** Where the outside provider sends back: a session, or the sign-in page with the reason. */
export async function loader({ request, context }: LoaderArgs) {
  const { staff } = doorsOf(context)
  if (staff.outside === undefined) throw new Response(null, { status: 404 })
  const asked = new Headers(request.headers)
  asked.set('socle-client', clientOf(context))
  const answer = await staff.finishOutside(asked, new URL(request.url).searchParams)
  if (!answer.ok) return redirect(`/console/sign-in?refused=${answer.refusal.code}`, { status: 303 })
  const headers = new Headers()
  for (const cookie of answer.value.cookies) headers.append('set-cookie', cookie)
  const next = ownPath(answer.value.next)
  const to = answer.value.codeAwaited ? `/console/sign-in/code?next=${encodeURIComponent(next)}` : next
  return redirect(to, { status: 303, headers })
}
