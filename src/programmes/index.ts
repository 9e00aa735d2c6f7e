export { programmeChecks } from './checks.ts'
export { decidedSets } from './decided-sets.ts'
export {
  determinationsOf,
  type EntitlementTotals,
  entitlementTotals,
  findRun,
  type HouseholdDetermination,
  latestRun,
  listRuns,
  outcomesOf,
  owedFor,
  type RunFigures,
  type RunId,
  type RunRow,
  runFigures,
  runFiguresByTerritory,
  runRefusals,
  type TerritoryFigures,
} from './determination.sql.ts'
export { type DetermineRefusal, type DetermineRequest, determine } from './determine.ts'
export { type DeterminationAsked, determinationJob } from './determine-job.ts'
export { type Entitled, type EntitleRefusal, entitle } from './entitle.ts'
export { type ExplainedDetermination, explainDetermination } from './explain-determination.ts'
export { type LookAgain, lookAgainOf } from './look-again.sql.ts'
export type { LookAgainKind } from './look-again.ts'
export { followingHouseholds } from './rescore.ts'
