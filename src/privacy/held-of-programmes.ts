import type { HeldTable } from './inventory.ts'

/** What programmes hold beside decisions: who is in which of them. */
export const heldOfProgrammes: Readonly<Record<string, HeldTable>> = {
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
}
