// The only place where modules are wired together: pages to doors, events to handlers, jobs to workers.
import { pino } from 'pino'
import type { Config } from '#config'
import type { Country } from '#countries'
import { type Databases, startWorker, type Worker } from '#db'
import { determinationJob } from '#programmes'
import type { BuiltSite } from './web/build.ts'
import type { StaffDoor } from './web/context.ts'
import { fillDoors } from './web/doors/fill.ts'
import { createWebServer } from './web/http.ts'

export type Server = {
  readonly url: string
  readonly port: number
  /** Ends requests and jobs under way, then resolves. */
  readonly close: () => Promise<void>
}

export type ServerParts = {
  readonly config: Config
  readonly databases: Databases
  readonly country: Country
  readonly site: BuiltSite
  readonly staff: StaffDoor
  /** True where the register holds modelled households. */
  readonly modelled: boolean
}

/** The pages and a worker, in this process. */
export async function startServer({ config, databases, country, site, staff, modelled }: ServerParts): Promise<Server> {
  const log = pino({ level: config.logLevel })
  const worker = await startJobs(databases, log)
  const doors = fillDoors({ app: databases.app, country, staff, modelled })
  const web = await createWebServer({ doors, site, log, host: config.host, port: config.port })
  return {
    url: web.url,
    port: web.port,
    async close() {
      await web.close()
      await worker.stop()
    },
  }
}

/** The worker alone: `socle worker`, in any number of processes on any number of machines. */
export function startJobs(
  databases: Databases,
  log: { error: (facts: object, says: string) => void },
): Promise<Worker> {
  return startWorker(databases, {
    jobs: [determinationJob],
    onError: error => log.error({ err: error }, 'worker'),
  })
}
