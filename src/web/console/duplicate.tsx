import { Alert } from '@mantine/core'
import { data, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { Settling } from '#population'
import type { DuplicateFile } from '../duplicate-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { DuplicateCheck } from './duplicate-check.tsx'
import { Evidence } from './duplicate-evidence.tsx'
import { AnswerForm, UndoForm } from './duplicate-form.tsx'
import { HouseholdsToSettle } from './duplicate-households.tsx'
import { certainty } from './duplicate-names.tsx'
import { Sides } from './duplicate-sides.tsx'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { Heading, Section } from './parts.tsx'

export const loader = guarded('duplicate.settle', async ({ params, request, context }: LoaderArgs) => {
  const { one, other } = pairOf(params)
  for (const file of [one, other]) {
    const refused = await doorsOf(context).console.tooClose(staffOf(context), file, 'person')
    if (refused) throw data(refused, { status: 403 })
  }
  const found = await doorsOf(context).console.duplicate(staffOf(context), one, other)
  if (!found) throw new Response(null, { status: 404 })
  const done = ['settled', 'proposed'].find(each => each === new URL(request.url).searchParams.get('done'))
  // The id of an answer is made before it is sent: sent twice, it is recorded once.
  return { file: inTimeOf(context, found), id: newId<'MatchDecision'>() as string, done }
})

function pairOf(params: LoaderArgs['params']) {
  const [one, other] = [parseId<'Person'>(params.one ?? ''), parseId<'Person'>(params.other ?? '')]
  if (!one || !other) throw new Response(null, { status: 404 })
  return { one, other }
}

/** What was said in a form of this page. */
export type PairAnswers = {
  readonly id: string
  readonly decision: string
  readonly kept: string
  readonly reason: string
  readonly seen: string
}

const decisions: readonly Settling[] = ['same', 'different', 'later', 'undo']

/** `check` says what will follow, `record` does it; `edit` goes back to the form with what was said. */
export const action = guarded('duplicate.settle', async ({ params, request, context }: ActionArgs) => {
  const { one, other } = pairOf(params)
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const answers: PairAnswers = {
    id: said('id'),
    decision: said('decision'),
    kept: said('kept'),
    reason: said('reason').replaceAll('\r\n', '\n'),
    seen: said('seen'),
  }
  const step = said('step')
  const id = parseId<'MatchDecision'>(answers.id)
  const decision = decisions.find(each => each === answers.decision)
  const refused = (code: string) => data({ answers, code, check: false }, { status: 422 })
  if (step === 'edit') return data({ answers, code: undefined, check: false }, { status: 422 })
  if (!id || !decision) return refused('decision_missing')
  if (answers.reason.trim() === '') return refused('reason_missing')
  if (answers.reason.length > 1000) return refused('reason_too_long')
  if (decision === 'same' && answers.kept !== one && answers.kept !== other) return refused('kept_is_neither')
  if (step !== 'record') return data({ answers, code: undefined, check: true })
  const asked = { ...answers, id, decision, one, other }
  const answer = await doorsOf(context).console.settleDuplicate(staffOf(context), asked)
  if (!answer.ok) return refused(answer.refusal.code)
  const done = answer.value === 'proposed' ? 'proposed' : 'settled'
  return redirect(`/console/duplicates/${one}/${other}?done=${done}`, { status: 303 })
})

/** Two files side by side: what speaks for and against, the three answers, what will follow, and undoing. */
export default function Duplicate() {
  const { file, id, done } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t, format } = speech
  const number = format.number(Math.min(99, Math.floor((file.permille ?? 0) / 10)))
  return (
    <>
      <Heading
        title={t('duplicates:pair.title')}
        over={
          <>
            <Link to="/console/duplicates">{t('duplicates:title')}</Link>
            {' · '}
            <bdi>{nameText(file.sides[0].name, speech)}</bdi> · <bdi>{nameText(file.sides[1].name, speech)}</bdi>
          </>
        }
        aside={<Standing file={file} />}
      />
      {done && !answer ? (
        <p className="notice-line" role="status">
          {done === 'proposed' ? t('duplicates:done.proposed') : t('duplicates:done.settled')}
        </p>
      ) : null}
      {answer?.code ? (
        <Alert color="red" role="alert" variant="light" title={t('duplicates:problem')} className="narrow">
          {t(`duplicates:refusal.${answer.code}`)}
        </Alert>
      ) : null}
      <HouseholdsToSettle file={file} />
      {answer?.check ? (
        <DuplicateCheck file={file} answers={answer.answers} />
      ) : (
        <>
          <p className="pair-certainty">
            {file.permille === undefined
              ? t('duplicates:notFound')
              : `${certainty(file.permille, speech)}. ${t('duplicates:outOfSays', { number })}`}
          </p>
          <Evidence file={file} />
          <Sides file={file} />
          <Answers file={file} id={id} answers={answer?.answers} />
          <History rows={file.history} />
        </>
      )}
    </>
  )
}

function Standing({ file: { standing } }: { file: DuplicateFile }) {
  const { t } = useSpeech()
  return standing ? <span className="badge plain">{t(`duplicates:decision.${standing}`)}</span> : null
}

function Answers({ file, id, answers }: { file: DuplicateFile; id: string; answers: PairAnswers | undefined }) {
  const { t } = useSpeech()
  const { proposed } = file
  if (file.standing === 'same') return <UndoForm file={file} id={id} answers={answers} />
  return (
    <>
      {proposed ? (
        <p className="notice-line">
          {proposed.own ? t('duplicates:proposed.own') : t('duplicates:proposed.other', { name: proposed.by })}{' '}
          <Link to={`/console/proposals/${proposed.id}`}>{t('duplicates:proposed.link')}</Link>
        </p>
      ) : (
        <AnswerForm file={file} id={id} answers={answers?.decision === 'undo' ? undefined : answers} />
      )}
      {file.standing === 'different' ? <UndoForm file={file} id={id} answers={answers} /> : null}
    </>
  )
}

function History({ rows }: { rows: DuplicateFile['history'] }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('duplicates:history.title')}>
      {rows.length === 0 ? <p className="empty">{t('duplicates:history.none')}</p> : null}
      <ol className="history">
        {rows.map((row, place) => (
          <li key={place}>
            <strong>{t(`duplicates:decision.${row.decision}`)}</strong> {format.instant(row.at)}{' '}
            <span className="soft">
              <bdi>{row.by}</bdi>
            </span>
            {row.reason ? <q>{row.reason}</q> : null}
          </li>
        ))}
      </ol>
    </Section>
  )
}
