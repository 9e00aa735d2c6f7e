import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, type Id, newId, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { listProviders } from '../provider.ts'
import type { PointTerms } from './read-points.ts'

export type PointId = Id<'payment-point'>

/** A payment point as it is, with how many payees collect there. */
export type Point = PointTerms & { readonly id: PointId; readonly provider: string; readonly payees: number }

export type PointsRefusal =
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | { readonly code: 'provider_not_cash'; readonly provider: string }

export type RecordedPoints = { readonly fresh: number; readonly changed: number; readonly same: number }

/**
 * Records what a list says of the points of one provider: new ones, and those of which something changed. What the list does
 * not name stays as it is; a point is closed by saying so. The same list again changes nothing.
 */
export async function recordPoints(
  tx: Transaction,
  provider: string,
  points: readonly PointTerms[],
): Promise<Result<RecordedPoints, PointsRefusal>> {
  const carrier = (await listProviders(tx)).find(one => one.code === provider)
  if (!carrier) return err({ code: 'provider_unknown', provider })
  if (carrier.kind !== 'cash') return err({ code: 'provider_not_cash', provider })
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.point', 0))`.execute(tx)
  const { numAffectedRows: fresh } = await sql`
    insert into payments.point (id, provider, code)
    select id, ${provider}, code from unnest(
      ${points.map(() => newId<'payment-point'>())}::uuid[], ${points.map(one => one.code)}::text[]) as said (id, code)
    on conflict (provider, code) do nothing`.execute(tx)
  const { numAffectedRows: written } = await sql`
    insert into payments.point_terms (point, name, territory, longitude, latitude, opening, agents, per_day, closed)
    select p.id, s.name, s.territory, s.longitude, s.latitude, s.opening, s.agents, s.per_day, s.closed
    from unnest(
        ${points.map(one => one.code)}::text[], ${points.map(one => one.name)}::text[],
        ${points.map(one => one.territory)}::text[], ${points.map(one => one.longitude)}::numeric[],
        ${points.map(one => one.latitude)}::numeric[], ${points.map(one => one.opening)}::text[],
        ${points.map(one => one.agents)}::integer[], ${points.map(one => one.perDay)}::integer[],
        ${points.map(one => one.closed)}::boolean[])
        as s (code, name, territory, longitude, latitude, opening, agents, per_day, closed)
      join payments.point p on p.provider = ${provider} and p.code = s.code
      left join payments.point_now n on n.id = p.id
    where (n.name, n.territory, n.longitude, n.latitude, n.opening, n.agents, n.per_day, n.closed) is distinct from
      (s.name, s.territory, s.longitude, s.latitude, s.opening, s.agents, s.per_day, s.closed)
    order by p.id`.execute(tx)
  const [made, told] = [Number(fresh ?? 0n), Number(written ?? 0n)]
  const recorded = { fresh: made, changed: told - made, same: points.length - told }
  if (told > 0) {
    await appendAudit(tx, {
      action: 'payment_point.record',
      subject: { kind: 'payment_provider', id: provider },
      purpose: 'payment: where cash is collected',
      detail: recorded,
    })
  }
  return ok(recorded)
}

/** Points by provider and code, each with its load: of the actor's territories, how many payees collect there. */
export async function listPoints(
  tx: Transaction,
  { provider, point }: { readonly provider?: string; readonly point?: string } = {},
): Promise<readonly Point[]> {
  const { rows } = await sql<Point>`
    with load as (
      select a.point, count(*)::int as payees
      from payments.point_assignment a
      where not exists (select from payments.point_assignment n where n.payee_id = a.payee_id and n.id > a.id)
      group by a.point)
    select p.id, p.provider, p.code, p.name, p.territory, p.longitude::float8 as longitude, p.latitude::float8 as latitude,
      p.opening, p.agents, p.per_day as "perDay", p.closed, coalesce(l.payees, 0) as payees
    from payments.point_now p left join load l on l.point = p.id
    where (${provider ?? null}::text is null or p.provider = ${provider ?? null})
      and (${point ?? null}::text is null or p.id::text = ${point ?? null})
    order by p.provider, p.code`.execute(tx)
  return rows
}
