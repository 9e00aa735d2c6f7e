// Months whose run was asked of the workers: what was asked, how far it is, and why no run came of it.
import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { DateText, Month } from '#kernel'
import type { PreparationRefusal, RunId } from '#payments'
import type { StaffId } from '#security'
import type { MonthStage, PreparedMonth } from './prepare-month.ts'

export type PreparationAsked = {
  readonly id: RunId
  readonly country: string
  readonly pack: string
  readonly month: Month
  readonly budgetLine: string
  readonly accountsOn: DateText
  readonly staff: StaffId
}

/** Refused by the preparation, or because who asked may prepare it no longer. */
export type AskedRefusal = PreparationRefusal | { readonly code: 'not_granted' }

export type PreparationRequest = PreparationAsked & {
  /** Instants in ISO 8601. */
  readonly askedAt: string
  readonly stage: MonthStage | null
  readonly attempt: number | null
  readonly begunAt: string | null
  readonly doneAt: string | null
  readonly refusal: AskedRefusal | null
}

const iso = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
const REQUEST = sql`id, country, pack, month, budget_line as "budgetLine", accounts_on as "accountsOn", staff_id as staff,
  ${iso('asked_at')} as "askedAt", stage, attempt, ${iso('begun_at')} as "begunAt", ${iso('done_at')} as "doneAt", refusal`
const IS_OPEN = sql`done_at is null and refused_at is null`

export async function findPreparation(tx: Transaction, id: RunId): Promise<PreparationRequest | undefined> {
  const { rows } = await sql<PreparationRequest>`
    select ${REQUEST} from programmes.preparation_request where id = ${id}`.execute(tx)
  return rows[0]
}

/** What was asked last for a month of a programme. */
export async function latestPreparation(
  tx: Transaction,
  pack: string,
  month: Month,
): Promise<PreparationRequest | undefined> {
  const { rows } = await sql<PreparationRequest>`
    select ${REQUEST} from programmes.preparation_request where pack = ${pack} and month = ${month}
    order by ${IS_OPEN} desc, asked_at desc limit 1`.execute(tx)
  return rows[0]
}

/** Writes it down, unless another of the month is open: that one is answered. */
export async function writePreparation(tx: Transaction, asked: PreparationAsked): Promise<PreparationRequest> {
  const { id, country, pack, month, budgetLine, accountsOn, staff } = asked
  await sql`
    insert into programmes.preparation_request (id, country, pack, month, budget_line, accounts_on, staff_id)
    values (${id}, ${country}, ${pack}, ${month}, ${budgetLine}, ${accountsOn}, ${staff})
    on conflict do nothing`.execute(tx)
  return ((await findPreparation(tx, id)) ?? (await latestPreparation(tx, pack, month)))!
}

/** How far an attempt is; false where it ended before, and nothing is left to do. */
export async function stagePreparation(
  tx: Transaction,
  id: RunId,
  { stage, attempt }: { readonly stage: MonthStage; readonly attempt: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update programmes.preparation_request
    set stage = ${stage}, begun_at = case when attempt = ${attempt} then begun_at else clock_timestamp() end, attempt = ${attempt}
    where id = ${id} and ${IS_OPEN}`.execute(tx)
  return numAffectedRows === 1n
}

/** In the transaction that drafts the run. */
export async function endPreparation(tx: Transaction, id: RunId, { recovered }: PreparedMonth): Promise<void> {
  const counted = ({ lines, amountMinor }: PreparedMonth['recovered']['ownMonth']) => ({
    lines,
    amountMinor: amountMinor.toString(),
  })
  const kept = { ownMonth: counted(recovered.ownMonth), laterRight: counted(recovered.laterRight) }
  await sql`
    update programmes.preparation_request set done_at = clock_timestamp(), recovered = ${jsonb(kept)}
    where id = ${id} and done_at is null`.execute(tx)
}

export async function refusePreparation(tx: Transaction, id: RunId, refusal: AskedRefusal): Promise<void> {
  await sql`
    update programmes.preparation_request set refusal = ${jsonb(refusal)}, refused_at = clock_timestamp()
    where id = ${id} and ${IS_OPEN}`.execute(tx)
}
