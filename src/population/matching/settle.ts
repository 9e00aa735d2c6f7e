import { type Pairs, probability } from './score.ts'

/** Pairs with the probability that they are one person, once each was held against the others. */
export type Settled = {
  readonly size: number
  readonly one: Int32Array
  readonly other: Int32Array
  readonly bits: Float64Array
  readonly probability: Float64Array
}

/** The pairs in the order of their evidence, the strongest first; ties in the order of the records. */
export function byEvidence({ size, one, other, bits }: Pairs): Int32Array {
  return Int32Array.from({ length: size }, (_, at) => at).sort(
    (a, b) => bits[b]! - bits[a]! || one[a]! - one[b]! || other[a]! - other[b]!,
  )
}

/**
 * Whether each record of either file has at most one partner: asked of the pairs that are all but certain. Where next to no
 * record has two such partners, neither file holds a person twice.
 */
export function isOneToOne(pairs: Pairs, priorBits: number): boolean {
  const partners = new Map<number, number>()
  for (let at = 0; at < pairs.size; at++) {
    if (probability(pairs.bits[at]!, priorBits) < 0.99) continue
    for (const record of [pairs.one[at]!, pairs.other[at]!]) partners.set(record, (partners.get(record) ?? 0) + 1)
  }
  const several = [...partners.values()].filter(count => count > 1).length
  return several <= 0.03 * partners.size
}

/**
 * Links two files in which nobody stands twice: the strongest pairs first, each record once. What is left to a pair whose
 * record has found a better partner is the chance that the better one is wrong.
 */
export function linkOneToOne(pairs: Pairs, priorBits: number): Settled {
  const taken = new Map<number, number>()
  const chances = new Float64Array(pairs.size)
  for (const at of byEvidence(pairs)) {
    const own = probability(pairs.bits[at]!, priorBits)
    const rival = Math.max(taken.get(pairs.one[at]!) ?? 0, taken.get(pairs.other[at]!) ?? 0)
    chances[at] = Math.min(own, own * (1 - rival))
    if (rival > 0) continue
    taken.set(pairs.one[at]!, own)
    taken.set(pairs.other[at]!, own)
  }
  return { ...pairs, probability: chances }
}

/** Links two files in which somebody may stand several times: every pair by its own evidence. */
export function linkFreely(pairs: Pairs, priorBits: number): Settled {
  return { ...pairs, probability: pairs.bits.map(bits => probability(bits, priorBits)) }
}

/**
 * The probability from which taking pairs for the same gives the highest F1 to be expected: of all cuts in the list, the one
 * where twice the true pairs above it, over the pairs above it and all true pairs, is largest.
 */
export function bestThreshold(chances: Float64Array, matches: number): number {
  const sorted = chances.toSorted((a, b) => b - a)
  let found = 0
  let best = { f1: 0, threshold: 0.5 }
  for (let at = 0; at < sorted.length; at++) {
    found += sorted[at]!
    const f1 = (2 * found) / (at + 1 + matches)
    if (f1 > best.f1) best = { f1, threshold: sorted[at]! }
  }
  return Math.min(best.threshold, 0.5)
}
