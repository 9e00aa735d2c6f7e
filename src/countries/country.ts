import type { Currency, Language, TerritoryTree, Words } from '#kernel'
import type { Catalogue, PolicyFile, RuleBook } from '#rules'
import type { Conditions } from './conditions.ts'
import type { DeclarationForm } from './form.ts'
import type { PersonalData } from './personal-data.ts'
import type { ProgrammeTerms } from './programme-terms.ts'
import type { Expansion } from './shocks.ts'
import type { MapTile } from './tiles.ts'
import type { Upkeep } from './upkeep.ts'

/** A country is a folder: everything Socle knows of one stands in `packs/<code>/`, and a ministry can read and edit it. */
export type Country = {
  /** Two letters of ISO 3166-1, lower case: the folder's name. */
  readonly code: string
  readonly name: Words
  readonly currency: Currency
  readonly languages: readonly Language[]
  /** IANA name: deadlines run in it. */
  readonly timeZone: string
  readonly calendar: 'gregorian'
  /** Month, from 1, in which the school year starts. */
  readonly schoolYearStarts: number
  /** Digits of a person's unique number. */
  readonly uniqueNumberLength: number
  /** One accent colour for light pages and one for dark ones, as `#rrggbb`. */
  readonly accent: { readonly light: string; readonly dark: string }
  /** What a citizen calls and where a citizen goes when a page is not enough. */
  readonly contact: { readonly phone: string; readonly office: Words }
  /** What the figures of this country still wait for, shown wherever the packs are shown. */
  readonly unconfirmed: readonly Words[]
  readonly catalogue: Catalogue
  readonly territories: TerritoryTree
  /** Where each region stands on a map of tiles; null where the folder has none. */
  readonly tiles: readonly MapTile[] | null
  /** What is held on persons, why, by which law, and how long. */
  readonly personalData: PersonalData
  /** How the register stays true: plausibility, quality, visits, renewal. */
  readonly upkeep: Upkeep
  /** What other registers tell of members, and which conditions programmes follow. */
  readonly conditions: Conditions
  /** How a household is asked; null where nobody declares. */
  readonly form: DeclarationForm | null
  readonly book: RuleBook
  /** How households come into programmes and leave them, by pack; a pack that is not here has no terms of enrolment. */
  readonly programmes: ReadonlyMap<string, ProgrammeTerms>
  /** Packs that pay only where and while a shock is declared. */
  readonly shocks: readonly Expansion[]
  /** The texts that were checked: catalogue, sources and packs. Kept with what they decide. */
  readonly policy: readonly PolicyFile[]
}
