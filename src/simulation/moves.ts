// Households that had some programmes and have others: counted, and held back where few.
import { hiddenCells, isSmall, LEAST } from './disclosure.ts'
import type { Published } from './figures.ts'
import { joined } from './tally.ts'

/** Households that had some programmes and have others. */
export type Move = {
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** To the nearest twenty: `MOVES_STEP`. */
  readonly households: number | null
}

/**
 * Moves are told in steps: studies that watch other programmes, or that are of another one, have sums in common with them, and what a
 * step leaves open is wider than any number that must not be told.
 */
const MOVES_STEP = 2 * LEAST

export type Reach = {
  /** Households meant, and how many of them are reached. */
  readonly meant: number | null
  readonly before: number | null
  readonly reached: number | null
  /** Percent of those meant who are not reached, and of those reached who were not meant; null where there is none. */
  readonly excludedBefore: number | null
  readonly excluded: number | null
  readonly includedBefore: number | null
  readonly included: number | null
}

/** Which of the nation's own numbers are not shown: whom the law reaches, and whom the scenario does. */
export type WholeHidden = { readonly before: boolean; readonly now: boolean }

/** The moves between programmes, and what they publish. `counted`: of each part, by what was had and is had. */
export function movesOf(
  programmes: readonly string[],
  counted: readonly Float64Array[],
  whole: WholeHidden,
  earlier: readonly Published[],
): { readonly moves: readonly Move[]; readonly published: readonly Published[] } {
  if (programmes.length < 2) return { moves: [], published: [] }
  const sums = joined(counted)
  const side = 2 ** programmes.length
  const counts = [...sums]
  const by = `moves ${programmes.join(' ')}`
  const same = earlier.filter(each => each.by === by)
  // The first programme's own figures are shown, as far as they are: who is in or out of it, before and now, has a known sum.
  const block = (cell: number) =>
    (whole.before ? 0 : 2 * (Math.floor(cell / side) & 1)) + (whole.before || whole.now ? 0 : cell & 1)
  const hidden = counts.map(() => false)
  for (const cells of Map.groupBy(counts.keys(), block).values()) {
    const of = <Value>(values: readonly Value[]) => cells.map(cell => values[cell] as Value)
    const against = same.map(each => ({ counts: of(each.reached), hidden: of(each.hidden ?? []) }))
    const found = hiddenCells([{ counts: of(counts), against }])
    cells.forEach((cell, index) => {
      hidden[cell] = found[index] as boolean
    })
  }
  const named = (bits: number) => programmes.filter((_, index) => (bits >> index) & 1)
  const moves = counts.map((households, cell) => ({
    from: named(Math.floor(cell / side)),
    to: named(cell % side),
    households: hidden[cell] ? null : MOVES_STEP * Math.round(households / MOVES_STEP),
  }))
  return {
    moves: moves.filter(({ households }) => households !== 0),
    published: [{ by, reached: counts, hidden }],
  }
}

type ReachedOf = { readonly reached: number; readonly meant: number }

/** Whom a law reaches of those meant, and what that publishes. */
export function reachOf(
  meant: number,
  before: ReachedOf,
  now: ReachedOf,
  earlier: readonly Published[],
): { readonly reach: Reach; readonly published: readonly Published[] } {
  const known = earlier.filter(each => each.by === 'reach').flatMap(each => each.reached)
  const tells = (...counts: number[]) => counts.some(each => isSmall(Math.abs(each)))
  const near = (count: number) => tells(count, ...known.map(other => count - other))
  const of = (each: ReachedOf) =>
    near(each.meant) || tells(meant, meant - each.meant, each.reached, each.reached - each.meant)
  // Each follows from the share beside it, so they are shown together or not at all.
  const isHidden = { meant: near(meant), before: of(before) || near(meant), now: false }
  isHidden.now = of(now) || isHidden.before || tells(now.meant - before.meant)
  const count = (value: number, hidden: boolean) => (hidden ? null : Math.round(value))
  const percent = (part: number, whole: number, hidden: boolean) =>
    hidden || whole < LEAST ? null : (100 * part) / whole
  const shown = [
    ...(isHidden.meant ? [] : [meant]),
    ...(isHidden.before ? [] : [before.meant]),
    ...(isHidden.now ? [] : [now.meant]),
  ]
  return {
    published: [{ by: 'reach', reached: shown }],
    reach: {
      meant: count(meant, isHidden.meant),
      before: count(before.meant, isHidden.before),
      reached: count(now.meant, isHidden.now),
      excludedBefore: percent(meant - before.meant, meant, isHidden.before),
      excluded: percent(meant - now.meant, meant, isHidden.now),
      includedBefore: percent(before.reached - before.meant, before.reached, isHidden.before),
      included: percent(now.reached - now.meant, now.reached, isHidden.now),
    },
  }
}
