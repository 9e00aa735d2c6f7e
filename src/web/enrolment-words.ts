import type { EnrolmentState } from '#programmes'

/** States in the order of a family's way; the pages import types alone from the modules. */
export const ENROLMENT_STATES_SHOWN = [
  'applied',
  'eligible',
  'waiting',
  'enrolled',
  'suspended',
  'exited',
  'refused',
] as const satisfies readonly EnrolmentState[]

export const stateTones = {
  applied: 'doubt',
  eligible: 'doubt',
  waiting: 'doubt',
  enrolled: 'good',
  suspended: 'bad',
  exited: 'plain',
  refused: 'bad',
} as const satisfies Record<EnrolmentState, string>

/** Reasons that the program has words for; those of the law come with their own, and any other shows as its code. */
const REASONS = [
  'eligible',
  'no_place',
  'not_cumulable',
  'yielded',
  'household_gone',
  'duration_over',
  'recertification_due',
  'recertified',
  'not_eligible',
  'web',
  'desk',
  'mobile',
  'payment_point',
  'family_asks',
  'moved_away',
  'under_check',
  'check_ended',
  'made_in_error',
  'moved_programme',
  'move_taken_back',
  'condition_not_met',
  'condition_met',
] as const

export type KnownReason = (typeof REASONS)[number]

export function knownReason(code: string): KnownReason | undefined {
  return REASONS.find(each => each === code)
}
