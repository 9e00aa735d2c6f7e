import { Button, NativeSelect } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { RunForm } from '../run-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { RunRefusal } from './run-refusal.tsx'

export const loader = guarded('determination.run', async ({ context }) => {
  const form = await doorsOf(context).console.runForm(staffOf(context))
  if (!form) throw new Response(null, { status: 404 })
  return inTimeOf(context, form)
})

export const action = guarded('determination.run', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const asked = { programme: said('programme'), month: said('month'), snapshot: said('snapshot') }
  const left = await doorsOf(context).console.askRun(staffOf(context), asked)
  if (left.ok) return redirect(`/console/runs/${left.value}`, { status: 303 })
  return data({ asked, refusal: left.refusal }, { status: 422 })
})

/** Asks the workers for a determination. What would come to nothing is refused before anything begins. */
export default function NewRun() {
  const form = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('runs:ask.title')} over={<Link to="/console">{t('runs:over')}</Link>} />
      <div className="narrow stack">
        {answer ? <RunRefusal refusal={answer.refusal} /> : null}
        {form.programmes.length === 0 ? (
          <p className="empty">{t('runs:cannot.not_whole_country')}</p>
        ) : (
          <Asking form={form} asked={answer?.asked} />
        )}
      </div>
    </>
  )
}

type Asked = { readonly programme: string; readonly month: string; readonly snapshot: string }

function Asking({ form, asked }: { form: RunForm; asked: Asked | undefined }) {
  const { t, say, format } = useSpeech()
  const life = ({ from, to }: RunForm['programmes'][number]) =>
    to !== null
      ? ` (${t('runs:ask.until', { to: format.month(to) })})`
      : from !== null
        ? ` (${t('runs:ask.since', { from: format.month(from) })})`
        : ''
  return (
    <Form method="post" className="stack">
      <NativeSelect
        name="programme"
        label={t('runs:ask.programme')}
        required
        defaultValue={asked?.programme}
        data={form.programmes.map(each => ({ value: each.id, label: `${say(each.name)}${life(each)}` }))}
      />
      <NativeSelect
        name="month"
        label={t('runs:ask.month')}
        description={t('runs:ask.monthHow')}
        required
        defaultValue={asked?.month ?? form.month}
        data={form.months.map(month => ({ value: month, label: format.month(month) }))}
      />
      <NativeSelect
        name="snapshot"
        label={t('runs:ask.snapshot')}
        description={t('runs:ask.snapshotHow')}
        defaultValue={asked?.snapshot}
        data={[
          { value: '', label: t('runs:ask.now') },
          ...form.snapshots.map(({ name, at, day, households, modelled }) => ({
            value: name,
            label: [
              t('runs:ask.of', {
                at: format.instant(at),
                day: format.date(day),
                households: format.number(households),
              }),
              ...(modelled ? [t('console:modelled')] : []),
            ].join(' · '),
          })),
        ]}
      />
      <p className="soft">{t('runs:ask.says')}</p>
      <div>
        <Button type="submit">{t('runs:ask.submit')}</Button>
      </div>
    </Form>
  )
}
