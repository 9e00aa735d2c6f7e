import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { openTable, TableError } from '#households'
import {
  columnMeanings,
  type LineClass,
  type ListRefusal,
  lineClasses,
  linesAt,
  type ReadList,
  type Reconciliation,
  type ReconciliationLine,
  readList,
  reconcile,
  type WrittenList,
} from '#payments'
import { type Command, type Io, UsageError } from '../command.ts'
import { readOptions } from '../options.ts'
import { grouped } from '../progress.ts'
import { measured, readTruth } from '../reconcile/truth.ts'

const shape = {
  'a-columns': 'text',
  'b-columns': 'text',
  truth: 'text',
  out: 'text',
  exceptions: 'text',
} as const

export const command: Command = {
  summary: 'Pairs the lines of two lists: a ledger and a statement, instructions and answers.',
  usage: [
    'reconcile match A.csv B.csv [--out pairs.csv] [--exceptions ex.csv]',
    'reconcile match … [--a-columns MEANING=COLUMN,…] [--b-columns MEANING=COLUMN,…] [--truth T.csv]',
  ],
  help: `
A is ours (ledger, instructions), B is theirs (statement, answers). CSV (comma, semicolon or tab, any usual encoding) or XLSX.
What the columns hold is guessed from their names and values, and said on the error stream.

Writes left,right,score,class: the ids of the two lines, how sure the pair is (0 to 1), and what it is. What stands alone has
one side empty. Lines without a column of ids are named by their place: 1 is the first after the header.
  ${lineClasses.join(', ')}
Pairs are looked for by reference, then by amount, date, name and text; one to one, then one to several by exact sums.

--a-columns    what columns of A hold, where the guess is wrong: id=Piece,amount=Montant,reference=Ref+Facture.
--b-columns    the same for B. Meanings: ${columnMeanings.join(', ')}
--out          where pairs are written, and not on the output
--exceptions   where lines that need somebody are written, with the line that they may go with: all but matched, fee,
               grouped and split
--truth        a list of right pairs (two columns of ids): says precision, recall and F1

Exit code 0: done. 2: a list cannot be read.`,
  examples: [
    {
      call: 'npx socle reconcile match ledger.csv bank.csv --out pairs.csv --exceptions ex.csv',
      says: 'pairs two lists',
    },
    {
      call: 'npx socle reconcile match a.csv b.csv --a-columns id=Piece,amount=Montant --truth truth.csv --out pairs.csv',
      says: 'with columns named, measured against known pairs',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, a, b, ...rest] = words
    if (verb !== 'match' || a === undefined || b === undefined || rest.length > 0) {
      throw new UsageError('reconcile takes match and two lists: socle reconcile match A.csv B.csv')
    }
    const left = await listOf(a, '--a-columns', options['a-columns'], io)
    const right = await listOf(b, '--b-columns', options['b-columns'], io)
    const scale = Math.max(left.places, right.places)
    const ours = linesAt(left, scale)
    const theirs = linesAt(right, scale)
    const truth = options.truth === undefined ? undefined : readTruth(await tableOf(options.truth), ours, theirs)
    const started = performance.now()
    const result = reconcile(ours, theirs)
    const seconds = (performance.now() - started) / 1000
    write(options.out, pairsText(result, ours, theirs), io)
    if (options.exceptions !== undefined) write(options.exceptions, exceptionsText(result, ours, theirs), io)
    io.err(
      `${summary(result)} ${grouped(ours.length)} and ${grouped(theirs.length)} lines in ${seconds.toFixed(1)} s.\n`,
    )
    if (truth) io.err(`${measured(result, ours, theirs, truth)}\n`)
    return 0
  },
}

async function tableOf(path: string): Promise<WrittenList> {
  try {
    const table = await openTable(path)
    const rows: WrittenList['rows'][number][] = []
    for await (const some of table.rows()) rows.push(...some)
    return { header: table.header, rows }
  } catch (error) {
    if (error instanceof TableError) throw new UsageError(error.message)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no file ${path}`)
    throw error
  }
}

async function listOf(path: string, option: string, columns: string | undefined, io: Io): Promise<ReadList> {
  const list = await tableOf(path)
  const read = readList(list, namedColumns(option, columns))
  if (!read.ok) throw new UsageError(refusalText(basename(path), option, read.refusal))
  const told = columnMeanings.flatMap(meaning => {
    const names = read.value.columns[meaning].map(place => list.header[place])
    return names.length === 0 ? [] : [`${meaning} ${names.join(' + ')}`]
  })
  io.err(`${basename(path)}: ${grouped(read.value.lines.length)} lines; ${told.join(', ')}\n`)
  return read.value
}

function namedColumns(option: string, text: string | undefined): Map<string, readonly string[]> {
  const named = new Map<string, readonly string[]>()
  for (const part of text?.split(',') ?? []) {
    const [meaning = '', ...names] = part.split('=')
    if (names.length === 0) throw new UsageError(`${option} takes MEANING=COLUMN,…; ${part} has no =`)
    named.set(meaning.trim(), names.join('=').split('+'))
  }
  return named
}

function refusalText(file: string, option: string, refusal: ListRefusal): string {
  switch (refusal.code) {
    case 'column_unknown':
      return `${file} has no column ${refusal.column}; it has: ${refusal.known.join(', ')}`
    case 'meaning_unknown':
      return `${option} takes ${refusal.known.join(', ')}; not ${refusal.meaning}`
    case 'no_amount_column':
      return `${file}: no column of amounts was found among ${refusal.header.join(', ')}; name it with ${option} amount=…`
    case 'not_an_amount':
      return `${file}, row ${refusal.row}: ${refusal.column} says ${refusal.value}, which is no amount; accepted: 1 234,56, 1,234.56, -12, (12.00)`
    case 'not_a_day':
      return `${file}, row ${refusal.row}: ${refusal.column} says ${refusal.value}, which is no day of the calendar; accepted: 2026-11-22, 22/11/2026, 22.11.26, 22 nov. 2026`
  }
}

function write(path: string | undefined, text: string, io: Io): void {
  if (path === undefined) {
    io.out(text)
    return
  }
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`)
  }
}

type Lines = readonly ReconciliationLine[]

const idOf = (lines: Lines, place: number | null | undefined) => (typeof place === 'number' ? lines[place]!.id : '')

function pairsText({ findings }: Reconciliation, ours: Lines, theirs: Lines): string {
  const rows = findings.map(({ left, right, score, class: kind }) =>
    [csv(idOf(ours, left)), csv(idOf(theirs, right)), thousandths(score), kind].join(','),
  )
  return `${['left,right,score,class', ...rows].join('\n')}\n`
}

const SETTLED: readonly LineClass[] = ['matched', 'fee', 'grouped', 'split']

function exceptionsText({ findings }: Reconciliation, ours: Lines, theirs: Lines): string {
  const rows = findings
    .filter(finding => !SETTLED.includes(finding.class))
    .map(({ left, right, class: kind, seeLeft, seeRight }) =>
      [
        kind,
        csv(idOf(ours, left)),
        csv(idOf(theirs, right)),
        csv(idOf(ours, seeLeft)),
        csv(idOf(theirs, seeRight)),
      ].join(','),
    )
  return `${['class,left,right,see_left,see_right', ...rows].join('\n')}\n`
}

function thousandths(score: number): string {
  return `0.${String(score).padStart(3, '0')}`
}

/** A cell of a CSV; what a spreadsheet would take for a formula is kept from being one. */
function csv(value: string): string {
  const safe = /^[=+@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function summary({ findings, greedy }: Reconciliation): string {
  const counts = lineClasses.flatMap(kind => {
    const count = findings.filter(finding => finding.class === kind).length
    return count === 0 ? [] : [`${grouped(count)} ${kind}`]
  })
  const rough = greedy === 0 ? '' : ` ${grouped(greedy)} lines were too entangled to be paired at the greatest total.`
  return `${counts.join(', ')}.${rough}`
}
