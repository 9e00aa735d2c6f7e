import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { clientOf, doorsOf, speechOf } from '../load-context.ts'
import type { PreRegistrationDoor } from '../pre-registration.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { PhoneForm } from './phone-form.tsx'
import { TryIt } from './try-it.tsx'

/** A page that nothing can send a code for is not there. */
export function preRegistrationDoorOf(door: PreRegistrationDoor | undefined): PreRegistrationDoor {
  if (!door) throw new Response(null, { status: 404 })
  return door
}

export async function loader({ request, context }: LoaderArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  if (await door.shown(request.headers)) throw redirect(inLanguage('/preinscription/moi', language))
  return { demonstration: door.demonstration, over: new URL(request.url).searchParams.has('over') }
}

export async function action({ request, context }: ActionArgs) {
  const door = preRegistrationDoorOf(doorsOf(context).preRegistration)
  const { language } = speechOf(context)
  const form = await request.formData()
  const phone = String(form.get('phone') ?? '')
  const asked = await door.ask({ phone, client: clientOf(context), language })
  if (!asked.ok) {
    const { code } = asked.refusal
    return data({ phone, refusal: asked.refusal }, { status: code === 'phone_malformed' ? 422 : 429 })
  }
  const headers = new Headers()
  for (const cookie of asked.value.cookies) headers.append('set-cookie', cookie)
  return redirect(inLanguage('/preinscription/code', language), { status: 303, headers })
}

/** What pre-registering is, and the telephone to begin with. */
export default function PreRegistration() {
  const { demonstration, over } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  const title = t('registration:own.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p className="lead">{t('registration:own.lead')}</p>
        <ul className="rights">
          <li>{t('registration:own.about.time')}</li>
          <li>{t('registration:own.about.documents')}</li>
          <li>{t('registration:own.about.kept')}</li>
        </ul>
        <PhoneForm
          lead={t('registration:own.phoneLead')}
          phone={answer?.phone}
          refusal={answer?.refusal}
          over={over}
          malformed={t('registration:own.phoneMalformed')}
        />
        {demonstration ? <TryIt phones={[]} /> : null}
      </div>
    </div>
  )
}
