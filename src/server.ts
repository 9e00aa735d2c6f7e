// The only place where modules are wired together: pages to doors, events to handlers, jobs to workers.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#config'
import type { Country } from '#countries'
import { type Databases, type RepeatedTask, startWorker, transaction, type Worker, workerActor } from '#db'
import {
  assessing,
  commandScanner,
  type EvidenceStore,
  feedJob,
  holdsModelled,
  noScanner,
  openEvidenceStore,
  renewing,
  restoringIndexes,
  sweepEvidence,
} from '#households'
import type { DateText } from '#kernel'
import {
  forgettingMessages,
  httpCarrier,
  type Sending,
  sendingMessages,
  shownCarrier,
  shownMessages,
  tellAtOnce,
} from '#messaging'
import { answersJob, handingOver, type ProviderPorts } from '#payments'
import {
  announcingNumbers,
  forgettingRegistrations,
  matchingNewcomers,
  matchRegisterJob,
  numbering,
  phonesToReach,
  readingNames,
} from '#population'
import { isPaperOfRequest, retentionJob, sealingColumns } from '#privacy'
import {
  determinationJobs,
  followingHouseholds,
  type PreparationJobParts,
  prepareJob,
  settleJob,
  shockJob,
  switchJob,
  tellingAccountChanges,
  tendingShocks,
  tendingWindows,
} from '#programmes'
import { closedFiles, forgettingSignIns, openCitizenSignIn, type SignIn, sealing, watching } from '#security'
import { type BuiltSite, buildWeb } from './web/build.ts'
import { readProxies } from './web/client-address.ts'
import type { Log } from './web/context.ts'
import { citizenDoor } from './web/doors/citizen.ts'
import { fillDoors } from './web/doors/fill.ts'
import { paidPhones } from './web/doors/paid-phones.ts'
import { preRegistrationDoor } from './web/doors/pre-registration.ts'
import { openStudyDesk } from './web/doors/simulation-desk.ts'
import { type ShownAccount, staffDoor } from './web/doors/staff.ts'
import { tellingNumbers } from './web/doors/telling-numbers.ts'
import { createWebServer } from './web/http.ts'
import { createLog } from './web/log.ts'
import { openPrinter } from './web/print/printer.ts'

export { buildWeb, createLog }

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
  readonly signIn: SignIn
  /** Signs and hashes what is kept of sign-ins; outside the database. */
  readonly secret: string
  /** Accounts whose password the sign-in page shows: those of a demonstration, none anywhere else. */
  readonly shown: readonly ShownAccount[]
  /** How payment providers are spoken to. */
  readonly providers: ProviderPorts
  /** What the worker does beside its jobs. */
  readonly tasks: readonly RepeatedTask[]
}

/** The pages and a worker, in this process. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const { config, databases, country, site } = parts
  const log = createLog(config.logLevel)
  const evidence = evidenceStore(config)
  const sweeping: RepeatedTask = {
    pauseMs: SIX_HOURS,
    run: async each => void (await sweepEvidence(each, evidence, isPaperOfRequest)),
  }
  // In a demonstration messages are shown on a page, whatever gateway is set: its people are modelled, their telephones are not.
  const demonstrates = parts.shown.length > 0
  const sending = demonstrates ? demonstrationSending(parts) : gatewaySending(config, country)
  const snapshots = join(config.database.data, 'snapshots')
  const worker = await startJobs(databases, log, country, {
    snapshots,
    terms: config.payments,
    providers: parts.providers,
    tasks: [sendingMessages(sending), sweeping, ...handingOver(parts.providers, Date.now), ...parts.tasks],
  })
  const modelled = await transaction(databases.worker, workerActor('server'), tx => holdsModelled(tx, country.code))
  const staff = staffDoor(parts.signIn, country, parts.shown)
  const citizen = sending ? citizenPages(parts, sending, log, evidence) : undefined
  const preRegistration = sending ? preRegistrationPages(parts, sending) : undefined
  const desk = openStudyDesk({
    country,
    worker: databases.worker,
    folder: snapshots,
    onError: error => log.error({ err: error }, 'a study failed'),
  })
  const printer = openPrinter({
    folder: join(config.database.data, 'browser'),
    onError: error => log.error({ err: error }, 'the browser that prints did not start'),
  })
  const doors = fillDoors({
    app: databases.app,
    worker: databases.worker,
    country,
    staff,
    citizen,
    preRegistration,
    tell: sending && (notice => tellAtOnce(databases, sending, [notice])),
    desk,
    evidence,
    printer,
    payments: config.payments,
    answers: { worker: databases.worker, ports: parts.providers, clock: Date.now },
    modelled,
  })
  const { host, port, publicUrl, metricsToken } = config
  const isProxy = readProxies(config.trustedProxies ?? '')
  const web = await createWebServer({ doors, site, log, host, port, publicUrl, isProxy, metricsToken }).catch(
    async error => {
      // Jobs under way would keep the process alive after a refusal.
      await worker.stop()
      throw error
    },
  )
  return {
    url: web.url,
    port: web.port,
    async close() {
      await web.close()
      await desk.close()
      await printer.close()
      await worker.stop()
    },
  }
}

const SIX_HOURS = 6 * 60 * 60 * 1000

/** Where papers of declarations lie, scanned on their way in where a program does that. */
function evidenceStore({ database, evidence, evidenceScanner }: Config): EvidenceStore {
  return openEvidenceStore({
    folder: evidence ?? join(database.data, 'evidence'),
    scanner: evidenceScanner === undefined ? noScanner : commandScanner(evidenceScanner),
  })
}

/** The gateway of the settings, where there is one: messages leave by it, and citizens' pages open. */
export function gatewaySending({ messages }: Config, country: Country): Sending | undefined {
  const nowSeconds = () => Math.floor(Temporal.Now.instant().epochMilliseconds / 1000)
  return messages && { carrier: httpCarrier({ ...messages, nowSeconds }), phonesOf: phonesToReach(country.code) }
}

function demonstrationSending({ databases, country }: ServerParts): Sending {
  return { carrier: shownCarrier(databases.worker), phonesOf: phonesToReach(country.code) }
}

/** The citizen's own page, which needs messages that arrive. */
function citizenPages(
  { config, databases, country, secret, shown }: ServerParts,
  sending: Sending,
  log: Log,
  evidence: EvidenceStore,
) {
  const onError = (error: unknown) => log.error({ err: error }, 'a message did not leave')
  return citizenDoor({
    app: databases.app,
    country,
    signIn: openCitizenSignIn({ app: databases.app, secret, onError }),
    tell: notice => tellAtOnce(databases, sending, [notice]),
    secure: config.publicUrl?.startsWith('https:') ?? false,
    demonstration:
      shown.length === 0
        ? undefined
        : { messages: () => shownMessages(databases.worker), phones: () => paidPhones(databases.worker) },
    evidence,
  })
}

function preRegistrationPages({ config, databases, country, shown }: ServerParts, sending: Sending) {
  return preRegistrationDoor({
    app: databases.app,
    country,
    tell: notice => tellAtOnce(databases, sending, [notice]),
    secure: config.publicUrl?.startsWith('https:') ?? false,
    demonstration: shown.length > 0,
  })
}

export type JobParts = {
  /** Folder of snapshots, which the machines share. */
  readonly snapshots: string
  /** What a payment run asks of each line. */
  readonly terms: PreparationJobParts['terms']
  /** How payment providers are spoken to. */
  readonly providers: ProviderPorts
  readonly tasks: readonly RepeatedTask[]
}

/**
 * The worker alone: `socle worker`, in any number of processes on any number of machines.
 */
export function startJobs(
  databases: Databases,
  log: { error: (facts: object, says: string) => void },
  country: Country,
  { snapshots, terms, providers, tasks }: JobParts,
): Promise<Worker> {
  const numbersWaiting = numbering({ country: country.code, length: country.uniqueNumberLength })
  const today = () => Temporal.Now.plainDateISO(country.timeZone).toString() as DateText
  return startWorker(databases, {
    subscriptions: [...followingHouseholds(country, today), tellingNumbers],
    jobs: [
      retentionJob(country, today),
      ...determinationJobs({ databases, folder: snapshots, atOnce: Math.max(1, availableParallelism() - 1) }),
      matchRegisterJob(country.code),
      switchJob,
      prepareJob({ databases, terms }),
      answersJob({ databases, ports: providers }),
      settleJob,
      feedJob({ databases, country, today }),
      shockJob(today),
    ],
    tasks: [
      sealing,
      forgettingSignIns,
      forgettingMessages,
      sealingColumns,
      watching(country.timeZone, closedFiles),
      numbersWaiting,
      matchingNewcomers(country.code),
      assessing(country, today),
      readingNames,
      restoringIndexes,
      renewing(country, today),
      tendingWindows(country, today),
      tellingAccountChanges(country),
      tendingShocks(country, today),
      announcingNumbers,
      forgettingRegistrations,
      ...tasks,
    ],
    onError: error => log.error({ err: error }, 'worker'),
  })
}
