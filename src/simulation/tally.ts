// Figures of two decisions on the same households, the law's and a scenario's, over the cells of a box.
import type { Box } from './dimensions.ts'

/** What is summed in each cell; households count with their weight, amounts in minor units. */
const MEASURES = [
  'households',
  /** Households of the snapshot, whatever they stand for. */
  'rows',
  'people',
  'reachedBefore',
  'reached',
  'peopleBefore',
  'peopleReached',
  'amountBefore',
  'amount',
  'undeterminedBefore',
  'undetermined',
  'gainers',
  'losers',
  'gained',
  'lost',
  /** Of the reference group, where there is one. */
  'meant',
  'meantBefore',
  'meantReached',
] as const

export type Measure = (typeof MEASURES)[number]

/** One number for each cell and measure: cell × measures + measure. */
export type Tally = Float64Array

/** What one law decided on each household of a part. */
export type Decided = {
  /** 0 eligible, 1 not eligible, 2 undetermined, 3 scored. */
  readonly outcome: Uint8Array
  /** Minor units, NaN where there is none; null for a programme that gives no money. */
  readonly amount: Float64Array | null
}

export type Part = {
  readonly box: Box
  readonly offsets: Int32Array
  readonly weights: Float64Array
  /** 1 for the households meant; null where nobody is meant in particular. */
  readonly meant: Uint8Array | null
  /** 1 where an amount is received, -1 where it is paid by the household. */
  readonly sign: 1 | -1
}

const WIDTH = MEASURES.length
const at = Object.fromEntries(MEASURES.map((name, index) => [name, index])) as Record<Measure, number>

/** Sums what does not depend on what is tried: it is done once for all scenarios. */
export function tallyOfLaw({ box, offsets, weights, meant }: Omit<Part, 'sign'>, before: Decided): Tally {
  const tally = new Float64Array(box.cells * WIDTH)
  const { place } = box
  const add = (index: number, value: number) => {
    tally[index] = (tally[index] as number) + value
  }
  for (let h = 0; h < place.length; h++) {
    const cell = (place[h] as number) * WIDTH
    const weight = weights[h] as number
    const people = weight * ((offsets[h + 1] as number) - (offsets[h] as number))
    const was = before.outcome[h] as number
    add(cell + at.households, weight)
    add(cell + at.rows, 1)
    add(cell + at.people, people)
    if (was === 0) {
      add(cell + at.reachedBefore, weight)
      add(cell + at.peopleBefore, people)
      if (before.amount !== null) add(cell + at.amountBefore, ((before.amount[h] as number) || 0) * weight)
    } else if (was === 2) add(cell + at.undeterminedBefore, weight)
    if (meant === null || meant[h] === 0) continue
    add(cell + at.meant, weight)
    if (was === 0) add(cell + at.meantBefore, weight)
  }
  return tally
}

/** Adds to the sums of the law what is tried, in one pass. */
export function tallyOf(part: Part, law: Tally, before: Decided, after: Decided): Tally {
  const { box, offsets, weights, meant, sign } = part
  const tally = law.slice()
  const { place } = box
  const add = (index: number, value: number) => {
    tally[index] = (tally[index] as number) + value
  }
  for (let h = 0; h < place.length; h++) {
    const [was, is] = [before.outcome[h] as number, after.outcome[h] as number]
    // Neither reached before nor now: nothing to add.
    if (was !== 0 && is !== 0 && is !== 2) continue
    const cell = (place[h] as number) * WIDTH
    const weight = weights[h] as number
    let worth = 0
    if (was === 0) worth -= before.amount === null ? 1 : (before.amount[h] as number) || 0
    if (is === 0) {
      const amount = after.amount === null ? 0 : (after.amount[h] as number) || 0
      worth += after.amount === null ? 1 : amount
      add(cell + at.reached, weight)
      add(cell + at.peopleReached, weight * ((offsets[h + 1] as number) - (offsets[h] as number)))
      add(cell + at.amount, amount * weight)
      if (meant !== null && meant[h] === 1) add(cell + at.meantReached, weight)
    } else if (is === 2) add(cell + at.undetermined, weight)
    if (worth === 0) continue
    const gain = worth * sign
    const money = after.amount === null ? 0 : Math.abs(gain) * weight
    add(cell + (gain > 0 ? at.gainers : at.losers), weight)
    add(cell + (gain > 0 ? at.gained : at.lost), money)
  }
  return tally
}

/** The parts of a nation together. */
export function joined(tallies: readonly Tally[]): Tally {
  const [first, ...others] = tallies
  const sum = first?.slice() ?? new Float64Array(0)
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (other[i] as number)
  return sum
}

export type Figures = Readonly<Record<Measure, number>>

/** All cells together. */
export function total(tally: Tally): Figures {
  const sums = new Float64Array(WIDTH)
  for (let cell = 0; cell < tally.length; cell += WIDTH) {
    for (let measure = 0; measure < WIDTH; measure++) {
      sums[measure] = (sums[measure] as number) + (tally[cell + measure] as number)
    }
  }
  return figuresAt(sums, 0)
}

/** The figures of each group of one dimension, in its order. */
export function along(box: Omit<Box, 'place'>, tally: Tally, dimension: number): Figures[] {
  const sizes = box.dimensions.map(({ groups }) => groups.length)
  const size = sizes[dimension] as number
  const inner = sizes.slice(dimension + 1).reduce((product, each) => product * each, 1)
  const sums = new Float64Array(size * WIDTH)
  for (let cell = 0; cell < box.cells; cell++) {
    const group = Math.floor(cell / inner) % size
    for (let measure = 0; measure < WIDTH; measure++) {
      const index = group * WIDTH + measure
      sums[index] = (sums[index] as number) + (tally[cell * WIDTH + measure] as number)
    }
  }
  return Array.from({ length: size }, (_, group) => figuresAt(sums, group * WIDTH))
}

function figuresAt(sums: Float64Array, from: number): Figures {
  return Object.fromEntries(MEASURES.map((name, index) => [name, sums[from + index] as number])) as Figures
}
