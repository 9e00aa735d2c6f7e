import { isNear, type Nearness, nearness, type Placed, type RegionPlace } from './nearness.ts'

/** Payees of one territory who have no point yet: they are alike, so they are placed by number. */
export type Unplaced = { readonly territory: string; readonly payees: number }

/** A point that is open, with how many more payees it can serve. */
export type PointRoom = Placed & { readonly id: string; readonly code: string; readonly room: number }

export type Placement = { readonly territory: string; readonly point: string; readonly payees: number }

export type Assignment = {
  readonly placed: readonly Placement[]
  /** For whom no point has room. */
  readonly left: readonly Unplaced[]
}

/**
 * Places payees at the nearest point that has room: the closest pair of a territory and a point first, then the next closest, until
 * nobody is left or no room is. Each payee is then as near as the room allows, and no two would both gain by changing places. The
 * same question has the same answer, in whatever order it is asked: ties go by territory, then by the code of the point.
 */
export function decideAssignment(
  unplaced: readonly Unplaced[],
  points: readonly PointRoom[],
  regions: ReadonlyMap<string, RegionPlace>,
): Assignment {
  const wanting = new Map<string, number>()
  for (const { territory, payees } of unplaced) wanting.set(territory, (wanting.get(territory) ?? 0) + payees)
  const room = new Map(points.map(point => [point.id, point.room]))
  const placed: Placement[] = []
  const place = (pairs: readonly Pair[]) => {
    for (const { territory, point } of pairs.toSorted(byNearness)) {
      const payees = Math.min(wanting.get(territory) ?? 0, room.get(point.id) ?? 0)
      if (payees <= 0) continue
      wanting.set(territory, wanting.get(territory)! - payees)
      room.set(point.id, room.get(point.id)! - payees)
      placed.push({ territory, point: point.id, payees })
    }
  }
  const near = nearness(points, regions)
  // Pairs that share a region are few; pairs across the country are made for those alone whom their region could not take.
  for (const within of [true, false]) {
    const asking = [...wanting].filter(([, payees]) => payees > 0).map(([territory]) => territory)
    const open = points.filter(point => room.get(point.id)! > 0)
    place(
      asking.flatMap(territory =>
        open.filter(point => isNear(territory, point.territory) === within).map(point => near(territory, point)),
      ),
    )
  }
  const left = [...wanting].filter(([, payees]) => payees > 0)
  return { placed, left: left.map(([territory, payees]) => ({ territory, payees })).toSorted(byTerritory) }
}

type Pair = Nearness<PointRoom>

const byTerritory = (one: Unplaced, other: Unplaced) => order(one.territory, other.territory)
const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

function byNearness(one: Pair, other: Pair): number {
  return (
    one.steps - other.steps ||
    one.tiles - other.tiles ||
    one.metres - other.metres ||
    order(one.territory, other.territory) ||
    order(one.point.code, other.point.code)
  )
}
