import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import type { Determination } from './determination.ts'

export type RunId = Id<'DeterminationRun'>
export type Range = { readonly number: number; readonly first: Id<'Household'>; readonly last: Id<'Household'> }

/** Writes a range's determinations in one statement. A second delivery of the same range adds nothing. */
export async function insertDeterminations(
  tx: Transaction,
  runId: RunId,
  rows: readonly Determination[],
): Promise<void> {
  const json = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
  await sql`
    insert into programmes.determination
      (household_id, run_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing,
       scores, lines, weight)
    select row."householdId", ${runId}, row.territory, row."declarationId", row.outcome, row."amountMinor",
      row.refusals, row."openRefusals", row.missing, row.scores, row.lines, row.weight
    from jsonb_to_recordset(${json}::text::jsonb) as row(
      "householdId" uuid, territory text, "declarationId" uuid, outcome text, "amountMinor" bigint, refusals text[],
      "openRefusals" text[], missing text[], scores jsonb, lines jsonb, weight numeric)
    on conflict (household_id, run_id) do nothing`.execute(tx)
}

/** A range's determinations as lines for the audit, which counts and hashes them: all that each says. */
export function determinationLines(runId: RunId, range: Pick<Range, 'first' | 'last'>): RawBuilder<unknown> {
  return sql`
    select (household_id, territory, declaration_id, outcome, amount_minor, refusals, open_refusals, missing, scores, lines,
      weight)::text
    from programmes.determination
    where run_id = ${runId} and household_id between ${range.first} and ${range.last}`
}

/** The ranges that still wait, in order. */
export async function waitingRanges(tx: Transaction, runId: RunId): Promise<Range[]> {
  const rows = await tx
    .selectFrom('programmes.determination_range')
    .select(['number', 'first_household', 'last_household'])
    .where('run_id', '=', runId)
    .where('decided_at', 'is', null)
    .orderBy('number')
    .execute()
  return rows.map(row => ({
    number: row.number,
    first: row.first_household as Id<'Household'>,
    last: row.last_household as Id<'Household'>,
  }))
}

/** Takes a range for this transaction; false where another worker has written it or is writing it. */
export async function lockRange(tx: Transaction, runId: RunId, number: number): Promise<boolean> {
  const row = await tx
    .selectFrom('programmes.determination_range')
    .select('number')
    .where('run_id', '=', runId)
    .where('number', '=', number)
    .where('decided_at', 'is', null)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row !== undefined
}

/** What a run decided for one household, where the actor may see it. */
export async function findDetermination(
  tx: Transaction,
  runId: RunId,
  household: Id<'Household'>,
): Promise<Determination | undefined> {
  const { rows } = await sql<Determination>`
    select ${determinationColumns} from programmes.determination as d
    where d.household_id = ${household} and d.run_id = ${runId}`.execute(tx)
  return rows[0]
}

/** What a run decided for the households of a range, in order of their ids. */
export async function determinationsOfRange(tx: Transaction, runId: RunId, range: Pick<Range, 'first' | 'last'>) {
  const { rows } = await sql<Determination>`
    select ${determinationColumns} from programmes.determination as d
    where d.run_id = ${runId} and d.household_id between ${range.first} and ${range.last}
    order by d.household_id`.execute(tx)
  return rows
}

/** Outcome and amount of every household of a range of ids, where the actor may see them. */
export async function outcomesOf(
  tx: Transaction,
  runId: RunId,
  { first, last }: Pick<Range, 'first' | 'last'>,
): Promise<ReadonlyMap<Id<'Household'>, { readonly outcome: string; readonly amountMinor: bigint | null }>> {
  const { rows } = await sql<{ household: Id<'Household'>; outcome: string; amountMinor: bigint | null }>`
    select household_id as household, outcome, amount_minor as "amountMinor" from programmes.determination
    where run_id = ${runId} and household_id between ${first} and ${last}`.execute(tx)
  return new Map(rows.map(({ household, ...decided }) => [household, decided]))
}

const determinationColumns = sql`
  d.household_id as "householdId", d.declaration_id as "declarationId", d.territory, d.weight, d.outcome,
  d.amount_minor as "amountMinor", d.refusals, d.open_refusals as "openRefusals", d.missing, d.scores, d.lines`

export type HouseholdDetermination = Determination & {
  readonly runId: RunId
  readonly pack: string
  readonly month: Month
  readonly currency: string | null
  /** Instant in ISO 8601. */
  readonly decidedAt: string
}

/** All that finished runs decided for a household, the latest first. */
export async function determinationsOf(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<readonly HouseholdDetermination[]> {
  const { rows } = await sql<HouseholdDetermination>`
    select ${determinationColumns}, run.id as "runId", run.pack, run.month, run.currency,
      to_char(run.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "decidedAt"
    from programmes.determination as d join programmes.determination_run as run on run.id = d.run_id
    where d.household_id = ${household} and run.finished_at is not null
    order by run.finished_at desc, run.id desc`.execute(tx)
  return rows
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

/** How many households each refusal turned away, most frequent first. */
export async function runRefusals(tx: Transaction, runId: RunId): Promise<{ code: string; households: number }[]> {
  const { rows } = await sql<{ code: string; households: number }>`
    select refusal as code, count(*)::int as households
    from programmes.determination, unnest(refusals) as refusal
    where run_id = ${runId}
    group by refusal
    order by households desc, code`.execute(tx)
  return rows
}

export type RunRow = {
  readonly id: RunId
  readonly country: string
  readonly pack: string
  readonly packVersion: string
  readonly month: Month
  readonly currency: string | null
  readonly askedBy: string
  /** Instant in ISO 8601, exact to the microsecond: what the register knew then is what is decided. */
  readonly askedAt: string
  readonly finishedAt: string | null
  readonly resultHash: string | null
  readonly rangesDone: number
  readonly rangesTotal: number
}

const runColumns = sql`
  run.id, run.country, run.pack, run.pack_version as "packVersion", run.month, run.currency, run.asked_by as "askedBy",
  to_char(run.asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt",
  to_char(run.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "finishedAt", run.result_hash as "resultHash",
  (select count(decided_at)::int from programmes.determination_range where run_id = run.id) as "rangesDone",
  (select count(*)::int from programmes.determination_range where run_id = run.id) as "rangesTotal"`

export async function findRun(tx: Transaction, runId: RunId): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from programmes.determination_run as run where run.id = ${runId}`.execute(tx)
  return rows[0]
}

/** Runs, latest asked first. */
export async function listRuns(tx: Transaction, country: string, limit: number): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from programmes.determination_run as run
    where run.country = ${country}
    order by run.asked_at desc, run.id desc
    limit ${limit}`.execute(tx)
  return rows
}

/** The latest finished run of a pack for a month. */
export async function latestRun(
  tx: Transaction,
  asked: { readonly country: string; readonly pack: string; readonly month: Month },
): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from programmes.determination_run as run
    where run.country = ${asked.country} and run.pack = ${asked.pack} and run.month = ${asked.month}
      and run.finished_at is not null
    order by run.finished_at desc, run.id desc
    limit 1`.execute(tx)
  return rows[0]
}

/** The last run of a pack and month that was begun with this version and not finished: the one to resume. */
export async function unfinishedRun(
  tx: Transaction,
  asked: { readonly country: string; readonly pack: string; readonly packVersion: string; readonly month: Month },
): Promise<RunId | undefined> {
  const row = await tx
    .selectFrom('programmes.determination_run')
    .select('id')
    .where('country', '=', asked.country)
    .where('pack', '=', asked.pack)
    .where('pack_version', '=', asked.packVersion)
    .where('month', '=', asked.month)
    .where('finished_at', 'is', null)
    .orderBy('asked_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id as RunId | undefined
}

/**
 * What is owed for a month, one row per entitlement, in the columns that `prepareRun` of #payments takes: a query, so that
 * a million rows go from table to table without leaving the database. A household without a recipient waits outside.
 */
export function owedFor(pack: string, month: Month): RawBuilder<unknown> {
  return sql`
    select entitlement.id as entitlement_id, recipient.person_id as payee_id,
      concat_ws(' ', recipient.given_name, recipient.family_name) as payee_name, entitlement.territory,
      entitlement.pack as purpose, entitlement.month as period, entitlement.amount_minor as amount
    from programmes.entitlement
      join households.published_recipient as recipient on recipient.household_id = entitlement.household_id
    where entitlement.pack = ${pack} and entitlement.month = ${month}`
}

export type EntitlementTotals = { readonly entitlements: number; readonly amountMinor: bigint }

/** Count and sum of what is owed for a month, over what the actor may see. */
export async function entitlementTotals(tx: Transaction, pack: string, month: Month): Promise<EntitlementTotals> {
  const { rows } = await sql<EntitlementTotals>`
    select count(*)::int as entitlements, coalesce(sum(amount_minor), 0)::bigint as "amountMinor"
    from programmes.entitlement where pack = ${pack} and month = ${month}`.execute(tx)
  return rows[0] as EntitlementTotals
}
