import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { Id, Month } from '#kernel'
import type { Because, LookAgainKind, NewLookAgain } from './look-again.ts'

/** Something to look at again, of one household. */
export type LookAgain = {
  readonly event: string
  readonly pack: string
  readonly kind: LookAgainKind
  readonly month: Month
  /** Decimal text. */
  readonly was: string | null
  readonly now: string | null
  readonly because: Because
  readonly recordedAt: Date
  /** True once a later run knew of it; facts too old: once the household said something anew. */
  readonly done: boolean
}

/** Adds what is to be looked at again because of one piece of news; told twice, it stands once. Answers how many are new. */
export async function insertLookAgain(
  tx: Transaction,
  event: string,
  month: Month,
  items: readonly NewLookAgain[],
): Promise<number> {
  if (items.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into programmes.look_again (household_id, territory, event_id, pack, kind, month, was, now, because)
    select household.id, household.territory, ${event}, e ->> 'pack', e ->> 'kind', ${month}, (e ->> 'was')::numeric,
      (e ->> 'now')::numeric, e -> 'because'
    from jsonb_array_elements(${jsonb(items)}) as given (e)
      join households.published_household as household on household.id = (e ->> 'household')::uuid
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** What is to be looked at again, or was, for a household: the latest first, as far as the actor sees it. */
export async function lookAgainOf(tx: Transaction, household: Id<'Household'>): Promise<readonly LookAgain[]> {
  const { rows } = await sql<LookAgain>`
    select item.event_id as event, item.pack, item.kind, item.month, item.was::text as was, item.now::text as now,
      item.because, item.recorded_at as "recordedAt",
      case item.kind
        when 'facts_too_old' then exists (
          select from programmes.look_again as later where later.household_id = item.household_id
            and later.kind = 'facts_changed' and later.recorded_at > item.recorded_at)
        else exists (
          select from programmes.determination_run as run
          where run.finished_at is not null and coalesce(run.as_of, run.asked_at) > item.recorded_at
            and (run.pack = item.pack or item.pack = '' and exists (
              select from programmes.determination
              where determination.household_id = item.household_id and determination.pack = run.pack)))
      end as done
    from programmes.look_again as item where item.household_id = ${household}
    order by item.recorded_at desc, item.pack`.execute(tx)
  return rows
}

/** Of these households, those for which something was ever decided. */
export async function decidedAmong(tx: Transaction, households: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select asked.id from unnest(${households}::uuid[]) as asked (id)
    where exists (select from programmes.determination where household_id = asked.id)`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
