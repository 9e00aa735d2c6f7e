import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { RunId } from '../run.ts'

/** How a network of cash pays: by its own till, from orders that it is given, or at our counter, where it is ordered nothing. */
export const cashWays = ['own_till', 'counter'] as const
export type CashWay = (typeof cashWays)[number]

export type CashWayId = Id<'cash-way'>

/** Refusals of a way, in order of precedence. */
export type CashWayRefusal =
  | { readonly code: 'actor_not_staff' }
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | { readonly code: 'provider_not_cash'; readonly provider: string }
  | { readonly code: 'way_unknown'; readonly way: string }
  /** Who said the way does not agree to it. */
  | { readonly code: 'way_is_own'; readonly way: string }

const PURPOSE = 'payment: a network of cash pays in one way'

/**
 * Says which way a network pays. It holds once somebody else agreed ({@link agreeToCashWay}), for runs whose file is made after
 * that; the same id again changes nothing.
 */
export async function sayCashWay(
  tx: Transaction,
  { id, provider, way }: { readonly id: CashWayId; readonly provider: string; readonly way: CashWay },
): Promise<Result<undefined, CashWayRefusal>> {
  if (!(await byStaff(tx))) return err({ code: 'actor_not_staff' })
  const { rows } = await sql<{ kind: string }>`
    select kind from payments.provider where code = ${provider}`.execute(tx)
  if (!rows[0]) return err({ code: 'provider_unknown', provider })
  if (rows[0].kind !== 'cash') return err({ code: 'provider_not_cash', provider })
  const { numAffectedRows } = await sql`
    insert into payments.cash_way (id, provider, way) values (${id}, ${provider}, ${way})
    on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) await audit(tx, 'cash_way.say', provider, { way: id, says: way })
  return ok(undefined)
}

/** The second person's yes. Agreeing again changes nothing, also where another way was agreed to since. */
export async function agreeToCashWay(tx: Transaction, id: CashWayId): Promise<Result<undefined, CashWayRefusal>> {
  if (!(await byStaff(tx))) return err({ code: 'actor_not_staff' })
  const { rows } = await sql<{ provider: string; own: boolean }>`
    select provider, recorded_by = payments.actor() as own from payments.cash_way where id = ${id}`.execute(tx)
  const [said] = rows
  if (!said) return err({ code: 'way_unknown', way: id })
  if (said.own) return err({ code: 'way_is_own', way: id })
  const { numAffectedRows } = await sql`
    insert into payments.cash_way_agreed (way_id) values (${id}) on conflict (way_id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) await audit(tx, 'cash_way.agree', said.provider, { way: id })
  return ok(undefined)
}

export type NetworkWay = {
  readonly provider: string
  readonly name: string
  /** Undefined where nobody has said and agreed: the network pays by its own till. */
  readonly way: CashWay | undefined
  readonly since: Date | undefined
  /** Said last, where nobody agreed to it yet; `own`: by the transaction's actor. */
  readonly waiting: { readonly id: CashWayId; readonly way: CashWay; readonly own: boolean } | undefined
}

/** Every network of cash with its way, and what waits for a second person. */
export async function listCashWays(tx: Transaction): Promise<readonly NetworkWay[]> {
  const { rows } = await sql<{
    provider: string
    name: string
    way: CashWay | null
    since: Date | null
    said: CashWayId | null
    says: CashWay
    own: boolean
  }>`
    select p.code as provider, p.name, n.way, n.since, s.id as said, s.way as says, s.own
    from payments.provider p
      left join payments.cash_way_now n on n.provider = p.code
      left join lateral (
        select w.id, w.way, w.recorded_by = payments.actor() as own, w.recorded_at
        from payments.cash_way w where w.provider = p.code order by w.recorded_at desc, w.id desc limit 1
      ) s on not exists (select from payments.cash_way_agreed a where a.way_id = s.id)
    where p.kind = 'cash' order by p.code`.execute(tx)
  return rows.map(({ provider, name, way, since, said, says, own }) => ({
    provider,
    name,
    way: way ?? undefined,
    since: since ?? undefined,
    waiting: said === null ? undefined : { id: said, way: says, own },
  }))
}

/** Providers of whom what a run orders is handed over at our counter, if its file is made now. Their ways stand until the end. */
export async function partsByCounter(tx: Transaction, run: RunId): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ provider: string }>`
    select g.provider from payments.run_group g
    where g.run_id = ${run} and payments.leaves_by_counter(g.run_id, g.provider)`.execute(tx)
  return new Set(rows.map(row => row.provider))
}

/** Whether our counter pays what a run orders of a network: as settled with its file, and before that by the way of the network. */
export async function paysAtCounter(tx: Transaction, run: RunId, provider: string): Promise<boolean> {
  const { rows } = await sql<{ counter: boolean }>`
    select coalesce(
      (select p.leaves_by = 'counter' from payments.run_part p where p.run_id = ${run} and p.provider = ${provider}),
      payments.leaves_by_counter(${run}, ${provider})) as counter`.execute(tx)
  return rows[0]!.counter
}

async function audit(tx: Transaction, action: string, provider: string, detail: Record<string, string>): Promise<void> {
  await appendAudit(tx, { action, subject: { kind: 'payment_provider', id: provider }, purpose: PURPOSE, detail })
}

async function byStaff(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ staff: boolean }>`
    select coalesce(payments.actor() like 'staff:%', false) as staff`.execute(tx)
  return rows[0]!.staff
}
