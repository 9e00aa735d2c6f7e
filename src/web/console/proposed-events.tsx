import { data, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { Pager } from './pager.tsx'
import { Heading } from './parts.tsx'
import { ProposedEvent } from './proposed-event.tsx'
import './conditions.css'
import './two-persons.css'

const answers = ['recorded', 'known', 'refused'] as const

export const loader = guarded('household.write', async ({ request, context }) => {
  const { searchParams } = new URL(request.url)
  const typed = searchParams.get('page') ?? ''
  const page = /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
  const household = parseId<'Household'>(searchParams.get('household') ?? '')
  const answered = searchParams.has('answered')
  const asked = { page, answered, ...(household && { household }) }
  const found = await doorsOf(context).console.proposedEvents(staffOf(context), asked)
  const done = answers.find(each => each === searchParams.get('done'))
  return { ...inTimeOf(context, found), page, household: household ?? null, answered, done }
})

export const action = guarded('household.write', async ({ request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [feed, household] = [parseId<'Feed'>(said('feed')), parseId<'Household'>(said('household'))]
  const answer = answers.find(each => each === said('answer'))
  if (!feed || !household || !answer || !/^[1-9]\d{0,8}$/.test(said('row'))) throw new Response(null, { status: 400 })
  const row = Number(said('row'))
  const says = said('says').replaceAll('\r\n', '\n').slice(0, 1000)
  const successor = parseId<'Person'>(said('successor')) ?? null
  const done = await doorsOf(context).console.answerProposedEvent(staffOf(context), {
    feed,
    row,
    household,
    answer,
    says: answer === 'refused' ? says : '',
    successor,
    another: said('another') === 'yes',
  })
  if (!done.ok) {
    const { code, ...rest } = done.refusal
    const facts = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]))
    const given = { feed: feed as string, row, says, successor: successor as string | null }
    return data({ ...given, refusal: { code, facts } }, { status: 422 })
  }
  const of = said('of') === household ? `household=${household}&` : ''
  return redirect(`/console/proposed-events?${of}done=${answer}`, { status: 303 })
})

/** Births and deaths that the civil register told: what it says beside what the file says, and an answer to each. */
export default function ProposedEvents() {
  const { rows, more, total, page, household, answered, done } = useLoaderData<typeof loader>()
  const given = useActionData<typeof action>()
  const { t, format } = useSpeech()
  const of = household ? `household=${household}&` : ''
  const tabs = [
    { name: 'waiting', to: household ? `?household=${household}` : '/console/proposed-events', here: !answered },
    { name: 'answered', to: `?${of}answered`, here: answered },
  ] as const
  return (
    <>
      <Heading
        title={t('proposed:title')}
        over={household ? <Link to={`/console/households/${household}`}>{t('proposed:toFile')}</Link> : undefined}
      />
      <nav className="pages" aria-label={t('proposed:tabs')}>
        {tabs.map(({ name, to, here }) =>
          here ? (
            <strong key={name} aria-current="page">
              {t(`proposed:tab.${name}`)}
            </strong>
          ) : (
            <Link key={name} to={to}>
              {t(`proposed:tab.${name}`)}
            </Link>
          ),
        )}
        {household ? <Link to="/console/proposed-events">{t('proposed:tab.all')}</Link> : null}
      </nav>
      <p className="soft narrow">{t('proposed:what')}</p>
      {done ? (
        <p role="status" className="notice-line">
          {t(`proposed:done.${done}`)}
        </p>
      ) : null}
      {answered || total === 0 ? null : <p>{t('proposed:waiting', { count: total, number: format.number(total) })}</p>}
      {rows.length === 0 ? <p className="empty">{t(`proposed:none.${answered ? 'answered' : 'waiting'}`)}</p> : null}
      {rows.map(row => (
        <ProposedEvent
          key={`${row.feed} ${row.row} ${row.household}`}
          row={row}
          of={household}
          given={given?.feed === row.feed && given.row === row.row ? given : undefined}
        />
      ))}
      <Pager page={page} more={more} to={at => `?${of}${answered ? 'answered&' : ''}page=${at}`} />
    </>
  )
}
