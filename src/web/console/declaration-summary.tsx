import { Button, Textarea } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { FaultRow, SummaryPage } from '../declaration-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { DeclarationHeading, FaultLine, NotSaved, Steps } from './declaration-parts.tsx'
import { factText } from './fact-text.ts'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { Papers } from './papers.tsx'
import { Section } from './parts.tsx'

const LONGEST = 500
/** What may have come of a paper that was sent. */
const TOLD = [
  'attached',
  'form_malformed',
  'no_folder',
  'kind_unknown',
  'too_many_papers',
  'attached_already',
  'file_empty',
  'file_type_not_accepted',
  'file_too_large',
  'file_infected',
]

export const loader = guarded('household.write', async ({ params, request, context }: LoaderArgs) => {
  const id = parseId<'Draft'>(params.draft ?? '')
  const page = id && (await doorsOf(context).console.declarationSummary(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  const told = new URL(request.url).searchParams.get('paper')
  const code = told !== null && TOLD.includes(told) ? told : null
  return inTimeOf(context, { ...page, next: newId<'Evidence'>() as string, told: code })
})

/** Keeps the explanations, then sends, brings up to date or drops. */
export const action = guarded('household.write', async ({ params, request, context }: ActionArgs) => {
  const draft = parseId<'Draft'>(params.draft ?? '')
  const form = await request.formData()
  const version = Number(form.get('version'))
  if (!draft || !Number.isSafeInteger(version)) throw new Response(null, { status: 400 })
  const doors = doorsOf(context).console
  const reader = staffOf(context)
  const go = String(form.get('go') ?? '')
  if (go === 'drop') {
    const dropped = await doors.dropDeclaration(reader, { draft, version })
    return dropped.ok ? redirect('/console/households/new?dropped', { status: 303 }) : refused(dropped.refusal)
  }
  if (go === 'update') {
    const updated = await doors.updateDeclaration(reader, { draft, version })
    return updated.ok ? redirect(`/console/declarations/${draft}/summary`, { status: 303 }) : refused(updated.refusal)
  }
  const keys = form.getAll('fault').map(String)
  const changes = form.getAll('says').flatMap((says, at) =>
    keys[at] === undefined
      ? []
      : [
          {
            kind: 'explains' as const,
            fault: keys[at],
            says: String(says).replaceAll('\r\n', '\n').slice(0, LONGEST),
          },
        ],
  )
  const saved = await doors.saveDeclaration(reader, { draft, version, changes, numbers: {} })
  if (!saved.ok) return refused(saved.refusal)
  if (go !== 'send') return redirect(`/console/declarations/${draft}/summary`, { status: 303 })
  const sent = await doors.submitDeclaration(reader, { draft, version: saved.value })
  return sent.ok ? redirect(`/console/households/${sent.value}?declared`, { status: 303 }) : refused(sent.refusal)

  function refused(refusal: { readonly code: string; readonly by?: string; readonly at?: Date }) {
    if (refusal.code === 'draft_unknown') throw new Response(null, { status: 404 })
    const { code, by, at } = refusal
    return data(
      inTimeOf(context, {
        refusal: { code, ...(by === undefined ? {} : { by }), ...(at ? { at: at.toISOString() } : {}) },
      }),
      { status: code === 'draft_faulty' ? 422 : 409 },
    )
  }
})

/** All that was said, to read to the family; what has to be put right or explained; then it is sent. */
export default function DeclarationSummary() {
  const page = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  const { head, errors, warnings, parts } = page
  return (
    <>
      <DeclarationHeading head={head} title={t('declaration:summary')} />
      <div className="declaration">
        <Steps head={head} step="summary" />
        <div className="declaration-page">
          {answer ? <NotSaved refusal={answer.refusal} /> : null}
          {head.waits ? <p role="status">{t('declaration:waitsSays')}</p> : null}
          <Errors draft={head.draft} errors={errors} />
          <Section title={t('declaration:readAloud')}>
            <p className="soft">{t('declaration:readAloudSays')}</p>
            {parts.map(part => (
              <Part key={part.step} part={part} draft={head.draft} />
            ))}
          </Section>
          <Papers draft={head.draft} papers={page.papers} attached={page.attached} next={page.next} told={page.told} />
          <Form method="post" className="stack" key={head.version}>
            <input type="hidden" name="version" value={head.version} />
            {warnings.length > 0 ? (
              <Section title={t('declaration:toExplain')}>
                {warnings.map(fault => (
                  <Explain key={fault.key} fault={fault} />
                ))}
              </Section>
            ) : null}
            <div className="buttons declaration-buttons">
              {answer?.refusal.code === 'household_changed' ? (
                <Button type="submit" name="go" value="update">
                  {t('declaration:update')}
                </Button>
              ) : (
                <Button type="submit" name="go" value="send">
                  {t('declaration:send')}
                </Button>
              )}
              <Button type="submit" name="go" value="save" variant="default">
                {t('declaration:save')}
              </Button>
              <Button type="submit" name="go" value="drop" variant="subtle" color="red">
                {t('declaration:drop')}
              </Button>
            </div>
          </Form>
        </div>
      </div>
    </>
  )
}

function Errors({ draft, errors }: { draft: string; errors: readonly FaultRow[] }) {
  const { t } = useSpeech()
  if (errors.length === 0) return null
  return (
    <section className="declaration-errors" aria-labelledby="errors">
      <h2 id="errors">{t('declaration:toPutRight')}</h2>
      <ul>
        {errors.map(fault => (
          <li key={fault.key}>
            <Link to={`/console/declarations/${draft}/${fault.step}?check`}>
              <FaultLine fault={fault} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Explain({ fault }: { fault: FaultRow }) {
  const { t } = useSpeech()
  return (
    <div className="declaration-explain">
      <input type="hidden" name="fault" value={fault.key} />
      <Textarea
        name="says"
        label={<FaultLine fault={fault} />}
        description={t('declaration:explainSays')}
        defaultValue={fault.explained}
        maxLength={LONGEST}
        autosize
        minRows={1}
      />
    </div>
  )
}

function Part({ part, draft }: { part: SummaryPage['parts'][number]; draft: string }) {
  const speech = useSpeech()
  const { t, say } = speech
  return (
    <section className="declaration-read">
      <h3>
        {say(part.label)} <Link to={`/console/declarations/${draft}/${part.step}`}>{t('declaration:change')}</Link>
      </h3>
      {part.units.map(({ member, facts }, at) => (
        <div key={`${part.step} ${at}`}>
          {member ? <h4>{nameText(member, speech)}</h4> : null}
          <dl className="pairs">
            {facts.map(({ name, label, value }) => (
              <div key={name} className="pair">
                <dt>{say(label)}</dt>
                <dd className={value.kind === 'unknown' ? 'soft' : undefined}>{factText(value, speech)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </section>
  )
}
