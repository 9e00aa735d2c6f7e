import { once } from 'node:events'
import {
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Country } from '#countries'
import {
  ImportElsewhere,
  type ImportJob,
  type ImportPhase,
  type ImportRefusal,
  type ImportReport,
  ImportStopped,
  importHouseholds,
  type Mapping,
  openTable,
  type Reject,
  readMapping,
  rejectLine,
  rejectsHeader,
  type Table,
  TableError,
} from '#households'
import { type DateText, parseDate } from '#kernel'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { countryNamed, installationConfig, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped, type Progress, progress } from '../progress.ts'

const shape = {
  country: 'text',
  households: 'text',
  members: 'text',
  map: 'text',
  source: 'text',
  'effective-on': 'text',
  rejects: 'text',
  'dry-run': 'flag',
} as const

export const command: Command = {
  summary: 'Brings a file into the registers: households, with their members.',
  usage: [
    'import households --country C --households FILE [--members FILE] [--map FILE] [--dry-run]',
    'import households … [--source NAME] [--effective-on DATE] [--rejects FILE]',
  ],
  help: `
--country C       whose fact catalogue checks the files: a folder of packs/
--households FILE one row per household: source_id, and the facts by their names in the catalogue.
                  Also accepted: weight (how many households it stands for), effective_on (the day from
                  which the row is true), recipient (source_id of the member who receives)
--members FILE    one row per member: household_source_id, source_id, and the member's facts.
                  Also accepted: given_name, family_name, given_name_ar, family_name_ar, phone; unique_number and
                  alias, which name a person of the register exactly.
                  Needed where the catalogue has members; the two files need not be in the same order
--map FILE        a YAML file that says which column holds what, where the columns have other names
--source NAME     the register the files come from. With source_id it tells whether a household is
                  known already. Default: the mapping's source, else "import"
--effective-on D  the day from which the files are true. Default: the mapping's, else today
--dry-run         checks everything and says what would change; registers nothing
--rejects FILE    where rows that do not go in are written, with the column, the value and what is
                  accepted. Default: a file in the folder of data, named in the last line

CSV (comma, semicolon or tab; UTF-8, UTF-16, Windows-1252 or 1256, all detected) or XLSX (first sheet, up to about
80,000 rows). Good rows go in; a row with a mistake does not, and neither does a household with a wrong member.
The same files again change nothing; other content is recorded as a new declaration. Persons who come in are held against
the register and against one another: who may be somebody known waits in the console to be settled, and is not joined
to anybody meanwhile. Interrupted at any point,
the same call goes on where it stopped. Exit code: 0 all went in, 1 some rows did not, 2 none was looked at.`,
  examples: [
    {
      call: 'npx socle import households --country ma --households h.csv --members m.csv --dry-run',
      says: 'checks both files and writes what is wrong, without registering',
    },
    {
      call: 'npx socle import households --country mx --households mx_households_2014.csv --map packs/mx/import.yaml',
      says: 'imports the survey of 58,121 Mexican households with the mapping that comes with its pack',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    if (words.length !== 1 || words[0] !== 'households')
      throw new UsageError('say what to import: socle import households')
    const country = countryNamed(required(options.country, 'country', 'ma'))
    const mapping = options.map === undefined ? undefined : mappingOf(options.map)
    const effectiveOn = effectiveDay(options['effective-on'], mapping, country)
    const households = await tableOf(required(options.households, 'households', 'households.csv'))
    const members = options.members === undefined ? undefined : await tableOf(options.members)
    for (const table of [households, members]) if (table) io.err(`${describe(table)}\n`)
    const asked = {
      country,
      households,
      ...(members && { members }),
      ...(mapping && { mapping }),
      source: options.source ?? mapping?.source ?? 'import',
      effectiveOn,
      askedBy: 'socle import',
      dryRun: options['dry-run'],
    }
    const given = [households.path, members?.path, options.map].filter(path => path !== undefined)
    const rejects = rejectsFile(options.rejects ?? defaultRejects(households.path), given)
    return withDatabase(io, async databases => {
      const watch = watchImport(io, (households.survey.bytes ?? 0) + (members?.survey.bytes ?? 0))
      try {
        const result = await importHouseholds(databases.worker, asked, { ...watch, onReject: rejects.add })
        watch.end()
        if (!result.ok) throw new UsageError(refusalText(result.refusal))
        await rejects.close()
        return report(io, result.value, asked.dryRun, rejects)
      } catch (error) {
        watch.end()
        await rejects.discard()
        return stopped(io, error)
      }
    })
  },
}

function mappingOf(path: string): Mapping {
  if (!isFile(path)) throw new UsageError(`there is no file ${path}`)
  const mapping = readMapping(readFileSync(path, 'utf8'))
  if (mapping.ok) return mapping.value
  throw new UsageError(`${path} is not a mapping:\n  ${mapping.refusal.problems.join('\n  ')}`)
}

async function tableOf(path: string): Promise<Table> {
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`)
  return openTable(path).catch(error => {
    throw error instanceof TableError ? new UsageError(error.message) : error
  })
}

function effectiveDay(option: string | undefined, mapping: Mapping | undefined, country: Country): DateText {
  const text = option ?? mapping?.effective_on ?? Temporal.Now.plainDateISO(country.timeZone).toString()
  const day = parseDate(text)
  if (day === undefined)
    throw new UsageError(`--effective-on takes a day of the calendar written YYYY-MM-DD, not ${text}`)
  return day
}

const ENCODINGS = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252',
  'windows-1256': 'Windows-1256',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
}
const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }

function describe({ path, header, format }: Table): string {
  const how = format === 'xlsx' ? 'XLSX' : `${ENCODINGS[format.encoding]}, ${SEPARATORS[format.separator]}`
  return `${basename(path)}: ${how}, ${header.length} columns`
}

function watchImport(io: Io, bytes: number) {
  let reading: Progress | undefined
  let registering: Progress | undefined
  let before = 0
  return {
    signal: io.signal,
    onRead(read: number) {
      reading ??= progress(io, 'Reading', 'kB')
      reading.update(Math.round(read / 1000), Math.round(bytes / 1000))
    },
    onResume({ registered, changed, unchanged }: ImportJob) {
      const done = registered + changed + unchanged
      io.err(`Going on where an earlier call stopped: ${grouped(done)} households are in.\n`)
    },
    onRegistered(households: number, of: number) {
      if (!registering) {
        reading?.end()
        reading = undefined
        registering = progress(io, 'Registering', 'households')
        // What an earlier call did must not count into the rate of this one.
        before = households
      }
      registering.update(households - before, of - before)
    },
    onPhase(phase: ImportPhase) {
      if (phase === 'match') {
        registering?.end()
        registering = undefined
        io.err('Comparing persons with the register.\n')
      }
    },
    end: () => (registering ?? reading)?.end(),
  }
}

function defaultRejects(households: string): string {
  const folder = join(installationConfig().database.data, 'rejects')
  return join(folder, `${basename(households).replace(/\.[^.]*$/, '')}-rejects.csv`)
}

type RejectsFile = {
  readonly path: string
  readonly add: (reject: Reject) => Promise<void>
  readonly close: () => Promise<void>
  readonly discard: () => Promise<void>
}

/** Written beside its place and moved there when complete: a file of rejects is whole or absent. */
function rejectsFile(path: string, given: readonly string[]): RejectsFile {
  const unwritable = (error: unknown) =>
    new UsageError(
      `the rejects cannot be written (${(error as Error).message}); --rejects takes the name of a file in a folder where you may write`,
    )
  // What is replaced at the end must be a file: never a folder, a link or a device, and never what is being imported.
  if (existsSync(path)) {
    if (!lstatSync(path).isFile()) {
      throw new UsageError(`--rejects takes the name of a file; ${path} is something else`)
    }
    if (given.some(each => realpathSync(each) === realpathSync(path))) {
      throw new UsageError(`--rejects takes the name of a file of its own; ${path} is one of those to import`)
    }
  }
  const beside = `${path}.part`
  let stream: ReturnType<typeof createWriteStream> | undefined
  const end = async () => {
    stream?.end()
    if (stream) await finished(stream)
  }
  return {
    path,
    async add(reject) {
      if (!stream) {
        try {
          mkdirSync(dirname(path), { recursive: true })
          stream = createWriteStream(beside, { fd: openSync(beside, 'w') })
        } catch (error) {
          throw unwritable(error)
        }
        // A disk that fills up is told where the file is ended; until then it must not end the process.
        stream.on('error', () => {})
        // A spreadsheet reads UTF-8 as such only when the file says so.
        stream.write(`\ufeff${rejectsHeader}`)
      }
      if (!stream.write(rejectLine(reject))) await once(stream, 'drain')
    },
    async close() {
      try {
        await end()
        if (stream) renameSync(beside, path)
        else rmSync(path, { force: true })
      } catch (error) {
        throw unwritable(error)
      }
    },
    async discard() {
      await end().catch(() => {})
      if (stream) rmSync(beside, { force: true })
    },
  }
}

function report(
  io: Io,
  { registered, changed, unchanged, rejected, matched }: ImportReport,
  dryRun: boolean,
  rejects: RejectsFile,
): ExitCode {
  const households = registered + changed + unchanged
  const told = `${grouped(registered)} new, ${grouped(changed)} changed, ${grouped(unchanged)} unchanged`
  io.out(`${grouped(households)} households ${dryRun ? 'would go in' : 'are in the register'}: ${told}.\n`)
  if (matched.same + matched.toSettle > 0) {
    io.out(
      `Of their persons ${grouped(matched.same)} are proposed as the same as somebody known, ${grouped(matched.toSettle)} are to be settled.\n`,
    )
  }
  if (rejected.households + rejected.members === 0) return 0
  const rows = [`${grouped(rejected.households)} of households`, `${grouped(rejected.members)} of members`].join(', ')
  io.out(`Rows that did not go in: ${rows}. Why, row by row: ${rejects.path}\n`)
  return 1
}

function stopped(io: Io, error: unknown): ExitCode {
  if (error instanceof TableError) throw new UsageError(error.message)
  if (error instanceof ImportElsewhere) {
    io.err(`Stopped: ${error.message}.\n`)
    return 1
  }
  if (!(error instanceof ImportStopped)) throw error
  io.err('Stopped. The same call goes on from here.\n')
  return 1
}

function refusalText(refusal: ImportRefusal): string {
  if (refusal.code === 'members_missing') return 'this country has members: give their file with --members'
  if (refusal.code === 'members_not_taken')
    return 'the facts of this country are of households alone: leave out --members'
  const columns = refusal.columns.map(name => name || '(without a name)').join(', ')
  const file = basename(refusal.file)
  switch (refusal.code) {
    case 'column_twice':
      return `${file}: column ${columns} stands more than once in the header`
    case 'column_missing':
      return `${file}: column ${columns} is missing in the header`
    case 'column_unknown':
      return `${file}: column ${columns} is unknown; accepted: ${refusal.known.join(', ')}. A mapping (--map) can rename or ignore it`
    case 'target_unknown':
      return `${file}: the mapping fills ${columns}, which does not exist; there are: ${refusal.known.join(', ')}`
  }
}

/** Of a name that no system takes, too: one of a thousand letters is the name of no file. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
