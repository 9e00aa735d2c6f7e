import type { HeldTable } from './inventory.ts'

/** What payment points hold on persons: where they collect, and what they collected. */
export const heldOfPoints: Readonly<Record<string, HeldTable>> = {
  'payments.point_assignment': {
    link: { of: 'person', column: 'payee_id' },
    columns: {
      identifiers: ['payee_id'],
      residence: ['territory'],
      payments: ['point', 'how'],
      trace: ['id', 'recorded_at', 'recorded_by'],
    },
  },
  'payments.cash_payment': {
    link: { of: 'person', column: 'payee_id' },
    columns: {
      identifiers: ['id', 'payee_id'],
      residence: ['territory'],
      payments: ['run_id', 'position', 'point', 'amount', 'paid_on', 'proof'],
      trace: ['recorded_at', 'recorded_by', 'recorded_name'],
    },
    explainedBy: [{ table: 'payments.run', key: 'id', column: 'run_id' }],
  },
}

/** Of which networks and points, and what became of windows. */
export const pointsWithoutPersons: Readonly<Record<string, string>> = {
  'payments.point': 'places where cash is collected',
  'payments.point_terms': 'what is known of those places',
  'payments.cash_window': 'days on which a run is collected in cash',
  'payments.cash_notice': 'which notices of a window were queued',
  'payments.cash_closing': 'how many collected, and what came back',
  'payments.cash_restore': 'which transfers put back what nobody collected',
}
