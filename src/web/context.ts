import type { DateText, Id, Month, Words } from '#kernel'
import type { RunState } from '#payments'
import type { RunId as DeterminationRunId, OwedChange } from '#programmes'
import type { Decision, Outcome } from '#rules'
import type { DayOfReadings, Permission, Purpose, Role, SignIn } from '#security'
import type { PartnerDoor } from './api/partner-api.ts'
import type { AuditDoor } from './audit-door.ts'
import type { BooksDoor } from './books-door.ts'
import type { CashDoor } from './cash-door.ts'
import type { ConditionDoor } from './condition-door.ts'
import type { CycleDoor } from './cycle-door.ts'
import type { DeclarationDoor } from './declaration-door.ts'
import type { DuplicateDoor } from './duplicate-door.ts'
import type { FeedDoor } from './feed-door.ts'
import type { Hidden } from './hidden.ts'
import type { FileDoor, FiledEvent } from './household-events.ts'
import type { LimitDoor } from './limit-door.ts'
import type { OverpaidDoor } from './overpaid-door.ts'
import type { CitizenDoor } from './own-file.ts'
import type { PayeeDoor } from './payee-door.ts'
import type { PaymentDoor, PaymentRunRow } from './payment-door.ts'
import type { PersonChangeDoor } from './person-change.ts'
import type { PersonDoor } from './person-file.ts'
import type { ProcessingsPage } from './personal-data.ts'
import type { PreRegistrationDoor } from './pre-registration.ts'
import type { Printer } from './print/printer.ts'
import type { ProgrammeDoor } from './programme-door.ts'
import type { ProposedEventDoor } from './proposed-event-door.ts'
import type { ReceivingDoor } from './receiving-door.ts'
import type { RegistrationDoor } from './registration-door.ts'
import type { RunDoor } from './run-door.ts'
import type { ShockDoor } from './shock-door.ts'
import type { SimulationDoor } from './simulation-door.ts'
import type { SwitchDoor } from './switch-door.ts'
import type { Access, Forbidden, TwoPersonDoor } from './two-persons.ts'
import type { HouseholdUpkeep, LookAgainRow, UpkeepDoor } from './upkeep-door.ts'
import type { WayDoor } from './way-door.ts'
import type { WebhookDoor } from './webhooks/webhook-door.ts'

/**
 * What the pages ask of the floors below. `server.ts` fills it from the modules' doors: the built pages import only
 * these types, never the modules, of which they would otherwise carry a second copy.
 */
export type Doors = {
  readonly site: Site
  /** Programmes that the country publishes, with their life. */
  readonly programmes: () => Promise<readonly ProgrammeCard[]>
  readonly staff: StaffDoor
  readonly processings: () => Promise<ProcessingsPage>
  /** Programs of partners, for the API. */
  readonly partners: PartnerDoor
  /** What programs outside say by themselves. */
  readonly webhooks: WebhookDoor
  readonly console: ConsoleDoor
  /** A whole HTML page as PDF. */
  readonly print: Printer['print']
  /** The citizen's own page; undefined where nothing carries messages. */
  readonly citizen: CitizenDoor | undefined
  /** Pre-registration; undefined there too. */
  readonly preRegistration: PreRegistrationDoor | undefined
  /** True when the database answers: /readyz. */
  readonly ready: () => Promise<boolean>
}

/** Where the pages tell what broke; pino answers to it. */
export type Log = { readonly error: (facts: object, says: string) => void }

/** What the country says about itself on every page. */
export type Site = {
  readonly country: string
  readonly countryName: Words
  /** IANA name of the zone in which pages tell the time. */
  readonly timeZone: string
  /** The country's accent, as `#rrggbb`, for light pages and for dark ones. */
  readonly accent: { readonly light: string; readonly dark: string }
  /** True where households are modelled: every page says so. */
  readonly modelled: boolean
  readonly contact: { readonly phone: string; readonly office: Words }
}

export type ProgrammeCard = {
  readonly id: string
  readonly name: Words
  readonly says: Words
  /** First and last month of the programme's life; null where it has no such end. */
  readonly from: Month | null
  readonly to: Month | null
}

/** Decimal text with the currency's own places, as on the wire. */
export type Amount = { readonly value: string; readonly currency: string }

export type StaffMember = {
  readonly id: Id<'staff'>
  readonly name: string
  readonly email: string
}

/** Signing in as `security` has it, session by session. */
export type StaffDoor = Omit<SignIn, 'openAccount' | 'close'> & {
  /** Accounts whose password the sign-in page may show: those of a demonstration, none anywhere else. */
  readonly demonstration: () => Promise<readonly DemonstrationAccount[]>
}

export type DemonstrationAccount = {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly roles: readonly Role[]
  /** Territories granted, from the country down to a province. */
  readonly territories: readonly Words[]
}

/** A part of a household's page that the reader's roles do not show. */
export type ClosedPart = 'decisions' | 'payments' | 'readings'

/** Reads for the console. Each takes the reader: the database shows only what that person may see, and logs the access. */
export type ConsoleDoor = FileDoor &
  DeclarationDoor &
  TwoPersonDoor &
  PersonDoor &
  PersonChangeDoor &
  RegistrationDoor &
  DuplicateDoor &
  SimulationDoor &
  PayeeDoor &
  LimitDoor &
  PaymentDoor &
  CashDoor &
  CycleDoor &
  BooksDoor &
  UpkeepDoor &
  RunDoor &
  ProgrammeDoor &
  ReceivingDoor &
  OverpaidDoor &
  ShockDoor &
  SwitchDoor &
  WayDoor &
  ConditionDoor &
  FeedDoor &
  ProposedEventDoor &
  AuditDoor & {
    readonly access: (reader: StaffMember) => Promise<Access>
    readonly forbidden: (reader: StaffMember, permission: Permission) => Promise<Forbidden>
    readonly work: (reader: StaffMember) => Promise<Work>
    readonly search: (reader: StaffMember, request: SearchRequest) => Promise<SearchAnswer>
    readonly household: (reader: StaffMember, id: Id<'Household'>) => Promise<HouseholdFile | undefined>
    readonly decision: (
      reader: StaffMember,
      household: Id<'Household'>,
      run: DeterminationRunId,
    ) => Promise<DecisionFile | undefined>
  }

export type ListPage = {
  readonly limit: number
  readonly after: number
  /** The list leaves as a file: the audit says so. */
  readonly exported?: true
}

export type DownloadFile = { readonly name: string; readonly type: string; readonly content: string }

export type Work = {
  readonly households: number
  readonly members: number
  readonly determinations: readonly DeterminationRow[]
  readonly paymentRuns: readonly PaymentRunRow[]
  /** Households whose payments wait, since who received has died. */
  readonly withoutRecipient: number
  /** Births and deaths that the civil register told and nobody answered, for whoever records events. */
  readonly proposedEvents: number
  /** By region, for the latest determination that gives a right; empty before the first. */
  readonly regions: readonly RegionRow[]
}

export type DeterminationRow = {
  readonly id: DeterminationRunId
  readonly pack: string
  readonly name: Words
  readonly month: Month
  readonly askedAt: string
  readonly askedBy: string
  readonly finished: boolean
  readonly households: number
  readonly eligible: number
  readonly undetermined: number
  readonly isScore: boolean
  /** True where the programme gives money: neither a score, nor a cover, nor a contribution. */
  readonly gives: boolean
  readonly amount: Amount | undefined
}

export type RegionRow = {
  readonly code: string
  readonly name: Words
  readonly households: number
  readonly eligible: number
  readonly amount: Amount
}

// Search ----------------------------------------------------------------------------------------------------------------

export type SearchRequest = {
  readonly text: string
  /** Only there and below; '' is everywhere. Where it is said, the answer has the places to choose from. */
  readonly territory?: string
  readonly page: number
  readonly perPage: number
  /** The answer leaves as a file: the audit says so. */
  readonly exported?: true
}

/** `more` where there are more households than `total`, which is the most that a search counts. */
export type SearchAnswer = {
  readonly total: number
  readonly more: boolean
  readonly hits: readonly SearchHit[]
  /** Households that answer and are closed to the reader, who is too close to them. */
  readonly closed: number
  readonly places?: SearchPlaces
}

/** Where a search may look: the place chosen with those that hold it, from the widest, and those right below it. */
export type SearchPlaces = { readonly chosen: readonly SearchPlace[]; readonly below: readonly SearchPlace[] }
export type SearchPlace = { readonly code: string; readonly name: Words }

export type SearchHit = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly head: PersonName
  /** The member who answers to what was asked, when it is not the head. */
  readonly matched: PersonName | undefined
  /** The member who stands for that person, the two having been found to be one. */
  readonly standing: PersonName | undefined
  readonly territory: readonly Words[]
  readonly members: number
}

/** A name as recorded, in Latin and in Arabic letters; either may be missing. */
export type PersonName = { readonly latin: string | undefined; readonly arabic: string | undefined }

// A household -----------------------------------------------------------------------------------------------------------

export type HouseholdFile = {
  readonly id: Id<'Household'>
  readonly source: string
  readonly sourceId: string
  readonly modelled: boolean
  readonly territory: readonly Words[]
  readonly members: readonly MemberRow[]
  /** What was said last, in words. */
  readonly facts: readonly FactRow[]
  /** Latest decision of each programme. */
  readonly decisions: readonly DecisionRow[]
  /** All that happened, the latest first, as far as the reader's roles show it. */
  readonly journey: readonly JourneyEvent[]
  readonly closed: readonly ClosedPart[]
  /** The day on which who receives the money died: the household's payments wait until another is named. */
  readonly recipientDied: DateText | undefined
  /** Births and deaths of it that the civil register told and nobody answered. */
  readonly proposedEvents: number
  readonly upkeep: HouseholdUpkeep
  /** Who read the file lately, as the household itself is told when it asks. */
  readonly told: readonly ToldReading[]
}

/** A day's readings by one person, by place of work and purpose: the reader is not named (ADR 0032). */
export type ToldReading = Omit<DayOfReadings, 'office'> & {
  /** Where the reader works, from the country down; undefined where no role is left, and for who is no agent. */
  readonly office: readonly Words[] | undefined
}

export type MemberRow = {
  readonly id: string
  /** The unique number; undefined until one is given. */
  readonly number: string | undefined
  readonly name: PersonName
  readonly relation: Words | undefined
  readonly sex: 'female' | 'male' | undefined
  readonly birthDate: string | undefined
  /** True for the person who receives what is paid. */
  readonly receives: boolean
  /** Who stands for this person, the two having been found to be one, with the household where that is known. */
  readonly standing:
    | { readonly id: string; readonly name: PersonName; readonly household: string | undefined }
    | undefined
}

export type FactRow = { readonly name: string; readonly label: Words; readonly value: FactValue }
export type FactValue =
  | { readonly kind: 'words'; readonly words: Words }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'money'; readonly amount: Amount }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'boolean'; readonly is: boolean }
  | { readonly kind: 'territory'; readonly path: readonly Words[] }
  | { readonly kind: 'unknown' }
  /** Sensitive, and the reader's grant does not reach it: whether anything was said is not told either. */
  | { readonly kind: 'hidden' }

export type DecisionRow = {
  readonly run: DeterminationRunId
  readonly pack: string
  readonly name: Words
  readonly month: Month
  readonly at: string
  readonly outcome: Outcome
  readonly amount: Amount | undefined
  /** The score of a score pack, seven decimals. */
  readonly score: string | undefined
}

/** What changed of what is owed for a month after it was recorded: arrears, overpaid, and how that is settled. */
export type OwedChangeRow = {
  readonly what: OwedChange['kind']
  readonly name: Words
  readonly month: Month
  /** Month of the right that is paid less. */
  readonly from: Month | undefined
  readonly amount: Amount
  readonly reason: string | undefined
  /** Of what the family gave back. */
  readonly receipt: { readonly day: DateText; readonly number: string } | undefined
}

export type JourneyEvent =
  | FiledEvent
  | { readonly kind: 'look_again'; readonly at: string; readonly item: LookAgainRow }
  | {
      readonly kind: 'declaration'
      readonly at: string
      readonly effectiveOn: string
      readonly channel: string
      readonly by: string
      readonly facts: number
      readonly members: number
    }
  | { readonly kind: 'decision'; readonly at: string; readonly decision: DecisionRow }
  | { readonly kind: 'owed'; readonly at: string; readonly change: OwedChangeRow }
  | {
      readonly kind: 'payment'
      readonly at: string
      readonly reference: string
      readonly state: RunState
      readonly payee: string
      readonly provider: string
      readonly accountEnd: string | undefined
      readonly periods: readonly string[]
      readonly amount: Amount
      /** What its provider answered; undefined while nothing is known. */
      readonly became: { readonly state: 'paid' | 'returned'; readonly day: DateText } | undefined
    }
  | {
      readonly kind: 'waiting'
      readonly at: string
      readonly reference: string
      readonly reason: string
      /** Why it came back, as its carrier said it: AC04. */
      readonly code: string | undefined
      readonly amount: Amount
    }
  | {
      readonly kind: 'access'
      readonly at: string
      readonly by: string
      readonly action: string
      readonly purpose: Purpose | undefined
      /** How many stood on the list; undefined where the file was opened alone. */
      readonly listed: number | undefined
    }

/** One decision explained, with whom it is about. */
export type DecisionFile = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly head: PersonName
  readonly modelled: boolean
  readonly territory: readonly Words[]
  readonly decidedAt: string
  /** Marked hidden where something sensitive was taken out of it. */
  readonly decision: Decision & Hidden
  /** Names of the members, by the id that the explanation uses. */
  readonly members: Readonly<Record<string, PersonName>>
}
