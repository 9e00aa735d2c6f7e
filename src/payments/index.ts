export { type AccountChange, takeAccountChanges } from './account-changes.ts'
export {
  type AccountLine,
  accountHistory,
  type VerificationMeans,
  type VerifyingRefusal,
  verificationMeans,
  verifyAccount,
} from './account-history.ts'
export { type AccountNumberRefusal, type PayeeAccountKind, parseAccountNumber } from './account-number.ts'
export { accountsWithNumber, resealNumbers } from './account-numbers.ts'
export { type TakenAnswers, takenAnswers } from './answers/answer-files.ts'
export { type AnswersJobParts, answersJob } from './answers/answers-job.ts'
export { type AnswerException, answerExceptions, type ClosingRefusal, closeException } from './answers/exceptions.ts'
export {
  type FileOfAnswers,
  type GivingRefusal,
  giveAnswers,
  lookAtAnswers,
  type OpenAnswersRefusal,
  resumeGivenAnswers,
  withdrawGivenAnswers,
} from './answers/give-answers.ts'
export {
  findGivenAnswers,
  type GivenAnswers,
  type GivenAnswersId,
  type GivenRefusal,
  type GivenStage,
  listGivenAnswers,
} from './answers/given-answers.sql.ts'
export {
  type AnswersRefusal,
  type ImportedAnswers,
  importAnswers,
  importAnswersFrom,
} from './answers/import-answers.ts'
export {
  type ApprovalLimit,
  agreeToLimit,
  type LimitId,
  type LimitRefusal,
  listLimits,
  type SaidLimit,
  sayLimit,
} from './approval-limit.ts'
export {
  BUDGET_CODE,
  type BudgetLine,
  type BudgetLineRefusal,
  findBudgetLine,
  giveToBudgetLine,
  MOST_GIVEN,
  openBudgetLine,
} from './budget.ts'
export { paymentChecks } from './checks.sql.ts'
export {
  type Answer,
  type AnswerFile,
  type AnswerOutcome,
  type AnswerRefusal,
  readAnswers,
} from './iso20022/answers.ts'
export {
  type CreditTransfer,
  type CreditTransferFile,
  type Pain001Version,
  type PaymentGroup,
  writePain001,
} from './iso20022/pain001.ts'
export { readXml, type XmlElement } from './iso20022/read-xml.ts'
export type { XmlLimits, XmlRefusal } from './iso20022/xml-bounds.ts'
export { type JournalLine, journal } from './journal.ts'
export { type AccountBalance, trialBalance } from './ledger.sql.ts'
export type {
  AccountKey,
  LedgerAccountKind,
  TransferId,
  TransferKind,
  TransferRefusal,
  TransferRequest,
} from './ledger.ts'
export { decideMapping, type Mapping, type MappingAct, type MappingRefusal } from './mapper/decide-mapping.ts'
export {
  type AddressRefusal,
  addressOfAccount,
  type FinancialAddress,
  financialAddress,
  parseFinancialAddress,
} from './mapper/financial-address.ts'
export {
  type PayeeAccount,
  type PayeeAccountFact,
  type PayeeAccountId,
  type PayeeAccountRefusal,
  payeeAccountsOf,
  recordPayeeAccounts,
  recordPayeeAccountsFrom,
} from './payee-account.ts'
export { type AssignedPayees, type AssignmentRefusal, assignPayees } from './points/assign-payees.ts'
export { type CashRound, cashRound, recordCashNotice } from './points/cash-rounds.ts'
export {
  agreeToCashWay,
  type CashWay,
  type CashWayId,
  type CashWayRefusal,
  cashWays,
  sayCashWay,
  withdrawCashWay,
} from './points/cash-way.ts'
export { type CashRunToCome, cashRunsToCome, listCashWays, type NetworkWay } from './points/cash-way-list.ts'
export {
  type CashPayee,
  type CashWindow,
  type CashWindowId,
  type CashWindowRefusal,
  type CashWindowState,
  type CashWindowView,
  cashPayees,
  listCashWindows,
  openCashWindow,
} from './points/cash-window.ts'
export { type ChoiceRefusal, choosePoint, type PointOfPayee, pointsOfPayees } from './points/choose-point.ts'
export {
  bookCashPayments,
  type ClosedWindow,
  type ClosingWindowRefusal,
  closeCashWindow,
} from './points/close-window.ts'
export type { RegionPlace } from './points/nearness.ts'
export {
  type CashDue,
  type CashFault,
  type CashPaymentId,
  type CashPaymentRefusal,
  type CashPaymentView,
  type CashProof,
  cashDue,
  cashPaymentOf,
  cashProofs,
  payAtPoint,
  payeeOfPayment,
} from './points/pay-at-point.ts'
export {
  listPoints,
  type Point,
  type PointId,
  type PointsRefusal,
  type RecordedPoints,
  recordPoints,
} from './points/points.ts'
export {
  type PointColumn,
  type PointListRefusal,
  type PointReject,
  type PointTerms,
  pointColumns,
  type ReadPoints,
  readPoints,
} from './points/read-points.ts'
export { lockPreparation } from './prepare.sql.ts'
export {
  type EntitlementLine,
  type LeftOutReason,
  type LineSource,
  type Preparation,
  type PreparationRefusal,
  type PreparationStage,
  prepareRun,
  type RunRequest,
} from './prepare.ts'
export { listProviders, type Provider, type ProviderRefusal, registerProvider } from './provider.ts'
export {
  listProviderFees,
  type ProviderFee,
  type ProviderFeeId,
  type ProviderFeeRefusal,
  recordProviderFee,
} from './provider-fee.ts'
export { type ProviderReport, providerReport, type ReportSpan } from './provider-report.ts'
export { answerPiecesOf } from './providers/answer-pieces.ts'
export { type Agenda, askAboutBatches, batchKey, type HandingOver, handOverBatches } from './providers/hand-over.ts'
export { handingOver } from './providers/handing-over.ts'
export { portCheck, type StrandedPart, strandedParts } from './providers/port-checks.ts'
export { type ProviderFile, type ProviderFileRefusal, writeProviderFile } from './providers/provider-file.ts'
export type { ProviderPort, ProviderPorts, SignedMessage } from './providers/provider-port.ts'
export { type ProviderSettingsRefusal, readProviderSettings } from './providers/provider-settings.ts'
export { type Simulator, type SimulatorTerms, startSimulator } from './providers/simulator/simulator.ts'
export { type MessageRefusal, takeProviderMessage } from './providers/take-message.ts'
export { type StatementSums, yearStatement } from './receipts/statement.ts'
export { type PaymentAttempt, paymentsOfEntitlements } from './receipts/told-payments.ts'
export { type ColumnMeaning, columnMeanings } from './reconciliation/columns.ts'
export {
  type Finding as ReconciliationFinding,
  type LineClass,
  lineClasses,
  type ReconciliationLine,
} from './reconciliation/line.ts'
export { type ListRefusal, linesAt, type ReadList, readList, type WrittenList } from './reconciliation/read-lines.ts'
export { type Reconciliation, reconcile } from './reconciliation/reconcile.ts'
export { recordedSets } from './recorded-sets.ts'
export {
  answeredFor,
  decideWaiting,
  type WaitingDecision,
  type WaitingDecisionRefusal,
} from './returns/decide-waiting.ts'
export { type OwnCode, type OwnCodeRefusal, ownCodes, payProviderMeans } from './returns/own-codes.ts'
export { actionOf, type ReturnAction } from './returns/reason-codes.ts'
export { findRun } from './run.sql.ts'
export {
  type ApprovalRefusal,
  endToEndId,
  type Run,
  type RunFact,
  type RunId,
  type RunState,
  type RunTotals,
  type SendingRefusal,
  type Step,
  type StepRefusal,
  stateOf,
} from './run.ts'
export { leastChecks, noSanctionsList, type RunChecks, type SanctionsList } from './run-checks.ts'
export {
  type FileRefusal,
  type FileRequest,
  type MadeFile,
  makeRunFile,
  type RunFile,
  writeRunFileAgain,
} from './run-file.ts'
export { type PartWay, partWays, type RunPart, wayOf } from './run-parts.ts'
export { approveRun, cancelRun, markRunSent } from './run-steps.ts'
export {
  type Payee,
  type SaidAccount,
  type SaidAccountRefusal,
  type SeenAccountRefusal,
  sayAccount,
  seeAccount,
} from './said-account.ts'
export { type ToldPayment, toldToPayees } from './told-to-payees.ts'
export { postTransfers } from './transfer.ts'
export {
  allWaiting,
  type BudgetState,
  budgetStates,
  type InstructionView,
  instructionsOfPayees,
  instructionsOfRun,
  listRuns,
  type Movement,
  movementsOf,
  type RunDetail,
  type RunGroup,
  type RunSummary,
  seenOfRuns,
  showRun,
  type WaitingView,
  waitingOfPayees,
} from './views.sql.ts'
