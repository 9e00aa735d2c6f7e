import { Link, useLoaderData } from 'react-router'
import { doorsOf, inTimeOf, staffOf } from '../load-context.ts'
import type { LoaderArgs } from '../route.ts'
import { useSpeech } from '../speech-context.tsx'
import type { ProposalRow } from '../two-persons.ts'
import { useMay } from './may.ts'
import { placeText } from './names.ts'
import { Heading, Section } from './parts.tsx'

export async function loader({ context }: LoaderArgs) {
  return { rows: inTimeOf(context, await doorsOf(context).console.proposals(staffOf(context))) }
}

const tones = {
  waiting: 'doubt',
  approved: 'good',
  carried_out: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  expired: 'plain',
} as const

/** What takes two persons: what waits for the reader, what the reader proposed, what is done. */
export default function Proposals() {
  const { rows } = useLoaderData<typeof loader>()
  const { t } = useSpeech()
  const may = useMay()
  const waits = (row: ProposalRow) => row.state === 'waiting' || row.state === 'approved'
  return (
    <>
      <Heading title={t('security:proposals.title')} />
      <p className="soft">{t('security:proposals.what')}</p>
      <List title={t('security:proposals.forMe')} rows={rows.filter(row => waits(row) && !row.own)} />
      <List title={t('security:proposals.mine')} rows={rows.filter(row => waits(row) && row.own)} />
      <List title={t('security:proposals.done')} rows={rows.filter(row => !waits(row))} />
      <p>
        <Link to="/console/conflicts">{t('security:conflicts.title')}</Link>
        {may('staff.read') ? (
          <>
            {' · '}
            <Link to="/console/payments/limits">{t('cycle:limit.title')}</Link>
          </>
        ) : null}
      </p>
    </>
  )
}

function List({ title, rows }: { title: string; rows: readonly ProposalRow[] }) {
  const speech = useSpeech()
  const { t, format } = speech
  return (
    <Section title={title}>
      {rows.length === 0 ? <p className="empty">{t('security:proposals.none')}</p> : null}
      <ul className="history">
        {rows.map(row => (
          <li key={row.id}>
            <Link to={`/console/proposals/${row.id}`}>{t(`security:kind.${row.kind}`)}</Link> <State row={row} />{' '}
            <span className="soft">
              <bdi>{row.byName}</bdi> · {format.instant(row.at)} · {placeText(row.territory, speech)}
            </span>
            <q>{row.says}</q>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The state of a proposal, in a word. */
export function State({ row }: { row: ProposalRow }) {
  const { t } = useSpeech()
  return <span className={`badge ${tones[row.state]}`}>{t(`security:state.${row.state}`)}</span>
}
