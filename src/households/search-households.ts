import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Id, territoryCode } from '#kernel'
import { nameKey, personWithNumber } from '#population'

export type HouseholdSearch = {
  readonly country: string
  /** Names in either script, in any order, spelt about so; the beginning of an identifier (three characters at least); or a unique number. */
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
  /** The member who answers best to what was asked, where it is not the head. */
  readonly matched: FoundName | null
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
const MOST_WORDS = 5

/** Finds households of the actor's territories, the likeliest first. */
export async function searchHouseholds(
  tx: Transaction,
  { country, text, territory = '', head, limit, skip }: HouseholdSearch,
): Promise<HouseholdsFound> {
  const words = searchWords(text)
  const person = await personNumbered(tx, country, text)
  const likely = sql`
    households.search(${country}, ${territoryCode(territory)}, ${text.trim()}, ${words}::text[], ${MOST_FOUND + 1})`
  const one = (id: Id<'Person'>) => sql`
    (select household_id, person_id, 1 as score from households.published_member where person_id = ${id})`
  const { rows } = await sql<(HouseholdHit | { household: null }) & { total: number; closed: number }>`
    with found as materialized (
      select household_id, (array_agg(person_id order by score desc, person_id))[1] as person_id, max(score) as score
      from ${person === undefined ? likely : one(person)} as likely
      group by household_id
    ), too_close as (
      select count(*)::int as closed from found where household_id = any ((select security.closed_files())::uuid[])
    ),
    page as (
      select household.id, household.source_id, household.territory, found.person_id,
        row_number() over (order by found.score desc, household.source_id, household.id) as place,
        count(*) over ()::int as total
      from found join households.household on household.id = found.household_id
    )
    select page.id as household, page.source_id as "sourceId", page.territory, coalesce(page.total, 0) as total, too_close.closed,
      coalesce(belonging.members, 0) as members, belonging.head,
      case when page.person_id <> belonging.head_id then belonging.matched end as matched
    from too_close left join page on page.place > ${skip} and page.place <= ${Math.min(skip + limit, MOST_FOUND)}
      left join lateral (
      select count(*)::int as members,
        (array_agg(member.person_id order by member.is_head desc, member.person_id))[1] as head_id,
        (array_agg(member.name order by member.is_head desc, member.person_id))[1] as head,
        (array_agg(member.name) filter (where member.person_id = page.person_id))[1] as matched
      from (
        select person_id, relation is not distinct from ${head} as is_head,
          jsonb_build_object('givenName', given_name, 'familyName', family_name,
            'givenNameAr', given_name_ar, 'familyNameAr', family_name_ar) as name
        from households.published_member as belongs where belongs.household_id = page.id
      ) as member
    ) as belonging on true
    order by page.place`.execute(tx)
  const hits = rows.flatMap(({ total: _total, closed: _closed, ...hit }) => (hit.household === null ? [] : [hit]))
  const { total = 0, closed = 0 } = rows[0] ?? {}
  return { total: Math.min(total, MOST_FOUND), more: total > MOST_FOUND, hits, closed }
}

/** The person whose unique number was typed, in groups or not; undefined where it is none that the actor may see. */
async function personNumbered(tx: Transaction, country: string, text: string): Promise<Id<'Person'> | undefined> {
  const digits = text.replaceAll(/[\s.-]/g, '')
  return /^\d{10,16}$/.test(digits) ? personWithNumber(tx, country, digits) : undefined
}

/** The words that names are searched by; one letter says nothing. */
function searchWords(text: string): string[] {
  return nameKey(text)
    .split(' ')
    .filter(word => word.length > 1)
    .slice(0, MOST_WORDS)
}
