import type { Id, Result, Words } from '#kernel'
import type { AnomalyAnswer, AnomalyRefusal, AnomalyView, AuditSearch, Purpose } from '#security'
import type { StaffMember } from './context.ts'

/** The audit, as the console reads it. */
export type AuditDoor = {
  /** Records of the audit, the latest first. */
  readonly audit: (reader: StaffMember, request: AuditRequest) => Promise<readonly AuditRow[]>
  readonly anomalies: (
    reader: StaffMember,
    page: { readonly open: boolean; readonly limit: number; readonly before?: Id<'Anomaly'> },
  ) => Promise<readonly AnomalyRow[]>
  readonly answerAnomaly: (reader: StaffMember, answer: AnomalyAnswer) => Promise<Result<undefined, AnomalyRefusal>>
}

export type AuditRequest = AuditSearch & {
  readonly limit: number
  /** Position of the last record of the page before. */
  readonly before?: string
  /** The list leaves as a file: the audit says so. */
  readonly exported?: true
}

export type AuditRow = {
  readonly position: string
  readonly at: string
  readonly actor: string
  readonly by: string
  readonly action: string
  readonly subjectKind: string
  /** Undefined for a set: `rows` says how many. */
  readonly subjectId: string | undefined
  readonly rows: number | undefined
  readonly territory: readonly Words[]
  readonly purpose: Purpose | undefined
  readonly screen: string
}

export type AnomalyRow = Pick<AnomalyView, 'id' | 'kind' | 'day' | 'level' | 'by' | 'facts' | 'said'> & {
  /** The reader's own acts: somebody else answers. */
  readonly own: boolean
  /** Household that it is about, where it is one. */
  readonly household: string | undefined
  readonly territory: readonly Words[]
}
