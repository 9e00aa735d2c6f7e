/** Subsets tried at most before a search is given up. */
const MOST_TRIED = 200_000

/** The places of a list of amounts that add up to a total, where exactly one set of two or more does. */
export type SumSearch = { readonly found: readonly number[] } | { readonly found: undefined; readonly several: boolean }

/**
 * Looks for the one set of amounts whose sum is exactly the total. Two sets that differ are `several`, unless they are of
 * the same amounts: then the earlier lines are taken. All amounts are above nothing.
 */
export function exactSum(amounts: readonly bigint[], total: bigint, most: number): SumSearch {
  const order = amounts.map((amount, place) => ({ amount, place })).filter(({ amount }) => amount < total)
  order.sort((a, b) => (a.amount === b.amount ? a.place - b.place : a.amount > b.amount ? -1 : 1))
  const rest: bigint[] = new Array<bigint>(order.length + 1).fill(0n)
  for (let at = order.length - 1; at >= 0; at--) rest[at] = rest[at + 1]! + order[at]!.amount
  const found: number[][] = []
  let tried = 0
  const visit = (at: number, left: bigint, chosen: readonly number[]): void => {
    if (found.length > 1 || ++tried > MOST_TRIED) return
    if (left === 0n) {
      if (chosen.length >= 2) found.push([...chosen])
      return
    }
    if (at === order.length || chosen.length === most || left > rest[at]!) return
    const { amount, place } = order[at]!
    if (amount <= left) visit(at + 1, left - amount, [...chosen, place])
    // An amount left out is left out wherever it comes again: sets of the same amounts are one.
    let next = at + 1
    while (next < order.length && order[next]!.amount === amount) next++
    visit(next, left, chosen)
  }
  visit(0, total, [])
  const [only, ...more] = found
  return only && more.length === 0 && tried <= MOST_TRIED
    ? { found: only }
    : { found: undefined, several: found.length > 1 }
}
