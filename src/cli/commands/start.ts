import { once } from 'node:events'
import type { Country } from '#countries'
import type { Databases } from '#db'
import { openSignIn } from '#security'
import { buildWeb, startServer } from '../../server.ts'
import { checkpointing } from '../checkpoints.ts'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { firstStart, type OpenedAccount } from '../demonstration/first-start.ts'
import { installationConfig, installationCountry, serveOwnCountry, withDatabase } from '../installation.ts'
import { optionsAlone } from '../options.ts'
import { readProviders } from '../providers.ts'
import { sessionSecret } from '../secret.ts'

export const command: Command = {
  summary: 'Starts Socle: the pages and a worker, on this machine.',
  usage: ['start [--empty]'],
  help: `
--empty  no demonstration: an empty register stays empty

The first start makes the database in ./data and fills it with a demonstration: 20 000 modelled households, scored, decided and
paid. Interrupted, the next start goes on from there. With DATABASE_URL nothing is ever filled in. Settings: docs/operations.md.
Ctrl-C or SIGTERM stops everything.`,
  examples: [
    { call: 'npm start', says: 'starts, and prints the address and the accounts of the demonstration' },
    { call: 'npm start -- --empty', says: 'starts on an empty register' },
  ],
  async run(args, io) {
    const options = optionsAlone(args, { empty: 'flag' })
    const country = installationCountry()
    return withDatabase<ExitCode>(io, databases => serve(databases, country, options.empty, io))
  },
}

async function serve(databases: Databases, country: Country, empty: boolean, io: Io): Promise<ExitCode> {
  const config = installationConfig()
  const { data, url } = config.database
  await serveOwnCountry(databases)
  const secret = sessionSecret(config.secret, data)
  const signIn = openSignIn({
    appUrl: databases.urls.app,
    app: databases.app,
    secret,
    secure: config.publicUrl?.startsWith('https:') ?? false,
    outside: config.oidc,
  })
  try {
    // The pages are built in a process of their own while the register is filled.
    const building = buildWeb({ dataFolder: data })
    building.catch(() => {})
    const accounts = empty || url !== undefined ? [] : await firstStart(databases, { country, data, signIn }, io)
    const site = await whenBuilt(building, io)
    const parts = {
      config,
      databases,
      country,
      site,
      signIn,
      secret,
      shown: accounts,
      providers: readProviders(config.providers),
      tasks: checkpointing(config),
    }
    const server = await startServer(parts).catch(error => refuseAddress(error, config))
    if (server.port !== config.port) io.out(`Port ${config.port} is taken; using ${server.port}.\n`)
    io.out(welcome(config.publicUrl ?? server.url, accounts))
    if (!io.signal.aborted) await once(io.signal, 'abort')
    io.err('\nStopping.\n')
    await server.close()
    return 0
  } finally {
    await signIn.close()
  }
}

/** An address that the system does not give is a setting to change. */
function refuseAddress(error: unknown, { host, port }: { readonly host: string; readonly port: number }): never {
  const { code = '', message } = error as NodeJS.ErrnoException
  const why = ADDRESS_REFUSED[code]
  if (why === undefined) throw error
  throw new UsageError(`cannot listen at ${host}, port ${port}: ${why} (${message})`)
}

const ADDRESS_REFUSED: Readonly<Record<string, string>> = {
  ENOTFOUND: 'SOCLE_HOST is no known name',
  EAI_AGAIN: 'SOCLE_HOST is no known name',
  EADDRNOTAVAIL: 'SOCLE_HOST is not an address of this machine',
  EINVAL: 'SOCLE_HOST is not an address of this machine',
  EACCES: 'this user may not use that port; set SOCLE_PORT to 1024 or more',
}

async function whenBuilt<Site>(building: Promise<Site>, io: Io): Promise<Site> {
  const waiting = setTimeout(() => io.err('Building the pages, once for this version…\n'), 1000)
  try {
    return await building
  } finally {
    clearTimeout(waiting)
  }
}

function welcome(address: string, accounts: readonly OpenedAccount[]): string {
  const lines = ['', `Socle is ready: ${address}`, `Staff console:  ${address}/console`]
  const [first] = accounts
  if (first) {
    lines.push('', 'Accounts of the demonstration (made for this installation; modelled households only):')
    const width = Math.max(...accounts.map(account => account.email.length))
    for (const { email, name, roles, territory } of accounts) {
      const where = territory === '' ? '' : `, region ${territory}`
      lines.push(`  ${email.padEnd(width)}  ${name} (${roles.join(', ').replaceAll('_', ' ')}${where})`)
    }
    lines.push(`  password for all: ${first.password}`)
  }
  lines.push('', 'Ctrl-C stops it.', '')
  return lines.join('\n')
}
