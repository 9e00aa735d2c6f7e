// A country's policy read from packs/, for tests of the rules alone.
import { globSync, readFileSync } from 'node:fs'
import { type Territory, type TerritoryTree, territoryTree } from '#kernel'
import { type Catalogue, checkPacks, formatDiagnostic, type PolicyFile, parseCatalogue, type RuleBook } from '#rules'

export type Policy = { catalogue: Catalogue; territories: TerritoryTree; book: RuleBook; files: PolicyFile[] }

export function openPolicy(country: string): Policy {
  const folder = `packs/${country}`
  const catalogue = parseCatalogue(readFileSync(`${folder}/facts.yaml`, 'utf8'), `${folder}/facts.yaml`)
  if (!catalogue.ok) throw new Error(catalogue.refusal.map(formatDiagnostic).join('\n'))
  const files = globSync([`${folder}/sources.yaml`, `${folder}/*/*.yaml`])
    .sort()
    .map(path => ({ path, text: readFileSync(path, 'utf8') }))
  const book = checkPacks(files, catalogue.value)
  if (!book.ok) throw new Error(book.refusal.map(formatDiagnostic).join('\n'))
  const [, ...rows] = readFileSync(`${folder}/territories.csv`, 'utf8').trim().split('\n')
  const tree = territoryTree(rows.map(toTerritory))
  if (!tree.ok) throw new Error(JSON.stringify(tree.refusal))
  return { catalogue: catalogue.value, territories: tree.value, book: book.value, files }
}

function toTerritory(row: string): Territory {
  const [code = '', parent = '', level = '', name = ''] = row.split(',')
  return { code, parent: parent || undefined, level, name: { fr: name, ar: name, en: name } }
}
