import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { doorsOf, speechOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { CodeForm } from './code-form.tsx'
import { doorOf } from './own.tsx'
import { TryIt } from './try-it.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const { language } = speechOf(context)
  if (!(await door.awaited(request.headers))) throw redirect(inLanguage('/dossier', language))
  return { demonstration: door.demonstration !== undefined }
}

export async function action({ request, context }: ActionArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const { language } = speechOf(context)
  const entered = await door.enter(request.headers, String((await request.formData()).get('code') ?? ''))
  if (!entered.ok) {
    const { refusal } = entered
    // Nothing more can be typed here: the page before says so, and asks for another.
    if (refusal.code === 'citizen_code_over' || refusal.left === 0) {
      return redirect(`${inLanguage('/dossier', language)}?over`, { status: 303 })
    }
    return data({ left: refusal.left }, { status: 422 })
  }
  const headers = new Headers()
  for (const cookie of entered.value.cookies) headers.append('set-cookie', cookie)
  return redirect(inLanguage('/dossier', language), { status: 303, headers })
}

/** The code that came by message. The page is the same whether or not one was sent. */
export default function OwnCode() {
  const { demonstration } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, language } = useSpeech()
  const title = t('citizen:own.codeTitle')
  const again = inLanguage('/dossier', language)
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p className="lead">{t('citizen:own.codeLead')}</p>
        <CodeForm left={answer?.left} enter={t('citizen:own.enter')} />
        <p>
          <a href={again}>{t('citizen:own.again')}</a>
        </p>
        {demonstration ? <TryIt phones={[]} /> : null}
      </div>
    </div>
  )
}
