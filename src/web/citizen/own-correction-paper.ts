import { redirect } from 'react-router'
import { parseId } from '#kernel'
import { inLanguage } from '../language.ts'
import { doorsOf, speechOf } from '../load-context.ts'
import { BrokenForm, readComingFile } from '../multipart.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { doorOf } from './own.tsx'

/** Takes in a paper for a request of the own household, as it arrives. What came of it is said on the page that sent it. */
export async function action({ request, context }: ActionArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const { language } = speechOf(context)
  const told = (code: string) =>
    redirect(`${inLanguage('/dossier/corrections', language)}?paper=${code}`, { status: 303 })
  if (!request.body) return told('form_malformed')
  const coming = await readComingFile(request.headers.get('content-type') ?? '', request.body)
  if (!coming.ok) return told('form_malformed')
  const { fields, name, bytes } = coming.value
  const [id, of] = [parseId<'Evidence'>(fields.id ?? ''), parseId<'Rectification'>(fields.request ?? '')]
  if (!id || !of) return told('form_malformed')
  const attached = await door
    .attachOwnPaper(request.headers, { request: of, id, name, bytes })
    .catch((error: unknown) => {
      if (error instanceof BrokenForm) return { ok: false as const, refusal: { code: 'form_malformed' } }
      throw error
    })
  if (!attached) return redirect(inLanguage('/dossier', language), { status: 303 })
  return told(attached.ok ? 'attached' : attached.refusal.code)
}

/** Nothing is to be read here. */
export async function loader({ context }: LoaderArgs) {
  return redirect(inLanguage('/dossier/corrections', speechOf(context).language))
}
