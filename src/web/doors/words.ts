import type { Country } from '#countries'
import type { Words } from '#kernel'

/** A code that has no words shows as itself, in every language. */
export function wordsOf(code: string): Words {
  return { fr: code, ar: code, en: code }
}

/** What somebody called a thing of a programme: in every language, where that is the name of the programme in one of them. */
export function titleOf(country: Country, typed: string): Words {
  const packs = [...country.book.packs.values()]
  return packs.find(({ names }) => Object.values(names).includes(typed))?.names ?? wordsOf(typed)
}

/** Names of a place from the widest to the narrowest; its code where the division does not list it. */
export function placeOf(country: Country, code: string): readonly Words[] {
  const path = country.territories.pathTo(code).map(territory => territory.name)
  return path.length > 0 ? path : [wordsOf(code)]
}
