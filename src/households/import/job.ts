import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { sql } from 'kysely'
import { appendEvent, type Transaction } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import type { SinceMatched } from '#population'
import type { Registered } from '../register-households.ts'
import type { ImportAsked } from './terms.ts'

/** An import as the database remembers it, with what its lanes have done so far. */
export type ImportJob = Registered & {
  readonly id: Id<'ImportJob'>
  readonly source: string
  readonly effectiveOn: DateText
  /** When it was first asked, to the microsecond. */
  readonly startedAt: string
  /** Reading of the files that staging holds. */
  readonly attempt: number | null
  /** Households that passed every check; null until the files are read and checked. */
  readonly staged: number | null
}

/** A stretch of the households file. */
export type ImportLane = {
  readonly number: number
  readonly lastLine: number
  /** Row up to which it is registered. */
  readonly position: number
}

/** Another process works on the same import: it goes on, this one stops. */
export class ImportElsewhere extends Error {}

const JOB = sql`job.id, job.source, job.effective_on as "effectiveOn",
  job.started_at::text as "startedAt", job.attempt, job.staged,
  done.registered, done.changed, done.unchanged
  from households.import_job as job cross join lateral (
    select coalesce(sum(registered), 0)::int as registered, coalesce(sum(changed), 0)::int as changed,
      coalesce(sum(unchanged), 0)::int as unchanged
    from households.import_lane where job_id = job.id
  ) as done`

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
    select ${JOB} where fingerprint = ${fingerprint} and finished_at is null`.execute(tx)
  return rows[0]!
}

/** The import as it stands now, held against other processes until the transaction ends. */
export async function lockJob(tx: Transaction, id: ImportJob['id']): Promise<ImportJob> {
  const { rows } = await sql<ImportJob>`
    select ${JOB} where job.id = ${id} and finished_at is null for update of job`.execute(tx)
  if (!rows[0]) throw new ImportElsewhere('another process has finished the same import')
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

/** The files are read and checked: the rows are cut into lanes, unless an earlier call has begun to register. */
export async function endAttempt(
  tx: Transaction,
  id: ImportJob['id'],
  attempt: number,
  lanes: number,
): Promise<ImportJob> {
  const job = await lockJob(tx, id)
  if (job.attempt !== attempt) {
    throw new ImportElsewhere('another process has begun to read the same files and goes on with them')
  }
  await sql`
    update households.import_job set
      staged = (select count(*) from households.import_household where attempt = ${attempt}),
      rejected = (select count(distinct (file, line)) from households.import_reject where attempt = ${attempt})
    where id = ${id}`.execute(tx)
  // Together the lanes cover every row there can be, also those that are wrong today and right after a correction of the
  // catalogue.
  await sql`
    insert into households.import_lane (job_id, number, after_line, last_line, position)
    select ${id}, number, after_line, last_line, after_line from (
      select number, coalesce(lag(last) over (order by number), 0) as after_line,
        case when lead(last) over (order by number) is null then 2147483647 else last end as last_line
      from (
        select number, max(line) as last from (
          select line, ntile(${lanes}) over (order by line) as number from households.import_household
          where attempt = ${attempt}
        ) as row group by number
      ) as stretch
    ) as lane
    on conflict do nothing`.execute(tx)
  return lockJob(tx, id)
}

export async function lanesOf(tx: Transaction, id: ImportJob['id']): Promise<ImportLane[]> {
  const { rows } = await sql<ImportLane>`
    select number, last_line as "lastLine", position from households.import_lane where job_id = ${id} order by number`.execute(
    tx,
  )
  return rows
}

/** The lane as it stands now, held against other processes until the transaction ends. */
export async function lockLane(tx: Transaction, id: ImportJob['id'], number: number): Promise<ImportLane> {
  const { rows } = await sql<ImportLane>`
    select number, last_line as "lastLine", position from households.import_lane
    where job_id = ${id} and number = ${number} for update`.execute(tx)
  return rows[0]!
}

/** A batch is registered: said in its own transaction, so that one is never without the other. */
export async function advanceLane(
  tx: Transaction,
  id: ImportJob['id'],
  lane: ImportLane,
  to: number,
  told: Registered,
): Promise<void> {
  await sql`
    update households.import_lane set position = ${to}, registered = registered + ${told.registered},
      changed = changed + ${told.changed}, unchanged = unchanged + ${told.unchanged}
    where job_id = ${id} and number = ${lane.number}`.execute(tx)
}

/** Every lane is at its end: the figures are written, staging is emptied, and whoever listens is told. */
export async function finishJob(
  tx: Transaction,
  id: ImportJob['id'],
  asked: ImportAsked,
  matched: Omit<SinceMatched, 'compared'> = { same: 0, toSettle: 0 },
): Promise<ImportJob> {
  const job = await lockJob(tx, id)
  const { registered, changed, unchanged } = job
  await sql`
    update households.import_job set finished_at = now(), registered = ${registered}, changed = ${changed},
      unchanged = ${unchanged}, same = ${matched.same}, to_settle = ${matched.toSettle} where id = ${id}`.execute(tx)
  if (job.attempt !== null) await clearStaging(tx, job.attempt)
  if (!asked.dryRun) {
    await appendEvent(tx, {
      type: 'households_imported',
      key: asked.country.code,
      payload: { import: id, country: asked.country.code, source: asked.source, registered, changed, unchanged },
    })
  }
  return job
}

/** Empties staging of one reading of the files. */
export async function clearStaging(tx: Transaction, attempt: number): Promise<void> {
  await sql`delete from households.import_member where attempt = ${attempt}`.execute(tx)
  await sql`delete from households.import_household where attempt = ${attempt}`.execute(tx)
  await sql`delete from households.import_reject where attempt = ${attempt}`.execute(tx)
}
