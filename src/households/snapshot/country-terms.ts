import type { Country } from '#countries'
import { type Territory, territoryTree } from '#kernel'
import { parseCatalogue } from '#rules'

/** What a thread needs of a country, in a form that can be sent: without the packs, which take longest to read. */
export type CountryTerms = {
  readonly catalogue: { readonly text: string; readonly path: string }
  readonly territories: readonly Territory[]
}

export function countryTerms({ policy, territories, code }: Country): CountryTerms {
  const catalogue = policy.find(({ path }) => path.endsWith('/facts.yaml'))
  if (catalogue === undefined) throw new Error(`${code} keeps no facts.yaml`)
  return { catalogue, territories: territories.all }
}

/** The same, read again on the other side. */
export function readTerms(sent: CountryTerms) {
  const catalogue = parseCatalogue(sent.catalogue.text, sent.catalogue.path)
  const territories = territoryTree(sent.territories)
  if (!catalogue.ok || !territories.ok) throw new Error('the country was read before, and cannot be read now')
  return { catalogue: catalogue.value, territories: territories.value }
}
