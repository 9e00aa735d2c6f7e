import type { HeldTable } from './inventory.ts'

/** What programmes hold beside decisions: who is in which of them. */
export const heldOfProgrammes: Readonly<Record<string, HeldTable>> = {
  'programmes.entitlement': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['id', 'household_id'],
      residence: ['territory'],
      decisions: ['run_id', 'pack', 'month', 'amount_minor', 'currency', 'entitled_at', 'exceptional_id', 'late'],
    },
  },
  'programmes.enrolment': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id'],
      residence: ['territory'],
      decisions: [
        'pack',
        'state',
        'reason',
        'sequence',
        'effective_month',
        'since_month',
        'certified_month',
        'asked_on',
        'by_run',
      ],
    },
  },
  'programmes.enrolment_event': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id'],
      residence: ['territory'],
      decisions: ['pack', 'sequence', 'change', 'state', 'reason', 'detail', 'says', 'effective_month', 'act_id'],
      trace: ['recorded_at', 'recorded_by'],
    },
  },
  'programmes.application': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'id', 'declaration_id'],
      residence: ['territory'],
      decisions: [
        'pack',
        'channel',
        'applied_on',
        'campaign',
        'month',
        'pack_version',
        'outcome',
        'amount_minor',
        'currency',
        'refusals',
        'missing',
        'state',
      ],
      trace: ['recorded_at', 'recorded_by'],
    },
  },
  'programmes.recovery_posting': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'recovery_id', 'transfer_id'],
      residence: ['territory'],
      decisions: ['pack', 'budget_line', 'amount_minor'],
      trace: ['recorded_at'],
    },
  },
  'programmes.exceptional_decision': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'id'],
      residence: ['territory'],
      decisions: ['pack', 'effect', 'amount_minor', 'currency', 'from_month', 'to_month', 'motive', 'proposal_id'],
      trace: ['recorded_at', 'recorded_by'],
    },
  },
}
