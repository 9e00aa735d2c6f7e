/** Households of one territory whose last declaration one agent recorded. */
export type Stratum = { readonly territory: string; readonly agent: string; readonly households: number }

/**
 * How many of each stratum are drawn: in proportion, by largest remainder; where there is room, at least one of each, so that
 * no agent goes unvisited. Adds up to `size`, or to all households where there are fewer. Ties go by territory and agent:
 * the same whatever the order of the strata.
 */
export function allocateVisits<Of extends Stratum>(strata: readonly Of[], size: number): (Of & { drawn: number })[] {
  const sorted = strata
    .filter(({ households }) => households > 0)
    .toSorted((a, b) => order(a.territory, b.territory) || order(a.agent, b.agent))
  const total = sorted.reduce((sum, { households }) => sum + households, 0)
  const wanted = Math.min(size, total)
  const least = wanted >= sorted.length ? 1 : 0
  const rest = wanted - least * sorted.length
  const room = total - least * sorted.length
  // Whole numbers: quotient and remainder of rest × households ÷ room.
  const shares = sorted.map(stratum => {
    const weight = BigInt(rest) * BigInt(stratum.households - least)
    const by = BigInt(Math.max(room, 1))
    return { stratum, drawn: least + Number(weight / by), left: weight % by }
  })
  let open = wanted - shares.reduce((sum, { drawn }) => sum + drawn, 0)
  for (const share of shares.toSorted((a, b) => (a.left < b.left ? 1 : a.left > b.left ? -1 : 0))) {
    if (open === 0) break
    if (share.drawn >= share.stratum.households) continue
    share.drawn += 1
    open -= 1
  }
  return shares.map(({ stratum, drawn }) => ({ ...stratum, drawn }))
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
