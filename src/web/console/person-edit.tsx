import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { type DocumentAnswers, documentAnswers, personAnswers } from '../person-answers.ts'
import type { PersonChange, PersonChangeRefusal, PersonForm } from '../person-change.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { DocumentFields, PersonFields } from './person-fields.tsx'

export const loader = guarded('person.correct', async ({ params, context }: LoaderArgs) => {
  const id = parseId<'Person'>(params.id ?? '')
  const form = id && (await doorsOf(context).console.personForm(staffOf(context), id))
  if (!form) throw new Response(null, { status: 404 })
  return { ...inTimeOf(context, form), document: newId<'PersonDocument'>() as string }
})

/** One change at a time, each with what was shown for it. */
export const action = guarded('person.correct', async ({ params, request, context }: ActionArgs) => {
  const id = parseId<'Person'>(params.id ?? '')
  if (!id) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const channel = said('channel') === 'field' ? 'field' : 'desk'
  const shown = { evidence: said('evidence').slice(0, 300), channel } as const
  const version = said('version').slice(0, 60)
  const answers = personAnswers(said)
  const document = documentAnswers(said, 0)
  const changes: Readonly<Record<string, PersonChange>> = {
    details: { ...shown, change: 'details', version, answers },
    absence: { ...shown, change: 'absence', version, since: said('since') },
    death: { ...shown, change: 'death', on: said('on') },
    document: { ...shown, change: 'document', document },
    withdraw: { ...shown, change: 'withdraw', document: said('document') },
    alias: { ...shown, change: 'alias', until: said('until') },
    revoke: { ...shown, change: 'revoke', alias: said('alias') },
  }
  const asked = said('change')
  const change = Object.hasOwn(changes, asked) ? changes[asked] : undefined
  if (!change) throw new Response(null, { status: 400 })
  const done = await doorsOf(context).console.changePerson(staffOf(context), id, change)
  if (!done) throw new Response(null, { status: 404 })
  if (done.ok) return redirect(`/console/persons/${id}`, { status: 303 })
  return data(
    { change: change.change, answers, document, evidence: shown.evidence, refusal: done.refusal },
    { status: 422 },
  )
})

/** What may be changed of a person: details, documents, status, aliases. */
export default function PersonEdit() {
  const form = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, format } = speech
  const refused = (change: PersonChange['change']) => (answer?.change === change ? answer.refusal : undefined)
  const details = refused('details')
  const meanwhile = details?.code === 'changed_meanwhile' ? details : undefined
  const empty: DocumentAnswers = { id: form.document, type: '', number: '', issuer: '', issued_on: '', expires_on: '' }
  return (
    <>
      <Heading
        title={t('registration:edit.title')}
        over={<Link to={`/console/persons/${form.id}`}>{nameText(form.name, speech)}</Link>}
      />
      {answer?.change === 'withdraw' || answer?.change === 'revoke' ? (
        <Alert color="red" role="alert" variant="light" className="narrow">
          {t(`registration:edit.refusal.${answer.refusal.code}`)}
        </Alert>
      ) : null}
      <Section title={t('person:details')}>
        <Change change="details" refusal={details} evidence={answer?.evidence}>
          <input type="hidden" name="version" value={meanwhile?.version ?? form.version} />
          <PersonFields
            answers={details && answer ? answer.answers : form.answers}
            faults={details?.code === 'faulty' ? details.faults : []}
            places={form.places}
          />
        </Change>
      </Section>
      <Section title={t('person:documents')}>
        {form.documents.map(row => (
          <Change key={row.id} change="withdraw" refusal={undefined}>
            <input type="hidden" name="document" value={row.id} />
            <p>
              {t(`person:document.type.${row.type}`)} <bdi className="number">{row.number}</bdi>
            </p>
          </Change>
        ))}
        <Change change="document" refusal={refused('document')}>
          <DocumentFields
            at={0}
            answers={answer?.change === 'document' ? answer.document : empty}
            faults={faultsIn(refused('document'))}
          />
        </Change>
      </Section>
      <Section title={t('registration:edit.status')}>
        <Change change="absence" refusal={refused('absence')}>
          <input type="hidden" name="version" value={form.version} />
          <TextInput
            type="date"
            name="since"
            label={t('registration:edit.since')}
            description={t('registration:edit.sinceHint')}
            defaultValue={form.absentSince}
          />
        </Change>
        <Death form={form} refusal={refused('death')} />
      </Section>
      <Section title={t('registration:edit.aliases')}>
        {form.aliases.map(({ alias, until }) => (
          <Change key={alias} change="revoke" refusal={undefined}>
            <input type="hidden" name="alias" value={alias} />
            <p>
              <bdi className="number">{alias}</bdi>{' '}
              {until ? t('registration:edit.until', { date: format.date(until.slice(0, 10)) }) : null}
            </p>
          </Change>
        ))}
        <Change change="alias" refusal={refused('alias')}>
          <TextInput type="date" name="until" label={t('registration:edit.aliasUntil')} />
        </Change>
      </Section>
    </>
  )
}

const faultsIn = (refusal: PersonChangeRefusal | undefined) => (refusal?.code === 'faulty' ? refusal.faults : [])

/** A form for one change, with what was shown and by which channel. */
function Change({
  change,
  refusal,
  evidence = '',
  children,
}: {
  change: PersonChange['change']
  refusal: PersonChangeRefusal | undefined
  evidence?: string | undefined
  children: ReactNode
}) {
  const { t } = useSpeech()
  return (
    <Form method="post" className="narrow stack person-change">
      {refusal ? (
        <Alert color="red" role="alert" variant="light">
          {refusal.code === 'changed_meanwhile'
            ? t('registration:edit.refusal.changed_meanwhile', {
                by: refusal.by,
                fields: refusal.fields.map(field => t(`person:field.${field}`)).join(', '),
              })
            : t(`registration:edit.refusal.${refusal.code}`)}
        </Alert>
      ) : null}
      {children}
      <TextInput
        name="evidence"
        label={t(`registration:edit.why.${change}`)}
        required
        maxLength={300}
        autoComplete="off"
        defaultValue={evidence}
      />
      <NativeSelect
        name="channel"
        label={t('registration:edit.channel')}
        data={[
          { value: 'desk', label: t('person:channel.desk') },
          { value: 'field', label: t('person:channel.field') },
        ]}
      />
      <div>
        <Button type="submit" name="change" value={change} {...(change === 'details' ? {} : { variant: 'default' })}>
          {t(`registration:edit.do.${change}`)}
        </Button>
      </div>
    </Form>
  )
}

function Death({ form, refusal }: { form: PersonForm; refusal: PersonChangeRefusal | undefined }) {
  const { t } = useSpeech()
  if (form.isDead) return null
  const [household] = form.households
  if (household) {
    return (
      <p>
        <Link to={`/console/households/${household.id}/events/new?kind=death`}>
          {t('registration:edit.deathEvent')}
        </Link>
      </p>
    )
  }
  return (
    <Change change="death" refusal={refusal}>
      <TextInput type="date" name="on" label={t('registration:edit.diedOn')} required />
    </Change>
  )
}
