/** A value, hidden where it may not be told, null where there is nothing to tell. */
type Valued = number | 'hidden' | null

/** The class of a tile, from 0 for the least. */
export type Level = number | 'hidden' | 'none'

/** Letters on a line of a tile. */
const LETTERS = 14

type Scale = {
  readonly ranges: readonly (readonly [from: number, to: number])[]
  readonly levelOf: (value: Valued) => Level
}

/** Classes of one width between the least and the greatest of what is shown; one alone where all are the same. */
export function scaleOf(all: readonly Valued[], most: number): Scale {
  const values = all.filter(value => typeof value === 'number')
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  const classes = values.length === 0 ? 0 : least === greatest ? 1 : most
  const edge = (index: number) => least + ((greatest - least) * index) / classes
  return {
    ranges: Array.from({ length: classes }, (_, index) => [edge(index), edge(index + 1)] as const),
    levelOf(value) {
      if (value === 'hidden') return 'hidden'
      if (value === null) return 'none'
      return least === greatest
        ? 0
        : Math.min(classes - 1, Math.floor(((value - least) / (greatest - least)) * classes))
    },
  }
}

/** A name on at most three lines, broken where its words are. */
export function linesOf(name: string): string[] {
  const lines: string[] = []
  for (const part of name.match(/[^\s-]+(?:-|\s+|$)/g) ?? [name]) {
    const last = lines.at(-1)
    if (last !== undefined && (last + part).trim().length <= LETTERS) lines[lines.length - 1] = last + part
    else lines.push(part)
  }
  return [...lines.slice(0, 2), ...(lines.length > 2 ? [lines.slice(2).join('')] : [])].map(line => line.trim())
}
