import { sql } from 'kysely'
import type { Country } from '#countries'
import { anonymous, type Database, transaction } from '#db'
import type { EvidenceStore } from '#households'
import { err } from '#kernel'
import type { Notice } from '#messaging'
import type { payableChecks } from '#programmes'
import { withinEmergency } from '#security'
import type { ConsoleDoor, Doors, ProgrammeCard, StaffDoor } from '../context.ts'
import type { CitizenDoor } from '../own-file.ts'
import type { PreRegistrationDoor } from '../pre-registration.ts'
import type { Printer } from '../print/printer.ts'
import type { SimulationDoor } from '../simulation-door.ts'
import { readAccess, readForbidden } from './access.ts'
import { answerAnomalyAs, readAnomalies, readAudit } from './audit.ts'
import { booksDoor } from './books.ts'
import { conditionDoor } from './conditions.ts'
import { cycleDoor } from './cycle.ts'
import { readDecision } from './decision.ts'
import { declarationDoor } from './declarations.ts'
import { duplicateDoor } from './duplicates.ts'
import { feedDoor } from './feeds.ts'
import { readHousehold } from './household.ts'
import { eventsDoor } from './household-events.ts'
import { limitDoor } from './limits.ts'
import { mapperDoor } from './mapper.ts'
import { overpaidDoor } from './overpaid.ts'
import { partnerRunDoor } from './partner-runs.ts'
import { partnerDoor } from './partners.ts'
import { payeeDoor } from './payees.ts'
import { readInstructions, readPaymentFile, readPaymentRun, readPaymentRuns } from './payments.ts'
import { readPerson } from './person.ts'
import { personChangeDoor } from './person-change.ts'
import { personalDataDoor, processingsPage } from './personal-data.ts'
import { cashDoor } from './points.ts'
import { programmeDoor } from './programmes.ts'
import { proposedEventDoor } from './proposed-events.ts'
import { accessOf, listAs, openAs, openWith, readAs } from './reader.ts'
import { receivingDoor } from './receiving.ts'
import { registrationDoor } from './registrations.ts'
import { runDoor } from './run.ts'
import { readSearch } from './search.ts'
import { shockDoor } from './shocks.ts'
import { simulationDoor } from './simulation.ts'
import type { StudyDesk } from './simulation-desk.ts'
import { switchDoor } from './switches.ts'
import { twoPersonDoor } from './two-persons.ts'
import { upkeepDoor } from './upkeep.ts'
import { wayDoor } from './ways.ts'
import { webhookDoor } from './webhooks.ts'
import { readWork } from './work.ts'

export type Filling = {
  /** Connected in the application's role: row-level security applies to all that is read here. */
  readonly app: Database
  /** For what a person may take away of own data wherever it lies; only after the reader was seen to see that person. */
  readonly worker: Database
  readonly country: Country
  readonly staff: StaffDoor
  /** Left out where nothing carries messages. */
  readonly citizen?: CitizenDoor | undefined
  readonly preRegistration?: PreRegistrationDoor | undefined
  /** Sends what somebody waits for. */
  readonly tell?: ((notice: Notice) => Promise<void>) | undefined
  /** Where studies are tried; left out where there are no snapshots. */
  readonly desk?: StudyDesk | undefined
  /** Where papers of declarations are kept; left out where none are taken. */
  readonly evidence?: EvidenceStore | undefined
  /** What makes PDF; left out, every page is refused as where no browser starts. */
  readonly printer?: Printer | undefined
  /** What a payment run asks of each line. */
  readonly payments: RunTerms
  /** How providers answer by themselves; left out, no message of theirs is taken. */
  readonly answers?: Parameters<typeof webhookDoor>[0]
  /** True where the register holds modelled households: every page says so. */
  readonly modelled: boolean
}

/** What an installation asks of the lines of a run: the terms of `payableChecks`. */
export type RunTerms = Parameters<typeof payableChecks>[0]

const PAYMENT_RUNS_SHOWN = 100

/** What the pages ask of the modules, answered from their doors. */
export function fillDoors(filling: Filling): Doors {
  const { app, worker, country, staff, citizen, preRegistration, desk, modelled, tell, printer } = filling
  return {
    site: {
      country: country.code,
      countryName: country.name,
      timeZone: country.timeZone,
      accent: country.accent,
      modelled,
      contact: country.contact,
    },
    programmes: async () => programmeCards(country),
    staff,
    partners: {
      ...partnerDoor(app, country, tell),
      ...mapperDoor(app, country),
      determinations: partnerRunDoor({ app, worker, country, folder: desk?.folder }),
    },
    webhooks: webhookDoor(filling.answers),
    citizen,
    preRegistration,
    processings: async () => processingsPage(country),
    console: {
      ...consoleDoor(filling),
      ...simulationDoor({ app, country, desk }),
    },
    print: printer?.print ?? (async () => err({ code: 'printer_missing' })),
    ready: () => transaction(app, anonymous, async tx => (await sql`select 1`.execute(tx)).rows.length === 1),
  }
}

function consoleDoor({
  app,
  worker,
  country,
  evidence,
  desk,
  payments,
  answers,
}: Filling): Omit<ConsoleDoor, keyof SimulationDoor> {
  const folder = desk?.folder
  const ports = answers?.ports ?? new Map()
  return {
    ...personalDataDoor({ app, worker, country, store: evidence }),
    access: reader => readAccess(app, reader),
    forbidden: (reader, permission) => readForbidden(app, reader, permission),
    work: reader => readWork(app, country, reader),
    search: (reader, request) =>
      listAs(app, reader, request.exported ? 'household.export' : 'household.search', tx =>
        readSearch(tx, country, request),
      ),
    ...eventsDoor(app, country),
    ...registrationDoor(app, country),
    ...personChangeDoor(app, country),
    ...duplicateDoor(app, country),
    ...declarationDoor(app, country, evidence),
    household: async (reader, id) => {
      const access = await accessOf(app, reader)
      const found = await readHousehold(app, country, access, id)
      const within = found ? undefined : withinEmergency(access, id)
      return within ? readHousehold(app, country, within, id) : found
    },
    person: async (reader, id, day) => readPerson(app, country, await accessOf(app, reader), id, day),
    decision: async (reader, household, run) => {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'determination.read', tx => readDecision(tx, country, access, household, run))
    },
    paymentRuns: reader =>
      readAs(app, reader, 'payment_run.read', tx => readPaymentRuns(tx, country, PAYMENT_RUNS_SHOWN)),
    paymentRun: (reader, reference) => readPaymentRun(app, country, reader, reference),
    instructions: (reader, run, page) =>
      listAs(app, reader, page.exported ? 'payment_run.export' : 'payment_run.read', tx =>
        readInstructions(tx, country, run, page),
      ),
    paymentFile: (reader, reference) =>
      openAs(app, reader, 'payment_file.export', tx => readPaymentFile(tx, reference)),
    audit: (reader, request) => readAudit(app, country, reader, request),
    anomalies: (reader, page) => readAnomalies(app, country, reader, page),
    ...limitDoor(app, country),
    ...wayDoor({ app, worker, ports }),
    ...payeeDoor(app, country, payments.coolingDays),
    ...cycleDoor({ app, worker, country, ports }),
    ...cashDoor(app, worker, country),
    ...booksDoor(app, worker, country),
    ...twoPersonDoor(app, country),
    ...upkeepDoor(app, country),
    ...runDoor({ app, worker, country, folder }),
    ...programmeDoor(app, country),
    ...receivingDoor(app, country, evidence),
    ...overpaidDoor(app, country),
    ...shockDoor({ app, worker, country, folder }),
    ...switchDoor(app, country),
    ...conditionDoor(app, country),
    ...feedDoor(app, worker, country),
    ...proposedEventDoor(app, country),
    answerAnomaly: (reader, answer) => answerAnomalyAs(app, reader, answer),
  }
}

function programmeCards(country: Country): ProgrammeCard[] {
  const inShock = new Set(country.shocks.map(({ pack }) => pack))
  return [...country.book.packs.values()]
    .filter(pack => pack.score === null && !inShock.has(pack.id))
    .map(({ id, names, says, life }) => ({ id, name: names, says, from: life.from, to: life.to }))
}
