import { once } from 'node:events'
import { join } from 'node:path'
import { transaction, workerActor } from '#db'
import { holdsModelled } from '#households'
import { sendingMessages } from '#messaging'
import { handingOver } from '#payments'
import { createLog, gatewaySending, startJobs } from '../../server.ts'
import { checkpointing } from '../checkpoints.ts'
import type { Command, ExitCode } from '../command.ts'
import { installationConfig, installationCountry, withDatabase } from '../installation.ts'
import { optionsAlone } from '../options.ts'
import { readProviders } from '../providers.ts'

export const command: Command = {
  summary: 'Runs a worker alone: batch runs, sending, reconciliation.',
  usage: ['worker'],
  help: `
The server runs a worker in its own process; run more of them, on this machine or on others with the same DATABASE_URL, when
there is more to do than one can. Ctrl-C or SIGTERM: what is under way ends at its next safe point and is resumed elsewhere.`,
  examples: [{ call: 'npx socle worker', says: 'works until stopped' }],
  async run(args, io) {
    optionsAlone(args, {})
    const config = installationConfig()
    const country = installationCountry()
    return withDatabase<ExitCode>(io, async databases => {
      // People of a demonstration are modelled: nothing leaves to their telephones.
      const modelled = await transaction(databases.worker, workerActor('worker'), tx => holdsModelled(tx, country.code))
      const sending = modelled ? undefined : gatewaySending(config, country)
      const providers = readProviders(config.providers)
      const tasks = [sendingMessages(sending), ...checkpointing(config), ...handingOver(providers, Date.now)]
      const snapshots = join(config.database.data, 'snapshots')
      const worker = await startJobs(databases, createLog(config.logLevel), country, {
        snapshots,
        terms: config.payments,
        providers,
        tasks,
      })
      io.err('The worker is ready. Ctrl-C stops it.\n')
      if (!io.signal.aborted) await once(io.signal, 'abort')
      await worker.stop()
      return 0
    })
  },
}
