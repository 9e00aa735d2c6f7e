import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Readable } from 'node:stream'
import { removeCluster } from '#db'
import { type Command, type Io, UsageError } from '../command.ts'
import { namedIn } from '../data-folder.ts'
import { installationConfig } from '../installation.ts'
import { optionsAlone } from '../options.ts'

/** Removed beside the database. Backups stay, and the key of checkpoints that others may still hold. */
const OWN = ['postgres', ...namedIn('kept'), ...namedIn('made again'), 'demonstration.json', 'session-secret']

export const command: Command = {
  summary: 'Removes the data: the embedded database and all that was made from it.',
  usage: ['reset [--yes]'],
  help: `
Asks before it removes anything; --yes answers in advance (needed where there is no terminal to ask on).
Refused while Socle runs. An existing PostgreSQL (DATABASE_URL) is never touched.`,
  examples: [{ call: 'npm run reset', says: 'asks, then removes ./data; the next npm start begins anew' }],
  async run(args, io) {
    const options = optionsAlone(args, { yes: 'flag' })
    const { data, url } = installationConfig().database
    if (url !== undefined) {
      throw new UsageError('DATABASE_URL is set: the data are in that PostgreSQL, which reset does not touch')
    }
    if (!existsSync(data)) {
      io.out(`There is nothing to remove: ${data} does not exist.\n`)
      return 0
    }
    if (!options.yes && !io.interactive)
      throw new UsageError('there is no terminal to ask on; say --yes to remove the data')
    if (!options.yes && !(await agreed(io, data))) {
      io.out('Nothing was removed.\n')
      return 1
    }
    if ((await removeCluster(data)) === 'in use') {
      throw new UsageError('Socle is running on these data; stop it first (Ctrl-C where it runs), then try again')
    }
    for (const name of OWN) rmSync(join(data, name), { recursive: true, force: true })
    if (readdirSync(data).length === 0) rmdirSync(data)
    io.out(`Removed the data of ${data}.\n`)
    return 0
  },
}

async function agreed(io: Io, data: string): Promise<boolean> {
  io.err(`This removes every household, decision and payment in ${data}, for good. Type yes to go on: `)
  const lines = createInterface({ input: Readable.from(io.stdin), signal: io.signal })
  try {
    for await (const line of lines) return line.trim().toLowerCase() === 'yes'
  } finally {
    lines.close()
  }
  return false
}
