import type { DetailField } from './person-details.ts'

/** Where each detail stands in population.person; the telephone is sealed, the photograph bytes: they are written apart. */
export const COLUMN_OF = {
  territory: 'territory',
  givenName: 'given_name',
  familyName: 'family_name',
  givenNameAr: 'given_name_ar',
  familyNameAr: 'family_name_ar',
  fatherName: 'father_name',
  fatherNameAr: 'father_name_ar',
  motherName: 'mother_name',
  motherNameAr: 'mother_name_ar',
  nickname: 'nickname',
  nicknameAr: 'nickname_ar',
  sex: 'sex',
  birthDate: 'birth_date',
  birthPrecision: 'birth_precision',
  birthPlaceCode: 'birth_place_code',
  birthPlace: 'birth_place',
  father: 'father_id',
  mother: 'mother_id',
  nationalities: 'nationalities',
  address: 'address',
  absentSince: 'absent_since',
  biometricSystem: 'biometric_system',
  biometricReference: 'biometric_reference',
} as const satisfies Partial<Record<DetailField, string>>

export type PlainField = keyof typeof COLUMN_OF
export const PLAIN_FIELDS = Object.keys(COLUMN_OF) as readonly PlainField[]
