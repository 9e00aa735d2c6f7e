import type { CheckTerms } from '#countries'
import type { DateText } from '#kernel'
import type { Catalogue } from '#rules'
import { answerDoubts } from './answer-checks.ts'
import { type Doubt, inOrder } from './doubt.ts'
import { familyDoubts } from './family-checks.ts'
import { reached } from './limits.ts'
import type { SaidHousehold } from './said.ts'

/**
 * What is hard to believe in a declaration by itself, errors first. Thresholds are the country's
 * (`packs/<country>/upkeep.yaml`, chosen: no law gives them); what the register says against it is `checkAgainstRegister`.
 */
export function checkPlausibility(
  said: SaidHousehold,
  catalogue: Catalogue,
  today: DateText,
  terms: CheckTerms,
): Doubt[] {
  return inOrder([
    ...(catalogue.head ? familyDoubts(said, catalogue.head, today, terms) : []),
    ...sizeDoubts(said, terms),
    ...sameDoubts(said),
    ...answerDoubts(said, catalogue, today, terms),
  ])
}

function sizeDoubts({ members }: SaidHousehold, terms: CheckTerms): Doubt[] {
  const severity = reached(terms.members, members.length)
  if (severity === null) return []
  return [{ code: 'too_many_members', severity, member: null, fact: null, facts: { members: members.length } }]
}

/** One person named twice; or two members with one name, birth date and sex, which twins have not. */
function sameDoubts({ members }: SaidHousehold): Doubt[] {
  const ids = new Set<string>()
  const alike = new Set<string>()
  return members.flatMap(({ id, nameKey, facts }): Doubt[] => {
    if (ids.has(id)) return [{ code: 'person_twice', severity: 'error', member: id, fact: null, facts: {} }]
    ids.add(id)
    if (!nameKey || facts.birth_date === undefined) return []
    const same = `${nameKey}|${facts.birth_date}|${facts.sex ?? ''}`
    if (alike.has(same)) return [{ code: 'member_alike', severity: 'warning', member: id, fact: null, facts: {} }]
    alike.add(same)
    return []
  })
}
