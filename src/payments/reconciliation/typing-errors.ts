/**
 * How many typing errors (a letter more, less, other, or two exchanged) part two words: at most `most`, else `most + 1`.
 * Optimal string alignment, in a band of the width that matters.
 */
export function typingErrors(a: string, b: string, most: number): number {
  if (a === b) return 0
  if (Math.abs(a.length - b.length) > most) return most + 1
  let start = 0
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--
    endB--
  }
  const longest = Math.max(endA, endB) - start
  if (longest <= 1) return 1
  if (most === 1) {
    const exchanged = endA - start === 2 && endB - start === 2 && a[start] === b[start + 1] && a[start + 1] === b[start]
    return exchanged ? 1 : 2
  }
  return aligned(a.slice(start, endA), b.slice(start, endB), most)
}

function aligned(a: string, b: string, most: number): number {
  const width = b.length + 1
  let before: number[] = []
  let last = Array.from({ length: width }, (_, place) => place)
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = new Array<number>(width).fill(most + 1)
    row[0] = i
    let least = i
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1)
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (exchanged) cost = Math.min(cost, before[j - 2]! + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return most + 1
    before = last
    last = row
  }
  return Math.min(last[b.length]!, most + 1)
}

export type Likeness = 'same' | 'typed' | 'cut' | 'other'

/** How two words of a name go together: equal, but for typing errors, one cut short (or an initial), or not at all. */
export function likeness(a: string, b: string): Likeness {
  if (a === b) return 'same'
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short.length >= 3 && long.startsWith(short)) return 'cut'
  const most = short.length >= 8 ? 2 : short.length >= 4 ? 1 : 0
  return most > 0 && typingErrors(a, b, most) <= most ? 'typed' : 'other'
}
