import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Country } from '#countries'
import { listSnapshots, openSnapshot, type Snapshot } from '#households'
import { formatDiagnostic } from '#rules'
import { readStudy, type SimulationRefusal, type Study, type StudyResult, simulate } from '#simulation'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig } from '../installation.ts'
import { readOptions, wholeNumber } from '../options.ts'
import { countryOfProgramme } from '../programme.ts'
import { progress } from '../progress.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'
import { studyCsv, studyJson, studyText } from '../study-report.ts'

/** Fewer households are decided sooner in one thread than threads take to start. */
const WORTH_THREADS = 50_000

export const command: Command = {
  summary: 'Tries reforms on a snapshot: what they cost, whom they reach, who gains and who loses.',
  usage: ['simulate FILE.yaml [--snapshot FOLDER] [--json | --csv FOLDER] [--draft FOLDER] [--threads N]'],
  help: `
FILE.yaml   the study: pack, month and scenarios
--snapshot  the households it is tried on (that of the file, else the latest of the country in the data folder)
--json      everything as JSON, amounts in minor units
--csv       writes a table for each scenario and breakdown into a folder
--draft     writes the texts of each scenario's law into a folder, to be kept as a draft
--threads   how many hold the nation (as many as there are processors, 8 at most)

A study:

  pack: ma/asd
  month: 2027-01
  beside: [ma/amo-tadamon]                  # who moves between the programmes
  reference: { poorest: 30, by: ma/ise }    # or where: { household.area: rural }
  projection: { years: 5, households: 1.2, amounts: 2 }   # growth in percent a year
  scenarios:
    - name: lower threshold, higher minimum
      parameters: [{ name: threshold, value: 9.6 }, { name: minimum, value: 600 }]
    - name: dearer telephone, all children at school
      facts:
        - { fact: household.telecom_annual, times: 1.08 }
        - { fact: member.schooling, ages: [6, 14], value: public, share: 0.99 }
    - name: what a billion a month pays for
      budget: { parameter: threshold, per_month: 1000000000 }

A scenario may also replace texts of the law: texts: { packs/ma/asd/pack.yaml: my-pack.yaml }, read beside the study. Each is
compared with the law as it stands. Numbers that stand for fewer than ten households are hidden, with what would give them away.`,
  examples: [
    { call: 'npx socle simulate study.yaml', says: 'tries the scenarios of study.yaml on the latest snapshot' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, {
      snapshot: 'text',
      json: 'flag',
      csv: 'text',
      draft: 'text',
      threads: 'text',
    })
    const [path, ...others] = words
    if (path === undefined || others.length > 0) throw new UsageError('simulate takes one file: the study')
    const study = studyOf(path)
    const country = countryOfProgramme(study.pack)
    const snapshot = snapshotFor(options.snapshot ?? study.snapshot, country)
    const most = snapshot.manifest.households < WORTH_THREADS ? 0 : Math.min(8, availableParallelism())
    const threads = options.threads === undefined ? most : wholeNumber(options.threads, 'threads', 0, 64)
    const bar = progress(io, 'Simulating', 'scenarios')
    const result = await simulate(country, snapshot, study, { threads, onProgress: bar.update, signal: io.signal })
    if (!result.ok) throw new UsageError(simulationRefusalText(result.refusal))
    bar.end()
    return report(io, result.value, country, options)
  },
}

function report(
  io: Io,
  result: StudyResult,
  country: Country,
  {
    json,
    csv,
    draft,
  }: { readonly json: boolean; readonly csv: string | undefined; readonly draft: string | undefined },
): ExitCode {
  if (draft !== undefined) {
    for (const scenario of result.scenarios) {
      for (const { path, text } of scenario.draft) write(join(resolve(draft), fileName(scenario.name), path), text)
    }
  }
  if (csv !== undefined) {
    for (const { name, text } of studyCsv(result)) write(join(resolve(csv), name), text)
  }
  io.out(json ? studyJson(result) : studyText(result, country))
  return 0
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'scenario'
}

function studyOf(path: string): Study {
  const read = readStudy(textOf(path))
  if (!read.ok) throw new UsageError(`${path}:\n${read.refusal.problems.map(problem => `  ${problem}`).join('\n')}`)
  const beside = dirname(resolve(path))
  return {
    ...read.value,
    scenarios: read.value.scenarios.map(scenario => ({
      ...scenario,
      texts: Object.fromEntries(
        Object.entries(scenario.texts).map(([name, file]) => [name, textOf(join(beside, file))]),
      ),
    })),
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`there is no file ${path} that can be read`)
  }
}

function snapshotFor(folder: string | undefined, country: Country): Snapshot {
  if (folder !== undefined) {
    const opened = openSnapshot(resolve(folder), country)
    if (!opened.ok) throw new UsageError(snapshotRefusalText(opened.refusal))
    return opened.value
  }
  const all = join(installationConfig().database.data, 'snapshots')
  const [latest] = listSnapshots(all, country)
  if (latest) return latest
  throw new UsageError(`there is no snapshot of ${country.code} in ${all}; see socle help snapshot`)
}

function simulationRefusalText(refusal: SimulationRefusal): string {
  switch (refusal.code) {
    case 'pack_unknown':
      return `there is no pack ${refusal.pack}; there are: ${refusal.known.join(', ')}`
    case 'parameter_unknown':
      return `${refusal.pack} has no parameter ${refusal.name}${refusal.meant ? `; did you mean ${refusal.meant}?` : `; see socle rules list`}`
    case 'text_unknown':
      return `the law has no text ${refusal.path}; it has: ${refusal.known.join(', ')}`
    case 'law_refused':
      return `the law of this scenario is refused:\n${refusal.problems.map(formatDiagnostic).join('')}`
    case 'not_in_force':
      return `${refusal.pack} is in force from ${refusal.from ?? 'the beginning'} to ${refusal.to ?? 'further notice'}, not in that month`
    case 'snapshot_later':
      return `the snapshot holds facts of ${refusal.effectiveOn}, after ${refusal.month}: simulate that month or a later one`
    case 'facts_lacking':
      return `${refusal.pack} reads facts that the snapshot does not hold: ${refusal.facts.join(', ')}. Take a new snapshot`
    case 'assumption_refused':
      return `scenario ${refusal.scenario}: ${refusal.problem.says}`
    case 'reference_refused':
      return `reference: ${refusal.says}`
    case 'budget_refused':
      return `scenario ${refusal.scenario}: ${refusal.says}`
    default:
      return snapshotRefusalText(refusal)
  }
}
