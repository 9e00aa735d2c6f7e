import type { Country } from '#countries'
import { BatchReader, batchesOf, type Snapshot, type SnapshotRefusal } from '#households'
import { err, type Month, ok, type Result } from '#kernel'
import { compilePack, factsRead, type Pack } from '#rules'
import { OUTCOMES } from '../determination.ts'
import { placesIn, type RunScope } from './shock-run.ts'

/** Households that a pack would reach in a place, and what a month of them costs in minor units. */
export type Reach = {
  readonly households: number
  readonly members: number
  readonly amountMinor: bigint
}

/** By region; `region` null: places with few households, told together. */
export type RegionReach = Reach & { readonly region: string | null }

/** What is shown of a reach: nothing from which a few families could be told. `total` null: there are too few in all. */
export type ReachShown = { readonly total: Reach | null; readonly regions: readonly RegionReach[] }

/** Fewer households than this are not shown by themselves. Chosen, as for published figures. */
export const LEAST_SHOWN = 10

const ELIGIBLE = OUTCOMES.indexOf('eligible')

/** What a pack gives to whom it is about, on the facts of a snapshot, in a month: as a run would decide it, and nothing is written. */
export function reachOf(
  country: Country,
  asked: { readonly pack: string; readonly month: Month; readonly snapshot: Snapshot; readonly scope: RunScope },
): Result<readonly (Reach & { readonly region: string })[], SnapshotRefusal> {
  const pack = country.book.packs.get(asked.pack) as Pack
  const facts = factsRead(country.book, pack)
  const reader = new BatchReader(asked.snapshot, country, { facts, month: asked.month })
  const compiled = compilePack(country.book, pack.id, asked.month)
  const regions = new Map<string, { households: number; members: number; amountMinor: bigint }>()
  for (const batch of batchesOf(asked.snapshot)) {
    const read = reader.read(batch)
    if (!read.ok) return err(read.refusal)
    const { columns, territories, territoryCodes } = read.value
    const places = placesIn(asked.scope, read.value)
    if (places.length === 0) continue
    const { outcome, amount } = compiled.run(columns)
    for (const place of places) {
      const worth = amount?.[place] ?? Number.NaN
      if (outcome[place] !== ELIGIBLE || Number.isNaN(worth)) continue
      const code = (territoryCodes[territories[place] as number] as string).split('.')[0] as string
      const sum = regions.get(code) ?? { households: 0, members: 0, amountMinor: 0n }
      sum.households += 1
      sum.members += (columns.offsets[place + 1] as number) - (columns.offsets[place] as number)
      sum.amountMinor += BigInt(worth)
      regions.set(code, sum)
    }
  }
  return ok([...regions].sort(([one], [other]) => (one < other ? -1 : 1)).map(([region, sum]) => ({ region, ...sum })))
}

/** Regions with few households are told together, with the next smallest where they are still few: nothing is left to subtract. */
export function shownOf(reached: readonly (Reach & { readonly region: string })[]): ReachShown {
  const rows = reached.filter(({ households }) => households > 0)
  const all = sumOf(rows)
  if (all.households > 0 && all.households < LEAST_SHOWN) return { total: null, regions: [] }
  const rising = rows.toSorted((one, other) => one.households - other.households)
  let together = 0
  let counted = 0
  while (together < rising.length) {
    const next = rising[together] as Reach
    if (next.households >= LEAST_SHOWN && (counted === 0 || counted >= LEAST_SHOWN)) break
    counted += next.households
    together += 1
  }
  const apart = new Set(rising.slice(together))
  const shown: RegionReach[] = rows.filter(row => apart.has(row))
  const others = rising.slice(0, together)
  return { total: all, regions: others.length > 0 ? [...shown, { region: null, ...sumOf(others) }] : shown }
}

function sumOf(rows: readonly Reach[]): Reach {
  let [households, members, amountMinor] = [0, 0, 0n]
  for (const row of rows) {
    households += row.households
    members += row.members
    amountMinor += row.amountMinor
  }
  return { households, members, amountMinor }
}
