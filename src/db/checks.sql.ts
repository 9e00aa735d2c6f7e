// What must hold of the schema, the outbox and the queues.
import { sql } from 'kysely'
import type { Finding } from '#kernel'
import { backupState } from './backup/journal.ts'
import type { DataCheck } from './data-check.ts'
import { MODULES } from './migration-files.ts'

const LAG_SECONDS = 120
const STUCK_MINUTES = 90

export const schemaChecks: readonly DataCheck[] = [
  {
    name: 'guards',
    asks: 'every trigger is awake, every constraint and index valid',
    async run(tx) {
      const { rows } = await sql<{ what: string }>`
        select format('trigger %I of %s is switched off', g.tgname, g.tgrelid::regclass) as what
        from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any (${[...MODULES]}::text[]) and g.tgenabled in ('D', 'R')
        union all
        select format('constraint %I of %s was never checked', k.conname, k.conrelid::regclass)
        from pg_constraint k join pg_namespace n on n.oid = k.connamespace
        where n.nspname = any (${[...MODULES]}::text[]) and not k.convalidated
        union all
        select format('index %s is not valid', i.indexrelid::regclass)
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any (${[...MODULES]}::text[]) and not i.indisvalid
        order by 1`.execute(tx)
      return rows.map(({ what }) => ({
        check: 'guards',
        severity: 'serious',
        says: `A guard of the database does not stand: ${what}.`,
        todo: "Find out from the server's log who did this and what was written meanwhile; then, as the owner, put it back (alter table … enable trigger, validate constraint, reindex).",
      }))
    },
  },
]

export const workChecks: readonly DataCheck[] = [
  {
    name: 'outbox',
    asks: `events reach their subscribers within ${LAG_SECONDS} seconds, and none is dead`,
    async run(tx) {
      const { rows } = await sql<{ dead: number; sample: string | null; late: number; seconds: number }>`
        select count(*) filter (where dead_at is not null)::int as dead,
          min(concat_ws(' ', subscriber, type, last_error)) filter (where dead_at is not null) as sample,
          count(*) filter (where dead_at is null)::int as late,
          coalesce(extract(epoch from clock_timestamp() - min(due_at) filter (where dead_at is null)), 0)::int as seconds
        from db.delivery`.execute(tx)
      const { dead, sample, late, seconds } = rows[0]!
      const findings: Finding[] = []
      if (dead > 0) {
        findings.push({
          check: 'outbox',
          severity: 'serious',
          says: `${dead} deliveries failed too often and wait for somebody (${sample}); later news of the same things waits behind them.`,
          todo: 'Mend the cause, then revive them (reviveDeliveries of the subscriber); they are delivered in order.',
        })
      }
      if (seconds > LAG_SECONDS) {
        findings.push({
          check: 'outbox',
          severity: 'warning',
          says: `${late} deliveries are due, the first since ${seconds} seconds.`,
          todo: 'No worker runs, or too few: start Socle or npx socle worker on another machine.',
        })
      }
      return findings
    },
  },
  {
    name: 'jobs',
    asks: 'no job failed for good in the last week, and none is stuck',
    async run(tx) {
      const { rows } = await sql<{ name: string; state: string; count: number }>`
        select name, case when state = 'failed' then 'failed' else 'stuck' end as state, count(*)::int as count
        from jobs.job
        where (state = 'failed' and completed_on > now() - interval '7 days')
          or (state = 'active' and started_on < now() - make_interval(mins => ${STUCK_MINUTES})
            and coalesce(heartbeat_on, started_on) < now() - interval '5 minutes')
          or (state in ('created', 'retry') and start_after < now() - interval '1 hour')
        group by 1, 2 order by 1, 2`.execute(tx)
      return rows.map(({ name, state, count }) => ({
        check: 'jobs',
        severity: 'warning',
        says:
          state === 'failed'
            ? `${count} jobs ${name} failed for good in the last week.`
            : `${count} jobs ${name} are stuck: nobody has worked on them for long.`,
        todo:
          state === 'failed'
            ? 'The log of the worker says why. Ask for the same work again: what is done already is not done twice.'
            : 'Start a worker (npm start or npx socle worker); it takes them up again.',
      }))
    },
  },
  {
    name: 'backups',
    asks: 'a backup was restored and found sound within the last days',
    async run(tx) {
      const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx)
      return decideBackupAge(await backupState(tx), rows[0]!.now)
    },
  },
]

const DAY_MS = 86_400_000
const WRITTEN_DAYS = 2
const SOUND_DAYS = 8

/** How old the latest backup and the latest verified one are. */
export function decideBackupAge(
  { writtenFor, soundFor, latestUnsound }: Awaited<ReturnType<typeof backupState>>,
  now: Date,
): Finding[] {
  const days = (since: Date) => Math.floor((now.getTime() - since.getTime()) / DAY_MS)
  const check = 'backups'
  const todo =
    'npx socle backup --recipient age1… --to /another/disk --verify, every night from cron or a systemd timer (docs/operations.md).'
  const findings: Finding[] = []
  if (latestUnsound !== null) {
    const says = `The last verification of a backup failed: ${latestUnsound}`
    findings.push({ check, severity: 'serious', says, todo: `Do not count on that backup. ${todo}` })
  }
  if (writtenFor === null) {
    findings.push({ check, severity: 'warning', says: 'No backup was ever written here.', todo })
  } else if (days(writtenFor) >= WRITTEN_DAYS) {
    findings.push({ check, severity: 'warning', says: `The latest backup is ${days(writtenFor)} days old.`, todo })
  }
  if (writtenFor !== null && soundFor === null) {
    findings.push({ check, severity: 'warning', says: 'No backup was ever verified by restoring it.', todo })
  } else if (soundFor !== null && days(soundFor) >= SOUND_DAYS) {
    const says = `The latest backup that was restored and found sound is ${days(soundFor)} days old.`
    findings.push({ check, severity: 'warning', says, todo })
  }
  return findings
}
