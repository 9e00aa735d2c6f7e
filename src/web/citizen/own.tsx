import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { inLanguage } from '../language.ts'
import { clientOf, doorsOf, inTimeOf, speechOf } from '../load-context.ts'
import type { CitizenDoor, OwnFile } from '../own-file.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { OwnHousehold } from './own-household.tsx'
import { PhoneForm } from './phone-form.tsx'
import { TryIt } from './try-it.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const own = await door.own(request.headers)
  const phones = own === undefined ? await door.demonstration?.phones() : undefined
  const over = own === undefined && new URL(request.url).searchParams.has('over')
  return inTimeOf(context, { own: own as OwnFile[] | undefined, phones, over })
}

/** A page that nothing can send a code for is not there. */
export function doorOf(door: CitizenDoor | undefined): CitizenDoor {
  if (!door) throw new Response(null, { status: 404 })
  return door
}

export async function action({ request, context }: ActionArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const { language } = speechOf(context)
  const form = await request.formData()
  const headers = new Headers()
  if (form.get('do') === 'leave') {
    for (const cookie of await door.leave(request.headers)) headers.append('set-cookie', cookie)
    return redirect(inLanguage('/dossier', language), { status: 303, headers })
  }
  const phone = String(form.get('phone') ?? '')
  const asked = await door.ask({ phone, client: clientOf(context), language })
  if (!asked.ok) {
    const { code } = asked.refusal
    return data({ phone, refusal: asked.refusal }, { status: code === 'phone_malformed' ? 422 : 429 })
  }
  for (const cookie of asked.value.cookies) headers.append('set-cookie', cookie)
  return redirect(inLanguage('/dossier/code', language), { status: 303, headers })
}

/** The citizen's own page: a telephone to begin with, then the household. */
export default function Own() {
  const { own, phones, over } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, language } = useSpeech()
  const title = t('citizen:own.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        {own === undefined ? (
          <PhoneForm
            lead={t('citizen:own.lead')}
            phone={answer?.phone}
            refusal={answer?.refusal}
            over={over}
            malformed={t('citizen:own.refusal.phone_malformed')}
          />
        ) : (
          <form method="post">
            <p>
              <a href={inLanguage('/dossier/declaration', language)}>{t('citizen:declare.title')}</a>
            </p>
            {own.length > 0 ? (
              <p>
                <a href={inLanguage('/dossier/programmes', language)}>{t('programme:own.title')}</a>
              </p>
            ) : null}
            {own.length > 0 ? (
              <p>
                <a href={inLanguage('/dossier/corrections', language)}>{t('citizen:correct.link')}</a>
              </p>
            ) : null}
            <p>
              <a href={inLanguage('/dossier/releve', language)}>{t('receipts:link')}</a>
            </p>
            <button type="submit" name="do" value="leave" className="plain">
              {t('citizen:own.leave')}
            </button>
          </form>
        )}
        {phones ? <TryIt phones={phones} /> : null}
      </div>
      {own?.length === 0 ? <p className="section">{t('citizen:own.none')}</p> : null}
      {own?.map(file => (
        <OwnHousehold key={file.sourceId} file={file} />
      ))}
    </div>
  )
}
