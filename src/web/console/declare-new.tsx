import { Alert, Button, NativeSelect, TextInput } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { DraftSummary } from '../declaration-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'

export const loader = guarded('household.write', async ({ request, context }: LoaderArgs) => {
  const { searchParams } = new URL(request.url)
  const number = searchParams.get('number')?.trim().toUpperCase() || undefined
  const page = await doorsOf(context).console.drafts(staffOf(context), number)
  if (page.found) throw redirect(`/console/declarations/${page.found}`)
  // The id is made before anything is sent: sent twice, one declaration begins.
  return inTimeOf(context, { ...page, number, draft: newId<'Draft'>() as string, sent: searchParams.has('dropped') })
})

export const action = guarded('household.write', async ({ request, context }: ActionArgs) => {
  const form = await request.formData()
  const id = parseId<'Draft'>(String(form.get('draft') ?? ''))
  const territory = String(form.get('territory') ?? '').trim()
  if (!id) throw new Response(null, { status: 400 })
  const begun = await doorsOf(context).console.beginDeclaration(staffOf(context), { id, territory })
  if (begun.ok) return redirect(`/console/declarations/${begun.value}`, { status: 303 })
  return data({ code: begun.refusal.code, draft: id as string, territory }, { status: 422 })
})

/** A household that nobody declared before: where it lives, then the form. Declarations under way are taken up here. */
export default function DeclareNew() {
  const { places, drafts, number, found, draft, sent } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      <Heading title={t('declaration:new.title')} />
      {sent ? <p role="status">{t('declaration:dropped')}</p> : null}
      <Section title={t('declaration:new.begin')}>
        {answer ? (
          <Alert color="red" role="alert" variant="light" className="narrow">
            {t(`declaration:begin.${answer.code}`)}
          </Alert>
        ) : null}
        <Form method="post" className="narrow stack">
          <input type="hidden" name="draft" value={answer?.draft ?? draft} />
          <NativeSelect
            name="territory"
            label={t('declaration:new.place')}
            defaultValue={answer?.territory ?? ''}
            data={[
              { value: '', label: t('declaration:choose') },
              ...places.map(({ code, path }) => ({ value: code, label: placeText(path, speech) })),
            ]}
          />
          <div>
            <Button type="submit">{t('declaration:new.start')}</Button>
          </div>
        </Form>
      </Section>
      <Section title={t('declaration:new.resume')}>
        <Form method="get" className="narrow stack">
          <TextInput
            name="number"
            label={t('declaration:new.number')}
            defaultValue={number ?? ''}
            dir="ltr"
            autoComplete="off"
            maxLength={20}
            error={found === null ? t('declaration:new.notFound') : undefined}
          />
          <div>
            <Button type="submit" variant="default">
              {t('declaration:new.take')}
            </Button>
          </div>
        </Form>
        {drafts.length === 0 ? <p className="empty">{t('declaration:new.none')}</p> : <Drafts drafts={drafts} />}
      </Section>
    </>
  )
}

function Drafts({ drafts }: { drafts: readonly DraftSummary[] }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <ul className="declaration-drafts">
      {drafts.map(({ id, number, place, household, waits, savedAt, savedBy }) => (
        <li key={id}>
          <Link to={`/console/declarations/${id}`}>
            <bdi dir="ltr">{number}</bdi>
          </Link>{' '}
          {placeText(place, speech)}
          {household ? ` · ${t('declaration:again')}` : ` · ${t('declaration:newOne')}`}
          {waits ? <span className="badge doubt">{t('declaration:waits')}</span> : null}
          <span className="soft">{t('declaration:saved', { by: savedBy, at: format.instant(savedAt) })}</span>
        </li>
      ))}
    </ul>
  )
}
