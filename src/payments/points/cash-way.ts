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
  /** The network is that one already. */
  | { readonly code: 'way_in_force'; readonly provider: string }
  | { readonly code: 'way_unknown'; readonly way: string }
  /** Who said the way does not agree to it. */
  | { readonly code: 'way_is_own'; readonly way: string }
  /** It was taken back. */
  | { readonly code: 'way_withdrawn'; readonly way: string }
  /** Something else was said of the network since, and not taken back. */
  | { readonly code: 'way_overtaken'; readonly way: string }
  /** What was agreed to is not taken back: another way is said. */
  | { readonly code: 'way_agreed'; readonly way: string }

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
  const { rows } = await sql<{ kind: string; now: CashWay; said: boolean }>`
    select p.kind, coalesce(n.way, 'own_till') as now, exists (select from payments.cash_way w where w.id = ${id}) as said
    from payments.provider p left join payments.cash_way_now n on n.provider = p.code where p.code = ${provider}`.execute(
    tx,
  )
  const [found] = rows
  if (!found) return err({ code: 'provider_unknown', provider })
  if (found.kind !== 'cash') return err({ code: 'provider_not_cash', provider })
  if (!found.said && found.now === way) return err({ code: 'way_in_force', provider })
  const { numAffectedRows } = await sql`
    insert into payments.cash_way (id, provider, way) values (${id}, ${provider}, ${way})
    on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) await audit(tx, 'cash_way.say', provider, { way: id, says: way })
  return ok(undefined)
}

/** The second person's yes. Agreeing again changes nothing, also where another way was agreed to since. */
export async function agreeToCashWay(tx: Transaction, id: CashWayId): Promise<Result<undefined, CashWayRefusal>> {
  const said = await lockSaid(tx, id)
  if (!said.ok) return said
  const { provider, own, agreed, withdrawn, overtaken } = said.value
  if (own) return err({ code: 'way_is_own', way: id })
  if (agreed) return ok(undefined)
  if (withdrawn) return err({ code: 'way_withdrawn', way: id })
  if (overtaken) return err({ code: 'way_overtaken', way: id })
  await sql`insert into payments.cash_way_agreed (way_id) values (${id})`.execute(tx)
  await audit(tx, 'cash_way.agree', provider, { way: id })
  return ok(undefined)
}

/** Takes back what nobody agreed to: who said it, or anybody else who may say one. Taking back again changes nothing. */
export async function withdrawCashWay(tx: Transaction, id: CashWayId): Promise<Result<undefined, CashWayRefusal>> {
  const said = await lockSaid(tx, id)
  if (!said.ok) return said
  if (said.value.agreed) return err({ code: 'way_agreed', way: id })
  if (said.value.withdrawn) return ok(undefined)
  await sql`insert into payments.cash_way_withdrawn (way_id) values (${id})`.execute(tx)
  await audit(tx, 'cash_way.withdraw', said.value.provider, { way: id })
  return ok(undefined)
}

type Said = {
  readonly provider: string
  readonly own: boolean
  readonly agreed: boolean
  readonly withdrawn: boolean
  readonly overtaken: boolean
}

/** What was said, once nobody else is answering to it: parts, windows and other answers wait until this transaction ends. */
async function lockSaid(tx: Transaction, id: CashWayId): Promise<Result<Said, CashWayRefusal>> {
  if (!(await byStaff(tx))) return err({ code: 'actor_not_staff' })
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0))`.execute(tx)
  const { rows } = await sql<Said>`
    select w.provider, w.recorded_by = payments.actor() as own,
      exists (select from payments.cash_way_agreed a where a.way_id = w.id) as agreed,
      exists (select from payments.cash_way_withdrawn x where x.way_id = w.id) as withdrawn,
      exists (
        select from payments.cash_way later
        where later.provider = w.provider and (later.recorded_at, later.id) > (w.recorded_at, w.id)
          and not exists (select from payments.cash_way_withdrawn x where x.way_id = later.id)) as overtaken
    from payments.cash_way w where w.id = ${id}`.execute(tx)
  return rows[0] ? ok(rows[0]) : err({ code: 'way_unknown', way: id })
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
