/**
 * Counter-based random numbers: every draw is a function of (seed, household, topic, slot) and of nothing drawn before, so
 * a household is the same in any chunk, and a new topic leaves the others as they were. The mixing is the 32-bit finaliser
 * of MurmurHash3 (Austin Appleby, public domain) over a 64-bit key. Whole numbers only: the same on every machine.
 */
export class Draws {
  private readonly low: number
  private readonly high: number

  constructor(seed: number, index: number) {
    const seedLow = seed | 0
    const seedHigh = Math.floor(seed / 2 ** 32) | 0
    const indexLow = index | 0
    const indexHigh = Math.floor(index / 2 ** 32) | 0
    this.low = mix(mix(seedLow ^ 0x9e3779b9) ^ indexLow)
    this.high = mix(mix(seedHigh ^ mix(seedLow + 0x7f4a7c15)) ^ mix(indexLow + 0x85157af5) ^ indexHigh)
  }

  /** A whole number from 0 to `count` - 1, each as likely. `slot` tells apart the draws of one topic (a person, a turn). */
  below(count: number, topic: number, slot = 0): number {
    const word = mix(mix(this.low ^ topic ^ Math.imul(slot + 1, 0x9e3779b1)) + this.high) >>> 0
    return Math.floor((word * count) / 2 ** 32)
  }

  /** True `perMille` times in a thousand. */
  chance(perMille: number, topic: number, slot = 0): boolean {
    return this.below(1000, topic, slot) < perMille
  }

  /** A whole number of [low, high], the middle likelier than the ends (the sum of two even draws). */
  around(low: number, high: number, topic: number, slot = 0): number {
    const width = high - low + 1
    return low + ((this.below(width, topic, slot) + this.below(width, topic ^ 0x5bd1e995, slot) + 1) >> 1)
  }
}

/** The number of a topic's name (FNV-1a). Computed once, where a module names what it draws. */
export function topic(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return mix(hash)
}

function mix(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
