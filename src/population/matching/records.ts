import type { Column } from './column.ts'

/** The records to be matched: one file against itself, or the records of two files one after the other. */
export type Records = {
  readonly size: number
  /** How many come from the first of two files; undefined where one file is held against itself. */
  readonly first: number | undefined
  readonly columns: readonly Column[]
}

/** How many pairs there are to begin with. */
export function pairsOf({ size, first }: Records): number {
  return first === undefined ? (size * (size - 1)) / 2 : first * (size - first)
}

/** A level is not known where a value is missing in one of the two: neutral, evidence for nothing. */
export const MISSING = 255

/** Writes into `levels` how near two records are in one column, or in all. */
export type Comparer = (one: number, other: number, levels: Uint8Array, column?: number) => void

/** Compares records column by column. Names that stand in each other's column are seen as swapped. */
export function comparerOf({ columns }: Records): Comparer {
  const given = columns.findIndex(({ kind }) => kind === 'given_name')
  const family = columns.findIndex(({ kind }) => kind === 'surname')
  const areTwo = columns.filter(({ kind }) => kind === 'given_name' || kind === 'surname').length === 2
  const swapped = areTwo && given >= 0 && family >= 0 ? swapSeen(columns[given]!, columns[family]!) : undefined
  const compareIn = (one: number, other: number, levels: Uint8Array, at: number) => {
    const { values, compare } = columns[at]!
    const a = values[one]!
    const b = values[other]!
    const level = a < 0 || b < 0 ? MISSING : a === b ? 0 : compare(a, b)
    levels[at] = swapped && (at === given || at === family) && isApart(level) && swapped(one, other) ? SWAPPED : level
  }
  return (one, other, levels, column) => {
    if (column !== undefined) compareIn(one, other, levels, column)
    else for (let at = 0; at < columns.length; at++) compareIn(one, other, levels, at)
  }
}

/** Places in `nameLevels`. */
const CLOSE = 2
const SIMILAR = 4
const SWAPPED = 5

const isApart = (level: number) => level !== MISSING && level >= SIMILAR

function swapSeen(given: Column, family: Column): (one: number, other: number) => boolean {
  const isClose = (a: number, b: number) => a >= 0 && b >= 0 && given.compare(a, b) <= CLOSE
  return (one, other) =>
    isClose(given.values[one]!, family.values[other]!) && isClose(family.values[one]!, given.values[other]!)
}
