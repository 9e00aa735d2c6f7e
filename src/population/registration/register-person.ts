import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Language } from '#kernel'
import { appendAudit } from '#security'
import { correctPerson } from '../details/correct-person.ts'
import type { PersonDocument } from '../details/document.ts'
import { recordDocument } from '../details/documents.ts'
import type { PersonDetails } from '../details/person-details.ts'
import { nameKey } from '../name-key.ts'
import { openIncomingPersons, savePersons } from '../save-persons.ts'
import type { PreRegistrationId } from './pre-registration.ts'

export type Registration = {
  /** Made before anything is sent: said twice, it is one person. */
  readonly person: Id<'Person'>
  readonly country: string
  /** As `checkDetails` gives them. */
  readonly details: PersonDetails
  /** As `checkDocument` gives them. */
  readonly documents: readonly PersonDocument[]
  readonly channel: 'desk' | 'field'
  readonly evidence: string | null
  readonly language: Language
  readonly preRegistration: PreRegistrationId | null
  readonly recordedBy: string
}

/**
 * Brings one person into the register with all that is known and the documents that show it. The number comes from the numbering
 * task, and its notice with it. Answers whether the person is new.
 */
export async function registerPerson(tx: Transaction, asked: Registration): Promise<'registered' | 'exists'> {
  const { person, country, details, documents, channel, evidence, recordedBy } = asked
  // Two who send the same registration wait for each other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`population.registration ${person}`}, 0))`.execute(tx)
  const { rows } = await sql`select from population.registration where person_id = ${person}`.execute(tx)
  if (rows.length > 0) return 'exists'
  const { givenName, familyName, givenNameAr, familyNameAr } = details
  await openIncomingPersons(tx)
  await sql`
    insert into pg_temp.incoming_person (id, territory, given_name, family_name, given_name_ar, family_name_ar, name_key, sex,
      birth_date, birth_precision)
    values (${person}, ${details.territory}, ${givenName}, ${familyName}, ${givenNameAr}, ${familyNameAr},
      ${nameKey(givenName, familyName, givenNameAr, familyNameAr)}, ${details.sex}, ${details.birthDate}::date,
      ${details.birthPrecision})`.execute(tx)
  await savePersons(tx, { country, source: channel, modelled: false, recordedBy })
  // The rest of the same state: two changes inside one transaction are one.
  await correctPerson(tx, { person, ...details }, recordedBy, { source: channel, evidence })
  for (const document of documents) await recordDocument(tx, person, document, { source: channel, evidence })
  await sql`
    insert into population.registration (person_id, pre_registration_id, channel, language)
    values (${person}, ${asked.preRegistration}, ${channel}, ${asked.language})`.execute(tx)
  await appendAudit(tx, {
    action: 'person.register',
    subject: { kind: 'person', id: person },
    territory: details.territory,
    purpose: 'registration: desk',
    detail: { channel, documents: documents.map(({ type }) => type), pre_registration: asked.preRegistration },
  })
  return 'registered'
}
