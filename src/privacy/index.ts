export { type AccessFile, type AccessRefusal, accessText, collectAccessFile, type Subject } from './access.ts'
export { type AccessWords, accessPage } from './access-page.ts'
export {
  type ExportMade,
  type ExportRefusal,
  type ExportRequest,
  exportContent,
  exportPseudonymised,
} from './export.ts'
export { inventory, withoutPersons } from './inventory.ts'
export {
  isSealedField,
  needsProof,
  personFields,
  type RectificationAsked,
  type RectificationId,
  type RectificationRefusal,
  type RectifiedField,
} from './rectification.ts'
export {
  attachToRequest,
  isPaperOfRequest,
  mayAttachToRequest,
  openRequestPaper,
  papersOfRequests,
  type RectificationPaper,
  type RequestPaperRefusal,
} from './rectification-papers.ts'
export { answerRectification, askRectification, heldCase, type Rectification, rectificationsOf } from './rectify.ts'
export { type RegisterRow, registerOf } from './register.ts'
export { type Resealed, resealColumns, sealingColumns } from './reseal-columns.ts'
export { planRetention, type RetentionDone, type RetentionPlan, retain } from './retention.ts'
export { retentionJob } from './retention-job.ts'
export { type WaitingRectification, waitingRectifications } from './waiting-rectifications.ts'
