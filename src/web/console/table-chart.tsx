import type { Table } from '#simulation'
import type { Speech } from '../speech.ts'
import { BarChart } from './bar-chart.tsx'

type TableChartProps = {
  readonly scenario: string
  readonly table: Table
  readonly speech: Speech
  readonly id: string
}

/** Households reached in each group of a table: now, and in the scenario. */
export function TableChart({ scenario, table: { by, rows }, speech, id }: TableChartProps) {
  const { t, say } = speech
  const words = { before: t('simulation:law'), now: t('simulation:tried'), hidden: t('simulation:hidden') }
  const bars = rows.map(row => ({
    code: row.code,
    label: say(row.words),
    before: row.reachedBefore,
    now: row.reached,
  }))
  return (
    <BarChart
      title={t('simulation:chart.title', { by: t(`simulation:dimension.${by}`), scenario })}
      says={t('simulation:chart.says')}
      words={words}
      bars={bars}
      speech={speech}
      id={id}
    />
  )
}
