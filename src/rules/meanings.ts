import type { Fact } from './catalogue.ts'
import type { Pack, Parameter, Step } from './pack.ts'

/** What a name of a pack stands for: a fact, a step, a parameter. */
export type Meaning =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'parameter'; readonly parameter: Parameter }

/** The names of a household, and those that a member has besides. */
export type Meanings = { readonly [Of in Fact['of']]: ReadonlyMap<string, Meaning> }

/** Found once for all runs of a pack. */
const MEANINGS = new WeakMap<Pack, Meanings>()

export function meaningsIn(pack: Pack): Meanings {
  const found = MEANINGS.get(pack)
  if (found !== undefined) return found
  const of = <Thing extends { readonly name: string; readonly of: Fact['of'] }>(
    things: Iterable<Thing>,
    owner: Fact['of'],
    meaning: (thing: Thing) => Meaning,
  ) => [...things].filter(thing => thing.of === owner).map(thing => [thing.name, meaning(thing)] as const)
  const parameters = (owner: Fact['of']) =>
    of(pack.parameters.values(), owner, parameter => ({ kind: 'parameter', parameter }))
  const facts = (owner: Fact['of']) => of(pack.facts, owner, fact => ({ kind: 'fact', fact }))
  const steps = (owner: Fact['of']) => of(pack.steps.values(), owner, step => ({ kind: 'step', step }))
  // Of two things with one name the last stands.
  const meanings: Meanings = {
    household: new Map([...parameters('household'), ...facts('household'), ...steps('household')]),
    member: new Map([...parameters('member'), ...steps('member'), ...facts('member')]),
  }
  MEANINGS.set(pack, meanings)
  return meanings
}
