import { type RawBuilder, sql } from 'kysely'

/** Why a number or an alias leads to nobody whom the row can mean. */
export type NamedFault =
  | 'number_unknown'
  | 'number_withdrawn'
  | 'alias_unknown'
  | 'alias_ended'
  | 'two_persons'
  | 'dead'
  | 'otherwise'

/**
 * Whom rows name by number or alias, as a query: all columns of `said`, with `person`, or null, and `fault` (a {@link NamedFault}),
 * null where the person is found. `said` has unique_number, alias, the four names, name_key, sex and birth_date. Of a person who was
 * merged, it is who stands for both. Two of name, birth and sex that are otherwise in the register are somebody else.
 */
export const namedPersons = (country: string, said: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select said.*, p.id as person,
    case
      when said.unique_number is not null and n.person_id is null then 'number_unknown'
      when n.withdrawn_at is not null then 'number_withdrawn'
      when said.alias is not null and a.person_id is null then 'alias_unknown'
      when a.revoked_at is not null or a.expires_at <= now() then 'alias_ended'
      when n.person_id <> a.person_id then 'two_persons'
      when exists (select from population.death where death.person_id = p.id) then 'dead'
      when ${otherSex} + ${otherBirth} + ${otherName} >= 2 then 'otherwise'
    end as fault
  from (${said}) as said
    left join population.unique_number as n on n.country = ${country} and n.number = said.unique_number
    left join population.person_alias as a on a.country = ${country} and a.alias = said.alias
    left join population.person_merge as merge on merge.merged = coalesce(n.person_id, a.person_id)
    left join population.person as p on p.id = coalesce(merge.kept, n.person_id, a.person_id)`

const otherSex = sql`coalesce(said.sex <> p.sex, false)::int`
const otherBirth = sql`
  coalesce(case p.birth_precision
    when 'day' then said.birth_date <> p.birth_date
    when 'month' then date_trunc('month', said.birth_date) <> date_trunc('month', p.birth_date)
    when 'year' then extract(year from said.birth_date) <> extract(year from p.birth_date)
  end, false)::int`
/** Not a word in common, in a script that both are written in. */
const otherName = sql`
  ((num_nonnulls(said.given_name, said.family_name) > 0 and num_nonnulls(p.given_name, p.family_name) > 0
      or num_nonnulls(said.given_name_ar, said.family_name_ar) > 0 and num_nonnulls(p.given_name_ar, p.family_name_ar) > 0)
    and not string_to_array(said.name_key, ' ') && string_to_array(p.name_key, ' '))::int`
