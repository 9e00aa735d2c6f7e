import { redirect } from 'react-router'
import { isLanguage } from '#kernel'
import { languageCookie, schemeCookie } from '../language.ts'
import type { ActionArgs } from '../route.ts'
import { ownPath } from './own-path.ts'

const year = 365 * 24 * 3600
const schemes = ['light', 'dark', 'auto']

/** Keeps the reader's language or light and dark, and goes back to the page. A plain form: it works without a script. */
export async function action({ request }: ActionArgs) {
  const form = await request.formData()
  const [language, scheme] = [String(form.get('language') ?? ''), String(form.get('scheme') ?? '')]
  const headers = new Headers()
  if (isLanguage(language)) headers.append('set-cookie', cookie(languageCookie, language))
  if (schemes.includes(scheme)) headers.append('set-cookie', cookie(schemeCookie, scheme))
  return redirect(ownPath(form.get('back')), { status: 303, headers })
}

export function loader() {
  return redirect('/console')
}

function cookie(name: string, value: string): string {
  return `${name}=${value}; Path=/console; Max-Age=${year}; HttpOnly; SameSite=Lax`
}
