export { analyzeRegister } from './analyze-register.ts'
export { householdsOfPersons } from './belonging.ts'
export { type CasesAsked, casesOf, type HouseholdCase, type HouseholdRange, householdRanges } from './cases.ts'
export { casesOfHouseholds } from './cases-of-households.ts'
export { decideDoubts, type ExplainedDoubt, LONGEST_WORD, type WarningRefusal } from './checks/accept-warnings.ts'
export {
  type AgentFigures,
  type AgentSign,
  agentFigures,
  commonDoubts,
  lowestQuality,
  qualityByTerritory,
  signsOf,
} from './checks/agent-quality.ts'
export { answersOf } from './checks/answer-checks.ts'
export { assessing, assessSlice } from './checks/assess-declarations.ts'
export { type AssessedDeclaration, assessedOf } from './checks/assessed-of.ts'
export { checkAgainstRegister, type Declaring } from './checks/check-against-register.ts'
export { checkPlausibility } from './checks/check-plausibility.ts'
export { DOUBTS, type Doubt, type DoubtCode, doubtKey } from './checks/doubt.ts'
export { drawVisits, LARGEST_SAMPLE, type SampleAsked, type SampleRefusal } from './checks/draw-visits.ts'
export {
  checkNumbered,
  decideNumbered,
  membersLackingNumber,
  type NumberRefusal,
} from './checks/members-numbered.ts'
export { agePoints, type Quality, type QualityTerm, qualityOf, qualityToday } from './checks/quality.ts'
export { recordDoubts } from './checks/record-doubts.ts'
export type { SaidHousehold, SaidMember } from './checks/said.ts'
export {
  listSamples,
  type OutcomeRefusal,
  type OutcomeSaid,
  recordVisit,
  type Sample,
  VISIT_OUTCOMES,
  type Visit,
  type VisitOutcome,
  visitsOf,
} from './checks/visits.ts'
export { householdChecks } from './checks.sql.ts'
export { type CorrectedFacts, type Correction, correctHousehold } from './correct-household.ts'
export {
  ANSWER_SOURCES,
  type Answer,
  type AnswerSource,
  type Answers,
  type Declaration,
  type DeclaredMember,
  type Said,
} from './declaration/answers.ts'
export { type BeginRefusal, beginAgain, beginDraft } from './declaration/begin-draft.ts'
export { checkAnswers, type Fault, unexplained } from './declaration/check-answers.ts'
export { type DraftRow, draftOfHousehold, draftOfNumber, loadDraft, openDrafts } from './declaration/draft.sql.ts'
export type { Draft, DraftChange, DraftRefusal, SubmitRefusal } from './declaration/draft.ts'
export {
  type AttachRefusal,
  attachEvidence,
  type Evidence,
  evidenceOf,
  evidenceOfHousehold,
  mayAttach,
  openEvidence,
  plainFileName,
  sweepEvidence,
} from './declaration/evidence/evidence.sql.ts'
export {
  type EvidenceStore,
  type KeepRefusal,
  type KeptFile,
  openEvidenceStore,
} from './declaration/evidence/evidence-store.ts'
export { commandScanner, noScanner } from './declaration/evidence/scanner.ts'
export { findFaults } from './declaration/find-faults.ts'
export {
  type Asked,
  type AskingCountry,
  questionsAsked,
  recordedFacts,
  type Standing,
} from './declaration/questions-asked.ts'
export { resealDrafts } from './declaration/reseal-drafts.ts'
export { dropDraft, dropStaleDrafts, saveDraft, updateFromRegister } from './declaration/save-draft.ts'
export { isAsking, type Submitted, sendToDesk, submitDraft } from './declaration/submit-draft.ts'
export { declarationKnown } from './declaration-known.ts'
export { type DeclaredCase, declaredCase } from './declared-case.ts'
export {
  EVENT_KINDS,
  type EventKind,
  type EventRefusal,
  type EventTerms,
  type HouseholdEvent,
  type NewPerson,
  type Whoever,
} from './events/event.ts'
export { eventsOf, type HouseholdHappening, householdOfNumber } from './events/events-of.ts'
export { type HouseholdAt, householdAt } from './events/household-at.ts'
export { type EventOutcome, previewEvent, recordEvent } from './events/record-event.ts'
export { type FeedRejectFigures, findFeed, listFeeds, rejectFigures, rejectsOf } from './feeds/feed.sql.ts'
export type {
  FeedId,
  FeedRecord,
  FeedRefusal,
  FeedReject,
  FeedRejectCode,
  FeedReport,
  HowKnown,
  ToldChild,
} from './feeds/feed.ts'
export {
  countFeedDoubts,
  type FeedDoubt,
  openFeedDoubts,
  type SettleDoubtRefusal,
  settleFeedDoubt,
} from './feeds/feed-doubts.ts'
export { type FeedJobParts, feedJob, leaveFeed, recordsOf, tableTerms } from './feeds/feed-job.ts'
export { findGivenFeed } from './feeds/given-feed.sql.ts'
export { columnsOfFeed } from './feeds/plan-feed.ts'
export {
  countProposedEvents,
  type EventAnswer,
  type FiledPerson,
  openProposedEvents,
  type ProposedEvent,
} from './feeds/proposed-events.sql.ts'
export { type AnswerEventRefusal, answerProposedEvent } from './feeds/proposed-events.ts'
export { receivedSets } from './feeds/received-sets.ts'
export { type FeedAsked, FeedStopped, feedRefused, takeFeed } from './feeds/take-feed.ts'
export { type ToldFact, toldFacts } from './feeds/told-facts.ts'
export { type FilesOfHousehold, filesOfHousehold } from './files-of.ts'
export {
  type DeclarationEvent,
  declarationsOf,
  type FiledMember,
  findHouseholdFile,
  type HouseholdFile,
} from './household-file.ts'
export {
  type ImportPhase,
  type ImportRefusal,
  type ImportReport,
  type ImportWatch,
  importHouseholds,
} from './import/import-households.ts'
export { restoringIndexes } from './import/indexes-aside.ts'
export { ImportElsewhere, type ImportJob } from './import/job.ts'
export { type Mapping, readMapping } from './import/mapping.ts'
export { csvCell, type Reject, rejectLine, rejectsHeader } from './import/rejects.ts'
export { ImportStopped } from './import/stage.ts'
export { openTable, type Table } from './import/table.ts'
export { TableError } from './import/table-error.ts'
export type { CountryTerms, ImportAsked } from './import/terms.ts'
export type { DeclaredFacts, IncomingHousehold, IncomingMember } from './incoming.ts'
export { belongingsOf, type MergeHousehold, type MergeSituation, mergeSituation } from './merging/merge-situation.ts'
export {
  type AnswerMergeRefusal,
  answerMerge,
  type SettleDuplicate,
  type SettleDuplicateOutcome,
  type SettleDuplicateRefusal,
  settleDuplicate,
} from './merging/settle-duplicate.ts'
export {
  type Assessment,
  type DescribeOptions,
  describeModel,
  descriptionText,
  type Figure,
  type ModelDescription,
} from './model/describe.ts'
export type { ModelFiles, ModelledHousehold, ModelledMember } from './model/household.ts'
export { type HouseholdModel, householdModel, modelHouseholds, readHouseholdModel } from './model/model.ts'
export {
  type AnswerTransferRefusal,
  answerTransfer,
  mayProposeTransfer,
  proposeTransfer,
} from './receiving/propose-transfer.ts'
export {
  CAPACITIES,
  type Capacity,
  onlyAdult,
  RECEIVING_AGE,
  TRANSFER_PROOFS,
  TRANSFER_REASONS,
  type TransferAsked,
  type TransferProof,
  type TransferReason,
  type TransferRefusal,
} from './receiving/transfer.ts'
export { openTransferPaper, type PaperTold } from './receiving/transfer-papers.sql.ts'
export {
  type CurrentRecipient,
  currentRecipient,
  householdsWithoutRecipient,
  type Transfer,
  transfersOf,
  type WithoutRecipient,
} from './receiving/transfers.sql.ts'
export { type Recipient, recipientsOf } from './recipients.ts'
export { type Provenance, type Registered, registerHouseholds } from './register-households.ts'
export { countHouseholds, countRegister, holdsModelled } from './register-size.ts'
export { registeredSets } from './registered-sets.ts'
export { type Renewed, renewing, renewRegister } from './renewal/renew.ts'
export {
  type RenewalCount,
  type RenewalRow,
  renewalCounts,
  renewalOf,
  renewalQueue,
} from './renewal/renewals.ts'
export { type Standing as RenewalStanding, standingOf as renewalStandingOf } from './renewal/validity.ts'
export { lastScores, type PastScore, recordScores, type Score, scoresOf } from './scores.ts'
export {
  type FoundName,
  type HouseholdHit,
  type HouseholdSearch,
  type HouseholdsFound,
  MOST_FOUND,
  searchHouseholds,
} from './search-households.ts'
export { BatchReader, batchesOf, type SnapshotBatch } from './snapshot/batch-reader.ts'
export { catalogueKept, factsLacking } from './snapshot/catalogue-kept.ts'
export { lookAtFiles } from './snapshot/look-at-files.ts'
export type { Manifest, SnapshotFile } from './snapshot/manifest.ts'
export { type ModelSnapshotAsked, modelSnapshot } from './snapshot/model-snapshot.ts'
export { SnapshotFolder } from './snapshot/new-folder.ts'
export { registerIdentity } from './snapshot/register-identity.ts'
export { runThreads } from './snapshot/run-threads.ts'
export {
  listSnapshots,
  openSnapshot,
  type RowsAsked,
  readRows,
  type Snapshot,
  type SnapshotRefusal,
  type SnapshotRows,
  verifyFiles,
} from './snapshot/snapshot.ts'
export { type SnapshotSurvey, type SurveyedSnapshot, surveySnapshots } from './snapshot/survey-snapshots.ts'
export { type SnapshotAsked, type SnapshotWatch, type TakeRefusal, takeSnapshot } from './snapshot/take-snapshot.ts'
export { putUuid, UUID_BYTES, uuidAt } from './snapshot/uuid-bytes.ts'
