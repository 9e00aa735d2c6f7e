// An attack: who reads all that was ever shown of some households sets it up as equations, and solves them for small groups.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Words } from '#kernel'
import { boxed, type Dimension } from './dimensions.ts'
import { hiddenCells, isSmall, LEAST } from './disclosure.ts'
import { markedBy, overall, type Published, tables } from './figures.ts'
import { marksOf } from './marks.ts'
import { along, type Figures, type Sums, sumsOf, tallyOf, tallyOfLaw, total } from './tally.ts'

const words: Words = { fr: '', ar: '', en: '' }
const dimension = (name: Dimension['name'], size: number) => ({
  name,
  groups: Array.from({ length: size }, (_, group) => ({ code: `${group}`, words })),
})
const dimensions = [dimension('region', 5), dimension('area', 2), dimension('size', 3)]
const CELLS = 30

/** Eligible where a household's number lies under a limit; a few are decided the other way round. */
type Law = { readonly limit: number; readonly turned: readonly number[] }
type World = {
  readonly seed: number
  readonly size: number
  readonly weight: number
  readonly studies: readonly Law[][]
}

const law = fc.record({
  limit: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 440, max: 560 }) }, fc.integer({ min: 0, max: 1000 })),
  turned: fc.array(fc.nat(300), { maxLength: 4 }),
})
const worlds: fc.Arbitrary<World> = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 20, max: 300 }),
  weight: fc.constantFrom(1, 1, 3.25),
  studies: fc.array(fc.array(law, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
})

/** A number from 0 to `below`, the same for the same place. */
function drawn(seed: number, place: number, below: number): number {
  let mixed = Math.imul(seed ^ (place * 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below
}

function decidedBy({ seed, size }: World, { limit, turned }: Law) {
  const outcome = Uint8Array.from({ length: size }, (_, h) => {
    const eligible = drawn(seed, h, 1000) < limit
    return eligible !== turned.includes(h) ? 0 : 1
  })
  return { outcome, amount: null }
}

/** Unknowns with what is known of them, as rows of an elimination. */
class Attack {
  readonly #places = new Map<string, number>()
  readonly #equations: { readonly terms: readonly (readonly [string, number])[]; readonly value: number }[] = []
  readonly #bounds: { readonly name: string; readonly by: readonly (readonly [string, number])[] }[] = []
  readonly #rows: { readonly pivot: number; readonly row: Map<number, number> }[] = []

  /** @param value what the sum of the terms is known to be; it goes into the bounds. */
  learns(terms: Readonly<Record<string, number>>, value?: number): void {
    if (value !== undefined) this.#equations.push({ terms: Object.entries(terms), value })
    const row = this.#reduced(terms)
    const pivot = [...row.keys()][0]
    if (pivot === undefined) return
    const by = row.get(pivot) as number
    for (const [place, factor] of row) row.set(place, factor / by)
    for (const other of this.#rows) subtract(other.row, row, other.row.get(pivot) ?? 0)
    this.#rows.push({ pivot, row })
  }

  /** One unknown is known never to be above the sum of others. */
  bounded(name: string, by: Readonly<Record<string, number>>): void {
    this.#bounds.push({ name, by: Object.entries(by) })
  }

  /** Between which numbers each unknown must lie, none being negative: bounds narrowed by bounds until nothing moves. */
  confined(): ReadonlyMap<string, readonly [number, number]> {
    const within = new Map<string, [number, number]>()
    const of = (name: string) => within.getOrInsertComputed(name, () => [0, Number.POSITIVE_INFINITY])
    let moved = true
    const narrow = (name: string, low: number, high: number) => {
      const now = of(name)
      if (low > now[0] + 1e-6) [now[0], moved] = [low, true]
      if (high < now[1] - 1e-6) [now[1], moved] = [high, true]
    }
    /** The least and the most that some terms come to, without one of them. */
    const span = (terms: readonly (readonly [string, number])[], without?: string) => {
      let [least, most] = [0, 0]
      for (const [name, factor] of terms) {
        if (name === without) continue
        const [low, high] = of(name)
        least += factor > 0 ? factor * low : factor * high
        most += factor > 0 ? factor * high : factor * low
      }
      return [least, most] as const
    }
    for (let pass = 0; moved && pass < 200; pass++) {
      moved = false
      for (const { terms, value } of this.#equations) {
        for (const [name, factor] of terms) {
          const [least, most] = span(terms, name)
          const ends = [(value - least) / factor, (value - most) / factor]
          narrow(name, Math.min(...ends), Math.max(...ends))
        }
      }
      for (const { name, by } of this.#bounds) {
        narrow(name, 0, span(by)[1])
        for (const [other, factor] of by) {
          // What it is at least, the sum is at least.
          if (factor > 0) narrow(other, (of(name)[0] - span(by, other)[1]) / factor, Number.POSITIVE_INFINITY)
          else narrow(other, 0, (span(by, other)[1] - of(name)[0]) / -factor)
        }
      }
    }
    return within
  }

  /** Whether the sum of the terms follows from what is known. */
  pins(terms: Readonly<Record<string, number>>): boolean {
    return this.#reduced(terms).size === 0
  }

  #reduced(terms: Readonly<Record<string, number>>): Map<number, number> {
    const row = new Map<number, number>()
    for (const [name, factor] of Object.entries(terms)) {
      const place = this.#places.getOrInsert(name, this.#places.size)
      row.set(place, (row.get(place) ?? 0) + factor)
    }
    for (const known of this.#rows) subtract(row, known.row, row.get(known.pivot) ?? 0)
    for (const [place, factor] of row) if (factor === 0) row.delete(place)
    return row
  }
}

function subtract(row: Map<number, number>, known: ReadonlyMap<number, number>, times: number): void {
  if (times === 0) return
  for (const [place, factor] of known) {
    const left = (row.get(place) ?? 0) - times * factor
    if (Math.abs(left) < 1e-9) row.delete(place)
    else row.set(place, left)
  }
}

type Measure = 'households' | 'reachedBefore' | 'reached' | 'gainers' | 'losers'
/** What the attacker calls a column: the same law tried again is the same unknown. */
type Column = { readonly name: string; readonly measure: Measure; readonly sums: Sums; readonly counts: number[][] }

/** Publishes every study of a world as the studio does, and lets the attacker read all of it. */
function published(world: World) {
  const { seed, size, weight, studies } = world
  const place = Uint32Array.from({ length: size }, (_, h) => {
    const often = drawn(seed + 1, h, 100)
    return often < 70 ? often % 6 : drawn(seed + 2, h, CELLS)
  })
  const box = boxed(dimensions, place)
  const part = {
    box,
    offsets: Int32Array.from({ length: size + 1 }, (_, h) => h),
    weights: new Float64Array(size).fill(weight),
    meant: null,
    sign: 1 as const,
  }
  const before = decidedBy(world, { limit: 500, turned: [] })
  const attack = new Attack()
  const columns = new Map<string, Column>()
  const reads = (sums: Sums, named: Record<Measure, string>, earlier: readonly Published[]) => {
    const totals = total(dimensions, sums)
    const shown = tables(dimensions, sums, earlier)
    const whole = overall(totals, earlier)
    for (const [measure, name] of Object.entries(named) as [Measure, string][]) {
      const counts = dimensions.map((_, each) => along(dimensions, sums, each).map(figures => figures[measure]))
      columns.set(name, { name, measure, sums, counts })
      if (whole[measure] !== null) attack.learns({ [`${name} whole`]: 1 }, totals[measure])
      shown.tables.forEach(({ rows }, at) => {
        const known = new Map(rows.map(row => [row.code, row[measure]]))
        const cells = counts[at]!.map((_, cell) => `${name} ${at} ${cell}`)
        attack.learns({ [`${name} whole`]: -1, ...Object.fromEntries(cells.map(cell => [cell, 1])) }, 0)
        for (const [group, cell] of cells.entries()) {
          // A group that is not there has nobody.
          if (known.get(`${group}`) !== null) attack.learns({ [cell]: 1 }, counts[at]![group])
        }
      })
    }
    linked(attack, named)
    assert.equal(totals.reached, totals.reachedBefore + totals.gainers - totals.losers)
    return shown.published
  }
  let all: Published[] = []
  for (const study of studies) {
    const own: Published[] = []
    for (const each of study) {
      const after = decidedBy(world, each)
      const key = after.outcome.join('')
      const named = {
        households: 'all',
        reachedBefore: before.outcome.join(''),
        reached: key,
        gainers: `gain ${key}`,
        losers: `lose ${key}`,
      }
      const sums = sumsOf(box, tallyOf(part, tallyOfLaw(part, before), before, after))
      own.push(...reads(sums, named, [...all, ...own]))
    }
    all = [...all, ...own]
  }
  return { attack, columns: [...columns.values()] }
}

/** Where no amount is given, who is reached now is who was, with those who gain and without those who lose. */
function linked(
  attack: Attack,
  { households, reachedBefore, reached, gainers, losers }: Record<Measure, string>,
): void {
  const cells = dimensions.flatMap(({ groups }, at) => groups.map((_, cell) => ` ${at} ${cell}`))
  for (const cell of [' whole', ...cells]) {
    for (const part of [reached, reachedBefore]) attack.bounded(`${part}${cell}`, { [`${households}${cell}`]: 1 })
    attack.bounded(`${losers}${cell}`, { [`${reachedBefore}${cell}`]: 1 })
    attack.bounded(`${gainers}${cell}`, { [`${households}${cell}`]: 1, [`${reachedBefore}${cell}`]: -1 })
  }
  if (reachedBefore === reached) return
  for (const cell of [' whole', ...cells]) {
    attack.learns(
      {
        [`${reached}${cell}`]: 1,
        [`${reachedBefore}${cell}`]: -1,
        [`${gainers}${cell}`]: -1,
        [`${losers}${cell}`]: 1,
      },
      0,
    )
  }
}

const family = ({ measure }: Column) => (measure === 'gainers' || measure === 'losers' ? measure : 'reached')
const wholeOf = ({ sums, measure }: Column) => total(dimensions, sums)[measure as keyof Figures]

test('no group of fewer than ten, nor a difference of fewer than ten, follows from all that was ever shown', () => {
  const property = fc.property(worlds, world => {
    const { attack, columns } = published(world)
    const safe = (terms: Readonly<Record<string, number>>, value: number) =>
      assert.ok(!isSmall(Math.abs(value)) || !attack.pins(terms), `${JSON.stringify(terms)}: ${value}`)
    for (const [index, column] of columns.entries()) {
      safe({ [`${column.name} whole`]: 1 }, wholeOf(column))
      column.counts.forEach((counts, at) => {
        for (const [cell, count] of counts.entries()) safe({ [`${column.name} ${at} ${cell}`]: 1 }, count)
      })
      for (const other of columns.slice(0, index)) {
        if (family(column) !== family(other)) continue
        safe({ [`${column.name} whole`]: 1, [`${other.name} whole`]: -1 }, wholeOf(column) - wholeOf(other))
        column.counts.forEach((counts, at) => {
          counts.forEach((count, cell) => {
            const terms = { [`${column.name} ${at} ${cell}`]: 1, [`${other.name} ${at} ${cell}`]: -1 }
            safe(terms, count - other.counts[at]![cell]!)
          })
        })
      }
    }
  })
  fc.assert(property, { numRuns: 100 })
})

/** Where all households together are a few dozen, nothing can be hidden widely: there is not room enough. */
const ROOM = 150

test('nor does it follow between which two near numbers a hidden one lies, where there are more than a few households', () => {
  const property = fc.property(worlds, drawn => {
    const world = { ...drawn, size: Math.max(ROOM, drawn.size) }
    const { attack, columns } = published(world)
    const within = attack.confined()
    for (const { name, counts } of columns) {
      counts.forEach((cells, at) => {
        for (const [cell, count] of cells.entries()) {
          const [low, high] = within.get(`${name} ${at} ${cell}`) ?? [0, Number.POSITIVE_INFINITY]
          assert.ok(low <= count + 1e-3 && high >= count - 1e-3, 'the attacker errs')
          if (!isSmall(count)) continue
          // That it stands for fewer than ten is said by its being hidden: no more than that may be known.
          assert.ok(high - low >= LEAST - world.weight - 1e-3, `${name} ${at} ${cell}: ${count} in ${low}–${high}`)
        }
      })
    }
  })
  fc.assert(property, { numRuns: 60 })
})

/** Everybody eligible is paid by place; a scenario raises all, and a few by more, so that counts are equal and amounts are not. */
type Raise = { readonly limit: number; readonly all: number; readonly more: readonly number[] }
const raises: fc.Arbitrary<Raise> = fc.record({
  limit: fc.constantFrom(500, 500, 500, 600, 400),
  all: fc.constantFrom(0, 1, 1, 2),
  more: fc.array(fc.nat(250), { maxLength: 14 }),
})

test('nor what fewer than ten are paid otherwise in one scenario than in another, though as many are reached and gain', () => {
  const worlds = fc.record({
    seed: fc.nat(),
    size: fc.integer({ min: 60, max: 300 }),
    scenarios: fc.array(raises, { minLength: 2, maxLength: 5 }),
  })
  let told = 0
  const property = fc.property(worlds, ({ seed, size, scenarios }) => {
    const place = Uint32Array.from({ length: size }, (_, h) => drawn(seed + 2, h, CELLS))
    const box = boxed(dimensions, place)
    const part = {
      box,
      offsets: Int32Array.from({ length: size + 1 }, (_, h) => h),
      weights: new Float64Array(size).fill(1),
      meant: null,
      sign: 1 as const,
    }
    const draws = Uint32Array.from({ length: size }, (_, h) => drawn(seed + 3, h, 2 ** 32))
    const paid = ({ limit, all, more }: Raise) => ({
      outcome: Uint8Array.from({ length: size }, (_, h) => (drawn(seed, h, 1000) < limit ? 0 : 1)),
      amount: Float64Array.from({ length: size }, (_, h) => 500 + (h % 5) * 100 + all + (more.includes(h) ? 1000 : 0)),
    })
    const law = paid({ limit: 500, all: 0, more: [] })
    const attack = new Attack()
    const payOf = ({ outcome, amount }: ReturnType<typeof paid>, h: number) => (outcome[h] === 0 ? (amount[h] ?? 0) : 0)
    const laws = [law, ...scenarios.map(paid)]
    let earlier: Published[] = []
    for (const [index, raise] of scenarios.entries()) {
      const after = paid(raise)
      const sums = sumsOf(box, tallyOf(part, tallyOfLaw(part, law), law, after))
      const marked = { law: 'x', marks: marksOf(box, draws, law, after) }
      const shown = tables(dimensions, sums, earlier, marked)
      const all = total(dimensions, sums)
      const whole = overall(all, earlier, markedBy(dimensions, all, marked, 0))
      for (const [measure, column] of [
        ['amountBefore', 0],
        ['amount', index + 1],
      ] as const) {
        if (whole[measure] !== null) attack.learns({ [`${column} whole`]: 1 })
        shown.tables.forEach(({ rows }, at) => {
          const known = new Map(rows.map(row => [row.code, row[measure]]))
          const cells = dimensions[at]!.groups.map((_, cell) => `${column} ${at} ${cell}`)
          attack.learns({ [`${column} whole`]: -1, ...Object.fromEntries(cells.map(cell => [cell, 1])) })
          for (const [group, cell] of cells.entries()) {
            if (known.get(`${group}`) === null) continue
            attack.learns({ [cell]: 1 })
            told++
          }
        })
      }
      earlier = [...earlier, ...shown.published]
    }
    for (let one = 0; one < laws.length; one++) {
      for (let other = 0; other < one; other++) {
        const differing = Array.from({ length: size }, (_, h) => h).filter(
          h => payOf(laws[one]!, h) !== payOf(laws[other]!, h),
        )
        const safe = (name: string, households: number) => {
          const terms = { [`${one} ${name}`]: 1, [`${other} ${name}`]: -1 }
          assert.ok(!isSmall(households) || !attack.pins(terms), `${one} ${other} ${name}: ${households}`)
        }
        safe('whole', differing.length)
        dimensions.forEach(({ groups }, at) => {
          const inner = dimensions.slice(at + 1).reduce((product, each) => product * each.groups.length, 1)
          for (const cell of groups.keys()) {
            const here = differing.filter(h => Math.floor(place[h]! / inner) % groups.length === cell)
            safe(`${at} ${cell}`, here.length)
          }
        })
      }
    }
  })
  fc.assert(property, { numRuns: 100 })
  assert.ok(told > 1000, `${told} amounts were shown`)
})

test('much is still shown where groups are large', () => {
  const counts = [400, 300, 250, 90]
  assert.deepEqual(
    hiddenCells([{ counts, against: [{ counts: [350, 260, 200, 60] }] }]),
    counts.map(() => false),
  )
  assert.deepEqual(hiddenCells([{ counts: [400, 300, 4, 90], against: [] }]), [false, false, true, true])
})
