import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Country, Expansion } from '#countries'
import type { Transaction } from '#db'
import { type SnapshotRows, UUID_BYTES, uuidAt } from '#households'
import { err, type Month, ok, type Result } from '#kernel'
import { inState } from '../enrolment/enrolments-of.ts'
import type { RunId } from '../run.sql.ts'
import { lawOfShock } from './law-of-shock.ts'
import { listShocks } from './shock.sql.ts'
import { isInside, type Shock, type ShockId, shocksPaying } from './shock.ts'

/** Whom a run of a shock's pack is about: households of places, of a programme or beside it. */
export type ShockScope = {
  readonly way: Expansion['way']
  readonly of: string
  readonly shocks: readonly ShockId[]
  readonly territories: readonly string[]
}

/** The same with those that the programme covers, by their ids. */
export type RunScope = Pick<ShockScope, 'way' | 'territories'> & { readonly covered: ReadonlySet<string> }

/** A pack that pays in shocks alone, in a month in which none counts. */
export type NoShock = { readonly code: 'no_shock'; readonly pack: string; readonly month: Month }

/** The law by which a pack is decided in a month, and whom it is about; the country as it is and null for every other pack. */
export async function shockLaw(
  tx: Transaction,
  country: Country,
  { pack, month }: { readonly pack: string; readonly month: Month },
): Promise<Result<{ readonly country: Country; readonly scope: ShockScope | null }, NoShock>> {
  const expansion = country.shocks.find(each => each.pack === pack)
  if (expansion === undefined) return ok({ country, scope: null })
  const shocks = shocksPaying(await listShocks(tx, country.code, { since: month }), pack, month)
  const first = shocks.at(-1)
  if (first === undefined) return err({ code: 'no_shock', pack, month })
  return ok({ country: lawOfShock(country, pack, month, first), scope: scopeOfShocks(expansion, shocks) })
}

export function scopeOfShocks(
  { way, of }: Expansion,
  shocks: readonly Pick<Shock, 'id' | 'territories'>[],
): ShockScope {
  const places = [...new Set(shocks.flatMap(each => each.territories))].sort()
  const territories = places.filter(place => !places.some(other => other !== place && isInside(place, other)))
  return { way, of, shocks: shocks.map(({ id }) => id), territories }
}

/** (household_id, territory) of those who are in the programme in a month and live in the places. */
export function coveredIn(
  { of, territories }: Pick<ShockScope, 'of' | 'territories'>,
  month: Month,
): RawBuilder<unknown> {
  return sql`
    select household.id as household_id, household.territory
    from (${inState(of, 'enrolled', month)}) as enrolled
      join households.published_household as household on household.id = enrolled.household_id
    where ${livesIn(sql`household.territory`, territories)}`
}

const livesIn = (territory: RawBuilder<unknown>, territories: readonly string[]): RawBuilder<boolean> =>
  sql`exists (select from unnest(${territories}::text[]) as place
    where place = '' or ${territory} = place or starts_with(${territory}, place || '.'))`

/** Fixes whom a run is about, in the transaction that opens it. */
export async function fixScope(tx: Transaction, run: { readonly id: RunId; readonly month: Month }, scope: ShockScope) {
  const { rows } = await sql<{ household: string; territory: string }>`
    select household_id as household, territory from (${coveredIn(scope, run.month)}) as covered
    order by household_id`.execute(tx)
  await sql`
    insert into programmes.shock_run (run_id, way, of_pack, shocks, territories, covered, covered_hash)
    values (${run.id}, ${scope.way}, ${scope.of}, ${scope.shocks}::uuid[], ${scope.territories}::text[], ${rows.length},
      ${hashOfCovered(rows.map(each => each.household))})`.execute(tx)
  await sql`
    insert into programmes.shock_run_household (household_id, run_id, territory)
    select household, ${run.id}, territory
    from unnest(${rows.map(each => each.household)}::uuid[], ${rows.map(each => each.territory)}::text[]) as covered (household, territory)`.execute(
    tx,
  )
}

const hashOfCovered = (ids: readonly string[]) => createHash('sha256').update(ids.join('\n')).digest('hex')

/** Whom a run is about as it was fixed; null for runs about everybody. `isAsFixed`: the ids still have the hash that was written down. */
export async function scopeOfRun(
  tx: Transaction,
  id: RunId,
): Promise<(RunScope & ShockScope & { readonly isAsFixed: boolean }) | null> {
  const found = await findScope(tx, id)
  if (found === undefined) return null
  const { rows } = await sql<{ household: string }>`
    select household_id as household from programmes.shock_run_household where run_id = ${id} order by household_id`.execute(
    tx,
  )
  const ids = rows.map(each => each.household)
  const isAsFixed = ids.length === found.covered && hashOfCovered(ids) === found.hash
  return { ...found, covered: new Set(ids), isAsFixed }
}

/** The same without the households. */
export async function findScope(
  tx: Transaction,
  id: RunId,
): Promise<(ShockScope & { readonly covered: number; readonly hash: string }) | undefined> {
  const { rows } = await sql<ShockScope & { covered: number; hash: string }>`
    select way, of_pack as of, shocks, territories, covered, covered_hash as hash
    from programmes.shock_run where run_id = ${id}`.execute(tx)
  return rows[0]
}

/** Whom the last run of a month was about; undefined for packs that pay everywhere, and where none ended. */
export async function scopeOfMonth(
  tx: Transaction,
  { pack, month }: { readonly pack: string; readonly month: Month },
): Promise<ShockScope | undefined> {
  const { rows } = await sql<ShockScope>`
    select fixed.way, fixed.of_pack as of, fixed.shocks, fixed.territories
    from programmes.shock_run as fixed join programmes.determination_run as run on run.id = fixed.run_id
    where run.pack = ${pack} and run.month = ${month} and run.finished_at is not null
    order by run.sequence desc limit 1`.execute(tx)
  return rows[0]
}

/** The households of a batch that a run is about, by their places in it. */
export function placesIn({ way, territories, covered }: RunScope, rows: SnapshotRows): Int32Array {
  const inside = rows.territoryCodes.map(code => territories.some(place => isInside(code, place)))
  const chosen = new Int32Array(rows.columns.households)
  let count = 0
  for (let place = 0; place < chosen.length; place++) {
    if (!inside[rows.territories[place] as number]) continue
    const isCovered = covered.has(uuidAt(rows.households, place * UUID_BYTES))
    if (isCovered === (way === 'vertical')) chosen[count++] = place
  }
  return chosen.subarray(0, count)
}
