import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { type Country, listCountries, readCases, readCountry } from '#countries'
import { type Case, type Decision, decide, diffBooks, parseCase } from '#rules'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { linesOf } from '../lines.ts'
import { readOptions } from '../options.ts'

export const rulesDiffForms = {
  usage: ['rules diff BEFORE AFTER [--country COUNTRY] [--cases FILE]'],
  help: `diff says in words what changed in law between two versions of a country's packs, and for which cases the decision differs.
BEFORE and AFTER are folders (packs/ma) or Git revisions (HEAD, v1.2).
  --country  the country, where both are revisions; ma where none is given
  --cases    households to compare on, as the lines that socle decide reads; how many are decided otherwise is counted`,
}

export async function rulesDiff(args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, words } = readOptions(args, { country: 'text', cases: 'text' })
  const [first, second, ...more] = words
  if (first === undefined || second === undefined || more.length > 0) {
    throw new UsageError('two versions are compared; for example socle rules diff HEAD packs/ma')
  }
  const folder = [first, second].find(isCountryFolder)
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
    if (options.cases !== undefined) await compareHouseholds(before.country, after.country, options.cases, io)
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

async function compareHouseholds(before: Country, after: Country, file: string, io: Io): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`)
  const differing = new Map<string, number>()
  let households = 0
  for await (const line of linesOf(createReadStream(file))) {
    if (line.trim() === '') continue
    const subject = parseCase(JSON.parse(line), after.catalogue, after.territories)
    if (!subject.ok) throw new UsageError(`${file}: ${subject.refusal.path}: ${subject.refusal.message}`)
    households++
    for (const pack of after.book.packs.keys()) {
      if (!before.book.packs.has(pack)) continue
      const same = told(decide(before.book, pack, subject.value)) === told(decide(after.book, pack, subject.value))
      if (!same) differing.set(pack, (differing.get(pack) ?? 0) + 1)
    }
  }
  for (const [pack, count] of differing) io.out(`${pack}: ${count} of ${households} households are decided otherwise\n`)
  if (differing.size === 0) io.out(`none of ${households} households is decided otherwise\n`)
}
