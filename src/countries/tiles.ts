import { parse } from 'csv-parse/sync'
import { err, ok, type Result, type TerritoryTree } from '#kernel'
import type { CountryProblem } from './problem.ts'

/** A region's place on the country's map of tiles: columns from the west, rows from the north, both from 0. */
export type MapTile = { readonly code: string; readonly column: number; readonly row: number }

const MOST = 24

/**
 * Reads `tiles.csv`: code, column, row. A map of one square a region, placed roughly as on the ground; the places are ours, for no
 * boundary is in our sources. Every region has exactly one, and no two share a place.
 */
export function readTiles(text: string, file: string, territories: TerritoryTree): Result<MapTile[], CountryProblem[]> {
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true })
  const regions = new Set(territories.childrenOf().map(({ code }) => code))
  const messages: string[] = []
  const tiles: MapTile[] = []
  const places = new Map<string, string>()
  for (const { code = '', column = '', row = '' } of rows) {
    if (!regions.has(code)) messages.push(`${code} is no region; there are: ${[...regions].join(', ')}`)
    else if (tiles.some(each => each.code === code)) messages.push(`${code} stands twice`)
    if (![column, row].every(each => /^\d{1,2}$/.test(each) && Number(each) < MOST)) {
      messages.push(`${code}: column and row are whole numbers from 0 to ${MOST - 1}, not ${column} and ${row}`)
      continue
    }
    const taken = places.get(`${column} ${row}`)
    if (taken !== undefined) messages.push(`${code} stands where ${taken} does`)
    places.set(`${column} ${row}`, code)
    tiles.push({ code, column: Number(column), row: Number(row) })
  }
  const missing = [...regions].filter(code => !tiles.some(each => each.code === code))
  if (messages.length === 0 && missing.length > 0) messages.push(`no tile for ${missing.join(', ')}`)
  return messages.length > 0 ? err(messages.map(message => ({ file, message: `${file}: ${message}` }))) : ok(tiles)
}
