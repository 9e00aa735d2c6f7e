import type { DateText, Month, Words } from '#kernel'
import type { Formula } from '#rules'

/** What gives a term: codes of the country's `sources.yaml`; none where nobody gave it and it was chosen. */
export type Given = {
  readonly sources: readonly string[]
  readonly confidence: 'read' | 'secondary' | 'to_confirm' | 'chosen'
}

/** How somebody comes into a programme. `register` is nobody asking: the register says it. */
export const ENTRY_CHANNELS = ['web', 'desk', 'mobile', 'payment_point', 'register'] as const
export type EntryChannel = (typeof ENTRY_CHANNELS)[number]

/** A window in which one may apply; both days included, null where no source says one. */
export type TermsCampaign = Given & {
  readonly code: string
  readonly names: Words
  readonly from: DateText | null
  readonly to: DateText | null
}

/** How many households may be in at once, below a territory: `''` is the whole country. */
export type Quota = Given & {
  readonly territory: string
  readonly from: Month
  /** Null: from then on no number is known, and none is held. */
  readonly households: number | null
}

/** One step of the order in which a waiting list is served: a score, or a number in FEEL-S over the facts. */
export type RankTerm = {
  readonly by: { readonly score: string } | { readonly formula: Formula }
  readonly first: 'lowest' | 'highest'
  readonly label: Words
}

export type ServingOrder = Given & {
  readonly terms: readonly RankTerm[]
  /** Households alike in every term: who asked first, or a draw by the hash of programme, month and household. */
  readonly ties: 'earliest' | 'drawn'
}

/** A programme that one household cannot be in at the same time. `yields`: which of the two gives way. */
export type NotWith = Given & { readonly pack: string; readonly yields: 'this' | 'other' }

export type Lasting = Given & { readonly months: number }

/**
 * How households come into a programme, stay and leave: `packs/<country>/<programme>/programme.yaml`. It decides who is
 * enrolled, never who is eligible or how much: no determination depends on it.
 */
export type ProgrammeTerms = {
  readonly pack: string
  /** automatic: whoever a run finds eligible is enrolled; application: whoever asked and is eligible. */
  readonly entry: Given & { readonly by: 'automatic' | 'application' }
  /** First month of enrolment; the first of the pack's life where nothing else is said. */
  readonly opening: (Given & { readonly from: Month }) | null
  /** Null: no source says which, and every channel of the installation is open. */
  readonly channels: (Given & { readonly open: readonly EntryChannel[] }) | null
  /** Applications are taken inside a campaign alone, of these or of those opened in the console. */
  readonly byCampaign: boolean
  readonly campaigns: readonly TermsCampaign[]
  readonly quotas: readonly Quota[]
  readonly order: ServingOrder | null
  readonly notWith: readonly NotWith[]
  /** Months after which who is enrolled says anew how it stands, or is suspended until it does. */
  readonly recertification: Lasting | null
  /** Months after which enrolment ends. */
  readonly duration: Lasting | null
  readonly remarks: readonly Words[]
  /** SHA-256 of the text, and the text: what enrolled somebody can be read again. */
  readonly version: string
  readonly text: string
}
