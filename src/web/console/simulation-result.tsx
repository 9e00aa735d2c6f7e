import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Currency, Words } from '#kernel'
import type { ScenarioResult, StudyResult } from '#simulation'
import type { RegionTile } from '../simulation-door.ts'
import { useSpeech } from '../speech-context.tsx'
import { Section } from './parts.tsx'
import { RegionMap } from './region-map.tsx'
import { amountText, countText, simulationColumns } from './simulation-columns.ts'
import { Table } from './table.tsx'
import { TableChart } from './table-chart.tsx'

type Measure = { readonly key: string; readonly label: string; readonly law: string; readonly of: readonly string[] }

/** The law as it stands and every scenario, a column each. */
export function SideBySide({ result, packs }: { result: StudyResult; packs: Readonly<Record<string, Words>> }) {
  const { t } = useSpeech()
  const { scenarios } = result
  const rows = useMeasures(result)
  const columns = [
    { key: 'measure', label: t('simulation:column.measure'), text: (row: Measure) => row.label },
    { key: 'law', label: t('simulation:law'), numeric: true, text: (row: Measure) => row.law },
    ...scenarios.map(({ name }, index) => ({
      key: `${index}`,
      label: name,
      numeric: true,
      text: (row: Measure) => row.of[index] ?? '',
    })),
  ]
  return (
    <>
      <Section title={t('simulation:whole')} id="whole">
        <Table
          caption={t('simulation:whole')}
          quietCaption
          rows={rows}
          columns={columns}
          keyOf={row => row.key}
          empty=""
        />
      </Section>
      {scenarios.map((scenario, index) => (
        <Beyond
          key={scenario.name}
          id={`beyond-${index}`}
          scenario={scenario}
          currency={result.currency}
          packs={packs}
        />
      ))}
    </>
  )
}

function useMeasures({ scenarios, currency, periodsPerYear }: StudyResult): Measure[] {
  const { t, format } = useSpeech()
  const hidden = t('simulation:hidden')
  const count = (value: number | null | undefined, sign?: '+' | '−') => countText(value ?? null, hidden, format, sign)
  const amount = (value: bigint | null | undefined) => amountText(value ?? null, currency, hidden, format)
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? hidden : format.percent(value / 100)
  const [first] = scenarios
  const row = (key: string, law: string, of: (scenario: ScenarioResult) => string): Measure => ({
    key,
    label: t(`simulation:measure.${key}`),
    law,
    of: scenarios.map(of),
  })
  const reached = first?.reach
    ? [
        row('meant', count(first.reach.meant), each => count(each.reach?.meant)),
        row('meantReached', count(first.reach.before), each => count(each.reach?.reached)),
        row('excluded', share(first.reach.excludedBefore), each => share(each.reach?.excluded)),
        row('included', share(first.reach.includedBefore), each => share(each.reach?.included)),
      ]
    : []
  return [
    row('households', count(first?.overall.households), each => count(each.overall.households)),
    row('reached', count(first?.overall.reachedBefore), each => count(each.overall.reached)),
    row('peopleReached', count(first?.overall.peopleBefore), each => count(each.overall.peopleReached)),
    row('amount', amount(first?.overall.amountBefore), each => amount(each.overall.amount)),
    ...(periodsPerYear > 1 ? [row('perYear', amount(first?.perYear.before), each => amount(each.perYear.now))] : []),
    row('gainers', '', each => count(each.overall.gainers, '+')),
    row('gained', '', each => amount(each.overall.gained)),
    row('losers', '', each => count(each.overall.losers, '−')),
    row('lost', '', each => amount(each.overall.lost)),
    ...reached,
  ]
}

type BeyondProps = {
  readonly id: string
  readonly scenario: ScenarioResult
  readonly currency: Currency
  readonly packs: Readonly<Record<string, Words>>
}

/** What one scenario says beside its figures: the limit found, who moves between programmes, the years ahead. */
function Beyond({ id, scenario: { name, limit, moves, projection }, currency, packs }: BeyondProps) {
  const { t, say, format } = useSpeech()
  const hidden = t('simulation:hidden')
  const of = (ids: readonly string[]) =>
    ids.map(id => (packs[id] ? say(packs[id]) : id)).join(' + ') || t('simulation:noProgramme')
  const parts: ReactNode[] = []
  if (limit) {
    const cost = amountText(limit.cost, currency, hidden, format)
    parts.push(
      <p key="limit">
        {t('simulation:limit', { cost })} <code dir="ltr">{`${limit.parameter} = ${limit.value}`}</code>
      </p>,
    )
  }
  if (moves.length > 0) {
    parts.push(
      <Table
        key="moves"
        caption={t('simulation:tableOf', { by: t('simulation:moves'), name })}
        rows={moves}
        keyOf={({ from, to }) => `${from} ${to}`}
        empty=""
        columns={[
          { key: 'from', label: t('simulation:column.from'), text: ({ from }) => of(from) },
          { key: 'to', label: t('simulation:column.to'), text: ({ to }) => of(to) },
          {
            key: 'households',
            label: t('simulation:measure.households'),
            numeric: true,
            text: ({ households }) => countText(households, hidden, format),
          },
        ]}
      />,
    )
  }
  if (projection.length > 0) {
    parts.push(
      <Table
        key="projection"
        caption={t('simulation:tableOf', { by: t('simulation:projection.says'), name })}
        rows={projection}
        keyOf={({ year }) => `${year}`}
        empty=""
        columns={[
          { key: 'year', label: t('simulation:column.year'), text: ({ year }) => `+${year}` },
          {
            key: 'households',
            label: t('simulation:measure.reached'),
            numeric: true,
            text: ({ households }) => countText(households, hidden, format),
          },
          {
            key: 'cost',
            label: t('simulation:measure.perYear'),
            numeric: true,
            text: ({ cost }) => amountText(cost, currency, hidden, format),
          },
        ]}
      />,
    )
  }
  return parts.length === 0 ? null : (
    <Section title={name} id={id}>
      {parts}
    </Section>
  )
}

const partId = (scenario: number, by: string) => `by-${by}-${scenario}`

/** A study is long: its parts by name, above them, a line for each scenario. */
export function Contents({ result: { scenarios } }: { result: StudyResult }) {
  const { t } = useSpeech()
  return (
    <nav className="study-contents" aria-label={t('simulation:contents')}>
      <ul>
        <li>
          <a href="#whole">{t('simulation:whole')}</a>
          <ul>
            {scenarios.map(({ name, limit, moves, projection }, index) =>
              limit || moves.length + projection.length > 0 ? (
                <li key={name}>
                  <a href={`#beyond-${index}`}>
                    <bdi>{name}</bdi>
                  </a>
                </li>
              ) : null,
            )}
          </ul>
        </li>
        {scenarios.map(({ name, tables }, index) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <ul>
              {tables.map(({ by }) => (
                <li key={by}>
                  <a href={`#${partId(index, by)}`}>{t(`simulation:dimension.${by}`)}</a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <li>
          <a href="#take">{t('simulation:take.title')}</a>
        </li>
      </ul>
    </nav>
  )
}

type TablesProps = {
  readonly home: string
  readonly scenario: ScenarioResult
  readonly index: number
  readonly currency: Currency
  readonly tiles: readonly RegionTile[] | null
}

/** Every breakdown of a scenario: its table, and beside it the same as a picture. */
export function ScenarioTables({ home, scenario, index, currency, tiles }: TablesProps) {
  const speech = useSpeech()
  const { t } = speech
  return (
    <>
      {scenario.tables.map(table => {
        const title = t('simulation:tableOf', { name: scenario.name, by: t(`simulation:dimension.${table.by}`) })
        const query = `?scenario=${index}&by=${table.by}`
        return (
          <Section key={table.by} title={title} id={partId(index, table.by)}>
            <div className="beside-chart">
              <Table
                caption={title}
                quietCaption
                rows={table.rows}
                keyOf={row => row.code}
                empty=""
                columns={simulationColumns(speech, table.by, currency)}
                csv={`${home}/table.csv${query}`}
              />
              <figure>
                <TableChart scenario={scenario.name} table={table} speech={speech} id={`chart-${index}-${table.by}`} />
                <figcaption className="take">
                  <Link to={`${home}/chart.svg${query}`} reloadDocument download>
                    {t('simulation:take.svg')}
                    <span className="unseen"> {title}</span>
                  </Link>
                </figcaption>
              </figure>
              {tiles && table.by === 'region' ? (
                <figure>
                  <RegionMap scenario={scenario.name} table={table} tiles={tiles} speech={speech} id={`map-${index}`} />
                  <figcaption className="take">
                    <Link to={`${home}/map.svg?scenario=${index}&by=region`} reloadDocument download>
                      {t('simulation:take.map')}
                      <span className="unseen"> {title}</span>
                    </Link>
                  </figcaption>
                </figure>
              ) : null}
            </div>
          </Section>
        )
      })}
    </>
  )
}
