import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { type Country, listCountries, readCases, readCountry } from '#countries'
import { isLanguage, languages } from '#kernel'
import {
  columnsOf,
  compilePack,
  type Decision,
  decide,
  explanationText,
  type NamedCase,
  type Pack,
  parametersOf,
  parseCase,
  runCase,
} from '#rules'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { readJson } from '../json-text.ts'
import { linesOf } from '../lines.ts'
import { readOptions, required } from '../options.ts'
import { type EngineName, engineOf, openCountryOf } from './decide.ts'

export const rulesForms = {
  usage: [
    'rules check [PACK …]',
    'rules test [PACK …] [--engine ENGINE]',
    'rules list [PACK …]',
    'rules explain --pack PACK [--language LANGUAGE] < case.json',
  ],
  help: `check reports every mistake of the packs with file, line and column, and names the values still to be confirmed.
Exit code 1 where something is wrong. PACK is a country (ma), a pack (ma/asd), or a folder or file of one (packs/ma/asd);
all of them where none is given.

test runs the named cases of cases.yaml, by the interpreter or by --engine compiled, over columns. Exit code 1 where one
does not hold. PACK as for check.

list shows the packs: when they are in force, their version, how many cases they have. PACK as for check.

explain decides one case and tells why, as plain lines.
  --pack      the programme or score that decides, for example ma/asd
  --language  fr (the default), ar or en`,
}

type Chosen = { readonly code: string; readonly folder: string | undefined; readonly wants: (pack: string) => boolean }

/** The countries and packs that the words of a call name. */
function chosen(words: readonly string[]): Chosen[] {
  if (words.length === 0) return listCountries().map(code => ({ code, folder: undefined, wants: () => true }))
  return words.map(word => {
    if (listCountries().includes(word)) return { code: word, folder: undefined, wants: () => true }
    const country = countryFolderOf(resolve(word))
    if (country !== null) {
      const code = basename(country)
      const [pack = ''] = relative(country, resolve(word)).split(sep)
      const one = existsSync(join(country, pack, 'pack.yaml'))
      return { code, folder: dirname(country), wants: id => !one || id === `${code}/${pack}` }
    }
    const code = word.split('/')[0] as string
    if (listCountries().includes(code)) return { code, folder: undefined, wants: pack => pack === word }
    throw new UsageError(`${word} is no country, pack or folder; countries: ${listCountries().join(', ')}`)
  })
}

/** The folder of a country that a path is, or lies in; null where there is none. */
function countryFolderOf(path: string): string | null {
  if (!existsSync(path)) return null
  for (let at = path; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'facts.yaml'))) return at
  return null
}

type Opened = { readonly country: Country; readonly packs: readonly Pack[]; readonly cases: readonly NamedCase[] }

/** Opens what a call names; the problems of what cannot be opened are written out. */
function open(words: readonly string[], io: Io): { readonly opened: Opened[]; readonly broken: boolean } {
  let broken = false
  const opened = chosen(words).flatMap(({ code, folder, wants }): Opened[] => {
    const country = readCountry(code, folder)
    const cases = country.ok ? readCases(country.value, folder) : country
    if (!country.ok || !cases.ok) {
      broken = true
      for (const problem of country.ok ? (cases.ok ? [] : cases.refusal) : country.refusal)
        io.out(`${problem.message.trimEnd()}\n\n`)
      return []
    }
    const packs = [...country.value.book.packs.values()].filter(pack => wants(pack.id))
    if (packs.length === 0)
      throw new UsageError(
        `there is no pack ${words.join(', ')}; packs: ${[...country.value.book.packs.keys()].join(', ')}`,
      )
    return [{ country: country.value, packs, cases: cases.value.filter(named => wants(named.pack)) }]
  })
  return { opened, broken }
}

export async function rulesCheck(args: readonly string[], io: Io): Promise<ExitCode> {
  const { words } = readOptions(args, {})
  const { opened, broken } = open(words, io)
  for (const { packs, cases } of opened) {
    for (const pack of packs) {
      const count = cases.filter(named => named.pack === pack.id).length
      io.out(
        `${pack.id}: well-formed, ${pack.parameters.size} parameters, ${pack.refusals.length} refusals, ${count} cases\n`,
      )
      for (const line of waitingFor(pack)) io.out(`  ${line}\n`)
    }
  }
  return broken ? 1 : 0
}

/** What a pack still waits for: values to confirm, values that no source gives, values of secondary sources. */
function waitingFor(pack: Pack): string[] {
  const named = (confidence: string) =>
    parametersOf(pack)
      .filter(each => each.values.some(value => value.confidence === confidence))
      .map(each => each.name)
  const say = (what: string, names: readonly string[]) => (names.length === 0 ? [] : [`${what}: ${shortened(names)}`])
  return [
    ...say('to confirm', named('to_confirm')),
    ...say('unknown, left empty', named('unknown')),
    ...say('from secondary sources', named('secondary')),
  ]
}

function shortened(names: readonly string[]): string {
  return names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
}

export async function rulesTest(args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, words } = readOptions(args, { engine: 'text' })
  const engine = engineOf(options.engine, 'interpreted')
  const { opened, broken } = open(words, io)
  let failed = 0
  for (const { country, packs, cases } of opened) {
    for (const pack of packs) {
      const own = cases.filter(named => named.pack === pack.id)
      const wrong = own
        .map(named => ({ named, differences: runCase(country.book, named, decidedBy(engine, country, named)) }))
        .filter(each => each.differences.length > 0)
      for (const { named, differences } of wrong) {
        io.out(`${named.file}:${named.line}: ${named.name}\n${differences.map(text => `  ${text}\n`).join('')}`)
      }
      io.out(`${pack.id}: ${own.length - wrong.length} of ${own.length} cases hold\n`)
      failed += wrong.length
    }
  }
  return broken || failed > 0 ? 1 : 0
}

/** The decision of one engine on a named case. */
function decidedBy(engine: EngineName, { book, catalogue }: Country, { pack, case: subject }: NamedCase): Decision {
  if (engine === 'interpreted') return decide(book, pack, subject)
  const columns = columnsOf(catalogue, subject.at, [subject])
  return compilePack(book, pack, subject.at).run(columns, { detail: true }).decisionAt(0)
}

export async function rulesList(args: readonly string[], io: Io): Promise<ExitCode> {
  const { words } = readOptions(args, {})
  const { opened, broken } = open(words, io)
  const rows = opened.flatMap(({ packs, cases }) =>
    packs.map(pack => [
      pack.id,
      `${pack.life.from ?? 'always'} to ${pack.life.to ?? ''}`.trim(),
      pack.version.slice(0, 12),
      `${cases.filter(named => named.pack === pack.id).length} cases`,
      pack.names.fr,
    ]),
  )
  const widths = [0, 1, 2, 3].map(column => Math.max(0, ...rows.map(row => (row[column] as string).length)))
  for (const row of rows) io.out(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
  return broken ? 1 : 0
}

export async function rulesExplain(args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, words } = readOptions(args, { pack: 'text', language: 'text' })
  if (words.length > 0) throw new UsageError(`the case is read on standard input; ${words[0]} is one word too many`)
  const pack = required(options.pack, 'pack', 'ma/asd')
  const language = options.language ?? 'fr'
  if (!isLanguage(language)) throw new UsageError(`--language takes ${languages.join(', ')}, not ${language}`)
  const country = openCountryOf(pack)
  const texts: string[] = []
  for await (const line of linesOf(io.stdin)) texts.push(line)
  const subject = parseCase(caseOf(texts.join('\n')), country.catalogue, country.territories)
  if (!subject.ok) throw new UsageError(`${subject.refusal.path}: ${subject.refusal.message}`)
  const { explanation } = decide(country.book, pack, subject.value, { explain: true })
  if (explanation !== undefined) io.out(explanationText(explanation, language))
  return 0
}

function caseOf(text: string): unknown {
  const json = readJson(text)
  if (json.ok) return json.value
  throw new UsageError(`the case cannot be read: ${json.refusal}; accepted: one object with id, at, household, members`)
}
