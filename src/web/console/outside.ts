import { redirect } from 'react-router'
import { doorsOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { ownPath } from './own-path.ts'

/** Sends a browser to the outside provider, with what ties the answer to it in a cookie. */
export async function loader({ request, context }: LoaderArgs) {
  const next = ownPath(new URL(request.url).searchParams.get('next'))
  const begun = await doorsOf(context).staff.beginOutside(request.headers, next)
  if (!begun) throw new Response(null, { status: 404 })
  const headers = new Headers()
  for (const cookie of begun.cookies) headers.append('set-cookie', cookie)
  return redirect(begun.location, { status: 303, headers })
}
