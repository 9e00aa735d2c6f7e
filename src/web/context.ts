import type { Id, Language, Result, Words } from '#kernel'

/**
 * What the pages ask of the floors below. `server.ts` fills it from the modules' doors: the built pages import only
 * these types, never the modules, of which they would otherwise carry a second copy.
 */
export type Doors = {
  readonly site: Site
  readonly programmes: { readonly open: () => Promise<readonly ProgrammeCard[]> }
  readonly staff: StaffDoor
  readonly console: ConsoleDoor
  /** True when the database answers: /readyz. */
  readonly ready: () => Promise<boolean>
}

/** Where the pages tell what broke; pino answers to it. */
export type Log = { readonly error: (facts: object, says: string) => void }

/** What the country says about itself on every page. */
export type Site = {
  readonly country: string
  readonly countryName: Words
  /** One of the palettes of tokens.css. */
  readonly accent: Accent
  /** True where households are modelled: every page says so. */
  readonly demonstration: boolean
  readonly help: { readonly phone: string; readonly office: Words; readonly hours: Words }
}
export const accents = ['green', 'blue', 'ochre', 'burgundy'] as const
export type Accent = (typeof accents)[number]

export type ProgrammeCard = {
  readonly id: string
  readonly name: Words
  readonly summary: Words | undefined
  /** First and last month of the programme's life; absent where it has none. */
  readonly from: string | undefined
  readonly until: string | undefined
}

/** Decimal text with the currency's own places, as on the wire. */
export type Amount = { readonly value: string; readonly currency: string }

export type StaffMember = {
  readonly id: Id<'staff'>
  readonly name: string
  readonly email: string
  readonly language: Language | undefined
}

export type SignInRefusal =
  | { readonly code: 'credentials_refused' }
  | { readonly code: 'too_many_attempts'; readonly seconds: number }

export type StaffDoor = {
  /** The person behind the session cookie of this request, if any. */
  readonly of: (headers: Headers) => Promise<StaffMember | undefined>
  /** Opens a session: the values of Set-Cookie to send back. */
  readonly signIn: (
    headers: Headers,
    credentials: { readonly email: string; readonly password: string },
  ) => Promise<Result<{ readonly cookies: readonly string[] }, SignInRefusal>>
  readonly signOut: (headers: Headers) => Promise<{ readonly cookies: readonly string[] }>
}

/** Reads for the console. Each takes the reader: the database shows only what that person may see, and logs the access. */
export type ConsoleDoor = {
  readonly work: (reader: StaffMember) => Promise<Work>
  readonly search: (reader: StaffMember, request: SearchRequest) => Promise<SearchAnswer>
}

export type Work = {
  readonly households: number
  readonly members: number
  readonly scored: number
  readonly determinations: readonly DeterminationRow[]
  readonly paymentRuns: readonly PaymentRunRow[]
  readonly regions: readonly RegionRow[]
}

export type DeterminationRow = {
  readonly id: string
  readonly programme: string
  readonly programmeName: Words
  readonly month: string
  readonly at: string
  readonly households: number
  readonly eligible: number
  readonly undetermined: number
  readonly amount: Amount | undefined
}

export type PaymentRunRow = {
  readonly id: string
  readonly programmeName: Words
  readonly period: string
  readonly preparedAt: string
  readonly state: string
  readonly instructions: number
  readonly amount: Amount
}

export type RegionRow = {
  readonly code: string
  readonly name: Words
  readonly households: number
  readonly eligible: number
}

export type SearchRequest = { readonly text: string; readonly page: number; readonly perPage: number }

export type SearchAnswer = {
  readonly total: number
  readonly hits: readonly SearchHit[]
}

export type SearchHit = {
  readonly household: Id<'household'>
  readonly sourceId: string | undefined
  readonly headName: Words | undefined
  /** The member whose name answered, when it is not the head. */
  readonly matched: string | undefined
  readonly territory: readonly Words[]
  readonly size: number
}
