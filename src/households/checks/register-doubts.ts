import type { CheckTerms } from '#countries'
import type { Doubt } from './doubt.ts'
import { reached } from './limits.ts'
import type { SaidHousehold } from './said.ts'

/** What the register holds against a declaration, counted over the whole country, whoever asks. */
export type RegisterFacts = {
  /** Members who belong to another household now. */
  readonly elsewhere: readonly string[]
  /** In how many other households somebody has the member's telephone. */
  readonly phones: readonly { readonly member: string; readonly households: number }[]
  /** Persons of other households at the household's address in words. */
  readonly addressPersons: number
  /** Other households for which the same agent recorded all the same answers. */
  readonly copies: number
  /** What the household said before; null where it says something for the first time. */
  readonly before: SaidHousehold | null
}

/** What is hard to believe once the rest of the register is known. */
export function registerDoubts(said: SaidHousehold, found: RegisterFacts, terms: CheckTerms): Doubt[] {
  return [
    ...found.elsewhere.map(
      (member): Doubt => ({ code: 'person_elsewhere', severity: 'error', member, fact: null, facts: {} }),
    ),
    ...phoneDoubts(found, terms),
    ...addressDoubts(said, found, terms),
    ...copyDoubts(said, found, terms),
    ...changedDoubts(said, found, terms),
  ]
}

/** Once for a telephone that a family shares: at the first member who has it. */
function phoneDoubts({ phones }: RegisterFacts, terms: CheckTerms): Doubt[] {
  const most = phones.toSorted((a, b) => b.households - a.households)[0]
  // The household itself is one of them.
  const households = (most?.households ?? 0) + 1
  const severity = reached(terms.phoneHouseholds, households)
  if (!most || severity === null) return []
  return [{ code: 'phone_shared', severity, member: most.member, fact: null, facts: { households } }]
}

function addressDoubts(said: SaidHousehold, { addressPersons }: RegisterFacts, terms: CheckTerms): Doubt[] {
  if (addressPersons === 0) return []
  const persons = addressPersons + said.members.length
  const severity = reached(terms.addressPersons, persons)
  return severity === null ? [] : [{ code: 'address_shared', severity, member: null, fact: null, facts: { persons } }]
}

function copyDoubts(said: SaidHousehold, { copies }: RegisterFacts, { copies: limit }: CheckTerms): Doubt[] {
  const answers = Object.keys(said.facts).filter(name => name !== 'territory').length
  const severity = answers < limit.leastAnswers ? null : reached(limit, copies)
  if (severity === null) return []
  return [{ code: 'copied_answers', severity, member: null, fact: null, facts: { households: copies, answers } }]
}

function changedDoubts(said: SaidHousehold, { before }: RegisterFacts, { fixed }: CheckTerms): Doubt[] {
  const known = new Map(before?.members.map(member => [member.id, member.facts]))
  return said.members.flatMap(({ id, facts }) =>
    fixed.flatMap((fact): Doubt[] => {
      const [was, now] = [known.get(id)?.[fact], facts[fact]]
      if (was === undefined || now === undefined || was === now) return []
      return [
        {
          code: 'fixed_changed',
          severity: 'warning',
          member: id,
          fact,
          facts: { before: String(was), now: String(now) },
        },
      ]
    }),
  )
}
