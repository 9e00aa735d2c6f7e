import { data, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { answersIn, fieldName } from '../console/declaration-answers.ts'
import { factText } from '../console/fact-text.ts'
import type { QuestionRow } from '../declaration-door.ts'
import { inLanguage } from '../language.ts'
import { doorsOf, speechOf } from '../load-context.ts'
import type { OwnDeclaration as Own } from '../own-declaration-door.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { doorOf } from './own.tsx'

type Begun = Extract<Own, { readonly draft: unknown }>

export async function loader({ request, context }: LoaderArgs) {
  const part = new URL(request.url).searchParams.get('part') ?? ''
  const own = await doorOf(doorsOf(context).citizen).ownDeclaration(request.headers, part)
  if (!own) throw redirect(inLanguage('/dossier', speechOf(context).language))
  return { own, last: part === 'summary' }
}

/** Begins, saves a part and goes to the next, or sends all of it to the desk. */
export async function action({ request, context }: ActionArgs) {
  const door = doorOf(doorsOf(context).citizen)
  const form = await request.formData()
  const go = form.get('go')
  const here = inLanguage('/dossier/declaration', speechOf(context).language)
  const to = (part: string) => redirect(`${here}?part=${part}`, { status: 303 })
  if (go === 'begin') {
    const begun = await door.declareOwn(request.headers, { go })
    return begun?.ok === false ? data({ refused: true }, { status: 409 }) : to('')
  }
  const part = String(form.get('part') ?? '')
  const draft = parseId<'Draft'>(String(form.get('draft') ?? ''))
  const version = Number(form.get('version'))
  const own = await door.ownDeclaration(request.headers, part)
  if (!own || !('draft' in own) || !draft || !Number.isSafeInteger(version)) return to('')
  const changes = go === 'send' ? [] : answersIn(form, own.page).changes
  const done = await door.declareOwn(request.headers, { go: go === 'send' ? 'send' : 'save', draft, version, changes })
  if (!done?.ok) return data({ refused: true }, { status: 409 })
  if (go === 'send') return to('summary')
  const at = own.steps.findIndex(({ name }) => name === own.page.step)
  return to(own.steps[at + 1]?.name ?? 'summary')
}

/** A family declares its household again, a part a page, then reads it over and sends it. */
export default function OwnDeclaration() {
  const { own, last } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t, say, language } = useSpeech()
  const title = t('citizen:declare.title')
  return (
    <div className="page own">
      <title>{t('site:title', { page: answer ? t('console:errorTitle', { page: title }) : title })}</title>
      <div className="opening">
        <h1>{'draft' in own && !last && own.state === 'open' ? say(own.page.label) : title}</h1>
        <p>
          <a href={inLanguage('/dossier', language)}>{t('citizen:declare.back')}</a>
        </p>
        {answer ? (
          <p className="refusal" role="alert">
            {t('citizen:declare.refused')}
          </p>
        ) : null}
        <Body own={own} last={last} />
      </div>
    </div>
  )
}

function Body({ own, last }: { own: Own; last: boolean }) {
  const { t } = useSpeech()
  if (own.state === 'desk') return <p className="lead">{t('citizen:declare.desk')}</p>
  if (!('draft' in own)) {
    return (
      <form method="post" className="form">
        <p className="lead">{t('citizen:declare.lead')}</p>
        <button type="submit" name="go" value="begin" className="button">
          {t('citizen:declare.begin')}
        </button>
      </form>
    )
  }
  if (own.state === 'waiting') return <p className="lead">{t('citizen:declare.waits', { number: own.number })}</p>
  return last ? <Over own={own} /> : <Part own={own} />
}

function Part({ own }: { own: Begun }) {
  const { t, language } = useSpeech()
  const { page } = own
  return (
    <form method="post" className="form">
      <input type="hidden" name="part" value={page.step} />
      <input type="hidden" name="draft" value={own.draft} />
      <input type="hidden" name="version" value={own.version} />
      {page.units.map(({ member, questions }) => (
        <fieldset key={member?.key ?? ''} className="own-part">
          {member ? (
            <legend>{(language === 'ar' ? member.name.arabic : member.name.latin) ?? member.name.latin}</legend>
          ) : null}
          {questions.map(row => (
            <Question key={row.name} member={member?.key ?? null} row={row} />
          ))}
        </fieldset>
      ))}
      <button type="submit" name="go" value="save" className="button">
        {t('citizen:declare.next')}
      </button>
    </form>
  )
}

function Question({ member, row }: { member: string | null; row: QuestionRow }) {
  const { t, say } = useSpeech()
  const name = fieldName(member, row.name)
  const unknown = <option value="unknown">{t('declaration:unknown')}</option>
  const choices =
    row.input === 'yes_no'
      ? [
          { code: 'true', text: t('console:yes') },
          { code: 'false', text: t('console:no') },
        ]
      : row.codes.map(({ code, words }) => ({ code, text: say(words) }))
  return (
    <div>
      <label htmlFor={name}>{say(row.question)}</label>
      {row.help ? (
        <span className="hint" id={`${name}-hint`}>
          {say(row.help)}
        </span>
      ) : null}
      {choices.length > 0 ? (
        <select id={name} name={name} defaultValue={row.value}>
          <option value="">{t('declaration:choose')}</option>
          {choices.map(({ code, text }) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
          {row.required ? null : unknown}
        </select>
      ) : (
        <input
          id={name}
          name={name}
          type={row.input === 'date' ? 'date' : 'text'}
          inputMode={row.input === 'date' ? undefined : 'decimal'}
          defaultValue={row.value === 'unknown' ? '' : row.value}
          maxLength={20}
          autoComplete="off"
        />
      )}
    </div>
  )
}

/** Read over, then sent; what is wrong is said first. */
function Over({ own }: { own: Begun }) {
  const speech = useSpeech()
  const { t, say, language } = speech
  return (
    <>
      {own.errors.length > 0 ? (
        <p className="refusal" role="alert">
          {t('citizen:declare.wrong')} {own.errors.flatMap(({ about }) => about.map(say)).join(', ')}
        </p>
      ) : null}
      {own.parts.map(({ step, label, units }) => (
        <section key={step}>
          <h2>{say(label)}</h2>
          {units.map(({ member, facts }) => (
            <div key={member?.latin ?? member?.arabic ?? ''}>
              {member ? <h3>{(language === 'ar' ? member.arabic : member.latin) ?? member.latin}</h3> : null}
              <dl className="own-facts">
                {facts.map(fact => (
                  <div key={fact.name}>
                    <dt>{say(fact.label)}</dt>
                    <dd>{factText(fact.value, speech)}</dd>
                  </div>
                ))}
              </dl>
            </div>
          ))}
          {own.steps.some(({ name }) => name === step) ? <a href={`?part=${step}`}>{t('declaration:change')}</a> : null}
        </section>
      ))}
      <form method="post" className="form">
        <input type="hidden" name="draft" value={own.draft} />
        <input type="hidden" name="version" value={own.version} />
        <button type="submit" name="go" value="send" className="button">
          {t('citizen:declare.send')}
        </button>
      </form>
    </>
  )
}
