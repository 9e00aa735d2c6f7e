import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { CashWay, CashWayId } from './cash-way.ts'

export type NetworkWay = {
  readonly provider: string
  readonly name: string
  /** Undefined where nobody has said and agreed: the network pays by its own till. */
  readonly way: CashWay | undefined
  readonly since: Date | undefined
  /** Actors: who said the way that holds, and who agreed to it. */
  readonly by: { readonly said: string; readonly agreed: string } | undefined
  /** Said last and not taken back, where nobody agreed to it yet; `own`: by the transaction's actor. */
  readonly waiting:
    | {
        readonly id: CashWayId
        readonly way: CashWay
        readonly own: boolean
        /** The actor. */
        readonly by: string
        readonly at: Date
      }
    | undefined
}

/** Every network of cash with its way, and what waits for a second person. */
export async function listCashWays(tx: Transaction): Promise<readonly NetworkWay[]> {
  const { rows } = await sql<{
    provider: string
    name: string
    way: CashWay | null
    since: Date | null
    saidBy: string | null
    agreedBy: string | null
    waiting: CashWayId | null
    says: CashWay
    own: boolean
    waitingBy: string
    waitingAt: Date
  }>`
    select p.code as provider, p.name, n.way, n.since, n.said_by as "saidBy", n.agreed_by as "agreedBy",
      s.id as waiting, s.way as says, s.own, s.recorded_by as "waitingBy", s.recorded_at as "waitingAt"
    from payments.provider p
      left join lateral (
        select w.way, a.recorded_at as since, w.recorded_by as said_by, a.recorded_by as agreed_by
        from payments.cash_way w join payments.cash_way_agreed a on a.way_id = w.id
        where w.provider = p.code order by a.nth desc limit 1
      ) n on true
      left join lateral (
        select w.id, w.way, w.recorded_by = payments.actor() as own, w.recorded_at, w.recorded_by
        from payments.cash_way w
        where w.provider = p.code and not exists (select from payments.cash_way_withdrawn x where x.way_id = w.id)
        order by w.recorded_at desc, w.id desc limit 1
      ) s on not exists (select from payments.cash_way_agreed a where a.way_id = s.id)
    where p.kind = 'cash' order by p.code`.execute(tx)
  return rows.map(({ provider, name, way, since, saidBy, agreedBy, waiting, says, own, waitingBy, waitingAt }) => ({
    provider,
    name,
    way: way ?? undefined,
    since: since ?? undefined,
    by: saidBy !== null && agreedBy !== null ? { said: saidBy, agreed: agreedBy } : undefined,
    waiting: waiting === null ? undefined : { id: waiting, way: says, own, by: waitingBy, at: waitingAt },
  }))
}

/** A run of which a network is to pay cash and whose file is not made: another way of the network may still reach it. */
export type CashRunToCome = {
  readonly provider: string
  /** Reference of the run. */
  readonly reference: string
  readonly instructions: number
  /** A window is announced: it is handed over at our counter, whatever the network becomes. */
  readonly announced: boolean
}

const MOST = 200

/** Runs to come of networks of cash, the latest first. */
export async function cashRunsToCome(tx: Transaction): Promise<readonly CashRunToCome[]> {
  const { rows } = await sql<CashRunToCome>`
    select g.provider, r.reference, g.instructions,
      exists (select from payments.cash_window w where w.run_id = g.run_id and w.provider = g.provider) as announced
    from payments.run_group g
      join payments.provider p on p.code = g.provider and p.kind = 'cash'
      join payments.run r on r.id = g.run_id
    where not exists (
      select from payments.run_event e where e.run_id = g.run_id and e.state in ('file_made', 'sent', 'cancelled'))
    order by r.reference desc, g.provider limit ${MOST}`.execute(tx)
  return rows
}
