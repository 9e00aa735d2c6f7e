import type { HeldTable } from './inventory.ts'

const personColumns = {
  identity: [
    'given_name',
    'family_name',
    'given_name_ar',
    'family_name_ar',
    'name_key',
    'sex',
    'birth_date',
    'birth_precision',
    'father_name',
    'father_name_ar',
    'mother_name',
    'mother_name_ar',
    'nickname',
    'nickname_ar',
    'birth_place_code',
    'birth_place',
    'nationalities',
    'photo_sha256',
  ],
  identifiers: ['id', 'biometric_system', 'biometric_reference'],
  contact: ['phone', 'phone_sealed', 'phone_index'],
  residence: ['country', 'territory', 'address', 'absent_since'],
  family: ['father_id', 'mother_id'],
  trace: ['source', 'modelled', 'recorded_at', 'recorded_by', 'evidence'],
} as const

/** The past is sealed as the register is: a telephone belongs to the person, whatever the state. */
const sealedPhone = { phone_sealed: { text: 'phone', table: 'population.person' } }

/** Tables of the population register, for the inventory. */
export const heldOfPersons: Readonly<Record<string, HeldTable>> = {
  'population.person': { link: { of: 'person', column: 'id' }, columns: personColumns, sealed: sealedPhone },
  'population.person_past': {
    link: { of: 'person', column: 'id' },
    columns: { ...personColumns, trace: [...personColumns.trace, 'superseded_at'] },
    sealed: sealedPhone,
  },
  'population.unique_number': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'number'],
      trace: ['issued_at', 'issued_by', 'withdrawn_at', 'withdrawn_by', 'reason'],
      own: ['country', 'drawn', 'spent'],
    },
  },
  'population.person_document': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identity: ['type', 'issuer', 'issued_on', 'expires_on'],
      identifiers: ['id', 'person_id', 'number_sealed', 'number_index'],
      trace: ['source', 'evidence', 'recorded_at', 'recorded_by', 'ended_at', 'ended_by', 'end_reason'],
    },
    sealed: { number_sealed: { text: 'number', table: 'population.person_document' } },
  },
  'population.person_alias': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'alias'],
      trace: ['issued_at', 'issued_by', 'expires_at', 'revoked_at', 'revoked_by', 'reason'],
      own: ['country', 'spent'],
    },
  },
  'population.person_token': {
    link: { of: 'person', column: 'person_id' },
    columns: { identifiers: ['audience', 'token_hash', 'person_id'], trace: ['told_at'] },
  },
  'population.phone_code': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'id', 'subject_index', 'asker_index', 'reference'],
      contact: ['phone_sealed'],
      trace: ['purpose', 'asked_at', 'expires_at', 'is_sent', 'tries', 'confirmed_at'],
      own: ['challenge_hash', 'code_index'],
    },
    sealed: { phone_sealed: { text: 'phone', table: 'population.phone_code' } },
    withheld: ['challenge_hash', 'code_index'],
  },
  'population.pre_registration': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['id', 'reference', 'person_id'],
      identity: [
        'given_name',
        'family_name',
        'given_name_ar',
        'family_name_ar',
        'sex',
        'birth_date',
        'birth_precision',
      ],
      contact: ['phone_sealed', 'language'],
      residence: ['country', 'territory'],
      decisions: ['outcome', 'reason'],
      trace: ['said_at', 'closed_at', 'closed_by'],
    },
    sealed: { phone_sealed: { text: 'phone', table: 'population.pre_registration' } },
  },
  'population.registration': {
    link: { of: 'person', column: 'person_id' },
    columns: {
      identifiers: ['person_id', 'pre_registration_id'],
      contact: ['language'],
      trace: ['channel', 'registered_at', 'registered_by', 'announced_at'],
    },
  },
  'population.match_key': {
    link: { of: 'person', column: 'person' },
    columns: {
      identifiers: ['person'],
      residence: ['country', 'territory'],
      own: ['keys', 'digest'],
      trace: ['recorded_at'],
    },
  },
  'population.match_pair': {
    link: { of: 'pair', columns: ['one', 'other'] },
    columns: {
      identifiers: ['one', 'other'],
      residence: ['country', 'territory'],
      decisions: ['score_ppm', 'centibits', 'zone'],
      own: ['digest', 'model'],
      trace: ['found_at', 'since'],
    },
  },
  'population.match_decision': {
    link: { of: 'pair', columns: ['one', 'other'] },
    columns: {
      identifiers: ['id', 'one', 'other', 'kept'],
      residence: ['country', 'territory'],
      decisions: ['decision', 'reason'],
      own: ['digest'],
      trace: ['decided_by', 'decided_at'],
    },
  },
  'population.person_merge': {
    link: { of: 'pair', columns: ['merged', 'kept'] },
    columns: { identifiers: ['merged', 'kept', 'decision'], residence: ['country', 'territory'] },
  },
}
