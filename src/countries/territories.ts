import { parse } from 'csv-parse/sync'
import { err, type Result, type Territory, type TerritoryTree, territoryTree } from '#kernel'
import type { CountryProblem } from './problem.ts'

const COLUMNS = ['code', 'parent', 'level', 'name_fr', 'name_ar']

/** Reads `territories.csv`: code, parent (empty for a root), level, name_fr, name_ar. English pages use the French name. */
export function readTerritories(text: string, file: string): Result<TerritoryTree, CountryProblem[]> {
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true })
  const missing = COLUMNS.filter(column => rows[0] !== undefined && !(column in rows[0]))
  if (missing.length > 0)
    return err([{ file, message: `${file}: column ${missing.join(', ')} is missing; expected ${COLUMNS.join(', ')}` }])
  const territories = rows.map(row => toTerritory(row as Record<(typeof COLUMNS)[number], string>))
  const tree = territoryTree(territories)
  if (tree.ok) return tree
  const { code, territory } = tree.refusal
  return err([{ file, message: `${file}: territory ${territory}: ${code.replaceAll('_', ' ')}` }])
}

function toTerritory(row: Record<string, string>): Territory {
  const french = row.name_fr ?? ''
  return {
    code: row.code ?? '',
    parent: row.parent || undefined,
    level: row.level ?? '',
    name: { fr: french, ar: row.name_ar || french, en: french },
  }
}
