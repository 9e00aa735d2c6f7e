// From sums to figures that may be shown: rounded to whole households and minor units, small ones hidden.
import type { Words } from '#kernel'
import type { Dimension } from './dimensions.ts'
import { hiddenCells, isSmall, type ShownColumn } from './disclosure.ts'
import { decidedOtherwise, type MarkedColumn, type Marks, marksAlong, marksIn, marksText } from './marks.ts'
import { along, type Figures, type Sums, total } from './tally.ts'

/** Null where the number would tell of too few households. Amounts in minor units. */
export type Shown = {
  readonly households: number | null
  readonly people: number | null
  readonly reachedBefore: number | null
  readonly reached: number | null
  readonly peopleBefore: number | null
  readonly peopleReached: number | null
  readonly amountBefore: bigint | null
  readonly amount: bigint | null
  readonly gainers: number | null
  readonly losers: number | null
  readonly gained: bigint | null
  readonly lost: bigint | null
}

export type Row = Shown & { readonly code: string; readonly words: Words }
export type Table = { readonly by: Dimension['name']; readonly rows: readonly Row[] }

/**
 * Counts of a table as they were, and which were hidden, by which a later study on the same households is held back: those
 * whom the law reaches, or whom a scenario reaches, with those who gain and lose by it.
 */
export type Published = {
  /** A breakdown; `moves` with the programmes watched; `reach`. */
  readonly by: string
  readonly reached: readonly number[]
  readonly gainers?: readonly number[]
  readonly losers?: readonly number[]
  readonly hidden?: readonly boolean[]
  /** What tells for whom a scenario decides otherwise (`marks.ts`), and the law that it is held against. */
  readonly marks?: string
  readonly law?: string
}

/** Marks of a scenario, and the version of the law that it is held against. */
export type Marked = { readonly law: string; readonly marks: Marks }

/** The nation as a whole. */
export function overall(
  sums: Figures,
  published: readonly Published[] = [],
  regions?: MarkedColumn,
): Shown & { readonly undetermined: number } {
  const { before, now } = wholesHidden(sums, published, regions)
  return {
    ...shown(sums, { households: false, before, now }),
    undetermined: Math.round(sums.undetermined),
  }
}

/** Whether the nation's own numbers tell of a few: by themselves, against each other or against what was shown before. */
function wholesHidden(
  sums: Figures,
  published: readonly Published[],
  regions: MarkedColumn | undefined,
): { before: boolean; now: boolean } {
  const first = published.filter(({ by }) => by === 'region')
  const near = (count: number, measure: 'reached' | 'gainers' | 'losers', ...others: number[]) => {
    const earlier = first.flatMap(each => each[measure]?.reduce((sum, one) => sum + one, 0) ?? [])
    return isSmall(count) || [...others, ...earlier].some(other => isSmall(Math.abs(count - other)))
  }
  const { households, reachedBefore, reached, gainers, losers } = sums
  const all = Array.from(first[0]?.reached ?? [], (_, group) => group)
  const before = near(reachedBefore, 'reached', households)
  return {
    before,
    now:
      before ||
      near(reached, 'reached', households, reachedBefore) ||
      near(gainers, 'gainers') ||
      near(losers, 'losers') ||
      first.some(each => isSmall(decidedOtherwise(regions, markedOf(each, regions), all) ?? 0)),
  }
}

/** What was published of a column, to be held against one of the same law. */
function markedOf({ marks, law }: Published, own: MarkedColumn | undefined): MarkedColumn | undefined {
  if (own === undefined || marks === undefined || law !== own.law) return undefined
  return { law, marks: marksIn(marks), each: own.each }
}

/** The marks of one dimension of a scenario. */
export function markedBy(
  dimensions: readonly Dimension[],
  { households, rows }: Pick<Figures, 'households' | 'rows'>,
  marked: Marked | undefined,
  dimension: number,
): MarkedColumn | undefined {
  if (marked === undefined) return undefined
  return {
    law: marked.law,
    marks: marksAlong(dimensions, marked.marks, dimension),
    each: rows === 0 ? 1 : households / rows,
  }
}

/** A table for each dimension, and what it publishes; groups in which nobody lives are left out. */
export function tables(
  dimensions: readonly Dimension[],
  sums: Sums,
  earlier: readonly Published[] = [],
  marked?: Marked,
): { readonly tables: Table[]; readonly published: Published[] } {
  const all = total(dimensions, sums)
  const whole = wholesHidden(all, earlier, markedBy(dimensions, all, marked, 0))
  const made = dimensions.map(({ name, groups }, dimension) => {
    const figures = along(dimensions, sums, dimension)
    const column = markedBy(dimensions, all, marked, dimension)
    const columns = published(
      name,
      figures,
      earlier.filter(({ by }) => by === name),
      whole,
      column,
    )
    const rows = groups.flatMap(({ code, words }, group): Row[] => {
      const each = figures[group] as Figures
      if (each.households === 0) return []
      const at = {
        households: columns.households[group] as boolean,
        before: columns.before.hidden?.[group] as boolean,
        now: columns.now.hidden?.[group] as boolean,
      }
      return [{ code, words, ...shown(each, at) }]
    })
    return { table: { by: name, rows }, published: [columns.before, columns.now] }
  })
  return { tables: made.map(each => each.table), published: made.flatMap(each => each.published) }
}

/** The columns of a table. One that was shown before is shown as it was: hidden otherwise, the two would tell together. */
function published(
  by: Table['by'],
  sums: readonly Figures[],
  earlier: readonly Published[],
  whole: { readonly before: boolean; readonly now: boolean },
  marked: MarkedColumn | undefined,
) {
  const of = (measure: keyof Figures) => sums.map(each => each[measure])
  const columnsOf = (measure: 'reached' | 'gainers' | 'losers', among: readonly Published[]): ShownColumn[] =>
    among.flatMap(each => {
      const counts = each[measure]
      if (counts === undefined) return []
      return [{ counts, hidden: each.hidden, marked: measure === 'reached' ? markedOf(each, marked) : undefined }]
    })
  const all: ShownColumn = {
    counts: of('households'),
    hidden: hiddenCells([{ counts: of('households'), against: [] }]),
  }
  const law = { by, reached: of('reachedBefore') }
  // Of a group that is hidden, whom it counts at least would follow from who is reached.
  const reachedBefore = { counts: law.reached, against: [all, ...columnsOf('reached', earlier)] }
  const before: Published = {
    ...law,
    hidden: asShown(law, earlier, undefined) ?? hiddenCells([reachedBefore], whole.before, all.hidden),
  }
  const known = [before, ...earlier]
  const scenario = {
    by,
    reached: of('reached'),
    gainers: of('gainers'),
    losers: of('losers'),
    ...(marked && { marks: marksText(marked.marks), law: marked.law }),
  }
  // Who was reached follows from who is, who gains and who loses; and a count that was hidden before stays so.
  const also = sums.map((_, cell) =>
    known.some(each => each.hidden?.[cell] && (each === before || sameCounts(scenario, each))),
  )
  const hide = () =>
    hiddenCells(
      [
        { counts: scenario.reached, against: [all, ...columnsOf('reached', known)], marked },
        { counts: scenario.gainers, against: columnsOf('gainers', known) },
        { counts: scenario.losers, against: columnsOf('losers', known) },
      ],
      whole.now,
      also,
    )
  // Where the nation's own number is held back for an earlier one, groups of it would lead there by way of a third column.
  const nothing = () => sums.map(() => true)
  const now: Published = { ...scenario, hidden: asShown(scenario, known, marked) ?? (whole.now ? nothing() : hide()) }
  return { households: all.hidden as readonly boolean[], before, now }
}

function sameCounts(column: Published, other: Published): boolean {
  const same = (one: readonly number[], two: readonly number[] | undefined) =>
    one.every((count, cell) => Math.abs(count - (two?.[cell] ?? 0)) < 1e-6)
  return (
    same(column.reached, other.reached) &&
    same(column.gainers ?? [], other.gainers) &&
    same(column.losers ?? [], other.losers)
  )
}

/** What was hidden of the same column where it was shown before: the same counts, and nobody decided otherwise. */
function asShown(
  column: Published,
  earlier: readonly Published[],
  marked: MarkedColumn | undefined,
): readonly boolean[] | undefined {
  const groups = column.reached.map((_, group) => group)
  const found = earlier.find(each => {
    if (each.hidden === undefined || !sameCounts(column, each)) return false
    const theirs = markedOf(each, marked)
    return groups.every(group => (decidedOtherwise(marked, theirs, [group]) ?? 0) === 0)
  })
  return found?.hidden
}

type Hidden = Readonly<Record<'households' | 'before' | 'now', boolean>>

function shown(sums: Figures, hidden: Hidden): Shown {
  const count = (value: number, isHidden: boolean) => (isHidden ? null : Math.round(value))
  const money = (value: number, isHidden: boolean) => (isHidden ? null : BigInt(Math.round(value)))
  return {
    households: count(sums.households, hidden.households),
    people: count(sums.people, hidden.households),
    reachedBefore: count(sums.reachedBefore, hidden.before),
    reached: count(sums.reached, hidden.now),
    peopleBefore: count(sums.peopleBefore, hidden.before),
    peopleReached: count(sums.peopleReached, hidden.now),
    amountBefore: money(sums.amountBefore, hidden.before),
    amount: money(sums.amount, hidden.now),
    gainers: count(sums.gainers, hidden.now),
    losers: count(sums.losers, hidden.now),
    gained: money(sums.gained, hidden.now),
    lost: money(sums.lost, hidden.now),
  }
}
