import type { Country, DeclarationForm, Question } from '#countries'
import { ageOn, type DateText } from '#kernel'
import { type Context, evaluate, parseDate, readValue, type Scope, type Value, whole } from '#rules'
import type { DeclaredFacts } from '../incoming.ts'
import type { Answers, Declaration, RecordedFacts, Said } from './answers.ts'

/** What a question is for one household or member, with what was answered or what follows. */
export type Standing =
  | { readonly kind: 'asked'; readonly question: Question; readonly value: Said | undefined }
  | { readonly kind: 'follows'; readonly question: Question; readonly value: string | number | boolean }
  | { readonly kind: 'not_asked'; readonly question: Question }

export type Standings = ReadonlyMap<string, Standing>

/** The form at work on what was said: what is asked of whom, and where conditions read their names. */
export type Asked = {
  readonly household: Standings
  readonly members: ReadonlyMap<string, Standings>
  /** For conditions on the household, or on the member of that key. */
  readonly scope: (member?: string) => Scope
}

/** A country that asks households. */
export type AskingCountry = Pick<Country, 'code' | 'catalogue' | 'territories' | 'upkeep'> & {
  readonly form: DeclarationForm
}

/**
 * What is asked, given what was said. A question is asked unless its condition is false; one that is not asked keeps no answer,
 * whatever was answered before, and what follows stands in its place. Only the answers count, not their order.
 */
export function questionsAsked(
  country: AskingCountry,
  said: Pick<Declaration, 'household' | 'members'>,
  today: DateText,
): Asked {
  const work = new FormAtWork(country, said, today)
  for (const { of, questions } of country.form.sections) {
    for (const question of questions) {
      if (of === 'household') work.settle(question, said.household, undefined)
      else for (const member of said.members) work.settle(question, member.answers, member.key)
    }
  }
  return work
}

/** The facts that would be recorded: answers asked and what follows. `before`: facts that nobody is asked for stay as they were. */
export function recordedFacts(country: AskingCountry, asked: Asked, before?: RecordedFacts): RecordedFacts {
  const kept = (facts: DeclaredFacts | undefined): DeclaredFacts =>
    Object.fromEntries(Object.entries(facts ?? {}).filter(([name]) => country.form.notAsked.has(name)))
  return {
    household: { ...kept(before?.household), ...valuesOf(asked.household) },
    members: new Map(
      [...asked.members].map(([key, standings]) => [
        key,
        { ...kept(before?.members.get(key)), ...valuesOf(standings) },
      ]),
    ),
  }
}

function valuesOf(standings: Standings): DeclaredFacts {
  return Object.fromEntries(
    [...standings].flatMap(([name, standing]) =>
      standing.kind === 'not_asked' || standing.value === null || standing.value === undefined
        ? []
        : [[name, standing.value]],
    ),
  )
}

class FormAtWork implements Asked {
  readonly household = new Map<string, Standing>()
  readonly members = new Map<string, Map<string, Standing>>()
  readonly #country: AskingCountry
  readonly #facts = new Map<string, Value>()
  readonly #ofMembers: readonly (readonly [string, Map<string, Value>])[]
  readonly #today: DateText

  constructor(country: AskingCountry, said: Pick<Declaration, 'members'>, today: DateText) {
    this.#country = country
    this.#today = today
    this.#ofMembers = said.members.map(({ key }) => [key, new Map()] as const)
    for (const { key } of said.members) this.members.set(key, new Map())
  }

  settle(question: Question, answers: Answers, member: string | undefined): void {
    const { fact, when, otherwise } = question
    const standings = member === undefined ? this.household : this.members.get(member)!
    const isAsked = when === null || evaluate(when.expr, this.scope(member)) !== false
    const value = isAsked ? answers[fact.name]?.value : (otherwise ?? undefined)
    if (isAsked) standings.set(fact.name, { kind: 'asked', question, value })
    else if (otherwise === null) standings.set(fact.name, { kind: 'not_asked', question })
    else standings.set(fact.name, { kind: 'follows', question, value: otherwise })
    this.#learn(question, value, member)
  }

  scope = (member?: string): Scope => ({
    find: name => {
      const own = member === undefined ? undefined : this.#context(member)?.get(name)
      if (own !== undefined) return own
      if (name === 'members') return this.#ofMembers.map(([, facts]) => facts)
      if (name === 'head') return this.#head()
      if (name === 'today') return parseDate(this.#today)
      return this.#facts.get(name)
    },
  })

  #learn({ fact }: Question, said: Said | undefined, member: string | undefined): void {
    const { catalogue, territories } = this.#country
    const raw = said ?? fact.fallback
    const value = raw === null ? null : (readValue(raw, fact, catalogue, territories) ?? null)
    const facts = member === undefined ? this.#facts : this.#context(member)
    facts?.set(fact.name, value)
    if (fact.name === 'birth_date' && member !== undefined && !catalogue.member.has('age')) {
      facts?.set('age', value === null ? null : ageFrom(String(raw), this.#today))
    }
  }

  #context(member: string): Map<string, Value> | undefined {
    return this.#ofMembers.find(([key]) => key === member)?.[1]
  }

  #head(): Context | null {
    const { head } = this.#country.catalogue
    return this.#ofMembers.find(([, facts]) => head !== null && facts.get(head.fact) === head.code)?.[1] ?? null
  }
}

/** Completed years; somebody who is not born yet is 0. */
function ageFrom(birth: string, today: DateText): Value {
  return whole(ageOn(birth as DateText, today))
}
