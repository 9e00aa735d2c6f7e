import type { MembersNumbered } from '#countries'
import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { numbersOf } from '#population'

/** Members who are not in the population register with a number, where the country asks that all are. */
export type NumberRefusal = {
  readonly code: 'members_without_number'
  /** As the declaration names them, in its order. */
  readonly members: readonly string[]
  /** Code of the source that asks for it (`sources` of upkeep.yaml); null where it was chosen. */
  readonly source: string | null
  /** Whether an agent may go on, saying why. */
  readonly waiver: 'none' | 'explained'
}

/** Of the members named, those who have no number that holds; `persons` names those who are in the register. */
export function membersLackingNumber(
  members: readonly string[],
  persons: ReadonlyMap<string, Id<'Person'>>,
  numbered: ReadonlySet<string>,
): string[] {
  return members.filter(member => {
    const person = persons.get(member)
    return person === undefined || !numbered.has(person)
  })
}

/**
 * Whether a household of these members may be registered: every one has a number, or the country does not ask for it
 * (`members_numbered` of upkeep.yaml, with its source, or chosen). The refusal says whether a word of explanation overcomes it; the form
 * of a declaration shows it as a warning then, as an error otherwise.
 */
export function decideNumbered(lacking: readonly string[], terms: MembersNumbered): Result<undefined, NumberRefusal> {
  if (!terms.required || lacking.length === 0) return ok(undefined)
  return err({ code: 'members_without_number', members: lacking, source: terms.source, waiver: terms.waiver })
}

/** The same for persons of the register, as far as the actor sees them. */
export async function checkNumbered(
  tx: Transaction,
  members: readonly string[],
  persons: ReadonlyMap<string, Id<'Person'>>,
  terms: MembersNumbered,
): Promise<Result<undefined, NumberRefusal>> {
  const found = await numbersOf(tx, [...persons.values()])
  const numbered = new Set<string>(found.map(({ person }) => person))
  return decideNumbered(membersLackingNumber(members, persons, numbered), terms)
}
