import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { programmeRefusalText } from '../console/programme-refusal.tsx'
import { inLanguage } from '../language.ts'
import { doorsOf, inTimeOf, speechOf } from '../load-context.ts'
import type { HouseholdProgramme } from '../programme-door.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { doorOf } from './own.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const programmes = await doorOf(doorsOf(context).citizen).ownProgrammes(request.headers)
  if (!programmes) throw redirect(inLanguage('/dossier', speechOf(context).language))
  // Ids are made before they are sent: sent twice, it is one application.
  const id = newId<'Application'>() as string
  return inTimeOf(context, { programmes, id, sent: new URL(request.url).searchParams.has('sent') })
}

export async function action({ request, context }: ActionArgs) {
  const { language } = speechOf(context)
  const form = await request.formData()
  const id = parseId<'Application'>(String(form.get('id') ?? ''))
  const pack = String(form.get('pack') ?? '')
  if (!id) throw new Response(null, { status: 400 })
  const answer = await doorOf(doorsOf(context).citizen).applyForOwn(request.headers, { id, pack })
  if (!answer) return redirect(inLanguage('/dossier', language), { status: 303 })
  if (answer.ok) return redirect(`${inLanguage('/dossier/programmes', language)}?sent`, { status: 303 })
  return data({ pack, refusal: answer.refusal }, { status: 422 })
}

/** Where the own household stands in each programme, and the button by which it asks for one. */
export default function OwnProgrammes() {
  const { programmes, id, sent } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, say, language } = useSpeech()
  const title = t('programme:own.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{title}</h1>
        <p>
          <a href={inLanguage('/dossier', language)}>{t('citizen:declare.back')}</a>
        </p>
        {sent ? (
          <p className="told" role="status">
            {t('programme:own.sent')}
          </p>
        ) : null}
      </div>
      {programmes.map(programme => (
        <section key={programme.pack} className="section" aria-label={say(programme.name)}>
          <h2>{say(programme.name)}</h2>
          <OneProgramme
            programme={programme}
            id={id}
            refused={answer?.pack === programme.pack ? answer.refusal : undefined}
          />
        </section>
      ))}
    </div>
  )
}

type Shown = {
  readonly programme: HouseholdProgramme
  readonly id: string
  readonly refused: { readonly code: string } | undefined
}

function OneProgramme({ programme, id, refused }: Shown) {
  const speech = useSpeech()
  const { t, say, format, language } = speech
  const { state, refusal, applications, steps, conditions } = programme
  const last = applications[0]
  const rank = state === 'waiting' ? steps.find(step => step.rank !== null)?.rank : undefined
  return (
    <>
      <p>{state ? t(`programme:own.state.${state}`) : t('programme:own.state.none')}</p>
      {rank ? <p>{t('programme:own.rank', { number: format.number(rank) })}</p> : null}
      {state === 'refused' && last ? (
        <ul>
          {last.refusals.map(each => (
            <li key={each.en}>{say(each)}</li>
          ))}
        </ul>
      ) : null}
      {conditions.map(({ code, label, month, step }) => (
        <p key={code}>{t(`programme:own.condition.${step}`, { condition: say(label), month: format.month(month) })}</p>
      ))}
      {state === 'refused' || state === 'suspended' || conditions.some(each => each.step !== 'restored') ? (
        <p>
          {t('programme:own.contest')}{' '}
          <a href={inLanguage('/dossier/corrections', language)}>{t('programme:own.contestBy')}</a>
        </p>
      ) : null}
      {refused ? (
        <p className="problem" role="alert">
          {programmeRefusalText(refused, speech)}
        </p>
      ) : null}
      {refusal === null ? (
        <form method="post">
          <input type="hidden" name="id" value={id} />
          <button type="submit" name="pack" value={programme.pack} className="button">
            {t('programme:own.apply')}
          </button>
        </form>
      ) : state === null ? (
        <p>{programmeRefusalText(refusal, speech)}</p>
      ) : null}
    </>
  )
}
