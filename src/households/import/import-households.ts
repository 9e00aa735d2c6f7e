import { sql } from 'kysely'
import { bringIndexesBack, type Database, type Transaction, transaction, workerActor } from '#db'
import { err, ok, type Result } from '#kernel'
import { matchSince, phoneIndexing, type SinceMatched } from '#population'
import { analyzeGrown } from '../analyze-register.ts'
import { HOUSEHOLD_COLUMNS, MEMBER_COLUMNS, openIncoming } from '../incoming.ts'
import { type Registered, registerIncoming } from '../register-households.ts'
import { type HeaderRefusal, planColumns } from './columns.ts'
import { compareStaged } from './compare.ts'
import { putIndexesAside } from './indexes-aside.ts'
import {
  advanceLane,
  beginAttempt,
  clearStaging,
  endAttempt,
  finishJob,
  ImportElsewhere,
  type ImportJob,
  type ImportLane,
  isStagingWhole,
  lanesOf,
  lockJob,
  lockLane,
  openJob,
} from './job.ts'
import { namingOf } from './named-members.ts'
import { openReaders } from './readers.ts'
import { type Reject, readRejects } from './rejects.ts'
import { settleNamed, settleStaging } from './settle.ts'
import { ImportStopped, stageFile } from './stage.ts'
import type { Table } from './table.ts'
import type { ImportAsked } from './terms.ts'

/** Why files are refused whole, before a row is looked at. */
export type ImportRefusal =
  | (HeaderRefusal & { readonly file: string })
  | { readonly code: 'members_missing' }
  | { readonly code: 'members_not_taken' }

/** Files are read, what only both tell is settled, households are registered, and their persons held against the register. */
export type ImportPhase = 'read' | 'settle' | 'register' | 'match'

export type ImportWatch = {
  /** Bytes of both files read so far. */
  readonly onRead: (bytes: number) => void
  /** Households registered so far, of those that passed the checks. */
  readonly onRegistered: (households: number, of: number) => void
  /** Told when the next part of the work begins. */
  readonly onPhase?: (phase: ImportPhase) => void
  /** Told once, before anything else, when an earlier call had come this far. */
  readonly onResume: (job: ImportJob) => void
  /** Every reason for which a row did not go in, file by file, in order of rows. */
  readonly onReject: (reject: Reject) => Promise<void>
  /** Stops at the next safe point: the same call goes on from there. */
  readonly signal: AbortSignal
}

export type ImportReport = Registered & {
  /** Rows of each file that did not go in. */
  readonly rejected: { readonly households: number; readonly members: number }
  /** Whom the persons who came in resemble; nobody was looked for where nothing is new. */
  readonly matched: SinceMatched
}

/** Stretches of a file registered side by side: one more than the smallest server has processors, for a lane also waits. */
const LANES = 3
/** Households registered in one transaction. */
const BATCH = 2000
/** Enough for the planner's figures to be out of date. */
const MANY = 1000
const NOBODY: SinceMatched = { compared: 0, same: 0, toSettle: 0 }
const actor = workerActor('import')

/**
 * Brings a file of households, and one of their members where the catalogue has some, into the register. Good rows go
 * in; a row with a mistake, and a household with a wrong member, go to the rejects. Interrupted anywhere, the same call
 * goes on from the last batch; made again after the end, it changes nothing. Constant memory: files are paired in the
 * database, so their order does not matter.
 */
export async function importHouseholds(
  worker: Database,
  asked: ImportAsked,
  watch: ImportWatch,
): Promise<Result<ImportReport, ImportRefusal>> {
  const refusal = refusedWhole(asked)
  if (refusal) return err(refusal)
  const job = await transaction(worker, actor, tx => openJob(tx, asked))
  const whole = await transaction(worker, actor, tx => isStagingWhole(tx, job))
  if (whole || job.registered + job.changed + job.unchanged > 0) watch.onResume(job)
  const staged = whole ? job : await readFiles(worker, asked, job, watch)
  const attempt = staged.attempt as number
  const naming = namingOf(asked)
  if (whole && naming) await transaction(worker, actor, tx => settleNamed(tx, attempt, naming))
  const rejected = await transaction(worker, actor, tx => readRejects(tx, attempt, watch.onReject))
  if (asked.dryRun) {
    const told = await transaction(worker, actor, async tx => {
      const compared = await compareStaged(tx, attempt, { country: asked.country.code, source: asked.source })
      await finishJob(tx, staged.id, asked)
      return compared
    })
    return ok({ ...told, rejected, matched: NOBODY })
  }
  await putIndexesAside(worker, staged.staged ?? 0)
  const { registered, changed, unchanged } = await registerStaged(worker, asked, staged, watch)
  const news = registered + changed
  if (news > 0) watch.onPhase?.('match')
  // Comparing leaves a processor free now and then, and needs none of the indexes: they are built meanwhile.
  const [matching, indexing] = await Promise.allSettled([
    news > 0 ? matchImported(worker, asked, staged, watch) : NOBODY,
    bringIndexesBack(worker).then(() => planAnew(worker, news)),
  ])
  if (matching.status === 'rejected') throw matching.reason
  if (indexing.status === 'rejected') throw indexing.reason
  const matched = matching.value
  await transaction(worker, actor, tx => finishJob(tx, staged.id, asked, matched))
  return ok({ registered, changed, unchanged, rejected, matched })
}

async function planAnew(worker: Database, news: number): Promise<void> {
  if (news > MANY) await transaction(worker, actor, tx => analyzeGrown(tx, news))
}

async function matchImported(
  worker: Database,
  { country }: ImportAsked,
  { startedAt }: ImportJob,
  { signal }: ImportWatch,
): Promise<SinceMatched> {
  return matchSince(worker, country.code, startedAt, signal).catch(error => {
    throw signal.aborted ? new ImportStopped('stopped while persons were compared') : error
  })
}

function refusedWhole({ country, households, members, mapping }: ImportAsked): ImportRefusal | undefined {
  const { catalogue } = country
  if (catalogue.head !== null && !members) return { code: 'members_missing' }
  if (catalogue.head === null && members) return { code: 'members_not_taken' }
  const own = planColumns('households', households.header, [...catalogue.household.values()], mapping?.households)
  if (!own.ok) return { ...own.refusal, file: households.path }
  const theirs = members && planColumns('members', members.header, [...catalogue.member.values()], mapping?.members)
  return theirs?.ok === false ? { ...theirs.refusal, file: (members as Table).path } : undefined
}

/** Both files into staging, then the checks that need both. */
async function readFiles(worker: Database, asked: ImportAsked, job: ImportJob, watch: ImportWatch): Promise<ImportJob> {
  const { country, households, members } = asked
  const { head } = country.catalogue
  watch.onPhase?.('read')
  const attempt = await transaction(worker, actor, tx => beginAttempt(tx, job))
  const phones = await transaction(worker, actor, phoneIndexing)
  const terms = {
    attempt,
    catalogue: country.catalogue,
    places: country.territories.all,
    mapping: asked.mapping,
    tables: { households: headingOf(households), ...(members && { members: headingOf(members) }) },
    phones,
    numberLength: country.uniqueNumberLength,
  }
  const readers = openReaders(terms, households.survey.bytes + (members?.survey.bytes ?? 0))
  try {
    const first = { read: watch.onRead, signal: watch.signal }
    await stageFile(worker, 'households', households, readers, first)
    const second = { ...first, read: (bytes: number) => watch.onRead(households.survey.bytes + bytes) }
    if (members) await stageFile(worker, 'members', members, readers, second)
  } finally {
    await readers.close()
  }
  watch.onPhase?.('settle')
  return transaction(worker, actor, async tx => {
    await settleStaging(tx, attempt, head, namingOf(asked))
    return endAttempt(tx, job.id, attempt, LANES)
  }).catch(async error => {
    // Another reading has taken the place of this one: its rows would stay for good.
    if (error instanceof ImportElsewhere) await transaction(worker, actor, tx => clearStaging(tx, attempt))
    throw error
  })
}

const headingOf = ({ format, header }: Table) => ({ format, header })

/** The lanes side by side. A failure in one stops the others at their next batch; what is registered stays. */
async function registerStaged(
  worker: Database,
  asked: ImportAsked,
  job: ImportJob,
  watch: ImportWatch,
): Promise<Registered> {
  let done = job.registered + job.changed + job.unchanged
  const onBatch = (households: number) => {
    done += households
    watch.onRegistered(done, Math.max(done, job.staged ?? 0))
  }
  watch.onPhase?.('register')
  onBatch(0)
  const failed = new AbortController()
  const signal = AbortSignal.any([watch.signal, failed.signal])
  const lanes = await transaction(worker, actor, tx => lanesOf(tx, job.id))
  const runs = lanes.map(({ number }) =>
    registerLane(worker, asked, job, number, signal, onBatch).catch(error => {
      failed.abort()
      throw error
    }),
  )
  const reasons = (await Promise.allSettled(runs)).flatMap(run => (run.status === 'rejected' ? [run.reason] : []))
  if (reasons.length > 0) throw reasons.find(reason => !(reason instanceof ImportStopped)) ?? reasons[0]
  return transaction(worker, actor, tx => lockJob(tx, job.id))
}

async function registerLane(
  worker: Database,
  asked: ImportAsked,
  job: ImportJob,
  number: number,
  signal: AbortSignal,
  onBatch: (households: number) => void,
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw new ImportStopped('stopped between two batches')
    const told = await transaction(worker, actor, tx => registerBatch(tx, asked, job, number))
    if (told === undefined) return
    onBatch(told.registered + told.changed + told.unchanged)
  }
}

/** The next batch after the lane's position; undefined when there was none left. */
async function registerBatch(
  tx: Transaction,
  asked: ImportAsked,
  job: ImportJob,
  number: number,
): Promise<Registered | undefined> {
  const lane = await lockLane(tx, job.id, number)
  await openIncoming(tx)
  const last = await moveBatch(tx, job, lane, asked.batch ?? BATCH)
  if (last === null) return undefined
  const told = await registerIncoming(tx, {
    country: asked.country.code,
    source: job.source,
    channel: 'import',
    actor: asked.askedBy,
    importId: job.id,
    effectiveOn: job.effectiveOn,
    modelled: false,
    head: asked.country.catalogue.head,
  })
  await advanceLane(tx, job.id, lane, last, told)
  return told
}

/** Copies the next staged households and their members to the doorstep of the register; answers the last row taken. */
async function moveBatch(
  tx: Transaction,
  { attempt }: ImportJob,
  { position, lastLine }: ImportLane,
  size: number,
): Promise<number | null> {
  const { rows } = await sql<{ last: number | null }>`
    select max(line) as last from (
      select line from households.import_household
      where attempt = ${attempt} and line > ${position} and line <= ${lastLine} order by line limit ${sql.lit(size)}
    ) as next`.execute(tx)
  const last = rows[0]!.last
  if (last === null) return null
  const columns = sql.raw(HOUSEHOLD_COLUMNS)
  await sql`
    insert into pg_temp.incoming_household (${columns})
    select ${columns} from households.import_household
    where attempt = ${attempt} and line > ${position} and line <= ${last} order by line`.execute(tx)
  await sql`
    insert into pg_temp.incoming_member (${sql.raw(MEMBER_COLUMNS)})
    select ${sql.raw(MEMBER_COLUMNS.replace('position', 'line').replaceAll(/\w+/g, 'member.$&'))}
    from households.import_household as household
      join households.import_member as member on member.attempt = household.attempt and member.household = household.source_id
    where household.attempt = ${attempt} and household.line > ${position} and household.line <= ${last}
    order by household.line, member.line`.execute(tx)
  return last
}
