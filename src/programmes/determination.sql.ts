import { type RawBuilder, sql } from 'kysely'
import { clientOf, type Transaction } from '#db'
import type { Id, Month } from '#kernel'
import type { Outcome } from '#rules'
import type { Before, DecidedOutcome, Determination, DeterminationRow } from './determination.ts'
import { chainFrom, inChain, type RunId, type RunRow } from './run.sql.ts'

const determinationColumns = sql`
  d.household_id as "householdId", d.declaration_id as "declarationId", d.territory, d.weight, d.outcome,
  d.amount_minor as "amountMinor", d.refusals, d.open_refusals as "openRefusals", d.missing, d.scores, d.lines`

/** A place among households asked about, and what stood before for it: null where nothing did. */
export type Differing = { readonly place: number; readonly before: Before | null }

/**
 * Of some households, those whose state is another than the last one before a run. `ids`: 16 bytes each; `states`: their
 * digests, 8 bytes each, the upper half first.
 */
export async function differing(
  tx: Transaction,
  run: Pick<RunRow, 'pack' | 'sequence'>,
  ids: Uint8Array,
  states: Uint8Array,
): Promise<Differing[]> {
  const { rows } = await clientOf(tx).query<{
    place: bigint
    outcome: DecidedOutcome | null
    amount: bigint | null
    refusals: string[] | null
  }>({
    name: 'states that differ',
    text: `select h.place, d.outcome, d.amount_minor as amount, d.refusals
      from unnest($1::uuid[], $2::bigint[]) with ordinality as h (id, state, place)
        left join lateral (
          select state, outcome, amount_minor, refusals from programmes.determination
          where household_id = h.id and pack = $3 and sequence < $4 and sequence >= $5 and sequence <> all (array(
            select sequence from programmes.determination_run where pack = $3 and cancelled_at is not null))
          order by sequence desc limit 1
        ) as d on true
      where d.state is distinct from h.state`,
    values: [
      binaryArray(ids, 16, UUID_OID),
      binaryArray(states, 8, BIGINT_OID),
      run.pack,
      run.sequence,
      chainFrom(run.sequence),
    ],
  })
  return rows.map(({ place, outcome, amount, refusals }) => ({
    place: Number(place) - 1,
    before: outcome === null ? null : { outcome, amountMinor: amount, refusals: refusals ?? [] },
  }))
}

const UUID_OID = 2950
const BIGINT_OID = 20

/** An array of values of one size in PostgreSQL's binary form: thousands of ids as text would be read digit by digit. */
function binaryArray(values: Uint8Array, size: number, oid: number): Buffer {
  const count = values.length / size
  const bytes = Buffer.allocUnsafe(20 + count * (4 + size))
  let at = 0
  for (const part of [count === 0 ? 0 : 1, 0, oid]) at = bytes.writeInt32BE(part, at)
  if (count === 0) return bytes.subarray(0, at)
  for (const part of [count, 1]) at = bytes.writeInt32BE(part, at)
  for (let index = 0; index < count; index++) {
    at = bytes.writeInt32BE(size, at)
    bytes.set(values.subarray(index * size, (index + 1) * size), at)
    at += size
  }
  return bytes
}

/** The rows of a run that say what is decided up to it: for each household the latest of the chain. */
export function statesAt(run: Pick<RunRow, 'pack' | 'sequence'>, condition: RawBuilder<unknown> = sql`true`) {
  return sql<Determination & { readonly runId: RunId }>`
    select distinct on (d.household_id) ${determinationColumns}, d.run_id as "runId"
    from programmes.determination as d
    where ${inChain('d', run)} and ${condition}
    order by d.household_id, d.sequence desc`
}

/** What stands for one household in a run, where the actor may see it; undefined where it was not decided or is gone. */
export async function findDetermination(
  tx: Transaction,
  run: RunRow,
  household: Id<'Household'>,
): Promise<(Determination & { readonly runId: RunId }) | undefined> {
  const { rows } = await statesAt(run, sql`d.household_id = ${household}`).execute(tx)
  return rows[0]?.outcome === 'gone' ? undefined : rows[0]
}

/** What stands for some households in a run. `ids`: 16 bytes each. */
export async function statesOfHouseholds(
  tx: Transaction,
  run: RunRow,
  ids: Uint8Array,
): Promise<ReadonlyMap<string, Determination>> {
  const asked = binaryArray(ids, 16, UUID_OID)
  const { rows } = await sql<Determination>`
    select ${determinationColumns}
    from unnest(${asked}::uuid[]) as h (id) cross join lateral (
      select * from programmes.determination as d
      where d.household_id = h.id and ${inChain('d', run)}
      order by d.sequence desc limit 1
    ) as d`.execute(tx)
  return new Map(rows.map(row => [row.householdId, row]))
}

/** Outcome and amount of every household of a range of ids, where the actor may see them. */
export async function outcomesOf(
  tx: Transaction,
  run: RunRow,
  { first, last }: { readonly first: Id<'Household'>; readonly last: Id<'Household'> },
): Promise<ReadonlyMap<Id<'Household'>, { readonly outcome: string; readonly amountMinor: bigint | null }>> {
  const { rows } = await sql<{ household: Id<'Household'>; outcome: string; amountMinor: bigint | null }>`
    select "householdId" as household, outcome, "amountMinor"
    from (${statesAt(run, sql`d.household_id between ${first} and ${last}`)}) as state
    where outcome <> 'gone'`.execute(tx)
  return new Map(rows.map(({ household, ...decided }) => [household, decided]))
}

type Written = Omit<DeterminationRow, 'before'> & {
  readonly beforeOutcome: DecidedOutcome | null
  readonly beforeAmount: bigint | null
  readonly beforeRefusals: string[] | null
}

const writtenColumns = sql`${determinationColumns}, d.difference, d.before_outcome as "beforeOutcome",
  d.before_amount_minor as "beforeAmount", d.before_refusals as "beforeRefusals"`

/** The rows that a range of a run wrote, in order of household id. */
export async function rowsOfRange(tx: Transaction, runId: RunId, number: number): Promise<DeterminationRow[]> {
  const { rows } = await sql<Written>`
    select ${writtenColumns} from programmes.determination as d
    where d.run_id = ${runId} and d.range_number = ${number}
    order by d.household_id`.execute(tx)
  return rows.map(rowOf)
}

function rowOf({ beforeOutcome, beforeAmount, beforeRefusals, ...row }: Written): DeterminationRow {
  const before =
    beforeOutcome === null
      ? null
      : { outcome: beforeOutcome, amountMinor: beforeAmount, refusals: beforeRefusals ?? [] }
  return { ...row, before }
}

/** The determinations of a run that read the register itself, as lines for the audit: all that each says. */
export function determinationLines(
  runId: RunId,
  range: { readonly first: Id<'Household'>; readonly last: Id<'Household'> },
): RawBuilder<unknown> {
  return sql`
    select (household_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores, lines,
      weight)::text
    from programmes.determination
    where run_id = ${runId} and household_id between ${range.first} and ${range.last}`
}

export type HouseholdDetermination = Omit<Determination, 'outcome'> & {
  readonly outcome: Outcome
  readonly runId: RunId
  readonly pack: string
  /** Month from which it stands. */
  readonly month: Month
  /** Last run in which it stood, and its month. */
  readonly lastRun: RunId
  readonly until: Month
  readonly currency: string | null
  /** Instant in ISO 8601. */
  readonly decidedAt: string
}

/** All that finished runs decided for a household, the latest first: a row where something changed. */
export async function determinationsOf(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<readonly HouseholdDetermination[]> {
  const { rows } = await sql<HouseholdDetermination>`
    select ${determinationColumns}, run.id as "runId", run.pack, run.month, run.currency,
      last.id as "lastRun", last.month as until,
      to_char(run.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "decidedAt"
    from programmes.determination as d join programmes.determination_run as run on run.id = d.run_id
      cross join lateral (
        select id, month from programmes.determination_run
        where pack = d.pack and finished_at is not null and not trial and sequence >= d.sequence and sequence < coalesce((
          select min(next.sequence) from programmes.determination as next
            join programmes.determination_run as after on after.id = next.run_id and after.finished_at is not null
          where next.household_id = d.household_id and next.pack = d.pack and next.sequence > d.sequence), 2147483647)
        order by sequence desc limit 1
      ) as last
    where d.household_id = ${household} and run.finished_at is not null and not run.trial and d.outcome <> 'gone'
    order by run.finished_at desc, run.id desc`.execute(tx)
  return rows
}
