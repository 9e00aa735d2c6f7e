import { type Currency, money, moneyText } from '#kernel'
import type { Row, ScenarioResult, Table } from '#simulation'
import type { Speech } from '../speech.ts'
import type { Column } from './column.ts'

/** What a table of a scenario is on the page, as CSV and as a sheet. A number that is hidden says so. */
export function simulationColumns({ t, say, format }: Speech, by: Table['by'], currency: Currency): Column<Row>[] {
  const hidden = t('simulation:hidden')
  const count = (
    key: 'households' | 'reachedBefore' | 'reached' | 'gainers' | 'losers',
    sign?: '+' | '−',
  ): Column<Row> => ({
    key,
    label: t(`simulation:measure.${key}`),
    numeric: true,
    text: row => countText(row[key], hidden, format, sign),
  })
  const amount = (key: 'amountBefore' | 'amount' | 'gained' | 'lost'): Column<Row> => ({
    key,
    label: t(`simulation:measure.${key}`),
    numeric: true,
    text: row => amountText(row[key], currency, hidden, format),
  })
  return [
    { key: 'group', label: t(`simulation:dimension.${by}`), text: row => say(row.words) },
    count('households'),
    count('reachedBefore'),
    count('reached'),
    count('gainers', '+'),
    count('losers', '−'),
    amount('amountBefore'),
    amount('amount'),
    amount('gained'),
    amount('lost'),
  ]
}

export function countText(value: number | null, hidden: string, format: Speech['format'], sign?: '+' | '−'): string {
  if (value === null) return hidden
  return value === 0 || sign === undefined ? format.number(value) : format.signed(value, sign)
}

export function amountText(value: bigint | null, currency: Currency, hidden: string, format: Speech['format']): string {
  return value === null ? hidden : format.money({ value: moneyText(money(value, currency)), currency })
}

/** The table that an address names; undefined where there is none. */
export function tableAsked(
  url: URL,
  scenarios: readonly ScenarioResult[],
): { readonly scenario: ScenarioResult; readonly table: Table } | undefined {
  const scenario = scenarios[Number(url.searchParams.get('scenario') ?? 0)]
  const table = scenario?.tables.find(({ by }) => by === url.searchParams.get('by'))
  return scenario && table && { scenario, table }
}
