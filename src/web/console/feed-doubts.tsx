import { Alert, Button, Radio } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import type { DoubtRow } from '../feed-door.ts'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { nameText, placeText } from './names.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { ProgrammeTabs } from './programme-tabs.tsx'
import './conditions.css'

export const loader = guarded('feed.write', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const typed = searchParams.get('page') ?? ''
  const at = /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
  const page = await doorsOf(context).console.feedDoubts(staffOf(context), at)
  return { ...inTimeOf(context, page), at, settled: searchParams.has('settled') }
})

export const action = guarded('feed.write', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '')
  const [feed, row, whom] = [parseId<'Feed'>(said('feed')), said('row'), said('person')]
  if (!feed || !/^[1-9]\d{0,8}$/.test(row)) throw new Response(null, { status: 400 })
  const refused = (code: string) => data({ feed: feed as string, row: Number(row), code }, { status: 422 })
  const person = whom === 'nobody' ? null : parseId<'Person'>(whom)
  if (person === undefined) return refused('choice_missing')
  const settled = await doorsOf(context).console.settleFeedDoubt(staffOf(context), { feed, row: Number(row), person })
  return settled.ok ? redirect('/console/feeds/doubts?settled', { status: 303 }) : refused(settled.refusal.code)
})

/** Rows of which somebody says who is meant: what the other register said beside each person whom it may mean. */
export default function FeedDoubts() {
  const { rows, more, total, at, settled } = useLoaderData<typeof loader>()
  const { t, format } = useSpeech()
  return (
    <>
      <Heading title={t('feeds:doubts.title')} over={<Link to="/console/feeds">{t('feeds:title')}</Link>} />
      <ProgrammeTabs />
      <p className="soft narrow">{t('feeds:doubts.what')}</p>
      {settled ? (
        <p role="status" className="notice-line">
          {t('feeds:doubts.done')}
        </p>
      ) : null}
      {total === 0 ? <p className="empty">{t('feeds:doubts.none')}</p> : null}
      {total > 0 ? <p>{t('feeds:waiting', { count: total, number: format.number(total) })}</p> : null}
      {rows.map(row => (
        <Doubt key={`${row.feed} ${row.row}`} row={row} />
      ))}
      <Pager page={at} more={more} to={page => `?page=${page}`} />
    </>
  )
}

function Doubt({ row }: { row: DoubtRow }) {
  const speech = useSpeech()
  const { t, format } = speech
  const given = useActionData<typeof action>()
  const id = `d-${row.feed}-${row.row}`
  const refused = given?.feed === row.feed && given.row === row.row ? given.code : undefined
  return (
    <article className="doubt-row" aria-labelledby={id}>
      <h2 id={id}>{t('feeds:doubts.row', { row: format.number(row.row), file: row.label })}</h2>
      <p>
        <span className="badge doubt">{t(`feeds:doubts.why.${row.why}`)}</span>
      </p>
      <p className="soft">{t('feeds:doubts.said', { source: row.source })}</p>
      <dl className="pairs">
        {row.said.map(({ name, value }) => (
          <div key={name} className="pair">
            <dt>{t(`feeds:about.${name}`)}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <Form method="post" className="decide">
        {refused ? (
          <Alert color="red" role="alert" variant="light">
            {t(`feeds:doubts.refusal.${refused}`)}
          </Alert>
        ) : null}
        <input type="hidden" name="feed" value={row.feed} />
        <input type="hidden" name="row" value={row.row} />
        <fieldset className="doubt-candidates">
          <legend>{t('feeds:doubts.whom')}</legend>
          {row.candidates.map(each => (
            <Radio
              key={each.person}
              name="person"
              value={each.person}
              label={nameText(each.name, speech)}
              description={[each.birthDate ? format.date(each.birthDate) : '', placeText(each.place, speech)]
                .filter(Boolean)
                .join(' · ')}
            />
          ))}
          <Radio name="person" value="nobody" label={t('feeds:doubts.nobody')} />
        </fieldset>
        <ul className="doubt-files">
          {row.candidates.map(each => (
            <li key={each.person}>
              <Link to={`/console/persons/${each.person}`}>
                {t('feeds:doubts.open', { name: nameText(each.name, speech) })}
              </Link>
            </li>
          ))}
        </ul>
        <Button type="submit">{t('feeds:doubts.settle')}</Button>
      </Form>
    </article>
  )
}
