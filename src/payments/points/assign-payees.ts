import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { decideAssignment } from './decide-assignment.ts'
import type { RegionPlace } from './nearness.ts'
import { listPoints } from './points.ts'

export type AssignmentRequest = {
  readonly provider: string
  /** Accounts in force on this day say who collects cash. */
  readonly day: DateText
  /** Days that a window stays open: a point's room is what it serves in them. */
  readonly days: number
  /** Places again all whom nobody's choice holds; otherwise only those who have no point, or one that has closed. */
  readonly again: boolean
  readonly regions: ReadonlyMap<string, RegionPlace>
}

export type AssignedPayees = {
  readonly placed: number
  /** Their point changed or is their first. */
  readonly changed: number
  /** No point has room for them. */
  readonly left: number
}

export type AssignmentRefusal = { readonly code: 'no_point_open'; readonly provider: string }

/**
 * Places payees of cash at the nearest point with room, in the worker's role. What payees chose stays and takes its room first.
 * The decision is taken on numbers by territory; the payees follow in one statement, by id, so that the same register gives the
 * same places.
 */
export async function assignPayees(
  tx: Transaction,
  request: AssignmentRequest,
): Promise<Result<AssignedPayees, AssignmentRefusal>> {
  const { provider, days } = request
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.point', 0))`.execute(tx)
  const points = (await listPoints(tx, { provider })).filter(point => !point.closed)
  if (points.length === 0) return err({ code: 'no_point_open', provider })
  await stagePayees(tx, request)
  const { rows: staying } = await sql<{ point: string; payees: number }>`
    select point, count(*)::int as payees from placed_payee where stays group by point`.execute(tx)
  const { rows: unplaced } = await sql<{ territory: string; payees: number }>`
    select territory, count(*)::int as payees from placed_payee where not stays group by territory order by territory`.execute(
    tx,
  )
  const taken = new Map(staying.map(({ point, payees }) => [point, payees]))
  const rooms = points.map(point => ({ ...point, room: Math.max(0, point.perDay * days - (taken.get(point.id) ?? 0)) }))
  const { placed, left } = decideAssignment(unplaced, rooms, request.regions)
  const { numAffectedRows } = await sql`
    insert into payments.point_assignment (payee_id, territory, point, how)
    with slot as (
      select territory, point, payees, sum(payees) over (partition by territory order by place) as until
      from unnest(${placed.map(one => one.territory)}::text[], ${placed.map(one => one.point)}::uuid[],
        ${placed.map(one => one.payees)}::integer[]) with ordinality as s (territory, point, payees, place)),
    payee as (
      select payee_id, territory, point, row_number() over (partition by territory order by payee_id) as place
      from placed_payee where not stays)
    select p.payee_id, p.territory, s.point, 'nearest'
    from payee p join slot s on s.territory = p.territory and p.place > s.until - s.payees and p.place <= s.until
    where s.point is distinct from p.point
    order by p.payee_id`.execute(tx)
  const assigned = {
    placed: placed.reduce((sum, one) => sum + one.payees, 0),
    changed: Number(numAffectedRows ?? 0n),
    left: left.reduce((sum, one) => sum + one.payees, 0),
  }
  await appendAudit(tx, {
    action: 'payment_point.assign',
    subject: { kind: 'payment_provider', id: provider },
    purpose: 'payment: where cash is collected',
    detail: { day: request.day, days, again: request.again, ...assigned },
  })
  return ok(assigned)
}

/** Payees of the provider with their present point; `stays` where it is not asked again. */
async function stagePayees(tx: Transaction, { provider, day, again }: AssignmentRequest): Promise<void> {
  await sql`drop table if exists placed_payee`.execute(tx)
  await sql`
    create temporary table placed_payee on commit drop as
    with in_force as (
      select distinct on (payee_id) payee_id, territory, kind, provider
      from payments.payee_account where valid_from <= ${day}::date
      order by payee_id, valid_from desc, recorded_at desc, id desc),
    last as (
      select distinct on (payee_id) payee_id, point, how from payments.point_assignment order by payee_id, id desc)
    select f.payee_id, f.territory, l.point,
      coalesce(not p.closed and p.provider = f.provider and (l.how = 'chosen' or ${!again}::boolean), false) as stays
    from in_force f left join last l using (payee_id) left join payments.point_now p on p.id = l.point
    where f.kind = 'cash' and f.provider = ${provider}`.execute(tx)
  await sql`analyze placed_payee`.execute(tx)
}
