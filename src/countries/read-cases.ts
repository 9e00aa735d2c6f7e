import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '#kernel'
import { formatDiagnostic, type NamedCase, parseCases } from '#rules'
import type { Country } from './country.ts'
import type { CountryProblem } from './problem.ts'
import { PACKS } from './read-country.ts'

/** The named cases of every pack of a country, in the order of the files; every mistake of every file at once. */
export function readCases(country: Country, folder = PACKS): Result<NamedCase[], CountryProblem[]> {
  const home = join(folder, country.code)
  const usualFile = join(home, 'usual.yaml')
  const usual = existsSync(usualFile) ? readFileSync(usualFile, 'utf8') : ''
  const problems: CountryProblem[] = []
  const cases: NamedCase[] = []
  for (const name of readdirSync(home).sort()) {
    const path = join(home, name, 'cases.yaml')
    if (!existsSync(path)) continue
    const file = `packs/${country.code}/${name}/cases.yaml`
    const read = parseCases(readFileSync(path, 'utf8'), file, usual, country.catalogue, country.territories)
    if (read.ok) cases.push(...read.value)
    else problems.push(...read.refusal.map(each => ({ file: each.file, message: formatDiagnostic(each) })))
  }
  return problems.length > 0 ? err(problems) : ok(cases)
}
