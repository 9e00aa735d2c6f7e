import type {
  AgentFigures,
  AgentSign,
  DoubtCode,
  OutcomeRefusal,
  QualityTerm,
  SampleRefusal,
  VisitOutcome,
} from '#households'
import type { Id, Result, Words } from '#kernel'
import type { LookAgainKind } from '#programmes'
import type { PersonName, StaffMember } from './context.ts'

/** How the register is kept true: quality, visits, renewals. Undefined where the reader opens no file. */
export type UpkeepDoor = {
  readonly quality: (reader: StaffMember) => Promise<QualityPage | undefined>
  readonly visits: (reader: StaffMember) => Promise<VisitsPage | undefined>
  readonly drawVisits: (
    reader: StaffMember,
    asked: { readonly id: Id<'VisitSample'>; readonly territory: string; readonly seed: string; readonly size: number },
  ) => Promise<Result<unknown, SampleRefusal>>
  readonly sample: (reader: StaffMember, id: Id<'VisitSample'>, after: number) => Promise<SamplePage | undefined>
  readonly recordVisit: (reader: StaffMember, said: VisitSaid) => Promise<Result<unknown, OutcomeRefusal>>
  readonly renewals: (reader: StaffMember, territory: string, page: number) => Promise<RenewalsPage | undefined>
}

export type VisitSaid = {
  readonly id: Id<'VisitOutcome'>
  readonly sample: Id<'VisitSample'>
  readonly household: Id<'Household'>
  readonly outcome: VisitOutcome
  readonly differs: readonly string[]
  readonly says: string
  readonly visitedOn: string
}

export type QualityPage = {
  /** Who chose the thresholds. */
  readonly chosen: Words
  readonly regions: readonly {
    readonly code: string
    readonly name: Words
    readonly households: number
    readonly assessed: number
    readonly quality: number | null
    readonly doubted: number
  }[]
  readonly doubts: readonly {
    readonly code: DoubtCode
    readonly severity: 'error' | 'warning'
    readonly households: number
  }[]
  /** Null where the reader does not answer for agents. */
  readonly agents: readonly (AgentFigures & { readonly signs: readonly AgentSign[] })[] | null
  readonly lowest: readonly {
    readonly household: string
    readonly sourceId: string
    readonly place: readonly Words[]
    readonly value: number
    readonly codes: readonly DoubtCode[]
  }[]
}

export type SampleRow = {
  readonly id: Id<'VisitSample'>
  readonly place: readonly Words[]
  readonly seed: string
  readonly size: number
  readonly askedBy: string
  readonly askedAt: string
  readonly visits: number
  readonly answered: number
  readonly differing: number
}

export type VisitsPage = {
  readonly samples: readonly SampleRow[]
  /** Where the reader may draw: territories of the first two levels; empty where nowhere. */
  readonly places: readonly { readonly code: string; readonly names: readonly Words[] }[]
  readonly most: number
}

export type VisitRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly place: readonly Words[]
  readonly number: number
  readonly part: 'random' | 'risk'
  readonly agent: string
  readonly outcome: VisitOutcome | null
  readonly differs: readonly { readonly field: string; readonly label: Words }[]
  readonly says: string
  readonly visitedOn: string | null
}

export type SamplePage = {
  readonly sample: SampleRow & {
    readonly riskPercent: number
    readonly riskBelow: number
    readonly method: string
    readonly strata: readonly {
      readonly place: readonly Words[]
      readonly agent: string
      readonly households: number
      readonly drawn: number
    }[]
  }
  readonly visits: readonly VisitRow[]
  readonly more: boolean
}

export type RenewalsPage = {
  readonly validity: readonly {
    readonly where: readonly Words[]
    readonly months: number | null
    readonly source: string | null
  }[]
  readonly graceDays: number | null
  readonly place: readonly Words[]
  readonly territories: readonly {
    readonly code: string
    readonly name: Words
    readonly due: number
    readonly grace: number
    readonly expired: number
  }[]
  readonly rows: readonly {
    readonly household: string
    readonly sourceId: string
    readonly place: readonly Words[]
    readonly state: 'due' | 'grace' | 'expired'
    readonly dueOn: string
    readonly expiresOn: string | null
    readonly quality: number | null
    readonly reminded: number | null
  }[]
  readonly more: boolean
}

/** A doubt in words: what it is about, with the values that matter. */
export type DoubtRow = {
  readonly code: DoubtCode
  readonly severity: 'error' | 'warning'
  readonly member: PersonName | undefined
  readonly fact: Words | undefined
  readonly value: Words | undefined
  readonly other: Words | undefined
  readonly numbers: Readonly<Record<string, string | number>>
  readonly says: string | null
}

/** How good what a household said is, on its page. */
export type HouseholdUpkeep = {
  readonly quality:
    | {
        readonly today: number
        readonly monthsOld: number
        readonly agePoints: number
        readonly terms: readonly QualityTerm[]
        readonly doubts: readonly DoubtRow[]
      }
    | undefined
  readonly renewal:
    | { readonly state: 'due' | 'grace' | 'expired'; readonly dueOn: string; readonly expiresOn: string | null }
    | undefined
  /** To be looked at again, and not yet decided anew. */
  readonly lookAgain: readonly LookAgainRow[]
}

export type LookAgainRow = {
  readonly key: string
  readonly kind: LookAgainKind
  readonly name: Words | undefined
  readonly was: string | null
  readonly now: string | null
  /** A kind of event, `declaration` or `expired`. */
  readonly why: string
  readonly on: string | null
  readonly missing: readonly Words[]
  readonly at: string
  readonly done: boolean
}
