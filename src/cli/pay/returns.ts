import { type Databases, transaction } from '#db'
import {
  allWaiting,
  decideWaiting,
  type OwnCode,
  type OwnCodeRefusal,
  payProviderMeans,
  type WaitingDecision,
  type WaitingDecisionRefusal,
} from '#payments'
import { type Io, UsageError } from '../command.ts'
import type { Acting } from '../staff.ts'
import { count, REASONS, sum } from './words.ts'

const MOST_SHOWN = 1_000

/** `socle pay waiting`: entitlements that wait, the oldest first. */
export async function payWaiting({ worker }: Databases, by: Acting, io: Io): Promise<void> {
  const list = await transaction(worker, by('payment_run.read'), tx => allWaiting(tx, MOST_SHOWN), { readOnly: true })
  for (const { entitlementId, purpose, period, amount, currency, reason, code } of list) {
    const why = code === null ? REASONS[reason] : `${REASONS[reason]} (${code})`
    io.out(`${entitlementId}  ${purpose} ${period}  ${sum(amount, currency)}  ${why}\n`)
  }
  io.out(`${count(list.length)} wait${list.length === MOST_SHOWN ? ', and maybe more' : ''}.\n`)
}

/** `socle pay decide ENTITLEMENT pay|stop --why TEXT --as STAFF`. */
export async function payDecide({ worker }: Databases, by: Acting, asked: WaitingDecision, io: Io): Promise<void> {
  const decided = await transaction(worker, by('payment_run.send'), tx => decideWaiting(tx, asked))
  if (!decided.ok) throw new UsageError(decisionText(decided.refusal))
  io.out(asked.decision === 'pay' ? 'It joins the next run.\n' : 'It stays out of every run until somebody decides.\n')
}

/** `socle pay reason PROVIDER CODE ISO`. */
export async function payReason({ worker }: Databases, by: Acting, asked: OwnCode, io: Io): Promise<void> {
  const told = await transaction(worker, by('payment_run.send'), tx => payProviderMeans(tx, asked))
  if (!told.ok) throw new UsageError(ownCodeText(asked, told.refusal))
  io.out(`${asked.code} of ${asked.provider} is ${asked.iso}: ${told.value}.\n`)
}

function decisionText(refusal: WaitingDecisionRefusal): string {
  switch (refusal.code) {
    case 'not_waiting':
      return `${refusal.entitlement} was left out of no run; socle pay waiting shows those that wait`
    case 'decider_not_staff':
      return 'a member of staff decides: say who with --as'
    case 'reason_missing':
      return '--why says why'
    case 'not_for_a_decision':
      return `nobody's decision makes it payable: ${REASONS[refusal.reason]}`
    case 'decided_already':
      return `${refusal.decision} was decided already`
  }
}

function ownCodeText(asked: OwnCode, refusal: OwnCodeRefusal): string {
  switch (refusal.code) {
    case 'provider_unknown':
      return `there is no provider ${refusal.provider}`
    case 'iso_code_unknown':
      return `${refusal.iso} is no code that tells what to do; accepted are such as AC04 (fix), AB08 (retry), MD07 (stop)`
    case 'own_code_differs':
      return `${asked.code} of ${asked.provider} is ${refusal.iso} already`
  }
}
