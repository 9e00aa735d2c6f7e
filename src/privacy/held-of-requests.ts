import type { HeldTable } from './inventory.ts'

/** What requests for a correction hold on persons: see `inventory`. */
export const heldOfRequests: Readonly<Record<string, HeldTable>> = {
  'privacy.rectification': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'id', 'person_id', 'asker_id'],
      residence: ['territory'],
      contact: ['asked_sealed', 'language'],
      circumstances: ['field', 'value_before', 'value_asked', 'says'],
      trace: ['channel', 'asked_at', 'asked_by', 'asked_name'],
    },
    ofMember: 'person_id',
    sealed: { asked_sealed: { text: 'asked', table: 'privacy.rectification' } },
  },
  'privacy.rectification_decision': {
    link: { of: 'rows', table: 'privacy.rectification', columns: ['household_id', 'id'] },
    columns: {
      identifiers: ['household_id', 'id', 'declaration_id'],
      decisions: ['outcome', 'motive', 'shown'],
      trace: ['decided_at', 'decided_by', 'decided_name'],
    },
  },
  'privacy.rectification_paper': {
    link: {
      of: 'rows',
      table: 'privacy.rectification',
      columns: ['household_id', 'request_id'],
      theirs: ['household_id', 'id'],
    },
    columns: {
      identifiers: ['id', 'household_id', 'request_id', 'sha256', 'stored'],
      circumstances: ['name', 'media_type', 'size', 'scan'],
      trace: ['attached_at', 'attached_by'],
      own: ['key_sealed'],
    },
    // The paper itself is handed over at the desk, where its opening is recorded.
    withheld: ['key_sealed', 'attached_by'],
  },
}
