import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { Month } from '#kernel'
import type { ProposalId } from '#security'
import type { Shock, ShockAsked, ShockId, ShockTerms } from './shock.ts'

const SHOCK = sql`s.id, s.country, s.name, s.kind, s.territories, s.from_month as from, s.until_now as until,
  s.until_month as "declaredUntil", s.evidence,
  s.reference, s.expansions, s.waives, s.says, s.declared_at as "declaredAt", s.declared_by as "declaredBy",
  coalesce((
    select jsonb_agg(jsonb_build_object('until', c.until_month, 'says', c.says, 'at', c.recorded_at, 'by', c.recorded_by)
      order by c.recorded_at, c.id)
    from programmes.shock_change c where c.shock_id = s.id), '[]') as changes`

type Read = Omit<Shock, 'changes'> & {
  readonly changes: readonly (Omit<Shock['changes'][number], 'at'> & { readonly at: string })[]
}
const shockOf = (row: Read): Shock => ({
  ...row,
  changes: row.changes.map(each => ({ ...each, at: new Date(each.at) })),
})

/** Shocks of a country, the latest declared first; those that count from a month on, where one is given. */
export async function listShocks(
  tx: Transaction,
  country: string,
  { since, limit = 200 }: { readonly since?: Month; readonly limit?: number } = {},
): Promise<Shock[]> {
  const { rows } = await sql<Read>`
    select ${SHOCK} from programmes.standing_shock s
    where s.country = ${country} and ${since === undefined ? sql`true` : sql`s.until_now >= ${since}`}
    order by s.declared_at desc, s.id desc limit ${limit}`.execute(tx)
  return rows.map(shockOf)
}

export async function findShock(tx: Transaction, country: string, id: ShockId): Promise<Shock | undefined> {
  const { rows } = await sql<Read>`
    select ${SHOCK} from programmes.standing_shock s where s.country = ${country} and s.id = ${id}`.execute(tx)
  return rows[0] && shockOf(rows[0])
}

/** Declarations and ends of a country's shocks follow one another until they commit: each is held against all before it. */
export const lockShocks = (tx: Transaction, country: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`programmes.shock ${country}`}, 0))`.execute(tx)

export async function saveShock(
  tx: Transaction,
  country: string,
  id: ShockId,
  terms: ShockTerms & Pick<ShockAsked, 'says'>,
): Promise<void> {
  await sql`
    insert into programmes.shock (id, country, name, kind, territories, from_month, until_month, evidence, reference, expansions,
      waives, says)
    values (${id}, ${country}, ${terms.name.trim()}, ${terms.kind}, ${terms.territories}::text[], ${terms.from}, ${terms.until},
      ${terms.evidence}, ${terms.reference}, ${jsonb(terms.expansions)}, ${terms.waives}, ${terms.says})`.execute(tx)
}

export async function saveShockEnd(
  tx: Transaction,
  change: { readonly id: ProposalId; readonly shock: ShockId; readonly until: Month; readonly says: string },
): Promise<void> {
  await sql`
    insert into programmes.shock_change (id, shock_id, until_month, says)
    values (${change.id}, ${change.shock}, ${change.until}, ${change.says})`.execute(tx)
}
