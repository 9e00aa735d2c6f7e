import { sql } from 'kysely'
import { jsonText, type Transaction } from '#db'
import type { Month } from '#kernel'
import type { Difference } from './determination.ts'
import type { RunId } from './run.sql.ts'
import type { Total } from './totals.ts'

/** Writes the totals of a range. */
export async function insertTotals(
  tx: Transaction,
  runId: RunId,
  number: number,
  totals: readonly Total[],
): Promise<void> {
  const rows = totals.map(total => ({ ...total, weight: String(total.weight), amountMinor: String(total.amountMinor) }))
  await sql`
    insert into programmes.determination_total (run_id, number, territory, kind, code, households, weight, amount_minor)
    select ${runId}, ${number}, row.territory, row.kind, row.code, row.households, row.weight, row."amountMinor"
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as row(
      territory text, kind text, code text, households integer, weight numeric, "amountMinor" bigint)`.execute(tx)
}

export type RunFigures = {
  readonly households: number
  readonly eligible: number
  readonly undetermined: number
  /** Share of the weighted households that are eligible, in percent with two decimals; null where there is none. */
  readonly weightedShare: string | null
  readonly amountMinor: bigint
}

/** What a run decided, over what the actor may see. */
export async function runFigures(tx: Transaction, runId: RunId): Promise<RunFigures> {
  const { rows } = await sql<RunFigures>`
    select coalesce(sum(households), 0)::int as households, coalesce(sum(eligible), 0)::int as eligible,
      coalesce(sum(undetermined), 0)::int as undetermined,
      round(100 * coalesce(sum(eligible_weight), 0) / nullif(sum(weight), 0), 2)::text as "weightedShare",
      coalesce(sum(amount_minor), 0)::bigint as "amountMinor"
    from programmes.run_figures(${runId}, 0)`.execute(tx)
  return rows[0] as RunFigures
}

export type TerritoryFigures = {
  readonly territory: string
  readonly households: number
  readonly eligible: number
  readonly amountMinor: bigint
}

/** The same by territory, at the level of the code's first `parts` parts (1: regions, 2: provinces). */
export async function runFiguresByTerritory(tx: Transaction, runId: RunId, parts: number): Promise<TerritoryFigures[]> {
  const { rows } = await sql<TerritoryFigures>`
    select territory, households, eligible, amount_minor as "amountMinor"
    from programmes.run_figures(${runId}, ${parts}) order by territory collate "C"`.execute(tx)
  return rows
}

/** How many households each refusal turned away, most frequent first, as far as the actor may see. */
export async function runRefusals(tx: Transaction, runId: RunId): Promise<{ code: string; households: number }[]> {
  const { rows } = await sql<{ code: string; households: number }>`
    select code, sum(households)::int as households from programmes.determination_total
    where run_id = ${runId} and kind = 'refusal'
    group by code order by households desc, code`.execute(tx)
  return rows
}

export type DifferenceFigures = {
  readonly difference: Difference
  readonly households: number
  /** What they have more, or less, than before, in minor units. */
  readonly amountMinor: bigint
}

/** For how many households a run changed what stood, and how. */
export async function runDifferences(tx: Transaction, runId: RunId): Promise<DifferenceFigures[]> {
  const { rows } = await sql<DifferenceFigures>`
    select code as difference, sum(households)::int as households, sum(amount_minor)::bigint as "amountMinor"
    from programmes.determination_total
    where run_id = ${runId} and kind = 'difference'
    group by code
    order by array_position(array['first', 'entered', 'left', 'amount_changed', 'gone', 'other'], code)`.execute(tx)
  return rows
}

export type ReasonFigures = { readonly code: string; readonly households: number }

/**
 * Why households left in a run, and what had kept out those who entered, most frequent first, as far as the actor may see.
 * Codes of refusals, or `outcome:` with gone, undetermined, not_eligible or none where no refusal held. A household with two
 * reasons counts under both.
 */
export async function runReasons(
  tx: Transaction,
  runId: RunId,
): Promise<{ readonly left: readonly ReasonFigures[]; readonly entered: readonly ReasonFigures[] }> {
  const { rows } = await sql<ReasonFigures & { kind: string }>`
    select kind, code, sum(households)::int as households from programmes.determination_total
    where run_id = ${runId} and kind in ('left_for', 'entered_from')
    group by kind, code order by households desc, code`.execute(tx)
  const of = (kind: string) =>
    rows.filter(row => row.kind === kind).map(({ code, households }) => ({ code, households }))
  return { left: of('left_for'), entered: of('entered_from') }
}

export type EntitlementTotals = { readonly entitlements: number; readonly amountMinor: bigint }

/** Count and sum of what is owed for a month, over what the actor may see. */
export async function entitlementTotals(tx: Transaction, pack: string, month: Month): Promise<EntitlementTotals> {
  const { rows } = await sql<EntitlementTotals>`
    select count(*)::int as entitlements, coalesce(sum(amount_minor), 0)::bigint as "amountMinor"
    from programmes.entitlement where pack = ${pack} and month = ${month}`.execute(tx)
  return rows[0] as EntitlementTotals
}
