import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { SwitchForm, SwitchSaid } from '../switch-door.ts'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { ReachOfSwitch, SwitchRefusalText } from './switch-parts.tsx'
import './switch.css'

export const loader = guarded('programme.change', async ({ context }) => {
  const form = await doorsOf(context).console.switchForm(staffOf(context))
  return { form, id: newId<'Proposal'>() as string }
})

export const action = guarded('programme.change', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  const id = parseId<'Proposal'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const [from, on, to, month] = [said('from'), said('on'), said('to'), said('month')]
  const typed: SwitchSaid = {
    id,
    from,
    on,
    to,
    month,
    until: said('until'),
    tells: form.get('tells') !== null,
    says: said('says'),
  }
  const doors = doorsOf(context).console
  if (said('step') === 'propose') {
    const done = await doors.proposeSwitch(staffOf(context), typed)
    if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
    return data({ said: typed, refusal: done.refusal }, { status: 422 })
  }
  const shown = await doors.previewSwitch(staffOf(context), typed)
  return shown.ok ? { said: typed, reach: shown.value } : data({ said: typed, refusal: shown.refusal }, { status: 422 })
})

/** The one screen: from where to where and from when; whom that moves and who stays, and why; and the proposal. */
export default function SwitchNew() {
  const { form, id } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  const refusal = given && 'refusal' in given ? given.refusal : undefined
  const reach = given && 'reach' in given ? given.reach : undefined
  return (
    <>
      <Heading title={t('switch:new')} over={<Link to="/console/switches">{t('switch:title')}</Link>} />
      <p className="soft narrow">{t('switch:two')}</p>
      {form ? (
        <Form method="post" className="stack switch-form">
          {refusal ? <SwitchRefusalText refusal={refusal} /> : null}
          <input type="hidden" name="id" value={given?.said.id ?? id} />
          <Fields form={form} said={given?.said} />
          <div className="buttons">
            <Button type="submit" name="step" value="preview" variant={reach ? 'default' : 'filled'}>
              {t('switch:preview')}
            </Button>
          </div>
          {reach ? (
            <section className="section" aria-live="polite" id="reach">
              <h2>{t('switch:reach')}</h2>
              <ReachOfSwitch reach={reach} />
              {reach.movable > 0 ? (
                <div className="buttons">
                  <Button type="submit" name="step" value="propose">
                    {t('switch:propose')}
                  </Button>
                </div>
              ) : (
                <p className="notice-line">{t('switch:refusal.nobody_to_move')}</p>
              )}
            </section>
          ) : null}
        </Form>
      ) : (
        <p className="empty">{t('switch:wholeCountry')}</p>
      )}
    </>
  )
}

function Fields({ form, said }: { form: SwitchForm; said: SwitchSaid | undefined }) {
  const { t, say } = useSpeech()
  const programmes = form.programmes.map(({ pack, name }) => ({ value: pack, label: say(name) }))
  return (
    <div className="narrow stack">
      <NativeSelect
        name="from"
        label={t('switch:from')}
        defaultValue={said?.from}
        data={[
          { group: t('switch:ofProgramme'), items: programmes.map(each => ({ ...each, value: `pack:${each.value}` })) },
          {
            group: t('switch:ofFact'),
            items: form.facts.map(({ fact, name }) => ({ value: `fact:${fact}`, label: say(name) })),
          },
        ]}
      />
      <TextInput
        type="date"
        name="on"
        label={t('switch:on')}
        description={t('switch:onHow')}
        defaultValue={said?.on ?? ''}
      />
      <NativeSelect name="to" label={t('switch:to')} defaultValue={said?.to} data={programmes} />
      <TextInput
        type="month"
        name="month"
        label={t('switch:month')}
        defaultValue={said?.month ?? form.month}
        required
      />
      <TextInput
        type="date"
        name="until"
        label={t('switch:until')}
        description={t('switch:untilHow')}
        defaultValue={said?.until ?? ''}
        min={form.today}
        required
      />
      <Checkbox
        name="tells"
        value="yes"
        label={t('switch:tells')}
        description={t('switch:tellsHow')}
        defaultChecked={said?.tells ?? true}
      />
      <Textarea
        name="says"
        label={t('switch:why')}
        description={t('switch:whyHow')}
        defaultValue={said?.says ?? ''}
        required
        maxLength={1000}
        rows={2}
      />
    </div>
  )
}
