import { sql } from 'kysely'
import { type Database, jsonText, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { type Conflict, conflictsOpened, daysOfActors } from './anomaly.sql.ts'
import { type Anomaly, anomaliesOf, type DayOfActor } from './anomaly.ts'
import { commonTerritory } from './reading.ts'

/** Who may not open which files: asked at each evaluation. */
export type Conflicts = (tx: Transaction) => Promise<readonly Conflict[]>

const actor = workerActor('audit watch')
const EVERY_MS = 15 * 60 * 1000

/**
 * Looks at a day of the country, in the worker's role, and records what stands out. Looking again adds only what has
 * grown worse. Answers how many rows were new.
 */
export async function findAnomalies(
  worker: Database,
  asked: { readonly day: DateText; readonly timeZone: string; readonly conflicts?: Conflicts },
): Promise<number> {
  return transaction(worker, actor, async tx => {
    const { day, timeZone } = asked
    const opened = await conflictsOpened(tx, day, timeZone, (await asked.conflicts?.(tx)) ?? [])
    const rows = await daysOfActors(tx, day, timeZone)
    const found = rows.flatMap(({ territories, usual, peers, usualExported, outside, again, ...row }) => {
      const of: DayOfActor = {
        ...row,
        territory: territories.includes('') ? '' : commonTerritory(territories),
        usual: usual ?? undefined,
        peers: peers ?? undefined,
        usualExported: usualExported ?? undefined,
        outside: outside ?? undefined,
        again: again ?? undefined,
        own: opened.filter(one => one.actor === row.actor),
      }
      return anomaliesOf(of).map(anomaly => ({ ...anomaly, of }))
    })
    return insertAnomalies(tx, day, found)
  })
}

async function insertAnomalies(
  tx: Transaction,
  day: DateText,
  found: readonly (Anomaly & { readonly of: DayOfActor })[],
): Promise<number> {
  if (found.length === 0) return 0
  const json = jsonText(
    found.map(({ kind, level, subject, facts, of }) => ({
      id: newId<'Anomaly'>(),
      kind,
      level,
      actor: of.actor,
      actor_name: of.name,
      subject_kind: subject?.kind ?? '',
      subject_id: subject?.id ?? '',
      territory: of.territory,
      facts,
    })),
  )
  const { numAffectedRows } = await sql`
    insert into security.audit_anomaly
      (id, day, kind, level, actor, actor_name, subject_kind, subject_id, territory, facts)
    select id, ${day}::date, kind, level, actor, actor_name, subject_kind, subject_id, territory, facts
    from jsonb_to_recordset(${json}::jsonb) as found (id uuid, kind text, level int, actor text, actor_name text,
      subject_kind text, subject_id text, territory text, facts jsonb)
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows)
}

/** For the worker: today and yesterday of the country, every quarter of an hour. */
export function watching(timeZone: string, conflicts?: Conflicts): RepeatedTask {
  return {
    pauseMs: EVERY_MS,
    async run(worker, stopping) {
      for (const day of await lastDays(worker, timeZone)) {
        if (stopping.aborted) return
        await findAnomalies(worker, { day, timeZone, ...(conflicts && { conflicts }) })
      }
    },
  }
}

/** Yesterday and today in a zone, by the database's clock. */
export async function lastDays(worker: Database, timeZone: string): Promise<readonly DateText[]> {
  const { rows } = await transaction(worker, actor, tx =>
    sql<{ days: DateText[] }>`
      select array[to_char(here - interval '1 day', 'YYYY-MM-DD'), to_char(here, 'YYYY-MM-DD')] as days
      from (select clock_timestamp() at time zone ${timeZone} as here) as now`.execute(tx),
  )
  return rows[0]!.days
}
