/**
 * How many single letters are added, left out, changed or swapped with their neighbour to make one text of the other:
 * the optimal string alignment form of Damerau's distance. Answers `most + 1` as soon as it is sure to be more.
 */
export function editDistance(a: string, b: string, most = Number.MAX_SAFE_INTEGER): number {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  if (long.length - short.length > most) return most + 1
  const width = short.length + 1
  let [before, last, row] = rows(width)
  for (let j = 0; j < width; j++) last[j] = j
  for (let i = 1; i <= long.length; i++) {
    row[0] = i
    let best = i
    const letter = long.charCodeAt(i - 1)
    for (let j = 1; j < width; j++) {
      const other = short.charCodeAt(j - 1)
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (letter === other ? 0 : 1))
      if (i > 1 && j > 1 && letter === short.charCodeAt(j - 2) && long.charCodeAt(i - 2) === other) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row[j] = cost
      if (cost < best) best = cost
    }
    if (best > most) return most + 1
    const spare = before
    before = last
    last = row
    row = spare
  }
  return Math.min(last[short.length]!, most + 1)
}

let kept: [Uint16Array, Uint16Array, Uint16Array] = [new Uint16Array(64), new Uint16Array(64), new Uint16Array(64)]

/** Three rows that every call uses again: millions of short texts are compared. */
function rows(width: number): [Uint16Array, Uint16Array, Uint16Array] {
  if (kept[0].length < width) {
    kept = [new Uint16Array(width * 2), new Uint16Array(width * 2), new Uint16Array(width * 2)]
  }
  return kept
}

/**
 * The likeness of two short texts, from 0 (nothing in common) to 1 (equal): the share of letters found near the same
 * place, less half of those in another order (Jaro 1989), raised for a common beginning of up to four letters (Winkler 1990).
 */
export function likeness(a: string, b: string): number {
  if (a === b) return 1
  const jaro = jaroLikeness(a, b)
  if (jaro <= 0.7) return jaro
  let common = 0
  while (common < 4 && common < a.length && a[common] === b[common]) common++
  return jaro + common * 0.1 * (1 - jaro)
}

let marks = new Uint8Array(256)

function jaroLikeness(a: string, b: string): number {
  if (a.length === 0 || b.length === 0) return 0
  const reach = Math.max(0, (Math.max(a.length, b.length) >> 1) - 1)
  if (marks.length < a.length + b.length) marks = new Uint8Array(2 * (a.length + b.length))
  marks.fill(0, 0, a.length + b.length)
  let found = 0
  for (let i = 0; i < a.length; i++) {
    const end = Math.min(b.length, i + reach + 1)
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (marks[a.length + j] || a.charCodeAt(i) !== b.charCodeAt(j)) continue
      marks[i] = marks[a.length + j] = 1
      found++
      break
    }
  }
  if (found === 0) return 0
  let moved = 0
  for (let i = 0, j = 0; i < a.length; i++) {
    if (!marks[i]) continue
    while (!marks[a.length + j]) j++
    if (a.charCodeAt(i) !== b.charCodeAt(j)) moved++
    j++
  }
  return (found / a.length + found / b.length + (found - (moved >> 1)) / found) / 3
}
