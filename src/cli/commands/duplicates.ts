import { enqueue, transaction, workerActor } from '#db'
import { countOpenPairs, listOpenPairs, matchRegister, matchRegisterJob } from '#population'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, withDatabase } from '../installation.ts'
import { readOptions } from '../options.ts'
import { grouped, progress } from '../progress.ts'

const actor = workerActor('socle duplicates')
const SHOWN = 20
const MOST_SHOWN = 10_000

export const command: Command = {
  summary: 'Searches the whole register for persons who have two files, and lists the pairs that wait.',
  usage: ['duplicates match [--country CODE] [--later]', 'duplicates list [--country CODE] [--limit N]'],
  help: `
match        holds the register against itself: learns how alike two files of one person are, and replaces the pairs found
             before; what was decided of a pair stays. Ctrl-C ends it at once, and nothing is changed. The workers do it
             every Sunday at 01:15 UTC, and compare new and changed persons within a minute
list         pairs that wait for somebody, the most certain first: ids, likeness, since when. Names are in the console
--country    a country's code, such as ma. Default: that of this installation
--later      leaves the search to the workers and returns at once
--limit      how many pairs are listed; ${SHOWN} unless said, ${grouped(MOST_SHOWN)} at most

Nothing is merged by a command: a member of staff looks at both files, in the console.`,
  examples: [
    { call: 'npx socle duplicates match --country ma', says: 'searches the register, with a bar' },
    { call: 'npx socle duplicates list --limit 5', says: 'the five pairs that are most likely one person' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, { country: 'text', later: 'flag', limit: 'text' })
    const [what] = words
    if (words.length !== 1 || (what !== 'match' && what !== 'list')) {
      throw new UsageError('say match or list: socle duplicates match')
    }
    const limit = limitOf(options.limit)
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      if (what === 'list') {
        const { pairs, total } = await transaction(worker, actor, async tx => ({
          pairs: await listOpenPairs(tx, country.code, { limit }),
          total: await countOpenPairs(tx, country.code, {}),
        }))
        for (const { one, other, probability, since, postponed } of pairs) {
          const day = since.toISOString().slice(0, 10)
          io.out(`${one}  ${other}  ${probability.toFixed(3)}  since ${day}${postponed ? '  put off' : ''}\n`)
        }
        io.out(`${grouped(total)} pairs wait\n`)
        return 0
      }
      if (options.later) {
        const id = await transaction(worker, actor, tx => enqueue(tx, matchRegisterJob(country.code), {}))
        io.out(`The search is left to the workers as job ${id}\n`)
        return 0
      }
      return report(io, () => search(io, worker, country.code))
    })
  },
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return SHOWN
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= MOST_SHOWN) return Number(text)
  throw new UsageError(`--limit takes a whole number from 1 to ${MOST_SHOWN}, not ${text}`)
}

async function search(io: Io, worker: Parameters<typeof matchRegister>[0], country: string) {
  const bar = progress(io, 'Comparing', 'pairs')
  try {
    return await matchRegister(worker, country, {
      signal: io.signal,
      watch: (stage, done, total) => {
        if (stage === 'compare') bar.update(done, total)
      },
    })
  } finally {
    bar.end()
  }
}

async function report(io: Io, searched: () => ReturnType<typeof matchRegister>): Promise<ExitCode> {
  try {
    const { persons, pairs, same, model } = await searched()
    io.out(
      `${grouped(persons)} persons compared: ${grouped(pairs)} pairs, ${grouped(same)} almost certain; model ${model}\n`,
    )
    return 0
  } catch (error) {
    if (!io.signal.aborted) throw error
    io.err('Stopped; the pairs found before stay.\n')
    return 130
  }
}
