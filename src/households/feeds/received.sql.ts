import { sql } from 'kysely'
import { appendEvent, jsonb, type Transaction } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import { appendAuditOfRows } from '#security'
import type { FeedReject, FeedReport, FeedRow, HowKnown } from './feed.ts'

/** A row of which it is known whom it means. */
export type Matched = FeedRow & { readonly person: Id<'Person'>; readonly matched: HowKnown }

export type ToldBy = {
  readonly feed: Pick<FeedReport, 'id' | 'kind' | 'source'>
  readonly country: string
  /** Who gives it. */
  readonly actor: string
}

type Statement = {
  readonly id: string
  readonly row: number
  readonly person: string
  readonly period: string | null
  readonly on: DateText
  readonly facts: Readonly<Record<string, unknown>>
}

/**
 * Appends what is told of persons where it is not what the same source told last of the same person and period; proposes events.
 * A person of whom one feed tells two things is a mistake of the feed: the first stands, the other is rejected.
 */
export async function saveTold(
  tx: Transaction,
  by: ToldBy,
  rows: readonly Matched[],
): Promise<{ recorded: number; unchanged: number; rejects: FeedReject[]; kept: readonly Matched[] }> {
  const { kept, rejects } = await withoutDoubles(tx, by, rows)
  const statements = kept.flatMap(statementsOf)
  const written = await append(tx, by, statements)
  const proposed = await proposeEvents(tx, by, kept)
  const news = new Set([...written.map(each => each.row), ...proposed.rows])
  if (written.length > 0)
    await recordSet(
      tx,
      by,
      written.map(each => each.id),
    )
  await tellChanged(
    tx,
    by,
    statements.filter(each => each.period === null && written.some(({ id }) => id === each.id)),
  )
  const rejected = [...rejects, ...proposed.rejects]
  const lost = new Set(rejected.map(each => each.row))
  const taken = kept.filter(each => !lost.has(each.row))
  return { recorded: news.size, unchanged: taken.length - news.size, rejects: rejected, kept: taken }
}

function statementsOf({ row, person, month, standing }: Matched): Statement[] {
  return [
    ...(month
      ? [{ id: newId(), row, person, period: month.period, on: `${month.period}-01` as DateText, facts: month.facts }]
      : []),
    ...(standing ? [{ id: newId(), row, person, period: null, on: standing.on, facts: standing.facts }] : []),
  ]
}

/** What two rows of one feed would both tell. */
const placeOf = ({ person, month, standing, event }: Matched) =>
  [person, month?.period ?? standing?.on ?? '', event ? JSON.stringify(event) : ''].join(' ')

async function withoutDoubles(tx: Transaction, { feed }: ToldBy, rows: readonly Matched[]) {
  const { rows: before } = await sql<{ person: string; at: string }>`
    select person_id as person, coalesce(period, effective_on::text) as at from households.received
    where feed_id = ${feed.id} and person_id = any (${rows.map(each => each.person)}::uuid[])`.execute(tx)
  const seen = new Set(before.map(({ person, at }) => `${person} ${at} `))
  const kept: Matched[] = []
  const rejects: FeedReject[] = []
  for (const each of rows) {
    const place = placeOf(each)
    if (seen.has(place)) {
      rejects.push({
        row: each.row,
        code: 'person_twice',
        column: 'unique_number',
        accepted: 'one row for a person and a month in one file; the first of them counts',
      })
    } else kept.push(each)
    seen.add(place)
  }
  return { kept, rejects }
}

async function append(tx: Transaction, { feed, actor }: ToldBy, statements: readonly Statement[]) {
  if (statements.length === 0) return []
  const { rows } = await sql<{ id: string; row: number }>`
    with told as (
      select * from jsonb_to_recordset(${jsonb(statements)})
        as t (id uuid, row integer, person uuid, period text, "on" date, facts jsonb)
    )
    insert into households.received (person_id, id, feed_id, row, kind, source, period, effective_on, facts, replaces, actor)
    select told.person, told.id, ${feed.id}, told.row, ${feed.kind}, ${feed.source}, told.period, told."on", told.facts, before.id,
      ${actor}
    from told left join lateral (
      select r.id, r.facts from households.received r
      where r.person_id = told.person and r.source = ${feed.source} and r.kind = ${feed.kind}
        and r.period is not distinct from told.period and r.effective_on <= told."on"
      order by r.effective_on desc, r.recorded_at desc, r.id desc limit 1
    ) as before on true
    where before.facts is distinct from told.facts
    returning id, row`.execute(tx)
  return rows
}

/** One record for what a batch told; what stands for each row is a line of ids and hashes. */
async function recordSet(tx: Transaction, { feed }: ToldBy, ids: readonly string[]): Promise<void> {
  const [first, last] = [[...ids].sort()[0], [...ids].sort().at(-1)]
  await appendAuditOfRows(tx, {
    action: 'feed.take',
    subject: { kind: 'feed' },
    purpose: 'exchange: feed',
    detail: { feed: feed.id, kind: feed.kind, source: feed.source, first, last },
    rows: sql`select households.received_line_of(r) from households.received r
      where r.feed_id = ${feed.id} and r.id between ${first}::uuid and ${last}::uuid`,
  })
}

/** Decisions rest on facts that stay: programmes hear of these. What is told of one month counts when that month is decided. */
async function tellChanged(
  tx: Transaction,
  { country, feed }: ToldBy,
  statements: readonly Statement[],
): Promise<void> {
  if (statements.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select distinct household_id as id from households.membership
    where person_id = any (${statements.map(each => each.person)}::uuid[]) and ended_at is null`.execute(tx)
  if (rows.length === 0) return
  await appendEvent(tx, {
    type: 'households_declared',
    key: country,
    payload: { country, source: feed.source, import: null, registered: 0, changed: rows.map(each => each.id) },
  })
}

/** Births and deaths wait for a desk. The same, told again by whomever, is known, and so is a death that the file has of that day. */
async function proposeEvents(tx: Transaction, { feed }: ToldBy, rows: readonly Matched[]) {
  const events = rows.flatMap(({ row, person, matched, event }) =>
    event ? [{ row, person, matched, ...event, child: 'child' in event ? event.child : null }] : [],
  )
  if (events.length === 0) return { rows: [] as number[], rejects: [] as FeedReject[] }
  const { rows: found } = await sql<{ row: number; household: string | null; known: boolean }>`
    select e.row, m.household_id as household,
      exists (select from households.proposed_event p where p.person_id = e.person and p.kind = e.kind
        and p.on_day = e."on" and p.child is not distinct from nullif(e.child, 'null'::jsonb))
        or e.kind = 'death' and exists (select from population.published_death d where d.person_id = e.person
          and d.died_on = e."on") as known
    from jsonb_to_recordset(${jsonb(events)}) as e (row integer, person uuid, kind text, "on" date, child jsonb)
      left join households.membership m on m.person_id = e.person and m.ended_at is null`.execute(tx)
  const at = new Map(found.map(each => [each.row, each]))
  const fresh = events.flatMap(each => {
    const { household, known } = at.get(each.row)!
    return household === null || known ? [] : [{ ...each, household }]
  })
  // Another feed may tell the same at this very moment.
  const { rows: proposed } = await sql<{ row: number }>`
    insert into households.proposed_event (feed_id, row, household_id, person_id, kind, on_day, child, matched)
    select ${feed.id}, e.row, e.household, e.person, e.kind, e."on", nullif(e.child, 'null'::jsonb), e.matched
    from jsonb_to_recordset(${jsonb(fresh)})
      as e (row integer, household uuid, person uuid, kind text, "on" date, child jsonb, matched text)
    on conflict do nothing returning row`.execute(tx)
  const rejects = found.flatMap(({ row, household, known }): FeedReject[] =>
    household === null && !known
      ? [
          {
            row,
            code: 'not_in_household',
            column: 'event',
            accepted: 'somebody who belongs to a household of the register',
          },
        ]
      : [],
  )
  return { rows: proposed.map(each => each.row), rejects }
}

/** Keeps by what the source knows these persons: next time that is enough. */
export async function linkPersons(
  tx: Transaction,
  country: string,
  source: string,
  rows: readonly Pick<Matched, 'sourcePerson' | 'person'>[],
): Promise<void> {
  const links = rows.flatMap(({ sourcePerson, person }) =>
    sourcePerson === undefined ? [] : [{ own: sourcePerson, person }],
  )
  if (links.length === 0) return
  await sql`
    insert into households.feed_identity (country, source, source_person, person_id)
    select ${country}, ${source}, l.own, l.person
    from jsonb_to_recordset(${jsonb(links)}) as l (own text, person uuid)
    on conflict do nothing`.execute(tx)
}
