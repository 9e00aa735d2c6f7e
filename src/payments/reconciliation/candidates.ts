import { delayOf, type Evidence } from './evidence.ts'
import type { Prepared, Side } from './prepared.ts'

/** Most lines of theirs looked at for one of ours, by each way of finding them. */
const MOST = 40
/** Words and references that more lines have are no way to find one. */
const COMMON = 300
/** Most lines looked through for one of ours among those of its amount. */
const MOST_LOOKED = 10_000

/**
 * Which lines of theirs each line of ours may go with: those that share a reference, a rare word, the amount, or the amount
 * less a known fee. Where too many have the amount (a grant is the same for all), those of them with a word or a reference
 * in common, then the nearest in time. Never all with all.
 */
export function candidatesOf(lists: Prepared, evidence: Evidence): (left: number) => readonly number[] {
  const { ours, theirs } = lists
  const sharing = mostShared(lists)
  const fees = feeNumbers(lists, evidence)
  return left => {
    const found = new Set<number>()
    const add = (lines: readonly number[] | undefined, most: number) => {
      if (lines === undefined || lines.length > COMMON) return
      for (const line of lines.length <= most ? lines : nearest(lists, left, lines, most)) found.add(line)
    }
    const rareFirst = ours.words[left]!.toSorted((a, b) => lineCount(theirs, a) - lineCount(theirs, b))
    for (const mark of ours.marks[left]!) add(theirs.byMark.get(mark), MOST)
    if (named(lists, left, found)) return [...found]
    for (const word of rareFirst.slice(0, 3)) add(theirs.byWord.get(word), 8)
    for (const amount of [ours.amountNumber[left]!, ...fees(left)]) {
      const lines = theirs.byAmount.get(amount)
      if (lines === undefined) continue
      if (lines.length <= MOST) {
        for (const line of lines) found.add(line)
        continue
      }
      const before = found.size
      for (const line of sharing(left, amount, [...ours.marks[left]!, ...rareFirst])) found.add(line)
      for (const line of nearest(lists, left, lines, found.size > before ? 6 : MOST)) found.add(line)
    }
    return [...found]
  }
}

/** Does a reference that hardly any other line has lead to the same amount? Then nothing else is looked for. */
function named({ ours, theirs, tokens }: Prepared, left: number, found: ReadonlySet<number>): boolean {
  const own = ours.amountNumber[left]!
  if (own < 0) return false
  const rare = ours.marks[left]!.filter(mark => {
    const token = tokens[mark]!
    return token.length >= 6 && !token.startsWith('#') && ours.byMark.get(mark)!.length === 1
  })
  return [...found].some(
    line => theirs.amountNumber[line] === own && rare.some(mark => theirs.marks[line]!.includes(mark)),
  )
}

function lineCount(side: Side, word: number): number {
  return side.byWord.get(word)?.length ?? 0
}

/**
 * Of the lines of an amount that many have, those with the most tokens of a line besides, the nearest in time where too many
 * have as many. One common name says little, a given name and two family names together hardly ever fit two.
 */
function mostShared(
  lists: Prepared,
): (left: number, amount: number, rareFirst: readonly number[]) => readonly number[] {
  const withAmount = amountAndToken(lists.theirs)
  const shared = new Uint16Array(lists.theirs.size)
  return (left, amount, rareFirst) => {
    const touched: number[] = []
    let looked = 0
    for (const token of new Set(rareFirst)) {
      const lines = withAmount(amount, token)
      if (looked + lines.length > MOST_LOOKED) break
      looked += lines.length
      for (const line of lines) if (shared[line]!++ === 0) touched.push(line)
    }
    const byCount: number[][] = []
    for (const line of touched) {
      const count = shared[line]!
      const others = byCount[count]
      if (others) others.push(line)
      else byCount[count] = [line]
      shared[line] = 0
    }
    const found: number[] = []
    for (const lines of byCount.reverse()) {
      if (lines === undefined) continue
      if (found.length + lines.length > 2 * MOST) {
        if (lines.length <= COMMON) found.push(...nearest(lists, left, lines, 2 * MOST - found.length))
        break
      }
      found.push(...lines)
    }
    return found
  }
}

/** Lines of an amount that many have, by a token besides; made when first asked. */
function amountAndToken(side: Side) {
  const made = new Map<number, Map<number, number[]>>()
  const none: readonly number[] = []
  return (amount: number, token: number): readonly number[] => {
    let tokens = made.get(amount)
    if (!tokens) {
      tokens = new Map()
      for (const line of side.byAmount.get(amount) ?? none) {
        for (const each of new Set([...side.marks[line]!, ...side.words[line]!])) {
          const lines = tokens.get(each)
          if (lines) lines.push(line)
          else tokens.set(each, [line])
        }
      }
      made.set(amount, tokens)
    }
    return tokens.get(token) ?? none
  }
}

/** The numbers of a line's amount less each known fee. */
function feeNumbers({ ours, theirs }: Prepared, { fees }: Evidence): (left: number) => readonly number[] {
  const bySize = new Map<bigint, number[]>()
  for (const [number, [line]] of theirs.byAmount) {
    const amount = theirs.amount[line!]!
    const size = amount < 0n ? -amount : amount
    const known = bySize.get(size)
    if (known) known.push(number)
    else bySize.set(size, [number])
  }
  return left => {
    const amount = ours.amount[left]!
    if (amount === null || fees.size === 0) return []
    const size = amount < 0n ? -amount : amount
    return [...fees].flatMap(fee => bySize.get(size - fee) ?? [])
  }
}

/** Those nearest to the day of a line, the earlier in the list first where two are as near. */
function nearest({ ours, theirs }: Prepared, left: number, lines: readonly number[], most: number): readonly number[] {
  // Lists of thousands of one amount are in the order of their days nearly always: their middle is found by halving.
  const window = lines.length > 4 * COMMON ? around(ours, theirs, left, lines) : lines
  return window
    .map(line => [Math.abs((delayOf(ours, theirs, left, line) ?? 0) - 1), line] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    .slice(0, most)
    .map(([, line]) => line)
}

function around(ours: Side, theirs: Side, left: number, lines: readonly number[]): readonly number[] {
  const day = ours.day[left]!
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (theirs.day[lines[middle]!]! < day) low = middle + 1
    else high = middle
  }
  return lines.slice(Math.max(0, low - COMMON), low + COMMON)
}
