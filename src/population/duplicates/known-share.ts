import { probability } from '../matching/score.ts'
import { NEWCOMERS_PER_KNOWN } from './built-in-model.ts'

/** Of what was believed beforehand, as much weighs as so many newcomers. */
const BELIEF = 500
/** At most such a share of newcomers is somebody known, or another of them. */
const MOST_KNOWN = 0.5
const PER_BIT = 8
const LOWEST = -64
const HIGHEST = 96
const TURNS = 200

/** The evidence of many pairs, counted: how many newcomers are known is seen from all of them, and from none alone. */
export type KnownShare = {
  /** A pair that is seen several times counts for a part of one each time. */
  readonly add: (bits: number, part: number) => void
  /** The evidence that a pair of one newcomer has to begin with, in bits. */
  readonly priorBits: (newcomers: number, persons: number) => number
}

/** The most that {@link KnownShare.priorBits} can come to: pairs that stay improbable by it need not be kept. */
export function mostPriorBits(persons: number): number {
  return Math.log2(MOST_KNOWN / Math.max(2, persons))
}

/**
 * In a country where ten thousand share each common name and each day of birth, how often strangers look alike grows with the
 * square of its persons; what looks alike is somebody known as often as newcomers are. That share is found as the one that
 * the pairs' own chances add up to (as `expectedMatches` does for a whole file), leaning on one in ten where they are few.
 */
export function openKnownShare(): KnownShare {
  const counts = new Float64Array((HIGHEST - LOWEST) * PER_BIT)
  return {
    add(bits, part) {
      const place = Math.round((Math.min(HIGHEST, Math.max(LOWEST, bits)) - LOWEST) * PER_BIT)
      counts[Math.min(counts.length - 1, place)]! += part
    },
    priorBits(newcomers, persons) {
      let share = 1 / NEWCOMERS_PER_KNOWN
      const prior = () => Math.log2(share / Math.max(2, persons))
      for (let turn = 0; turn < TURNS; turn++) {
        const known = counts.reduce(
          (sum, count, place) => (count === 0 ? sum : sum + count * probability(LOWEST + place / PER_BIT, prior())),
          0,
        )
        share = Math.min(MOST_KNOWN, (known + BELIEF / NEWCOMERS_PER_KNOWN) / (newcomers + BELIEF))
      }
      return prior()
    },
  }
}
