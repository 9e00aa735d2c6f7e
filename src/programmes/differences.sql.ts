// What a run says is new, household by household: a page of the list at a time, and some drawn from it.
import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { DecidedOutcome, Difference } from './determination.ts'
import { chainFrom, inChain, type RunId, type RunRow } from './run.sql.ts'

/** What is new for one household, with what stood before; `before` is null where nothing did. */
export type HouseholdDifference = {
  readonly household: Id<'Household'>
  /** Its identifier where it was registered; null where it has moved out of the actor's sight. */
  readonly sourceId: string | null
  readonly territory: string
  readonly difference: Difference
  readonly outcome: DecidedOutcome
  readonly amountMinor: bigint | null
  readonly refusals: readonly string[]
  readonly missing: readonly string[]
  readonly before: {
    readonly outcome: DecidedOutcome
    readonly amountMinor: bigint | null
    readonly refusals: readonly string[]
  } | null
}

export type DifferencesAsked = {
  /** Only these; every household for whom something is new unless given. */
  readonly difference?: Difference | undefined
  /** The last household of the page before. */
  readonly after?: Id<'Household'> | undefined
  readonly limit: number
}

const columns = sql`
  d.household_id as household, h.source_id as "sourceId", d.territory, d.difference, d.outcome,
  d.amount_minor as "amountMinor", d.refusals, d.missing,
  case when d.before_outcome is not null then jsonb_build_object('outcome', d.before_outcome,
    'amountMinor', d.before_amount_minor::text, 'refusals', d.before_refusals) end as before`

type Row = Omit<HouseholdDifference, 'before'> & {
  readonly before: {
    readonly outcome: DecidedOutcome
    readonly amountMinor: string | null
    readonly refusals: readonly string[] | null
  } | null
}

const differenceFrom = ({ before, ...row }: Row): HouseholdDifference => ({
  ...row,
  before: before && {
    outcome: before.outcome,
    amountMinor: before.amountMinor === null ? null : BigInt(before.amountMinor),
    refusals: before.refusals ?? [],
  },
})

/** The households for whom a run says something new, in order of id, as far as the actor may see them. */
export async function differencesOf(
  tx: Transaction,
  run: RunRow,
  { difference, after, limit }: DifferencesAsked,
): Promise<HouseholdDifference[]> {
  // By pack and place in the chain, for the primary key: the next page is found without reading the ones before.
  const { rows } = await sql<Row>`
    select ${columns}
    from programmes.determination as d left join households.published_household as h on h.id = d.household_id
    where d.pack = ${run.pack} and d.sequence = ${run.sequence}
      and d.household_id > ${after ?? '00000000-0000-0000-0000-000000000000'}
      and ${difference === undefined ? sql`true` : sql`d.difference = ${difference}`}
    order by d.household_id
    limit ${limit}`.execute(tx)
  return rows.map(differenceFrom)
}

/** What a sample shows of: the differences whose decision can be explained, and what could not be decided. */
export const SAMPLED = ['entered', 'left', 'amount_changed', 'first', 'other', 'undetermined'] as const
export type Sampled = (typeof SAMPLED)[number]

/** Ranges that are looked into for each kind: the rows of a range lie together, those of all ranges are the run. */
const RANGES = 6
/** Runs of the chain that are looked into for those who could not be decided and for whom nothing is new. */
const RUNS_BACK = 24

/**
 * Some households of each kind, the same at every look for whoever sees the same: drawn by a hash of the run and the
 * household, from ranges drawn by a hash of the run and the range. Of who is gone there is no decision to explain.
 */
export async function sampleOfRun(
  tx: Transaction,
  run: RunRow,
  each: number,
): Promise<ReadonlyMap<Sampled, readonly HouseholdDifference[]>> {
  const sample = new Map<Sampled, readonly HouseholdDifference[]>()
  for (const kind of SAMPLED) {
    const found = kind === 'undetermined' ? await undetermined(tx, run, each) : await drawn(tx, run, run.id, kind, each)
    if (found.length > 0) sample.set(kind, found)
  }
  return sample
}

/** Those of whom the run could not decide; where it had nothing new to say of them, their row is of a run before. */
async function undetermined(tx: Transaction, run: RunRow, each: number): Promise<HouseholdDifference[]> {
  const { rows: chain } = await sql<{ id: RunId }>`
    select id from programmes.determination_run
    where pack = ${run.pack} and sequence between ${chainFrom(run.sequence)} and ${run.sequence} and finished_at is not null
    order by sequence desc limit ${RUNS_BACK}`.execute(tx)
  const found: HouseholdDifference[] = []
  for (const { id } of chain) {
    found.push(...(await drawn(tx, run, id, 'undetermined', each - found.length)))
    if (found.length >= each) break
  }
  return found
}

/** Rows that a run of the chain wrote and that stand in the run shown. */
async function drawn(
  tx: Transaction,
  run: RunRow,
  writtenBy: RunId,
  kind: Sampled,
  limit: number,
): Promise<HouseholdDifference[]> {
  const of = kind === 'undetermined' ? 'outcome' : 'difference'
  const { rows } = await sql<Row>`
    with range as (
      select number from programmes.determination_total
      where run_id = ${writtenBy} and kind = ${of} and code = ${kind}
      group by number
      order by sha256(convert_to(${`${run.id} ${kind} `} || number, 'UTF8'))
      limit ${RANGES}
    )
    select ${columns}
    from programmes.determination as d left join households.published_household as h on h.id = d.household_id
    where d.run_id = ${writtenBy} and d.range_number = any (array(select number from range)) and ${sql.ref(`d.${of}`)} = ${kind}
      and d.outcome <> 'gone' and not exists (
        select from programmes.determination as later
        where later.household_id = d.household_id and later.sequence > d.sequence and ${inChain('later', run)})
    order by sha256(convert_to(${run.id} || d.household_id::text, 'UTF8'))
    limit ${limit}`.execute(tx)
  return rows.map(differenceFrom)
}
