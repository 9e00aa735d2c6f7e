import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import { type NamedFault, namedPersons } from '#population'
import type { Mapping } from './mapping.ts'
import type { Table } from './table.ts'

/** Targets of a members file that name a person of the register. */
const NAMING = ['unique_number', 'alias'] as const

/** Whose households these are, where rows of members may name persons. */
export type Naming = { readonly country: string; readonly source: string }

type NamingAsked = {
  readonly country: { readonly code: string }
  readonly source: string
  readonly members?: Pick<Table, 'header'> | undefined
  readonly mapping?: Pick<Mapping, 'members'> | undefined
}

/** Undefined where the members file has no column that names anybody: there is nothing to look up. */
export function namingOf({ country, source, members, mapping }: NamingAsked): Naming | undefined {
  const targets = mapping
    ? Object.keys(mapping.members?.columns ?? {})
    : (members?.header.map(name => name.trim()) ?? [])
  return NAMING.some(name => targets.includes(name)) ? { country: country.code, source } : undefined
}

const ACCEPTED: Record<NamedFault | 'elsewhere' | 'another', string> = {
  number_unknown: 'a unique number that somebody holds',
  number_withdrawn: 'a unique number that holds: this one was withdrawn',
  alias_unknown: 'an alias that somebody holds',
  alias_ended: 'an alias that holds: this one was revoked, or its time is over',
  two_persons: 'a unique number and an alias of one person',
  dead: 'somebody who is alive: the death of this person is recorded',
  otherwise: 'the number of this person: two of name, day of birth and sex are otherwise in the register',
  elsewhere: 'somebody who belongs to no other household: an event moves people',
  another: 'the person registered before under this source_id: the number is that of another',
}

/**
 * Looks up whom rows name, and makes them that person. Answers the query of the rows that name nobody, somebody else, or somebody
 * who belongs elsewhere (line, household, source_id, column, value, accepted). Done again, it answers only what has become
 * wrong since.
 */
export async function nameMembers(tx: Transaction, attempt: number, naming: Naming): Promise<RawBuilder<unknown>> {
  const said = sql`
    select line, household, source_id, unique_number, alias, given_name, family_name, given_name_ar, family_name_ar,
      name_key, sex, birth_date
    from households.import_member as member
    where attempt = ${attempt} and num_nonnulls(unique_number, alias) > 0
      and exists (select from households.import_household as staged
        where staged.attempt = ${attempt} and staged.source_id = member.household)`
  await sql`drop table if exists pg_temp.named`.execute(tx)
  await sql`create temporary table named on commit drop as ${namedPersons(naming.country, said)}`.execute(tx)
  await sql`analyze pg_temp.named`.execute(tx)
  await sql`
    update households.import_member as member set person_id = named.person from pg_temp.named as named
    where member.attempt = ${attempt} and member.household = named.household and member.line = named.line
      and named.fault is null and member.person_id <> named.person`.execute(tx)
  return wrong(naming)
}

const wrong = ({ country, source }: Naming): RawBuilder<unknown> => sql`
  select line, household, source_id, case when unique_number is null then 'alias' else 'unique_number' end,
    coalesce(unique_number, alias),
    case when fault = 'twice' then 'a person of its own: row ' || first || ' names the same'
      else ${JSON.stringify(ACCEPTED)}::jsonb ->> fault end
  from (
    select named.line, household, source_id, unique_number, alias, first,
      case
        when fault is not null then fault
        when named.line > first then 'twice'
        when exists (
          select from households.membership join households.household as home on home.id = membership.household_id
          where membership.person_id = named.person and membership.valid_to is null
            and (home.country, home.source, home.source_id) is distinct from (${country}, ${source}, named.household)
        ) then 'elsewhere'
        when exists (
          select from households.household as home join households.membership on membership.household_id = home.id
          where (home.country, home.source, home.source_id) = (${country}, ${source}, named.household)
            and membership.source_id = named.source_id and membership.ended_at is null
            and membership.person_id <> named.person
        ) then 'another'
      end as fault
    from (select *, min(line) over (partition by person) as first from pg_temp.named) as named
  ) as judged
  where fault is not null`
