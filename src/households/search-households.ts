import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { type Id, territoryCode } from '#kernel'
import { nameQuery, personsIdentified } from '#population'

export type HouseholdSearch = {
  readonly country: string
  /**
   * Names in either script, in any order, spelt about so; the beginning of an identifier (three characters at least); a unique
   * number or an alias; the number of a document; a telephone, with or without the country's prefix.
   */
  readonly text: string
  /** Only households of this territory and what lies below it. */
  readonly territory?: string
  /** The relation that marks the head, as the catalogue codes it; null where it has no members. */
  readonly head: string | null
  readonly limit: number
  readonly skip: number
}

export type FoundName = {
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
}

export type HouseholdHit = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly members: number
  /** Who represents the household: the head, where the catalogue has members. */
  readonly head: FoundName | null
  /** The person who answers best to what was asked, where it is not the head. */
  readonly matched: FoundName | null
  /** Who stands for that person, where the two were found to be one: a member of this household. */
  readonly standing: FoundName | null
}

export type HouseholdsFound = {
  /** How many households there are, {@link MOST_FOUND} at most. */
  readonly total: number
  /** True where there are more than that: the likeliest are given, and the search is to be made narrower. */
  readonly more: boolean
  readonly hits: readonly HouseholdHit[]
  /** Households that answer and whose files are closed to the actor, who is too close to them: neither counted nor named. */
  readonly closed: number
}

export const MOST_FOUND = 1000

/** Finds households of the actor's territories, the likeliest first. */
export async function searchHouseholds(
  tx: Transaction,
  { country, text, territory = '', head, limit, skip }: HouseholdSearch,
): Promise<HouseholdsFound> {
  const persons = await personsIdentified(tx, country, text)
  const names = await nameQuery(tx, text)
  const { rows } = await sql<(HouseholdHit | { household: null }) & { total: number; closed: number }>`
    with page as materialized (
      select * from households.search(${country}, ${territoryCode(territory)}, ${text.trim()}, ${persons}::uuid[],
        ${jsonb(names?.ways ?? [])}, ${names?.levels ?? []}::real[], ${MOST_FOUND + 1}, ${skip}, ${Math.min(skip + limit, MOST_FOUND)})
    )
    select household.id as household, household.source_id as "sourceId", household.territory, page.total, page.closed,
      belonging.members, belonging.head,
      case when page.person_id <> belonging.head_id then ${nameOf('person')} end as matched,
      case when stands.id is not null then ${nameOf('stands')} end as standing
    from page left join households.household on household.id = page.household_id
      left join population.published_person as person on person.id = page.person_id
      left join population.published_merge as merge on merge.merged = page.person_id
      left join population.published_person as stands on stands.id = merge.kept
      left join lateral (
      select count(*)::int as members,
        (array_agg(member.person_id order by member.is_head desc, member.person_id))[1] as head_id,
        (array_agg(member.name order by member.is_head desc, member.person_id))[1] as head
      from (
        select person_id, relation is not distinct from ${head} as is_head, ${nameOf('belongs')} as name
        from households.published_member as belongs where belongs.household_id = page.household_id
      ) as member
    ) as belonging on true
    order by page.place`.execute(tx)
  const hits = rows.flatMap(({ total: _total, closed: _closed, ...hit }) => (hit.household === null ? [] : [hit]))
  const { total = 0, closed = 0 } = rows[0] ?? {}
  return { total: Math.min(total, MOST_FOUND), more: total > MOST_FOUND, hits, closed }
}

function nameOf(table: string) {
  const [given, family, givenAr, familyAr] = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar'].map(
    column => sql.ref(`${table}.${column}`),
  )
  return sql`jsonb_build_object('givenName', ${given}, 'familyName', ${family}, 'givenNameAr', ${givenAr}, 'familyNameAr', ${familyAr})`
}
