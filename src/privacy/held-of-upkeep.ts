import { heldOfFeeds } from './held-of-feeds.ts'
import type { HeldTable } from './inventory.ts'

/** Tables that keep the register of households true: doubts, quality, visits, renewals, and what follows for decisions. */
export const heldOfUpkeep: Readonly<Record<string, HeldTable>> = {
  ...heldOfFeeds,
  'households.doubt': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'declaration_id', 'member_id'],
      circumstances: ['code', 'severity', 'fact', 'facts', 'says'],
      trace: ['recorded_at', 'actor'],
      own: ['number'],
    },
    ofMember: 'member_id',
  },
  'households.quality': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'declaration_id'],
      circumstances: ['value', 'terms', 'asked', 'unanswered', 'warnings', 'errors'],
      trace: ['recorded_at'],
    },
  },
  'households.visit_sample': {
    link: { of: 'passing' },
    columns: {
      own: ['id', 'country', 'territory', 'seed', 'size', 'method', 'strata'],
      trace: ['asked_by', 'asked_at'],
    },
  },
  'households.visit': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'sample_id', 'declaration_id'],
      circumstances: ['part'],
      trace: ['agent'],
      own: ['number'],
    },
  },
  'households.visit_outcome': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'sample_id', 'id'],
      circumstances: ['outcome', 'differs', 'says', 'visited_on'],
      trace: ['recorded_at', 'actor'],
    },
  },
  'households.renewal': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'declaration_id'],
      circumstances: ['due_on', 'expires_on', 'state', 'priority'],
      trace: ['opened_at'],
    },
  },
  'households.renewal_step': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'declaration_id'],
      circumstances: ['step', 'on_day'],
      trace: ['recorded_at'],
    },
  },
  'programmes.look_again': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'event_id'],
      residence: ['territory'],
      decisions: ['pack', 'kind', 'month', 'was', 'now', 'because'],
      trace: ['recorded_at'],
    },
  },
}
