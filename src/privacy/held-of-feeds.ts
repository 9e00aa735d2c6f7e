import type { HeldTable } from './inventory.ts'

/** What other registers told of persons, and what programmes made of it. */
export const heldOfFeeds: Readonly<Record<string, HeldTable>> = {
  'households.received': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'id', 'replaces'],
      circumstances: ['kind', 'period', 'effective_on', 'facts'],
      trace: ['source', 'feed_id', 'row', 'recorded_at', 'actor'],
    },
  },
  'households.feed_identity': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'source_person'],
      trace: ['source', 'recorded_at', 'recorded_by'],
      own: ['country'],
    },
  },
  // Of whom nobody knows yet who it is: in no person's file until somebody says so, and then gone.
  'households.feed_doubt': {
    link: { of: 'passing' },
    columns: {
      identifiers: ['candidates', 'said'],
      residence: ['territory'],
      trace: ['feed_id', 'row', 'recorded_at', 'settled_at', 'settled_by'],
      own: ['why', 'answer'],
    },
  },
  // A file on its way to a worker: of whom it tells is not known before its rows are read, and then it is gone.
  'households.given_feed': {
    link: { of: 'passing' },
    columns: { trace: ['feed_id', 'content', 'size', 'staff_id', 'key_sealed', 'given_at', 'ended_at', 'refusal'] },
  },
  'households.given_feed_piece': {
    link: { of: 'passing' },
    columns: { identifiers: ['bytes'], trace: ['feed_id', 'number'] },
  },
  'households.proposed_event': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'person_id', 'event_id'],
      identity: ['child'],
      family: ['kind', 'on_day'],
      circumstances: ['says'],
      trace: ['feed_id', 'row', 'matched', 'recorded_at', 'answered_at', 'answered_by', 'answer'],
    },
    ofMember: 'person_id',
  },
  'programmes.condition_finding': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'id', 'person_id'],
      residence: ['territory'],
      circumstances: ['pack', 'code', 'month', 'finding', 'waiver_id'],
      trace: ['run_id', 'recorded_at'],
    },
    ofMember: 'person_id',
  },
  'programmes.shock_run_household': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id'],
      residence: ['territory'],
      circumstances: ['run_id'],
    },
  },
  'programmes.condition_withdrawal': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id'],
      residence: ['territory'],
      circumstances: ['pack', 'code', 'month'],
      trace: ['run_id', 'recorded_at'],
    },
  },
  'programmes.condition_step': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id'],
      residence: ['territory'],
      circumstances: ['pack', 'code', 'month', 'step', 'breaches'],
      trace: ['recorded_at'],
    },
  },
}
