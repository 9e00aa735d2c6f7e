/** Counts people by what could tell them apart, so that nobody leaves in a group too small to hide in (k-anonymity, Sweeney 2002). */
export type Cells = {
  readonly add: (quasi: readonly string[]) => void
  readonly isLarge: (quasi: readonly string[]) => boolean
  /** Groups smaller than k, and who stands in them. */
  readonly small: () => { readonly cells: number; readonly rows: number }
}

export function countCells(k: number): Cells {
  const counts = new Map<string, number>()
  const keyOf = (quasi: readonly string[]) => quasi.map(value => `${value.length}:${value}`).join('')
  return {
    add(quasi) {
      const key = keyOf(quasi)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    isLarge: quasi => (counts.get(keyOf(quasi)) ?? 0) >= k,
    small() {
      const few = [...counts.values()].filter(count => count < k)
      return { cells: few.length, rows: few.reduce((sum, count) => sum + count, 0) }
    },
  }
}
