// Figures of two decisions on the same households, the law's and a scenario's, over the cells of a box.
import { type Box, type Dimension, groupsBefore } from './dimensions.ts'

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

/** One number for each group of every dimension and measure: what tables show, and all that leaves a part. */
export type Sums = Float64Array

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

/** Adds to the sums of the law what is tried, in one pass; into a tally that is no longer wanted, if there is one. */
export function tallyOf(part: Part, law: Tally, before: Decided, after: Decided, over?: Tally): Tally {
  const { box, offsets, weights, meant, sign } = part
  const tally = over ?? new Float64Array(law.length)
  tally.set(law)
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

/** The sums of every group of every dimension. */
export function sumsOf({ dimensions, cells, groups }: Box, tally: Tally): Sums {
  const sides = dimensions.length
  const sums = new Float64Array(groupsBefore(dimensions) * WIDTH)
  for (let cell = 0; cell < cells; cell++) {
    // Most cells are empty: nobody lives in every mixture of region, size, state and decile.
    if (tally[cell * WIDTH + at.rows] === 0) continue
    for (let side = 0; side < sides; side++) {
      const from = (groups[cell * sides + side] as number) * WIDTH
      for (let measure = 0; measure < WIDTH; measure++) {
        sums[from + measure] = (sums[from + measure] as number) + (tally[cell * WIDTH + measure] as number)
      }
    }
  }
  return sums
}

/** The parts of a nation together. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const [first, ...others] = parts
  const sum = first?.slice() ?? new Float64Array(0)
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (other[i] as number)
  return sum
}

export type Figures = Readonly<Record<Measure, number>>

/** All groups of the first dimension together, in which everybody is. */
export function total(dimensions: readonly Dimension[], sums: Sums): Figures {
  const all = new Float64Array(WIDTH)
  for (let from = 0; from < groupsBefore(dimensions, 1) * WIDTH; from += WIDTH) {
    for (let measure = 0; measure < WIDTH; measure++) {
      all[measure] = (all[measure] as number) + (sums[from + measure] as number)
    }
  }
  return figuresAt(all, 0)
}

/** The figures of each group of one dimension, in its order. */
export function along(dimensions: readonly Dimension[], sums: Sums, dimension: number): Figures[] {
  const first = groupsBefore(dimensions, dimension)
  return Array.from({ length: groupsBefore(dimensions, dimension + 1) - first }, (_, group) =>
    figuresAt(sums, (first + group) * WIDTH),
  )
}

function figuresAt(sums: Float64Array, from: number): Figures {
  return Object.fromEntries(MEASURES.map((name, index) => [name, sums[from + index] as number])) as Figures
}
