import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { Id } from '#kernel'
import type { ExplainedDoubt } from './accept-warnings.ts'
import type { Quality } from './quality.ts'

/** What was found in a declaration, and how good that makes it. Doubts name members by person. */
export type Assessed = {
  readonly household: Id<'Household'>
  readonly declaration: Id<'Declaration'>
  readonly doubts: readonly ExplainedDoubt[]
  readonly quality: Quality
}

/**
 * Keeps what was found in declarations, in two statements however many. A declaration already assessed keeps what was said
 * of it first: with the words of whoever recorded it. Answers how many were not.
 */
export async function keepAssessments(tx: Transaction, actor: string, found: readonly Assessed[]): Promise<number> {
  if (found.length === 0) return 0
  const { rows } = await sql<{ declaration: string }>`
    insert into households.quality (household_id, declaration_id, value, terms, asked, unanswered, warnings, errors)
    select (e ->> 'household')::uuid, (e ->> 'declaration')::uuid, (e -> 'quality' ->> 'value')::smallint,
      e -> 'quality' -> 'terms', (e -> 'quality' ->> 'asked')::int, (e -> 'quality' ->> 'unanswered')::int,
      (e -> 'quality' ->> 'warnings')::int, (e -> 'quality' ->> 'errors')::int
    from jsonb_array_elements(${jsonb(found.map(({ household, declaration, quality }) => ({ household, declaration, quality })))}) as given (e)
    on conflict do nothing
    returning declaration_id as declaration`.execute(tx)
  const kept = new Set(rows.map(row => row.declaration))
  const doubts = found
    .filter(({ declaration }) => kept.has(declaration))
    .flatMap(({ household, declaration, doubts }) =>
      doubts.map((doubt, index) => ({ household, declaration, number: index + 1, ...doubt })),
    )
  await sql`
    insert into households.doubt (household_id, declaration_id, number, code, severity, member_id, fact, facts, says, actor)
    select (e ->> 'household')::uuid, (e ->> 'declaration')::uuid, (e ->> 'number')::int, e ->> 'code', e ->> 'severity',
      (e ->> 'member')::uuid, e ->> 'fact', e -> 'facts', e ->> 'says', ${actor}
    from jsonb_array_elements(${jsonb(doubts)}) as given (e)`.execute(tx)
  return kept.size
}
