import type { Id } from '#kernel'
import type { DeclaredFacts } from '../incoming.ts'
import type { Said, SaidMember } from './state.ts'

type Values = Readonly<Record<string, string | number | boolean | null>>

/** What an event changes in what a household says. A value of null says that it is no longer known. */
export type Change = {
  readonly leaves: readonly Id<'Person'>[]
  readonly joins: readonly SaidMember[]
  /** Facts of members who stay, by person. */
  readonly members: Readonly<Record<string, Values>>
  readonly household: Values
}

export const NO_CHANGE: Change = { leaves: [], joins: [], members: {}, household: {} }

/** What is said with the change: a new value, the old one is left as it is. */
export function withChange(said: Said, change: Change): Said {
  const staying = said.members.filter(member => !change.leaves.includes(member.id))
  return {
    facts: put(said.facts, change.household),
    members: [
      ...staying.map(member => ({ ...member, facts: put(member.facts, change.members[member.id] ?? {}) })),
      ...change.joins.filter(member => !staying.some(each => each.id === member.id)),
    ],
  }
}

function put(facts: DeclaredFacts, values: Values): DeclaredFacts {
  const entries = Object.entries({ ...facts, ...values })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
}

/**
 * The fact, if any, that a later declaration said anew: the change cannot be carried over it without unsaying it.
 * `base` is what held on the day of the event.
 */
export function unsaid(base: Said, later: Said, change: Change): string | undefined {
  for (const name of Object.keys(change.household)) {
    if (base.facts[name] !== later.facts[name]) return `household.${name}`
  }
  for (const [person, values] of Object.entries(change.members)) {
    const [before, after] = [factsOf(base, person), factsOf(later, person)]
    const name = Object.keys(values).find(each => before?.[each] !== after?.[each])
    if (name !== undefined) return `member.${name}`
  }
  return undefined
}

const factsOf = (said: Said, person: string) => said.members.find(member => member.id === person)?.facts

/** Names of what differs between what was said and what is said now. */
export function namesChanged(before: Said, after: Said): string[] {
  const names = new Set<string>()
  const differ = (of: string, one: DeclaredFacts, other: DeclaredFacts) => {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (one[name] !== other[name]) names.add(`${of}.${name}`)
    }
  }
  differ('household', before.facts, after.facts)
  const ids = (said: Said) =>
    said.members
      .map(member => member.id)
      .sort()
      .join()
  if (ids(before) !== ids(after)) names.add('members')
  for (const member of after.members) {
    const known = factsOf(before, member.id)
    if (known) differ('member', known, member.facts)
  }
  return [...names].sort()
}
