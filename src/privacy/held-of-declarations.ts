import type { HeldTable } from './inventory.ts'

/** Tables of declarations in the making, for the inventory. */
export const heldOfDeclarations: Readonly<Record<string, HeldTable>> = {
  'households.draft': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['id', 'number', 'household_id', 'file_id', 'base_id', 'declaration_id'],
      residence: ['country', 'territory'],
      circumstances: ['content_sealed', 'explained'],
      trace: [
        'channel',
        'state',
        'version',
        'begun_at',
        'begun_by',
        'saved_at',
        'saved_by',
        'ended_at',
        'ended_by',
        'sources',
        'member_sources',
      ],
    },
    ofMembers: { member_sources: 'id', explained: 'person' },
    // Sealed while it is written, for a month at most: once sent it is a declaration, which the file holds.
    withheld: ['content_sealed', 'begun_by', 'saved_by', 'ended_by'],
  },
  'households.evidence': {
    link: { of: 'rows', table: 'households.draft', columns: ['draft_id'], theirs: ['id'] },
    columns: {
      identifiers: ['id', 'draft_id', 'sha256', 'stored'],
      circumstances: ['kind', 'name', 'media_type', 'size', 'scan'],
      trace: ['attached_at', 'attached_by'],
      own: ['key_sealed'],
    },
    // The paper itself is handed over at the desk, where its opening is recorded.
    withheld: ['key_sealed', 'attached_by'],
  },
  'households.transfer_paper': {
    link: { of: 'household', column: 'household_id' },
    columns: {
      identifiers: ['household_id', 'transfer_id', 'id', 'sha256', 'stored'],
      circumstances: ['name', 'media_type', 'size', 'scan'],
      trace: ['attached_at', 'attached_by'],
      own: ['key_sealed'],
    },
    withheld: ['key_sealed', 'attached_by'],
  },
}
