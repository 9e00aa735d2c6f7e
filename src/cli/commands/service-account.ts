import { type Databases, transaction } from '#db'
import {
  createService,
  type ListedService,
  listServices,
  type Permission,
  revokeService,
  rotateKey,
  type ServiceRefusal,
  servicePermissions,
} from '#security'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { withDatabase } from '../installation.ts'
import { readOptions, required, wholeNumber } from '../options.ts'
import { actingAs } from '../staff.ts'

const shape = {
  organisation: 'text',
  scopes: 'text',
  territory: 'text',
  programme: 'text',
  days: 'text',
  overlap: 'text',
  as: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Service accounts: keys for programs of partners, with scopes, an end and rotation.',
  usage: [
    'service create NAME --organisation ORG --scopes PERMISSION,… [--territory CODE] [--programme PACK] [--days N] [--as STAFF]',
    'service rotate NAME [--overlap HOURS] [--as STAFF]',
    'service revoke NAME [--as STAFF]',
    'service list',
  ],
  help: `
create makes an account for one program and prints its key, once. The key is kept here as a hash.
NAME            small letters, digits and dashes, such as npu-registry
--organisation  who answers for it
--scopes        what it may do: permissions, separated by commas. Approving and sending money and giving rights are for people
--territory     where, with all below it; the whole country unless said
--programme     for which pack; all of them, and what belongs to none, unless said
--days          until when; 365 unless said, 730 at most

rotate prints a new key; the present ones go on for --overlap hours (24 unless said), so that the partner changes without a stop.
revoke ends the account and its keys now.
--as            the member of staff who acts; the role must permit staff.grant over the whole country. Without it the command itself.`,
  examples: [
    {
      call: 'npx socle service create npu-registry --organisation "National register" --scopes household.read --territory 07',
      says: 'prints a key that reads households of one region for a year',
    },
    {
      call: 'npx socle service rotate npu-registry --overlap 48',
      says: 'prints the next key; the one before ends in two days',
    },
    { call: 'npx socle service revoke npu-registry', says: 'nothing opens any more' },
    { call: 'npx socle service list', says: 'accounts, their ends and when each key was last used' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    const work = verbs[verb ?? '']
    if (!work) throw new UsageError(`service takes ${Object.keys(verbs).join(', ')}${verb ? `, not ${verb}` : ''}`)
    const carryOut = work(rest, options)
    return withDatabase<ExitCode>(io, async databases => {
      await carryOut(databases, io)
      return 0
    })
  },
}

/** Reads the call first, so that a mistake in it is said before a database is opened; then answers what to do with one. */
type Verb = (words: readonly string[], options: Options) => (databases: Databases, io: Io) => Promise<void>

const verbs: Readonly<Record<string, Verb>> = {
  create: (words, options) => {
    const request = {
      name: nameIn(words, 'create'),
      organisation: required(options.organisation, 'organisation', '"National register"'),
      scopes: scopesIn(required(options.scopes, 'scopes', 'household.read')),
      territory: territoryIn(options.territory ?? ''),
      programme: options.programme ?? null,
      days: wholeNumber(options.days ?? '365', 'days', 1, 730),
    }
    return async (databases, io) => {
      const acting = await actorOf(databases, options)
      tell(await transaction(databases.app, acting, tx => createService(tx, request)), io)
    }
  },
  rotate: (words, options) => {
    const name = nameIn(words, 'rotate')
    const overlapHours = wholeNumber(options.overlap ?? '24', 'overlap', 0, 24 * 30)
    return async (databases, io) => {
      const acting = await actorOf(databases, options)
      tell(await transaction(databases.app, acting, tx => rotateKey(tx, { name, overlapHours })), io)
    }
  },
  revoke: (words, options) => {
    const name = nameIn(words, 'revoke')
    return async (databases, io) => {
      const acting = await actorOf(databases, options)
      const revoked = await transaction(databases.app, acting, tx => revokeService(tx, name))
      if (!revoked.ok) throw new UsageError(refusalText(revoked.refusal))
      io.out(`${name} is revoked: none of its keys opens anything.\n`)
    }
  },
  list: (_, options) => async (databases, io) => {
    const services = await transaction(databases.app, await actorOf(databases, options), listServices)
    io.out(services.length === 0 ? 'There is no service account.\n' : services.map(text).join(''))
  },
}

async function actorOf({ app }: Databases, options: Options) {
  return (await actingAs(app, options.as, 'socle service'))('staff.grant')
}

function tell(told: Awaited<ReturnType<typeof createService>>, io: Io): void {
  if (!told.ok) throw new UsageError(refusalText(told.refusal))
  const { key, expiresAt } = told.value
  io.out(`${key}\n`)
  io.err(`Until ${day(expiresAt)}. This key is not shown again; hand it over on a safe way.\n`)
}

function refusalText(refusal: ServiceRefusal): string {
  switch (refusal.code) {
    case 'service_name_taken':
      return `there is a service account ${refusal.name} already; rotate gives it another key`
    case 'service_unknown':
      return `there is no service account ${refusal.name}; see socle service list`
    case 'service_ended':
      return `${refusal.name} ended on ${day(refusal.at)}; create another`
  }
}

function text(service: ListedService): string {
  const { name, organisation, scopes, territory, programme, expiresAt, revokedAt, keys } = service
  const ends = revokedAt ? `revoked ${day(revokedAt)}` : `until ${day(expiresAt)}`
  const where = [territory || 'the whole country', programme ?? 'every programme'].join(', ')
  const used = keys.map(
    key =>
      `  key ${key.prefix}  until ${key.expiresAt.slice(0, 10)}  ${key.lastUsedAt ? `last used ${key.lastUsedAt.slice(0, 16).replace('T', ' ')}` : 'never used'}\n`,
  )
  return `${name}  ${organisation}  ${scopes.join(', ')}  ${where}  ${ends}\n${used.join('')}`
}

const day = (at: Date) => at.toISOString().slice(0, 10)

function nameIn(words: readonly string[], verb: string): string {
  const [word, ...more] = words
  if (word === undefined || more.length > 0) throw new UsageError(`service ${verb} takes one NAME`)
  if (!/^[a-z0-9][a-z0-9-]{1,39}$/.test(word)) {
    throw new UsageError(`${word} is no name for a service account: 2 to 40 small letters, digits and dashes`)
  }
  return word
}

function scopesIn(list: string): Permission[] {
  return [...new Set(list.split(',').map(each => each.trim()))].map(each => {
    const permission = servicePermissions.find(known => known === each)
    if (!permission) throw new UsageError(`--scopes takes ${servicePermissions.join(', ')}; not ${each}`)
    return permission
  })
}

function territoryIn(code: string): string {
  if (code !== '' && !/^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*\.?$/.test(code)) {
    throw new UsageError(`--territory takes a code such as 07 or 07.351, not ${code}`)
  }
  return code
}
