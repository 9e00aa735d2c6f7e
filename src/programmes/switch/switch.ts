import type { Country } from '#countries'
import { type DateText, err, type Id, type Month, ok, type Result } from '#kernel'
import { MOST_SAID, type ProposalId } from '#security'
import { isOpen } from '../enrolment/change-enrolments.ts'

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
  /** Covered, and nothing keeps them out of the other programme. */
  readonly movable: number
  /** Why the others are not moved; each counts once, for the first that holds. */
  readonly cannot: {
    readonly already_in: number
    /** They are in a programme that goes before the other one. */
    readonly not_cumulable: number
    /** More than there are places: who gets one is seen when it runs. */
    readonly no_place: number
  }
  /** Households by region that are not in and whom no programme keeps out, whatever places there are. */
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
  | { readonly code: 'not_open_yet'; readonly opens: Month }
  | { readonly code: 'programme_over'; readonly until: Month }
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
  const open = isOpen(country, country.programmes.get(asked.to)!, asked.month)
  if (!open.ok) return open
  if (asked.windowUntil < today) return err({ code: 'window_over', until: asked.windowUntil, today })
  if (asked.says.trim() === '') return err({ code: 'reason_missing' })
  if (asked.says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  return movable === 0 ? err({ code: 'nobody_to_move' }) : ok(undefined)
}

/** Places that are free below a territory; '' is the whole country. */
export type FreePlaces = { readonly territory: string; readonly free: number }

/**
 * How many of those who would come find no place, of quotas with the deepest first: a place is one in all above it.
 * @param coming households by the territory that they live in
 */
export function withoutPlace(coming: ReadonlyMap<string, number>, quotas: readonly FreePlaces[]): number {
  const left = new Map(coming)
  let without = 0
  for (const { territory, free } of quotas) {
    const inside = [...left].filter(
      ([place]) => territory === '' || place === territory || place.startsWith(`${territory}.`),
    )
    let over = inside.reduce((sum, [, households]) => sum + households, 0) - Math.max(0, free)
    for (const [place, households] of inside) {
      const cut = Math.max(0, Math.min(households, over))
      left.set(place, households - cut)
      without += cut
      over -= cut
    }
  }
  return without
}
