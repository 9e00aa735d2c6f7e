import { learntFrom, type Model } from './model.ts'
import { comparerOf, MISSING, type Records } from './records.ts'
import { bitsAt, probability, rarityAt, rarityBy, type Weights, weightsOf } from './score.ts'
import { noTies } from './ties.ts'

/** What one column says of a pair: at which level the two stand, and how many bits that is for one person (or against). */
export type Evidence = {
  readonly column: string
  readonly level: string
  readonly bits: number
}

/** Judges pairs of records by a model learnt before, which also says how common names are. */
export type Judge = {
  /** The evidence of a pair in bits, and the probability that it makes. */
  readonly weigh: (one: number, other: number) => { readonly bits: number; readonly probability: number }
  readonly probability: (one: number, other: number) => number
  /** Column by column; a column that one of the two has not is left out. */
  readonly evidence: (one: number, other: number) => Evidence[]
}

/**
 * A judge of records by a model; the records have the model's columns, in its order.
 *
 * @param priorBits the evidence that a pair has to begin with, where it is not what the model was learnt with
 */
export function judgeBy(model: Model, records: Records, priorBits = model.prior_bits): Judge {
  const { shares, chances, ties } = learntFrom(model, [])
  const { order } = noTies(records, chances)
  const weights: Weights = weightsOf(shares, chances, { ...ties, order })
  const compare = comparerOf(records)
  const rarity = rarityBy(model, records, chances)
  const levels = new Uint8Array(records.columns.length)
  const bitsIn = (at: number, one: number, other: number) =>
    bitsAt(weights, levels, at) + rarityAt(records.columns[at]!, rarity[at], levels[at]!, one, other)
  const evidence = (one: number, other: number) => {
    compare(one, other, levels)
    return records.columns.flatMap(({ name, levels: named }, at) =>
      levels[at] === MISSING ? [] : [{ column: name, level: named[levels[at]!]!, bits: bitsIn(at, one, other) }],
    )
  }
  const weigh = (one: number, other: number) => {
    compare(one, other, levels)
    let bits = 0
    for (let at = 0; at < levels.length; at++) if (levels[at] !== MISSING) bits += bitsIn(at, one, other)
    return { bits, probability: probability(bits, priorBits) }
  }
  return { evidence, weigh, probability: (one, other) => weigh(one, other).probability }
}
