export { tellAccountChanges, tellingAccountChanges } from './accounts/tell-changes.ts'
export { type OwedChange, owedChangesOf } from './arrears/adjustments-of.ts'
export { settleJob } from './arrears/post-overpaid.ts'
export { type Recovered, recoverOverpaid } from './arrears/recover.ts'
export { recoveryShare } from './arrears/recovery-share.ts'
export {
  type AnswerSettleRefusal,
  answerSettlement,
  type Overpayment,
  overpaymentsOf,
  proposeSettlement,
  type SettleAsked,
  type SettleRefusal,
} from './arrears/settle.ts'
export {
  type AskRefusal,
  askRun,
  DETERMINE_JOB,
  decideAsked,
  findRequest,
  MONTHS_AHEAD,
  type RequestRefusal,
  type RunAsked,
  type RunRequest,
  refusalFacts,
} from './ask-run.ts'
export { type CancelRefusal, cancelRun } from './cancel-run.ts'
export { tendingWindows, tendWindows } from './cash/tend-windows.ts'
export { programmeChecks } from './checks.ts'
export { type Assessed, type AssessRefusal, assessConditions } from './conditions/assess-conditions.ts'
export {
  type ConditionFigures,
  type ConditionStepRow,
  conditionFigures,
  conditionStepsIn,
  decidedMonths,
  runFollowed,
} from './conditions/condition-month.ts'
export { conditionSets } from './conditions/condition-sets.ts'
export { type ConditionStepTaken, conditionStepsOf } from './conditions/condition-steps-of.ts'
export type { ConditionStep } from './conditions/ladder.ts'
export {
  answerWaiver,
  decideWaiver,
  proposeWaiver,
  proposeWaiverEnd,
  type WaiverAsked,
  type WaiverContent,
  type WaiverEndAsked,
  type WaiverEndRefusal,
  type WaiverRefusal,
} from './conditions/propose-waiver.ts'
export { type WaiverReach, waiverReach } from './conditions/waiver-reach.ts'
export {
  findWaiver,
  listWaivers,
  type StandingWaiver,
  type Waiver,
  type WaiverGroup,
  type WaiverId,
} from './conditions/waivers.ts'
export { decidedSets } from './decided-sets.ts'
export { determinationsOf, type HouseholdDetermination, outcomesOf } from './determination.sql.ts'
export type { DecidedOutcome, Difference } from './determination.ts'
export { determine } from './determine.ts'
export { determinationJobs } from './determine-job.ts'
export { determineRegister, type RegisterRequest } from './determine-register.ts'
export {
  type DifferencesAsked,
  differencesOf,
  type HouseholdDifference,
  SAMPLED,
  type Sampled,
  sampleOfRun,
} from './differences.sql.ts'
export {
  APPLICATION_REFUSALS,
  type ApplicationAsked,
  type ApplicationRefusal,
  type Campaign,
  decideApplication,
} from './enrolment/application.ts'
export {
  type Application,
  applicationFigures,
  applicationsOf,
  applyFor,
  explainApplication,
} from './enrolment/apply.ts'
export { type CampaignAsked, type CampaignRefusal, campaignsOf, openCampaign } from './enrolment/campaigns.ts'
export {
  changeEnrolments,
  type EnrolmentActId,
  type EnrolmentsChange,
  type EnrolmentsChanged,
  type EnrolmentsRefusal,
  exclusions,
  lockProgrammes,
  type WhichHouseholds,
} from './enrolment/change-enrolments.ts'
export { type EnrolRefusal, enrolFromRun } from './enrolment/enrol-from-run.ts'
export {
  type ChangeRefusal,
  decideEnrolment,
  ENROLMENT_CHANGES,
  ENROLMENT_STATES,
  type EnrolmentAsked,
  type EnrolmentChange,
  type EnrolmentEvent,
  type EnrolmentNow,
  type EnrolmentState,
  isIn,
  stateIn,
} from './enrolment/enrolment.ts'
export {
  type Enrolment,
  type EnrolmentStep,
  enrolmentFigures,
  enrolmentSteps,
  enrolmentsOf,
  inState,
} from './enrolment/enrolments-of.ts'
export {
  type AnswerExceptionalRefusal,
  answerExceptional,
  decideExceptional,
  EXCEPTION_MONTHS,
  type Exceptional,
  type ExceptionalAsked,
  type ExceptionalRefusal,
  exceptionalOf,
  proposeExceptional,
} from './enrolment/exceptional.ts'
export { quotasIn } from './enrolment/places.ts'
export { type SuspensionRow, suspensionsIn } from './enrolment/suspensions-in.ts'
export { type Entitled, type EntitleRefusal, entitle } from './entitle.ts'
export { type ExplainedDetermination, explainDetermination } from './explain-determination.ts'
export {
  type DifferenceFigures,
  type EntitlementTotals,
  entitlementTotals,
  type ReasonFigures,
  type RunFigures,
  runDifferences,
  runFigures,
  runFiguresByTerritory,
  runReasons,
  runRefusals,
  type TerritoryFigures,
} from './figures.sql.ts'
export { type LookAgain, lookAgainOf } from './look-again.sql.ts'
export type { LookAgainKind } from './look-again.ts'
export { latestMonthOwed, type MonthOwed, monthOwed } from './month-owed.ts'
export type { DetermineRefusal, DetermineRequest } from './open-run.ts'
export { type OwedToHousehold, owedToHousehold } from './owed-to-household.ts'
export { entitlementsOf, payableChecks, payableFor } from './payable.ts'
export {
  type AskedRefusal,
  findPreparation,
  latestPreparation,
  type PreparationAsked,
  type PreparationRequest,
} from './preparation.sql.ts'
export { type AskPreparationRefusal, askPreparation, type PreparationJobParts, prepareJob } from './prepare-job.ts'
export { type MonthStage, type MonthToPrepare, type PreparedMonth, prepareMonth } from './prepare-month.ts'
export {
  putBack,
  type Removable,
  type RemoveRefusal,
  type RestingRun,
  removeSnapshot,
  restingOn,
} from './remove-snapshot.ts'
export { followingHouseholds } from './rescore.ts'
export { findRun, latestRun, listRuns, type RunId, type RunRow, type RunState, runPace, stateOf } from './run.sql.ts'
export {
  type AnswerShockRefusal,
  answerShock,
  latestOwnSnapshot,
  type PreviewRefusal,
  previewShock,
  proposeShock,
  proposeShockEnd,
  type ShockContent,
  type ShockReach,
} from './shock/propose-shock.ts'
export type { Reach, ReachShown, RegionReach } from './shock/reach.ts'
export { findShock, listShocks } from './shock/shock.sql.ts'
export {
  decideShock,
  decideShockEnd,
  type ExpansionAsked,
  holding,
  LONGEST_NAME,
  SHOCK_KINDS,
  SHOCK_MONTHS,
  type Shock,
  type ShockAsked,
  type ShockChange,
  type ShockEndRefusal,
  type ShockId,
  type ShockKind,
  type ShockRefusal,
  type ShockTerms,
} from './shock/shock.ts'
export { findScope, type ShockScope, scopeOfMonth } from './shock/shock-run.ts'
export { askShockRuns, shockJob, tendingShocks } from './shock/tend-shocks.ts'
export {
  type AnswerSwitchRefusal,
  answerSwitch,
  proposeReversal,
  proposeSwitch,
  type ReverseRefusal,
} from './switch/propose-switch.ts'
export { noticeOfMove, runSwitch, switchJob } from './switch/run-switch.ts'
export { type ResumeRefusal, resumeSwitch, type StopRefusal, stopSwitch } from './switch/stop-switch.ts'
export { findSwitch, listSwitches, previewSwitch, type SwitchRow } from './switch/switch.sql.ts'
export {
  type Covered,
  decideSwitch,
  type SwitchAsked,
  type SwitchId,
  type SwitchPreview,
  type SwitchRefusal,
} from './switch/switch.ts'
export { type Verified, type VerifyFinding, type VerifyRefusal, verifyRun } from './verify-run.ts'
