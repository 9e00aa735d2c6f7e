// Files of answers that were given on a page: what was given, how far it is, and how it ended.
import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { Id } from '#kernel'
import { type ColumnRef, openColumn, type StaffId, sealColumn, type WaitingIn } from '#security'
import type { ProviderPort } from '../providers/provider-port.ts'
import type { AnswerCounts } from './answers.sql.ts'
import type { AnswersRefusal, ImportedAnswers } from './import-answers.ts'

export type GivenAnswersId = Id<'GivenAnswers'>
export type GivenStage = 'reading' | 'recording'

/** Refused by the reading, or because who gave it may not take it any more, or because somebody took it back. */
export type GivenRefusal =
  | AnswersRefusal
  | { readonly code: 'not_granted' }
  | { readonly code: 'withdrawn'; readonly by: string }

export type GivenAnswers = {
  readonly id: GivenAnswersId
  /** Code of who answers. */
  readonly provider: string
  readonly providerName: string
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly sha256: string
  readonly adapter: ProviderPort['adapter']
  readonly staff: StaffId
  readonly givenBy: string
  /** Instants in ISO 8601. */
  readonly givenAt: string
  readonly attempt: number | null
  readonly begunAt: string | null
  readonly stage: GivenStage | null
  readonly lines: number
  readonly bytesRead: number
  readonly endedAt: string | null
  readonly taken: ImportedAnswers['taken'] | null
  readonly figures: AnswerCounts | null
  readonly refusal: GivenRefusal | null
}

export type AnswersToGive = Pick<
  GivenAnswers,
  'id' | 'provider' | 'name' | 'size' | 'sha256' | 'adapter' | 'staff' | 'givenBy'
>

/** Where the bytes of files wait. */
export const GIVEN_PIECES: WaitingIn = { table: 'payments.given_answers_piece', of: 'given_id' }

const KEY: ColumnRef = { table: 'payments.given_answers', column: 'key' }
const iso = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
const GIVEN = sql`g.id, g.provider, p.name as "providerName", g.name, g.size, g.sha256, g.adapter, g.staff_id as staff,
  g.given_by as "givenBy", ${iso('g.given_at')} as "givenAt", g.attempt, ${iso('g.begun_at')} as "begunAt", g.stage, g.lines,
  g.bytes_read as "bytesRead", ${iso('g.ended_at')} as "endedAt", g.taken, g.figures, g.refusal
  from payments.given_answers g join payments.provider p on p.code = g.provider`

export async function findGivenAnswers(tx: Transaction, id: GivenAnswersId): Promise<GivenAnswers | undefined> {
  const { rows } = await sql<GivenAnswers>`select ${GIVEN} where g.id = ${id}`.execute(tx)
  return rows[0]
}

/** Those that wait or are under way, then those that ended, the latest first. */
export async function listGivenAnswers(tx: Transaction, most: number): Promise<readonly GivenAnswers[]> {
  const { rows } = await sql<GivenAnswers>`
    select ${GIVEN} order by g.ended_at is not null, g.given_at desc, g.id limit ${most}`.execute(tx)
  return rows
}

/** Not ended yet: given before and left to the workers. */
export async function findOpenAnswers(
  tx: Transaction,
  { provider, sha256 }: Pick<AnswersToGive, 'provider' | 'sha256'>,
): Promise<GivenAnswersId | undefined> {
  const { rows } = await sql<{ id: GivenAnswersId }>`
    select id from payments.given_answers
    where provider = ${provider} and sha256 = ${sha256} and ended_at is null`.execute(tx)
  return rows[0]?.id
}

/** Writes a file down with the key of its bytes, to be left to the workers; false where the same is open already. */
export async function insertGivenAnswers(tx: Transaction, given: AnswersToGive, key: Buffer): Promise<boolean> {
  const { id, provider, name, size, sha256, adapter, staff, givenBy } = given
  const [sealed] = await sealColumn(tx, KEY, [{ row: id, text: key.toString('hex') }])
  const { numAffectedRows } = await sql`
    insert into payments.given_answers (id, provider, name, size, sha256, adapter, staff_id, given_by, key_sealed)
    values (${id}, ${provider}, ${name}, ${size}, ${sha256}, ${adapter}, ${staff}, ${givenBy}, ${sealed})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}

/** Writes down a file of which the same bytes were taken before. */
export async function insertTakenAgain(tx: Transaction, given: AnswersToGive, figures: AnswerCounts): Promise<void> {
  const { id, provider, name, size, sha256, adapter, staff, givenBy } = given
  await sql`
    insert into payments.given_answers
      (id, provider, name, size, sha256, adapter, staff_id, given_by, ended_at, taken, figures)
    values (${id}, ${provider}, ${name}, ${size}, ${sha256}, ${adapter}, ${staff}, ${givenBy}, clock_timestamp(), 'again',
      ${jsonb(figures)})
    on conflict do nothing`.execute(tx)
}

/**
 * Holds a file against other workers until the transaction ends. Answers the key of its bytes; undefined where it ended before.
 */
export async function holdGivenAnswers(tx: Transaction, id: GivenAnswersId): Promise<Buffer | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.given_answers ' || ${id}::text, 0))`.execute(tx)
  const { rows } = await sql<{ sealed: Buffer | null }>`
    select key_sealed as sealed from payments.given_answers where id = ${id}`.execute(tx)
  const sealed = rows[0]?.sealed
  if (!sealed) return undefined
  const [key] = await openColumn(tx, KEY, [{ row: id, sealed }])
  return Buffer.from(key!, 'hex')
}

/** How far an attempt is; false where the file has ended. */
export async function tellGivenAnswers(
  tx: Transaction,
  id: GivenAnswersId,
  told: { readonly attempt: number; readonly stage: GivenStage; readonly lines: number; readonly bytesRead: number },
): Promise<boolean> {
  const { attempt, stage, lines, bytesRead } = told
  const { numAffectedRows } = await sql`
    update payments.given_answers
    set begun_at = case when attempt = ${attempt} then begun_at else clock_timestamp() end,
      attempt = ${attempt}, stage = ${stage}, lines = ${lines}, bytes_read = ${bytesRead}
    where id = ${id} and ended_at is null`.execute(tx)
  return numAffectedRows === 1n
}

/** How a file ended, in the transaction that takes it where it is taken; false where it had ended before. */
export async function endGivenAnswers(
  tx: Transaction,
  id: GivenAnswersId,
  end: ImportedAnswers | { readonly refusal: GivenRefusal },
): Promise<boolean> {
  const refusal = 'refusal' in end ? end.refusal : null
  const { taken = null, ...figures } = 'refusal' in end ? {} : end
  const { numAffectedRows } = await sql`
    update payments.given_answers
    set ended_at = clock_timestamp(), key_sealed = null, taken = ${taken},
      figures = ${taken === null ? null : jsonb(figures)}, refusal = ${refusal === null ? null : jsonb(refusal)}
    where id = ${id} and ended_at is null`.execute(tx)
  return numAffectedRows === 1n
}

/** What refusals quote of files may be of a person: it leaves after thirty days, and where and why stay. */
export async function forgetQuotedTexts(tx: Transaction): Promise<void> {
  await sql`
    update payments.given_answers
    set refusal = refusal - array['text', 'found', 'message', 'endToEndId', 'known']
    where ended_at < clock_timestamp() - interval '30 days'
      and refusal ?| array['text', 'found', 'message', 'endToEndId', 'known']`.execute(tx)
}
