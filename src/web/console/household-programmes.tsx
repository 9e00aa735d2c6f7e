import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId, parseMonth } from '#kernel'
import { stateTones } from '../enrolment-words.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { HAND_REASONS, type HouseholdProgramme } from '../programme-door.ts'
import type { ActionArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { EnrolmentText } from './enrolment-text.tsx'
import { guarded, openUnlessTooClose } from './guard.ts'
import { Done, HouseholdHeading, OutcomeBadge, Section } from './parts.tsx'
import { ProgrammeRefusal, programmeRefusalText } from './programme-refusal.tsx'

export const loader = guarded('determination.read', async ({ params, request, context }) => {
  const id = parseId<'Household'>(params.id ?? '')
  if (id) await openUnlessTooClose(context, id)
  const page = id && (await doorsOf(context).console.householdProgrammes(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  const ids = {
    application: newId<'Application'>(),
    act: newId<'EnrolmentAct'>(),
    exception: newId<'Proposal'>(),
  }
  const done = new URL(request.url).searchParams.get('done')
  return { ...inTimeOf(context, page), ids: ids as Record<keyof typeof ids, string>, done: knownDone(done) }
})

const DONE = ['applied', 'changed', 'proposed'] as const
const knownDone = (text: string | null) => DONE.find(each => each === text)

export const action = guarded('determination.read', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  if (!household) throw new Response(null, { status: 404 })
  await openUnlessTooClose(context, household)
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [what, pack] = [said('do'), said('pack')]
  const answers = {
    pack,
    what,
    says: said('says').slice(0, 1000),
    amount: said('amount'),
    month: said('month'),
    to: said('to'),
  }
  const refused = (refusal: { readonly code: string }) => data({ ...answers, refusal }, { status: 422 })
  const doors = doorsOf(context).console
  const reader = staffOf(context)
  const to = (done: (typeof DONE)[number]) =>
    redirect(`/console/households/${household}/programmes?done=${done}`, { status: 303 })
  if (what === 'apply') {
    const id = parseId<'Application'>(said('id'))
    if (!id) throw new Response(null, { status: 400 })
    const answer = await doors.applyForProgramme(reader, { id, household, pack })
    return answer.ok ? to('applied') : refused(answer.refusal)
  }
  const month = parseMonth(answers.month)
  if (!month) return refused({ code: 'month_malformed' })
  if (what === 'except') {
    const id = parseId<'Proposal'>(said('id'))
    const until = parseMonth(answers.to)
    const effect = (['owed', 'not_owed'] as const).find(each => each === said('effect'))
    if (!id || !effect) throw new Response(null, { status: 400 })
    if (!until) return refused({ code: 'month_malformed' })
    const asked = { id, household, pack, effect, amount: answers.amount, from: month, to: until, motive: answers.says }
    const answer = await doors.proposeException(reader, asked)
    return answer.ok ? to('proposed') : refused(answer.refusal)
  }
  const id = parseId<'EnrolmentAct'>(said('id'))
  const change = (['suspend', 'restore', 'exit'] as const).find(each => each === what)
  const reason = HAND_REASONS.find(each => each === said('reason'))
  if (!id || !change || !reason) throw new Response(null, { status: 400 })
  const answer = await doors.changeEnrolment(reader, { id, household, pack, change, month, reason, says: answers.says })
  return answer.ok ? to('changed') : refused(answer.refusal)
})

type Page = ReturnType<typeof useLoaderData<typeof loader>>

/** A household in its programmes: where it stands, why, since when; applications, changes by hand, what is besides the law. */
export default function HouseholdProgrammes() {
  const page = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <HouseholdHeading title={t('programme:ofHousehold')} household={page.household} sourceId={page.sourceId} />
      {page.done ? <Done says={t(`programme:done.${page.done}`)} /> : null}
      {page.programmes.map(programme => (
        <OneProgramme key={programme.pack} programme={programme} page={page} />
      ))}
    </>
  )
}

function OneProgramme({ programme, page }: { programme: HouseholdProgramme; page: Page }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const given = useActionData<typeof action>()
  const refused = given?.pack === programme.pack ? given : undefined
  const { state } = programme
  return (
    <Section title={say(programme.name)}>
      <p>
        {state ? (
          <span className={`badge ${stateTones[state]}`}>{t(`programme:state.${state}`)}</span>
        ) : (
          <span className="soft">{t('programme:neverHeard')}</span>
        )}
      </p>
      {refused ? <ProgrammeRefusal refusal={refused.refusal} /> : null}
      <ol className="history">
        {programme.steps.map(step => (
          <li key={step.at + step.change}>
            <EnrolmentText row={step} />
          </li>
        ))}
      </ol>
      {programme.applications.map(each => (
        <p key={each.on + each.channel}>
          {t('programme:application', { date: format.date(each.on) })} <OutcomeBadge outcome={each.outcome} />{' '}
          {each.amount ? <strong>{format.money(each.amount)}</strong> : null}{' '}
          <span className="soft refusals">{[...each.refusals.map(say), ...each.missing].join(' · ')}</span>
        </p>
      ))}
      {programme.exceptions.map(each => (
        <p key={each.from + each.motive}>
          <span className="badge doubt">{t(`programme:exception.${each.effect}`)}</span>{' '}
          {each.amount ? <strong>{format.money(each.amount)}</strong> : null} {format.month(each.from)} –{' '}
          {format.month(each.to)} <q>{each.motive}</q>
        </p>
      ))}
      {page.mayApply ? <Apply programme={programme} id={page.ids.application} /> : null}
      {page.mayDecide && state && ['applied', 'eligible', 'waiting', 'enrolled', 'suspended'].includes(state) ? (
        <ByHand programme={programme} page={page} refused={refused} />
      ) : null}
      {page.mayDecide && programme.pays ? <Except programme={programme} page={page} refused={refused} /> : null}
    </Section>
  )
}

function Apply({ programme, id }: { programme: HouseholdProgramme; id: string }) {
  const speech = useSpeech()
  const { t } = speech
  if (programme.refusal) return <p className="soft">{programmeRefusalText(programme.refusal, speech)}</p>
  return (
    <Form method="post" className="decide">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="pack" value={programme.pack} />
      <Button type="submit" name="do" value="apply">
        {t('programme:apply')}
      </Button>
    </Form>
  )
}

type Refused =
  | {
      readonly what: string
      readonly says: string
      readonly amount: string
      readonly month: string
      readonly to: string
    }
  | undefined
type FormOf = { readonly programme: HouseholdProgramme; readonly page: Page; readonly refused: Refused }

function ByHand({ programme, page, refused }: FormOf) {
  const { t } = useSpeech()
  const changes =
    programme.state === 'enrolled'
      ? ['suspend', 'exit']
      : programme.state === 'suspended'
        ? ['restore', 'exit']
        : ['exit']
  const said = refused && refused.what !== 'except' ? refused : undefined
  const latest = programme.steps[0]?.month ?? page.month
  return (
    <details open={said !== undefined && said.what !== 'apply'}>
      <summary>{t('programme:byHand')}</summary>
      <Form method="post" className="decide">
        <input type="hidden" name="id" value={page.ids.act} />
        <input type="hidden" name="pack" value={programme.pack} />
        <TextInput
          type="month"
          name="month"
          label={t('programme:fromMonth')}
          defaultValue={said?.month || [latest, page.month].toSorted().at(-1)}
          required
        />
        <NativeSelect
          name="reason"
          label={t('programme:reasonLabel')}
          data={HAND_REASONS.map(value => ({ value, label: t(`programme:reason.${value}`) }))}
        />
        <Textarea
          name="says"
          label={t('programme:says')}
          defaultValue={said?.says ?? ''}
          required
          maxLength={1000}
          rows={2}
        />
        <div className="buttons">
          {changes.map(change => (
            <Button
              key={change}
              type="submit"
              name="do"
              value={change}
              variant={change === 'exit' ? 'default' : 'filled'}
            >
              {t(`programme:change.${change}`)}
            </Button>
          ))}
        </div>
      </Form>
    </details>
  )
}

function Except({ programme, page, refused }: FormOf) {
  const { t } = useSpeech()
  const said = refused?.what === 'except' ? refused : undefined
  return (
    <details open={said !== undefined}>
      <summary>{t('programme:exception.title')}</summary>
      <p className="soft narrow">{t('programme:exception.what')}</p>
      <Form method="post" className="decide">
        <input type="hidden" name="id" value={page.ids.exception} />
        <input type="hidden" name="pack" value={programme.pack} />
        <NativeSelect
          name="effect"
          label={t('programme:exception.effect')}
          data={(['owed', 'not_owed'] as const).map(value => ({ value, label: t(`programme:exception.${value}`) }))}
        />
        <TextInput
          name="amount"
          inputMode="decimal"
          label={t('programme:exception.amount')}
          description={t('programme:exception.amountHow')}
          defaultValue={said?.amount ?? ''}
        />
        <TextInput
          type="month"
          name="month"
          label={t('programme:fromMonth')}
          defaultValue={said?.month || page.month}
          required
        />
        <TextInput
          type="month"
          name="to"
          label={t('programme:toMonth')}
          defaultValue={said?.to || page.month}
          required
        />
        <Textarea
          name="says"
          label={t('programme:exception.motive')}
          defaultValue={said?.says ?? ''}
          required
          maxLength={1000}
          rows={3}
        />
        <Button type="submit" name="do" value="except">
          {t('programme:exception.propose')}
        </Button>
      </Form>
    </details>
  )
}
