import { type RawBuilder, sql } from 'kysely'
import type { Country, ProgrammeTerms, Quota } from '#countries'
import type { Transaction } from '#db'
import type { Month } from '#kernel'
import { turned } from './asked.sql.ts'
import { rankAsked } from './rank.ts'

/** The quota in force in a month for each territory that has one: the deepest first, since a place is one in all above it. */
export function quotasIn(terms: ProgrammeTerms, month: Month): readonly (Quota & { readonly households: number })[] {
  const inForce = new Map<string, Quota>()
  for (const quota of terms.quotas.toSorted((one, other) => (one.from < other.from ? -1 : 1))) {
    if (quota.from <= month) inForce.set(quota.territory, quota)
  }
  return [...inForce.values()]
    .filter((quota): quota is Quota & { households: number } => quota.households !== null)
    .toSorted((one, other) => depthOf(other) - depthOf(one) || (one.territory < other.territory ? -1 : 1))
}

const depthOf = ({ territory }: Quota) => (territory === '' ? 0 : territory.split('.').length)

/**
 * Of those to be enrolled, keeps as many as there are places and puts the others on the waiting list with their rank. Who asks
 * while others wait, waits too: places are given in the stated order, by a run that looks at all of them.
 */
export async function heldToQuotas(
  tx: Transaction,
  country: Country,
  terms: ProgrammeTerms,
  month: Month,
): Promise<void> {
  const quotas = quotasIn(terms, month)
  if (quotas.length === 0) return
  await rankAsked(tx, country, terms, month)
  for (const quota of quotas) {
    const { rows } = await sql<{ taken: number; waiting: number }>`
      select programmes.places_taken(${terms.pack}, ${quota.territory}, ${month}) as taken,
        programmes.waiting_count(${terms.pack}, ${quota.territory},
          array(select household_id from pg_temp.enrolment_asked where state = 'waiting')) as waiting`.execute(tx)
    const { taken, waiting } = rows[0] as { taken: number; waiting: number }
    const free = waiting > 0 ? 0 : Math.max(0, quota.households - taken)
    await sql`drop table if exists pg_temp.enrolment_place`.execute(tx)
    await sql`
      create temp table enrolment_place on commit drop as
      select household_id, row_number() over (order by ${inOrder(terms)}) as place
      from pg_temp.enrolment_asked where outcome = 'enrolled' and change = 'enrol' and ${within('territory', quota.territory)}`.execute(
      tx,
    )
    const place = sql`(select place from pg_temp.enrolment_place as p where p.household_id = asked.household_id)`
    await sql`delete from pg_temp.enrolment_place where place <= ${free}`.execute(tx)
    await turned(tx, sql`household_id in (select household_id from pg_temp.enrolment_place)`, {
      change: 'wait',
      reason: 'no_place',
      detail: sql`jsonb_build_object('rank', ${place} - ${free}::int + ${waiting}::int, 'places', ${quota.households}::int,
        'territory', ${quota.territory}::text)`,
    })
  }
}

function inOrder(terms: ProgrammeTerms): RawBuilder<unknown> {
  const drawn = sql`sha256(convert_to(${terms.pack} || household_id::text, 'UTF8'))`
  return terms.order?.ties === 'earliest' ? sql`rank, asked_on, ${drawn}` : sql`rank, ${drawn}`
}

function within(column: string, territory: string): RawBuilder<boolean> {
  const code = sql.ref(column)
  return territory === ''
    ? sql`true`
    : sql`(${code} = ${territory} or ${code} collate "C" >= ${`${territory}.`} and ${code} collate "C" < ${`${territory}/`})`
}
