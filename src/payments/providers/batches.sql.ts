import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { RunId } from '../run.ts'

export type BatchKey = { readonly run: RunId; readonly provider: string; readonly number: number }

export type Batch = BatchKey & {
  readonly reference: string
  readonly first: number
  readonly last: number
  readonly amount: bigint
  readonly executionDate: DateText
}

/**
 * Plans the batches of every run that has left for these providers and has none: all of a group at once, and once. A part that its
 * run's file settled to leave by another way has none, whatever the settings say by now.
 */
export async function planBatches(
  tx: Transaction,
  providers: readonly string[],
  sizes: readonly number[],
): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.plan_batches', 0))`.execute(tx)
  const { numAffectedRows } = await sql`
    with waiting as (
      select g.run_id, g.provider, w.size, (
        select min(i.position) from payments.instruction i where i.run_id = g.run_id and i.provider = g.provider) as start
      from unnest(${providers}::text[], ${sizes}::integer[]) as w (provider, size)
        join payments.run_part g on g.provider = w.provider and g.leaves_by = 'wire'
        join payments.run_event e on e.run_id = g.run_id and e.state = 'sent'
      where not exists (select from payments.provider_batch b where b.run_id = g.run_id and b.provider = g.provider))
    insert into payments.provider_batch (run_id, provider, number, first, last, amount)
    select w.run_id, w.provider, 1 + (i.position - w.start) / w.size, min(i.position), max(i.position), sum(i.amount)
    from waiting w join payments.instruction i on i.run_id = w.run_id and i.provider = w.provider
    group by 1, 2, 3`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** Batches to hand over now: none that the provider has, none that failed a moment ago (1, 2, 4 … seconds, an hour at most). */
export async function dueBatches(tx: Transaction, providers: readonly string[]): Promise<readonly BatchKey[]> {
  const { rows } = await sql<BatchKey>`
    select b.run_id as run, b.provider, b.number
    from payments.provider_batch b
      left join lateral (
        select max(t.attempt) as tries, max(t.recorded_at) as last, bool_or(t.outcome = 'accepted') as accepted
        from payments.provider_batch_try t
        where (t.run_id, t.provider, t.number) = (b.run_id, b.provider, b.number)) t on true
    where b.provider = any (${providers}::text[]) and t.accepted is not true
      -- A clock that was set back must not hold it for as long.
      and (t.last is null or t.last > clock_timestamp()
        or t.last + least(interval '1 hour', interval '1 second' * (2 ^ least(t.tries - 1, 12))) <= clock_timestamp())
    order by t.tries nulls first, b.run_id, b.number
    limit ${AT_ONCE}`.execute(tx)
  return rows
}

const AT_ONCE = 50

/** Makes the batch this transaction's alone until it ends; undefined where another has it, or the provider. */
export async function takeBatch(
  tx: Transaction,
  { run, provider, number }: BatchKey,
): Promise<(Batch & { readonly tries: number }) | undefined> {
  const lock = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`payments.batch ${run} ${provider} ${number}`}, 0)) as got`.execute(
    tx,
  )
  if (!lock.rows[0]!.got) return undefined
  const { rows } = await sql<Batch & { tries: number }>`
    select b.run_id as run, b.provider, b.number, r.reference, b.first, b.last, b.amount,
      f.execution_date as "executionDate", t.tries
    from payments.provider_batch b
      join payments.run r on r.id = b.run_id
      join payments.run_file f on f.run_id = b.run_id
      cross join lateral (
        select coalesce(max(t.attempt), 0)::integer as tries, coalesce(bool_or(t.outcome = 'accepted'), false) as accepted
        from payments.provider_batch_try t
        where (t.run_id, t.provider, t.number) = (b.run_id, b.provider, b.number)) t
    where (b.run_id, b.provider, b.number) = (${run}::uuid, ${provider}::text, ${number}::integer) and not t.accepted`.execute(
    tx,
  )
  return rows[0]
}

export type AskedBatch = BatchKey & { readonly reference: string; readonly ageSeconds: number }

/** How long after it was taken a provider is asked about a batch of which everything was answered: money still comes back. */
const WATCHED_DAYS = 10

/** Batches that the provider has and that something may still be said of, with how long it has had them. */
export async function batchesToAsk(tx: Transaction, providers: readonly string[]): Promise<readonly AskedBatch[]> {
  const { rows } = await sql<AskedBatch>`
    select b.run_id as run, b.provider, b.number, r.reference,
      greatest(0, extract(epoch from clock_timestamp() - t.recorded_at))::float8 as "ageSeconds"
    from payments.provider_batch_try t
      join payments.provider_batch b using (run_id, provider, number)
      join payments.run r on r.id = b.run_id
    where t.outcome = 'accepted' and b.provider = any (${providers}::text[])
      and (t.recorded_at > clock_timestamp() - interval '1 day' * ${WATCHED_DAYS}::integer
        or exists (
          select from payments.instruction i
          where i.run_id = b.run_id and i.position between b.first and b.last
            and not exists (
              select from payments.instruction_outcome o where (o.run_id, o.position) = (i.run_id, i.position))))
    order by b.run_id, b.number`.execute(tx)
  return rows
}

export async function insertTry(
  tx: Transaction,
  { run, provider, number }: BatchKey,
  tried: { readonly attempt: number; readonly outcome: 'accepted' | 'failed'; readonly why: string },
): Promise<void> {
  await sql`
    insert into payments.provider_batch_try (run_id, provider, number, attempt, outcome, why)
    values (${run}, ${provider}, ${number}, ${tried.attempt}, ${tried.outcome}, ${tried.why})`.execute(tx)
}
