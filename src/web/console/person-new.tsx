import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { isLanguage, languages, newId, parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import { type DocumentAnswers, documentAnswers, personAnswers } from '../person-answers.ts'
import type { RegistrationAsked } from '../registration-door.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { DocumentFields, PersonFields } from './person-fields.tsx'
import { RegistrationCheck } from './registration-check.tsx'

const DOCUMENTS = [0, 1] as const
const noDocument = (): DocumentAnswers => ({
  id: newId<'PersonDocument'>(),
  type: '',
  number: '',
  issuer: '',
  issued_on: '',
  expires_on: '',
})

export const loader = guarded('person.register', async ({ request, context }: LoaderArgs) => {
  const asked = new URL(request.url).searchParams.get('from')
  const from = asked === null ? undefined : parseId<'PreRegistration'>(asked)
  const form =
    asked === null || from ? await doorsOf(context).console.registrationForm(staffOf(context), from) : undefined
  if (!form) throw new Response(null, { status: 404 })
  // The ids are made before anything is sent: sent twice, a person is registered once.
  return { form, person: newId<'Person'>() as string, documents: DOCUMENTS.map(noDocument) }
})

/** `check` shows who of the register is alike, `record` registers; `edit` goes back with what was said. */
export const action = guarded('person.register', async ({ request, context }: ActionArgs) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const person = parseId<'Person'>(said('person'))
  const from = parseId<'PreRegistration'>(said('from'))
  if (!person) throw new Response(null, { status: 400 })
  const [doors, reader] = [doorsOf(context).console, staffOf(context)]
  const same = parseId<'Person'>(said('same'))
  if (same) {
    if (from) await doors.closeRegistration(reader, from, { known: same })
    return redirect(`/console/persons/${same}`, { status: 303 })
  }
  const refused = said('refused').replaceAll('\r\n', '\n').slice(0, 1000)
  if (from && said('step') === 'refuse' && refused !== '') {
    await doors.closeRegistration(reader, from, { refused })
    return redirect('/console/registrations', { status: 303 })
  }
  const language = said('language')
  const asked: RegistrationAsked = {
    person,
    from,
    answers: personAnswers(said),
    documents: DOCUMENTS.map(at => documentAnswers(said, at)),
    evidence: said('evidence').slice(0, 300),
    language: isLanguage(language) ? language : 'fr',
  }
  const back = { asked, faults: [], refusal: undefined, checked: undefined }
  if (said('step') === 'edit' || said('step') === 'refuse') return data(back, { status: 422 })
  if (said('step') === 'record') {
    const others = form.getAll('others').map(String)
    const answer = await doors.recordRegistration(reader, { ...asked, others })
    if (answer.ok) return redirect(`/console/persons/${answer.value}?registered`, { status: 303 })
    const { refusal } = answer
    if (refusal.code === 'faulty') return data({ ...back, faults: refusal.faults }, { status: 422 })
    const checked = await doors.checkRegistration(reader, asked)
    return data({ ...back, refusal: refusal.code, checked: checked.ok ? checked.value : undefined }, { status: 422 })
  }
  const checked = await doors.checkRegistration(reader, asked)
  if (!checked.ok) return data({ ...back, faults: checked.refusal }, { status: 422 })
  return data({ ...back, checked: checked.value })
})

/** Registers somebody at a desk: what is known and shown, who is alike, a second look, then the register. */
export default function PersonNew() {
  const { form, person, documents } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  const asked = answer?.asked
  const faults = answer?.faults ?? []
  const home = <Link to="/console/registrations">{t('registration:list.title')}</Link>
  const over = form.from ? (
    <>
      {home} · <bdi className="number">{form.from.reference}</bdi>
    </>
  ) : (
    home
  )
  const title = answer?.checked ? t('registration:desk.checkTitle') : t('registration:desk.title')
  return (
    <>
      <Heading title={title} over={over} />
      {faults.length > 0 ? (
        <Alert color="red" role="alert" variant="light" className="narrow" title={t('registration:own.problem')}>
          {t('registration:desk.faults', { count: faults.length })}
        </Alert>
      ) : null}
      {answer?.refusal ? (
        <Alert color="red" role="alert" variant="light" className="narrow">
          {t(`registration:desk.refusal.${answer.refusal}`)}
        </Alert>
      ) : null}
      {answer?.checked && asked ? (
        <RegistrationCheck asked={asked} checked={answer.checked} />
      ) : (
        <>
          <Form method="post" className="narrow stack">
            <input type="hidden" name="person" value={asked?.person ?? person} />
            <input type="hidden" name="from" value={form.from?.id ?? ''} />
            <PersonFields answers={asked?.answers ?? form.answers} faults={faults} places={form.places} />
            {DOCUMENTS.map(at => (
              <fieldset key={at} className="event-part">
                <legend>{t(`registration:part.document${at}`)}</legend>
                <DocumentFields at={at} answers={asked?.documents[at] ?? documents[at]!} faults={faults} />
              </fieldset>
            ))}
            <TextInput
              name="evidence"
              label={t('registration:desk.evidence')}
              description={t('registration:desk.evidenceHint')}
              maxLength={300}
              autoComplete="off"
              defaultValue={asked?.evidence ?? ''}
            />
            <NativeSelect
              name="language"
              label={t('registration:desk.language')}
              defaultValue={asked?.language ?? form.language}
              data={languages.map(each => ({ value: each, label: t(`site:languageName.${each}`) }))}
            />
            <div>
              <Button type="submit" name="step" value="check">
                {t('registration:desk.check')}
              </Button>
            </div>
          </Form>
          {form.from ? <Refuse person={person} from={form.from.id} /> : null}
        </>
      )}
    </>
  )
}

function Refuse({ person, from }: { person: string; from: string }) {
  const { t } = useSpeech()
  return (
    <Section title={t('registration:desk.refuseTitle')}>
      <Form method="post" className="narrow stack">
        <input type="hidden" name="person" value={person} />
        <input type="hidden" name="from" value={from} />
        <TextInput
          name="refused"
          label={t('registration:desk.refuseWhy')}
          required
          maxLength={1000}
          autoComplete="off"
        />
        <div>
          <Button type="submit" name="step" value="refuse" variant="default">
            {t('registration:desk.refuse')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}
