// What a study found, for a terminal, for a spreadsheet and for programs.
import type { Country } from '#countries'
import { csvCell } from '#households'
import { type Currency, money, moneyText } from '#kernel'
import type { ScenarioResult, Shown, StudyResult } from '#simulation'
import { grouped } from './progress.ts'

const HIDDEN = '*'
const BY = {
  region: 'Region',
  area: 'Area',
  size: 'Size',
  head: 'Head',
  disability: 'Disability',
  decile: 'Decile of score',
}

export function studyText(result: StudyResult, country: Country): string {
  const { pack, month, snapshot, scenarios } = result
  const modelled = snapshot.modelled ? ', modelled (not observed)' : ''
  const head = [
    `${pack}, ${month}: ${grouped(snapshot.households)} households${modelled}, facts of ${snapshot.effectiveOn}`,
    `snapshot ${snapshot.hash}`,
    `${HIDDEN} stands for fewer than ten households, or for what would give such a number away`,
  ]
  return `${[...head, ...scenarios.map(scenario => scenarioText(scenario, result, country))].join('\n')}\n`
}

function scenarioText(scenario: ScenarioResult, { currency, periodsPerYear }: StudyResult, country: Country): string {
  const { name, overall, perYear, tables, reach, moves, limit, projection, seconds } = scenario
  const amount = (value: bigint | null) => amountText(value, currency).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ' ')
  const lines = ['', `${name} (${seconds.toFixed(2)} s)`]
  if (limit) lines.push(`  ${limit.parameter} = ${limit.value}: a month costs ${amount(limit.cost)} ${currency}`)
  const pairs: [string, string, string][] = [
    ['households reached', count(overall.reachedBefore), count(overall.reached)],
    ['people in them', count(overall.peopleBefore), count(overall.peopleReached)],
    ['amount, each time', amount(overall.amountBefore), amount(overall.amount)],
  ]
  if (periodsPerYear > 1) pairs.push(['amount, a year', amount(perYear.before), amount(perYear.now)])
  lines.push(`  ${''.padEnd(22)}${'now'.padStart(22)}${'scenario'.padStart(22)}`)
  for (const [label, before, now] of pairs) lines.push(`  ${label.padEnd(22)}${before.padStart(22)}${now.padStart(22)}`)
  lines.push(
    `  ${count(overall.gainers)} gain ${amount(overall.gained)} ${currency}, ${count(overall.losers)} lose ${amount(overall.lost)} ${currency}`,
  )
  if (reach) {
    lines.push(
      `  of ${count(reach.meant)} meant, reached ${count(reach.before)} now, ${count(reach.reached)} in the scenario`,
      `  left out ${percent(reach.excludedBefore)} now, ${percent(reach.excluded)}; reached without being meant ${percent(reach.includedBefore)} now, ${percent(reach.included)}`,
    )
  }
  if (moves.length > 0) lines.push('', '  moves, to the nearest 20 households')
  for (const { from, to, households } of moves) {
    lines.push(
      `  ${(from.join(' + ') || 'none').padEnd(30)} to ${(to.join(' + ') || 'none').padEnd(30)} ${count(households)}`,
    )
  }
  for (const { by, rows } of tables) {
    lines.push(
      '',
      `  ${BY[by].padEnd(30)}${['households', 'reached', 'then', 'gain', 'lose'].map(each => each.padStart(12)).join('')}${'amount then'.padStart(20)}`,
    )
    for (const row of rows) {
      const cells = [row.households, row.reachedBefore, row.reached, row.gainers, row.losers].map(each =>
        count(each).padStart(12),
      )
      const label = row.words[country.languages[0] ?? 'fr']
      lines.push(`  ${label.padEnd(30)}${cells.join('')}${amount(row.amount).padStart(20)}`)
    }
  }
  if (projection.length > 0) lines.push('', '  If growth is as stated, and nothing else changes:')
  for (const { year, households, cost } of projection) {
    lines.push(
      `  year ${year}  ${count(households).padStart(12)} households  ${amount(cost).padStart(22)} ${currency} a year`,
    )
  }
  return lines.join('\n')
}

/** A table for each scenario and breakdown; a hidden number is an asterisk. */
export function studyCsv({ scenarios, currency }: StudyResult): { readonly name: string; readonly text: string }[] {
  const measures = [
    'households',
    'people',
    'reachedBefore',
    'reached',
    'peopleBefore',
    'peopleReached',
    'gainers',
    'losers',
  ] as const
  const amounts = ['amountBefore', 'amount', 'gained', 'lost'] as const
  return scenarios.flatMap(({ tables }, index) =>
    tables.map(({ by, rows }) => {
      const header = ['code', 'label', ...measures, ...amounts.map(each => `${each}_${currency}`)]
      const cells = (row: Shown) => [
        ...measures.map(each => row[each]?.toString() ?? HIDDEN),
        ...amounts.map(each => amountText(row[each], currency)),
      ]
      const lines = rows.map(row => [row.code, row.words.fr, ...cells(row)])
      const text = [header, ...lines].map(line => line.map(csvCell).join(',')).join('\r\n')
      return { name: `${index + 1}-${by}.csv`, text: `${text}\r\n` }
    }),
  )
}

/** Everything but the texts of the law, amounts in minor units as text. */
export function studyJson(result: StudyResult): string {
  const scenarios = result.scenarios.map(({ draft, published: _, ...scenario }) => ({
    ...scenario,
    draft: draft.map(({ path }) => path),
  }))
  return `${JSON.stringify({ ...result, scenarios }, (_, value) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`
}

function count(value: number | null): string {
  return value === null ? HIDDEN : grouped(value)
}

function percent(value: number | null): string {
  return value === null ? HIDDEN : `${value.toFixed(1)} %`
}

function amountText(value: bigint | null, currency: Currency): string {
  return value === null ? HIDDEN : moneyText(money(value, currency))
}
