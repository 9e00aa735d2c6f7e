import { redirect } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import { BrokenForm, readComingFile } from '../multipart.ts'
import type { ActionArgs } from '../route.ts'
import { guarded } from './guard.ts'

/** Attaches a paper: the file is taken in as it arrives. What came of it is said on the page that sent it. */
export const action = guarded('household.write', async ({ params, request, context }: ActionArgs) => {
  const draft = parseId<'Draft'>(params.draft ?? '')
  if (!draft || !request.body) throw new Response(null, { status: 404 })
  const told = (code: string) =>
    redirect(`/console/declarations/${draft}/summary?paper=${code}#papers`, { status: 303 })
  const coming = await readComingFile(request.headers.get('content-type') ?? '', request.body)
  if (!coming.ok) return told('form_malformed')
  const { fields, name, bytes } = coming.value
  const id = parseId<'Evidence'>(fields.id ?? '')
  if (!id) return told('form_malformed')
  const asked = { id, draft, kind: fields.kind ?? '', name, bytes }
  const attached = await doorsOf(context)
    .console.attachPaper(staffOf(context), asked)
    .catch((error: unknown) => {
      if (error instanceof BrokenForm) return { ok: false as const, refusal: { code: 'form_malformed' } }
      throw error
    })
  if (attached.ok) return told('attached')
  if (attached.refusal.code === 'draft_unknown') throw new Response(null, { status: 404 })
  return told(attached.refusal.code)
})

/** Nothing is to be read here. */
export const loader = guarded('household.write', async () => {
  throw new Response(null, { status: 404 })
})
