import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { indexColumn } from '#security'
import type { PersonDetails } from '../details/person-details.ts'
import { compared, PHONE } from '../phones.ts'
import type { RegisteredPerson } from './registered-person.ts'

/** Somebody at a desk as they would be compared once registered. */
export async function registeredAs(
  tx: Transaction,
  id: Id<'Person'>,
  details: PersonDetails,
): Promise<RegisteredPerson> {
  const { territory, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate, birthPrecision, phone } = details
  const [index] = phone === null ? [] : await indexColumn(tx, PHONE, [compared(phone)])
  const phoneIndex = index?.toString('hex') ?? null
  return {
    id,
    territory,
    givenName,
    familyName,
    givenNameAr,
    familyNameAr,
    sex,
    birthDate,
    birthPrecision,
    phoneIndex,
  }
}
