import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { ExplainedDoubt } from './accept-warnings.ts'
import type { QualityTerm } from './quality.ts'

/** How good a household's last declaration is, and what was doubted in it. */
export type AssessedDeclaration = {
  /** Points of a hundred, age aside. */
  readonly value: number
  readonly terms: readonly QualityTerm[]
  /** Whole months since what was said was true. */
  readonly monthsOld: number
  readonly doubts: readonly ExplainedDoubt[]
}

/** The last declaration of a household that was assessed; undefined before any. */
export async function assessedOf(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<AssessedDeclaration | undefined> {
  const { rows } = await sql<AssessedDeclaration>`
    select quality.value, quality.terms,
      greatest(0, extract(year from age(declaration.effective_on)) * 12 + extract(month from age(declaration.effective_on)))::int
        as "monthsOld",
      (select coalesce(jsonb_agg(jsonb_build_object('code', code, 'severity', severity, 'member', member_id, 'fact', fact,
          'facts', facts, 'says', says) order by number), '[]')
        from households.doubt where doubt.household_id = quality.household_id
          and doubt.declaration_id = quality.declaration_id) as doubts
    from households.quality join households.declaration on declaration.household_id = quality.household_id
      and declaration.id = quality.declaration_id
    where quality.household_id = ${household}
    order by declaration.effective_on desc, declaration.recorded_at desc limit 1`.execute(tx)
  return rows[0]
}
