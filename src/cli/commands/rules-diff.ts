import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { type Country, listCountries, readCases, readCountry } from '#countries'
import { parseMonth } from '#kernel'
import { type Case, type Decision, decide, diffBooks, parseCase } from '#rules'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { readJson } from '../json-text.ts'
import { linesOf } from '../lines.ts'
import { readOptions } from '../options.ts'
import { compareOnSnapshot } from './rules-diff-snapshot.ts'

export const rulesDiffForms = {
  usage: ['rules diff BEFORE AFTER [--country COUNTRY] [--cases FILE] [--snapshot FOLDER [--month MONTH]]'],
  help: `diff says in words what changed in law between two versions of a country's packs, and for which cases the decision differs.
BEFORE and AFTER are folders (packs/ma) or Git revisions (HEAD, v1.2).
  --country  the country, where both are revisions; ma where none is given
  --cases    households to compare on, as the lines that socle decide reads; how many are decided otherwise is counted
  --snapshot a snapshot of the register (socle snapshot): how many of its households enter, leave, get more, get less or
             are decided otherwise, some of them by name, and all amounts before and after
  --month    the month decided for, such as 2026-12; that of the snapshot where none is given
These figures are exact and name households: they are for whoever may read the whole register, and small numbers are not hidden.
For figures to show others, see socle simulate.`,
}

export async function rulesDiff(args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, words } = readOptions(args, {
    country: 'text',
    cases: 'text',
    snapshot: 'text',
    month: 'text',
  })
  const month = options.month === undefined ? undefined : parseMonth(options.month)
  if (options.month !== undefined && month === undefined) {
    throw new UsageError(`--month takes a month such as 2026-12, not ${options.month}`)
  }
  if (month !== undefined && options.snapshot === undefined) {
    throw new UsageError('--month is for the households of a snapshot; give --snapshot FOLDER too')
  }
  const [first, second, ...more] = words
  if (first === undefined || second === undefined || more.length > 0) {
    throw new UsageError('two versions are compared; for example socle rules diff HEAD packs/ma')
  }
  const folders = [first, second].filter(isCountryFolder)
  const [folder, other = folder] = folders
  if (folder !== undefined && other !== undefined && basename(resolve(folder)) !== basename(resolve(other))) {
    throw new UsageError(`two versions of one country are compared, not ${folder} with ${other}`)
  }
  const code = folder === undefined ? (options.country ?? 'ma') : basename(resolve(folder))
  const room = mkdtempSync(join(tmpdir(), 'socle-diff-'))
  try {
    const before = openVersion(first, code, join(room, 'before'))
    const after = openVersion(second, code, join(room, 'after'))
    const changes = diffBooks(before.country.book, after.country.book)
    for (const { pack, text } of changes) io.out(`${pack}: ${text}\n`)
    if (changes.length === 0) io.out('nothing changed in law\n')
    const named = readCases(after.country, after.folder)
    if (named.ok)
      io.out(
        differingCases(
          before.country,
          after.country,
          named.value.map(each => ({
            label: `${each.file}:${each.line}: ${each.name}`,
            pack: each.pack,
            case: each.case,
          })),
        ),
      )
    const compared = { before: before.country, after: after.country }
    if (options.cases !== undefined) io.out(await compareHouseholds(compared, casesOfFile(options.cases)))
    if (options.snapshot !== undefined) io.out(await compareOnSnapshot(compared, options.snapshot, month, io))
    return 0
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function isCountryFolder(word: string): boolean {
  return existsSync(resolve(word, 'facts.yaml'))
}

/** A version of a country's packs: a folder as it stands, or a revision written out beside. */
function openVersion(word: string, code: string, room: string): { country: Country; folder: string } {
  const folder = isCountryFolder(word) ? dirname(resolve(word)) : checkOut(word, code, room)
  const country = readCountry(code, folder)
  if (country.ok) return { country: country.value, folder }
  throw new UsageError(
    `the packs of ${word} hold mistakes\n${country.refusal.map(problem => problem.message).join('\n')}`,
  )
}

function checkOut(revision: string, code: string, room: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] })
  let paths: string[]
  try {
    paths = git('ls-tree', '-r', '--name-only', revision, '--', `packs/${code}`).split('\n').filter(Boolean)
  } catch {
    throw new UsageError(
      `${revision} is neither a folder of packs nor a Git revision; countries: ${listCountries().join(', ')}`,
    )
  }
  if (paths.length === 0) throw new UsageError(`${revision} has no packs/${code}`)
  for (const path of paths) {
    const target = join(room, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, git('show', `${revision}:${path}`))
  }
  return join(room, 'packs')
}

type Situation = { readonly label: string; readonly pack: string; readonly case: Case }

function differingCases(before: Country, after: Country, situations: readonly Situation[]): string {
  return situations
    .flatMap(({ label, pack, case: subject }) => {
      if (!before.book.packs.has(pack)) return []
      const [old, now] = [before, after].map(country => told(decide(country.book, pack, subject)))
      return old === now ? [] : [`${label}\n  was ${old}\n  is  ${now}\n`]
    })
    .join('')
}

/** What a person compares of two decisions. */
function told({ outcome, amount, scores, reasons, lines, covered }: Decision): string {
  const holds = reasons.filter(reason => reason.holds === true).map(reason => reason.code)
  const parts = [
    outcome.replace('_', ' '),
    ...(amount === null ? [] : [`${amount.value} ${amount.currency}`]),
    ...Object.values(scores).map(String),
    ...holds,
    ...lines.map(line => `${line.member} ${line.value ?? line.code}`),
    ...(covered.length > 0 ? [`covers ${covered.join(' ')}`] : []),
  ]
  return parts.join(', ')
}

type Versions = { readonly before: Country; readonly after: Country }

/** Households as `socle decide` reads them, and how to name one that cannot be read. */
type Households = AsyncIterable<{ readonly name: string; readonly json: unknown }>

async function compareHouseholds({ before, after }: Versions, households: Households): Promise<string> {
  const differing = new Map<string, number>()
  let count = 0
  for await (const { name, json } of households) {
    const subject = parseCase(json, after.catalogue, after.territories)
    if (!subject.ok) throw new UsageError(`${name}: ${subject.refusal.path}: ${subject.refusal.message}`)
    count++
    for (const pack of after.book.packs.keys()) {
      if (!before.book.packs.has(pack)) continue
      const same = told(decide(before.book, pack, subject.value)) === told(decide(after.book, pack, subject.value))
      if (!same) differing.set(pack, (differing.get(pack) ?? 0) + 1)
    }
  }
  if (differing.size === 0) return `none of ${count} households is decided otherwise\n`
  return [...differing].map(([pack, n]) => `${pack}: ${n} of ${count} households are decided otherwise\n`).join('')
}

async function* casesOfFile(file: string): Households {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`)
  let line = 0
  for await (const text of linesOf(createReadStream(file))) {
    line++
    if (text.trim() === '') continue
    yield { name: `${file}:${line}`, json: caseOf(text, `${file}:${line}`) }
  }
}

function caseOf(text: string, place: string): unknown {
  const json = readJson(text)
  if (json.ok) return json.value
  throw new UsageError(`${place}: the line cannot be read: ${json.refusal}`)
}
