import type { Databases } from '#db'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { installationConfig, serveOwnCountry, withDatabase } from '../installation.ts'
import { readOptions, required, wholeNumber } from '../options.ts'
import { actingAs, staffNamed } from '../staff.ts'
import { declareOf, endOf, listOf } from '../staff-account/conflicts.ts'
import { invite } from '../staff-account/invite.ts'
import { resetAuthenticator } from '../staff-account/reset-second-factor.ts'
import { grantIn, grantTo, listRoles, revokeFrom, showRoles } from '../staff-account/roles.ts'

const shape = {
  name: 'text',
  hours: 'text',
  role: 'text',
  territory: 'text',
  programme: 'text',
  sensitive: 'flag',
  from: 'text',
  until: 'text',
  household: 'text',
  relation: 'text',
  why: 'text',
  as: 'text',
} as const
type Options = ReturnType<typeof readOptions<typeof shape>>['options']

export const command: Command = {
  summary: 'Members of staff: invitations, roles given and taken back, lost authenticators.',
  usage: [
    'staff invite EMAIL --name NAME [--hours H] [--as STAFF]',
    'staff list',
    'staff roles',
    'staff grant STAFF --role ROLE [--territory CODE] [--programme PACK] [--sensitive] [--from DAY] [--until DAY] [--why TEXT] [--as STAFF]',
    'staff revoke STAFF --role ROLE [--territory CODE] [--programme PACK] [--as STAFF]',
    'staff reset-second-factor STAFF [--as STAFF]',
    'staff conflict declare STAFF --household NUMBER --relation RELATION [--as STAFF]',
    'staff conflict list [STAFF] [--as STAFF]',
    'staff conflict end ID --why TEXT [--as STAFF]',
  ],
  help: `
invite prints a link by which somebody chooses a password, once: the first one, or another for one that was forgotten. Nobody
else knows it, and there is none before.
--name   as shown to colleagues
--hours  how long the link serves; 48 unless said

grant gives a role and revoke takes it back, each with its record in the audit. Somebody who is invited holds none.
--role       one of those that socle staff roles lists
--territory  a code, such as 07 or 07.351, and all below it; the whole country unless said
--programme  a pack, such as ma/asd; every programme, and what belongs to none, unless said
--sensitive  also shows what is sensitive: illness and disability
--from       the first day (UTC); now unless said
--until      the day on which it no longer holds (UTC); no end unless said
--why        for payment_approver and administrator with --as: the role is then proposed, and somebody else approves it

reset-second-factor is for somebody who lost the authenticator and the recovery codes: the next sign-in asks for the password
alone, and nothing that moves money is allowed before another authenticator is set up.

conflict declares that a member of staff is close to a household: from then on its files are closed to them, and they approve
nothing that pays it. Everybody declares what is own; who gives roles somewhere declares it of those who work there, and says
when it has ended, which the person concerned never does.
--household  the number that the register's source gave it
--relation   own, spouse, parent, child, sibling, in_law or other
--why        why it no longer holds

--as     the member of staff who acts, by id or name. The role must permit staff.grant, over the whole country for an invitation
         or an authenticator; a role is given as far as who gives it reaches, never to oneself. Without --as the command itself
         acts: this is how the first administrator is made.`,
  examples: [
    {
      call: 'npx socle staff invite amina@social.example --name "Amina Finance"',
      says: 'prints the link to hand over',
    },
    {
      call: 'npx socle staff grant "Amina Finance" --role administrator --sensitive',
      says: 'makes the first administrator',
    },
    {
      call: 'npx socle staff grant "Salma Guichet" --role desk_agent --territory 07 --as "Amina Finance"',
      says: 'lets an agent work in one region, in the name of an administrator',
    },
    { call: 'npx socle staff roles', says: 'lists the roles and what each may do' },
    { call: 'npx socle staff list', says: 'shows everybody with the roles that stand' },
    { call: 'npx socle staff reset-second-factor "Amina Finance"', says: 'after a lost telephone' },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, shape)
    const [verb, ...rest] = words
    if (verb === 'roles') return showRoles(io)
    const work = verbs[verb ?? '']
    if (!work)
      throw new UsageError(`staff takes ${['roles', ...Object.keys(verbs)].join(' or ')}${verb ? `, not ${verb}` : ''}`)
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
  list: () => (databases, io) => listRoles(databases, io),
  grant: (words, options) => {
    const staff = one(words, 'grant', 'STAFF')
    const grant = grantIn(options, installationConfig().country)
    return async (databases, io) => {
      await serveOwnCountry(databases)
      await grantTo(databases, options.as, staff, grant, options.why, io)
    }
  },
  revoke: (words, options) => {
    const staff = one(words, 'revoke', 'STAFF')
    const grant = grantIn(options, installationConfig().country)
    return (databases, io) => revokeFrom(databases, options.as, staff, grant, io)
  },
  invite: (words, options) => {
    const email = one(words, 'invite', 'EMAIL')
    const name = required(options.name, 'name', '"Amina Finance"')
    const hours = wholeNumber(options.hours ?? '48', 'hours', 1, 24 * 14)
    return async (databases, io) =>
      invite(databases, await acting(databases, options), { email, name, hours }, installationConfig(), io)
  },
  conflict: ([verb, ...words], options) => {
    const { country } = installationConfig()
    if (verb === 'declare') {
      return declareOf(one(words, 'conflict declare', 'STAFF'), options, country)
    }
    if (verb === 'end') {
      return endOf(one(words, 'conflict end', 'ID'), required(options.why, 'why', '"divorced"'), options.as)
    }
    if (verb === 'list' && words.length <= 1) return listOf(words[0], options.as)
    throw new UsageError(`staff conflict takes declare, list or end${verb ? `, not ${verb}` : ''}`)
  },
  'reset-second-factor': (words, options) => {
    const staff = one(words, 'reset-second-factor', 'STAFF')
    return async (databases, io) =>
      resetAuthenticator(databases, await acting(databases, options), await staffNamed(databases.app, staff), io)
  },
}

async function acting({ app }: Databases, options: Options) {
  return (await actingAs(app, options.as, 'socle staff'))('staff.grant')
}

function one(words: readonly string[], verb: string, what: string): string {
  const [word, ...more] = words
  if (word === undefined || more.length > 0) throw new UsageError(`staff ${verb} takes one ${what}`)
  return word
}
