export { analyzePersons } from './analyze-persons.ts'
export { agrees, type Claimed, isAuthentic, type Named, personNamed } from './authenticate.ts'
export { BIRTH_PRECISIONS, type BirthPrecision } from './details/birth-date.ts'
export { changedFields } from './details/changed-fields.ts'
export { correctPerson, type PersonCorrection, type Shown } from './details/correct-person.ts'
export {
  checkDocument,
  DOCUMENT_TYPES,
  type DocumentFault,
  type DocumentId,
  type DocumentType,
  type PersonDocument,
} from './details/document.ts'
export {
  type DocumentRow,
  documentsOf,
  personsWithDocument,
  recordDocument,
  resealDocuments,
  withdrawDocument,
} from './details/documents.ts'
export { type PersonAsOf, type PersonState, personAsOf, statesOf } from './details/person-as-of.ts'
export {
  checkDetails,
  type DetailFault,
  type DetailField,
  type DetailTerms,
  type PersonDetails,
} from './details/person-details.ts'
export { type BesideStates, besideStates, type PersonStatus, statusOf } from './details/person-status.ts'
export { changedSince, versionOf } from './details/person-version.ts'
export { type Candidate, findCandidates } from './duplicates/find-candidates.ts'
export { type KeysButPlace, keysButPlace, placeNumber } from './duplicates/match-keys.ts'
export { matchingNewcomers, matchNewcomers, matchRegisterJob } from './duplicates/match-newcomers.ts'
export { matchRegister, type RegisterMatched, type RegisterWatch } from './duplicates/match-register.ts'
export { matchSince, type SinceMatched } from './duplicates/match-since.ts'
export { countOpenPairs, listOpenPairs, type OpenPair, type OpenPairsAsked } from './duplicates/open-pairs.ts'
export { type PairEvidence, pairEvidence } from './duplicates/pair-evidence.ts'
export type { PairPerson } from './duplicates/pair-person.sql.ts'
export { refreshMatchKeys } from './duplicates/refresh-keys.ts'
export { registeredAs } from './duplicates/registered-as.ts'
export { type RegisteredPerson, sharedTerritory } from './duplicates/registered-person.ts'
export { ZONES, type Zone } from './duplicates/save-pairs.sql.ts'
export {
  checkSettling,
  lockPair,
  type SettlePair,
  type SettlePairRefusal,
  settlePair,
  standingFor,
} from './duplicates/settle-pair.ts'
export { decisionsOnPair, listSettledPairs, type SettledPair, settledPairsOf } from './duplicates/settled-pairs.ts'
export { SETTLINGS, type Settling } from './duplicates/settling.ts'
export { fillPersonsWithoutIndexes } from './fill-without-indexes.ts'
export { type Agreement, agreement, type Identified, identifyRows, type RowIdentity } from './identify-rows.ts'
export { homesOf, type Known, knownByPhone, modelledPhones } from './known-by-phone.ts'
export type { ColumnAsked as MatchColumn } from './matching/column.ts'
export type { Evidence } from './matching/evidence.ts'
export { dayOrderOf, kindOfName, kindOfValues } from './matching/guess-kind.ts'
export { type Kind, kinds } from './matching/kind.ts'
export { type Matching, type MatchOptions, matchRecords } from './matching/match-records.ts'
export { type Measure, type Measures, measurePairs } from './matching/measure.ts'
export { type Model, readModel } from './matching/model.ts'
export { openRecords } from './matching/open-records.ts'
export type { Records } from './matching/records.ts'
export { nameKey } from './name-key.ts'
export { type NamedFault, namedPersons } from './named-persons.sql.ts'
export { forgetNames, readingNames } from './names/learn-names.ts'
export { type NameQuery, nameQuery } from './names/name-query.ts'
export {
  type AliasRefusal,
  aliasesOf,
  issueAlias,
  type PersonAlias,
  personWithAlias,
  revokeAlias,
} from './number/alias.ts'
export { numberChecks } from './number/number-check.ts'
export { ALIAS_FORM, faultsOf, type NumberFault, type NumberForm, uniqueNumberForm } from './number/number-form.ts'
export { type Audience, personWithToken, tellTokens } from './number/token.ts'
export {
  drawWaiting,
  issueNumbers,
  type NumberTerms,
  numberEverybody,
  numbering,
  numbersOf,
  type PersonNumber,
  personWithNumber,
  withdrawNumber,
} from './number/unique-number.ts'
export { personsIdentified } from './persons-identified.ts'
export { homePhone, normalPhone, validPhone } from './phone-number.ts'
export {
  type PhoneIndexing,
  personsWithPhone,
  phoneIndex,
  phoneIndexes,
  phoneIndexing,
  phonesOf,
  phonesToReach,
  resealPhones,
} from './phones.ts'
export { announceNumbers, announcingNumbers, NUMBER_GIVEN, type NumberGiven } from './registration/announce-numbers.ts'
export {
  askPhoneCode,
  confirmPhoneCode,
  isCodeAwaited,
  type PhoneCodeRefusal,
  partnerCodesOf,
  shownPhone,
} from './registration/phone-code.ts'
export {
  closePreRegistration,
  findPreRegistration,
  forgettingRegistrations,
  openPreRegistration,
  type PreRegistration,
  type PreRegistrationId,
  readReference,
  waitingPreRegistrations,
} from './registration/pre-registration.ts'
export { registerPerson } from './registration/register-person.ts'
export { openIncomingPersons, type PersonSource, savePersons } from './save-persons.ts'
export { type Newcomer, recordDeath, settlePersons } from './settle-persons.ts'
