// Small numbers tell of persons. A cell that stands for fewer than ten households is hidden, and with it what would let a
// reader work it out: the next smallest of its table where it stands alone, and a cell that differs by fewer than ten from
// the same one of a study already published on the same households.

/** Fewest households that a number may stand for. */
export const LEAST = 10

/**
 * Which cells of a column of counts are hidden, where their sum is shown as well.
 * @param published columns of the same groups on the same snapshot that were shown before
 */
export function hiddenCells(counts: readonly number[], published: readonly (readonly number[])[] = []): boolean[] {
  const hidden = counts.map(
    (count, cell) => isSmall(count) || published.some(other => isSmall(Math.abs(count - (other[cell] ?? count)))),
  )
  protect(counts, hidden)
  return hidden
}

/** What is hidden must not follow from the sum: neither alone, nor as cells that together are fewer than ten. */
function protect(counts: readonly number[], hidden: boolean[]): void {
  for (;;) {
    const cells = counts.flatMap((_, cell) => (hidden[cell] ? [cell] : []))
    if (cells.length === 0) return
    const sum = cells.reduce((all, cell) => all + (counts[cell] as number), 0)
    if (cells.length > 1 && sum >= LEAST) return
    const open = counts.flatMap((count, cell) => (hidden[cell] || count === 0 ? [] : [cell]))
    if (open.length === 0) return
    const next = open.reduce((best, cell) => ((counts[cell] as number) < (counts[best] as number) ? cell : best))
    hidden[next] = true
  }
}

function isSmall(count: number): boolean {
  return count > 0 && count < LEAST
}
