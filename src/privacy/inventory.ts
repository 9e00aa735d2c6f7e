import type { DataCategory } from '#countries'
import { heldOfDeclarations } from './held-of-declarations.ts'
import { heldOfPayments, paymentsWithoutPersons } from './held-of-payments.ts'
import { heldOfPersons } from './held-of-persons.ts'
import { heldOfPoints, pointsWithoutPersons } from './held-of-points.ts'
import { heldOfProgrammes } from './held-of-programmes.ts'
import { heldOfRequests } from './held-of-requests.ts'
import { heldOfUpkeep } from './held-of-upkeep.ts'

/** Where a table's rows about one household or person are found. */
export type SubjectLink =
  | { readonly of: 'household' | 'person'; readonly column: string }
  /** Of two persons at once: both ids are said to either, and nothing else of the other. */
  | { readonly of: 'pair'; readonly columns: readonly [string, string] }
  /** By the rows of another table that holds the same values in these columns. */
  | {
      readonly of: 'rows'
      readonly table: string
      readonly columns: readonly string[]
      /** Names of those columns in the other table, where they differ. */
      readonly theirs?: readonly string[]
    }
  /** Records of the audit name what they are about, alone or in a list of another table. */
  | { readonly of: 'subject'; readonly listedIn: string }
  /** Records of a reading name all whom it listed, in one array. */
  | { readonly of: 'listed'; readonly column: string }
  /** In no person's file: copies on their way within a job, or what is about a member of staff. */
  | { readonly of: 'passing' }

/** What a table holds on persons: each of its columns belongs to a category, or to no person (`own`). */
export type HeldTable = {
  readonly link: SubjectLink
  readonly columns: Partial<Record<DataCategory | 'own', readonly string[]>>
  /** Column that names one member in a household's row: the row is that member's alone; null speaks of all. */
  readonly ofMember?: string
  /** Columns of lists that speak of several members, with the key that names the member. */
  readonly ofMembers?: Readonly<Record<string, string>>
  /** Sealed columns, each with the column (and the place) of its text: what a person is given is the text. */
  readonly sealed?: Readonly<Record<string, { readonly text: string; readonly table: string }>>
  /** Columns that are not given to the person: who read is told by day and purpose, without the name (ADR 0032). */
  readonly withheld?: readonly string[]
  /** Another table's row that says what a row is about: which run, which programme. */
  readonly explainedBy?: readonly { readonly table: string; readonly key: string; readonly column: string }[]
}

const household = (column = 'household_id') => ({ of: 'household', column }) as const
const person = (column: string) => ({ of: 'person', column }) as const
const passing = { of: 'passing' } as const

const ofDetermination = { table: 'programmes.determination_run', key: 'id', column: 'run_id' } as const

/**
 * Every table that holds data on persons, column by column. A test compares it with the schema: a table under row-level
 * security, or a column of one, that stands nowhere here fails it. Add new ones here, with their category.
 */
export const inventory: Readonly<Record<string, HeldTable>> = {
  ...heldOfPersons,
  ...heldOfUpkeep,
  ...heldOfPayments,
  ...heldOfPoints,
  ...heldOfProgrammes,
  'population.death': {
    link: person('person_id'),
    columns: { identifiers: ['person_id'], identity: ['died_on'], trace: ['recorded_at', 'recorded_by'] },
  },
  'messaging.message': {
    link: person('person_id'),
    columns: {
      identifiers: ['id', 'key', 'person_id'],
      contact: ['to_sealed', 'language'],
      residence: ['territory'],
      circumstances: ['kind', 'text_sealed'],
      trace: [
        'queued_at',
        'queued_by',
        'expires_at',
        'due_at',
        'attempts',
        'last_error',
        'sent_at',
        'carrier',
        'receipt',
        'failed_at',
        'failure',
      ],
      own: ['secret'],
    },
    sealed: {
      to_sealed: { text: 'to', table: 'messaging.message' },
      text_sealed: { text: 'text', table: 'messaging.message' },
    },
  },
  'messaging.shown_message': {
    link: passing,
    columns: { identifiers: ['id'], contact: ['to_sealed'], circumstances: ['text_sealed'], trace: ['shown_at'] },
  },
  'households.household': {
    link: household('id'),
    columns: {
      identifiers: ['id', 'source', 'source_id', 'source_digest'],
      residence: ['country', 'territory'],
      circumstances: ['weight', 'closed_on'],
      trace: ['modelled', 'registered_at', 'closed_at'],
    },
  },
  'households.declaration': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'id', 'import_id'],
      circumstances: ['facts', 'members', 'effective_on'],
      trace: ['declared_at', 'recorded_at', 'channel', 'actor'],
    },
    ofMembers: { members: 'id' },
  },
  'households.membership': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'person_id', 'source_id'],
      family: ['valid_from', 'valid_to', 'relation'],
      trace: ['recorded_at', 'ended_at'],
    },
    ofMember: 'person_id',
  },
  'households.recipient': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'id', 'person_id', 'transfer_id'],
      family: ['effective_on', 'capacity', 'until_on'],
      trace: ['recorded_at', 'actor'],
    },
    ofMember: 'person_id',
  },
  'households.recipient_transfer': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'id', 'person_id', 'proof_number', 'evidence_id'],
      family: ['capacity', 'proof', 'reason', 'says', 'effective_on', 'until_on'],
      trace: ['asked_at', 'asked_by'],
    },
    ofMember: 'person_id',
  },
  'households.event': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'id', 'declaration_id', 'persons', 'asked_digest'],
      family: ['kind', 'effective_on', 'entered', 'changed'],
      circumstances: ['says'],
      trace: ['channel', 'recorded_at', 'actor'],
    },
  },
  ...heldOfDeclarations,
  'households.registered_line': {
    link: household(),
    columns: { identifiers: ['household_id', 'id', 'line'], trace: ['recorded_at'] },
  },
  'households.score': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'declaration_id'],
      decisions: ['pack', 'month', 'pack_version', 'value'],
      trace: ['recorded_at'],
    },
  },
  'households.import_household': {
    link: passing,
    columns: {
      identifiers: ['source_id', 'id', 'declaration_id', 'digest'],
      residence: ['territory', 'place'],
      family: ['recipient'],
      circumstances: ['facts', 'weight', 'effective_on'],
      own: ['attempt', 'line'],
    },
  },
  'households.import_member': {
    link: passing,
    columns: {
      identity: [
        'given_name',
        'family_name',
        'given_name_ar',
        'family_name_ar',
        'name_key',
        'sex',
        'birth_date',
        'birth_precision',
      ],
      identifiers: ['household', 'source_id', 'person_id', 'digest', 'unique_number', 'alias'],
      contact: ['phone'],
      family: ['relation'],
      circumstances: ['facts'],
      own: ['attempt', 'line', 'keys', 'place_key'],
    },
  },
  'households.import_reject': {
    link: passing,
    columns: {
      identifiers: ['source_id', 'household'],
      circumstances: ['value'],
      own: ['attempt', 'file', 'line', 'number', 'column', 'accepted'],
    },
  },
  'programmes.determination': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'declaration_id'],
      residence: ['territory'],
      decisions: [
        'run_id',
        'pack',
        'sequence',
        'range_number',
        'state',
        'outcome',
        'amount_minor',
        'refusals',
        'open_refusals',
        'missing',
        'scores',
        'lines',
        'weight',
        'difference',
        'before_outcome',
        'before_amount_minor',
        'before_refusals',
      ],
    },
    ofMembers: { lines: 'member' },
    explainedBy: [ofDetermination],
  },
  'programmes.adjustment': {
    link: household(),
    columns: {
      identifiers: ['id', 'household_id'],
      residence: ['territory'],
      decisions: ['run_id', 'pack', 'month', 'amount_minor', 'currency', 'recorded_at'],
    },
  },
  'programmes.recovery': {
    link: household(),
    columns: {
      identifiers: ['id', 'plan', 'household_id', 'line_id'],
      residence: ['territory'],
      decisions: [
        'pack',
        'month',
        'kind',
        'amount_minor',
        'currency',
        'reason',
        'received_on',
        'receipt',
        'proposal_id',
      ],
      trace: ['recorded_at', 'recorded_by'],
    },
  },
  ...heldOfRequests,
  'security.audit_record': {
    link: { of: 'subject', listedIn: 'security.audit_set_member' },
    columns: {
      identifiers: ['subject_kind', 'subject_id'],
      residence: ['territory'],
      trace: ['recorded_at', 'actor', 'actor_name', 'action', 'purpose', 'detail'],
      own: ['position', 'row_count', 'row_digest', 'digest'],
    },
    withheld: ['actor', 'actor_name', 'digest', 'row_digest'],
  },
  'security.audit_anomaly': {
    link: passing,
    columns: {
      identifiers: ['subject_kind', 'subject_id'],
      residence: ['territory'],
      trace: ['day', 'actor', 'actor_name', 'facts', 'found_at'],
      own: ['id', 'kind', 'level'],
    },
  },
  'security.emergency': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'files'],
      residence: ['territory'],
      trace: ['id', 'staff_id', 'reason', 'opened_at', 'opened_until', 'opened_name'],
    },
  },
  'security.conflict': {
    link: household(),
    columns: {
      identifiers: ['household_id', 'person_id'],
      family: ['relation'],
      trace: ['declared_at', 'declared_by', 'declared_name'],
      own: ['id', 'staff_id'],
    },
  },
  'security.audit_set_member': {
    link: { of: 'listed', column: 'members' },
    columns: { identifiers: ['subject_kind', 'members'], own: ['position'] },
  },
}

/** Tables under row-level security that hold nothing on registered persons, each with what it holds. */
export const withoutPersons: Readonly<Record<string, string>> = {
  ...paymentsWithoutPersons,
  'households.anonymised': 'what households said that are no longer kept, without anybody in it',
  ...pointsWithoutPersons,
  'security.audit_anomaly_state': 'what auditors did about an anomaly',
  'security.emergency_review': 'what was said of emergencies',
  'security.proposal': 'what staff propose to each other, by ids',
  'security.proposal_step': 'what became of proposals',
  'security.conflict_end': 'which declared conflicts no longer hold, and who said so',
  'security.conflict_file': 'ids of files that are closed to a member of staff, beside the conflict',
  'programmes.determination_total': 'counts of households by territory',
  'simulation.study': 'figures of a nation, with the staff who asked for them',
}
