import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { err, isCurrency, languages, ok, type Result, type TerritoryTree } from '#kernel'
import {
  type Catalogue,
  checkPacks,
  formatDiagnostic,
  type PolicyFile,
  parseCatalogue,
  type RuleBook,
  readYamlData,
} from '#rules'
import { type Conditions, parseConditions } from './conditions.ts'
import type { Country } from './country.ts'
import type { DeclarationForm } from './form.ts'
import { parsePersonalData } from './personal-data.ts'
import type { CountryProblem } from './problem.ts'
import { parseForm } from './read-form.ts'
import { readProgrammes } from './read-programme.ts'
import { type Expansion, parseShocks } from './shocks.ts'
import { readTerritories } from './territories.ts'
import { type MapTile, readTiles } from './tiles.ts'
import { parseUpkeep } from './upkeep.ts'

/** Terms of enrolment, beside a pack. */
const TERMS = 'programme.yaml'

/** The folder of the countries in this checkout. */
export const PACKS = fileURLToPath(new URL('../../packs', import.meta.url))

const words = z.strictObject({ fr: z.string().min(1), ar: z.string().min(1), en: z.string().min(1) })
const colour = z.string().regex(/^#[0-9a-f]{6}$/, 'a colour such as #9a1b2e')
const settings = z.strictObject({
  code: z.string().regex(/^[a-z]{2}$/, 'two letters, lower case'),
  name: words,
  currency: z.string().refine(isCurrency, 'a currency known here, such as MAD or XOF'),
  languages: z.array(z.enum(languages)).min(1),
  time_zone: z.string(),
  calendar: z.enum(['gregorian']),
  school_year_starts: z.int().min(1).max(12),
  unique_number: z.strictObject({ length: z.int().min(10).max(16) }).default({ length: 12 }),
  accent: z.strictObject({ light: colour, dark: colour }),
  contact: z.strictObject({ phone: z.string(), office: words }),
  unconfirmed: z.array(words),
})

/** Codes of the countries that have a folder. */
export function listCountries(folder = PACKS): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'country.yaml')))
    .map(entry => entry.name)
    .sort()
}

/**
 * Reads and checks `packs/<code>/`: settings, territories, fact catalogue, register of processing, upkeep, packs. Every problem of every file is
 * reported at once, and a country with a problem is not opened at all.
 */
export function readCountry(code: string, folder = PACKS): Result<Country, CountryProblem[]> {
  if (!listCountries(folder).includes(code)) {
    const known = listCountries(folder).join(', ')
    return err([{ file: `packs/${code}`, message: `there is no country ${code}; there are: ${known}` }])
  }
  const read = (name: string) => readFileSync(join(folder, code, name), 'utf8')
  const own = readSettings(code, read('country.yaml'))
  const territories = readTerritories(read('territories.csv'), `packs/${code}/territories.csv`)
  const facts = { path: `packs/${code}/facts.yaml`, text: read('facts.yaml') }
  const catalogue = parseCatalogue(facts.text, facts.path)
  if (!own.ok || !territories.ok || !catalogue.ok) {
    return err(
      [own, territories]
        .flatMap(part => (part.ok ? [] : part.refusal))
        .concat(catalogue.ok ? [] : told(catalogue.refusal)),
    )
  }
  const held = 'personal-data.yaml'
  const personalData = parsePersonalData(read(held), `packs/${code}/${held}`, catalogue.value)
  if (!personalData.ok) return personalData
  const kept = 'upkeep.yaml'
  const upkeep = parseUpkeep(read(kept), `packs/${code}/${kept}`, catalogue.value)
  if (!upkeep.ok) return upkeep
  const form = readForm(code, folder, catalogue.value, territories.value)
  if (!form.ok) return form
  const tiles = readMap(code, folder, territories.value)
  if (!tiles.ok) return tiles
  const files = policyFiles(code, folder)
  const book = checkPacks(files, catalogue.value)
  if (!book.ok) return err(told(book.refusal))
  const conditions = readConditions(code, folder, catalogue.value, book.value)
  if (!conditions.ok) return conditions
  const programmes = readTerms(code, folder, {
    catalogue: catalogue.value,
    territories: territories.value,
    book: book.value,
  })
  if (!programmes.ok) return programmes
  const shocks = readShocks(code, folder, book.value, programmes.value)
  if (!shocks.ok) return shocks
  return ok({
    ...own.value,
    conditions: conditions.value,
    catalogue: catalogue.value,
    territories: territories.value,
    tiles: tiles.value,
    personalData: personalData.value,
    upkeep: upkeep.value,
    form: form.value,
    book: book.value,
    programmes: programmes.value,
    shocks: shocks.value,
    policy: [facts, ...files],
  })
}

/** The map of tiles of a country whose folder holds one. */
function readMap(code: string, folder: string, territories: TerritoryTree): Result<MapTile[] | null, CountryProblem[]> {
  const path = join(folder, code, 'tiles.csv')
  if (!existsSync(path)) return ok(null)
  return readTiles(readFileSync(path, 'utf8'), `packs/${code}/tiles.csv`, territories)
}

/** What is told and asked month by month, in a country whose folder says it. */
function readConditions(
  code: string,
  folder: string,
  catalogue: Catalogue,
  book: RuleBook,
): Result<Conditions, CountryProblem[]> {
  const path = join(folder, code, 'conditions.yaml')
  if (!existsSync(path)) return ok({ feeds: {}, conditions: [] })
  return parseConditions(readFileSync(path, 'utf8'), `packs/${code}/conditions.yaml`, catalogue, book)
}

/** What a shock may pay, in a country whose folder says it. */
function readShocks(
  code: string,
  folder: string,
  book: RuleBook,
  programmes: Country['programmes'],
): Result<readonly Expansion[], CountryProblem[]> {
  const path = join(folder, code, 'shocks.yaml')
  if (!existsSync(path)) return ok([])
  return parseShocks(readFileSync(path, 'utf8'), `packs/${code}/shocks.yaml`, book, programmes)
}

/** The form of a country whose folder holds one. */
function readForm(
  code: string,
  folder: string,
  catalogue: Catalogue,
  territories: TerritoryTree,
): Result<DeclarationForm | null, CountryProblem[]> {
  const path = join(folder, code, 'form.yaml')
  if (!existsSync(path)) return ok(null)
  const form = parseForm(readFileSync(path, 'utf8'), `packs/${code}/form.yaml`, catalogue, territories)
  return form.ok ? form : err(told(form.refusal))
}

/** The terms of enrolment of the programmes that have some. */
function readTerms(
  code: string,
  folder: string,
  around: Omit<Parameters<typeof readProgrammes>[1], 'sources'>,
): Result<Country['programmes'], CountryProblem[]> {
  const files = packFolders(code, folder)
    .map(name => ({
      pack: `${code}/${name}`,
      path: `packs/${code}/${name}/${TERMS}`,
      at: join(folder, code, name, TERMS),
    }))
    .filter(({ at }) => existsSync(at))
    .map(({ at, ...file }) => ({ ...file, text: readFileSync(at, 'utf8') }))
  const listed = join(folder, code, 'sources.yaml')
  const sources = existsSync(listed) ? readYamlData(readFileSync(listed, 'utf8')) : ok({})
  const cited = new Set(sources.ok ? Object.keys(sources.value as object) : [])
  const terms = readProgrammes(files, { ...around, sources: cited })
  return terms.ok ? terms : err(told(terms.refusal))
}

/** The country, or one error whose message lists every problem: for entry points, where a broken folder stops the start. */
export function openCountry(code: string): Country {
  const country = readCountry(code)
  if (country.ok) return country.value
  throw new Error(country.refusal.map(problem => problem.message).join('\n'))
}

/** The law of a country as text: the list of sources and, for each pack, its files; cases and terms of enrolment stay out, no decision reads them. */
export function policyFiles(code: string, folder = PACKS): PolicyFile[] {
  const packs = packFolders(code, folder).flatMap(entry =>
    readdirSync(join(folder, code, entry))
      .filter(name => name.endsWith('.yaml') && name !== 'cases.yaml' && name !== TERMS)
      .map(name => `${entry}/${name}`),
  )
  return ['sources.yaml', ...packs.sort()]
    .filter(name => existsSync(join(folder, code, name)))
    .map(name => ({ path: `packs/${code}/${name}`, text: readFileSync(join(folder, code, name), 'utf8') }))
}

function packFolders(code: string, folder: string): string[] {
  return readdirSync(join(folder, code), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(folder, code, entry.name, 'pack.yaml')))
    .map(entry => entry.name)
}

function readSettings(
  code: string,
  text: string,
): Result<
  Omit<
    Country,
    | 'catalogue'
    | 'territories'
    | 'tiles'
    | 'personalData'
    | 'upkeep'
    | 'conditions'
    | 'form'
    | 'book'
    | 'programmes'
    | 'shocks'
    | 'policy'
  >,
  CountryProblem[]
> {
  const file = `packs/${code}/country.yaml`
  const data = readYamlData(text)
  if (!data.ok) return err(data.refusal.map(message => ({ file, message: `${file}: ${message}` })))
  const parsed = settings.safeParse(data.value)
  if (!parsed.success) {
    return err(
      parsed.error.issues.map(issue => ({ file, message: `${file}: ${issue.path.join('.')}: ${issue.message}` })),
    )
  }
  const { school_year_starts, time_zone, unique_number, ...rest } = parsed.data
  if (rest.code !== code) return err([{ file, message: `${file}: code is ${rest.code} in the folder ${code}` }])
  return ok({
    ...rest,
    timeZone: time_zone,
    schoolYearStarts: school_year_starts,
    uniqueNumberLength: unique_number.length,
  })
}

function told(diagnostics: readonly Parameters<typeof formatDiagnostic>[0][]): CountryProblem[] {
  return diagnostics.map(diagnostic => ({ file: diagnostic.file, message: formatDiagnostic(diagnostic) }))
}
