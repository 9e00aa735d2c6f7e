/** An edge between two lists with what it is worth, a whole number above nothing. */
export type Edge = { readonly left: number; readonly right: number; readonly worth: number }

export type Assignment = {
  /** For each line of ours that is paired, that of theirs. */
  readonly rightOf: ReadonlyMap<number, number>
  /** Lines of groups too entangled to be solved exactly: paired from the best edge down. */
  readonly greedy: number
}

/** Work allowed for one group of entangled lines: its lines on the left times its edges. */
const MOST_WORK = 20_000_000

/**
 * The one-to-one pairing of the greatest worth. Groups of lines that edges tie together are solved each by itself, exactly
 * (shortest augmenting paths); one beyond {@link MOST_WORK} from its best edge down, and its lines are counted.
 */
export function assign(edges: readonly Edge[]): Assignment {
  const rightOf = new Map<number, number>()
  let greedy = 0
  for (const group of groupsOf(edges)) {
    const lefts = new Set(group.map(edge => edge.left)).size
    if (group.length === 1) rightOf.set(group[0]!.left, group[0]!.right)
    else if (lefts * group.length <= MOST_WORK) exactly(group, rightOf)
    else {
      greedy += lefts
      fromTheBest(group, rightOf)
    }
  }
  return { rightOf, greedy }
}

function groupsOf(edges: readonly Edge[]): Edge[][] {
  const parent = new Map<number, number>()
  const root = (node: number): number => {
    let top = node
    for (let up = parent.get(top); up !== undefined && up !== top; up = parent.get(top)) top = up
    for (let at = node; at !== top; ) {
      const next = parent.get(at) ?? top
      parent.set(at, top)
      at = next
    }
    return top
  }
  // Lines of theirs are numbered below nothing: one space for both.
  for (const { left, right } of edges) {
    const a = root(left)
    const b = root(-right - 1)
    if (a !== b) parent.set(b, a)
  }
  const groups = new Map<number, Edge[]>()
  for (const edge of edges) {
    const top = root(edge.left)
    const known = groups.get(top)
    if (known) known.push(edge)
    else groups.set(top, [edge])
  }
  return [...groups.values()]
}

function fromTheBest(edges: readonly Edge[], rightOf: Map<number, number>): void {
  const taken = new Set<number>()
  for (const { left, right } of edges.toSorted((a, b) => b.worth - a.worth || a.left - b.left || a.right - b.right)) {
    if (rightOf.has(left) || taken.has(right)) continue
    rightOf.set(left, right)
    taken.add(right)
  }
}

type Arc = { readonly to: number; readonly cost: number }

/** Each line of ours in turn takes the cheapest way to a free line of theirs, or to staying alone, which costs `most`. */
function exactly(edges: readonly Edge[], rightOf: Map<number, number>): void {
  const lefts = [...new Set(edges.map(edge => edge.left))].sort((a, b) => a - b)
  const rights = [...new Set(edges.map(edge => edge.right))].sort((a, b) => a - b)
  const leftAt = new Map(lefts.map((line, at) => [line, at]))
  const rightAt = new Map(rights.map((line, at) => [line, at]))
  const most = edges.reduce((high, { worth }) => Math.max(high, worth), 0)
  // A place of its own for each of ours to stay alone in: then all are placed, at the least cost.
  const arcs: Arc[][] = lefts.map((_, at) => [{ to: rights.length + at, cost: most }])
  for (const { left, right, worth } of edges) {
    arcs[leftAt.get(left)!]!.push({ to: rightAt.get(right)!, cost: most - worth })
  }
  const holder = cheapest(arcs, rights.length + lefts.length)
  holder.forEach((left, at) => {
    if (left >= 0 && at < rights.length) rightOf.set(lefts[left]!, rights[at]!)
  })
}

type Way = {
  /** The free place that is nearest, and how far. */
  readonly free: number
  readonly last: number
  readonly from: ReadonlyMap<number, number>
  readonly reached: ReadonlyMap<number, number>
}

/** Who holds each place, -1 for nobody, once everyone is placed at the least cost. Prices keep reduced costs above nothing. */
function cheapest(arcs: readonly (readonly Arc[])[], places: number): Int32Array {
  const holder = new Int32Array(places).fill(-1)
  const held = new Int32Array(arcs.length).fill(-1)
  const price = new Float64Array(places)
  for (let start = 0; start < arcs.length; start++) {
    const { free, last, from, reached } = nearestFree(start, arcs, { holder, held, price })
    for (const [place, reach] of reached) price[place]! += reach - last
    for (let place = free; ; ) {
      const taker = from.get(place)!
      const left = held[taker]!
      holder[place] = taker
      held[taker] = place
      if (taker === start) break
      place = left
    }
  }
  return holder
}

type Placed = { readonly holder: Int32Array; readonly held: Int32Array; readonly price: Float64Array }

/** Dijkstra from one person over those whose place would be taken. */
function nearestFree(start: number, arcs: readonly (readonly Arc[])[], { holder, held, price }: Placed): Way {
  const distance = new Map<number, number>()
  const from = new Map<number, number>()
  const reached = new Map<number, number>()
  const heap = new Heap()
  let person = start
  let base = 0
  for (;;) {
    for (const { to, cost } of arcs[person]!) {
      const reach = base + cost - price[to]!
      if (reached.has(to) || reach >= (distance.get(to) ?? Number.POSITIVE_INFINITY)) continue
      distance.set(to, reach)
      from.set(to, person)
      heap.push(reach, to)
    }
    const [reach, place] = heap.pop()
    if (reached.has(place)) continue
    reached.set(place, reach)
    if (holder[place]! < 0) return { free: place, last: reach, from, reached }
    person = holder[place]!
    // The cost of what this person holds is in the way to it already.
    const own = arcs[person]!.find(({ to }) => to === held[person])!
    base = reach - (own.cost - price[own.to]!)
  }
}

/** The least first; of two as near, the place of the lower number. */
class Heap {
  readonly #items: (readonly [number, number])[] = []

  push(reach: number, place: number): void {
    const items = this.#items
    const item = [reach, place] as const
    let at = items.push(item) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!before(item, items[up]!)) break
      items[at] = items[up]!
      at = up
    }
    items[at] = item
  }

  pop(): readonly [number, number] {
    const items = this.#items
    const top = items[0]!
    const item = items.pop()!
    if (items.length === 0) return top
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= items.length) break
      if (down + 1 < items.length && before(items[down + 1]!, items[down]!)) down++
      if (!before(items[down]!, item)) break
      items[at] = items[down]!
      at = down
    }
    items[at] = item
    return top
  }
}

function before(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}
