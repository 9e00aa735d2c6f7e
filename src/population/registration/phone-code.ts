import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, type Id, newId, ok, type Result } from '#kernel'
import {
  CODE_SECONDS,
  CODE_TRIES,
  type CodeLimits,
  type CodeRequestRefusal,
  type ColumnRef,
  decideCodeRequest,
  drawCode,
  indexColumn,
  indexesOf,
  openColumn,
  sealColumn,
  typedDigits,
} from '#security'

type CodePurpose = 'pre_registration' | 'partner'

export type PhoneCodeAsked = {
  readonly purpose: CodePurpose
  /** The network or the partner that asks: what is counted against. */
  readonly asker: string
  /** The telephone to be shown, or what a partner named. */
  readonly subject: string
  /** Kept sealed for when it is confirmed; null where whoever asks is told nothing of it. */
  readonly phone: string | null
  readonly person: Id<'Person'> | null
  /** Whether a message leaves for it. */
  readonly isSent: boolean
}

export type PhoneCodeRefusal =
  | { readonly code: 'citizen_code_wrong'; readonly left: number }
  /** Too old, tried too often, used, or asked for elsewhere. */
  | { readonly code: 'citizen_code_over' }

/**
 * Anybody may have a code sent to a telephone before pre-registering: fewer from one network than where a code is sent to
 * known telephones alone. A partner's office sees many people in an hour.
 */
const LIMITS: Readonly<Record<CodePurpose, CodeLimits>> = {
  pre_registration: { hour: 10, day: 30, sentAnHour: 1000 },
  partner: { hour: 300, day: 2000, sentAnHour: 2000 },
}
/** How long a telephone that was shown may be used to pre-register. */
const PROOF_MINUTES = 60

const PHONE: ColumnRef = { table: 'population.phone_code', column: 'phone' }
const CODE: ColumnRef = { table: 'population.phone_code', column: 'code' }
const SUBJECT: ColumnRef = { table: 'population.phone_code', column: 'subject' }
const ASKER: ColumnRef = { table: 'population.phone_code', column: 'asker' }

/**
 * Draws a code and keeps it as a blind index. Requests are decided one at a time, and what is the same to wait for a subject
 * is the same for any, known or not. Answers what the asker keeps, and the code to be sent.
 */
export async function askPhoneCode(
  tx: Transaction,
  asked: PhoneCodeAsked,
): Promise<Result<{ readonly challenge: string; readonly code: string }, CodeRequestRefusal>> {
  const [subject, asker] = [`${asked.purpose} ${asked.subject}`, `${asked.purpose} ${asked.asker}`]
  await sql`select pg_advisory_xact_lock(hashtextextended('population.phone_code', 0))`.execute(tx)
  const { rows } = await sql<{ ofPhone: number[]; ofClient: number[]; sentLastHour: number }>`
    select
      array(select extract(epoch from clock_timestamp() - asked_at)::int from population.phone_code
        where subject_index = any (${await indexesOf(tx, SUBJECT, subject)}::bytea[])
          and asked_at > clock_timestamp() - interval '1 day') as "ofPhone",
      array(select extract(epoch from clock_timestamp() - asked_at)::int from population.phone_code
        where asker_index = any (${await indexesOf(tx, ASKER, asker)}::bytea[])
          and asked_at > clock_timestamp() - interval '1 day') as "ofClient",
      (select count(*)::int from population.phone_code
        where asked_at > clock_timestamp() - interval '1 hour' and is_sent and purpose = ${asked.purpose}) as "sentLastHour"`.execute(
    tx,
  )
  const decided = decideCodeRequest(rows[0]!, LIMITS[asked.purpose])
  if (!decided.ok) return decided
  const id = newId<'PhoneCode'>()
  const [challenge, code] = [randomBytes(32).toString('base64url'), drawCode()]
  const [codeIndex] = await indexColumn(tx, CODE, [`${id} ${code}`])
  const [subjectIndex] = await indexColumn(tx, SUBJECT, [subject])
  const [askerIndex] = await indexColumn(tx, ASKER, [asker])
  const [phone] = asked.phone === null ? [null] : await sealColumn(tx, PHONE, [{ row: id, text: asked.phone }])
  await sql`
    insert into population.phone_code (id, purpose, challenge_hash, code_index, subject_index, asker_index, phone_sealed,
      person_id, expires_at, is_sent)
    values (${id}, ${asked.purpose}, ${hashOf(challenge)}, ${codeIndex}, ${subjectIndex}, ${askerIndex}, ${phone},
      ${asked.person}, clock_timestamp() + make_interval(secs => ${CODE_SECONDS}), ${asked.isSent})`.execute(tx)
  return ok({ challenge, code })
}

/** Whether another message may go to this person for partners: counted whatever name the person was called by. */
export async function partnerCodesOf(tx: Transaction, person: Id<'Person'>): Promise<number> {
  const { rows } = await sql<{ sent: number }>`
    select count(*)::int as sent from population.phone_code
    where person_id = ${person} and is_sent and asked_at > clock_timestamp() - interval '1 day'`.execute(tx)
  return rows[0]!.sent
}

/** Whether somebody who keeps this asked for a code that still serves. */
export async function isCodeAwaited(tx: Transaction, challenge: string): Promise<boolean> {
  const { rows } = await sql`
    select from population.phone_code where challenge_hash = ${hashOf(challenge)} and purpose = 'pre_registration'
      and confirmed_at is null and tries < ${CODE_TRIES} and expires_at > clock_timestamp()`.execute(tx)
  return rows.length === 1
}

/** The code typed, at most five times, by whoever asked for it. */
export async function confirmPhoneCode(
  tx: Transaction,
  {
    purpose,
    asker,
    challenge,
    typed,
  }: { purpose: CodePurpose; asker: string | null; challenge: string; typed: string },
): Promise<Result<{ readonly person: Id<'Person'> | null }, PhoneCodeRefusal>> {
  const askers = asker === null ? null : await indexesOf(tx, ASKER, `${purpose} ${asker}`)
  const { rows } = await sql<{ id: string; index: Buffer; person: Id<'Person'> | null; sent: boolean; tries: number }>`
    update population.phone_code set tries = tries + 1
    where challenge_hash = ${hashOf(challenge)} and purpose = ${purpose} and confirmed_at is null
      and tries < ${CODE_TRIES} and expires_at > clock_timestamp()
      and (${askers}::bytea[] is null or asker_index = any (${askers}::bytea[]))
    returning id, code_index as index, person_id as person, is_sent as sent, tries`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'citizen_code_over' })
  const right = (await indexesOf(tx, CODE, `${found.id} ${typedDigits(typed)}`)).some(each => each.equals(found.index))
  if (!right || !found.sent) return err({ code: 'citizen_code_wrong', left: CODE_TRIES - found.tries })
  await sql`update population.phone_code set confirmed_at = clock_timestamp() where id = ${found.id}`.execute(tx)
  return ok({ person: found.person })
}

/** A telephone that was shown to be held, and what was done with it. */
export type ShownPhone = {
  readonly id: Id<'PhoneCode'>
  readonly phone: string
  /** Of the pre-registration made with it; null until then. */
  readonly reference: string | null
}

export async function shownPhone(tx: Transaction, challenge: string): Promise<ShownPhone | undefined> {
  const { rows } = await sql<{ id: Id<'PhoneCode'>; sealed: Buffer; reference: string | null }>`
    select id, phone_sealed as sealed, reference from population.phone_code
    where challenge_hash = ${hashOf(challenge)} and purpose = 'pre_registration'
      and confirmed_at > clock_timestamp() - make_interval(mins => ${PROOF_MINUTES})`.execute(tx)
  const [found] = rows
  if (!found) return undefined
  const [phone] = await openColumn(tx, PHONE, [{ row: found.id, sealed: found.sealed }])
  return { id: found.id, phone: phone!, reference: found.reference }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
