import { redirect } from 'react-router'
import { doorsOf } from '../load-context.ts'
import type { ActionArgs } from '../route.ts'

export async function action({ request, context }: ActionArgs) {
  const { cookies } = await doorsOf(context).staff.signOut(request.headers)
  const headers = new Headers()
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return redirect('/console/sign-in', { status: 303, headers })
}

export function loader() {
  return redirect('/console')
}
