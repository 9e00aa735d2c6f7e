import { Alert, Button } from '@mantine/core'
import { data, Form, Link, redirect, useActionData, useLoaderData } from 'react-router'
import { parseId } from '#kernel'
import { accessOf, doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { RunPage, RunRequestPage, RunSampleRow } from '../run-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { shareText } from './determination-columns.ts'
import { guarded } from './guard.ts'
import { Figures, Heading, Section } from './parts.tsx'
import { RunReasons } from './run-reasons.tsx'
import { RunRefusal } from './run-refusal.tsx'
import { RunSample } from './run-sample.tsx'
import { ShockAreaPart } from './shock-parts.tsx'
import { Table } from './table.tsx'

export const loader = guarded('figures.read', async ({ params, context }) => {
  const id = parseId<'DeterminationRun'>(params.run ?? '')
  if (!id) throw new Response(null, { status: 404 })
  const { console: doors } = doorsOf(context)
  const staff = staffOf(context)
  const page = await doors.run(staff, id)
  const asked = page ? undefined : await doors.runRequest(staff, id)
  if (asked) return { page: undefined, asked: inTimeOf(context, asked) }
  if (!page) throw new Response(null, { status: 404 })
  const may = accessOf(context).permissions
  const sample = page.state === 'finished' && may.includes('determination.read') ? await doors.runSample(staff, id) : []
  return { page: inTimeOf(context, page), asked: undefined, sample, mayTake: may.includes('determination.export') }
})

/** Gives the run up. */
export const action = guarded('determination.run', async ({ params, context }) => {
  const id = parseId<'DeterminationRun'>(params.run ?? '')
  if (!id) throw new Response(null, { status: 404 })
  const cancelled = await doorsOf(context).console.cancelRun(staffOf(context), id)
  if (!cancelled.ok) return data({ refused: true }, { status: 422 })
  return redirect(`/console/runs/${id}`, { status: 303 })
})

const tones = { running: 'doubt', finished: 'good', cancelled: 'bad' } as const

/** One run: how far it is, what it found, by region, what is new, and what it was decided on. */
export default function Run() {
  const { page, asked, ...more } = useLoaderData<typeof loader>()
  return page ? (
    <Shown page={page} sample={more.sample ?? []} mayTake={more.mayTake ?? false} />
  ) : (
    <Asked asked={asked} />
  )
}

/** Asked of the workers: none has taken it up, or it could not begin. */
function Asked({ asked }: { asked: RunRequestPage }) {
  const { t, say, format } = useSpeech()
  const { name, month, askedAt, refusal } = asked
  return (
    <>
      <Heading title={`${say(name)}, ${format.month(month)}`} over={<Link to="/console">{t('runs:over')}</Link>} />
      <p>
        <span className={`badge ${refusal ? 'bad' : 'doubt'}`}>
          {t(refusal ? 'runs:state.refused' : 'runs:state.waiting')}
        </span>{' '}
        {format.instant(askedAt)}
      </p>
      {refusal ? (
        <>
          <RunRefusal refusal={refusal} />
          <p>
            <Link to="/console/runs/new">{t('runs:ask.again')}</Link>
          </p>
        </>
      ) : (
        <>
          <p>{t('runs:waitingSays')}</p>
          <p>
            <Link to="">{t('runs:lookAgain')}</Link>
          </p>
        </>
      )}
    </>
  )
}

function Shown({ page, sample, mayTake }: { page: RunPage; sample: readonly RunSampleRow[]; mayTake: boolean }) {
  const answer = useActionData<typeof action>()
  const { t, say, format } = useSpeech()
  return (
    <>
      <Heading
        title={`${say(page.name)}, ${format.month(page.month)}`}
        over={<Link to="/console">{t('runs:over')}</Link>}
      />
      <p>
        <span className={`badge ${tones[page.state]}`}>{t(`runs:state.${page.state}`)}</span>{' '}
        {format.instant(page.finishedAt ?? page.askedAt)}
      </p>
      {answer?.refused ? (
        <Alert color="red" role="alert" variant="light">
          {t('runs:refused')}
        </Alert>
      ) : null}
      {page.trial ? <p className="notice-line">{t('runs:trial')}</p> : null}
      {page.shock ? <ShockAreaPart area={page.shock} /> : null}
      {page.state === 'running' ? <Under page={page} /> : null}
      {page.cancelledAt === null ? null : (
        <p>{t('runs:cancelledBy', { by: page.cancelledBy ?? '', at: format.instant(page.cancelledAt) })}</p>
      )}
      <div className="run-figures">
        <Figures
          figures={[
            { label: t('console:column.households'), value: format.number(page.figures.households) },
            ...(page.isScore
              ? []
              : [
                  { label: t('console:column.eligible'), value: format.number(page.figures.eligible) },
                  { label: t('console:column.share'), value: shareText(page.figures, format) },
                ]),
            { label: t('console:column.undetermined'), value: format.number(page.figures.undetermined) },
            ...(page.figures.amount
              ? [{ label: t('console:column.amount'), value: format.money(page.figures.amount) }]
              : []),
          ]}
        />
      </div>
      <New page={page} mayTake={mayTake && page.state === 'finished'} />
      <RunReasons page={page} />
      <RunSample run={page.id} rows={sample} />
      <Regions page={page} />
      <Refusals page={page} />
      <Source page={page} />
    </>
  )
}

function Under({ page }: { page: RunPage }) {
  const { t, format } = useSpeech()
  const { households, done, perSecond } = page
  return (
    <Section title={t('runs:progress')}>
      <p>
        <progress max={households} value={done} aria-label={t('runs:progress')} />{' '}
        {t('runs:done', { done: format.number(done), total: format.number(households) })}
      </p>
      {perSecond === null ? null : (
        <p className="soft">
          {t('runs:pace', {
            rate: format.number(Math.round(perSecond)),
            minutes: format.number(Math.ceil((households - done) / perSecond / 60)),
          })}
        </p>
      )}
      <p>
        <Link to={`/console/runs/${page.id}`}>{t('runs:lookAgain')}</Link>
      </p>
      {page.mayCancel ? (
        <Form method="post">
          <p className="soft">{t('runs:cancelSays')}</p>
          <Button type="submit" variant="default">
            {t('runs:cancel')}
          </Button>
        </Form>
      ) : null}
    </Section>
  )
}

function New({ page, mayTake }: { page: RunPage; mayTake: boolean }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('runs:new')}>
      <Table
        caption={t('runs:new')}
        quietCaption
        rows={page.differences}
        keyOf={row => row.difference}
        empty={t('runs:newNone')}
        columns={[
          {
            key: 'difference',
            label: t('runs:column.difference'),
            text: row => t(`runs:difference.${row.difference}`),
          },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
          {
            key: 'more',
            label: t('runs:column.more'),
            numeric: true,
            text: row => (row.more ? format.money(row.more) : '–'),
          },
          ...(mayTake
            ? [
                {
                  key: 'list',
                  label: t('runs:column.list'),
                  text: () => '',
                  cell: (row: RunPage['differences'][number]) => (
                    <Link
                      to={`/console/runs/${page.id}/differences.csv?kind=${row.difference}`}
                      reloadDocument
                      download
                      aria-label={t('runs:listOf', { difference: t(`runs:difference.${row.difference}`) })}
                    >
                      CSV
                    </Link>
                  ),
                },
              ]
            : []),
        ]}
      />
      {mayTake && page.differences.length > 0 ? (
        <p className="take">
          <Link to={`/console/runs/${page.id}/differences.csv`} reloadDocument download>
            {t('runs:takeAll')}
          </Link>
        </p>
      ) : null}
    </Section>
  )
}

function Regions({ page }: { page: RunPage }) {
  const { t, say, format } = useSpeech()
  return (
    <Section title={t('runs:regions')}>
      <Table
        caption={t('runs:regions')}
        quietCaption
        rows={page.regions}
        keyOf={row => row.code}
        empty={t('runs:regionsNone')}
        columns={[
          { key: 'name', label: t('console:column.region'), text: row => say(row.name) },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
          ...(page.isScore
            ? []
            : [
                {
                  key: 'eligible',
                  label: t('console:column.eligible'),
                  numeric: true,
                  text: (row: RunPage['regions'][number]) => format.number(row.eligible),
                },
                {
                  key: 'share',
                  label: t('console:column.share'),
                  numeric: true,
                  text: (row: RunPage['regions'][number]) => shareText(row, format),
                },
              ]),
          ...(page.figures.amount
            ? [
                {
                  key: 'amount',
                  label: t('console:column.amount'),
                  numeric: true,
                  text: (row: RunPage['regions'][number]) => (row.amount ? format.money(row.amount) : '–'),
                },
              ]
            : []),
        ]}
      />
    </Section>
  )
}

function Refusals({ page }: { page: RunPage }) {
  const { t, say, format } = useSpeech()
  if (page.isScore) return null
  return (
    <Section title={t('runs:refusals')}>
      <Table
        caption={t('runs:refusals')}
        quietCaption
        rows={page.refusals}
        keyOf={row => row.code}
        empty={t('runs:refusalsNone')}
        columns={[
          { key: 'reason', label: t('runs:column.reason'), text: row => say(row.label) },
          {
            key: 'households',
            label: t('console:column.households'),
            numeric: true,
            text: row => format.number(row.households),
          },
        ]}
      />
    </Section>
  )
}

function Source({ page: { snapshot, packVersion, resultHash } }: { page: RunPage }) {
  const { t, format } = useSpeech()
  return (
    <Section title={t('runs:source')}>
      {snapshot === null ? null : (
        <p className="hashes">
          {t('runs:snapshot', {
            name: snapshot.name,
            day: format.date(snapshot.day),
            at: format.instant(snapshot.at),
          })}
        </p>
      )}
      <p className="hashes">{t('runs:text', { hash: packVersion })}</p>
      {resultHash === null ? null : <p className="hashes">{t('runs:hash', { hash: resultHash })}</p>}
    </Section>
  )
}
