import { type Draws, topic } from './draws.ts'
import type { Area, Families, Kind, Population } from './model-file.ts'
import { weightedByWealth } from './weighted.ts'

const T = { place: topic('place'), wealth: topic('wealth'), kind: topic('household kind') }

type Place = { territory: string; area: Area; region: number }

/** Where a household lives, of what kind it is, and its rank of wealth in its area (0 the poorest, 999 the richest). */
export type Placer = (draws: Draws) => { territory: string; area: Area; kind: Kind; wealth: number }

export function placer(population: Population, families: Families): Placer {
  const { places, cumulated, total } = cells(population)
  const kinds = { urban: weightedByWealth(families.kinds.urban), rural: weightedByWealth(families.kinds.rural) }
  return draws => {
    const { territory, area, region } = places[findCell(cumulated, draws.below(total, T.place))]!
    const rank = rankOf(draws.below(1000, T.wealth) + region)
    const kind = kinds[area](draws, rank, T.kind) as Kind
    return { territory, area, kind, wealth: rankOf(rank + (population.wealth_shift.by_kind[kind] ?? 0)) }
  }
}

/** Every province's urban and rural households, as many as the census counts in the country by area. */
function cells(population: Population) {
  const places: Place[] = []
  const cumulated: number[] = []
  let total = 0
  for (const area of ['urban', 'rural'] as const) {
    const side = area === 'urban' ? 0 : 1
    const people = population.regions.map(region => {
      const share = area === 'urban' ? region.urban_per_mille : 1000 - region.urban_per_mille
      return region.population * share
    })
    const all = people.reduce((sum, count) => sum + count, 0)
    for (const [at, region] of population.regions.entries()) {
      const inside = Object.entries(population.places.weights).filter(([code]) => code.startsWith(`${region.code}.`))
      const weight = inside.reduce((sum, [, pair]) => sum + pair[side], 0)
      for (const [territory, pair] of inside) {
        if (pair[side] === 0) continue
        total += Math.floor((population.households[area] * (people[at]! / all) * pair[side]) / weight)
        places.push({ territory, area, region: region.wealth_shift })
        cumulated.push(total)
      }
    }
  }
  return { places, cumulated: Float64Array.from(cumulated), total }
}

function rankOf(wealth: number): number {
  return Math.max(0, Math.min(999, wealth))
}

function findCell(cumulated: Float64Array, drawn: number): number {
  let low = 0
  let high = cumulated.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (drawn < cumulated[middle]!) high = middle
    else low = middle + 1
  }
  return low
}
