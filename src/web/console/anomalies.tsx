import { Alert, Button, NativeSelect, Textarea } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { AnomalyAnswer, AnomalyRefusal } from '#security'
import type { AnomalyRow } from '../audit-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'

const limit = 25
const states = ['seen', 'explained', 'confirmed'] as const

export const loader = guarded('audit.read', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const all = searchParams.has('all')
  const before = parseId<'Anomaly'>(searchParams.get('before') ?? '')
  const page = { open: !all, limit, ...(before && { before }) }
  const rows = await doorsOf(context).console.anomalies(staffOf(context), page)
  return {
    all,
    rows: inTimeOf(
      context,
      rows.map(row => ({ ...row, answer: newId<'AnomalyState'>() })),
    ),
  }
})

export const action = guarded('audit.read', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'AnomalyState'>(said('answer'))
  const anomaly = parseId<'Anomaly'>(said('anomaly'))
  const state = states.find(each => each === said('state'))
  if (!id || !anomaly || !state) throw new Response(null, { status: 400 })
  const note = said('note').replaceAll('\r\n', '\n')
  const answer: AnomalyAnswer = { id, anomaly, state, note }
  const answered = await doorsOf(context).console.answerAnomaly(staffOf(context), answer)
  if (answered.ok) return redirect(`/console/audit/anomalies?all#${anomaly}`, { status: 303 })
  return data({ anomaly, state, note, refusal: answered.refusal }, { status: 422 })
})

/** What stands out in what people did: figures, what was said of them, and a place to say it. Nobody is blamed by a figure. */
export default function Anomalies() {
  const { all, rows } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const last = rows.length === limit ? rows.at(-1) : undefined
  return (
    <>
      <Heading title={t('audit:anomalies')} over={<Link to="/console/audit">{t('audit:title')}</Link>} />
      <p className="soft">{t('audit:whatAnomalies')}</p>
      <nav className="pages" aria-label={t('audit:which')}>
        {all ? <Link to="?">{t('audit:waiting')}</Link> : <strong>{t('audit:waiting')}</strong>}
        {all ? <strong>{t('audit:all')}</strong> : <Link to="?all">{t('audit:all')}</Link>}
      </nav>
      {rows.length === 0 ? <p className="empty">{all ? t('audit:noAnomaly') : t('audit:nothingWaits')}</p> : null}
      {rows.map(row => (
        <Anomaly key={row.id} row={row} answer={row.answer} />
      ))}
      {last ? (
        <nav className="pages" aria-label={t('console:pages.label')}>
          <Link to={`?${all ? 'all&' : ''}before=${last.id}`} rel="next">
            {t('audit:earlier')}
          </Link>
        </nav>
      ) : null}
    </>
  )
}

const tones = { 1: 'plain', 2: 'doubt', 3: 'bad' } as const

function Anomaly({ row, answer }: { row: AnomalyRow; answer: string }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <article className="anomaly" id={row.id} aria-labelledby={`title-${row.id}`}>
      <h2 id={`title-${row.id}`}>
        {t(`audit:kind.${row.kind}`)}{' '}
        <span className={`badge ${tones[row.level]}`}>{t(`audit:level.${String(row.level)}`)}</span>
      </h2>
      <p>
        <strong>
          <bdi>{row.by}</bdi>
        </strong>{' '}
        · <bdi>{format.date(row.day)}</bdi> · {placeText(row.territory, speech)}
        {row.household ? (
          <>
            {' · '}
            <Link to={`/console/households/${row.household}`}>{t('audit:household')}</Link>
          </>
        ) : null}
      </p>
      <Facts facts={row.facts} />
      <Said said={row.said} />
      {row.own ? <p className="soft">{t('audit:refusal.own_acts')}</p> : <Answer row={row} answer={answer} />}
    </article>
  )
}

/** What was done first, what it is held against after. */
const order = ['opened', 'exported', 'outside', 'acts', 'times', 'failures', 'usual', 'peers', 'threshold']

function Facts({ facts }: { facts: AnomalyRow['facts'] }) {
  const { t, format } = useSpeech()
  const named = Object.entries(facts).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
  if (named.length === 0) return null
  return (
    <dl className="pairs">
      {named.map(([name, value]) => (
        <div key={name} className="pair">
          <dt>{t(`audit:fact.${name}`)}</dt>
          <dd className="numeric">{format.number(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Said({ said }: { said: AnomalyRow['said'] }) {
  const { t, format } = useSpeech()
  if (said.length === 0) return null
  return (
    <ol className="history">
      {said.map(({ state, note, at, byName }) => (
        <li key={at}>
          <strong>{t(`audit:state.${state}`)}</strong> {format.instant(at)}{' '}
          <span className="soft">
            <bdi>{byName}</bdi>
          </span>
          {note ? <q>{note}</q> : null}
        </li>
      ))}
    </ol>
  )
}

function Answer({ row, answer }: { row: AnomalyRow; answer: string }) {
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  const refused = given?.anomaly === row.id ? given : undefined
  return (
    <Form method="post" className="answer">
      {refused ? (
        <Alert color="red" role="alert" variant="light">
          <RefusalText refusal={refused.refusal} />
        </Alert>
      ) : null}
      <input type="hidden" name="answer" value={answer} />
      <input type="hidden" name="anomaly" value={row.id} />
      <NativeSelect
        name="state"
        label={t('audit:answer.state')}
        defaultValue={refused?.state ?? 'explained'}
        data={states.map(state => ({ value: state, label: t(`audit:state.${state}`) }))}
      />
      <Textarea
        name="note"
        label={t('audit:answer.note')}
        description={t('audit:answer.noteHow')}
        defaultValue={refused?.note ?? ''}
        maxLength={2000}
        rows={2}
      />
      <Button type="submit" variant="default">
        {t('audit:answer.submit')}
      </Button>
    </Form>
  )
}

function RefusalText({ refusal }: { refusal: AnomalyRefusal }) {
  const { t, format } = useSpeech()
  if (refusal.code === 'note_too_long')
    return <>{t('audit:refusal.note_too_long', { most: format.number(refusal.most) })}</>
  return <>{t(`audit:refusal.${refusal.code}`)}</>
}
