import type { DateText, Words } from '#kernel'
import { evaluate, readValue } from '#rules'
import type { Declaration } from './answers.ts'
import { type Asked, type AskingCountry, questionsAsked, type Standings } from './questions-asked.ts'

/** What is wrong by the form itself, whatever the country's checks say. */
export type OwnFault = 'nobody' | 'no_head' | 'several_heads' | 'name_missing' | 'not_accepted' | 'required'

/** Something wrong in a declaration. `words` are those of the country's form; the interface has words for the others. */
export type Fault = {
  readonly code: OwnFault | (string & {})
  readonly severity: 'error' | 'warning'
  /** Key of the member; null for the household. */
  readonly member: string | null
  readonly about: readonly string[]
  readonly words: Words | null
}

/** Names a fault from one check to the next, so that an explanation finds it again. */
export const faultKey = ({ code, member, about }: Fault): string => [code, member ?? '', about[0] ?? ''].join(' ')

/** Every fault at once, in the order of the form. Errors stop a declaration, warnings want a word of explanation. */
export function checkAnswers(
  country: AskingCountry,
  said: Declaration,
  today: DateText,
  asked = questionsAsked(country, said, today),
): Fault[] {
  return [...people(country, said, asked), ...answersOf(country, asked), ...checksOf(country, said, asked)]
}

/** Warnings without an explanation of theirs. */
export function unexplained(faults: readonly Fault[], said: Declaration): Fault[] {
  return faults.filter(fault => fault.severity === 'warning' && !(said.explained[faultKey(fault)] ?? '').trim())
}

const error = (code: OwnFault, member: string | null, about: readonly string[]): Fault => ({
  code,
  severity: 'error',
  member,
  about,
  words: null,
})

function people({ catalogue: { head } }: AskingCountry, { members }: Declaration, asked: Asked): Fault[] {
  if (!head) return []
  if (members.length === 0) return [error('nobody', null, [])]
  const isHead = (key: string) => {
    const standing = asked.members.get(key)?.get(head.fact)
    return standing?.kind === 'asked' && standing.value === head.code
  }
  const heads = members.filter(({ key }) => isHead(key))
  const nameless = members.filter(({ givenName, familyName, givenNameAr, familyNameAr }) =>
    [givenName, familyName, givenNameAr, familyNameAr].every(name => name.trim() === ''),
  )
  return [
    ...(heads.length === 0 ? [error('no_head', null, [head.fact])] : []),
    ...heads.slice(1).map(({ key }) => error('several_heads', key, [head.fact])),
    ...nameless.map(({ key }) => error('name_missing', key, ['name'])),
  ]
}

function answersOf(country: AskingCountry, asked: Asked): Fault[] {
  const of = (standings: Standings, member: string | null) =>
    [...standings].flatMap(([name, standing]) => {
      if (standing.kind !== 'asked') return []
      const { question, value } = standing
      if (value === undefined || value === null) return question.required ? [error('required', member, [name])] : []
      const read = readValue(value, question.fact, country.catalogue, country.territories)
      return read === undefined ? [error('not_accepted', member, [name])] : []
    })
  return [...of(asked.household, null), ...[...asked.members].flatMap(([key, standings]) => of(standings, key))]
}

function checksOf({ form }: AskingCountry, { members }: Declaration, asked: Asked): Fault[] {
  return form.checks.flatMap(({ code, of, about, holds, fault, words }) => {
    const keys = of === 'household' ? [undefined] : members.map(member => member.key)
    return keys
      .filter(key => evaluate(holds.expr, asked.scope(key)) === false)
      .map(key => ({ code, severity: fault, member: key ?? null, about, words }))
  })
}
