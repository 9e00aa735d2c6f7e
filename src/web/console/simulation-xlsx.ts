import writeXlsxFile, { type SheetData } from 'write-excel-file/node'
import { type Currency, money, moneyText, parseId } from '#kernel'
import type { Row, ScenarioResult } from '#simulation'
import { doorsOf, speechOf, staffOf } from '../load-context.ts'
import type { Speech } from '../speech.ts'
import { guarded } from './guard.ts'
import { simulationColumns } from './simulation-columns.ts'

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Every table of every scenario, a sheet each: counts as numbers, amounts as decimal text. */
export const loader = guarded('simulation.read', async ({ params, context }) => {
  const id = parseId<'Study'>(params.study ?? '')
  const page = id && (await doorsOf(context).console.simulation(staffOf(context), id, 'xlsx'))
  if (page?.state !== 'saved') throw new Response(null, { status: 404 })
  const speech = speechOf(context)
  const { scenarios, currency } = page.result
  const sheets = scenarios.flatMap((scenario, index) => sheetsOf(scenario, index, currency, speech))
  const content = await writeXlsxFile(sheets).toBuffer()
  return new Response(new Uint8Array(content), {
    headers: {
      'content-type': TYPE,
      'content-disposition': `attachment; filename="${speech.t('simulation:file')}.xlsx"`,
    },
  })
})

/** A sheet's name has at most 31 characters, and a few that it may not have. */
function sheetsOf(scenario: ScenarioResult, index: number, currency: Currency, speech: Speech) {
  return scenario.tables.map(({ by, rows }) => {
    const columns = simulationColumns(speech, by, currency)
    const head = columns.map(({ label }) => ({ value: label, fontWeight: 'bold' as const }))
    const data: SheetData = [
      [{ value: scenario.name.replace(/^[=+\-@]/, "'$&") }],
      head,
      ...rows.map(row => columns.map(({ key, text }) => ({ value: cellOf(row, key, currency) ?? text(row) }))),
    ]
    return {
      data,
      sheet: `${index + 1} ${speech.t(`simulation:dimension.${by}`)}`.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, 31),
    }
  })
}

function cellOf(row: Row, key: string, currency: Currency): number | string | undefined {
  const value = row[key as keyof Row]
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? moneyText(money(value, currency)) : undefined
}
