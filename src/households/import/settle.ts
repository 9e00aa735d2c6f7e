import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Catalogue } from '#rules'
import { type Naming, nameMembers } from './named-members.ts'

/**
 * What can only be seen with both files read: the same identifier twice, members without a household, households whose
 * members are wrong. Each reason is added to the rejects and the household leaves the staging; what stays is good.
 */
export async function settleStaging(
  tx: Transaction,
  attempt: number,
  head: Catalogue['head'],
  naming: Naming | undefined,
): Promise<void> {
  await sql`select households.analyze_staging()`.execute(tx)
  await sql`set local work_mem = '128MB'`.execute(tx)
  await refuseHouseholds(tx, attempt, sameIdTwice(attempt), 1)
  await refuseMembers(tx, attempt, sameMemberTwice(attempt), 1)
  await refuseMembers(tx, attempt, withoutHousehold(attempt), 2)
  if (naming) await refuseMembers(tx, attempt, await nameMembers(tx, attempt, naming), 3)
  await refuseHouseholds(tx, attempt, withWrongMembers(attempt), 2)
  if (head) await refuseHouseholds(tx, attempt, withoutOneHead(attempt, head), 3)
  await refuseHouseholds(tx, attempt, withUnknownRecipient(attempt), 4)
}

/** What the register says of whom rows name may have changed since staging was settled: asked again before registering goes on. */
export async function settleNamed(tx: Transaction, attempt: number, naming: Naming): Promise<void> {
  await refuseMembers(tx, attempt, await nameMembers(tx, attempt, naming), 3)
  await refuseHouseholds(tx, attempt, withWrongMembers(attempt), 2)
}

/** Reasons found here come after those of the cells. */
const AFTER_CELLS = 1000

/** `found`: line, column, value, accepted. */
async function refuseHouseholds(
  tx: Transaction,
  attempt: number,
  found: RawBuilder<unknown>,
  order: number,
): Promise<void> {
  if (!(await finds(tx, sql`select * from (${found}) as found (line, "column", value, accepted)`))) return
  await sql`
    with refused as (
      delete from households.import_household as household
      using pg_temp.found
      where household.attempt = ${attempt} and household.line = found.line
      returning household.line, household.source_id, found."column", found.value, found.accepted
    )
    insert into households.import_reject (attempt, file, line, number, source_id, household, "column", value, accepted)
    select ${attempt}, 'households', line, ${sql.lit(AFTER_CELLS + order)}, source_id, source_id, "column", value, accepted
    from refused`.execute(tx)
}

/** `found`: line, household, source_id, column, value, accepted. */
async function refuseMembers(
  tx: Transaction,
  attempt: number,
  found: RawBuilder<unknown>,
  order: number,
): Promise<void> {
  const named = sql`select * from (${found}) as found (line, household, source_id, "column", value, accepted)`
  if (!(await finds(tx, named))) return
  await sql`
    insert into households.import_reject (attempt, file, line, number, source_id, household, "column", value, accepted)
    select ${attempt}, 'members', line, ${sql.lit(AFTER_CELLS + order)}, source_id, household, "column", value, accepted
    from pg_temp.found`.execute(tx)
}

/** What is found stands in `pg_temp.found`: a table made from a query is looked for on all processors, what changes rows on one alone. */
async function finds(tx: Transaction, found: RawBuilder<unknown>): Promise<boolean> {
  await sql`drop table if exists pg_temp.found`.execute(tx)
  await sql`create temporary table found on commit drop as ${found}`.execute(tx)
  const { rows } = await sql<{ any: boolean }>`select exists (select from pg_temp.found) as any`.execute(tx)
  return rows[0]!.any
}

/** Rows of the households file, good or not, by the identifier that could be read. */
const rowsSeen = (attempt: number): RawBuilder<unknown> => sql`
  select line, source_id from households.import_household where attempt = ${attempt}
  union all select distinct line, source_id from households.import_reject
  where attempt = ${attempt} and file = 'households' and source_id <> ''`

// What stands twice is counted before it is looked at: putting all rows in order would be most of the work.
const sameIdTwice = (attempt: number): RawBuilder<unknown> => sql`
  select row.line, 'source_id', source_id, 'an identifier of its own: row ' || twice.first || ' has the same'
  from (${rowsSeen(attempt)}) as row join (
      select source_id, min(line) as first from (${rowsSeen(attempt)}) as seen group by source_id having count(*) > 1
    ) as twice using (source_id)
  where row.line > twice.first`

const sameMemberTwice = (attempt: number): RawBuilder<unknown> => sql`
  select row.line, household, source_id, 'source_id', source_id,
    'an identifier of its own in the household: row ' || twice.first || ' has the same'
  from households.import_member as row join (
      select household, source_id, min(line) as first from households.import_member where attempt = ${attempt}
      group by household, source_id having count(*) > 1
    ) as twice using (household, source_id)
  where row.attempt = ${attempt} and row.line > twice.first`

const withoutHousehold = (attempt: number): RawBuilder<unknown> => sql`
  select line, household, source_id, 'household_source_id', household, 'the source_id of a row of the households file'
  from households.import_member as member
  where attempt = ${attempt}
    and not exists (select from (${rowsSeen(attempt)}) as seen where seen.source_id = member.household)`

/** Names the rows at fault: the first five, and how many there are. */
const withWrongMembers = (attempt: number): RawBuilder<unknown> => sql`
  select household.line, 'members', wrong.count || ' wrong',
    'members without a mistake: see row ' || array_to_string(wrong.lines[:5], ', ') ||
      case when wrong.count > 5 then ' …' else '' end || ' of the members file'
  from households.import_household as household
    join (
      select household, count(distinct line) as count, array_agg(distinct line order by line) as lines
      from households.import_reject where attempt = ${attempt} and file = 'members' group by household
    ) as wrong on wrong.household = household.source_id
  where household.attempt = ${attempt}`

const withoutOneHead = (attempt: number, head: { fact: string; code: string }): RawBuilder<unknown> => sql`
  select household.line, 'members', coalesce(member.heads, 0) || ' of ' || coalesce(member.count, 0),
    ${`exactly one member with ${head.fact} ${head.code}`}::text
  from households.import_household as household
    left join (
      select household, count(*) as count, count(*) filter (where relation = ${head.code}) as heads
      from households.import_member where attempt = ${attempt} group by household
    ) as member on member.household = household.source_id
  where household.attempt = ${attempt} and member.heads is distinct from 1`

const withUnknownRecipient = (attempt: number): RawBuilder<unknown> => sql`
  select household.line, 'recipient', household.recipient, 'the source_id of one of the household''s members'
  from households.import_household as household
  where household.attempt = ${attempt} and household.recipient is not null
    and not exists (
      select from households.import_member as member
      where member.attempt = ${attempt} and member.household = household.source_id
        and member.source_id = household.recipient
    )`
