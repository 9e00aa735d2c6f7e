import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, jsonb, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import type { Id, Language } from '#kernel'
import { appendAudit, type ColumnRef, openColumn, sealColumn } from '#security'
import type { BirthPrecision } from '../details/birth-date.ts'
import type { ShownPhone } from './phone-code.ts'

/** What somebody says before coming to a desk, as `checkDetails` gives it. */
export type PreRegistered = {
  readonly territory: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: 'female' | 'male' | null
  readonly birthDate: string | null
  readonly birthPrecision: BirthPrecision | null
}

export type PreRegistrationId = Id<'PreRegistration'>

export type PreRegistration = PreRegistered & {
  readonly id: PreRegistrationId
  readonly reference: string
  readonly language: Language
  readonly saidAt: Date
  readonly outcome: 'registered' | 'known' | 'refused' | null
  readonly person: Id<'Person'> | null
  readonly reason: string | null
}

const PHONE: ColumnRef = { table: 'population.pre_registration', column: 'phone' }
/** Signs that nobody mistakes for another when reading them aloud or by a poor light. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

function drawReference(): string {
  const draw = () => Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join('')
  return `${draw()}-${draw()}`
}

/** A reference as typed, in its form; whatever else is no reference. */
export function readReference(text: string): string | undefined {
  const signs = text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
  return signs.length === 8 ? `${signs.slice(0, 4)}-${signs.slice(4)}` : undefined
}

/**
 * Keeps what was said by whoever has shown to hold a telephone; once for one showing. Nothing of the register is read, so
 * nothing of it can be told. Answers the reference.
 */
export async function openPreRegistration(
  tx: Transaction,
  shown: ShownPhone,
  country: string,
  language: Language,
  said: PreRegistered,
): Promise<string> {
  const { rows } = await sql<{ reference: string | null }>`
    select reference from population.phone_code where id = ${shown.id} for update`.execute(tx)
  const earlier = rows[0]?.reference
  if (earlier) return earlier
  const reference = drawReference()
  // The showing's id is that of what was said with it: sent twice at once, it is one.
  const [phone] = await sealColumn(tx, PHONE, [{ row: shown.id, text: shown.phone }])
  await sql`
    select population.open_pre_registration(${jsonb({ ...said, id: shown.id, country, reference, language })}, ${phone})`.execute(
    tx,
  )
  await sql`update population.phone_code set reference = ${reference} where id = ${shown.id}`.execute(tx)
  return reference
}

const columns = sql`id, territory, reference, language, given_name as "givenName", family_name as "familyName",
  given_name_ar as "givenNameAr", family_name_ar as "familyNameAr", sex, birth_date::text as "birthDate",
  birth_precision as "birthPrecision", said_at as "saidAt", outcome, person_id as person, reason`

/** Those that wait for an agent, who waited longest first, in the actor's territories. */
export async function waitingPreRegistrations(
  tx: Transaction,
  country: string,
  limit: number,
): Promise<{ readonly total: number; readonly rows: readonly PreRegistration[] }> {
  const { rows } = await sql<PreRegistration>`
    select ${columns} from population.pre_registration where country = ${country} and closed_at is null
    order by said_at, id limit ${limit}`.execute(tx)
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::int as total from population.pre_registration
    where country = ${country} and closed_at is null`.execute(tx)
  return { total: counted[0]!.total, rows }
}

/** The one with a reference or an id, as far as the actor sees it. */
export async function findPreRegistration(
  tx: Transaction,
  country: string,
  by: { readonly id: PreRegistrationId } | { readonly reference: string },
): Promise<(PreRegistration & { readonly phone: string | null }) | undefined> {
  const where = 'id' in by ? sql`id = ${by.id}` : sql`reference = ${by.reference}`
  const { rows } = await sql<PreRegistration & { sealed: Buffer | null }>`
    select ${columns}, phone_sealed as sealed from population.pre_registration
    where country = ${country} and ${where}`.execute(tx)
  const [found] = rows
  if (!found) return undefined
  const { sealed, ...row } = found
  const [phone = null] = await openColumn(tx, PHONE, sealed ? [{ row: row.id, sealed }] : [])
  return { ...row, phone }
}

export type PreRegistrationClosed =
  | { readonly outcome: 'registered' | 'known'; readonly person: Id<'Person'> }
  | { readonly outcome: 'refused'; readonly reason: string }

/**
 * Ends a pre-registration: what it said goes, since it stands with the person or concerns nobody. Answers whether it was open
 * and the actor sees it.
 */
export async function closePreRegistration(
  tx: Transaction,
  id: PreRegistrationId,
  closed: PreRegistrationClosed,
): Promise<boolean> {
  const person = 'person' in closed ? closed.person : null
  const { rows } = await sql<{ territory: string }>`
    update population.pre_registration
    set closed_at = clock_timestamp(), closed_by = security.actor(), outcome = ${closed.outcome}, person_id = ${person},
      reason = ${'reason' in closed ? closed.reason : null}, phone_sealed = null, given_name = null, family_name = null,
      given_name_ar = null, family_name_ar = null
    where id = ${id} and closed_at is null
    returning territory`.execute(tx)
  const [found] = rows
  if (!found) return false
  await appendAudit(tx, {
    action: 'pre_registration.close',
    subject: { kind: 'pre_registration', id },
    territory: found.territory,
    purpose: 'registration: desk',
    detail: { outcome: closed.outcome, person },
  })
  return true
}

/** Codes that are over, and pre-registrations of people who never came: looked for once an hour. */
export const forgettingRegistrations: RepeatedTask = {
  pauseMs: 3600 * 1000,
  run: (worker: Database) =>
    transaction(worker, workerActor('forgetting registrations'), tx =>
      sql`select population.forget_registrations()`.execute(tx),
    ),
}
