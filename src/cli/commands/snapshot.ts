import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { Country } from '#countries'
import {
  type ModelSnapshotAsked,
  modelSnapshot,
  openSnapshot,
  type Snapshot,
  takeSnapshot,
  verifyFiles,
} from '#households'
import { type DateText, parseDate } from '#kernel'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { countryNamed, installationConfig, withDatabase } from '../installation.ts'
import { readOptions, wholeNumber } from '../options.ts'
import { grouped, progress } from '../progress.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'
import { list, remove } from './snapshot-kept.ts'

export const command: Command = {
  summary: 'Freezes the register at this instant, to decide on and to study.',
  usage: [
    'snapshot [--country C] [--effective-on DATE] [--to FOLDER] [--threads N]',
    'snapshot --modelled N [--country C] [--seed S] [--to FOLDER] [--threads N]',
    'snapshot list [--country C] [--to FOLDER]',
    'snapshot verify FOLDER [--country C]',
    'snapshot remove FOLDER [--country C]',
  ],
  help: `
--country       the country frozen (ma)
--effective-on  facts in effect on this day (today where the country is)
--to            folder of snapshots (snapshots, in the data folder)
--modelled      instead of the register, this many modelled households (1 to 10000000), without a database
--seed          a whole number; the same seed gives the same households (1)
--threads       how many read at once, each on a connection of its own (as many as there are processors, 4 at most)

A snapshot is a folder: a file in Apache Arrow's IPC format for each region, a row per household with its members in a
list, and manifest.json with counts and SHA-256. Everything is read in one view of the database, whatever is registered
meanwhile. Stopped by Ctrl-C or worse, it leaves no snapshot. docs/snapshots.md says how to open the files elsewhere.
list says what each takes on disk, how many runs rest on it and whether it is damaged; exit code 1 when one is.
remove takes away a snapshot, damaged or not, on which no run rests: a run needs its own to go on, to be verified and to explain what it
decided, unless it was cancelled. Each removal is in the audit.
verify reads every file again and compares it with the manifest; exit code 1 when one is not what was written.`,
  examples: [
    { call: 'npx socle snapshot --country ma', says: 'freezes the register of Morocco' },
    {
      call: 'npx socle snapshot list',
      says: 'the snapshots there are, the latest first, what they take and which are in use',
    },
    {
      call: 'npx socle snapshot --modelled 100000',
      says: 'a hundred thousand modelled households, not in the register',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, {
      country: 'text',
      'effective-on': 'text',
      to: 'text',
      threads: 'text',
      modelled: 'text',
      seed: 'text',
    })
    const country = countryNamed(options.country ?? 'ma')
    const folder = resolve(options.to ?? join(installationConfig().database.data, 'snapshots'))
    const [word, path, ...others] = words
    if (word === undefined) {
      const most = Math.min(4, availableParallelism())
      const threads = options.threads === undefined ? most : wholeNumber(options.threads, 'threads', 1, 64)
      if (options.modelled !== undefined) {
        const households = wholeNumber(options.modelled, 'modelled', 1, 10_000_000)
        const seed = wholeNumber(options.seed ?? '1', 'seed', 0, 2 ** 31 - 1)
        return make(io, { country, folder, households, seed, threads })
      }
      const effectiveOn = dayOf(options['effective-on'], country)
      return take(io, { country, folder, effectiveOn, threads })
    }
    if (word === 'list' && path === undefined) return list(io, folder, country)
    if (word === 'verify' && path !== undefined && others.length === 0) return verify(io, resolve(path), country)
    if (word === 'remove' && path !== undefined && others.length === 0) return remove(io, resolve(path), country)
    throw new UsageError(`snapshot takes list, verify FOLDER, remove FOLDER or no word, not ${words.join(' ')}`)
  },
}

async function take(io: Io, asked: Parameters<typeof takeSnapshot>[1]): Promise<ExitCode> {
  return withDatabase<ExitCode>(io, async databases => {
    const bar = progress(io, 'Freezing', 'households')
    const taken = await takeSnapshot(databases, asked, { onProgress: bar.update, signal: io.signal })
    if (!taken.ok) {
      throw new UsageError(`the register holds no household of ${asked.country.code}; see socle help import and demo`)
    }
    bar.end()
    return report(io, taken.value)
  })
}

async function make(io: Io, asked: ModelSnapshotAsked): Promise<ExitCode> {
  const bar = progress(io, 'Modelling', 'households')
  const made = await modelSnapshot(asked, { onProgress: bar.update, signal: io.signal })
  bar.end()
  return report(io, made)
}

function report(io: Io, { folder, manifest }: Snapshot): ExitCode {
  io.out(`${folder}
  households    ${grouped(manifest.households)}${manifest.modelled ? ' (modelled)' : ''}
  members       ${grouped(manifest.members)}
  effective on  ${manifest.effectiveOn}, as known at ${manifest.asOf}
  files         ${manifest.files.length}
  hash          ${manifest.hash}
`)
  return 0
}

function verify(io: Io, folder: string, country: Country): ExitCode {
  const opened = openSnapshot(folder, country)
  if (!opened.ok) throw new UsageError(snapshotRefusalText(opened.refusal))
  const verified = verifyFiles(opened.value)
  if (!verified.ok) {
    io.out(`${snapshotRefusalText(verified.refusal)}\n`)
    return 1
  }
  const { manifest } = opened.value
  io.out(`${manifest.files.length} files are as they were written; hash ${manifest.hash}\n`)
  return 0
}

function dayOf(text: string | undefined, country: Country): DateText {
  const day = text ?? Temporal.Now.plainDateISO(country.timeZone).toString()
  const parsed = parseDate(day)
  if (parsed === undefined) throw new UsageError(`--effective-on takes a day such as 2026-12-31, not ${day}`)
  return parsed
}
