import { Button, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'
import { groupText, monthsText, WaiverBadge, WaiverRefusalText } from './waiver-parts.tsx'

export const loader = guarded('programme.change', async ({ params, context }) => {
  const id = parseId<'ConditionWaiver'>(params.id ?? '')
  const found = id && (await doorsOf(context).console.waiver(staffOf(context), id))
  if (!found) throw new Response(null, { status: 404 })
  return { waiver: inTimeOf(context, found), id: newId<'Proposal'>() as string }
})

export const action = guarded('programme.change', async ({ request, params, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  const [waiver, id] = [parseId<'ConditionWaiver'>(params.id ?? ''), parseId<'Proposal'>(said('id'))]
  if (!waiver || !id) throw new Response(null, { status: 400 })
  const asked = { id, waiver, until: said('until'), says: said('says') }
  const done = await doorsOf(context).console.proposeWaiverEnd(staffOf(context), asked)
  if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
  return data({ asked, refusal: done.refusal }, { status: 422 })
})

/** A waiver: what does not count, where, until when and why; and its end, earlier, proposed to a second person. */
export default function Waiver() {
  const { waiver, id } = useLoaderData<typeof loader>()
  const speech = useSpeech()
  const { t, say, format } = speech
  const pairs = [
    [t('conditions:waiver.condition'), waiver.condition ? say(waiver.condition) : t('conditions:waiver.all')],
    [t('conditions:place'), placeText(waiver.place, speech)],
    [t('conditions:waiver.months'), monthsText(waiver, speech)],
    [t('conditions:waiver.group'), groupText(waiver.group, speech)],
    [t('conditions:waiver.approved'), format.instant(waiver.approvedAt)],
  ]
  return (
    <>
      <Heading
        title={say(waiver.programme)}
        over={<Link to="/console/waivers">{t('conditions:waiver.title')}</Link>}
        aside={<WaiverBadge state={waiver.state} />}
      />
      <blockquote>{waiver.says}</blockquote>
      <dl className="pairs">
        {pairs.map(([label, text]) => (
          <div key={label} className="pair">
            <dt>{label}</dt>
            <dd>
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {waiver.shock ? (
        <p>
          <Link to={`/console/shocks/${waiver.shock}`}>{t('conditions:waiver.ofShock')}</Link>
        </p>
      ) : null}
      {waiver.ends.length > 0 ? (
        <ol className="history">
          {waiver.ends.map(each => (
            <li key={each.at}>
              <strong>{t('conditions:waiver.endedAt', { month: format.month(each.until) })}</strong>{' '}
              {format.instant(each.at)} <q>{each.says}</q>
            </li>
          ))}
        </ol>
      ) : null}
      <p>
        <Link to={`/console/programmes/${waiver.pack}/conditions`}>{t('conditions:waiver.seeMonth')}</Link>
      </p>
      {waiver.mayEnd ? <EndEarly id={id} first={waiver.first} /> : null}
    </>
  )
}

function EndEarly({ id, first }: { id: string; first: string }) {
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  return (
    <Section title={t('conditions:waiver.endTitle')}>
      <p className="soft narrow">{t('conditions:waiver.endWhat')}</p>
      <Form method="post" className="decide">
        {given ? <WaiverRefusalText refusal={given.refusal} /> : null}
        <input type="hidden" name="id" value={given?.asked.id ?? id} />
        <TextInput
          type="month"
          name="until"
          label={t('conditions:waiver.until')}
          description={t('conditions:waiver.endFirst', { month: format.month(first) })}
          defaultValue={given?.asked.until ?? ''}
          required
        />
        <Textarea
          name="says"
          label={t('conditions:waiver.why')}
          defaultValue={given?.asked.says ?? ''}
          required
          maxLength={1000}
          rows={2}
        />
        <Button type="submit">{t('conditions:waiver.endSubmit')}</Button>
      </Form>
    </Section>
  )
}
