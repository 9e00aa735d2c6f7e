// Modelled households as the two files that an import takes.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { openCountry } from '#countries'
import { csvCell, type DeclaredFacts, type ModelledHousehold, readHouseholdModel } from '#households'

export const country = openCountry('ma')
export const model = readHouseholdModel(fileURLToPath(new URL('../packs/ma', import.meta.url)))
const householdFacts = [...country.catalogue.household.keys()]
const memberFacts = [...country.catalogue.member.keys()]
const NAMES = ['givenName', 'familyName', 'givenNameAr', 'familyNameAr', 'phone'] as const
const NAME_COLUMNS = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'phone']

export type HouseholdFiles = { readonly households: string; readonly members: string }

/** Writes them under a name; `households` is gone through twice, and gives the same both times. */
export async function writeHouseholds(
  folder: string,
  name: string,
  households: () => Iterable<ModelledHousehold>,
): Promise<HouseholdFiles> {
  const paths = { households: join(folder, `${name}-households.csv`), members: join(folder, `${name}-members.csv`) }
  const said = (facts: DeclaredFacts, names: readonly string[]) => names.map(fact => csvCell(String(facts[fact] ?? '')))
  function* householdLines() {
    yield `source_id,recipient,${householdFacts}\n`
    for (const { sourceId, recipient, facts } of households()) {
      yield `${[sourceId, recipient, ...said(facts, householdFacts)]}\n`
    }
  }
  function* memberLines() {
    yield `household_source_id,source_id,${NAME_COLUMNS},${memberFacts}\n`
    for (const { sourceId, members } of households()) {
      for (const member of members) {
        const names = NAMES.map(each => csvCell(member[each] ?? ''))
        yield `${[sourceId, member.sourceId, ...names, ...said(member.facts, memberFacts)]}\n`
      }
    }
  }
  await pipeline(Readable.from(householdLines()), createWriteStream(paths.households))
  await pipeline(Readable.from(memberLines()), createWriteStream(paths.members))
  return paths
}
