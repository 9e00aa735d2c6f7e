export { type AuditedAct, type AuditedSet, appendAudit, appendAuditOfRows } from './audit.ts'
export { findStaffActor, grantTerritory, listStaff, registerStaff, revokeTerritory, type StaffId } from './staff.ts'
