import type { Settled } from './settle.ts'

export type Measure = {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly threshold: number
  readonly pairs: number
}

/** How good a matching is, where it is known who is who. */
export type Measures = { readonly truePairs: number; readonly automatic: Measure; readonly best: Measure }

/**
 * Holds pairs against the truth.
 *
 * @param truth the number of the person of each record; -1 where it is not known, which is like nobody else
 * @param first how many records come from the first of two files
 */
export function measurePairs(
  pairs: Settled,
  truth: Int32Array,
  first: number | undefined,
  threshold: number,
): Measures {
  const truePairs = countTruePairs(truth, first)
  const order = Int32Array.from({ length: pairs.size }, (_, at) => at).sort(
    (a, b) => pairs.probability[b]! - pairs.probability[a]!,
  )
  let right = 0
  let automatic = measure(0, 0, truePairs, threshold)
  let best = automatic
  for (let place = 0; place < order.length; place++) {
    const at = order[place]!
    const chance = pairs.probability[at]!
    const person = truth[pairs.one[at]!]!
    if (person >= 0 && person === truth[pairs.other[at]!]) right++
    if (place + 1 < order.length && pairs.probability[order[place + 1]!] === chance) continue
    const here = measure(right, place + 1, truePairs, chance)
    if (here.f1 > best.f1) best = here
    if (chance >= threshold) automatic = { ...here, threshold }
  }
  return { truePairs, automatic, best }
}

function measure(right: number, pairs: number, truePairs: number, threshold: number): Measure {
  const precision = pairs === 0 ? 1 : right / pairs
  const recall = truePairs === 0 ? 1 : right / truePairs
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1, threshold, pairs }
}

function countTruePairs(truth: Int32Array, first: number | undefined): number {
  const sides = new Map<number, [number, number]>()
  for (let record = 0; record < truth.length; record++) {
    const person = truth[record]!
    if (person < 0) continue
    const counts = sides.get(person) ?? [0, 0]
    counts[first !== undefined && record >= first ? 1 : 0]++
    sides.set(person, counts)
  }
  let pairs = 0
  for (const [one, other] of sides.values()) pairs += first === undefined ? (one * (one - 1)) / 2 : one * other
  return pairs
}
