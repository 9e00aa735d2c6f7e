/** Where a region stands on the country's map of tiles. */
export type RegionPlace = { readonly column: number; readonly row: number }

/** Something that stands in a territory, with degrees where they are known. */
export type Placed = {
  readonly territory: string
  readonly longitude: number | null
  readonly latitude: number | null
}

/** How far a point is from those who live in a territory; the first number that differs decides. */
export type Nearness<Point> = {
  readonly territory: string
  readonly point: Point
  /** Levels to go up from the payees' territory until it holds the point: 0 in the same, 1 in its neighbour, … */
  readonly steps: number
  /** Tiles between the two regions; 0 within one, the most where the country has no such map. */
  readonly tiles: number
  /** From the middle of the payees' territory, as its own points show it; the most where no coordinates tell. */
  readonly metres: number
}

const FAR = Number.MAX_SAFE_INTEGER

const partsOf = (territory: string) => territory.split('.').filter(part => part !== '')
const regionOf = (territory: string) => partsOf(territory)[0] ?? ''

/** Whether a point stands in the payees' own region. */
export function isNear(territory: string, point: string): boolean {
  return regionOf(territory) === regionOf(point)
}

/**
 * The measure of {@link Nearness}. Packs give no coordinates of territories, so that what is certain comes first: the division of the
 * country, then the map of its regions; metres only tell apart points that those leave equal. The middle of a territory is the mean
 * of its points' coordinates, or that of the narrowest territory around it that has any.
 */
export function nearness<Point extends Placed>(
  points: readonly Point[],
  regions: ReadonlyMap<string, RegionPlace>,
): (territory: string, point: Point) => Nearness<Point> {
  const middles = middlesOf(points)
  return (territory, point) => {
    const own = partsOf(territory)
    const there = partsOf(point.territory)
    const shared = own.findIndex((part, at) => part !== there[at])
    return {
      territory,
      point,
      steps: shared === -1 ? 0 : own.length - shared,
      tiles: tilesBetween(regions.get(own[0] ?? ''), regions.get(there[0] ?? ''), own[0] === there[0]),
      metres: metresBetween(middleOf(middles, own), point),
    }
  }
}

function tilesBetween(one: RegionPlace | undefined, other: RegionPlace | undefined, same: boolean): number {
  if (same) return 0
  if (!one || !other) return FAR
  return Math.max(Math.abs(one.column - other.column), Math.abs(one.row - other.row))
}

type Middle = { readonly longitude: number; readonly latitude: number }

/** Of each territory that holds points with coordinates, at every level. */
function middlesOf(points: readonly Placed[]): ReadonlyMap<string, Middle> {
  const sums = new Map<string, { longitude: number; latitude: number; points: number }>()
  for (const { territory, longitude, latitude } of points) {
    if (longitude === null || latitude === null) continue
    const parts = partsOf(territory)
    for (let level = 1; level <= parts.length; level++) {
      const key = parts.slice(0, level).join('.')
      const sum = sums.get(key) ?? { longitude: 0, latitude: 0, points: 0 }
      sum.longitude += longitude
      sum.latitude += latitude
      sum.points++
      sums.set(key, sum)
    }
  }
  return new Map(
    [...sums].map(([key, sum]) => [
      key,
      { longitude: sum.longitude / sum.points, latitude: sum.latitude / sum.points },
    ]),
  )
}

function middleOf(middles: ReadonlyMap<string, Middle>, parts: readonly string[]): Middle | undefined {
  for (let level = parts.length; level > 0; level--) {
    const middle = middles.get(parts.slice(0, level).join('.'))
    if (middle) return middle
  }
  return undefined
}

const EARTH_METRES = 6_371_000

/** Great-circle distance (haversine), to the hundred metres: what is nearer than that is equally near. */
function metresBetween(from: Middle | undefined, { longitude, latitude }: Placed): number {
  if (!from || longitude === null || latitude === null) return FAR
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2
  const a =
    half(latitude - from.latitude) +
    Math.cos(radians(from.latitude)) * Math.cos(radians(latitude)) * half(longitude - from.longitude)
  return Math.round((2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(a)))) / 100) * 100
}
