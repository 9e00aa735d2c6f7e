import type { RunPage, RunReason } from '../run-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'
import { Table } from './table.tsx'

/** Why households left, and what had kept out those who entered: the refusals behind what is new. */
export function RunReasons({ page: { left, entered } }: { page: RunPage }) {
  const { t } = useSpeech()
  if (left.length === 0 && entered.length === 0) return null
  return (
    <Section title={t('runs:reasons')}>
      <p className="soft">{t('runs:reasonsSay')}</p>
      {left.length > 0 ? <Reasons caption={t('runs:leftFor')} rows={left} /> : null}
      {entered.length > 0 ? <Reasons caption={t('runs:enteredFrom')} rows={entered} /> : null}
    </Section>
  )
}

function Reasons({ caption, rows }: { caption: string; rows: readonly RunReason[] }) {
  const { t, say, format } = useSpeech()
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={row => row.code}
      empty=""
      columns={[
        {
          key: 'reason',
          label: t('runs:column.reason'),
          text: row => (row.label ? say(row.label) : t(`runs:without.${row.code.replace('outcome:', '')}`)),
        },
        {
          key: 'households',
          label: t('console:column.households'),
          numeric: true,
          text: row => format.number(row.households),
        },
      ]}
    />
  )
}
