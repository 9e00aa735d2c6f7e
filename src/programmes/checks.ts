// What must hold of decisions, asked once more of the rows as they are now.
import { sql } from 'kysely'
import type { DataCheck } from '#db'
import { rowsOfRange } from './determination.sql.ts'
import { type RunId, TRIALS_FROM } from './run.sql.ts'
import { hashRanges, hashRows } from './state.ts'

type SampledRange = {
  readonly runId: RunId
  readonly number: number
  readonly pack: string
  readonly month: string
  readonly hash: string
}

export const programmeChecks: readonly DataCheck[] = [
  {
    name: 'determination-hashes',
    asks: 'a sample of the latest runs hashes as it did when it was decided',
    async run(tx) {
      const { rows } = await sql<SampledRange>`
        with latest as (
          select distinct on (pack) id, pack, month from programmes.determination_run
          where finished_at is not null order by pack, finished_at desc),
        drawn as (
          select r.*, l.pack, l.month, row_number() over (partition by r.run_id order by random()) as place
          from programmes.determination_range r join latest l on l.id = r.run_id where r.decided_at is not null and r.written > 0)
        select run_id as "runId", pack, month, number, written_hash as hash
        from drawn where place <= 2 order by run_id, number`.execute(tx)
      const changed: string[] = []
      for (const range of rows) {
        const found = hashRows(await rowsOfRange(tx, range.runId, range.number))
        if (found !== range.hash) changed.push(`${range.pack} ${range.month}, range ${range.number}`)
      }
      return changed.length === 0 ? [] : [altered(changed.join('; '))]
    },
  },
  {
    name: 'determination-runs',
    asks: 'the hash of every finished run is that of its ranges',
    async run(tx) {
      const { rows } = await sql<{ name: string; hash: string; hashes: string[] }>`
        select concat_ws(' ', run.pack, run.month) as name, run.result_hash as hash,
          array_agg(r.result_hash order by r.number) as hashes
        from programmes.determination_run run join programmes.determination_range r on r.run_id = run.id
        where run.finished_at is not null and r.result_hash is not null group by run.id`.execute(tx)
      const changed = rows.filter(row => hashRanges(row.hashes) !== row.hash).map(row => row.name)
      return changed.length === 0 ? [] : [altered(changed.slice(0, 5).join('; '))]
    },
  },
  {
    name: 'decision-orphans',
    asks: 'every determination and entitlement belongs to a household of the register, and every determination to a run',
    async run(tx) {
      const { rows } = await sql<{ determinations: number; entitlements: number }>`
        select (select count(*)::int from programmes.determination d
            where d.sequence < ${TRIALS_FROM} and not exists (select from households.published_household h where h.id = d.household_id)
              or not exists (select from programmes.determination_run r
                where r.id = d.run_id and r.pack = d.pack and r.sequence = d.sequence)) as determinations,
          (select count(*)::int from programmes.entitlement e
            where not exists (select from households.published_household h where h.id = e.household_id)) as entitlements`.execute(
        tx,
      )
      const { determinations, entitlements } = rows[0]!
      if (determinations + entitlements === 0) return []
      return [
        {
          check: 'decision-orphans',
          severity: 'serious',
          says: `${determinations} determinations and ${entitlements} entitlements belong to no household of the register, or to no run.`,
          todo: 'Households are never deleted by the program: find out from the audit who did, and restore them from the last verified backup.',
        },
      ]
    },
  },
  {
    name: 'enrolment-states',
    asks: 'the state of every household in every programme is what its changes come to',
    async run(tx) {
      const { rows } = await sql<{ differs: number; lost: number }>`
        select (select count(*)::int from programmes.enrolment e left join programmes.enrolment_event v using (household_id, pack, sequence)
            where v.household_id is null or (e.state, e.reason, e.effective_month) <> (v.state, v.reason, v.effective_month)) as differs,
          (select count(*)::int from (
            select household_id, pack, max(sequence) as sequence from programmes.enrolment_event group by household_id, pack
            except select household_id, pack, sequence from programmes.enrolment) as ahead
            where not exists (select from programmes.enrolment e where e.household_id = ahead.household_id and e.pack = ahead.pack
              and e.sequence > ahead.sequence)) as lost`.execute(tx)
      const { differs, lost } = rows[0]!
      if (differs + lost === 0) return []
      return [
        {
          check: 'enrolment-states',
          severity: 'serious',
          says: `${differs} enrolments are not as their last change says, and ${lost} households have changes that their state does not know.`,
          todo: 'The changes are the truth, and the audit holds their hashes: entitle no month before what was altered, and by whom, is known from the audit of the database.',
        },
      ]
    },
  },
]

function altered(what: string) {
  return {
    check: 'determination-hashes',
    severity: 'serious',
    says: `Decisions were changed after they had been taken: ${what}.`,
    todo: 'Pay nothing from these runs. Decide the month again from the same facts and text: the difference names each household.',
  } as const
}
