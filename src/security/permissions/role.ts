import type { Permission } from './permission.ts'

export type RoleTerms = {
  readonly permissions: readonly Permission[]
  /** Roles that its holder may give to others, where and as far as the role was given to the holder. */
  readonly gives: readonly string[]
}

const AT_THE_DESK = [
  'figures.read',
  'household.search',
  'household.read',
  'household.write',
  'person.register',
  'person.correct',
  'determination.read',
  'enrolment.write',
  'payment.read',
  'payee_account.write',
  'emergency.open',
] as const satisfies Permission[]

const PAYMENTS_SEEN = ['figures.read', 'determination.read', 'payment.read', 'payment_run.read', 'budget.read'] as const

const APPROVES_PAYMENTS = [
  ...PAYMENTS_SEEN,
  'payment_run.approve',
  'payment_run.send',
  'payment_run.cancel',
  'payment_run.export',
  'payment_file.export',
] as const satisfies Permission[]

/**
 * The roles of a ministry, each a named set of permissions. Their names for people are in `locales/`. An administrator
 * gives every role and reads no family's file: whoever hands out keys does not open the doors.
 */
export const roles = {
  /** Receives families at an office. */
  desk_agent: { permissions: AT_THE_DESK, gives: [] },
  /** Visits families; sees what they said, neither what was decided about their neighbours nor what is paid. */
  field_agent: { permissions: ['household.search', 'household.read', 'household.write'], gives: [] },
  /** Hands over cash at a payment point: finds who waits, by a number, and sees neither households nor decisions. */
  paying_agent: { permissions: ['cash_payment.record'], gives: [] },
  /** Answers for a territory and for its agents. */
  territory_supervisor: {
    permissions: [
      ...AT_THE_DESK,
      'household.export',
      'determination.export',
      'duplicate.settle',
      'enrolment.decide',
      'recipient.approve',
      'payment_run.read',
      'payee_account.verify',
      'emergency.review',
      'audit.read',
      'staff.read',
      'staff.grant',
    ],
    gives: ['desk_agent', 'field_agent'],
  },
  /** Answers for a programme: asks for its determinations, follows what it pays. */
  programme_manager: {
    permissions: [
      'figures.read',
      'household.search',
      'household.read',
      'feed.write',
      'determination.read',
      'determination.run',
      'determination.export',
      'programme.change',
      'enrolment.decide',
      'payment.read',
      'payment_run.read',
      'payment_run.export',
      'budget.read',
      'simulation.read',
      'simulation.run',
    ],
    gives: [],
  },
  payment_preparer: {
    permissions: [
      ...PAYMENTS_SEEN,
      'payee_account.verify',
      'payment_run.prepare',
      'payment_run.send',
      'payment_run.cancel',
      'payment_run.export',
      'payment_file.export',
      'payee_account.read',
      'payee_account.write',
      'budget.write',
    ],
    gives: [],
  },
  payment_approver: { permissions: APPROVES_PAYMENTS, gives: [] },
  /** Approves runs beyond the limit that approvers were given. */
  payment_director: { permissions: APPROVES_PAYMENTS, gives: [] },
  /** Reads everything, changes nothing. */
  auditor: {
    permissions: [
      ...PAYMENTS_SEEN,
      'household.search',
      'household.read',
      'determination.export',
      'payment_run.export',
      'emergency.review',
      'audit.read',
      'staff.read',
    ],
    gives: [],
  },
  /** Answers the requests of persons about their data. */
  data_protection_officer: {
    permissions: [
      'household.search',
      'household.read',
      'emergency.review',
      'audit.read',
      'person.authenticate',
      'personal_data.read',
      'personal_data.correct',
      'personal_data.erase',
      'pseudonymised.export',
      'staff.read',
    ],
    gives: [],
  },
  /** Writes and tries the law; sees figures, no family. */
  policy_officer: { permissions: ['figures.read', 'simulation.read', 'simulation.run', 'budget.read'], gives: [] },
  administrator: {
    permissions: ['staff.read', 'staff.grant'],
    gives: [
      'desk_agent',
      'field_agent',
      'paying_agent',
      'territory_supervisor',
      'programme_manager',
      'payment_preparer',
      'payment_approver',
      'payment_director',
      'auditor',
      'data_protection_officer',
      'policy_officer',
      'administrator',
    ],
  },
} as const satisfies Readonly<Record<string, RoleTerms>>

export type Role = keyof typeof roles

export const roleNames = Object.keys(roles) as readonly Role[]

export function isRole(text: string): text is Role {
  return Object.hasOwn(roles, text)
}

export function permits(role: Role, permission: Permission): boolean {
  return (roles[role].permissions as readonly Permission[]).includes(permission)
}

export function mayGive(role: Role, other: Role): boolean {
  return (roles[role].gives as readonly string[]).includes(other)
}

/** The roles that hold a permission: what somebody who lacks it may ask for. */
export function rolesThatPermit(permission: Permission): readonly Role[] {
  return roleNames.filter(role => permits(role, permission))
}

/** Roles that a member of staff gives by an approved proposal alone: they approve money, or give every role (`security.role_of_two`). */
export const ROLES_OF_TWO: readonly Role[] = roleNames.filter(
  role => permits(role, 'payment_run.approve') || mayGive(role, 'administrator'),
)
