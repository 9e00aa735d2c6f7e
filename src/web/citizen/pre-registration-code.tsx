import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { doorsOf, speechOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { CodeForm } from './code-form.tsx'
import { preRegistrationDoorOf } from './pre-registration.tsx'
import { TryIt } from './try-it.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  if (!(await door.awaited(request.headers))) throw redirect(inLanguage('/preinscription', language))
  return { demonstration: door.demonstration }
}

export async function action({ request, context }: ActionArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  const entered = await door.enter(request.headers, String((await request.formData()).get('code') ?? ''))
  if (entered.ok) return redirect(inLanguage('/preinscription/moi', language), { status: 303 })
  const { refusal } = entered
  // Nothing more can be typed here: the page before says so, and asks for another.
  if (refusal.code === 'citizen_code_over' || refusal.left === 0) {
    return redirect(`${inLanguage('/preinscription', language)}?over`, { status: 303 })
  }
  return data({ left: refusal.left }, { status: 422 })
}

/** Shows that whoever pre-registers holds the telephone. */
export default function PreRegistrationCode() {
  const { demonstration } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, language } = useSpeech()
  const title = t('citizen:own.codeTitle')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p className="lead">{t('registration:own.codeLead')}</p>
        <CodeForm left={answer?.left} enter={t('registration:own.confirm')} />
        <p>
          <a href={inLanguage('/preinscription', language)}>{t('citizen:own.again')}</a>
        </p>
        {demonstration ? <TryIt phones={[]} /> : null}
      </div>
    </div>
  )
}
