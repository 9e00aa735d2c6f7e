// What a snapshot keeps of the catalogue that its columns were written by, and whether today's still means the same.
import { createHash } from 'node:crypto'
import type { Catalogue, Fact } from '#rules'
import type { FactEntry, ManifestContent } from './manifest.ts'

/** The facts as a manifest lists them; `version` changes with any of them, not with their words. */
export function catalogueKept(catalogue: Catalogue): ManifestContent['catalogue'] {
  const household = [...catalogue.household.values()].map(entryOf)
  const member = [...catalogue.member.values()].map(entryOf)
  const version = createHash('sha256')
    .update(JSON.stringify([household, member]))
    .digest('hex')
  return { version, household, member }
}

/**
 * The first fact that a snapshot holds in another sense than the catalogue of today: of another type, or with a code that is
 * no longer one. A fact added since is unknown in the snapshot, one that is gone is not read.
 */
export function factInAnotherSense(kept: ManifestContent['catalogue'], catalogue: Catalogue): string | undefined {
  for (const unit of ['household', 'member'] as const) {
    for (const { name, type, codes } of kept[unit]) {
      const fact = catalogue[unit].get(name)
      if (fact === undefined) continue
      if (fact.type !== type) return `${unit}.${name} was ${type}, it is ${fact.type}`
      const gone = codes?.find(code => !fact.codes.has(code))
      if (gone !== undefined) return `${unit}.${name} had the code ${gone}, which the catalogue no longer has`
    }
  }
  return undefined
}

/** Which of some facts, named as `household.rooms`, a snapshot does not hold. */
export function factsLacking(kept: ManifestContent['catalogue'], wanted: Iterable<string>): string[] {
  const held = new Set(
    (['household', 'member'] as const).flatMap(unit => kept[unit].map(({ name }) => `${unit}.${name}`)),
  )
  return [...wanted].filter(name => !held.has(name))
}

function entryOf({ name, type, codes }: Fact): FactEntry {
  return type === 'code' ? { name, type, codes: [...codes.keys()] } : { name, type }
}
