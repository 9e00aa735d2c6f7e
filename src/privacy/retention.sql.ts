import { type RawBuilder, sql } from 'kysely'
import type { Country, RetainedCategory } from '#countries'
import type { DateText } from '#kernel'

/** How one category ends: which ids are due (a query of one column `id`), and the function that ends them. */
export type Ending = {
  readonly due: RawBuilder<unknown>
  readonly end: (ids: readonly string[]) => RawBuilder<unknown>
}

/** Parts of a territory's code that stay when a household is anonymised: region and province. */
const PARTS_KEPT = 2

/** For each category with a time of its own, what has lain still since before a day. */
export function endingOf(country: Country, category: RetainedCategory, before: DateText): Ending {
  const quiet = isQuiet(before)
  switch (category) {
    case 'contact':
      return {
        due: sql`
          select r.id from population.published_reachable r
          where r.country = ${country.code} and ${restsEverywhere(sql`r.id`, before)}
            and exists (select from households.published_belonging b where b.person_id = r.id)`,
        end: ids => sql`messaging.erase_messages(${ids}::uuid[]), population.erase_phones(${ids}::uuid[])`,
      }
    case 'sensitive': {
      const [ofHousehold, ofMembers] = sensitiveNames(country)
      const fields = country.personalData.sensitiveFacts.map(({ of, name }) => `${of}.${name}`)
      return {
        due: sql`
          select a.household_id as id from households.published_activity a
          where a.country = ${country.code} and ${quiet}
            and households.declares(a.household_id, ${ofHousehold}::text[], ${ofMembers}::text[])`,
        end: ids => sql`privacy.erase_rectifications(${ids}::uuid[], ${fields}::text[]),
          households.erase_facts(${ids}::uuid[], ${ofHousehold}::text[], ${ofMembers}::text[])`,
      }
    }
    case 'accounts':
      return {
        due: sql`
          select n.id from payments.published_numbered_account n
          where n.recorded_at < ${before}::date and ${restsEverywhere(sql`n.payee_id`, before)}
            and not exists (select from payments.published_payee_activity y
              where y.payee_id = n.payee_id and y.at >= ${before}::date)
            and not exists (select from households.published_belonging b
              join households.published_household h on h.id = b.household_id
              where b.person_id = n.payee_id and h.country <> ${country.code})`,
        end: ids => sql`payments.erase_numbers(${ids}::uuid[])`,
      }
    case 'payments':
      return {
        due: sql`
          select r.id from payments.published_named_run r
          where r.ended_at < ${before}::date and r.recorded_at < ${before}::date`,
        end: ids => sql`(select sum(payments.anonymise_run(run)) from unnest(${ids}::uuid[]) as run)`,
      }
    case 'identity': {
      const { dates, places } = namesByType(country)
      return {
        due: sql`
          select a.household_id as id from households.published_activity a
          where a.country = ${country.code} and ${quiet}`,
        end: ids => sql`privacy.erase_rectifications(${ids}::uuid[], null),
          messaging.erase_messages(array(select own.person_id from households.published_belonging own
            where own.household_id = any (${ids}::uuid[]) and not exists (select from households.published_belonging other
              where other.person_id = own.person_id and other.household_id <> all (${ids}::uuid[])))),
          households.anonymise(${ids}::uuid[], ${dates}::text[], ${places}::text[], ${PARTS_KEPT})`,
      }
    }
  }
}

/** Nothing said, owed or paid since the day: the household `a`. */
function isQuiet(before: DateText): RawBuilder<unknown> {
  return sql`a.last_at < ${before}::date
    and not exists (select from programmes.published_activity p
      where p.household_id = a.household_id and p.at >= ${before}::date)
    and not exists (select from households.published_belonging b
      join payments.published_payee_activity y on y.payee_id = b.person_id
      where b.household_id = a.household_id and y.at >= ${before}::date)`
}

/** Every household of a person has been quiet since the day. */
function restsEverywhere(person: RawBuilder<unknown>, before: DateText): RawBuilder<unknown> {
  return sql`not exists (select from households.published_belonging own
    join households.published_activity a on a.household_id = own.household_id
    where own.person_id = ${person} and not (${isQuiet(before)}))`
}

function sensitiveNames({ personalData }: Country): [string[], string[]] {
  const named = (of: string) => personalData.sensitiveFacts.filter(fact => fact.of === of).map(fact => fact.name)
  return [named('household'), named('member')]
}

/** Facts that say a day or a place too exactly for a figure. */
function namesByType({ catalogue }: Country): { readonly dates: string[]; readonly places: string[] } {
  const facts = [...catalogue.household.values(), ...catalogue.member.values()]
  const named = (type: string) => [...new Set(facts.filter(fact => fact.type === type).map(fact => fact.name))]
  return { dates: named('date'), places: named('territory') }
}
