import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { ExplainedDoubt } from './accept-warnings.ts'
import { answersOf } from './answer-checks.ts'
import { keepAssessments } from './keep-assessment.ts'
import { qualityOf } from './quality.ts'
import type { SaidHousehold } from './said.ts'

/**
 * Keeps what was doubted in a declaration just recorded, with the words that explain it (`decideDoubts`), and how good that
 * makes it. `persons` gives the person of each member by the id under which the doubts name it. In the caller's transaction.
 */
export async function recordDoubts(
  tx: Transaction,
  country: Country,
  recorded: {
    readonly household: Id<'Household'>
    readonly declaration: Id<'Declaration'>
    readonly said: SaidHousehold
    readonly doubts: readonly ExplainedDoubt[]
    readonly persons: ReadonlyMap<string, Id<'Person'>>
    /** Who recorded it, as the declaration names them. */
    readonly actor: string
  },
): Promise<void> {
  const { household, declaration, said, doubts, persons, actor } = recorded
  const named = doubts.map(doubt => ({
    ...doubt,
    member: doubt.member === null ? null : (persons.get(doubt.member) ?? null),
  }))
  const quality = qualityOf(answersOf(said, country.catalogue), doubts, country.upkeep.quality)
  await keepAssessments(tx, actor, [{ household, declaration, doubts: named, quality }])
}
