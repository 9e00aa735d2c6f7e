import { sql } from 'kysely'
import type { Country, ProgrammeTerms, RankTerm } from '#countries'
import { jsonb, type Transaction } from '#db'
import { casesOfHouseholds, type HouseholdCase } from '#households'
import { ageOn, type DateText, firstDay, type Id, type Month } from '#kernel'
import {
  CivilDate,
  dateToText,
  evaluate,
  type Fact,
  type Facts,
  isNumber,
  numberToText,
  parseCase,
  parseDate,
  readValue,
  type Scope,
  type Value,
  whole,
} from '#rules'

/** Households whose facts are read at once. */
const BATCH = 2000

/**
 * Gives each household that is to be enrolled its place in the stated order, as numbers of which the lowest come first: scores
 * from what was last decided, the rest from the facts of the month. What cannot be told comes last.
 */
export async function rankAsked(tx: Transaction, country: Country, terms: ProgrammeTerms, month: Month): Promise<void> {
  const order = terms.order?.terms ?? []
  if (order.length === 0) return
  await rankByScores(tx, terms.pack, order)
  if (!order.some(({ by }) => 'formula' in by)) return
  let after: string | null = null
  for (;;) {
    const { rows }: { rows: { id: Id<'Household'> }[] } = await sql<{ id: Id<'Household'> }>`
      select household_id as id from pg_temp.enrolment_asked
      where change = 'enrol' and outcome = 'enrolled' and (${after}::uuid is null or household_id > ${after}::uuid)
      order by household_id limit ${BATCH}`.execute(tx)
    if (rows.length === 0) return
    const households = rows.map(({ id }) => id)
    const cases = await casesOfHouseholds(tx, { households, month })
    const values = cases.map(each => ({ id: each.household, values: valuesOf(country, order, each, month) }))
    await rankByValues(tx, values)
    after = households.at(-1) as string
  }
}

async function rankByScores(tx: Transaction, pack: string, order: readonly RankTerm[]): Promise<void> {
  const terms = order.map(({ by, first }) =>
    'score' in by
      ? sql`${first === 'lowest' ? sql`1` : sql`-1`} * (decided.scores ->> ${by.score}::text)::numeric`
      : sql`null::numeric`,
  )
  await sql`
    update pg_temp.enrolment_asked as asked set rank = array[${sql.join(terms)}]
    from (
      select to_rank.household_id, latest.scores
      from pg_temp.enrolment_asked as to_rank left join lateral (
        select d.scores from programmes.determination as d
          join programmes.determination_run as run on run.id = d.run_id and run.cancelled_at is null
        where d.household_id = to_rank.household_id and d.pack = ${pack} order by d.sequence desc limit 1
      ) as latest on true
      where to_rank.change = 'enrol' and to_rank.outcome = 'enrolled'
    ) as decided
    where asked.household_id = decided.household_id`.execute(tx)
}

/** Fills the numbers of the terms over facts; a null leaves what stands there. */
async function rankByValues(
  tx: Transaction,
  found: readonly { readonly id: string; readonly values: readonly (string | null)[] }[],
): Promise<void> {
  await sql`
    update pg_temp.enrolment_asked as asked
    set rank = array(
      select coalesce((said.value ->> (place - 1)::int)::numeric, number)
      from unnest(asked.rank) with ordinality as own (number, place) order by place)
    from (select (e ->> 'id')::uuid as id, e -> 'values' as value from jsonb_array_elements(${jsonb(found)}) as given (e)) as said
    where asked.household_id = said.id`.execute(tx)
}

function valuesOf(
  country: Country,
  order: readonly RankTerm[],
  found: HouseholdCase,
  month: Month,
): readonly (string | null)[] {
  const scope = scopeOfCase(country, found, month)
  return order.map(({ by, first }) => {
    if (!('formula' in by)) return null
    const value = evaluate(by.formula.expr, scope)
    if (value === null || !isNumber(value)) return null
    const text = numberToText(value)
    return first === 'lowest' ? text : text.startsWith('-') ? text.slice(1) : `-${text}`
  })
}

/** Names as in a form's conditions: facts of the household, `members`, `head`, `today` and a member's `age`; unknown is null. */
function scopeOfCase(country: Country, found: HouseholdCase, month: Month): Scope {
  const { catalogue, territories } = country
  const parsed = parseCase(found.case, catalogue, territories)
  if (!parsed.ok) throw new Error(`household ${found.household}, ${parsed.refusal.path}: ${parsed.refusal.message}`)
  const today = firstDay(month)
  const said = (facts: Facts, fact: Fact): Value =>
    facts.get(fact.name) ??
    (fact.fallback === null ? null : (readValue(fact.fallback, fact, catalogue, territories) ?? null))
  const members = parsed.value.members.map(({ facts }) => {
    const birth = facts.get('birth_date')
    const age = birth instanceof CivilDate ? whole(ageOn(dateToText(birth) as DateText, today)) : null
    const own = [...catalogue.member.values()].map(fact => [fact.name, said(facts, fact)] as const)
    return new Map<string, Value>([['age', age], ...own])
  })
  const head = members.find(each => catalogue.head !== null && each.get(catalogue.head.fact) === catalogue.head.code)
  return {
    find: name => {
      if (name === 'members') return members
      if (name === 'head') return head ?? null
      if (name === 'today') return parseDate(today)
      const fact = catalogue.household.get(name)
      return fact && said(parsed.value.household, fact)
    },
  }
}
