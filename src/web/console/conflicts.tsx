import { Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { Relation } from '#security'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import type { ConflictRow } from '../two-persons.ts'
import { AnswerRefusal, codeOf } from './form-answer.tsx'
import { Heading, Section } from './parts.tsx'

const relations = ['own', 'spouse', 'parent', 'child', 'sibling', 'in_law', 'other'] as const satisfies Relation[]

export async function loader({ context }: LoaderArgs) {
  const rows = await doorsOf(context).console.conflicts(staffOf(context))
  return { rows: inTimeOf(context, rows), id: newId<'Conflict'>() }
}

export async function action({ request, context }: ActionArgs) {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const reader = staffOf(context)
  const { console: doors } = doorsOf(context)
  const ended = parseId<'Conflict'>(said('end'))
  const id = parseId<'Conflict'>(said('id'))
  const relation = relations.find(each => each === said('relation'))
  const number = said('number').trim()
  if (!ended && (!id || !relation)) throw new Response(null, { status: 400 })
  const answered = ended
    ? await doors.endConflict(reader, ended, said('reason'))
    : await doors.declareConflict(reader, { id: id!, number, relation: relation!, staff: reader.id })
  if (answered.ok) return redirect('/console/conflicts', { status: 303 })
  return data({ ended, number, relation, refusal: codeOf(answered.refusal) }, { status: 422 })
}

/** Households to which the reader is too close, and those of colleagues whom the reader answers for. */
export default function Conflicts() {
  const { rows, id } = useLoaderData<typeof loader>()
  const given = useActionData<typeof action>()
  const { t } = useSpeech()
  const declared = given && !given.ended ? given : undefined
  return (
    <>
      <Heading title={t('security:conflicts.title')} />
      <p className="soft narrow">{t('security:conflicts.what')}</p>
      <Section title={t('security:conflicts.list')}>
        {rows.length === 0 ? <p className="empty">{t('security:conflicts.none')}</p> : null}
        <ul className="history">
          {rows.map(row => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      </Section>
      <Section title={t('security:conflicts.declare')}>
        <Form method="post" className="decide">
          {declared ? <AnswerRefusal refusal={declared.refusal} /> : null}
          <input type="hidden" name="id" value={id} />
          <TextInput
            name="number"
            label={t('security:number')}
            description={t('security:numberHow')}
            defaultValue={declared?.number ?? ''}
            required
            maxLength={64}
          />
          <NativeSelect
            name="relation"
            label={t('security:conflicts.relation')}
            defaultValue={declared?.relation ?? 'own'}
            data={relations.map(value => ({ value, label: t(`security:relation.${value}`) }))}
          />
          <Button type="submit">{t('security:conflicts.submit')}</Button>
        </Form>
      </Section>
    </>
  )
}

function Row({ row }: { row: ConflictRow }) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  const refused = given?.ended === row.id ? given.refusal : undefined
  return (
    <li>
      <strong>
        <bdi>{row.staffName}</bdi>
      </strong>{' '}
      {t(`security:relation.${row.relation}`)} · {format.instant(row.from)}{' '}
      <span className="soft">
        <bdi>{row.byName}</bdi>
      </span>{' '}
      {row.ended ? (
        <span className="badge plain">{t('security:conflicts.ended', { date: format.instant(row.ended) })}</span>
      ) : null}
      {row.ended || row.own ? null : (
        <Form method="post" className="decide">
          {refused ? <AnswerRefusal refusal={refused} /> : null}
          <input type="hidden" name="end" value={row.id} />
          <TextInput name="reason" label={t('security:conflicts.why')} required maxLength={1000} />
          <Button type="submit" variant="default">
            {t('security:conflicts.end')}
          </Button>
        </Form>
      )}
    </li>
  )
}
