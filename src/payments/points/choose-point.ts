import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'

export type ChoiceRefusal = { readonly code: 'point_unknown' } | { readonly code: 'point_closed' }

/** The payee's own choice of a point: it stays until another is chosen or the point closes, whatever room there is. */
export async function choosePoint(
  tx: Transaction,
  choice: { readonly payee: string; readonly territory: string; readonly point: string },
): Promise<Result<'chosen' | 'already', ChoiceRefusal>> {
  const { payee, territory, point } = choice
  const { rows } = await sql<{ closed: boolean; present: boolean }>`
    select p.closed, coalesce((
      select a.point = p.id and a.how = 'chosen' from payments.point_assignment a
      where a.payee_id = ${payee}::uuid order by a.id desc limit 1), false) as present
    from payments.point_now p where p.id::text = ${point}`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'point_unknown' })
  if (found.closed) return err({ code: 'point_closed' })
  if (found.present) return ok('already')
  await sql`
    insert into payments.point_assignment (payee_id, territory, point, how)
    values (${payee}, ${territory}, ${point}, 'chosen')`.execute(tx)
  await appendAudit(tx, {
    action: 'payment_point.choose',
    subject: { kind: 'person', id: payee },
    territory,
    purpose: 'payment: where cash is collected',
    detail: { point },
  })
  return ok('chosen')
}

export type PointOfPayee = { readonly payee: string; readonly point: string; readonly how: 'nearest' | 'chosen' }

/** Where payees collect, as far as the actor sees. */
export async function pointsOfPayees(tx: Transaction, payees: readonly string[]): Promise<readonly PointOfPayee[]> {
  const { rows } = await sql<PointOfPayee>`
    select distinct on (payee_id) payee_id as payee, point, how from payments.point_assignment
    where payee_id = any (${payees}::uuid[]) order by payee_id, id desc`.execute(tx)
  return rows
}
