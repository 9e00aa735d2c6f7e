import { Alert, Button } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { ActionArgs, LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { nameText } from './names.ts'
import { PaperList } from './papers.tsx'
import { Heading, Section } from './parts.tsx'

export const loader = guarded('household.write', async ({ params, context }: LoaderArgs) => {
  const id = parseId<'Household'>(params.id ?? '')
  const page = id && (await doorsOf(context).console.eventPage(staffOf(context), id, undefined))
  if (!page) throw new Response(null, { status: 404 })
  const { household, sourceId, head } = page
  const papers = await doorsOf(context).console.papersOfHousehold(staffOf(context), household)
  return inTimeOf(context, { household, sourceId, head, papers, draft: newId<'Draft'>() as string })
})

export const action = guarded('household.write', async ({ params, request, context }: ActionArgs) => {
  const household = parseId<'Household'>(params.id ?? '')
  const id = parseId<'Draft'>(String((await request.formData()).get('draft') ?? ''))
  if (!household || !id) throw new Response(null, { status: 400 })
  const begun = await doorsOf(context).console.beginAgain(staffOf(context), { id, household })
  if (begun.ok) return redirect(`/console/declarations/${begun.value}`, { status: 303 })
  if (begun.refusal.code === 'household_unknown') throw new Response(null, { status: 404 })
  return data({ code: begun.refusal.code }, { status: 422 })
})

/** A household that the register knows declares again: from what it said last. */
export default function DeclareAgain() {
  const { household, sourceId, head, papers, draft } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      <Heading
        title={t('declaration:again')}
        over={
          <Link to={`/console/households/${household}`}>
            {nameText(head, speech)} · <bdi>{sourceId}</bdi>
          </Link>
        }
      />
      {answer ? (
        <Alert color="red" role="alert" variant="light" className="narrow">
          {t(`declaration:begin.${answer.code}`)}
        </Alert>
      ) : null}
      <Form method="post" className="narrow stack">
        <p>{t('declaration:againSays')}</p>
        <input type="hidden" name="draft" value={draft} />
        <div>
          <Button type="submit">{t('declaration:againStart')}</Button>
        </div>
      </Form>
      {papers.length > 0 ? (
        <Section title={t('declaration:paper.title')}>
          <PaperList papers={papers} />
        </Section>
      ) : null}
    </>
  )
}
