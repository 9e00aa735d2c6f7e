// Small numbers tell of persons. What stands for fewer than ten households is hidden, and with it what would let a reader
// work it out by adding and taking away: within a table by its sum, between the law and a scenario, and between all that was
// published on the same households.

import { decidedOtherwise, type MarkedColumn } from './marks.ts'

/** Fewest households that a number may stand for. */
export const LEAST = 10

/** A column of counts as it was shown: what was hidden of it, if that is known; all of it was shown otherwise. */
export type ShownColumn = {
  readonly counts: readonly number[]
  readonly hidden?: readonly boolean[] | undefined
  /** Where amounts were shown beside the counts. */
  readonly marked?: MarkedColumn | undefined
}

/** Counts that are hidden together, since one follows from the others, and what each is compared with by a reader. */
export type Measured = {
  readonly counts: readonly number[]
  readonly against: readonly ShownColumn[]
  readonly marked?: MarkedColumn | undefined
}

/**
 * Which cells of a table are hidden.
 * @param wholeHidden their sum is not shown either: then no table may be whole, or it would follow
 * @param also hidden in any case: of another table from which these follow
 */
export function hiddenCells(
  measures: readonly Measured[],
  wholeHidden = false,
  also: readonly boolean[] = [],
): boolean[] {
  const [{ counts: first }] = measures as [Measured]
  const hidden = first.map(
    (_, cell) =>
      also[cell] === true ||
      measures.some(
        measured =>
          isSmall(measured.counts[cell] as number) ||
          measured.against.some(other => differsLittle(measured, other, [cell])),
      ),
  )
  const size = (cell: number) => measures.reduce((sum, { counts }) => sum + (counts[cell] as number), 0)
  while (tells(measures, hidden, wholeHidden)) {
    const open = first.flatMap((_, cell) => (hidden[cell] ? [] : [cell]))
    if (open.length === 0) break
    const told = open.filter(cell => size(cell) > 0)
    hidden[(told.length > 0 ? told : open).reduce((best, cell) => (size(cell) < size(best) ? cell : best))] = true
  }
  return hidden
}

/** Whether what is hidden follows from what is shown, or tells of fewer than ten as a sum. */
function tells(measures: readonly Measured[], hidden: readonly boolean[], wholeHidden: boolean): boolean {
  const own = cellsOf(hidden)
  if (own.length === (wholeHidden ? 0 : 1)) return true
  return measures.some(
    measured =>
      (!wholeHidden && isSmall(sumOf(measured.counts, own))) ||
      measured.against.some(other =>
        knownTogether(own, cellsOf(other.hidden ?? []), wholeHidden).some(cells =>
          differsLittle(measured, other, cells),
        ),
      ),
  )
}

/** Cells that are hidden in one column or the other, of which the sum is known in both. */
function knownTogether(own: readonly number[], theirs: readonly number[], wholeHidden: boolean): (readonly number[])[] {
  if (own.some(cell => theirs.includes(cell))) return wholeHidden ? [] : [[...new Set([...own, ...theirs])]]
  return (wholeHidden ? [theirs] : [own, theirs]).filter(({ length }) => length > 1)
}

function cellsOf(hidden: readonly boolean[]): number[] {
  return hidden.flatMap((is, cell) => (is ? [cell] : []))
}

/** Whether two columns are known to differ by fewer than ten in the sum of some cells, or for fewer than ten households. */
function differsLittle({ counts, marked }: Measured, other: ShownColumn, cells: readonly number[]): boolean {
  if (cells.length === 1 && other.hidden?.[cells[0] as number]) return false
  return (
    isSmall(Math.abs(sumOf(counts, cells) - sumOf(other.counts, cells))) ||
    isSmall(decidedOtherwise(marked, other.marked, cells) ?? 0)
  )
}

function sumOf(counts: readonly number[], cells: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0)
}

/** Weights are no whole numbers: what is left of a difference by rounding is none. */
export function isSmall(count: number): boolean {
  return count > 1e-6 && count < LEAST - 1e-6
}
