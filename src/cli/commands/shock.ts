import { join } from 'node:path'
import { type Databases, transaction, workerActor } from '#db'
import { type Id, type Month, newId, parseId, parseMonth } from '#kernel'
import {
  askShockRuns,
  type ExpansionAsked,
  latestOwnSnapshot,
  listShocks,
  previewShock,
  proposeShock,
  proposeShockEnd,
  type ReachShown,
  SHOCK_KINDS,
  type ShockAsked,
  type ShockId,
  type ShockKind,
  type ShockReach,
} from '#programmes'
import type { ProposalId } from '#security'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { askedCountry, installationConfig, withDatabase } from '../installation.ts'
import { readOptions, required } from '../options.ts'
import { grouped } from '../progress.ts'
import { actingAs } from '../staff.ts'

const shape = {
  name: 'text',
  kind: 'text',
  where: 'text',
  from: 'text',
  until: 'text',
  pay: 'text',
  reference: 'text',
  evidence: 'text',
  why: 'text',
  waive: 'flag',
  as: 'text',
  country: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

const TERMS = '--name NAME --kind KIND --where PLACES --from MONTH --until MONTH [--pay PACKS] [--waive]'

export const command: Command = {
  summary: 'Declares an area in shock for some months: more is paid there, and to more families.',
  usage: [
    `shock preview ${TERMS}`,
    `shock declare ${TERMS} --reference TEXT --evidence TEXT --why TEXT --as STAFF`,
    'shock end ID --until MONTH --why TEXT --as STAFF',
    'shock runs',
    'shock list',
  ],
  help: `
preview      whom it would reach and what its first month would cost, by region, on the latest snapshot of the register
declare      the same, written down for a colleague to approve with a second factor (/console/proposals)
end          proposes another last month, earlier or later; a colleague approves it as well
runs         asks the workers now for the runs that shocks call for; they do so by themselves within a quarter of an hour
list         shocks, their places, months and packs
--name       as people call it            --kind   ${SHOCK_KINDS.join(', ')}
--where      codes of territories with commas, each with all below it; "all" is the country
--from       first month                  --until  last month
--pay        packs with the amounts that they ask for: "ma/shock-top-up top_up=500, ma/shock-transfer amount_small=800 ..."
--waive      conditions of programmes do not count there and then
--reference  the decision that gives the amounts: number and day
--evidence   what shows that it happened  --why    why, for who approves and for the record
--as         the member of staff who proposes (programme.change)
--country    a country's code, such as ma. Default: that of this installation`,
  examples: [
    {
      call: 'npx socle shock preview --name "Drought 2026" --kind drought --where 02 --from 2026-11 --until 2027-01 --pay "ma/shock-top-up top_up=500"',
      says: 'whom a top-up of 500 would reach in one region',
    },
    { call: 'npx socle shock list', says: 'shocks that were declared' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb = '', id] = words
    const work = verbs[verb]
    if (!work) throw new UsageError(`shock takes ${Object.keys(verbs).join(', ')}${verb ? `, not ${verb}` : ''}`)
    return work(io, options, id)
  },
}

const thisMonth = (zone: string): Month => Temporal.Now.plainDateISO(zone).toString().slice(0, 7) as Month

function monthSaid(text: string | undefined, name: string): Month {
  const month = parseMonth(required(text, name, '2026-11'))
  if (month === undefined) throw new UsageError(`--${name} takes a month written YYYY-MM, not ${text}`)
  return month
}

/** `said`: whether it is to be declared, so that what is written for the record must be there. */
function askedIn(options: Options, said: boolean): ShockAsked {
  const kind = required(options.kind, 'kind', 'drought')
  if (!SHOCK_KINDS.includes(kind as ShockKind))
    throw new UsageError(`--kind takes ${SHOCK_KINDS.join(', ')}, not ${kind}`)
  const where = required(options.where, 'where', '02,08.401').split(',')
  const text = (name: 'reference' | 'evidence' | 'why', example: string) =>
    said ? required(options[name], name, example) : (options[name] ?? 'preview')
  return {
    id: newId() as string as ProposalId,
    name: required(options.name, 'name', '"Drought 2026"'),
    kind: kind as ShockKind,
    territories: where.map(each => (each.trim() === 'all' ? '' : each.trim())),
    from: monthSaid(options.from, 'from'),
    until: monthSaid(options.until, 'until'),
    expansions: packsIn(options.pay ?? ''),
    waives: options.waive,
    reference:
      options.pay === undefined
        ? (options.reference ?? '')
        : text('reference', '"Decision 12/2026 of 3 November 2026"'),
    evidence: text('evidence', '"Bulletin of the drought of 28 October 2026"'),
    says: text('why', '"Two seasons without a harvest"'),
  }
}

function packsIn(text: string): ExpansionAsked[] {
  return text
    .split(',')
    .map(each => each.trim().split(/\s+/))
    .filter(([pack]) => pack !== '')
    .map(([pack = '', ...values]) => ({
      pack,
      values: Object.fromEntries(
        values.map(value => {
          const [name = '', amount] = value.split('=')
          if (amount === undefined) throw new UsageError(`--pay takes PACK NAME=AMOUNT ..., not ${value}`)
          return [name, amount]
        }),
      ),
    }))
}

const verbs: Readonly<Record<string, (io: Io, options: Options, id: string | undefined) => Promise<ExitCode>>> = {
  preview: (io, options) =>
    withDatabase<ExitCode>(io, async databases => {
      tellReach(io, await reachFor(databases, options, askedIn(options, false)))
      return 0
    }),
  declare(io, options) {
    const asked = askedIn(options, true)
    const as = required(options.as, 'as', '"Naima Idrissi"')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async databases => {
      const acting = await actingAs(databases.app, as, 'socle shock')
      const actor = acting('programme.change')
      const reach = await reachFor(databases, options, asked)
      const terms = { now: thisMonth(country.timeZone), reach }
      const done = await transaction(databases.app, actor, tx => proposeShock(tx, country, asked, terms))
      if (!done.ok) throw new UsageError(`this is not proposed: ${refusalText(done.refusal)}`)
      tellReach(io, reach)
      io.out(`Proposed as ${asked.id}: a colleague approves it at /console/proposals/${asked.id}\n`)
      return 0
    })
  },
  end(io, options, text) {
    const shock = text === undefined ? undefined : parseId(text)
    if (shock === undefined) throw new UsageError('say which shock: socle shock end ID; socle shock list shows them')
    const until = monthSaid(options.until, 'until')
    const says = required(options.why, 'why', '"It has rained"')
    const as = required(options.as, 'as', '"Naima Idrissi"')
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ app }) => {
      const acting = await actingAs(app, as, 'socle shock')
      const asked = { id: newId() as string as ProposalId, shock: shock as Id<string> as ShockId, until, says }
      const done = await transaction(app, acting('programme.change'), tx =>
        proposeShockEnd(tx, country, asked, thisMonth(country.timeZone)),
      )
      if (!done.ok) throw new UsageError(`this is not proposed: ${refusalText(done.refusal)}`)
      io.out(`Proposed as ${asked.id}: a colleague approves it at /console/proposals/${asked.id}\n`)
      return 0
    })
  },
  runs(io, options) {
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const runs = await askShockRuns(worker, country, thisMonth(country.timeZone))
      for (const run of runs) io.out(`asked ${run}\n`)
      if (runs.length === 0) io.out('No run is missing.\n')
      return 0
    })
  },
  list(io, options) {
    const country = askedCountry(options)
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      const shocks = await transaction(worker, workerActor('socle shock'), tx => listShocks(tx, country.code))
      for (const { id, name, kind, territories, from, until, expansions } of shocks) {
        const where = territories.map(each => each || 'the whole country').join(', ')
        const packs = expansions.map(each => each.pack).join(', ') || 'nothing is paid'
        io.out(`${id}  ${name} (${kind})  ${where}  ${from} to ${until}  ${packs}\n`)
      }
      if (shocks.length === 0) io.out('No shock was declared.\n')
      return 0
    })
  },
}

/** Whom it would reach, counted as the worker: the figures of a place are of all who live there. */
async function reachFor({ worker }: Databases, options: Options, asked: ShockAsked): Promise<ShockReach | null> {
  const country = askedCountry(options)
  const folder = join(installationConfig().database.data, 'snapshots')
  const preview = await transaction(worker, workerActor('socle shock'), async tx =>
    previewShock(tx, country, asked, {
      now: thisMonth(country.timeZone),
      snapshot: await latestOwnSnapshot(tx, country, folder),
    }),
  )
  if (!preview.ok) throw new UsageError(`this is not proposed: ${refusalText(preview.refusal)}`)
  return preview.value
}

function refusalText({ code, ...facts }: { readonly code: string }): string {
  const told = Object.entries(facts).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  )
  return told.length > 0 ? `${code} (${told.join('; ')})` : code
}

function tellReach(io: Io, reach: ShockReach | null): void {
  if (reach === null) return void io.out('No snapshot of this register says whom it would reach: npx socle snapshot\n')
  for (const { pack, ...shown } of reach.packs) io.out(`${pack}, on the facts of ${reach.on}\n${reachText(shown)}`)
}

function reachText({ total, regions }: ReachShown): string {
  if (total === null) return '  too few households to be shown\n'
  const line = (of: string, { households, members, amountMinor }: NonNullable<typeof total>) =>
    `  ${of}  ${grouped(households)} households, ${grouped(members)} members, ${amountMinor} in minor units a month\n`
  return regions.map(each => line(each.region ?? 'others', each)).join('') + line('in all', total)
}
