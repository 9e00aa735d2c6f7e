import { Button, Textarea, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { ShockId } from '#programmes'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Heading, Section } from './parts.tsx'
import { Amounts, Pair, Places, ShockBadge, ShockRefusalText } from './shock-parts.tsx'

const shockOf = (text: string | undefined): ShockId => {
  const id = parseId(text ?? '')
  if (!id) throw new Response(null, { status: 404 })
  return id as string as ShockId
}

export const loader = guarded('programme.change', async ({ params, context }) => {
  const page = await doorsOf(context).console.shock(staffOf(context), shockOf(params.id))
  if (!page) throw new Response(null, { status: 404 })
  return inTimeOf(context, { page, id: newId<'Proposal'>() as string })
})

export const action = guarded('programme.change', async ({ params, request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  const id = parseId<'Proposal'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const asked = { id, shock: shockOf(params.id), until: said('until'), says: said('says') }
  const done = await doorsOf(context).console.proposeShockEnd(staffOf(context), asked)
  if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
  return data({ until: asked.until, says: asked.says, refusal: done.refusal }, { status: 422 })
})

/** A shock: where, when, what is paid and why; and its end, which two persons move. */
export default function ShockOne() {
  const { page, id } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  const given = useActionData<typeof action>()
  return (
    <>
      <Heading
        title={page.name}
        over={<Link to="/console/shocks">{t('shock:title')}</Link>}
        aside={<ShockBadge state={page.state} />}
      />
      <blockquote>{page.says}</blockquote>
      <dl className="pairs">
        <Pair label={t('shock:kindLabel')}>{t(`shock:kind.${page.kind}`)}</Pair>
        <Pair label={t('shock:where')}>
          <Places places={page.places} />
        </Pair>
        <Pair label={t('shock:when')}>
          {t('shock:fromUntil', { from: format.month(page.from), until: format.month(page.until) })}
        </Pair>
        <Amounts amounts={page.amounts} />
        <Pair label={t('shock:waives')}>{page.waives ? t('shock:yes') : t('shock:no')}</Pair>
        <Pair label={t('shock:reference')}>
          <bdi>{page.reference}</bdi>
        </Pair>
        <Pair label={t('shock:evidence')}>
          <bdi>{page.evidence}</bdi>
        </Pair>
        <Pair label={t('shock:declared')}>{format.instant(page.declaredAt)}</Pair>
      </dl>
      {page.changes.length > 0 ? (
        <ol className="history">
          {page.changes.map(each => (
            <li key={each.at}>
              <strong>{t('shock:newEnd', { month: format.month(each.until) })}</strong> {format.instant(each.at)}{' '}
              <q>{each.says}</q>
            </li>
          ))}
        </ol>
      ) : null}
      {page.mayMove ? (
        <Section title={t('shock:end.title')}>
          <p className="soft narrow">{t('shock:end.what')}</p>
          <Form method="post" className="narrow stack">
            {given ? <ShockRefusalText refusal={given.refusal} /> : null}
            <input type="hidden" name="id" value={id} />
            <TextInput
              type="month"
              name="until"
              label={t('shock:end.month')}
              defaultValue={given?.until ?? page.until}
              min={page.month}
              required
            />
            <Textarea
              name="says"
              label={t('shock:why')}
              defaultValue={given?.says ?? ''}
              required
              maxLength={1000}
              rows={2}
            />
            <div>
              <Button type="submit">{t('shock:end.propose')}</Button>
            </div>
          </Form>
        </Section>
      ) : null}
    </>
  )
}
