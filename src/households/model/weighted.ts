import { at, type Curve } from './curve.ts'
import type { Draws } from './draws.ts'
import type { Weights } from './model-file.ts'

/** Codes, each as likely as its weight. */
export type Weighted = (draws: Draws, topic: number, slot?: number) => string

export function weighted(weights: Weights): Weighted {
  const codes = Object.keys(weights)
  const cumulated: number[] = []
  let total = 0
  for (const code of codes) {
    total += weights[code]!
    cumulated.push(total)
  }
  return (draws, topic, slot = 0) => {
    const drawn = draws.below(total, topic, slot)
    let place = 0
    while (drawn >= cumulated[place]!) place++
    return codes[place]!
  }
}

/** Codes whose weights change with wealth. */
export type WeightedByWealth = (draws: Draws, wealth: number, topic: number, slot?: number) => string

export function weightedByWealth(weights: Readonly<Record<string, Curve>>): WeightedByWealth {
  const codes = Object.keys(weights)
  const curves = codes.map(code => weights[code]!)
  const cumulated = new Int32Array(codes.length)
  return (draws, wealth, topic, slot = 0) => {
    let total = 0
    for (let place = 0; place < curves.length; place++) {
      total += at(curves[place]!, wealth)
      cumulated[place] = total
    }
    const drawn = draws.below(total, topic, slot)
    let place = 0
    while (drawn >= cumulated[place]!) place++
    return codes[place]!
  }
}

/** How many: each step of the chain is the chance of one more, given those before. */
export function countAlong(chain: readonly Curve[], draws: Draws, wealth: number, topic: number, slot = 0): number {
  let count = 0
  while (count < chain.length && draws.chance(at(chain[count]!, wealth), topic, slot * 64 + count)) count++
  return count
}

/** The row that holds an age: rows go up to and with their `until`. */
export function rowAt<Row extends { readonly until: number }>(rows: readonly Row[], age: number): Row {
  for (const row of rows) if (age <= row.until) return row
  return rows[rows.length - 1]!
}
