import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, placesOf, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { FeedId, FeedReport, ToldFacts } from './feed.ts'
import { planFeed } from './plan-feed.ts'
import { readFeedRow } from './read-feed-row.ts'
import { linkPersons, saveTold } from './received.sql.ts'

/** A row that waits for somebody to say who is meant. */
export type FeedDoubt = {
  readonly feed: FeedId
  readonly row: number
  readonly kind: FeedReport['kind']
  readonly source: string
  readonly label: string
  readonly at: Date
  readonly why: string
  /** Who is meant, in the words of the other register: names, birth date, school. No fact is among them. */
  readonly said: Readonly<Record<string, string>>
  readonly candidates: readonly DoubtCandidate[]
}

export type DoubtCandidate = {
  readonly person: Id<'Person'>
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly birthDate: DateText | null
  readonly territory: string
  readonly household: Id<'Household'> | null
}

const SHOWN = [
  'given_name',
  'family_name',
  'given_name_ar',
  'family_name_ar',
  'birth_date',
  'sex',
  'school',
  'source_person',
]

/** Rows that wait, the oldest first, as far as the actor sees them; of one feed alone where it is named. */
export async function openFeedDoubts(
  tx: Transaction,
  country: string,
  limit: number,
  of: { readonly feed?: FeedId; readonly skip?: number } = {},
): Promise<FeedDoubt[]> {
  const { rows } = await sql<Omit<FeedDoubt, 'candidates'> & { candidates: DoubtCandidate[] | null }>`
    select d.feed_id as feed, d.row, f.kind, f.source, f.label, d.recorded_at as at, d.why,
      (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(d.said)
        where key = any (${SHOWN}::text[]) and value <> '""') as said,
      (select jsonb_agg(jsonb_build_object('person', p.id, 'givenName', p.given_name, 'familyName', p.family_name,
          'givenNameAr', p.given_name_ar, 'familyNameAr', p.family_name_ar, 'birthDate', p.birth_date,
          'territory', p.territory, 'household', (select m.household_id from households.membership m
            where m.person_id = p.id and m.ended_at is null)) order by array_position(d.candidates, p.id))
        from population.published_person p where p.id = any (d.candidates)) as candidates
    from households.feed_doubt d join households.feed f on f.id = d.feed_id
    where d.settled_at is null and f.country = ${country} and (${of.feed ?? null}::uuid is null or d.feed_id = ${of.feed ?? null})
    order by d.recorded_at, d.feed_id, d.row limit ${limit} offset ${of.skip ?? 0}`.execute(tx)
  return rows.map(row => ({ ...row, candidates: row.candidates ?? [] }))
}

export async function countFeedDoubts(tx: Transaction, country: string, feed?: FeedId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from households.feed_doubt d join households.feed f on f.id = d.feed_id
    where d.settled_at is null and f.country = ${country} and (${feed ?? null}::uuid is null or d.feed_id = ${feed ?? null})`.execute(
    tx,
  )
  return rows[0]!.count
}

export type SettleDoubt = {
  readonly feed: FeedId
  readonly row: number
  /** Who is meant, one of the candidates; null: none of them. */
  readonly person: Id<'Person'> | null
  /** Month of the whole feed is part of what was said. */
  readonly today: DateText
  readonly actor: string
}

export type SettleDoubtRefusal =
  | { readonly code: 'doubt_unknown' }
  | { readonly code: 'settled_before' }
  | { readonly code: 'not_a_candidate' }
  /** The country no longer takes what the row says. */
  | { readonly code: 'row_refused'; readonly column: string; readonly accepted: string }

/** Records what somebody says of who is meant: facts are told of that person and the source's identifier is remembered, or nothing is. */
export async function settleFeedDoubt(
  tx: Transaction,
  country: Country,
  asked: SettleDoubt,
): Promise<Result<{ readonly told: ToldFacts | null }, SettleDoubtRefusal>> {
  const { rows } = await sql<Found>`
    select f.id, f.kind, f.source, d.said, d.candidates, d.territory, d.settled_at is not null as settled
    from households.feed_doubt d join households.feed f on f.id = d.feed_id
    where d.feed_id = ${asked.feed} and d.row = ${asked.row} and f.country = ${country.code} for update of d`.execute(
    tx,
  )
  const found = rows[0]
  if (!found) return err({ code: 'doubt_unknown' })
  if (found.settled || found.said === null) return err({ code: 'settled_before' })
  if (asked.person !== null && !found.candidates.includes(asked.person)) return err({ code: 'not_a_candidate' })
  const read = asked.person === null ? undefined : readAgain(country, found, asked)
  if (read && !read.ok) return read
  if (read && asked.person !== null) {
    const told = [{ ...read.value, person: asked.person, matched: 'somebody' as const }]
    const saved = await saveTold(tx, { feed: found, actor: asked.actor, country: country.code }, told)
    const [reject] = saved.rejects
    if (reject) return err({ code: 'row_refused', column: reject.column, accepted: reject.accepted })
    await linkPersons(tx, country.code, found.source, told)
  }
  await sql`
    update households.feed_doubt set said = null, settled_at = clock_timestamp(), settled_by = security.actor(),
      answer = ${asked.person === null ? 'nobody' : 'person'}
    where feed_id = ${asked.feed} and row = ${asked.row}`.execute(tx)
  await appendAudit(tx, {
    action: 'feed.settle',
    subject: asked.person === null ? { kind: 'feed', id: asked.feed } : { kind: 'person', id: asked.person },
    territory: found.territory,
    purpose: 'data_quality: feeds',
    detail: { feed: asked.feed, row: asked.row },
  })
  return ok({ told: read ? { ...read.value.month?.facts, ...read.value.standing?.facts } : null })
}

type Found = {
  readonly id: FeedId
  readonly kind: FeedReport['kind']
  readonly source: string
  readonly said: Record<string, string> | null
  readonly candidates: readonly string[]
  readonly territory: string
  readonly settled: boolean
}

function readAgain(country: Country, { kind, said }: Found, { row, today }: SettleDoubt) {
  const plan = planFeed(country, kind, Object.keys(said ?? {}), { month: false })
  if (!plan.ok) return err({ code: 'row_refused' as const, column: '', accepted: plan.refusal.code })
  const style = {
    decimalComma: true,
    moneyPlaces: placesOf(country.currency),
    territory: { knows: (code: string) => country.territories.find(code) !== undefined, accepted: '' },
  }
  const read = readFeedRow(plan.value, { row, cells: said ?? {} }, { style, month: undefined, today })
  return read.ok
    ? read
    : err({ code: 'row_refused' as const, column: read.refusal.column, accepted: read.refusal.accepted })
}
