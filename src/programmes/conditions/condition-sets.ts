import { type RawBuilder, sql } from 'kysely'
import { type AuditedSetSource, compareLines } from '#security'

/** What the record of a slice of findings says of it. */
export type FindingSet = {
  readonly run: string
  readonly code: string
  readonly first: string
  readonly last: string
}

/** Findings as lines of the audit. */
export const findingLines = ({ run, code, first, last }: FindingSet): RawBuilder<unknown> =>
  sql`select concat_ws('|', household_id, person_id, month, finding, waiver_id) from programmes.condition_finding
    where run_id = ${run}::uuid and code = ${code} and household_id between ${first}::uuid and ${last}::uuid`

/** Findings of conditions, read again. */
export const conditionSets: readonly AuditedSetSource[] = [
  {
    action: 'condition.assess',
    async compare(tx, record) {
      const { run, code, first, last } = record.detail as Partial<FindingSet>
      if (run === undefined || code === undefined || first === undefined || last === undefined) return undefined
      return compareLines(tx, record, findingLines({ run, code, first, last }))
    },
  },
]
