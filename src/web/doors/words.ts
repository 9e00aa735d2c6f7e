import type { Country } from '#countries'
import type { Words } from '#kernel'

/** A code that has no words shows as itself, in every language. */
export function wordsOf(code: string): Words {
  return { fr: code, ar: code, en: code }
}

/** Names of a place from the widest to the narrowest; its code where the division does not list it. */
export function placeOf(country: Country, code: string): readonly Words[] {
  const path = country.territories.pathTo(code).map(territory => territory.name)
  return path.length > 0 ? path : [wordsOf(code)]
}
