export {
  type AuditedAccess,
  type AuditedAct,
  type AuditedSet,
  appendAudit,
  appendAuditOfRows,
  auditOf,
} from './audit.ts'
export { type AccountRefusal, openSignIn, type SignedIn, type SignIn, type SignInRefusal } from './sign-in.ts'
export { findStaffActor, grantTerritory, listStaff, registerStaff, revokeTerritory, type StaffId } from './staff.ts'
