import type { CheckTerms } from '#countries'
import { ageOn, type DateText, parseDate } from '#kernel'
import type { Doubt, DoubtCode, Severity } from './doubt.ts'
import { below, reached } from './limits.ts'
import type { SaidHousehold, SaidMember } from './said.ts'

type Placed = { readonly member: SaidMember; readonly birth: DateText | undefined; readonly relation: unknown }
type Head = { readonly fact: string; readonly code: string }

/** Ages and years between the members of a family, by what each is to the head. */
export function familyDoubts(said: SaidHousehold, head: Head, today: DateText, terms: CheckTerms): Doubt[] {
  const family = said.members.map(member => ({
    member,
    birth: birthOf(member),
    relation: member.facts[head.fact],
  }))
  const heads = family.filter(each => each.relation === head.code)
  return [
    ...headDoubts(said, heads, head),
    ...family.flatMap(each => ageDoubts(each, head, today, terms)),
    ...spouseDoubts(family, heads[0], today, terms),
    ...generationDoubts(family, heads[0], terms),
  ]
}

const doubt = (
  code: DoubtCode,
  severity: Severity | null,
  member: string | null,
  fact: string | null,
  facts: Doubt['facts'],
): Doubt[] => (severity === null ? [] : [{ code, severity, member, fact, facts }])

export function birthOf(member: SaidMember): DateText | undefined {
  const { birth_date } = member.facts
  return typeof birth_date === 'string' ? parseDate(birth_date) : undefined
}

function headDoubts({ members }: SaidHousehold, heads: readonly Placed[], head: Head): Doubt[] {
  if (members.length === 0) return doubt('no_members', 'error', null, null, {})
  if (heads.length === 0) return doubt('head_missing', 'error', null, head.fact, { members: members.length })
  if (heads.length === 1) return []
  return doubt('several_heads', 'error', null, head.fact, { heads: heads.length })
}

function ageDoubts({ member, birth, relation }: Placed, head: Head, today: DateText, terms: CheckTerms): Doubt[] {
  if (birth === undefined) return []
  if (birth > today) return doubt('birth_in_future', 'error', member.id, 'birth_date', { birth })
  const age = ageOn(birth, today)
  const young = relation === head.code ? below(terms.headAgeUnder, age) : null
  return [
    ...doubt('too_old', reached(terms.age, age), member.id, 'birth_date', { age }),
    ...doubt('head_too_young', young, member.id, 'birth_date', { age }),
  ]
}

function spouseDoubts(
  family: readonly Placed[],
  head: Placed | undefined,
  today: DateText,
  terms: CheckTerms,
): Doubt[] {
  const spouses = family.filter(each => is(terms, 'spouse', each))
  return [
    ...doubt('too_many_spouses', reached(terms.spouses, spouses.length), null, null, { spouses: spouses.length }),
    ...spouses.flatMap(({ member, birth }) => {
      if (birth === undefined || birth > today) return []
      const age = ageOn(birth, today)
      const gap = head?.birth === undefined ? 0 : Math.abs(yearsBetween(head.birth, birth))
      return [
        ...doubt('spouse_too_young', below(terms.spouseAgeUnder, age), member.id, 'birth_date', { age }),
        ...doubt('spouses_far_apart', reached(terms.spouseGap, gap), member.id, 'birth_date', { years: gap }),
      ]
    }),
  ]
}

function generationDoubts(family: readonly Placed[], head: Placed | undefined, terms: CheckTerms): Doubt[] {
  const from = head?.birth
  if (head === undefined || from === undefined) return []
  return family.flatMap(each => {
    if (each.birth === undefined) return []
    const { id } = each.member
    const years = yearsBetween(from, each.birth)
    if (is(terms, 'child', each)) return childDoubts(head, id, years, terms)
    if (is(terms, 'parent', each))
      return doubt('parent_too_close', below(terms.childGapUnder, -years), id, 'birth_date', { years: -years })
    if (is(terms, 'grandchild', each))
      return doubt('grandchild_too_close', below(terms.grandchildGapUnder, years), id, 'birth_date', { years })
    return []
  })
}

function childDoubts(head: Placed, id: string, years: number, terms: CheckTerms): Doubt[] {
  const close = doubt('child_too_close', below(terms.childGapUnder, years), id, 'birth_date', { years })
  if (close.length > 0) return close
  const { sex } = head.member.facts
  if (sex === 'female') return doubt('child_after_mother', reached(terms.motherGap, years), id, 'birth_date', { years })
  if (sex === 'male') return doubt('child_after_father', reached(terms.fatherGap, years), id, 'birth_date', { years })
  return []
}

function is(terms: CheckTerms, kin: 'spouse' | 'child' | 'parent' | 'grandchild', { relation }: Placed): boolean {
  return typeof relation === 'string' && terms.relations !== null && terms.relations[kin].includes(relation)
}

/** Completed years from one birth to the next; negative where the second came first. */
function yearsBetween(first: DateText, second: DateText): number {
  return first <= second ? ageOn(first, second) : -ageOn(second, first)
}
