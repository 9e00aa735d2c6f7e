import { sql } from 'kysely'
import type { DataCheck } from '#db'
import type { Finding } from '#kernel'

/** A number is given within the day: the numbering task takes less than a minute, and says nothing where it stands still. */
const HOURS = 24

/** Whether the unique numbers reach people in time: for `socle doctor`, where work goes on. */
export const numberChecks: readonly DataCheck[] = [
  {
    name: 'numbers-given',
    asks: `who was registered has a unique number within ${HOURS} hours, and was told it`,
    async run(tx) {
      const { rows } = await sql<{ unnumbered: number; hours: number; untold: number }>`
        select
          (select count(*)::int from ${WITHOUT}) as unnumbered,
          (select coalesce(floor(extract(epoch from clock_timestamp() - min(p.recorded_at)) / 3600), 0)::int
            from ${WITHOUT}) as hours,
          (select count(*)::int from population.registration r
            where r.announced_at is null and r.registered_at < ${BEFORE} and exists (
              select from population.unique_number n where n.person_id = r.person_id and n.withdrawn_at is null)) as untold`.execute(
        tx,
      )
      const { unnumbered, hours, untold } = rows[0]!
      const findings: Finding[] = []
      if (unnumbered > 0) {
        findings.push({
          check: 'numbers-given',
          severity: 'warning',
          says: `${unnumbered} persons have waited for their unique number for more than ${HOURS} hours, the first for ${hours}.`,
          todo: 'No worker runs, or its log says why it gives none: start Socle or npx socle worker; numbers follow by themselves within a minute.',
        })
      }
      if (untold > 0) {
        findings.push({
          check: 'numbers-given',
          severity: 'warning',
          says: `${untold} persons have a unique number and were not told it for more than ${HOURS} hours after their registration.`,
          todo: 'No worker runs, or its log says why: start Socle or npx socle worker; the messages follow by themselves.',
        })
      }
      return findings
    },
  },
]

const BEFORE = sql`clock_timestamp() - make_interval(hours => ${HOURS})`
/** Since when somebody waits is since what is known of them was last put right: later than the registration, never earlier. */
const WITHOUT = sql`population.person p where p.recorded_at < ${BEFORE} and not exists (
  select from population.unique_number n where n.person_id = p.id and n.withdrawn_at is null)`
