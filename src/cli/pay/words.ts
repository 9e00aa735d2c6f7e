// Sentences of `socle pay`: what was refused, where, and what would be accepted.
import { type Currency, moneyText } from '#kernel'
import type {
  ApprovalRefusal,
  BudgetLineRefusal,
  CashWayRefusal,
  LeftOutReason,
  LimitRefusal,
  PartWay,
  PreparationRefusal,
  ProviderFeeRefusal,
  ProviderFileRefusal,
  RunPart,
  RunState,
  SendingRefusal,
  StepRefusal,
} from '#payments'
import type { Recovered } from '#programmes'

export type PayRefusal =
  | ApprovalRefusal
  | CashWayRefusal
  | LimitRefusal
  | BudgetLineRefusal
  | PreparationRefusal
  | ProviderFeeRefusal
  | ProviderFileRefusal
  | SendingRefusal
  | StepRefusal

export const STATES: Readonly<Record<RunState, string>> = {
  drafted: 'drafted',
  approved: 'approved',
  file_made: 'file made',
  sent: 'sent',
  cancelled: 'cancelled',
}

const WAYS: Readonly<Record<PartWay, string>> = {
  run_file: 'in the file of the run',
  own_file: 'in a file of its own: socle pay file RUN --provider CODE',
  wire: 'over its interface, once the run is recorded as sent',
  counter: 'handed over at our counter, in the window that is announced for it',
}

export const REASONS: Readonly<Record<LeftOutReason, string>> = {
  amount_not_positive: 'the amount is not above zero',
  no_account: 'the payee has no account in force',
  account_closed: "the payee's account is closed",
  name_cannot_be_written: "the payee's name has no Latin letter",
  no_recipient: 'nobody is named to receive for the household',
  payee_dead: 'the payee has died',
  same_person: 'another file of the same person is paid',
  account_shared: "the account is another payee's too",
  account_just_changed: 'the account changed a few days ago',
  amount_unusual: 'the amount is far above what was paid before',
  sanctions: 'the payee is on the sanctions list',
  decided_stop: 'a person decided that it is not paid',
  returned_fix: 'it came back: the account must be corrected',
  returned_retries: 'it came back too often to be tried again by itself',
  returned_stop: 'it came back: a person decides whether it may be paid',
  returned_look: 'it came back for a reason that a person must look at',
  returned_doubt: 'it came back, and may have been paid after all',
}

/** `1 234 567.50 MAD` */
export function sum(minor: bigint, currency: Currency): string {
  const [whole, decimals] = moneyText({ minor, currency }).split('.') as [string, string | undefined]
  return `${count(whole)}${decimals === undefined ? '' : `.${decimals}`} ${currency}`
}

/** `12 345` */
export function count(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ')
}

export function refusalText(refusal: PayRefusal): string {
  switch (refusal.code) {
    case 'run_unknown':
      return `there is no payment run ${refusal.run}; socle pay list shows those there are`
    case 'run_not_in_state':
      return `run ${refusal.reference} is ${STATES[refusal.state]}; this needs a run that is ${refusal.needs.map(state => STATES[state]).join(' or ')}`
    case 'checker_not_staff':
      return 'an approval is given by a member of staff: say who with --as'
    case 'maker_is_checker':
      return 'who prepared a run cannot approve it: --as must name somebody else'
    case 'checker_is_close':
      return `${refusal.payees} of those who are paid are declared as own household or kin: somebody else must approve the run`
    case 'beyond_limit': {
      const { currency, asked, limit, roles } = refusal
      const who = roles.length === 0 ? 'no role may' : `the roles that may are ${roles.join(', ')}`
      return `the run is ${sum(asked, currency)}, and the roles of who approves let them approve ${sum(limit, currency)}: ${who}`
    }
    case 'role_approves_nothing':
      return `${refusal.role} approves no run: a limit is set for ${refusal.roles.join(' or ')}`
    case 'limit_unknown':
      return `there is no limit ${refusal.limit}; socle pay limit shows those there are`
    case 'limit_is_own':
      return `limit ${refusal.limit} was said by the same person: --as must name somebody else`
    case 'actor_not_staff':
      return 'this is said by a member of staff: say who with --as'
    case 'paid_after_all':
      return `since run ${refusal.reference} was drafted, its answers say that ${count(refusal.lines)} of its lines were paid after all: cancel it, and prepare it again`
    case 'budget_exceeded': {
      const { budgetLine, currency, asked, available, missing } = refusal
      return `budget line ${budgetLine} does not cover the run: ${sum(asked, currency)} asked, ${sum(available, currency)} free, ${sum(missing, currency)} missing`
    }
    case 'budget_line_differs':
      return `budget line ${refusal.budgetLine} is open with another ${refusal.differs.join(', ')}`
    case 'budget_line_unknown':
      return `there is no budget line ${refusal.budgetLine}; open it with socle pay budget open`
    case 'currency_differs':
      return `budget line ${refusal.budgetLine} is in ${refusal.expected}, the programme pays in ${refusal.currency}`
    case 'run_exists_with_different_terms':
      return `run ${refusal.reference} exists with another ${refusal.differs.join(', ')}`
    case 'nothing_to_pay':
      return nothingToPay(refusal)
    case 'exists_with_different_terms':
      return `transfer ${refusal.transfer} was posted with another ${refusal.differs.join(', ')}`
    case 'amount_not_positive':
      return 'an amount must be above zero'
    case 'nothing_ordered':
      return `run ${refusal.reference} orders nothing of ${refusal.provider}`
    case 'provider_takes_no_file':
      return `${refusal.provider} is paid over its interface: its batches leave by themselves once the run is recorded as sent`
    case 'source_missing':
      return '--source says which contract or decision says so'
    case 'fee_by_staff_only':
      return 'terms are said by a member of staff: say who with --as'
    case 'part_in_run_file':
      return `what run ${refusal.reference} orders of ${refusal.provider} is in the run's own file: a second file could be paid a second time`
    case 'part_at_counter':
      return `what run ${refusal.reference} orders of ${refusal.provider} is handed over at our counter: a file besides could be paid a second time`
    case 'provider_not_cash':
      return `${refusal.provider} is no network of cash: it pays as its port says`
    case 'way_unknown':
      return `nobody said way ${refusal.way}; socle pay way shows those there are`
    case 'way_in_force':
      return `${refusal.provider} pays that way already: nothing changes`
    case 'way_withdrawn':
      return `way ${refusal.way} was taken back`
    case 'way_overtaken':
      return `something else was said of the network after way ${refusal.way}: socle pay way shows it`
    case 'way_agreed':
      return `way ${refusal.way} was agreed to: say another way instead`
    case 'way_is_own':
      return `way ${refusal.way} was said by the same person: --as must name somebody else`
    case 'form_unknown':
      return `${refusal.provider} takes a file of its own form, and SOCLE_PROVIDERS does not say which; name it there again`
    case 'part_not_written':
      return `run ${refusal.reference} has not left: ${refusal.providers.join(', ')} take files of their own, which socle pay file ${refusal.reference} --provider CODE writes`
    case 'provider_unknown':
      return `there is no payment provider ${refusal.provider}`
    case 'exceeds_available':
      return `account ${refusal.account.kind} of ${refusal.account.budgetLine} holds ${refusal.available}, not ${refusal.asked} (minor units)`
  }
}

function nothingToPay({ offered, inRuns, leftOut }: Extract<PayRefusal, { code: 'nothing_to_pay' }>): string {
  if (offered === 0) return 'nothing is owed; socle determine records what is'
  const taken = inRuns.map(run => `${count(run.lines)} in run ${run.reference} (${STATES[run.state]})`)
  const waiting = waitingTexts(leftOut)
  return `nothing is left to pay of ${count(offered)} entitlements: ${[...taken, ...waiting].join('; ')}`
}

/** What a run pays less because of what was overpaid, one text for each way. */
export function recoveredTexts({ ownMonth, laterRight }: Recovered, currency: Currency): string[] {
  const text = ({ lines, amountMinor }: Recovered['ownMonth'], why: string) =>
    lines === 0 ? [] : [`${count(lines)} are paid ${sum(amountMinor, currency)} less: ${why}`]
  return [
    ...text(ownMonth, 'less is owed for their month than was recorded first'),
    ...text(laterRight, 'an earlier month was overpaid, and the law lets this share be kept back'),
  ]
}

/** `12 wait: the payee has no account in force`, one text per reason. */
export function waitingTexts(leftOut: Partial<Record<LeftOutReason, number>>): string[] {
  const reasons = Object.keys(leftOut) as LeftOutReason[]
  return reasons.map(reason => `${count(leftOut[reason] ?? 0)} wait: ${REASONS[reason]}`)
}

/** `400 transfers, 200 000.00 MAD of tresor: in the file of the run`, one text per provider. */
export function partTexts(parts: readonly RunPart[], currency: Currency): string[] {
  return parts.map(
    ({ provider, leavesBy, instructions, amount }) =>
      `${count(instructions)} transfers, ${sum(amount, currency)} of ${provider}: ${WAYS[leavesBy]}`,
  )
}
