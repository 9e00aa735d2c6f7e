import type { DateText, Id, Month, Result, Words } from '#kernel'
import type { ShockEndRefusal, ShockId, ShockKind, ShockRefusal } from '#programmes'
import type { Amount, StaffMember } from './context.ts'

/** Households that a pack reaches somewhere, and a month of them. */
export type ShownReach = { readonly households: number; readonly members: number; readonly amount: Amount }

/** A pack of a shock with what was shown of its reach. `total` null: too few households to be shown. */
export type PackReach = {
  readonly pack: string
  readonly name: Words
  readonly way: 'vertical' | 'horizontal'
  /** Programme that it adds to, or stands beside. */
  readonly of: Words
  readonly total: ShownReach | null
  /** `place` null: regions with few households, together. */
  readonly regions: readonly (ShownReach & { readonly place: Words | null })[]
}

export type ReachPage = {
  /** Day whose facts were looked at. */
  readonly on: DateText
  readonly packs: readonly PackReach[]
  readonly month: Amount
}

/** A budget line of the country's currency: what is not committed, and how many months of the shock that is; null where it costs nothing. */
export type FreeBudget = {
  readonly code: string
  readonly label: string
  readonly free: Amount
  readonly months: number | null
}

export type ShockPreview = {
  /** Null: no snapshot of the register says it. */
  readonly reach: ReachPage | null
  /** Null where the reader does not see budgets. */
  readonly budgets: readonly FreeBudget[] | null
}

export type ShockState = 'announced' | 'under_way' | 'over'

export type ShockRow = {
  readonly id: ShockId
  readonly name: string
  readonly kind: ShockKind
  readonly state: ShockState
  readonly places: readonly Words[]
  readonly from: Month
  readonly until: Month
  readonly packs: readonly Words[]
  readonly waives: boolean
}

export type ShockPage = ShockRow & {
  readonly says: string
  readonly evidence: string
  readonly reference: string
  readonly declaredAt: string
  readonly amounts: readonly AmountSaid[]
  readonly changes: readonly { readonly until: Month; readonly says: string; readonly at: string }[]
  readonly mayMove: boolean
  readonly month: Month
}

/** Where and when a run pays because of shocks: it is about these places alone. */
export type ShockArea = {
  readonly way: 'vertical' | 'horizontal'
  /** Programme that it adds to, or stands beside. */
  readonly of: Words
  readonly places: readonly Words[]
  readonly shocks: readonly {
    readonly id: ShockId
    readonly name: string
    readonly from: Month
    readonly until: Month
  }[]
}

type AmountSaid = { readonly pack: Words; readonly label: Words; readonly amount: Amount }

/** What a proposal of a shock says. */
export type ShockProposed =
  | { readonly act: 'move_end'; readonly name: string; readonly was: Month; readonly until: Month }
  | {
      readonly act: 'declare'
      readonly name: string
      readonly kind: ShockKind
      readonly places: readonly Words[]
      readonly from: Month
      readonly until: Month
      readonly evidence: string
      readonly reference: string
      readonly waives: boolean
      readonly amounts: readonly AmountSaid[]
      readonly reach: ReachPage | null
    }

/** A pack as the form offers it, with the amounts to be said and what a source last gave. */
export type ShockPackAsked = {
  readonly pack: string
  readonly name: Words
  readonly says: Words
  readonly way: 'vertical' | 'horizontal'
  readonly of: Words
  readonly asks: readonly {
    readonly name: string
    readonly label: Words
    readonly last: { readonly amount: Amount; readonly source: string } | null
  }[]
}

export type ShockForm = {
  readonly month: Month
  readonly currency: string
  readonly packs: readonly ShockPackAsked[]
  /** Regions with their provinces. */
  readonly places: readonly {
    readonly code: string
    readonly name: Words
    readonly below: readonly { readonly code: string; readonly name: Words }[]
  }[]
}

/** As typed. */
export type ShockSaid = {
  readonly id: Id<'Proposal'>
  readonly name: string
  readonly kind: string
  readonly territories: readonly string[]
  readonly from: string
  readonly until: string
  readonly packs: readonly { readonly pack: string; readonly values: Readonly<Record<string, string>> }[]
  readonly waives: boolean
  readonly reference: string
  readonly evidence: string
  readonly says: string
}

export type SaidRefusal =
  | ShockRefusal
  | { readonly code: 'not_granted' }
  | { readonly code: 'month_malformed' }
  | { readonly code: 'snapshot_refused' }

/** Shocks: declared and ended by two persons who hold `programme.change` over their places. */
export type ShockDoor = {
  readonly shocks: (reader: StaffMember) => Promise<readonly ShockRow[]>
  readonly shock: (reader: StaffMember, id: ShockId) => Promise<ShockPage | undefined>
  /** Undefined for who may declare none anywhere. */
  readonly shockForm: (reader: StaffMember) => Promise<ShockForm | undefined>
  readonly previewShock: (reader: StaffMember, said: ShockSaid) => Promise<Result<ShockPreview, SaidRefusal>>
  readonly proposeShock: (reader: StaffMember, said: ShockSaid) => Promise<Result<undefined, SaidRefusal>>
  readonly proposeShockEnd: (
    reader: StaffMember,
    asked: { readonly id: Id<'Proposal'>; readonly shock: ShockId; readonly until: string; readonly says: string },
  ) => Promise<Result<undefined, ShockEndRefusal | { readonly code: 'not_granted' | 'month_malformed' }>>
}
