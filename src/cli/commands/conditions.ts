import { transaction, workerActor } from '#db'
import { newId, parseMonth } from '#kernel'
import { assessConditions, latestRun, listWaivers, proposeWaiver } from '#programmes'
import type { ProposalId } from '#security'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped } from '../progress.ts'
import { actingAs } from '../staff.ts'

const shape = {
  programme: 'text',
  month: 'text',
  condition: 'text',
  territory: 'text',
  until: 'text',
  why: 'text',
  as: 'text',
  country: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Follows the conditions of programmes month by month, and waives them where two persons say so.',
  usage: [
    'conditions assess --programme PACK --month MONTH',
    'conditions waive --programme PACK --month MONTH --until MONTH --why TEXT --as STAFF [--condition CODE] [--territory CODE]',
    'conditions list',
  ],
  help: `
assess       looks at the last finished determination of the month: who does not meet a condition, of whom nobody can tell, who is
             waived; warns, suspends where the programme states a number of months, and brings back. Again, it does nothing
waive        proposes that a condition does not count; a colleague approves it at /console/proposals
list         waivers that were approved
--programme  such as ma/tayssir          --month      month decided; of a waiver, the first
--until      last month of a waiver      --condition  one condition of packs/<country>/conditions.yaml; all unless said
--territory  where, with all below it; the whole country unless said
--why        why, for who approves       --as         the member of staff who proposes (programme.change)
--country    a country's code, such as ma. Default: that of this installation`,
  examples: [
    {
      call: 'npx socle conditions assess --programme ma/tayssir --month 2022-03',
      says: 'warnings and what follows, of March 2022',
    },
    { call: 'npx socle conditions list', says: 'where conditions do not count' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const work = verbs[words[0] ?? '']
    if (!work || words.length !== 1) throw new UsageError(`conditions takes ${Object.keys(verbs).join(', ')}`)
    return work(io, options)
  },
}

function monthOf(text: string | undefined, name: string) {
  const month = parseMonth(required(text, name, '2022-03'))
  if (month === undefined) throw new UsageError(`--${name} takes a month written YYYY-MM, not ${text}`)
  return month
}

const verbs: Readonly<Record<string, (io: Io, options: Options) => Promise<ExitCode>>> = {
  assess(io, options) {
    const pack = required(options.programme, 'programme', 'ma/tayssir')
    const month = monthOf(options.month, 'month')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const asked = { country: country.code, pack, month }
      const run = await transaction(worker, workerActor('socle conditions'), tx => latestRun(tx, asked))
      if (!run) throw new UsageError(`${pack} was not determined for ${month}`)
      const done = await assessConditions(worker, country, run.id, io.signal)
      if (!done.ok) throw new UsageError(`${pack}: ${done.refusal.code}`)
      for (const counts of [done.value.findings, done.value.steps]) {
        const told = Object.entries(counts).map(([name, households]) => `${grouped(households)} ${name}`)
        io.out(`${told.join(', ')}\n`)
      }
      return 0
    })
  },
  waive(io, options) {
    const pack = required(options.programme, 'programme', 'ma/tayssir')
    const from = monthOf(options.month, 'month')
    const until = monthOf(options.until, 'until')
    const says = required(options.why, 'why', '"The schools were closed"')
    const as = required(options.as, 'as', '"Naima Idrissi"')
    const country = askedCountry(options)
    const { condition: code = null, territory = '' } = options
    return withDatabase<ExitCode>(io, async ({ app }) => {
      const acting = await actingAs(app, as, 'socle conditions')
      const asked = { id: newId() as string as ProposalId, pack, code, territory, from, until, members: null, says }
      const done = await transaction(app, acting('programme.change', [pack]), tx => proposeWaiver(tx, country, asked))
      if (!done.ok) throw new UsageError(`this is not proposed: ${done.refusal.code}`)
      io.out(`Proposed as ${asked.id}: a colleague approves it at /console/proposals/${asked.id}\n`)
      return 0
    })
  },
  list(io, options) {
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const waivers = await transaction(worker, workerActor('socle conditions'), tx =>
        listWaivers(tx, country.code, 100),
      )
      for (const { pack, code, territory, from, until, says } of waivers) {
        io.out(`${pack}  ${code ?? 'all'}  ${territory || 'the whole country'}  ${from} to ${until}  ${says}\n`)
      }
      if (waivers.length === 0) io.out('Nothing is waived.\n')
      return 0
    })
  },
}
