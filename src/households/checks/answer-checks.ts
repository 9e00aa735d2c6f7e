import type { CheckTerms } from '#countries'
import { ageOn, type DateText } from '#kernel'
import type { Catalogue, Fact } from '#rules'
import type { DeclaredFacts } from '../incoming.ts'
import type { Doubt } from './doubt.ts'
import { birthOf } from './family-checks.ts'
import { reached } from './limits.ts'
import type { SaidHousehold } from './said.ts'

type Part = { readonly of: 'household' | 'member'; readonly member: string | null; readonly facts: DeclaredFacts }

/** Answers against ages, against one another, and against what is usual. */
export function answerDoubts(said: SaidHousehold, catalogue: Catalogue, today: DateText, terms: CheckTerms): Doubt[] {
  const parts: Part[] = [
    { of: 'household', member: null, facts: said.facts },
    ...said.members.map(({ id, facts }) => ({ of: 'member' as const, member: id, facts })),
  ]
  return [
    ...said.members.flatMap(member => ageDoubts(member, today, terms)),
    ...parts.flatMap(part => [...contradictionsOf(part, terms), ...unusualOf(part, terms)]),
    ...nucleiDoubts(said, today, terms),
    ...unknownDoubts(said, catalogue, terms),
  ]
}

function ageDoubts(member: SaidHousehold['members'][number], today: DateText, { ages }: CheckTerms): Doubt[] {
  const birth = birthOf(member)
  if (birth === undefined || birth > today) return []
  const age = ageOn(birth, today)
  return ages.flatMap(({ fact, values, from, to, severity }): Doubt[] => {
    const value = member.facts[fact]
    if (value === undefined || !values.includes(value)) return []
    if ((from === undefined || age >= from) && (to === undefined || age <= to)) return []
    const facts = { age, value: String(value), ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
    return [{ code: 'age_against_answer', severity, member: member.id, fact, facts }]
  })
}

function contradictionsOf({ of, member, facts }: Part, { contradictions }: CheckTerms): Doubt[] {
  return contradictions
    .filter(each => each.of === of)
    .flatMap(({ name, when, never, severity }): Doubt[] => {
      const applies = Object.entries(when).every(([fact, values]) => holds(facts[fact], values))
      if (!applies) return []
      const broken = Object.entries(never).find(([fact, values]) =>
        values.length === 0 ? facts[fact] !== undefined : holds(facts[fact], values),
      )
      if (!broken) return []
      const other = Object.keys(when)[0] ?? ''
      return [{ code: 'contradiction', severity, member, fact: broken[0], facts: { name, other } }]
    })
}

function holds(value: DeclaredFacts[string] | undefined, values: readonly unknown[]): boolean {
  return value !== undefined && values.includes(value)
}

function unusualOf({ of, member, facts }: Part, { numbers }: CheckTerms): Doubt[] {
  return numbers
    .filter(each => each.of === of)
    .flatMap(({ fact, ...limit }): Doubt[] => {
      const value = Number(facts[fact] ?? Number.NaN)
      const severity = Number.isNaN(value) ? null : reached(limit, value)
      return severity === null
        ? []
        : [{ code: 'number_unusual', severity, member, fact, facts: { value: String(facts[fact]) } }]
    })
}

/** Two families need two adults; whose age is not said may be one. */
function nucleiDoubts({ facts, members }: SaidHousehold, today: DateText, { nuclei }: CheckTerms): Doubt[] {
  if (nuclei === null || members.length === 0) return []
  const said = Number(facts[nuclei.fact] ?? 0)
  const adults = members.filter(member => {
    const birth = birthOf(member)
    return birth === undefined || (birth <= today && ageOn(birth, today) >= nuclei.adult)
  }).length
  if (said <= Math.max(adults, 1)) return []
  const code = 'more_nuclei_than_adults'
  return [{ code, severity: 'warning', member: null, fact: nuclei.fact, facts: { nuclei: said, adults } }]
}

function unknownDoubts(said: SaidHousehold, catalogue: Catalogue, terms: CheckTerms): Doubt[] {
  const { asked, unanswered } = answersOf(said, catalogue)
  const percent = asked === 0 ? 0 : Math.floor((unanswered * 100) / asked)
  const severity = reached(terms.unknownPercent, percent)
  return severity === null
    ? []
    : [{ code: 'much_unknown', severity, member: null, fact: null, facts: { percent, unanswered, asked } }]
}

/** Of the facts whose absence says nothing: how many are asked, and how many have no answer. */
export function answersOf(said: SaidHousehold, catalogue: Catalogue): { asked: number; unanswered: number } {
  const household = [...catalogue.household.values()].filter(isAsked)
  const member = [...catalogue.member.values()].filter(isAsked)
  const lacking = (facts: DeclaredFacts, asked: readonly Fact[]) =>
    asked.filter(fact => facts[fact.name] === undefined).length
  return {
    asked: household.length + member.length * said.members.length,
    unanswered:
      lacking(said.facts, household) + said.members.reduce((sum, each) => sum + lacking(each.facts, member), 0),
  }
}

/** A fact of a register is not for the family to know, and an absence that means something is an answer. */
function isAsked({ absentMeans, fallback, section }: Fact): boolean {
  return absentMeans === null && fallback === null && section !== 'register'
}
