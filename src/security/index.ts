export { type AuditedAct, type AuditedSet, appendAudit, appendAuditOfRows } from './audit.ts'
export { findStaffActor, grantTerritory, registerStaff, revokeTerritory, type StaffId } from './staff.ts'
