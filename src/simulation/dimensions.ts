// What figures are broken down by, and the place of every household in it.
import type { Country } from '#countries'
import type { SnapshotRows } from '#households'
import { languages, type Words } from '#kernel'
import type { Column, Fact } from '#rules'

export type Dimension = {
  readonly name: 'region' | 'area' | 'size' | 'head' | 'disability' | 'decile'
  readonly groups: readonly { readonly code: string; readonly words: Words }[]
}

/** Every household's place in a box with one side for each dimension; sides multiply up to `cells`. */
export type Box = {
  readonly dimensions: readonly Dimension[]
  readonly cells: number
  readonly place: Uint32Array
  /** The group of each cell in every dimension, cell × dimensions + dimension; those of a dimension follow those of the one before. */
  readonly groups: Uint16Array
}

const LARGEST_SIZE = 10
const UNKNOWN: Words = { fr: 'inconnu', ar: 'غير معروف', en: 'unknown' }

/** The dimensions that a country's catalogue allows; deciles where there is a score to cut. */
export function dimensionsOf({ catalogue, territories }: Country, byScore: boolean): Dimension[] {
  const codes = (fact: Fact) => [...fact.codes].map(([code, words]) => ({ code, words }))
  const coded = (facts: ReadonlyMap<string, Fact>, name: string) => {
    const fact = facts.get(name)
    return fact?.type === 'code' ? [...codes(fact), { code: '', words: UNKNOWN }] : undefined
  }
  const regions = territories.childrenOf().map(({ code, name }) => ({ code, words: name }))
  const found: (Dimension | undefined)[] = [
    { name: 'region', groups: [...regions, { code: '', words: UNKNOWN }] },
    side('area', coded(catalogue.household, 'area')),
    catalogue.member.size > 0 ? { name: 'size', groups: sizes() } : undefined,
    side('head', coded(catalogue.member, 'sex')),
    side('disability', coded(catalogue.member, 'disability')),
    byScore ? { name: 'decile', groups: deciles() } : undefined,
  ]
  return found.filter(each => each !== undefined)
}

function side(name: Dimension['name'], groups: Dimension['groups'] | undefined): Dimension | undefined {
  return groups && { name, groups }
}

function sizes(): Dimension['groups'] {
  return Array.from({ length: LARGEST_SIZE }, (_, index) => {
    const text = index + 1 === LARGEST_SIZE ? `${LARGEST_SIZE}+` : `${index + 1}`
    return { code: text, words: sameIn(text) }
  })
}

function deciles(): Dimension['groups'] {
  const groups = Array.from({ length: 10 }, (_, index) => ({ code: `${index + 1}`, words: sameIn(`${index + 1}`) }))
  return [...groups, { code: '', words: UNKNOWN }]
}

function sameIn(text: string): Words {
  return Object.fromEntries(languages.map(language => [language, text])) as Words
}

/** @param cuts the highest score of each decile but the last; null where there are no deciles */
export function boxOf(
  rows: SnapshotRows,
  dimensions: readonly Dimension[],
  scores: Float64Array | null,
  cuts: readonly number[],
): Box {
  const { households } = rows.columns
  const place = new Uint32Array(households)
  for (const dimension of dimensions) {
    const sizeOf = dimension.groups.length
    const groupAt = grouper(dimension, rows, scores, cuts)
    for (let h = 0; h < households; h++) place[h] = (place[h] as number) * sizeOf + groupAt(h)
  }
  return boxed(dimensions, place)
}

/** A box of households whose places are known. */
export function boxed(dimensions: readonly Dimension[], place: Uint32Array): Box {
  const cells = dimensions.reduce((product, { groups }) => product * groups.length, 1)
  const groups = new Uint16Array(cells * dimensions.length)
  let [first, inner] = [0, cells]
  for (const [side, { groups: own }] of dimensions.entries()) {
    inner /= own.length
    for (let cell = 0; cell < cells; cell++) {
      groups[cell * dimensions.length + side] = first + (Math.floor(cell / inner) % own.length)
    }
    first += own.length
  }
  return { dimensions, cells, place, groups }
}

/** How many groups come before those of a dimension; of all, without one. */
export function groupsBefore(dimensions: readonly Dimension[], dimension = dimensions.length): number {
  return dimensions.slice(0, dimension).reduce((sum, { groups }) => sum + groups.length, 0)
}

function grouper(
  { name, groups }: Dimension,
  { columns, territories, territoryCodes }: SnapshotRows,
  scores: Float64Array | null,
  cuts: readonly number[],
): (household: number) => number {
  const { offsets, heads } = columns
  const last = groups.length - 1
  switch (name) {
    case 'region': {
      const of = Int32Array.from(territoryCodes, code => {
        const found = groups.findIndex(group => group.code === code.split('.', 1)[0])
        return found === -1 ? last : found
      })
      return h => of[territories[h] as number] as number
    }
    case 'area':
      return coded(columns.household.get('area') as Column, last)
    case 'size':
      return h => Math.min(LARGEST_SIZE, Math.max(1, (offsets[h + 1] as number) - (offsets[h] as number))) - 1
    case 'head': {
      const sexAt = coded(columns.member.get('sex') as Column, last)
      return h => ((heads[h] as number) === -1 ? last : sexAt(heads[h] as number))
    }
    case 'disability': {
      // The heaviest among the members: codes stand in the catalogue from none to severe.
      const { data } = columns.member.get('disability') as Column
      return h => {
        let heaviest = -1
        for (let m = offsets[h] as number; m < (offsets[h + 1] as number); m++) {
          const code = data[m] as number
          if (code < last && code > heaviest) heaviest = code
        }
        return heaviest === -1 ? last : heaviest
      }
    }
    case 'decile':
      return h => {
        const score = (scores as Float64Array)[h] as number
        if (Number.isNaN(score)) return last
        let decile = 0
        while (decile < cuts.length && score > (cuts[decile] as number)) decile++
        return decile
      }
  }
}

function coded({ data }: Column, unknown: number): (row: number) => number {
  return row => Math.min(data[row] as number, unknown)
}
