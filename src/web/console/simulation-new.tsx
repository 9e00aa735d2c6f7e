import { Alert, Button, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { doorsOf, staffOf } from '../load-context.ts'
import type { FormRefusal, SimulationForm } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { LawProblems, LawTexts } from './law-texts.tsx'
import { Heading, Section } from './parts.tsx'
import { ScenarioFields, type Typed } from './scenario-fields.tsx'
import { StudyRefused } from './study-refused.tsx'

export const loader = guarded('simulation.run', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const asked = {
    snapshot: searchParams.get('snapshot') ?? '',
    pack: searchParams.get('pack') ?? '',
    month: searchParams.get('month') ?? '',
    from: searchParams.get('from') ?? '',
  }
  const form = await doorsOf(context).console.simulationForm(staffOf(context), asked)
  if (!form) throw new Response(null, { status: 404 })
  return form.ok ? { form: form.value, refusal: undefined } : { form: undefined, refusal: form.refusal }
})

/** Begins a study. What was typed stays where it is refused. */
export const action = guarded('simulation.run', async ({ request, context }) => {
  const form = await request.formData()
  const entries = [...form].map(([field, value]): [string, string] => [field, String(value)])
  const typed = { name: String(form.get('name') ?? ''), study: String(form.get('study') ?? '') }
  if (form.get('intent') === 'open') {
    const path = String(form.get('law') ?? '')
    const field = `${form.get('lawOf') === '2' ? 2 : 1}.text:${path}`
    const asked = { pack: String(form.get('pack') ?? ''), path }
    const text = await doorsOf(context).console.lawText(staffOf(context), asked)
    if (text === undefined) throw new Response(null, { status: 404 })
    const taken = entries.some(([name]) => name === field)
    return { refusal: undefined, entries: taken ? entries : [...entries, [field, text] as [string, string]], ...typed }
  }
  const started = await doorsOf(context).console.startSimulation(staffOf(context), entries)
  if (!started) throw new Response(null, { status: 404 })
  if (started.ok) return redirect(`/console/simulation/${started.value}`, { status: 303 })
  return data({ refusal: started.refusal, entries, ...typed }, { status: 422 })
})

/** The parameters of the law, the facts assumed and who is meant: everything that a study tries, in one form. */
export default function NewStudy() {
  const { form, refusal } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('simulation:new')} over={<Link to="/console/simulation">{t('simulation:title')}</Link>} />
      {form ? <StudyForm form={form} /> : <Refusal refusal={refusal} />}
    </>
  )
}

function Refusal({ refusal }: { refusal: FormRefusal }) {
  const { t } = useSpeech()
  if (refusal.code === 'law_refused') {
    return (
      <Alert color="red" role="alert" title={t('simulation:refused.law_refused', { name: refusal.scenario })}>
        <LawProblems problems={refusal.problems} />
      </Alert>
    )
  }
  if (refusal.code === 'cannot_begin') return <StudyRefused refusal={refusal.refusal} says={refusal.says} />
  const problems = refusal.code === 'study_refused' ? refusal.problems : []
  return (
    <Alert color="red" role="alert" title={t(`simulation:refused.${refusal.code}`)}>
      {problems.length > 0 ? (
        <ul dir="ltr" lang="en">
          {problems.map(problem => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      ) : null}
    </Alert>
  )
}

function StudyForm({ form }: { form: SimulationForm }) {
  const answer = useActionData<typeof action>()
  const { t, say, format } = useSpeech()
  const { snapshot, pack, month } = form
  const entries = answer?.entries ?? []
  const typed: Typed = field =>
    entries.find(([name, value]) => name === field || `${name}=${value}` === field)?.[1] ?? ''
  const on = t('simulation:on', {
    day: format.date(snapshot.effectiveOn),
    households: format.number(snapshot.households),
  })
  return (
    <Form method="post" className="stack study-form">
      {/* Enter in a field simulates: the first button of a form is pressed by it, and the first that is seen opens a text. */}
      <input type="submit" className="unseen" tabIndex={-1} aria-hidden="true" value={t('simulation:run')} />
      {answer?.refusal ? <Refusal refusal={answer.refusal} /> : null}
      <p>
        <strong>{say(pack.name)}</strong>, {format.month(month)}. {on}
      </p>
      <input type="hidden" name="snapshot" value={snapshot.hash} />
      <input type="hidden" name="pack" value={pack.id} />
      <input type="hidden" name="month" value={month} />
      <TextInput
        name="name"
        label={t('simulation:field.name')}
        maxLength={200}
        required
        defaultValue={answer?.name ?? ''}
        autoComplete="off"
      />
      <ScenarioFields form={form} typed={typed} />
      <LawTexts form={form} entries={entries} />
      <Section title={t('simulation:text.title')}>
        <details open={form.study !== undefined}>
          <summary>{t('simulation:text.open')}</summary>
          <p className="soft">{t('simulation:text.says')}</p>
          <Textarea
            name="study"
            label={t('simulation:text.label')}
            dir="ltr"
            rows={14}
            defaultValue={answer?.study ?? form.study ?? ''}
            classNames={{ input: 'study-text' }}
          />
        </details>
      </Section>
      <Button type="submit">{t('simulation:run')}</Button>
    </Form>
  )
}
