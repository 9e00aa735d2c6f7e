import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { fieldText } from '../console/correction-text.ts'
import { nameText } from '../console/names.ts'
import { inLanguage } from '../language.ts'
import { doorsOf, inTimeOf, speechOf } from '../load-context.ts'
import type { OwnCorrections as Page } from '../own-corrections-door.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { doorOf } from './own.tsx'
import { OwnRequests } from './own-correction-requests.tsx'
import { OwnCorrectionValue } from './own-correction-value.tsx'

export async function loader({ request, context }: LoaderArgs) {
  const { searchParams } = new URL(request.url)
  const [about, field] = [searchParams.get('about') ?? '', searchParams.get('field') ?? '']
  const chosen = about === 'household' ? field : `${field}|${about}`
  const page = await doorOf(doorsOf(context).citizen).ownCorrections(request.headers, chosen)
  if (!page) throw redirect(inLanguage('/dossier', speechOf(context).language))
  // Ids are made before they are sent: sent twice, it is one request, and one paper.
  const ids = { request: newId<'Rectification'>() as string, paper: newId<'Evidence'>() as string }
  const told = { sent: searchParams.has('sent'), paper: searchParams.get('paper') }
  return inTimeOf(context, { page, about, ids, told })
}

export async function action({ request, context }: ActionArgs) {
  const { language } = speechOf(context)
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'Rectification'>(said('request'))
  if (!id) throw new Response(null, { status: 400 })
  const [field = '', person] = said('field').split('|', 2)
  const [kind, value, says] = [said('kind'), said('value').trim(), said('says').replaceAll('\r\n', '\n')]
  const asked = { id, field, person: person ?? null, value: kind === '' ? value : `${kind} ${value}`, says, language }
  const answer = await doorOf(doorsOf(context).citizen).askOwnCorrection(request.headers, asked)
  if (!answer) return redirect(inLanguage('/dossier', language), { status: 303 })
  const here = inLanguage('/dossier/corrections', language)
  if (answer.ok) return redirect(`${here}?sent#${id}`, { status: 303 })
  return data({ code: answer.refusal.code, kind, value, says }, { status: 422 })
}

/** A person asks that something recorded be put right: about whom, what, the right value and why; then what was answered. */
export default function OwnCorrections() {
  const { page, about, ids, told } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, language } = speech
  const group = page.groups.find(({ of }) => of === about)
  const title = t('citizen:correct.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{page.chosen ? fieldText(page.chosen.field, speech) : title}</h1>
        <p>
          {group ? (
            <a href={inLanguage('/dossier/corrections', language)}>{t('citizen:correct.again')}</a>
          ) : (
            <a href={inLanguage('/dossier', language)}>{t('citizen:declare.back')}</a>
          )}
        </p>
        {told.sent ? (
          <p className="told" role="status">
            {t('citizen:correct.sent')}
          </p>
        ) : null}
        {told.paper ? <PaperTold code={told.paper} /> : null}
        {group && page.chosen ? (
          <OwnCorrectionValue chosen={page.chosen} request={ids.request} answer={answer} />
        ) : group ? (
          <What group={group} />
        ) : (
          <Whom groups={page.groups} />
        )}
      </div>
      {group ? null : <OwnRequests page={page} next={ids.paper} />}
    </div>
  )
}

function PaperTold({ code }: { code: string }) {
  const { t } = useSpeech()
  if (code === 'attached') {
    return (
      <p className="told" role="status">
        {t('citizen:correct.paper.attached')}
      </p>
    )
  }
  return (
    <p className="refusal" role="alert">
      {t(`citizen:correct.paper.refusal.${code}`)}
    </p>
  )
}

function Whom({ groups }: { groups: Page['groups'] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      <p className="lead">{t('citizen:correct.lead')}</p>
      <h2>{t('citizen:correct.whom')}</h2>
      <ul className="choices">
        {groups.map(({ of, member }) => (
          <li key={of}>
            <a href={`?about=${of}`}>{member ? nameText(member, speech) : t('citizen:correct.household')}</a>
          </li>
        ))}
      </ul>
    </>
  )
}

function What({ group }: { group: Page['groups'][number] }) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <form method="get" className="form">
      <p className="lead">{group.member ? nameText(group.member, speech) : t('citizen:correct.household')}</p>
      <input type="hidden" name="about" value={group.of} />
      <div>
        <label htmlFor="field">{t('citizen:correct.what')}</label>
        <select id="field" name="field" required defaultValue="">
          <option value="">{t('declaration:choose')}</option>
          {group.options.map(({ value, field }) => (
            <option key={value} value={value.split('|')[0]}>
              {fieldText(field, speech)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" className="button">
        {t('citizen:correct.next')}
      </button>
    </form>
  )
}
