import { Link } from 'react-router'
import type { DecidedState, RunSampleRow } from '../run-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { placeText } from './names.ts'
import { Section } from './parts.tsx'
import { outcomeText } from './run-columns.ts'
import { Table } from './table.tsx'

/** Some households of each kind, drawn by a hash: each opens the decision with every step that leads to it. */
export function RunSample({ run, rows }: { run: string; rows: readonly RunSampleRow[] }) {
  const speech = useSpeech()
  const { t } = speech
  if (rows.length === 0) return null
  return (
    <Section title={t('runs:sample')}>
      <p className="soft">{t('runs:sampleSays')}</p>
      <Table
        caption={t('runs:sample')}
        quietCaption
        rows={rows}
        keyOf={row => `${row.kind} ${row.household}`}
        empty=""
        columns={[
          {
            key: 'kind',
            label: t('runs:column.difference'),
            text: row =>
              row.kind === 'undetermined' ? t('console:outcome.undetermined') : t(`runs:difference.${row.kind}`),
          },
          {
            key: 'household',
            label: t('runs:column.sourceId'),
            text: row => row.sourceId ?? row.household,
            cell: row => (
              <Link to={`/console/households/${row.household}/decisions/${run}`}>
                <bdi>{row.sourceId ?? row.household}</bdi>
              </Link>
            ),
          },
          { key: 'place', label: t('runs:column.place'), text: row => placeText(row.territory, speech) },
          {
            key: 'before',
            label: t('runs:column.before'),
            text: () => '',
            cell: row => (row.before ? <State state={row.before} /> : '–'),
          },
          { key: 'now', label: t('runs:column.now'), text: () => '', cell: row => <State state={row.now} /> },
        ]}
      />
    </Section>
  )
}

function State({ state }: { state: DecidedState }) {
  const speech = useSpeech()
  const { t, say, format } = speech
  const said = [
    ...(state.amount ? [format.money(state.amount)] : []),
    ...state.reasons.map(reason => say(reason)),
    ...state.missing.map(fact => t('runs:lacks', { fact: say(fact) })),
  ]
  return (
    <>
      {outcomeText(state, speech)}
      {said.map(each => (
        <div key={each} className="soft">
          {each}
        </div>
      ))}
    </>
  )
}
