import { type RawBuilder, sql } from 'kysely'
import { type Country, type RetainedCategory, retainedFrom } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import type { DateText } from '#kernel'
import { forgetNames } from '#population'
import { appendAuditOfRows } from '#security'
import { type Ending, endingOf } from './retention.sql.ts'

/** What is done with one category on a day. */
export type RetentionPlan = {
  readonly category: RetainedCategory
  /** Null: not set by the controller; nothing is done. */
  readonly months: number | null
  /** What lies wholly before this day has had its time; null where no time is set. */
  readonly before: DateText | null
}

export type RetentionDone = RetentionPlan & {
  /** Households, persons, accounts or runs whose time had ended; with a dry run, those whose it has. */
  readonly ended: number
}

/**
 * Categories in the order in which they end: what a household's end takes along comes before it. The day is an argument:
 * the same day asked again gives the same plan.
 */
export function planRetention({ processings }: Country['personalData'], asOf: DateText): RetentionPlan[] {
  const order: readonly RetainedCategory[] = ['contact', 'sensitive', 'accounts', 'payments', 'identity']
  return order.map(category => {
    const months = processings.find(each => each.category === category)?.retention?.months ?? null
    const before = months === null ? null : (Temporal.PlainDate.from(asOf).subtract({ months }).toString() as DateText)
    return { category, months, before }
  })
}

export type RetentionRequest = {
  readonly country: Country
  /** The day on which it is asked what has ended. */
  readonly asOf: DateText
  readonly dryRun?: boolean
  readonly batch?: number
}

const BATCH = 500

/**
 * Anonymises what the register of processing no longer lets us keep, category by category and batch by batch. A batch is one
 * transaction with its record in the audit (how many, which day, the hash of their ids): stopped or killed anywhere, whole
 * batches are done, and asked again it goes on. What has ended once is gone, so a second run finds nothing.
 */
export async function retain(
  worker: Database,
  { country, asOf, dryRun = false, batch = BATCH }: RetentionRequest,
  options: {
    readonly signal?: AbortSignal
    readonly onProgress?: (category: RetainedCategory, ended: number) => void
  } = {},
): Promise<RetentionDone[]> {
  const done: RetentionDone[] = []
  for (const plan of planRetention(country.personalData, asOf)) {
    if (plan.before === null) {
      done.push({ ...plan, ended: 0 })
      continue
    }
    const ending = endingOf(country, plan.category, plan.before)
    const report = (ended: number) => options.onProgress?.(plan.category, ended)
    const ended = dryRun
      ? await transaction(worker, actor, tx => countDue(tx, ending), { readOnly: true })
      : await endAll(worker, { ending, plan, country, batch }, report, options.signal)
    done.push({ ...plan, ended })
  }
  // Names that nobody bears any more leave what search compares with, corrected ones too.
  if (!dryRun) await transaction(worker, actor, forgetNames)
  return done
}

const actor = workerActor('privacy retain')

async function countDue(tx: Transaction, ending: Ending): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${ending.due}) as due`.execute(tx)
  return rows[0]!.n
}

type EndAll = {
  readonly ending: Ending
  readonly plan: RetentionPlan
  readonly country: Country
  readonly batch: number
}

async function endAll(
  worker: Database,
  { ending, plan, country, batch }: EndAll,
  report: (ended: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  let ended = 0
  let after: string | undefined
  for (;;) {
    signal?.throwIfAborted()
    const from = after
    const ids = await transaction(worker, actor, async tx => {
      const due = await nextDue(tx, ending, from, batch)
      if (due.length === 0) return due
      await sql`select ${ending.end(due)}`.execute(tx)
      await appendAuditOfRows(tx, recordOf(plan, country, sql`select unnest(${due}::text[])`))
      return due
    })
    if (ids.length === 0) return ended
    after = ids.at(-1)
    ended += ids.length
    report(ended)
  }
}

async function nextDue(
  tx: Transaction,
  ending: Ending,
  after: string | undefined,
  batch: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text from (${ending.due}) as due
    where ${after ?? null}::uuid is null or id > ${after ?? null}::uuid
    order by due.id limit ${batch}`.execute(tx)
  return rows.map(row => row.id)
}

function recordOf({ category, before, months }: RetentionPlan, country: Country, rows: RawBuilder<unknown>) {
  const source = country.personalData.processings.find(each => each.category === category)?.retention?.source ?? null
  return {
    action: 'personal_data.anonymise',
    subject: { kind: subjectOf[category] },
    purpose: 'administration: retention ended',
    detail: { country: country.code, category, months, from: retainedFrom[category], before, source },
    rows,
  } as const
}

const subjectOf = {
  contact: 'person',
  sensitive: 'household',
  accounts: 'payee_account',
  payments: 'payment_run',
  identity: 'household',
} as const satisfies Record<RetainedCategory, string>
