import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { monthsBetween, newId, parseId, parseMonth } from '#kernel'
import { doorsOf, staffOf } from '../load-context.ts'
import type { ShockForm, ShockSaid } from '../shock-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading } from './parts.tsx'
import { Budgets, ReachTables, ShockRefusalText } from './shock-parts.tsx'
import './shock.css'

const KINDS = ['drought', 'flood', 'earthquake', 'epidemic', 'prices'] as const

export const loader = guarded('programme.change', async ({ context }) => {
  const form = await doorsOf(context).console.shockForm(staffOf(context))
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
    const done = await doors.proposeShock(staffOf(context), said)
    if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
    return data({ said, refusal: done.refusal }, { status: 422 })
  }
  const shown = await doors.previewShock(staffOf(context), said)
  return shown.ok ? { said, preview: shown.value } : data({ said, refusal: shown.refusal }, { status: 422 })
})

/** Amounts are typed as people write them: 1 000,50 is 1000.50. */
function saidIn(form: FormData, id: ShockSaid['id']): ShockSaid {
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  const names = (pack: string) =>
    [...form.keys()].flatMap(key => (key.startsWith(`value ${pack} `) ? [key.slice(`value ${pack} `.length)] : []))
  const packs = form.getAll('pack').map(String)
  return {
    id,
    name: said('name'),
    kind: said('kind'),
    territories: form.getAll('place').map(String),
    from: said('from'),
    until: said('until'),
    packs: packs.map(pack => ({
      pack,
      values: Object.fromEntries(
        names(pack).map(name => [name, said(`value ${pack} ${name}`).replaceAll(/\s/g, '').replace(',', '.')]),
      ),
    })),
    waives: form.get('waives') !== null,
    reference: said('reference'),
    evidence: said('evidence'),
    says: said('says'),
  }
}

/** The one screen: what happened, where and when, what is paid; whom that reaches and what it costs; and the proposal. */
export default function ShockNew() {
  const { form, id } = useLoaderData<typeof loader>()
  const { t, say } = useSpeech()
  const given = useActionData<typeof action>()
  const said = given?.said
  const refusal = given && 'refusal' in given ? given.refusal : undefined
  const preview = given && 'preview' in given ? given.preview : undefined
  const [from, until] = [parseMonth(said?.from ?? ''), parseMonth(said?.until ?? '')]
  return (
    <>
      <Heading title={t('shock:declare')} over={<Link to="/console/shocks">{t('shock:title')}</Link>} />
      <p className="soft narrow">{t('shock:two')}</p>
      {refusal ? <ShockRefusalText refusal={refusal} label={amountLabel(form, refusal, say)} /> : null}
      <Form method="post" className="stack shock-form">
        <input type="hidden" name="id" value={said?.id ?? id} />
        <What form={form} said={said} />
        <Where form={form} said={said} />
        <Paid form={form} said={said} />
        <Grounds said={said} />
        <div className="buttons">
          <Button type="submit" name="step" value="preview" variant={preview ? 'default' : 'filled'}>
            {t('shock:preview')}
          </Button>
        </div>
        {preview ? (
          <section className="section" aria-live="polite" id="reach">
            <h2>{t('shock:reach')}</h2>
            <ReachTables reach={preview.reach} />
            <Budgets budgets={preview.budgets} months={from && until ? monthsBetween(from, until) + 1 : 1} />
            <div className="buttons">
              <Button type="submit" name="step" value="propose">
                {t('shock:propose')}
              </Button>
            </div>
          </section>
        ) : null}
      </Form>
    </>
  )
}

function amountLabel(form: ShockForm, refusal: object, say: ReturnType<typeof useSpeech>['say']): string {
  const { pack, parameter } = refusal as { pack?: string; parameter?: string }
  const found = form.packs.find(each => each.pack === pack)
  const asked = found?.asks.find(each => each.name === parameter)
  return asked ? `${say(found!.name)}, ${say(asked.label)}` : ''
}

type Part = { readonly form: ShockForm; readonly said: ShockSaid | undefined }

function What({ form, said }: Part) {
  const { t } = useSpeech()
  return (
    <fieldset className="narrow stack">
      <legend>{t('shock:whatHappened')}</legend>
      <TextInput name="name" label={t('shock:name')} defaultValue={said?.name ?? ''} required maxLength={120} />
      <NativeSelect
        name="kind"
        label={t('shock:kindLabel')}
        data={KINDS.map(kind => ({ value: kind, label: t(`shock:kind.${kind}`) }))}
        defaultValue={said?.kind ?? 'drought'}
      />
      <TextInput type="month" name="from" label={t('shock:from')} defaultValue={said?.from ?? form.month} required />
      <TextInput type="month" name="until" label={t('shock:until')} defaultValue={said?.until ?? ''} required />
    </fieldset>
  )
}

function Where({ form, said }: Part) {
  const { t, say } = useSpeech()
  const chosen = new Set(said?.territories ?? [])
  return (
    <fieldset className="stack">
      <legend>{t('shock:where')}</legend>
      <p className="soft">{t('shock:whereHow')}</p>
      <Checkbox name="place" value="" label={t('shock:country')} defaultChecked={chosen.has('')} />
      <div className="shock-places">
        {form.places.map(({ code, name, below }) => (
          <div key={code}>
            <Checkbox name="place" value={code} label={say(name)} defaultChecked={chosen.has(code)} />
            <details open={below.some(each => chosen.has(each.code))}>
              <summary>{t('shock:below', { name: say(name) })}</summary>
              {below.map(each => (
                <Checkbox
                  key={each.code}
                  name="place"
                  value={each.code}
                  label={say(each.name)}
                  defaultChecked={chosen.has(each.code)}
                />
              ))}
            </details>
          </div>
        ))}
      </div>
    </fieldset>
  )
}

function Paid({ form, said }: Part) {
  const { t, say, format } = useSpeech()
  return (
    <fieldset className="stack">
      <legend>{t('shock:paid')}</legend>
      {form.packs.length === 0 ? <p className="empty">{t('shock:noPacks')}</p> : null}
      {form.packs.map(({ pack, name, says, way, of, asks }) => {
        const values = said?.packs.find(each => each.pack === pack)?.values
        return (
          <div key={pack} className="narrow stack">
            <Checkbox
              name="pack"
              value={pack}
              label={say(name)}
              description={`${t(`shock:way.${way}`, { programme: say(of) })} ${say(says)}`}
              defaultChecked={values !== undefined}
            />
            <div className="shock-asks">
              {asks.map(each => (
                <TextInput
                  key={each.name}
                  name={`value ${pack} ${each.name}`}
                  label={`${say(each.label)} (${form.currency})`}
                  inputMode="decimal"
                  defaultValue={values?.[each.name] ?? ''}
                  description={
                    each.last
                      ? t('shock:last', { amount: format.money(each.last.amount), source: each.last.source })
                      : t('shock:neverGiven')
                  }
                />
              ))}
            </div>
          </div>
        )
      })}
      <Checkbox
        name="waives"
        value="yes"
        label={t('shock:waives')}
        description={t('shock:waivesHow')}
        defaultChecked={said?.waives ?? false}
      />
    </fieldset>
  )
}

function Grounds({ said }: { said: ShockSaid | undefined }) {
  const { t } = useSpeech()
  return (
    <fieldset className="narrow stack">
      <legend>{t('shock:grounds')}</legend>
      <TextInput
        name="reference"
        label={t('shock:reference')}
        description={t('shock:referenceHow')}
        defaultValue={said?.reference ?? ''}
        maxLength={1000}
      />
      <Textarea
        name="evidence"
        label={t('shock:evidence')}
        description={t('shock:evidenceHow')}
        defaultValue={said?.evidence ?? ''}
        required
        maxLength={1000}
        rows={2}
      />
      <Textarea name="says" label={t('shock:why')} defaultValue={said?.says ?? ''} required maxLength={1000} rows={2} />
    </fieldset>
  )
}
