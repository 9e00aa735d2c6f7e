import { DayTotals } from './day-totals.ts'
import { currenciesAgree, delayOf, type Points, size } from './evidence.ts'
import { NO_DAY, type Prepared, type Side } from './prepared.ts'
import { exactSum } from './sums.ts'

/** One line of a side and those of the other whose sum it is. */
export type Group = { readonly one: number; readonly many: readonly number[] }

export type GroupSearch = {
  readonly lists: Prepared
  /** The one is of theirs (a bank pays several instructions at once), or of ours. */
  readonly oneIsTheirs: boolean
  readonly free: { readonly ours: ReadonlySet<number>; readonly theirs: ReadonlySet<number> }
  /** What reference and words of a pair say, from {@link pairScorer}. */
  readonly named: (left: number, right: number) => Points
}

/** Days before and after the one in which the many are looked for. */
const WINDOW = 45
/** Tokens that more free lines have do not gather a group. */
const COMMON = 400
const MOST_CHOSEN = 24
const SURE: Points = 500

/**
 * Finds lines that are the exact sum of several of the other list: all those of one reference, of one name, or of one day;
 * else the one set, among those of a reference or name, that adds up. Lines without anything in common but a sum are left
 * alone: among enough amounts some set adds up to anything.
 */
export function findGroups(search: GroupSearch): Group[] {
  const { lists, oneIsTheirs } = search
  const [oneSide, manySide] = oneIsTheirs ? [lists.theirs, lists.ours] : [lists.ours, lists.theirs]
  const [freeOne, freeMany] = oneIsTheirs
    ? [search.free.theirs, search.free.ours]
    : [search.free.ours, search.free.theirs]
  const left = new Set(freeMany)
  const index = indexOf(manySide, left)
  const totals = new DayTotals(manySide, left)
  const groups: Group[] = []
  // The largest first: what makes a large sum is not to be used up for a small one.
  const ones = [...freeOne].filter(line => (oneSide.amount[line] ?? 0n) !== 0n)
  ones.sort((a, b) => {
    const [x, y] = [size(oneSide.amount[a]!), size(oneSide.amount[b]!)]
    return x === y ? a - b : x > y ? -1 : 1
  })
  for (const one of ones) {
    const many = gather(search, one, { oneSide, manySide, left, index, totals })
    if (!many) continue
    for (const line of many) {
      left.delete(line)
      totals.remove(line)
    }
    groups.push({ one, many })
  }
  return groups
}

type Around = {
  readonly oneSide: Side
  readonly manySide: Side
  readonly left: ReadonlySet<number>
  readonly totals: DayTotals
  readonly index: {
    readonly byToken: ReadonlyMap<number, readonly number[]>
    readonly byDay: ReadonlyMap<number, readonly number[]>
  }
}

function indexOf(side: Side, free: ReadonlySet<number>): Around['index'] {
  const byToken = new Map<number, number[]>()
  const byDay = new Map<number, number[]>()
  const put = (map: Map<number, number[]>, key: number, line: number) => {
    const known = map.get(key)
    if (known) known.push(line)
    else map.set(key, [line])
  }
  for (const line of free) {
    for (const token of new Set([...side.marks[line]!, ...side.words[line]!])) put(byToken, token, line)
    if (side.day[line] !== NO_DAY) put(byDay, side.day[line]!, line)
  }
  return { byToken, byDay }
}

function gather(search: GroupSearch, one: number, around: Around): readonly number[] | undefined {
  const { oneSide, manySide, index } = around
  const total = size(oneSide.amount[one]!)
  const amountOf = (line: number) => size(manySide.amount[line]!)
  const whole = (lines: readonly number[]) =>
    lines.length >= 2 && lines.reduce((sum, line) => sum + amountOf(line), 0n) === total ? lines : undefined
  for (const mark of oneSide.marks[one]!) {
    const lines = usable(search, one, index.byToken.get(mark), around)
    const found = whole(lines) ?? (lines.length >= 2 ? chosen(lines, amountOf, total) : undefined)
    if (found) return found
  }
  const named = namesakes(search, one, around)
  const found = whole(named) ?? (named.length >= 2 ? chosen(named, amountOf, total) : undefined)
  return found ?? wholeDay(search, one, around)
}

/** Every free line of one of the days up to that of the one: what leaves together often comes as one. */
function wholeDay(search: GroupSearch, one: number, around: Around): readonly number[] | undefined {
  const { oneSide, index, totals } = around
  const { signs } = search.lists
  const day = oneSide.day[one]!
  if (day === NO_DAY) return undefined
  const amount = oneSide.amount[one]!
  const positive = signs === 'absolute' ? undefined : amount > 0n === (signs === 'same')
  const way = search.oneIsTheirs ? -1 : 1
  for (let away = 0; away <= 5; away++) {
    const on = day + way * away
    const { count, sum } = totals.of(on, positive, oneSide.currency[one]!)
    if (count >= 3 && sum === size(amount)) return usable(search, one, index.byDay.get(on), around, true)
  }
  return undefined
}

function usable(
  { lists, oneIsTheirs }: GroupSearch,
  one: number,
  lines: readonly number[] | undefined,
  { oneSide, manySide, left }: Around,
  any = false,
): number[] {
  if (lines === undefined || (!any && lines.length > COMMON)) return []
  const sign = oneSide.amount[one]! > 0n
  return lines.filter(line => {
    const amount = manySide.amount[line] ?? null
    if (!left.has(line) || amount === null || amount === 0n) return false
    if (lists.signs !== 'absolute' && (amount > 0n === sign) !== (lists.signs === 'same')) return false
    const [own, other] = oneIsTheirs ? [line, one] : [one, line]
    if (!currenciesAgree(lists.ours, lists.theirs, own, other)) return false
    const days = delayOf(lists.ours, lists.theirs, own, other)
    return days === undefined || Math.abs(days) <= WINDOW
  })
}

/** Free lines whose name goes with that of the one. */
function namesakes(search: GroupSearch, one: number, around: Around): number[] {
  const near = new Set<number>()
  for (const word of around.oneSide.words[one]!) {
    for (const line of usable(search, one, around.index.byToken.get(word), around)) near.add(line)
  }
  const said = (line: number) => (search.oneIsTheirs ? search.named(line, one) : search.named(one, line))
  return [...near].filter(line => said(line) >= SURE).sort((a, b) => a - b)
}

function chosen(
  lines: readonly number[],
  amountOf: (line: number) => bigint,
  total: bigint,
): readonly number[] | undefined {
  if (lines.length > MOST_CHOSEN) return undefined
  const { found } = exactSum(lines.map(amountOf), total, 12)
  return found?.map(place => lines[place]!).sort((a, b) => a - b)
}
