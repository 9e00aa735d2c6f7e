import { Alert, Button, Textarea } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { newId, parseId } from '#kernel'
import type { SwitchId } from '#programmes'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import { useSpeech } from '../speech-context.tsx'
import type { SwitchPage } from '../switch-door.ts'
import { guarded } from './guard.ts'
import { Figures, Heading, Section } from './parts.tsx'
import { Pair } from './shock-parts.tsx'
import { Notice, SwitchBadge, SwitchRefusalText } from './switch-parts.tsx'
import { Table } from './table.tsx'
import './switch.css'

const switchIn = (text: string | undefined): SwitchId => {
  const id = parseId(text ?? '')
  if (!id) throw new Response(null, { status: 404 })
  return id as string as SwitchId
}

export const loader = guarded('programme.change', async ({ params, request, context }) => {
  const page = await doorsOf(context).console.switchOf(staffOf(context), switchIn(params.id))
  if (!page) throw new Response(null, { status: 404 })
  const resumed = new URL(request.url).searchParams.has('resumed')
  return inTimeOf(context, { page, resumed, id: newId<'Proposal'>() as string })
})

export const action = guarded('programme.change', async ({ params, request, context }) => {
  const form = await request.formData()
  const said = (name: string) => String(form.get(name) ?? '').replaceAll('\r\n', '\n')
  const doors = doorsOf(context).console
  const move = switchIn(params.id)
  if (said('do') === 'resume') {
    const left = await doors.resumeSwitch(staffOf(context), move)
    if (left.ok) return redirect(`/console/switches/${move}?resumed`, { status: 303 })
    return data({ do: 'resume', says: '', refusal: left.refusal }, { status: 422 })
  }
  if (said('do') === 'stop') {
    const stopped = await doors.stopSwitch(staffOf(context), { id: move, says: said('says') })
    if (stopped.ok) return redirect(`/console/switches/${move}`, { status: 303 })
    return data({ do: 'stop', says: said('says'), refusal: stopped.refusal }, { status: 422 })
  }
  const id = parseId<'Proposal'>(said('id'))
  if (!id) throw new Response(null, { status: 400 })
  const done = await doors.proposeSwitchBack(staffOf(context), { id, reverses: move, says: said('says') })
  if (done.ok) return redirect(`/console/proposals/${id}`, { status: 303 })
  return data({ do: 'back', says: said('says'), refusal: done.refusal }, { status: 422 })
})

/** A move: how far it is, what became of whom, what families were told, and until when it can be taken back. */
export default function Switch() {
  const { page, resumed, id } = useLoaderData<typeof loader>()
  const { t, say, format } = useSpeech()
  const given = useActionData<typeof action>()
  const isOpen = page.finishedAt === null && page.reversedBy === null
  const typed = (which: 'stop' | 'back') => (given?.do === which ? given.says : '')
  return (
    <>
      <Heading
        title={
          page.isReversal
            ? t('switch:backFrom', { from: say(page.from) })
            : t('switch:fromTo', { from: say(page.from), to: say(page.to) })
        }
        over={<Link to="/console/switches">{t('switch:title')}</Link>}
        aside={<SwitchBadge state={page.state} />}
      />
      {resumed && isOpen && !page.stopped ? (
        <p role="status" className="notice-line">
          {t('switch:resumed')}
        </p>
      ) : null}
      {given ? <SwitchRefusalText refusal={given.refusal} /> : null}
      <blockquote>{page.says}</blockquote>
      {isOpen ? <UnderWay page={page} says={typed('stop')} /> : null}
      <Terms page={page} />
      {page.ranges === 0 ? null : <Became page={page} />}
      <Section title={t('switch:notice')}>
        {page.tells ? (
          <>
            <p>{t('switch:told', { count: page.told, number: format.number(page.told) })}</p>
            <Notice notice={page.notice} />
          </>
        ) : (
          <p className="soft">{t('switch:quiet')}</p>
        )}
      </Section>
      {page.isReversal ? null : <Back page={page} id={id} says={typed('back')} />}
    </>
  )
}

function UnderWay({ page, says }: { page: SwitchPage; says: string }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('switch:progress')}>
      {page.stopped ? <Stopped stopped={page.stopped} /> : null}
      {page.ranges === 0 ? (
        page.stopped ? null : (
          <p>{t('switch:notBegun')}</p>
        )
      ) : (
        <p>
          <progress max={page.ranges} value={page.rangesDone} aria-label={t('switch:progress')} />{' '}
          {t('switch:parts', { done: format.number(page.rangesDone), all: format.number(page.ranges) })}
        </p>
      )}
      <p>
        <Link to={`/console/switches/${page.id}`}>{t('switch:lookAgain')}</Link>
      </p>
      <Form method="post" className="switch-resume">
        <p className="soft narrow">{page.stopped ? t('switch:goOnHow') : t('switch:resumeHow')}</p>
        <Button type="submit" name="do" value="resume" variant="default">
          {t('switch:resume')}
        </Button>
      </Form>
      {page.stopped ? null : <Stop says={says} />}
    </Section>
  )
}

/** The brake: one person stops a move, between two of its parts. */
function Stop({ says }: { says: string }) {
  const { t } = useSpeech()
  return (
    <Form method="post" className="switch-resume narrow stack">
      <h3>{t('switch:stopTitle')}</h3>
      <p className="soft">{t('switch:stopHow')}</p>
      <Textarea name="says" label={t('switch:why')} defaultValue={says} required maxLength={1000} rows={2} />
      <div>
        <Button type="submit" name="do" value="stop" color="red" variant="light">
          {t('switch:stop')}
        </Button>
      </div>
    </Form>
  )
}

function Stopped({ stopped: { at, by, says } }: { stopped: NonNullable<SwitchPage['stopped']> }) {
  const { t, format } = useSpeech()
  return (
    <Alert variant="light" color="red" className="narrow" role="status">
      <strong>{t('switch:stopped')}</strong>
      <p>
        <bdi>{by}</bdi> · {format.instant(at)} · <q>{says}</q>
      </p>
    </Alert>
  )
}

function Terms({ page }: { page: SwitchPage }) {
  const { t, say, format } = useSpeech()
  const by = (name: string | null) => (name ? <bdi>{name}</bdi> : null)
  return (
    <dl className="pairs">
      <Pair label={t('switch:from')}>
        {say(page.from)}
        {page.heldOn && !page.isReversal ? ` · ${t('switch:heldOn', { date: format.date(page.heldOn) })}` : null}
      </Pair>
      <Pair label={t('switch:to')}>{page.heldOn && page.isReversal ? t('switch:nowhere') : say(page.to)}</Pair>
      <Pair label={t('switch:month')}>{format.month(page.month)}</Pair>
      <Pair label={t('switch:proposedBy')}>{by(page.proposedBy)}</Pair>
      <Pair label={t('switch:approved')}>
        {by(page.approvedBy)} {format.instant(page.approvedAt)}
      </Pair>
      {page.finishedAt ? <Pair label={t('switch:finished')}>{format.instant(page.finishedAt)}</Pair> : null}
      {page.reverses ? (
        <Pair label={t('switch:takesBack')}>
          <Link to={`/console/switches/${page.reverses}`}>{t('switch:thatMove')}</Link>
        </Pair>
      ) : null}
    </dl>
  )
}

const OUTCOMES = ['enrolled', 'waiting', 'eligible', 'already', 'not_from_here', 'exited'] as const

function Became({ page }: { page: SwitchPage }) {
  const { t, format } = useSpeech()
  const rows = OUTCOMES.flatMap(outcome => {
    const households = page.counts[outcome]
    return households ? [{ outcome, households }] : []
  })
  return (
    <Section title={t('switch:became')}>
      <Figures figures={[{ label: t('switch:planned'), value: format.number(page.households) }]} />
      <Table
        caption={t('switch:became')}
        quietCaption
        rows={rows}
        keyOf={row => row.outcome}
        empty={t('switch:nobodyYet')}
        columns={[
          { key: 'outcome', label: t('switch:outcomeTitle'), text: row => t(`switch:outcome.${row.outcome}`) },
          {
            key: 'households',
            label: t('switch:households'),
            numeric: true,
            text: row => format.number(row.households),
          },
        ]}
      />
    </Section>
  )
}

/** The way back, and until when there is one. */
function Back({ page, id, says }: { page: SwitchPage; id: string; says: string }) {
  const { t, format } = useSpeech()
  const date = format.date(page.windowUntil)
  return (
    <Section title={t('switch:back')}>
      {page.reversedBy ? (
        <p>
          <Link to={`/console/switches/${page.reversedBy}`}>{t('switch:backBy')}</Link>
        </p>
      ) : page.reversalWaits ? (
        <p>
          <Link to={`/console/proposals/${page.reversalWaits}`}>{t('switch:backWaits')}</Link>
        </p>
      ) : !page.isWindowOpen ? (
        <p>{t('switch:backOver', { date })}</p>
      ) : page.finishedAt === null && !page.stopped ? (
        <p>{t('switch:backLater', { date })}</p>
      ) : (
        <Form method="post" className="narrow stack">
          <p>
            <strong>{t('switch:backUntil', { date })}</strong>
          </p>
          <p className="soft">{t('switch:backHow')}</p>
          <input type="hidden" name="id" value={id} />
          <Textarea name="says" label={t('switch:why')} defaultValue={says} required maxLength={1000} rows={2} />
          <div>
            <Button type="submit" name="do" value="back">
              {t('switch:backPropose')}
            </Button>
          </div>
        </Form>
      )}
    </Section>
  )
}
