export { type Conditions, type ConditionTerms, FEED_KINDS, type FeedKind, type FeedTerms } from './conditions.ts'
export type { Country } from './country.ts'
export type { DeclarationForm, FormCheck, FormSection, Question } from './form.ts'
export {
  type Confidence,
  type DataCategory,
  dataCategories,
  type PersonalData,
  type Processing,
  parsePersonalData,
  type RetainedCategory,
  type Retention,
  retainedFrom,
} from './personal-data.ts'
export type { CountryProblem } from './problem.ts'
export {
  ENTRY_CHANNELS,
  type EntryChannel,
  type Given,
  type Lasting,
  type NotWith,
  type ProgrammeTerms,
  type Quota,
  type RankTerm,
  type ServingOrder,
  type TermsCampaign,
} from './programme-terms.ts'
export { readCases } from './read-cases.ts'
export { listCountries, openCountry, policyFiles, readCountry } from './read-country.ts'
export { parseForm } from './read-form.ts'
export { opensIn } from './read-programme.ts'
export { EXPANSION_WAYS, type Expansion, type ExpansionWay } from './shocks.ts'
export type { MapTile } from './tiles.ts'
export type {
  AgentTerms,
  CheckTerms,
  Limit,
  MembersNumbered,
  QualityTerms,
  RenewalTerms,
  Upkeep,
  Validity,
  VisitTerms,
} from './upkeep.ts'
