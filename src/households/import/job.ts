import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { sql } from 'kysely'
import { appendEvent, type Transaction } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import type { Registered } from '../register-households.ts'
import type { ImportAsked } from './terms.ts'

/** An import as the database remembers it. */
export type ImportJob = Registered & {
  readonly id: Id<'ImportJob'>
  readonly source: string
  readonly effectiveOn: DateText
  /** Reading of the files that staging holds. */
  readonly attempt: number | null
  /** Households that passed every check; null until the files are read and checked. */
  readonly staged: number | null
  /** Row of the households file up to which all is registered. */
  readonly position: number
}

const JOB = sql`id, source, effective_on as "effectiveOn", attempt, staged, position, registered, changed, unchanged`

/** The same files with the same mapping for the same country and source are the same import. */
function fingerprintOf(asked: ImportAsked): string {
  const said = [
    asked.dryRun,
    asked.country.code,
    asked.source,
    asked.mapping ?? null,
    asked.households.survey.sha256,
    asked.members?.survey.sha256 ?? null,
  ]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

/** The import that was begun and not finished, or a new one. */
export async function openJob(tx: Transaction, asked: ImportAsked): Promise<ImportJob> {
  const fingerprint = fingerprintOf(asked)
  const members = asked.members ? basename(asked.members.path) : null
  await sql`
    insert into households.import_job (id, fingerprint, country, source, households_file, members_file, effective_on, asked_by)
    values (${newId<'ImportJob'>()}, ${fingerprint}, ${asked.country.code}, ${asked.source},
      ${basename(asked.households.path)}, ${members}, ${asked.effectiveOn}, ${asked.askedBy})
    on conflict (fingerprint) where finished_at is null do nothing`.execute(tx)
  const { rows } = await sql<ImportJob>`
    select ${JOB} from households.import_job where fingerprint = ${fingerprint} and finished_at is null`.execute(tx)
  return rows[0]!
}

/** The import as it stands now, held against other processes until the transaction ends. */
export async function lockJob(tx: Transaction, id: ImportJob['id']): Promise<ImportJob> {
  const { rows } = await sql<ImportJob>`
    select ${JOB} from households.import_job where id = ${id} and finished_at is null for update`.execute(tx)
  if (!rows[0]) throw new Error('this import was finished by another process meanwhile')
  return rows[0]
}

/** Whether staging still holds what was staged: PostgreSQL empties it after a crash. */
export async function isStagingWhole(tx: Transaction, job: ImportJob): Promise<boolean> {
  if (job.attempt === null || job.staged === null) return false
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from households.import_household where attempt = ${job.attempt}`.execute(tx)
  return rows[0]!.count === job.staged
}

/** Begins to read the files anew: what an earlier reading left is removed. */
export async function beginAttempt(tx: Transaction, job: ImportJob): Promise<number> {
  const { attempt } = await lockJob(tx, job.id)
  if (attempt !== null) await clearStaging(tx, attempt)
  const { rows } = await sql<{ attempt: number }>`
    update households.import_job set attempt = nextval('households.import_attempt'), staged = null
    where id = ${job.id} returning attempt`.execute(tx)
  return rows[0]!.attempt
}

/** The files are read and checked. */
export async function endAttempt(tx: Transaction, id: ImportJob['id'], attempt: number): Promise<ImportJob> {
  const job = await lockJob(tx, id)
  if (job.attempt !== attempt)
    throw new Error('another process has begun to read the same files: it goes on, this one stops')
  await sql`
    update households.import_job set
      staged = (select count(*) from households.import_household where attempt = ${attempt}),
      rejected = (select count(distinct (file, line)) from households.import_reject where attempt = ${attempt})
    where id = ${id}`.execute(tx)
  return lockJob(tx, id)
}

/** A batch is registered: said in its own transaction, so that one is never without the other. */
export async function advanceJob(tx: Transaction, job: ImportJob, to: number, told: Registered): Promise<ImportJob> {
  const { rows } = await sql<ImportJob>`
    update households.import_job set position = ${to}, registered = registered + ${told.registered},
      changed = changed + ${told.changed}, unchanged = unchanged + ${told.unchanged}
    where id = ${job.id} returning ${JOB}`.execute(tx)
  return rows[0]!
}

export async function finishJob(tx: Transaction, job: ImportJob, asked: ImportAsked): Promise<void> {
  await sql`update households.import_job set finished_at = now() where id = ${job.id}`.execute(tx)
  if (job.attempt !== null) await clearStaging(tx, job.attempt)
  if (asked.dryRun) return
  const { id, registered, changed, unchanged } = job
  await appendEvent(tx, {
    type: 'households_imported',
    key: asked.country.code,
    payload: { import: id, country: asked.country.code, source: asked.source, registered, changed, unchanged },
  })
}

async function clearStaging(tx: Transaction, attempt: number): Promise<void> {
  await sql`delete from households.import_member where attempt = ${attempt}`.execute(tx)
  await sql`delete from households.import_household where attempt = ${attempt}`.execute(tx)
  await sql`delete from households.import_reject where attempt = ${attempt}`.execute(tx)
}
