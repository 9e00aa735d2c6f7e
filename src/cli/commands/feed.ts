import { existsSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Country, FEED_KINDS, type FeedKind } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import {
  csvCell,
  type FeedAsked,
  type FeedId,
  type FeedRecord,
  type FeedRefusal,
  type FeedReport,
  FeedStopped,
  listFeeds,
  openTable,
  rejectsOf,
  type Table,
  TableError,
  takeFeed,
} from '#households'
import { type DateText, type Month, parseMonth } from '#kernel'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped, progress } from '../progress.ts'

const actor = workerActor('socle feed')
const shape = { source: 'text', month: 'text', country: 'text', rejects: 'text' } as const
const SHOWN = 20

export const command: Command = {
  summary: 'Takes what schools, health services and the civil register tell of members of households.',
  usage: [
    'feed school|vaccination|civil FILE --source NAME [--month MONTH] [--rejects FILE] [--country CODE]',
    'feed list [--country CODE]',
  ],
  help: `
FILE        CSV or XLSX, one row for a person (and a month). Whom it means, by any of: unique_number, token (what Socle told the
            source), document, source_person (the source's own identifier, known once it was settled), or given_name,
            family_name (or given_name_ar, family_name_ar) with birth_date; sex and school may stand beside them.
            When: month (YYYY-MM) or effective_on (YYYY-MM-DD). What: facts by their names in the catalogue, those that
            packs/<country>/conditions.yaml names for the feed. civil: event (birth or death) with effective_on; of a birth the
            row is about the mother, and child_given_name, child_family_name, child_sex say who was born
--source    the register that tells, such as massar: small letters, digits, dots and dashes
--month     month of rows that say none
--rejects   where rows that do not go in are written, with the column and what is accepted. Default: beside FILE
--country   a country's code, such as ma. Default: that of this installation

The same file again changes nothing; the same facts in another file are nothing new; other facts of the same person and month
replace what was told, and both are kept. Stopped at any point, the same call goes on. Who cannot be told apart waits
for somebody to say who is meant; births and deaths wait to be recorded. Exit code: 0 all went in, 1 some rows did not, 2 nothing was looked at.`,
  examples: [
    {
      call: 'npx socle feed school october.csv --source massar --month 2022-10',
      says: 'days missed in October, pupil by pupil',
    },
    { call: 'npx socle feed list', says: 'what came last, and how many rows told something new' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [what = '', path] = words
    const country = () => askedCountry(options)
    if (what === 'list' && words.length === 1) return list(io, country())
    const kind = FEED_KINDS.find(each => each === what)
    if (kind === undefined || path === undefined || words.length !== 2) {
      throw new UsageError(`say what tells and where: socle feed ${FEED_KINDS.join('|')} FILE, or socle feed list`)
    }
    const source = required(options.source, 'source', 'massar')
    const month = monthOf(options.month)
    const table = await tableOf(path)
    return withDatabase(io, ({ worker }) =>
      take(io, worker, { country: country(), kind, source, month, table, rejects: options.rejects }),
    )
  },
}

function monthOf(text: string | undefined): Month | undefined {
  if (text === undefined) return undefined
  const month = parseMonth(text)
  if (month === undefined) throw new UsageError(`--month takes a month written YYYY-MM, not ${text}`)
  return month
}

async function tableOf(path: string): Promise<Table> {
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`)
  return openTable(path).catch(error => {
    throw error instanceof TableError ? new UsageError(error.message) : error
  })
}

type Taking = {
  readonly country: Country
  readonly kind: FeedKind
  readonly source: string
  readonly month: Month | undefined
  readonly table: Table
  readonly rejects: string | undefined
}

async function take(io: Io, worker: Database, taking: Taking): Promise<ExitCode> {
  const { country, kind, source, month, table } = taking
  const asked: FeedAsked = {
    country,
    kind,
    source,
    header: table.header,
    ...(month && { month }),
    content: table.survey.sha256,
    channel: 'file',
    label: basename(table.path),
    askedBy: 'socle feed',
    today: Temporal.Now.plainDateISO(country.timeZone).toString() as DateText,
    decimalComma: table.format !== 'xlsx' && table.format.separator !== ',',
  }
  const bar = progress(io, 'Reading', 'rows')
  let done = 0
  const onRows = (rows: number) => {
    done += rows
    bar.update(done, done)
  }
  const watch = { signal: io.signal, onRows }
  const result = await takeFeed(worker, actor, asked, () => recordsOf(table), watch)
    .catch(stopped)
    .finally(() => bar.end())
  if (result === undefined) {
    io.err('Stopped. The same call goes on from here.\n')
    return 130
  }
  if (!result.ok) throw new UsageError(refusalText(result.refusal, country))
  return report(io, worker, result.value, taking)
}

function stopped(error: unknown): undefined {
  if (error instanceof TableError) throw new UsageError(error.message)
  if (error instanceof FeedStopped) return undefined
  throw error
}

async function* recordsOf(table: Table): AsyncIterable<readonly FeedRecord[]> {
  const names = table.header.map(name => name.trim())
  for await (const rows of table.rows()) {
    yield rows.map(({ number, cells }) => ({
      row: number,
      cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])),
    }))
  }
}

async function report(
  io: Io,
  worker: Database,
  told: FeedReport & { readonly isAgain: boolean },
  { table, rejects }: Taking,
): Promise<ExitCode> {
  const { recorded, unchanged, doubtful, rejected, isAgain } = told
  if (isAgain) io.out('This file was taken before, and changes nothing.\n')
  io.out(`${grouped(recorded)} rows told something new, ${grouped(unchanged)} what was known.\n`)
  if (doubtful > 0) io.out(`Of ${grouped(doubtful)} rows somebody has to say who is meant.\n`)
  if (rejected === 0) return 0
  const path = rejects ?? table.path.replace(/(\.[^.]*)?$/, '-rejects.csv')
  await writeRejects(worker, told.id, path)
  io.out(`${grouped(rejected)} rows did not go in. Why, row by row: ${path}\n`)
  return 1
}

async function writeRejects(worker: Database, feed: FeedId, path: string): Promise<void> {
  const lines = ['row,column,accepted,why\r\n']
  for (let after = 0; ; ) {
    const some = await transaction(worker, actor, tx => rejectsOf(tx, feed, after))
    if (some.length === 0) break
    for (const each of some) {
      lines.push(`${[String(each.row), each.column, each.accepted, each.code].map(csvCell).join(',')}\r\n`)
    }
    after = some.at(-1)!.row
  }
  try {
    writeFileSync(path, `\ufeff${lines.join('')}`)
  } catch (error) {
    throw new UsageError(
      `the rejects cannot be written (${(error as Error).message}); --rejects takes the name of a file`,
    )
  }
}

function list(io: Io, country: Country): Promise<ExitCode> {
  return withDatabase<ExitCode>(io, async ({ worker }) => {
    const feeds = await transaction(worker, actor, tx => listFeeds(tx, country.code, SHOWN))
    for (const { kind, source, label, startedAt, finishedAt, recorded, unchanged, doubtful, rejected } of feeds) {
      const figures = `${grouped(recorded)} new, ${grouped(unchanged)} known, ${grouped(doubtful)} to settle, ${grouped(rejected)} rejected`
      const state = finishedAt === null ? '  not finished' : ''
      io.out(`${startedAt.toISOString().slice(0, 16)}  ${kind}  ${source}  ${label}  ${figures}${state}\n`)
    }
    if (feeds.length === 0) io.out('Nothing came yet.\n')
    return 0
  })
}

function refusalText(refusal: FeedRefusal, country: Country): string {
  switch (refusal.code) {
    case 'feed_unknown':
      return `packs/${country.code}/conditions.yaml describes no feed ${refusal.kind}; it has: ${refusal.known.join(', ') || 'none'}`
    case 'source_malformed':
      return `--source takes small letters, digits, dots and dashes, not ${refusal.source}`
    case 'column_twice':
      return `column ${refusal.columns.join(', ')} stands more than once in the header`
    case 'column_unknown':
      return `column ${refusal.columns.map(name => name || '(without a name)').join(', ')} is unknown; accepted: ${refusal.known.join(', ')}`
    case 'column_missing':
      return `the header lacks one of: ${refusal.columns.join(', ')}`
  }
}
