import type { Country } from '#countries'
import { type DateText, err, type Id, type Month, ok, type Result } from '#kernel'
import { MOST_SAID, type ProposalId } from '#security'

export type SwitchId = Id<'Switch'>

/** Who is covered: the households of a programme, or those of whom a fact says until when they are, on a day. */
export type Covered = { readonly pack: string } | { readonly fact: string; readonly on: DateText }

export type SwitchTerms = {
  readonly from: Covered
  readonly to: string
  /** First month in it. */
  readonly month: Month
  /** Last day on which it can be taken back. */
  readonly windowUntil: DateText
  readonly tells: boolean
}

export type SwitchAsked = SwitchTerms & { readonly id: ProposalId; readonly says: string }

/** What a move would do: nobody is named but by a sample of ids. */
export type SwitchPreview = {
  readonly covered: number
  /** Covered, and not in the other programme yet. */
  readonly movable: number
  /** Why the others are not moved. */
  readonly cannot: { readonly already_in: number }
  /** Movable households by region. */
  readonly regions: readonly { readonly territory: string; readonly households: number }[]
  /** Some of them, drawn by the hash of their ids. */
  readonly sample: readonly Id<'Household'>[]
}

/** Why a move is not proposed, in order of precedence. */
export type SwitchRefusal =
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  | { readonly code: 'same_programme' }
  /** Only a date of the household says until when it is covered. */
  | { readonly code: 'fact_unknown'; readonly fact: string }
  | { readonly code: 'window_over'; readonly until: DateText; readonly today: DateText }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }
  | { readonly code: 'nobody_to_move' }

/** May this be proposed? */
export function decideSwitch(
  country: Country,
  asked: SwitchAsked,
  movable: number,
  today: DateText,
): Result<undefined, SwitchRefusal> {
  const packs = [asked.to, ...('pack' in asked.from ? [asked.from.pack] : [])]
  const lacking = packs.find(pack => !country.programmes.has(pack))
  if (lacking !== undefined) return err({ code: 'programme_without_terms', pack: lacking })
  if ('pack' in asked.from && asked.from.pack === asked.to) return err({ code: 'same_programme' })
  if ('fact' in asked.from && country.catalogue.household.get(asked.from.fact)?.type !== 'date') {
    return err({ code: 'fact_unknown', fact: asked.from.fact })
  }
  if (asked.windowUntil < today) return err({ code: 'window_over', until: asked.windowUntil, today })
  if (asked.says.trim() === '') return err({ code: 'reason_missing' })
  if (asked.says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  return movable === 0 ? err({ code: 'nobody_to_move' }) : ok(undefined)
}
