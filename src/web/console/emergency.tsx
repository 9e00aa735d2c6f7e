import { Button, Textarea, TextInput } from '@mantine/core'
import { data, Form, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { AnswerRefusal, codeOf } from './form-answer.tsx'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'

export const loader = guarded('emergency.open', async () => ({ id: newId<'Emergency'>() }))

export const action = guarded('emergency.open', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const id = parseId<'Emergency'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const asked = { id, number: said('number').trim(), reason: said('reason').replaceAll('\r\n', '\n') }
  const opened = await doorsOf(context).console.openEmergency(staffOf(context), asked)
  if (opened.ok) return redirect(`/console/households/${opened.value}`, { status: 303 })
  const { number, reason } = asked
  return data({ number, reason, refusal: codeOf(opened.refusal) }, { status: 422 })
})

/** One file outside of the own territory, for an hour: what it means is said before it is asked. */
export default function OpenInEmergency() {
  const { id } = useLoaderData<typeof loader>()
  const given = useActionData<typeof action>()
  const { t } = useSpeech()
  return (
    <>
      <Heading title={t('security:emergency.title')} />
      <div className="narrow stack">
        <p>{t('security:emergency.what')}</p>
        <p>
          <strong>{t('security:emergency.reviewed')}</strong>
        </p>
        <Form method="post" className="decide">
          {given ? <AnswerRefusal refusal={given.refusal} /> : null}
          <input type="hidden" name="id" value={id} />
          <TextInput
            name="number"
            label={t('security:number')}
            description={t('security:numberHow')}
            defaultValue={given?.number ?? ''}
            required
            maxLength={64}
          />
          <Textarea
            name="reason"
            label={t('security:emergency.reason')}
            description={t('security:emergency.reasonHow')}
            defaultValue={given?.reason ?? ''}
            required
            maxLength={1000}
            rows={3}
          />
          <Button type="submit">{t('security:emergency.submit')}</Button>
        </Form>
      </div>
    </>
  )
}
