import { Alert, Button } from '@mantine/core'
import { Form, Link, redirect, useLoaderData, useSearchParams } from 'react-router'
import { parseId } from '#kernel'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { SimulationPage } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { guarded } from './guard.ts'
import { useMay } from './may.ts'
import { Heading, Section } from './parts.tsx'
import { Contents, ScenarioTables, SideBySide } from './simulation-result.tsx'
import { StudyRefused } from './study-refused.tsx'

export const loader = guarded('simulation.read', async ({ params, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id))
  if (!page) throw new Response(null, { status: 404 })
  return inTimeOf(context, { id, page })
})

/** Gives up the reader's own study. */
export const action = guarded('simulation.run', async ({ params, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const given = id && (await doorsOf(context).console.cancelSimulation(staffOf(context), id))
  if (!given) throw new Response(null, { status: 404 })
  return redirect(`/console/simulation/${id}`, { status: 303 })
})

/** A study: waited for, ended without figures, or what it found. */
export default function SimulationStudy() {
  const { id, page } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const over = <Link to="/console/simulation">{t('simulation:title')}</Link>
  if (page.state === 'saved') return <Found id={id} page={page} />
  return (
    <>
      <Heading title={page.name} over={over} />
      {page.state === 'waiting' ? <Waiting page={page} /> : <Ended page={page} />}
    </>
  )
}

function Waiting({ page: { ahead, done, of, own } }: { page: Extract<SimulationPage, { state: 'waiting' }> }) {
  const { t, format } = useSpeech()
  return (
    <>
      <meta httpEquiv="refresh" content="2" />
      <p role="status">
        {ahead > 0 ? t('simulation:ahead', { count: ahead, number: format.number(ahead) }) : t('simulation:underWay')}{' '}
        {of > 0 ? t('simulation:progress', { done: format.number(done), of: format.number(of) }) : null}
      </p>
      {own ? (
        <Form method="post">
          <Button type="submit" variant="default">
            {t('simulation:cancel')}
          </Button>
        </Form>
      ) : null}
    </>
  )
}

function Ended({ page: { end } }: { page: Extract<SimulationPage, { state: 'ended' }> }) {
  const { t } = useSpeech()
  if (end.code !== 'refused') return <Alert color="red" role="alert" title={t(`simulation:end.${end.code}`)} />
  return <StudyRefused refusal={end.refusal} says={end.says} />
}

const UNPRINTED = ['printer_missing', 'printer_busy', 'print_too_large', 'print_too_long']

/** Why the PDF that was asked for did not come. */
function Unprinted() {
  const { t } = useSpeech()
  const [asked] = useSearchParams()
  const code = asked.get('unprinted') ?? ''
  if (!UNPRINTED.includes(code)) return null
  return (
    <Alert color="red" role="alert" title={t(`simulation:unprinted.${code}`)}>
      {t('simulation:take.print')}
    </Alert>
  )
}

type Saved = Extract<SimulationPage, { state: 'saved' }>

function Found({ id, page }: { id: string; page: Saved }) {
  const { t, say, format } = useSpeech()
  const may = useMay()
  const { row, result } = page
  const home = `/console/simulation/${id}`
  const again = new URLSearchParams({ snapshot: row.snapshotHash, pack: row.pack, month: row.month, from: id })
  return (
    <>
      <Heading title={row.name} over={<Link to="/console/simulation">{t('simulation:title')}</Link>} />
      <Unprinted />
      <p>
        <strong>{say(row.packName)}</strong>, {format.month(row.month)}.{' '}
        {t('simulation:on', {
          day: format.date(result.snapshot.effectiveOn),
          households: format.number(result.snapshot.households),
        })}{' '}
        {result.snapshot.modelled ? t('simulation:modelled') : null}
      </p>
      <p className="soft">
        {t('simulation:savedBy', { name: row.savedName, at: format.instant(row.savedAt) })}{' '}
        <code dir="ltr">{row.snapshotHash.slice(0, 16)}</code>
      </p>
      <p className="soft">{t('simulation:hiddenSays')}</p>
      <Contents result={result} />
      <SideBySide result={result} packs={page.packs} />
      {result.scenarios.map((scenario, index) => (
        <ScenarioTables
          key={scenario.name}
          home={home}
          scenario={scenario}
          index={index}
          currency={result.currency}
          tiles={page.tiles}
        />
      ))}
      <Section title={t('simulation:take.title')} id="take">
        <ul className="take-away">
          <li>
            <Link to={`${home}/study.pdf`} reloadDocument download>
              {t('simulation:take.pdf')}
            </Link>
          </li>
          <li>
            <Link to={`${home}/tables.xlsx`} reloadDocument download>
              {t('simulation:take.xlsx')}
            </Link>
          </li>
          <li>
            <Link to={`${home}/draft.yaml`} reloadDocument download>
              {t('simulation:take.study')}
            </Link>
          </li>
          {result.scenarios.flatMap(({ name, draft }, scenario) =>
            draft.map(({ path }, file) => (
              <li key={`${name} ${path}`}>
                <Link to={`${home}/draft.yaml?scenario=${scenario}&file=${file}`} reloadDocument download>
                  {t('simulation:take.draft', { name })} <code dir="ltr">{path}</code>
                </Link>
              </li>
            )),
          )}
          {may('simulation.run') ? (
            <li>
              <Link to={`/console/simulation/new?${again}`}>{t('simulation:take.again')}</Link>
            </li>
          ) : null}
        </ul>
      </Section>
    </>
  )
}
