import type { HeldTable } from './inventory.ts'

const person = (column: string) => ({ of: 'person', column }) as const
const passing = { of: 'passing' } as const

const ofRun = { table: 'payments.run', key: 'id', column: 'run_id' } as const

/** What the tables of payments hold on payees. */
export const heldOfPayments: Readonly<Record<string, HeldTable>> = {
  'payments.payee_account': {
    link: person('payee_id'),
    columns: {
      identifiers: ['id', 'payee_id'],
      residence: ['territory'],
      accounts: ['kind', 'provider', 'number', 'number_sealed', 'number_index', 'number_end', 'valid_from'],
      trace: ['recorded_at', 'recorded_by', 'number_erased_at'],
    },
    sealed: { number_sealed: { text: 'number', table: 'payments.payee_account' } },
  },
  'payments.account_change': {
    link: { of: 'rows', table: 'payments.payee_account', columns: ['account_id'], theirs: ['id'] },
    columns: { identifiers: ['account_id', 'previous_id'], trace: ['recorded_at'] },
  },
  'payments.account_notice': {
    link: { of: 'rows', table: 'payments.payee_account', columns: ['account_id'], theirs: ['id'] },
    columns: { identifiers: ['account_id'], accounts: ['told'], trace: ['recorded_at'] },
  },
  'payments.payee_account_verified': {
    link: person('payee_id'),
    columns: {
      identifiers: ['account_id', 'payee_id'],
      residence: ['territory'],
      accounts: ['means'],
      trace: ['recorded_at', 'recorded_by', 'recorded_name'],
    },
  },
  'payments.instruction': {
    link: person('payee_id'),
    columns: {
      identity: ['payee_name'],
      identifiers: ['payee_id', 'account_id'],
      residence: ['territory'],
      payments: ['run_id', 'position', 'provider', 'amount'],
    },
    explainedBy: [ofRun],
  },
  'payments.run_line': {
    link: { of: 'rows', table: 'payments.instruction', columns: ['run_id', 'position'] },
    columns: {
      identifiers: ['entitlement_id'],
      residence: ['territory'],
      payments: ['attempt', 'run_id', 'position', 'purpose', 'period', 'amount'],
    },
  },
  'payments.answer_line': {
    link: { of: 'rows', table: 'payments.instruction', columns: ['run_id', 'position'] },
    columns: {
      payments: [
        'end_to_end_id',
        'outcome',
        'scope',
        'status',
        'reason',
        'amount',
        'currency',
        'day',
        'exception',
        'reference',
        'fee',
      ],
      trace: ['file_id', 'line', 'run_id', 'position'],
    },
  },
  'payments.instruction_outcome': {
    link: { of: 'rows', table: 'payments.instruction', columns: ['run_id', 'position'] },
    columns: { payments: ['run_id', 'position', 'kind'], trace: ['file_id', 'line'] },
  },
  'payments.left_out': {
    link: person('payee_id'),
    columns: {
      identifiers: ['entitlement_id', 'payee_id'],
      residence: ['territory'],
      payments: ['run_id', 'purpose', 'period', 'amount', 'reason', 'code'],
    },
    explainedBy: [ofRun],
  },
  'payments.entitlement_decision': {
    link: { of: 'rows', table: 'payments.left_out', columns: ['entitlement_id'] },
    columns: {
      identifiers: ['entitlement_id'],
      payments: ['attempt', 'decision', 'reason'],
      trace: ['recorded_at', 'recorded_by'],
    },
  },
  'payments.given_answers_piece': {
    link: passing,
    columns: { own: ['given_id', 'number'], payments: ['bytes'] },
  },
  'payments.run_staging': {
    link: passing,
    columns: {
      identity: ['payee_name'],
      identifiers: ['entitlement_id', 'payee_id'],
      residence: ['territory'],
      payments: ['run_id', 'purpose', 'period', 'amount'],
    },
  },
}

/** Tables of payments that name nobody, and what they hold. */
export const paymentsWithoutPersons: Readonly<Record<string, string>> = {
  'payments.anonymised_block': 'hashes of runs that lost their names',
  'payments.account': 'accounts of the ledger',
  'payments.answer_file': 'files of answers of providers',
  'payments.given_answers':
    'files of answers given on a page, with the staff who gave them; what a refusal quotes goes in thirty days',
  'payments.answer_figures': 'what files of answers brought, in figures',
  'payments.answer_posting': 'which transfers are of which answers',
  'payments.provider_fee': 'what providers ask for carrying money',
  'payments.provider_reason': 'what the codes of a provider mean',
  'payments.run_restore': 'which transfers put back what had come back',
  'payments.exception_closing': 'exceptions dealt with, and the staff who did',
  'payments.account_balance': 'totals of the ledger',
  'payments.budget_line': 'budget lines',
  'payments.provider_batch_try': 'attempts to send a batch to a provider, and what became of them',
  'payments.provider_batch': 'batches of a run as a provider took them',
  'payments.provider': 'who carries the money',
  'payments.run': 'runs as a whole',
  'payments.run_event': 'steps of runs, with the staff who took them',
  'payments.run_file': 'hashes of payment files',
  'payments.run_part': 'how what a run orders of a provider leaves',
  'payments.cash_way': 'which way networks of cash pay, with the staff who said so',
  'payments.cash_way_agreed': 'ways of networks of cash that a second member of staff agreed to',
  'payments.cash_way_withdrawn': 'ways of networks of cash that a member of staff took back',
  'payments.provider_file': 'hashes of files written for one provider',
  'payments.run_group': 'sums of a run',
  'payments.run_posting': 'which transfers are of which run',
  'payments.run_total': 'sums of a run',
  'payments.transfer': 'movements of the ledger',
}
