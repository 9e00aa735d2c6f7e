export type { Account, ChangeRefusal, ConfirmRefusal, OwnSecondFactor } from './account.ts'
export {
  isSealingPrivateKey,
  isSealingPublicKey,
  newSealingKeys,
  type Opener,
  type Recipient,
  sealingPublicKeyOf,
} from './age/keys.ts'
export { openSealed, seal } from './age/seal-stream.ts'
export { Unopened, type UnopenedReason } from './age/unopened.ts'
export type { Conflict } from './anomaly.sql.ts'
export { ANOMALY_KINDS, type AnomalyKind } from './anomaly.ts'
export {
  ANOMALY_STATES,
  type AnomalyAnswer,
  type AnomalyRefusal,
  type AnomalyState,
  type AnomalyView,
  answerAnomaly,
  findAnomaly,
  listAnomalies,
} from './anomaly-state.ts'
export {
  type AuditedAccess,
  type AuditedAct,
  type AuditedSet,
  appendAudit,
  appendAuditOfRows,
  appendAuditOfSet,
  auditOf,
} from './audit.ts'
export {
  type Checkpoint,
  type CheckpointRefusal,
  isOfChain,
  isPublicKey,
  lastCheckpoint,
  newSigningKey,
  publicKeyOf,
  readCheckpoint,
  signCheckpoint,
} from './audit-checkpoint.ts'
export type { AuditFinding } from './audit-finding.ts'
export { type AuditLine, type AuditPage, type AuditSearch, searchAudit } from './audit-list.ts'
export {
  type AuditedSetSource,
  compareLines,
  type SetFinding,
  type SetRecord,
  type SetState,
  type SetVerification,
  verifySets,
} from './audit-sets.ts'
export { type AuditVerification, verifyAudit } from './audit-verify.ts'
export { securityChecks } from './checks.sql.ts'
export {
  CODE_SECONDS,
  CODE_TRIES,
  type CodeLimits,
  type CodeRequestRefusal,
  decideCodeRequest,
} from './citizen-code.ts'
export {
  type Citizen,
  type CitizenCodeRefusal,
  type CitizenSignIn,
  citizenActor,
  openCitizenSignIn,
} from './citizen-sign-in.ts'
export { drawCode, typedDigits } from './code-digits.ts'
export {
  type ConflictId,
  type DeclareRefusal,
  type EndRefusal,
  isRelation,
  RELATIONS,
  type Relation,
} from './conflicts/conflict.ts'
export {
  closedFiles,
  declareConflict,
  endConflict,
  type ListedConflict,
  listConflicts,
  type NewConflict,
  type StaffUnknown,
} from './conflicts/declare-conflict.ts'
export {
  type Emergency,
  type EmergencyId,
  type EmergencyRefusal,
  LEAST_REASON,
  type ReviewRefusal,
} from './emergency/emergency.ts'
export {
  type EmergencyView,
  listEmergencies,
  openEmergency,
  reviewEmergency,
} from './emergency/open-emergency.ts'
export { type Conflicts, findAnomalies, lastDays, watching } from './find-anomalies.ts'
export { forgetSignIns, forgettingSignIns } from './forget-sign-ins.ts'
export { type GivenBy, type GiveRefusal, giveRole, takeRoleBack } from './give-role.ts'
export { serveCountry } from './installation.ts'
export { inviteStaff, type NewInvitation } from './invitation.ts'
export type { OutsideProvider } from './outside-provider.ts'
export type { OwnSession } from './own-sessions.ts'
export type { PasswordRefusal } from './password-rule.ts'
export {
  type AccessRefusal,
  type AccessTo,
  covers,
  decideAccess,
  type Grant,
  inForce,
  scopeOf,
} from './permissions/access.ts'
export { decideGrant } from './permissions/grant.ts'
export { type Permission, permissionNames, type Sensitivity } from './permissions/permission.ts'
export { isRole, ROLES_OF_TWO, type Role, roleNames, roles, rolesThatPermit } from './permissions/role.ts'
export {
  type ColumnIndexing,
  type ColumnRef,
  columnIndexing,
  currentColumnKey,
  forgetColumnKeys,
  indexBy,
  indexColumn,
  indexesOf,
  keepColumnKeys,
  openColumn,
  rotateColumnKeys,
  sealColumn,
  type WrappingKey,
  wrappingKey,
} from './privacy/column-keys.ts'
export { isExportPurpose, type Pseudonyms, pseudonymsFor } from './privacy/pseudonym.ts'
export {
  type CarryOutRefusal,
  canonical,
  type DecisionAsked,
  MOST_SAID,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  type ProposalRefusal,
  type ProposalState,
  proposalKindNames,
  proposalKinds,
  proposalState,
} from './proposals/proposal.ts'
export { answerProposal, carryOut, findProposal, listProposals, propose } from './proposals/propose.ts'
export { type AnswerRoleRefusal, answerRole, type ProposeRoleRefusal, proposeRole } from './proposals/role-proposal.ts'
export { PURPOSES, type Purpose, type PurposeText, purposeOf } from './purpose.ts'
export {
  type AuditedReading,
  appendReading,
  commonTerritory,
  type DayOfReadings,
  type Listed,
  type Office,
  officesOf,
  type Reading,
  type ReadSubject,
  readingsByDay,
  readingsOf,
} from './reading.ts'
export { sealAudit, sealing } from './seal.ts'
export { resetSecondFactor } from './second-factor.ts'
export { hasSecondFactor, showCode } from './second-factor-at-terminal.ts'
export {
  needsSecondFactor,
  requireSecondFactor,
  type SecondFactorRefusal,
  type SecondFactorShown,
} from './second-factor-rule.ts'
export {
  createService,
  findService,
  type ListedService,
  listServices,
  type NewService,
  revokeService,
  rotateKey,
  type Service,
  type ServiceId,
  type ServiceRefusal,
  serviceActor,
  servicePermissions,
  type ToldKey,
} from './service-account.ts'
export type { KeyRefusal } from './service-key.ts'
export {
  type AcceptRefusal,
  type AccountRefusal,
  type OutsideRefusal,
  openSignIn,
  type SecondStepRefusal,
  type SignIn,
  type SignInRefusal,
} from './sign-in.ts'
export type { SignedIn, TooManyAttempts } from './signed-in.ts'
export {
  actorFor,
  findStaffAccess,
  findStaffActor,
  listStaff,
  listStaffAccess,
  type NewGrant,
  namesOfActors,
  recordGrant,
  recordRevocation,
  registerStaff,
  type StaffAccess,
  type StaffId,
  type StandingGrant,
  withinEmergency,
} from './staff.ts'
export type { CodeRefusal } from './totp.ts'
export { eraseWaiting, keepWaiting, newSeal, type WaitingIn, waitingBytes } from './waiting-bytes.ts'
