import type { Country } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId, parseDate, parseId, parseMonth, type Result } from '#kernel'
import {
  type Covered,
  listSwitches,
  previewSwitch,
  proposeReversal,
  proposeSwitch,
  type ResumeRefusal,
  resumeSwitch,
  runSwitch,
  type StopRefusal,
  type SwitchId,
  type SwitchPreview,
  stopSwitch,
} from '#programmes'
import type { ProposalId } from '#security'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped, progress } from '../progress.ts'
import { actingAs } from '../staff.ts'

const shape = {
  from: 'text',
  holders: 'text',
  to: 'text',
  month: 'text',
  until: 'text',
  why: 'text',
  quiet: 'flag',
  as: 'text',
  country: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Moves everybody whom one programme covers into another, and back within a window.',
  usage: [
    'switch preview --from PACK|--holders FACT=DAY --to PACK [--month MONTH]',
    'switch propose --from PACK|--holders FACT=DAY --to PACK --month MONTH --until DAY --why TEXT --as STAFF [--quiet]',
    'switch reverse ID --why TEXT --as STAFF',
    'switch run ID',
    'switch stop ID --why TEXT --as STAFF',
    'switch resume ID --as STAFF',
    'switch list',
  ],
  help: `
preview    how many would move, by region, who would not and why, and some of them, by id
propose    writes the move down for a colleague to approve (/console/proposals); the workers then carry it out
reverse    proposes to take back a move that is done or stopped, until the last day of its window
run        carries an approved move out in this process, beside the workers; stopped or killed, it is gone on with
stop       stops a move once the ranges at work are done: nobody is moved any more
resume     leaves to the workers again a move that was stopped, or that they gave up
list       moves, and how far they are
--from     programme whose households move; or
--holders  fact of the household and a day: covered are those of whom the fact is that day or later
--to       programme that takes them        --month  first month in it        --until  last day to take it back
--quiet    families are not told            --as     the member of staff who proposes or stops (programme.change)
--why      why, for who approves and for the record
--country  a country's code, such as ma. Default: that of this installation`,
  examples: [
    {
      call: 'npx socle switch preview --holders ramed_card_until=2022-11-30 --to ma/amo-tadamon',
      says: 'RAMED holders who would move into AMO-Tadamon',
    },
    { call: 'npx socle switch list', says: 'what was moved, and when' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb = '', id] = words
    const work = verbs[verb]
    if (!work) throw new UsageError(`switch takes ${Object.keys(verbs).join(', ')}${verb ? `, not ${verb}` : ''}`)
    return work(io, options, id)
  },
}

const todayOf = (zone: string) => Temporal.Now.plainDateISO(zone).toString() as DateText

function coveredOf(options: Options): Covered {
  if (options.from !== undefined) return { pack: options.from }
  const [fact = '', day] = required(options.holders, 'holders', 'ramed_card_until=2022-11-30').split('=')
  const on = parseDate(day ?? '')
  if (on === undefined) throw new UsageError('--holders takes a fact and a day, such as ramed_card_until=2022-11-30')
  return { fact, on }
}

const verbs: Readonly<Record<string, (io: Io, options: Options, id: string | undefined) => Promise<ExitCode>>> = {
  preview(io, options) {
    const country = askedCountry(options)
    const month = parseMonth(options.month ?? todayOf(country.timeZone).slice(0, 7))
    if (month === undefined) throw new UsageError('--month is written YYYY-MM')
    const terms = { from: coveredOf(options), to: required(options.to, 'to', 'ma/amo-tadamon'), month }
    return withDatabase<ExitCode>(io, async ({ app, worker }) => {
      const acting = await actingAs(app, options.as, 'socle switch')
      const database = options.as === undefined ? worker : app
      const preview = await transaction(database, acting('programme.change'), tx => previewSwitch(tx, country, terms))
      tellPreview(io, preview)
      return 0
    })
  },
  propose(io, options) {
    const month = parseMonth(required(options.month, 'month', '2022-12'))
    const windowUntil = parseDate(required(options.until, 'until', '2022-12-31'))
    if (month === undefined || windowUntil === undefined) {
      throw new UsageError('--month is written YYYY-MM and --until YYYY-MM-DD')
    }
    const to = required(options.to, 'to', 'ma/amo-tadamon')
    const says = required(options.why, 'why', '"Law 27-22"')
    const as = required(options.as, 'as', '"Naima Idrissi"')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ app }) => {
      const acting = await actingAs(app, as, 'socle switch')
      const id = newId() as string as ProposalId
      const asked = { id, from: coveredOf(options), to, month, windowUntil, tells: !options.quiet, says }
      const today = todayOf(country.timeZone)
      const proposed = await transaction(app, acting('programme.change'), tx =>
        proposeSwitch(tx, country, asked, today),
      )
      if (!proposed.ok) throw new UsageError(`this is not proposed: ${proposed.refusal.code}`)
      tellPreview(io, proposed.value)
      io.out(`Proposed as ${id}: a colleague approves it at /console/proposals/${id}\n`)
      return 0
    })
  },
  reverse(io, options, id) {
    const reverses = switchOf(id, 'reverse')
    const as = required(options.as, 'as', '"Naima Idrissi"')
    const says = required(options.why, 'why', '"A mistake in the list"')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ app }) => {
      const acting = await actingAs(app, as, 'socle switch')
      const asked = { id: newId() as string as ProposalId, reverses, says }
      const done = await transaction(app, acting('programme.change'), tx =>
        proposeReversal(tx, country, asked, todayOf(country.timeZone)),
      )
      if (!done.ok) throw new UsageError(`this is not proposed: ${done.refusal.code}`)
      io.out(`Proposed as ${asked.id}: a colleague approves it at /console/proposals/${asked.id}\n`)
      return 0
    })
  },
  run(io, options, id) {
    const move = switchOf(id, 'run')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const bar = progress(io, 'Moving', 'ranges')
      const watch = { signal: io.signal, onRange: (done: number, of: number) => bar.update(done, of) }
      const done = await runSwitch(worker, country, move, watch).finally(() => bar.end())
      if (!done.ok) throw new UsageError(`there is no move ${move} that was approved`)
      const { counts, finishedAt, rangesDone, ranges } = done.value
      io.out(`${countsText(counts)}\n`)
      if (finishedAt === null)
        io.out(`It is stopped, ${rangesDone} of ${ranges} ranges done: socle switch resume ${move}\n`)
      return 0
    })
  },
  stop(io, options, id) {
    const says = required(options.why, 'why', '"The list is wrong"')
    return actOn(io, options, switchOf(id, 'stop'), {
      work: (tx, country, move) => stopSwitch(tx, country, { id: move, says }),
      done: 'It is stopped: nobody is moved any more until it goes on or is taken back.',
    })
  },
  resume: (io, options, id) =>
    actOn(io, options, switchOf(id, 'resume'), { work: resumeSwitch, done: 'It is left to the workers again.' }),
  list(io, options) {
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const moves = await transaction(worker, workerActor('socle switch'), tx => listSwitches(tx, country.code, 50))
      for (const { id, fromPack, holdersOf, to, month, rangesDone, ranges, reverses, stopped, counts } of moves) {
        const way = reverses === null ? `${fromPack ?? holdersOf} to ${to}` : `${to} back`
        const far = `${rangesDone} of ${ranges} ranges${stopped ? ', stopped' : ''}`
        io.out(`${id}  ${way}  ${month}  ${far}  ${countsText(counts)}\n`)
      }
      if (moves.length === 0) io.out('Nothing was moved.\n')
      return 0
    })
  },
}

type Act = {
  readonly work: (
    tx: Transaction,
    country: Country,
    move: SwitchId,
  ) => Promise<Result<undefined, StopRefusal | ResumeRefusal>>
  readonly done: string
}

/** What one member of staff does to a move that is not over. */
function actOn(io: Io, options: Options, move: SwitchId, { work, done }: Act): Promise<ExitCode> {
  const as = required(options.as, 'as', '"Naima Idrissi"')
  const country = askedCountry(options)
  return withDatabase<ExitCode>(io, async ({ app }) => {
    const acting = await actingAs(app, as, 'socle switch')
    const answer = await transaction(app, acting('programme.change'), tx => work(tx, country, move))
    if (!answer.ok) throw new UsageError(`this is not done: ${answer.refusal.code}`)
    io.out(`${done}\n`)
    return 0
  })
}

function switchOf(text: string | undefined, verb: string): SwitchId {
  if (text === undefined) throw new UsageError(`say which move: socle switch ${verb} ID`)
  const id = parseId(text)
  if (id === undefined) throw new UsageError(`${text} is the id of no move; socle switch list shows them`)
  return id as string as SwitchId
}

const countsText = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([became, households]) => `${grouped(households)} ${became}`)
    .join(', ')

function tellPreview(io: Io, { covered, movable, cannot, regions, sample }: SwitchPreview): void {
  io.out(
    `${grouped(movable)} of ${grouped(covered)} households would move; ${grouped(cannot.already_in)} are in already.\n`,
  )
  if (cannot.not_cumulable > 0) io.out(`  ${grouped(cannot.not_cumulable)} are in a programme that goes before it\n`)
  if (cannot.no_place > 0) io.out(`  ${grouped(cannot.no_place)} find no place\n`)
  for (const { territory, households } of regions) io.out(`  ${territory}  ${grouped(households)}\n`)
  for (const id of sample) io.out(`  for example ${id}\n`)
}
