import type { Pack, RuleBook } from './pack.ts'

/** Facts that a pack and those it uses read, as `household.area`. */
export function factsRead(book: RuleBook, pack: Pack): ReadonlySet<string> {
  const names = new Set(pack.facts.map(({ of, name }) => `${of}.${name}`))
  for (const id of pack.uses.values()) for (const name of factsRead(book, book.packs.get(id) as Pack)) names.add(name)
  return names
}
