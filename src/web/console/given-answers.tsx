import { Alert, Button } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { GivenAnswersPage, GivenRow } from '../answers-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { StepRefused } from './budget-forms.tsx'
import { Follow } from './follow.tsx'
import { Brought, GivenBadge, isOpen, refusalSays, sizeText, stateOf } from './given-parts.tsx'
import { guarded } from './guard.ts'
import { Heading, Pair, Section } from './parts.tsx'
import { PaymentTabs } from './payment-tabs.tsx'

export const loader = guarded('payment_run.read', async ({ params, context }) => {
  const id = parseId<'GivenAnswers'>(params.given ?? '')
  const page = id && (await doorsOf(context).console.givenAnswers(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  return inTimeOf(context, page)
})

/** Leaves the file to the workers once more, or takes it back. */
export const action = guarded('payment_run.send', async ({ request, params, context }) => {
  const id = parseId<'GivenAnswers'>(params.given ?? '')
  if (!id) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const step = form.get('step') === 'resume' ? 'resume' : 'withdraw'
  const done = await doorsOf(context).console.stepAnswers(staffOf(context), id, step)
  if (!done.ok) return data({ refusal: done.refusal }, { status: 422 })
  return redirect(`/console/payments/answers/${id}`, { status: 303 })
})

/** A file of answers that was given: how far it is, what it brought, or why it was refused. */
export default function GivenAnswersFile() {
  const page = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, format } = speech
  const { given } = page
  return (
    <>
      <Heading
        title={`\u2068${given.name}\u2069`}
        over={<Link to="/console/payments/answers">{t('cycle:answers.title')}</Link>}
      />
      <PaymentTabs />
      {answer?.refusal ? <StepRefused says={refusalSays(answer.refusal, speech)} code={answer.refusal.code} /> : null}
      <div className="stack">
        <p>
          <GivenBadge given={given} />
        </p>
        {isOpen(given) ? <Open page={page} /> : <Ended given={given} />}
      </div>
      <Section title={t('cycle:given.file')}>
        <p className="soft">{isOpen(given) ? t('cycle:given.kept') : t('cycle:given.erased')}</p>
        <dl className="pairs">
          <Pair label={t('console:column.provider')} text={given.providerName} />
          <Pair label={t('cycle:given.by')} text={given.givenBy} />
          <Pair label={t('cycle:given.at')} text={format.instant(given.givenAt)} />
          {given.endedAt === null ? null : (
            <Pair label={t('cycle:given.endedAt')} text={format.instant(given.endedAt)} />
          )}
          <Pair label={t('cycle:given.size')} text={sizeText(given.size, speech)} />
          <div className="pair">
            <dt>{t('cycle:given.sha256')}</dt>
            <dd>
              <span className="hash" dir="ltr">
                {given.sha256}
              </span>
            </dd>
          </div>
        </dl>
      </Section>
    </>
  )
}

function Open({ page: { given, mayTake } }: { page: GivenAnswersPage }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <>
      <Follow />
      <Progress given={given} />
      {given.attempt !== null && given.attempt > 1 ? (
        <p className="notice-line">{t('cycle:given.again', { attempt: format.number(given.attempt) })}</p>
      ) : null}
      <p>
        <Link to="">{t('cycle:given.lookAgain')}</Link>
      </p>
      {mayTake ? (
        <Form method="post" className="decide">
          <p className="soft">{t('cycle:given.resumeHow')}</p>
          <div className="buttons">
            <Button type="submit" name="step" value="resume" variant="default">
              {t('cycle:given.resume')}
            </Button>
            <Button type="submit" name="step" value="withdraw" variant="default" color="red">
              {t('cycle:given.withdraw')}
            </Button>
          </div>
        </Form>
      ) : null}
    </>
  )
}

function Progress({ given }: { given: GivenRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  if (given.stage === null || given.begunAt === null) return <p>{t('cycle:given.waits')}</p>
  return (
    <>
      <p>
        <progress max={given.size} value={given.bytesRead} aria-label={t('cycle:given.progress')} />{' '}
        {t('cycle:given.read', {
          lines: t('cycle:given.lines', { count: given.lines, number: format.number(given.lines) }),
          read: sizeText(given.bytesRead, speech),
          size: sizeText(given.size, speech),
        })}
      </p>
      {given.stage === 'recording' ? <p>{t('cycle:given.recording')}</p> : null}
      <p className="soft">{t('cycle:given.begun', { at: format.instant(given.begunAt) })}</p>
    </>
  )
}

function Ended({ given }: { given: GivenRow }) {
  const speech = useSpeech()
  const { t } = speech
  const { refusal, figures } = given
  const state = stateOf(given)
  if (refusal && state === 'withdrawn') return <p className="notice-line">{refusalSays(refusal, speech)}</p>
  if (refusal) {
    return (
      <Alert id="answers-error" color="red" role="alert" variant="light">
        <p>{refusalSays(refusal, speech)}</p>
        <p>{t('cycle:given.nothingTaken')}</p>
        <p>
          <Link to="/console/payments/answers">{t('cycle:given.other')}</Link>
        </p>
      </Alert>
    )
  }
  return (
    <>
      <p role="status" className="notice-line">
        {t(`cycle:answers.now.${given.taken}`)}
      </p>
      {figures ? <Brought figures={figures} /> : null}
    </>
  )
}
