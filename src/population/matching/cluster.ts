import { comparerOf, MISSING, type Records } from './records.ts'
import { bitsAt, openPairs, type Pairs, probability, rarityAt, type Weights } from './score.ts'
import { byEvidence, type Settled } from './settle.ts'

// Records of one file that are one person. Two groups are held against each other by all that their records say together, so
// that a record with gaps finds its person through another that fills them, and one pair that looks alike by chance does not
// pull two families into one.

/** Groups larger than this are judged by this many records of each. */
const LARGEST_HEARD = 12
/** Pairs less probable than this do not start a comparison of groups. */
const LEAST_HEARD = 0.15

type Group = { readonly id: number; readonly records: readonly number[] }

/**
 * Brings records together, the most probable pairs first, as long as the groups' evidence holds; answers every pair inside a
 * group, those that were never compared among them, and the pairs left apart.
 *
 * @param threshold the probability from which two groups are one person
 */
export function groupRecords(
  records: Records,
  pairs: Pairs,
  { weights, rarity, priorBits, threshold }: Judging,
): { settled: Settled; groups: number } {
  const groupOf: Group[] = Array.from({ length: records.size }, (_, record) => ({ id: record, records: [record] }))
  const judge = judgeOf(records, { weights, rarity, priorBits })
  const kept = openPairs()
  const chances: number[] = []
  const refused = new Map<number, number>()
  const order = byEvidence(pairs).filter(at => probability(pairs.bits[at]!, priorBits) >= LEAST_HEARD)
  let next = records.size
  for (const at of [...order, ...order]) {
    const a = groupOf[pairs.one[at]!]!
    const b = groupOf[pairs.other[at]!]!
    if (a === b) continue
    const meeting = Math.min(a.id, b.id) * (2 * records.size) + Math.max(a.id, b.id)
    if (refused.has(meeting)) continue
    const chance = judge.groups(a.records, b.records)
    if (chance < threshold) {
      refused.set(meeting, chance)
      continue
    }
    for (const one of a.records) {
      for (const other of b.records) {
        const bits = judge.bits(one, other)
        kept.add(Math.min(one, other), Math.max(one, other), bits)
        chances.push(Math.max(chance, probability(bits, priorBits)))
      }
    }
    const merged = { id: next++, records: [...a.records, ...b.records] }
    for (const record of merged.records) groupOf[record] = merged
  }
  for (let at = 0; at < pairs.size; at++) {
    const a = groupOf[pairs.one[at]!]!
    const b = groupOf[pairs.other[at]!]!
    if (a === b) continue
    const meeting = Math.min(a.id, b.id) * (2 * records.size) + Math.max(a.id, b.id)
    kept.add(pairs.one[at]!, pairs.other[at]!, pairs.bits[at]!)
    chances.push(Math.min(probability(pairs.bits[at]!, priorBits), refused.get(meeting) ?? threshold * 0.99))
  }
  const groups = new Set(groupOf).size
  return { settled: { ...kept.close(), probability: Float64Array.from(chances) }, groups }
}

export type Judging = {
  readonly weights: Weights
  readonly rarity: readonly (Float64Array | undefined)[]
  readonly priorBits: number
  readonly threshold: number
}

/** Judges two records, and two groups: for each column the mean evidence of the pairs that know it. */
function judgeOf(records: Records, { weights, rarity, priorBits }: Omit<Judging, 'threshold'>) {
  const { columns } = records
  const compare = comparerOf(records)
  const levels = new Uint8Array(columns.length)
  const sums = new Float64Array(columns.length)
  const counts = new Float64Array(columns.length)
  const hear = (one: number, other: number) => {
    compare(one, other, levels)
    for (let at = 0; at < columns.length; at++) {
      if (levels[at] === MISSING) continue
      sums[at]! += bitsAt(weights, levels, at) + rarityAt(columns[at]!, rarity[at], levels[at]!, one, other)
      counts[at]!++
    }
  }
  const heard = () => {
    let bits = 0
    for (let at = 0; at < columns.length; at++) if (counts[at]! > 0) bits += sums[at]! / counts[at]!
    sums.fill(0)
    counts.fill(0)
    return bits
  }
  return {
    bits(one: number, other: number) {
      hear(one, other)
      return heard()
    },
    groups(a: readonly number[], b: readonly number[]) {
      const mine = a.slice(0, LARGEST_HEARD)
      const others = b.slice(0, LARGEST_HEARD)
      for (const one of mine) for (const other of others) hear(one, other)
      return probability(heard(), priorBits)
    },
  }
}
