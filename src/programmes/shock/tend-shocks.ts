import { sql } from 'kysely'
import { type Country, openCountry } from '#countries'
import {
  type Database,
  defineJob,
  type JobDefinition,
  type RepeatedTask,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import { addMonths, type DateText, type Month, monthOf } from '#kernel'
import { askRun } from '../ask-run.ts'
import type { RunId } from '../run.sql.ts'
import { SHOCK_JOB } from './propose-shock.ts'
import { listShocks } from './shock.sql.ts'
import { SHOCK_MONTHS_BACK, type Shock } from './shock.ts'

const actor = workerActor('shocks')
const FIFTEEN_MINUTES = 15 * 60_000

/** The worker's round of shocks: each month of each pack has its run once it is there, and none after the last. */
export function tendingShocks(country: Country, today: () => DateText): RepeatedTask {
  return { pauseMs: FIFTEEN_MINUTES, run: async worker => void (await askShockRuns(worker, country, monthOf(today()))) }
}

/** The same round at once, when a shock was approved. */
export function shockJob(today: (country: Country) => DateText): JobDefinition<unknown> {
  return defineJob<{ readonly country: string }>({
    ...SHOCK_JOB,
    async run({ country: code }, { worker }) {
      const country = openCountry(code)
      await askShockRuns(worker, country, monthOf(today(country)))
    },
  }) as JobDefinition<unknown>
}

/**
 * Asks for the runs that shocks call for: for each pack the earliest month up to now for which nobody asked since the shock counts
 * there. One at a time for each pack; a run that was given up by hand is not asked for again.
 */
export async function askShockRuns(worker: Database, country: Country, now: Month): Promise<readonly RunId[]> {
  const asked: RunId[] = []
  for (const { pack } of country.shocks) {
    const run = await transaction(worker, actor, async tx => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`programmes.shock_runs ${pack}`}, 0))`.execute(tx)
      const shocks = await listShocks(tx, country.code, { since: addMonths(now, -SHOCK_MONTHS_BACK) })
      const month = await earliestDue(tx, pack, dueMonths(shocks, pack, now))
      if (month === undefined) return undefined
      const left = await askRun(tx, { country, pack, month, now, askedBy: 'shocks' })
      return left.ok ? left.value : undefined
    })
    if (run !== undefined) asked.push(run)
  }
  return asked
}

export type DueMonth = { readonly month: Month; readonly since: Date }

/** Months up to now in which a pack pays, in order, each since when a shock counts in it. */
export function dueMonths(shocks: readonly Shock[], pack: string, now: Month): DueMonth[] {
  const months = new Map<Month, Date>()
  for (const shock of shocks.filter(each => each.expansions.some(one => one.pack === pack))) {
    const last = shock.until < now ? shock.until : now
    for (let month = shock.from; month <= last; month = addMonths(month, 1)) {
      const since = countsSince(shock, month)
      const known = months.get(month)
      if (known === undefined || known < since) months.set(month, since)
    }
  }
  return [...months]
    .map(([month, since]) => ({ month, since }))
    .sort((one, other) => (one.month < other.month ? -1 : 1))
}

/** When a month of a shock began to count for good: at its declaration, or when its end was last moved past it. */
function countsSince({ declaredAt, declaredUntil, changes }: Shock, month: Month): Date {
  let since = declaredAt
  let end = declaredUntil
  for (const change of changes) {
    if (end < month && month <= change.until) since = change.at
    end = change.until
  }
  return since
}

async function earliestDue(tx: Transaction, pack: string, due: readonly DueMonth[]): Promise<Month | undefined> {
  const { rows } = await sql<{ month: Month }>`
    select due.month from unnest(${due.map(each => each.month)}::text[], ${due.map(each => each.since)}::timestamptz[]) as due (month, since)
    where not exists (select from programmes.determination_request as asked
        where asked.pack = ${pack} and asked.month = due.month and asked.asked_at >= due.since)
      and not exists (select from programmes.determination_run as run
        where run.pack = ${pack} and run.month = due.month and not run.trial and run.asked_at >= due.since)
    order by due.month limit 1`.execute(tx)
  return rows[0]?.month
}
