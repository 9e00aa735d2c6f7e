import type { Id } from '#kernel'
import type { Identified } from '#population'

type Person = Id<'Person'>

/** Why somebody has to say who is meant. */
export type DoubtReason = 'identifiers_differ' | 'identifier_contradicted' | 'several_alike' | 'only_alike'

export type MatchDecision =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'doubtful'; readonly why: DoubtReason; readonly candidates: readonly Person[] }
  | { readonly kind: 'not_identified' }
  | { readonly kind: 'nobody_found' }

/**
 * Who is meant by a row, or that nobody can tell. An identifier that names one person names that person, unless name and birth
 * both say otherwise. Without one, a whole name and a whole date of birth that one person alone has is enough; whatever is less
 * is asked, never guessed.
 *
 * `linked`: whom the same source meant by the same identifier of its own before; undefined where it gave none, null: not known yet.
 */
export function decideMatch(
  { identifiers, persons }: Identified,
  linked: Person | null | undefined,
  said: { readonly name: boolean; readonly birth: boolean },
): MatchDecision {
  const named = [...new Set([...identifiers.flatMap(each => each.person ?? []), ...(linked ? [linked] : [])])]
  if (named.length > 1) return { kind: 'doubtful', why: 'identifiers_differ', candidates: named }
  const [one] = named
  if (one !== undefined) {
    const agrees = persons.find(each => each.id === one)?.agrees ?? {}
    const compared = [agrees.name, agrees.birth].filter(answer => answer !== undefined)
    const isContradicted = compared.length > 0 && !compared.includes(true)
    return isContradicted
      ? { kind: 'doubtful', why: 'identifier_contradicted', candidates: [one] }
      : { kind: 'person', person: one }
  }
  if (!said.name || !said.birth) {
    return identifiers.length > 0 ? { kind: 'nobody_found' } : { kind: 'not_identified' }
  }
  return amongNamesakes(persons, identifiers.length > 0)
}

/** An identifier that names nobody is a doubt of its own: then not even the same name and birth is enough. */
function amongNamesakes(persons: Identified['persons'], wasNumbered: boolean): MatchDecision {
  const possible = persons.filter(
    ({ agrees }) => agrees.sex !== false && (agrees.name === true || agrees.birth === true),
  )
  const exact = possible.filter(({ agrees }) => agrees.name === true && agrees.wholeBirth === true)
  const [one, ...others] = exact
  if (one && others.length === 0 && !wasNumbered) return { kind: 'person', person: one.id }
  const candidates = [...exact, ...possible.filter(each => !exact.includes(each))].map(each => each.id)
  if (candidates.length === 0) return { kind: 'nobody_found' }
  return {
    kind: 'doubtful',
    why: exact.length > 1 ? 'several_alike' : 'only_alike',
    candidates: candidates.slice(0, 10),
  }
}
