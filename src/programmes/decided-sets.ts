import { type RawBuilder, sql } from 'kysely'
import type { Id, Month } from '#kernel'
import { type AuditedSetSource, compareLines } from '#security'
import { adjustmentLines } from './arrears/adjust.ts'
import { recoveryLines } from './arrears/recover.ts'
import { determinationLines, rowsOfRange } from './determination.sql.ts'
import { enrolmentLines } from './enrolment/asked.sql.ts'
import type { RunId } from './run.sql.ts'
import { hashRows } from './state.ts'

/** What a run of a month gives a right to, as lines for the audit. */
export function entitlementLines(run: {
  readonly id: RunId
  readonly pack: string
  readonly month: Month
}): RawBuilder<unknown> {
  return sql`
    select concat_ws('|', household_id, id, pack, month, territory, amount_minor, currency,
      exceptional_id)
    from programmes.entitlement where pack = ${run.pack} and month = ${run.month} and run_id = ${run.id}`
}

type DecidedRange = {
  readonly run: RunId
  readonly range: number
  /** Of runs that read the register itself. */
  readonly first: Id<'Household'>
  readonly last: Id<'Household'>
}
type EntitledRun = { readonly run: RunId; readonly pack: string; readonly month: Month }

/** Determinations, entitlements and enrolments, read again from their tables. */
export const decidedSets: readonly AuditedSetSource[] = [
  {
    action: 'determination.decide',
    async compare(tx, record) {
      const { run, range, first, last } = record.detail as Partial<DecidedRange>
      if (run === undefined || range === undefined) return undefined
      if (first !== undefined && last !== undefined) {
        return compareLines(tx, record, determinationLines(run, { first, last }))
      }
      if (record.count === null || record.digest === null) return undefined
      const rows = await rowsOfRange(tx, run, range)
      return {
        recorded: { count: record.count, digest: record.digest },
        now: { count: BigInt(rows.length), digest: hashRows(rows) },
      }
    },
  },
  {
    action: 'entitlement.record',
    async compare(tx, record) {
      const { run, pack, month, lines } = record.detail as Partial<EntitledRun> & { lines?: number }
      if (run === undefined || pack === undefined || month === undefined || lines === undefined) return undefined
      return compareLines(tx, record, entitlementLines({ id: run, pack, month }))
    },
  },
  {
    action: 'enrolment.change',
    async compare(tx, record) {
      const { act, pack } = record.detail as { act?: string; pack?: string }
      if (act === undefined || pack === undefined) return undefined
      return compareLines(tx, record, enrolmentLines({ id: act, pack }))
    },
  },
  {
    action: 'entitlement.adjust',
    async compare(tx, record) {
      const { run, pack, month } = record.detail as Partial<EntitledRun>
      if (run === undefined || pack === undefined || month === undefined) return undefined
      return compareLines(tx, record, adjustmentLines({ id: run, pack, month }))
    },
  },
  {
    action: 'recovery.record',
    async compare(tx, record) {
      const { plan } = record.detail as { plan?: string }
      return plan === undefined ? undefined : compareLines(tx, record, recoveryLines(plan))
    },
  },
]
