import { Button, NativeSelect, Textarea } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { EmergencyRow } from '../two-persons.ts'
import { AnswerRefusal, codeOf } from './form-answer.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'

const outcomes = ['justified', 'not_justified'] as const

export const loader = guarded('emergency.review', async ({ context }) => ({
  rows: inTimeOf(context, await doorsOf(context).console.emergencies(staffOf(context))),
}))

export const action = guarded('emergency.review', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const emergency = parseId<'Emergency'>(said('emergency'))
  const outcome = outcomes.find(each => each === said('outcome'))
  if (!emergency || !outcome) throw new Response(null, { status: 400 })
  const note = said('note').replaceAll('\r\n', '\n')
  const answered = await doorsOf(context).console.reviewEmergency(staffOf(context), { emergency, outcome, note })
  if (answered.ok) return redirect('/console/emergencies', { status: 303 })
  return data({ emergency, outcome, note, refusal: codeOf(answered.refusal) }, { status: 422 })
})

/** Files opened in an emergency, those that wait for a judgement first. */
export default function Emergencies() {
  const { rows } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('security:emergencies.title')} />
      <p className="soft">{t('security:emergencies.what')}</p>
      {rows.length === 0 ? <p className="empty">{t('security:emergencies.none')}</p> : null}
      {rows.map(row => (
        <One key={row.id} row={row} />
      ))}
    </>
  )
}

function One({ row }: { row: EmergencyRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  const { review } = row
  return (
    <article className="anomaly" id={row.id} aria-labelledby={`by-${row.id}`}>
      <h2 id={`by-${row.id}`}>
        <bdi>{row.by}</bdi>{' '}
        {review ? (
          <span className={`badge ${review.outcome === 'justified' ? 'good' : 'bad'}`}>
            {t(`security:outcome.${review.outcome}`)}
          </span>
        ) : (
          <span className={`badge ${row.overdue ? 'bad' : 'doubt'}`}>
            {row.overdue ? t('security:emergencies.overdue') : t('security:emergencies.waits')}
          </span>
        )}
      </h2>
      <p>
        {format.instant(row.at)} – {format.instant(row.until)} · {placeText(row.territory, speech)} ·{' '}
        <Link to={`/console/households/${row.household}`}>{t('security:emergency.file')}</Link>
      </p>
      <blockquote>{row.reason}</blockquote>
      {review ? (
        <p className="soft">
          {format.instant(review.at)} · <bdi>{review.byName}</bdi> · <q>{review.note}</q>
        </p>
      ) : row.own ? (
        <p className="soft">{t('security:refusal.own_acts')}</p>
      ) : (
        <Judge row={row} />
      )}
    </article>
  )
}

function Judge({ row }: { row: EmergencyRow }) {
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  const refused = given?.emergency === row.id ? given : undefined
  return (
    <Form method="post" className="decide">
      {refused ? <AnswerRefusal refusal={refused.refusal} /> : null}
      <input type="hidden" name="emergency" value={row.id} />
      <NativeSelect
        name="outcome"
        label={t('security:emergencies.judge')}
        defaultValue={refused?.outcome ?? 'justified'}
        data={outcomes.map(value => ({ value, label: t(`security:outcome.${value}`) }))}
      />
      <Textarea
        name="note"
        label={t('security:emergencies.note')}
        defaultValue={refused?.note ?? ''}
        required
        maxLength={1000}
        rows={2}
      />
      <Button type="submit" variant="default">
        {t('security:emergencies.submit')}
      </Button>
    </Form>
  )
}
