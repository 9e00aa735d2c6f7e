import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { WaiverForm, WaiverSaid } from '../condition-door.ts'
import { doorsOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading } from './parts.tsx'
import { ReachText, WaiverRefusalText } from './waiver-parts.tsx'
import './conditions.css'

export const loader = guarded('programme.change', async ({ context }) => {
  const form = await doorsOf(context).console.waiverForm(staffOf(context))
  if (!form) throw new Response(null, { status: 404 })
  return { form, id: newId<'Proposal'>() as string }
})

export const action = guarded('programme.change', async ({ request, context }) => {
  const form = await request.formData()
  const id = parseId<'Proposal'>(String(form.get('id') ?? ''))
  if (!id) throw new Response(null, { status: 400 })
  const said = saidIn(form, id)
  const doors = doorsOf(context).console
  if (form.get('step') === 'propose') {
    const done = await doors.proposeWaiver(staffOf(context), said)
    if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
    return data({ said, refusal: done.refusal }, { status: 422 })
  }
  const shown = await doors.previewWaiver(staffOf(context), said)
  return shown.ok ? { said, reach: shown.value } : data({ said, refusal: shown.refusal }, { status: 422 })
})

function saidIn(form: FormData, id: WaiverSaid['id']): WaiverSaid {
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  return {
    id,
    condition: said('condition'),
    territory: said('territory'),
    from: said('from'),
    until: said('until'),
    group: form.getAll('group').map(String),
    says: said('says'),
  }
}

/** The one screen: which condition, where, when and for whom; how many that is; and the proposal. */
export default function WaiverNew() {
  const { form, id } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const given = useActionData<typeof action>()
  const said = given?.said
  const isShown = given !== undefined && 'reach' in given
  return (
    <>
      <Heading
        title={t('conditions:waiver.propose')}
        over={<Link to="/console/waivers">{t('conditions:waiver.title')}</Link>}
      />
      <p className="soft narrow">{t('conditions:waiver.two')}</p>
      {given && 'refusal' in given ? <WaiverRefusalText refusal={given.refusal} /> : null}
      <Form method="post" className="stack waiver-form">
        <input type="hidden" name="id" value={said?.id ?? id} />
        <What form={form} said={said} />
        <Group form={form} said={said} />
        <div className="narrow">
          <Textarea
            name="says"
            label={t('conditions:waiver.why')}
            description={t('conditions:waiver.whyHow')}
            defaultValue={said?.says ?? ''}
            required
            maxLength={1000}
            rows={2}
          />
        </div>
        <div className="buttons">
          <Button type="submit" name="step" value="preview" variant={isShown ? 'default' : 'filled'}>
            {t('conditions:waiver.preview')}
          </Button>
        </div>
        {isShown ? (
          <section className="section" aria-live="polite" id="reach">
            <h2>{t('conditions:waiver.reach')}</h2>
            <ReachText reach={given.reach} />
            <div className="buttons">
              <Button type="submit" name="step" value="propose">
                {t('conditions:waiver.submit')}
              </Button>
            </div>
          </section>
        ) : null}
      </Form>
    </>
  )
}

type Part = { readonly form: WaiverForm; readonly said: WaiverSaid | undefined }

function What({ form, said }: Part) {
  const speech = useSpeech()
  const { t, say } = speech
  const choices = form.programmes.flatMap(({ pack, name, conditions }) => [
    ...conditions.map(({ code, label }) => ({ value: `${pack} ${code}`, label: `${say(name)} · ${say(label)}` })),
    ...(conditions.length > 1 ? [{ value: pack, label: `${say(name)} · ${t('conditions:waiver.all')}` }] : []),
  ])
  return (
    <div className="narrow stack">
      <NativeSelect
        name="condition"
        label={t('conditions:waiver.condition')}
        data={choices}
        defaultValue={said?.condition || undefined}
      />
      <NativeSelect
        name="territory"
        label={t('conditions:place')}
        description={t('conditions:waiver.placeHow')}
        data={form.places.map(({ code, names }) => ({ value: code, label: placeText(names, speech) }))}
        defaultValue={said?.territory ?? form.places[0]?.code}
      />
      <TextInput
        type="month"
        name="from"
        label={t('conditions:waiver.from')}
        defaultValue={said?.from ?? form.month}
        required
      />
      <TextInput
        type="month"
        name="until"
        label={t('conditions:waiver.until')}
        defaultValue={said?.until ?? ''}
        required
      />
    </div>
  )
}

function Group({ form, said }: Part) {
  const { t, say } = useSpeech()
  const chosen = new Set(said?.group ?? [])
  return (
    <fieldset className="narrow group-facts">
      <legend>{t('conditions:waiver.group')}</legend>
      <p className="soft">{t('conditions:waiver.groupHow')}</p>
      {form.facts.map(({ name, label, codes }) => (
        <details key={name} open={codes.some(({ code }) => chosen.has(`${name} ${code}`))}>
          <summary>{say(label)}</summary>
          <div>
            {codes.map(({ code, label: words }) => (
              <Checkbox
                key={code}
                name="group"
                value={`${name} ${code}`}
                label={say(words)}
                defaultChecked={chosen.has(`${name} ${code}`)}
              />
            ))}
          </div>
        </details>
      ))}
    </fieldset>
  )
}
