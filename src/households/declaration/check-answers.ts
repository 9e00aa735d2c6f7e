import type { DateText, Words } from '#kernel'
import { nameKey, normalPhone } from '#population'
import { evaluate, readValue } from '#rules'
import { checkPlausibility } from '../checks/check-plausibility.ts'
import { type Doubt, doubtKey } from '../checks/doubt.ts'
import type { SaidHousehold } from '../checks/said.ts'
import type { Declaration } from './answers.ts'
import { type Asked, type AskingCountry, questionsAsked, recordedFacts, type Standings } from './questions-asked.ts'

/** What is wrong by the form itself, whatever the country's checks say. */
type OwnFault =
  | 'nobody'
  | 'no_head'
  | 'several_heads'
  | 'name_missing'
  | 'phone_malformed'
  | 'not_accepted'
  | 'required'
  | 'without_number'

/** Something wrong in a declaration. `words` are those of the country's form; the interface has words for the others. */
export type Fault = {
  readonly code: OwnFault | (string & {})
  readonly severity: 'error' | 'warning'
  /** Key of the member; null for the household. */
  readonly member: string | null
  readonly about: readonly string[]
  readonly words: Words | null
  /** The doubt that it is, where the checks of plausibility found it. */
  readonly doubt: Doubt | null
  /** Names the fault from one check to the next, so that an explanation finds it again. */
  readonly key: string
}

/**
 * Every fault at once: those of the form in its order, then what is hard to believe. Errors stop a declaration, warnings want
 * a word of explanation.
 */
export function checkAnswers(
  country: AskingCountry,
  said: Declaration,
  today: DateText,
  asked = questionsAsked(country, said, today),
): Fault[] {
  const own = [...people(country, said, asked), ...answersOf(country, asked), ...checksOf(country, said, asked)]
  // What is no value cannot be believed or doubted.
  return own.some(({ code }) => code === 'not_accepted') ? own : [...own, ...doubtsOf(country, said, asked, today)]
}

/** Doubts that the form tells by itself, beside the question. */
const TOLD = ['no_members', 'head_missing', 'several_heads']

/** A declaration as the checks of plausibility read it: members by their key. */
export function believed(
  country: AskingCountry,
  { members }: Pick<Declaration, 'members'>,
  asked: Asked,
): SaidHousehold {
  const facts = recordedFacts(country, asked)
  return {
    facts: facts.household,
    members: members.map(({ key, givenName, familyName, givenNameAr, familyNameAr }) => ({
      id: key,
      nameKey: nameKey(givenName, familyName, givenNameAr, familyNameAr),
      facts: facts.members.get(key) ?? {},
    })),
  }
}

function doubtsOf(country: AskingCountry, declaration: Declaration, asked: Asked, today: DateText): Fault[] {
  const said = believed(country, declaration, asked)
  return checkPlausibility(said, country.catalogue, today, country.upkeep.checks)
    .filter(({ code }) => !TOLD.includes(code))
    .map(asFault)
}

export function asFault(doubt: Doubt): Fault {
  const { code, severity, member, fact } = doubt
  return { code, severity, member, about: fact === null ? [] : [fact], words: null, doubt, key: doubtKey(doubt) }
}

/** Warnings without an explanation of theirs. */
export function unexplained(faults: readonly Fault[], said: Declaration): Fault[] {
  return faults.filter(fault => fault.severity === 'warning' && !(said.explained[fault.key] ?? '').trim())
}

const error = (code: OwnFault, member: string | null, about: readonly string[]): Fault =>
  ownFault(code, 'error', member, about)

export const ownFault = (
  code: OwnFault,
  severity: Fault['severity'],
  member: string | null,
  about: readonly string[],
): Fault => ({
  code,
  severity,
  member,
  about,
  words: null,
  doubt: null,
  key: keyOf(code, member, about),
})

const keyOf = (code: string, member: string | null, about: readonly string[]) =>
  [code, member ?? '', about[0] ?? ''].join(' ')

function people({ code, catalogue: { head } }: AskingCountry, { members }: Declaration, asked: Asked): Fault[] {
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
    ...members
      .filter(({ phone }) => phone.trim() !== '' && normalPhone(phone, code) === undefined)
      .map(({ key }) => error('phone_malformed', key, ['phone'])),
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
      .map(key => ({
        code,
        severity: fault,
        member: key ?? null,
        about,
        words,
        doubt: null,
        key: keyOf(code, key ?? null, about),
      }))
  })
}
