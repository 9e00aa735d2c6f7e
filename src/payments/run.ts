import { type Currency, err, type Id, ok, type Result } from '#kernel'
import type { Role } from '#security'

export type RunId = Id<'payment-run'>

/** How far a run has come. `confirmed` is not a state: providers answer instruction by instruction. */
export const runStates = ['drafted', 'approved', 'file_made', 'sent', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

/** Fixed when a run is drafted, approved with it, and true of the run ever after. */
export type RunTotals = {
  readonly instructions: number
  /** Minor units. */
  readonly amount: bigint
  /** SHA-256 over the ordered instructions and lines (`payments.run_hash`). */
  readonly contentHash: string
}

/** What happened to a run, as recorded. */
export type RunFact = {
  readonly state: RunState
  readonly at: Date
  /** `staff:<id>` or `worker:<name>`. */
  readonly by: string
  readonly byName: string
  readonly reason: string | null
}

export type Run = {
  readonly id: RunId
  readonly reference: string
  readonly budgetLine: string
  readonly currency: Currency
  readonly label: string
  readonly period: string
  readonly totals: RunTotals
  readonly facts: readonly RunFact[]
}

/** The state of a run: the furthest that its facts brought it. */
export function stateOf(facts: readonly Pick<RunFact, 'state'>[]): RunState {
  for (const state of runStates.toReversed()) if (facts.some(fact => fact.state === state)) return state
  throw new Error('a run begins by being drafted')
}

export type StepRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | {
      readonly code: 'run_not_in_state'
      readonly reference: string
      readonly state: RunState
      readonly needs: readonly RunState[]
    }

/** Refusals of an approval, in order of precedence. */
export type ApprovalRefusal =
  | StepRefusal
  | { readonly code: 'checker_not_staff'; readonly by: string }
  | { readonly code: 'maker_is_checker'; readonly by: string }
  /** The checker is close to so many who are paid: own household, kin. Somebody else approves. */
  | { readonly code: 'checker_is_close'; readonly payees: number }
  /** The run is more than the roles of who approves let them; `roles` approve all of it. Amounts in minor units. */
  | {
      readonly code: 'beyond_limit'
      readonly currency: Currency
      readonly limit: bigint
      readonly asked: bigint
      readonly roles: readonly Role[]
    }
  /** Since it was drafted, somebody said that so many of its lines, which had come back, were paid after all. Cancel it and prepare again. */
  | { readonly code: 'paid_after_all'; readonly reference: string; readonly lines: number }
  | {
      readonly code: 'budget_exceeded'
      readonly budgetLine: string
      readonly currency: Currency
      readonly available: bigint
      readonly asked: bigint
      readonly missing: bigint
    }

/** `already`: the same step was taken before, by the same person where it matters; nothing is left to do. */
export type Step = 'take' | 'already'

/** What may stand against an approval: payees whom the checker is close to, lines that were paid after all, the limit of roles. */
export type AgainstApproval = {
  readonly close: number
  readonly paidAfterAll: number
  readonly limit?: { readonly amount: bigint | undefined; readonly roles: readonly Role[] }
}

/** May `by` approve the run, with `available` still free on its budget line? */
export function decideApproval(
  run: Run,
  by: string,
  available: bigint,
  { close, paidAfterAll, limit }: AgainstApproval = { close: 0, paidAfterAll: 0 },
): Result<Step, ApprovalRefusal> {
  const state = stateOf(run.facts)
  if (state === 'approved' && run.facts.some(fact => fact.state === 'approved' && fact.by === by)) return ok('already')
  if (state !== 'drafted') return notInState(run, ['drafted'])
  if (!by.startsWith('staff:')) return err({ code: 'checker_not_staff', by })
  if (run.facts.some(fact => fact.state === 'drafted' && fact.by === by)) return err({ code: 'maker_is_checker', by })
  if (close > 0) return err({ code: 'checker_is_close', payees: close })
  const asked = run.totals.amount
  if (limit?.amount !== undefined && asked > limit.amount) {
    return err({ code: 'beyond_limit', currency: run.currency, limit: limit.amount, asked, roles: limit.roles })
  }
  if (paidAfterAll > 0) return err({ code: 'paid_after_all', reference: run.reference, lines: paidAfterAll })
  if (asked > available) {
    const { budgetLine, currency } = run
    return err({ code: 'budget_exceeded', budgetLine, currency, available, asked, missing: asked - available })
  }
  return ok('take')
}

/** May the file be written? Writing it again gives the same bytes. */
export function decideFile(run: Run): Result<Step, StepRefusal> {
  const state = stateOf(run.facts)
  if (state === 'file_made' || state === 'sent') return ok('already')
  return state === 'approved' ? ok('take') : notInState(run, ['approved', 'file_made', 'sent'])
}

/** Refusals of a sending, in order of precedence. */
export type SendingRefusal =
  | StepRefusal
  /** These providers are ordered by files of their own, which nobody has written: they would not know whom to pay. */
  | { readonly code: 'part_not_written'; readonly reference: string; readonly providers: readonly string[] }

/** Has the run left, with the files of providers that nobody has written yet? */
export function decideSending(run: Run, unwritten: readonly string[] = []): Result<Step, SendingRefusal> {
  const state = stateOf(run.facts)
  if (state === 'sent') return ok('already')
  if (state !== 'file_made') return notInState(run, ['file_made'])
  return unwritten.length > 0
    ? err({ code: 'part_not_written', reference: run.reference, providers: unwritten })
    : ok('take')
}

/** A run may be cancelled until its file is made: after that, money may be on its way. */
export function decideCancelling(run: Run): Result<Step, StepRefusal> {
  const state = stateOf(run.facts)
  if (state === 'cancelled') return ok('already')
  return state === 'drafted' || state === 'approved' ? ok('take') : notInState(run, ['drafted', 'approved'])
}

function notInState(run: Run, needs: readonly RunState[]): Result<never, StepRefusal> {
  return err({ code: 'run_not_in_state', reference: run.reference, state: stateOf(run.facts), needs })
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ten characters (Crockford's base 32) from the random end of the run's id: short enough for a bank, read on the phone. */
export function runReference(id: RunId): string {
  let bits = BigInt(`0x${id.replaceAll('-', '')}`)
  let reference = ''
  for (let place = 0; place < 10; place++, bits >>= 5n) reference = CROCKFORD[Number(bits & 31n)] + reference
  return reference
}

/** The id by which providers answer about an instruction, as `payments.end_to_end_id` writes it. */
export function endToEndId(reference: string, position: number): string {
  return `${reference}-${String(position).padStart(8, '0')}`
}
