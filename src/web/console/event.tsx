import { Alert, Button } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { EventPage } from '../household-events.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { EventCheck } from './event-check.tsx'
import { EventForm } from './event-form.tsx'
import { refusalFacts, refusalText } from './event-refusal.ts'
import { type EventAnswers, eventOfAnswers } from './event-terms.ts'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { Heading } from './parts.tsx'

export const loader = guarded('household.write', async ({ params, request, context }: LoaderArgs) => {
  const id = parseId<'Household'>(params.id ?? '')
  const { searchParams } = new URL(request.url)
  const from = searchParams.get('from')?.trim() || undefined
  const page = id && (await doorsOf(context).console.eventPage(staffOf(context), id, from))
  if (!page) throw new Response(null, { status: 404 })
  const kind = page.kinds.find(each => each === searchParams.get('kind'))
  // Ids are made before anything is sent: sent twice, an event is recorded once.
  return { page, kind, from, event: newId<'HouseholdEvent'>() as string, newcomer: newId<'Person'>() as string }
})

/** `check` says what would change, `record` records it; `edit` goes back to the form with what was said. */
export const action = guarded('household.write', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const answers: EventAnswers = {
    event: said('event'),
    newcomer: said('newcomer'),
    kind: said('kind'),
    on: said('on'),
    says: said('says').replaceAll('\r\n', '\n').slice(0, 1000),
    person: said('person'),
    successor: said('successor'),
    other: said('other'),
    leaves: said('leaves'),
    relation: said('relation'),
    territory: said('territory'),
    given_name: said('given_name'),
    family_name: said('family_name'),
    given_name_ar: said('given_name_ar'),
    family_name_ar: said('family_name_ar'),
    sex: said('sex'),
    birth_date: said('birth_date'),
    members: form.getAll('members').map(String),
    more: Object.fromEntries(
      [...form].flatMap(([name, value]) =>
        /^(relation|fact)\./.test(name) && typeof value === 'string' && value !== '' ? [[name, value.trim()]] : [],
      ),
    ),
  }
  if (!household) throw new Response(null, { status: 404 })
  const step = said('step')
  const back = { answers, refusal: undefined, preview: undefined }
  if (step === 'edit') return data(back, { status: 422 })
  const event = eventOfAnswers(household, answers)
  if (!event.ok) return data({ ...back, refusal: refusalFacts(event.refusal) }, { status: 422 })
  const doors = doorsOf(context).console
  if (step === 'record') {
    const answer = await doors.recordEvent(staffOf(context), event.value)
    if (answer.ok) return redirect(`/console/households/${household}?recorded=${event.value.kind}`, { status: 303 })
    if (answer.refusal.code === 'household_unknown') throw new Response(null, { status: 404 })
    return data({ ...back, refusal: refusalFacts(answer.refusal) }, { status: 422 })
  }
  const preview = await doors.previewEvent(staffOf(context), event.value)
  if (preview.ok) return data({ ...back, preview: preview.value })
  if (preview.refusal.code === 'household_unknown') throw new Response(null, { status: 404 })
  return data({ ...back, refusal: refusalFacts(preview.refusal) }, { status: 422 })
})

/** What happened to a household: choose the event, say it, check what it changes, record it. */
export default function Event() {
  const { page, kind, from, event, newcomer } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t } = speech
  const answers = answer?.answers
  return (
    <>
      <Heading
        title={kind ? t(`events:kind.${kind}`) : t('events:title')}
        over={
          <Link to={`/console/households/${page.household}`}>
            {nameText(page.head, speech)} · <bdi>{page.sourceId}</bdi>
          </Link>
        }
        aside={kind ? <Link to={`/console/households/${page.household}/events/new`}>{t('events:another')}</Link> : null}
      />
      {answer?.refusal ? (
        <Alert color="red" role="alert" variant="light" title={t('events:problem')} className="narrow">
          {refusalText(answer.refusal, page, answer.answers, speech)}
        </Alert>
      ) : null}
      {!kind ? (
        <Choice page={page} />
      ) : answer?.preview ? (
        <EventCheck page={page} kind={kind} answers={answer.answers} preview={answer.preview} />
      ) : (
        <EventForm
          key={from ?? ''}
          page={page}
          kind={kind}
          from={from}
          ids={{ event: answers?.event || event, newcomer: answers?.newcomer || newcomer }}
          answers={answers}
        />
      )}
    </>
  )
}

function Choice({ page }: { page: EventPage }) {
  const { t } = useSpeech()
  return (
    <Form method="get" className="narrow stack">
      <p>{t('events:choose')}</p>
      <ul className="event-kinds">
        {page.kinds.map(kind => (
          <li key={kind}>
            <Button type="submit" name="kind" value={kind} variant="default" fullWidth>
              {t(`events:kind.${kind}`)}
            </Button>
            <p className="soft">{t(`events:says.${kind}`)}</p>
          </li>
        ))}
      </ul>
    </Form>
  )
}
