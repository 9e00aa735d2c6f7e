import { err, type Month, ok, type Result } from '#kernel'

/** Where a household stands in a programme. `eligible`: the law gives a right, and something else keeps it out. */
export const ENROLMENT_STATES = [
  'applied',
  'eligible',
  'refused',
  'waiting',
  'enrolled',
  'suspended',
  'exited',
] as const
export type EnrolmentState = (typeof ENROLMENT_STATES)[number]

/** What may be done to it. */
export const ENROLMENT_CHANGES = [
  'apply',
  'find_eligible',
  'refuse',
  'wait',
  'enrol',
  'suspend',
  'restore',
  'recertify',
  'exit',
] as const
export type EnrolmentChange = (typeof ENROLMENT_CHANGES)[number]

/** From which states a change goes (null: never heard of), and where it leads. What is not here is not done. */
export const TRANSITIONS: Readonly<
  Record<EnrolmentChange, { readonly from: readonly (EnrolmentState | null)[]; readonly to: EnrolmentState }>
> = {
  apply: { from: [null, 'refused', 'exited'], to: 'applied' },
  find_eligible: { from: [null, 'applied', 'refused', 'waiting', 'exited'], to: 'eligible' },
  refuse: { from: ['applied', 'eligible', 'waiting'], to: 'refused' },
  wait: { from: [null, 'applied', 'eligible', 'refused', 'exited'], to: 'waiting' },
  enrol: { from: [null, 'applied', 'eligible', 'waiting', 'refused', 'exited'], to: 'enrolled' },
  suspend: { from: ['enrolled'], to: 'suspended' },
  restore: { from: ['suspended'], to: 'enrolled' },
  recertify: { from: ['enrolled'], to: 'enrolled' },
  exit: { from: ['applied', 'eligible', 'waiting', 'enrolled', 'suspended'], to: 'exited' },
}

/** In a programme, suspended or not: it takes a place, and keeps the household out of what cannot be had beside. */
export const isIn = (state: EnrolmentState | null): boolean => state === 'enrolled' || state === 'suspended'

/** The latest state, as `programmes.enrolment` holds it. */
export type EnrolmentNow = {
  readonly state: EnrolmentState
  readonly sequence: number
  readonly effectiveMonth: Month
  /** First month of being in; null for who is not. */
  readonly since: Month | null
}

export type EnrolmentAsked = {
  readonly change: EnrolmentChange
  readonly month: Month
  readonly reason: string
}

export type EnrolmentEvent = EnrolmentAsked & { readonly state: EnrolmentState; readonly sequence: number }

/** Why nothing changes, in order of precedence. */
export type ChangeRefusal =
  /** It is so already: asking twice is asking once. */
  | { readonly code: 'already'; readonly state: EnrolmentState }
  | { readonly code: 'not_from_here'; readonly change: EnrolmentChange; readonly state: EnrolmentState | null }

/**
 * One change of one household in one programme. Nothing inside an enrolment counts from before it: a suspension asked from an
 * earlier month counts from its first. Leaving may count from any month: who had no right is then out from that month on.
 */
export function decideEnrolment(
  now: EnrolmentNow | undefined,
  asked: EnrolmentAsked,
): Result<{ readonly event: EnrolmentEvent; readonly now: EnrolmentNow }, ChangeRefusal> {
  const state = now?.state ?? null
  const { from, to } = TRANSITIONS[asked.change]
  if (state !== null && state === to && asked.change !== 'recertify') return err({ code: 'already', state })
  if (!from.includes(state)) return err({ code: 'not_from_here', change: asked.change, state })
  const sequence = (now?.sequence ?? 0) + 1
  const month = now?.since != null && asked.change !== 'exit' && asked.month < now.since ? now.since : asked.month
  const since = !isIn(to) ? null : (now?.since ?? month)
  return ok({
    event: { ...asked, month, state: to, sequence },
    now: { state: to, sequence, effectiveMonth: month, since },
  })
}

/** The state in a month: what was recorded last, of what counts from that month or an earlier one. Events in their sequence. */
export function stateIn(
  events: readonly Pick<EnrolmentEvent, 'month' | 'state'>[],
  month: Month,
): EnrolmentState | null {
  return events.findLast(event => event.month <= month)?.state ?? null
}
