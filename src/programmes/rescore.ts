import { sql } from 'kysely'
import { z } from 'zod'
import type { Country } from '#countries'
import { jsonText, type Subscription, type Transaction } from '#db'
import { casesOfHouseholds, type HouseholdCase, lastScores, recordScores } from '#households'
import { type DateText, type Id, type Month, monthOf } from '#kernel'
import { decide, type Pack, parseCase } from '#rules'
import { decidedAmong, insertLookAgain } from './look-again.sql.ts'
import { type Because, lookAgain, type Rescored } from './look-again.ts'

const id = z.string().transform(text => text as Id<'Household'>)
const happened = z.object({
  household: id,
  country: z.string(),
  kind: z.string(),
  on: z.string(),
  changed: z.array(z.string()),
})
const expired = z.object({ household: id, country: z.string(), declaration: z.string(), dueOn: z.string() })
const declared = z.object({ country: z.string(), changed: z.array(id) })

/**
 * What programmes do when the register tells that households changed: their scores of this month are worked out again from the
 * facts as they stand, kept where they moved, and decisions that rest on earlier facts are to be looked at again. In the
 * transaction of the delivery: told twice it is done once, one household's news are taken in their order, and what fails is
 * tried again and then kept for somebody to mend (`db.delivery`), never dropped.
 */
export function followingHouseholds(country: Country, today: () => DateText): Subscription[] {
  const follow = (tx: Transaction, event: string, households: readonly Id<'Household'>[], because: Why) =>
    rescore(tx, country, { event, households, because, month: monthOf(today()) })
  return [
    {
      subscriber: 'programmes',
      type: 'household.changed',
      async handle(tx, event) {
        const { household, country: of, kind, on, changed } = happened.parse(event.payload)
        if (of === country.code) await follow(tx, event.id, [household], { kind, on, changed })
      },
    },
    {
      subscriber: 'programmes',
      type: 'households_declared',
      async handle(tx, event) {
        const { country: of, changed } = declared.parse(event.payload)
        if (of === country.code) await follow(tx, event.id, changed, { kind: 'declaration', on: null, changed: [] })
      },
    },
    {
      subscriber: 'programmes',
      type: 'household.facts_expired',
      async handle(tx, event) {
        const { household, country: of, dueOn } = expired.parse(event.payload)
        if (of !== country.code || !(await decidedAmong(tx, [household])).has(household)) return
        const because = { kind: 'expired', on: dueOn, changed: [], missing: [] }
        const item = { household, pack: '', kind: 'facts_too_old' as const, was: null, now: null, because }
        await insertLookAgain(tx, event.id, monthOf(today()), [item])
      },
    },
  ]
}

/** Parts of the register, of which one delivery works on some at a time. */
const PARTS = 64

type Why = Omit<Because, 'missing'>
type Rescoring = {
  readonly event: string
  readonly households: readonly Id<'Household'>[]
  readonly because: Why
  readonly month: Month
}

async function rescore(tx: Transaction, country: Country, { event, households, because, month }: Rescoring) {
  if (households.length === 0) return
  // Two pieces of news of one household, of different kinds, may be at hand at once: one after the other. By parts of the
  // register, in order: an import tells thousands at once, and a lock for each would be too many.
  await sql`
    select pg_advisory_xact_lock(hashtext('programmes.rescore'), part)
    from (select distinct abs(hashtext(id::text) % ${PARTS}) as part from unnest(${households}::uuid[]) as asked (id)
      order by 1) as parts`.execute(tx)
  const cases = await casesOfHouseholds(tx, { households, month })
  const packs = [...country.book.packs.values()].filter(pack => pack.score !== null && isInForce(pack, month))
  const scored = new Map<string, Rescored['scores'][number][]>(households.map(each => [each, []]))
  for (const pack of packs) {
    for (const [household, score] of await rescorePack(tx, country, pack, month, cases))
      scored.get(household)?.push(score)
  }
  const decided = await decidedAmong(tx, households)
  const stands = new Set<string>(cases.map(({ household }) => household))
  const items = households.flatMap(household =>
    lookAgain(
      {
        household,
        stands: stands.has(household),
        decided: decided.has(household),
        scores: scored.get(household) ?? [],
      },
      because,
    ),
  )
  await insertLookAgain(tx, event, month, items)
}

function isInForce({ life: { from, to } }: Pack, month: Month): boolean {
  return (from === null || from <= month) && (to === null || month <= to)
}

async function rescorePack(
  tx: Transaction,
  country: Country,
  pack: Pack,
  month: Month,
  cases: readonly HouseholdCase[],
): Promise<[string, Rescored['scores'][number]][]> {
  const before = await lastScores(tx, { households: cases.map(each => each.household), pack: pack.id, month })
  const found = cases.map(each => {
    const decision = decide(country.book, pack.id, ruleCase(each, country), { explain: false })
    const now = decision.scores[pack.id] ?? null
    return { each, score: { pack: pack.id, was: before.get(each.household) ?? null, now, missing: decision.missing } }
  })
  const told = found.flatMap(({ each, score: { now } }) =>
    now === null ? [] : [{ household: each.household, declaration: each.declaration, value: now }],
  )
  if (told.length > 0) {
    await keepText(tx, country, pack)
    await recordScores(tx, { pack: pack.id, version: pack.version, month }, told)
  }
  return found.map(({ each, score }) => [each.household, score])
}

/** The text that scored stays readable, as that of a run does. */
async function keepText(tx: Transaction, country: Country, pack: Pack): Promise<void> {
  await sql`
    insert into programmes.pack_version (version, country, pack, content)
    values (${pack.version}, ${country.code}, ${pack.id}, ${jsonText(country.policy)}::jsonb)
    on conflict do nothing`.execute(tx)
}

function ruleCase(found: HouseholdCase, country: Country) {
  const parsed = parseCase(found.case, country.catalogue, country.territories)
  if (parsed.ok) return parsed.value
  const { path, message } = parsed.refusal
  throw new Error(`household ${found.household}, ${path}: ${message}`)
}
