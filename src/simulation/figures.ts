// From sums to figures that may be shown: rounded to whole households and minor units, small ones hidden.
import type { Words } from '#kernel'
import type { Box } from './dimensions.ts'
import { hiddenCells, isSmall, type ShownColumn } from './disclosure.ts'
import { along, type Figures, type Tally, total } from './tally.ts'

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
export type Table = { readonly by: Box['dimensions'][number]['name']; readonly rows: readonly Row[] }

/**
 * Counts of a table as they were, and which were hidden, by which a later study on the same households is held back: those
 * whom the law reaches, or whom a scenario reaches, with those who gain and lose by it.
 */
export type Published = {
  readonly by: Table['by']
  readonly reached: readonly number[]
  readonly gainers?: readonly number[]
  readonly losers?: readonly number[]
  readonly hidden?: readonly boolean[]
}

/** The nation as a whole. */
export function overall(tally: Tally, published: readonly Published[] = []): Shown & { readonly undetermined: number } {
  const sums = total(tally)
  const { before, now } = wholesHidden(sums, published)
  return {
    ...shown(sums, { households: false, before, now }),
    undetermined: Math.round(sums.undetermined),
  }
}

/** Whether the nation's own numbers tell of a few: by themselves, against each other or against what was shown before. */
function wholesHidden(sums: Figures, published: readonly Published[]): { before: boolean; now: boolean } {
  const first = published.filter(({ by }) => by === published[0]?.by)
  const near = (count: number, measure: 'reached' | 'gainers' | 'losers', ...others: number[]) => {
    const earlier = first.flatMap(each => each[measure]?.reduce((sum, one) => sum + one, 0) ?? [])
    return isSmall(count) || [...others, ...earlier].some(other => isSmall(Math.abs(count - other)))
  }
  const { households, reachedBefore, reached, gainers, losers } = sums
  const before = near(reachedBefore, 'reached', households)
  return {
    before,
    now:
      before ||
      near(reached, 'reached', households, reachedBefore) ||
      near(gainers, 'gainers') ||
      near(losers, 'losers'),
  }
}

/** A table for each dimension, and what it publishes; groups in which nobody lives are left out. */
export function tables(
  box: Omit<Box, 'place'>,
  tally: Tally,
  earlier: readonly Published[] = [],
): { readonly tables: Table[]; readonly published: Published[] } {
  const whole = wholesHidden(total(tally), earlier)
  const made = box.dimensions.map(({ name, groups }, dimension) => {
    const sums = along(box, tally, dimension)
    const columns = published(
      name,
      sums,
      earlier.filter(({ by }) => by === name),
      whole,
    )
    const rows = groups.flatMap(({ code, words }, group): Row[] => {
      const each = sums[group] as Figures
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
) {
  const of = (measure: keyof Figures) => sums.map(each => each[measure])
  const columnsOf = (measure: 'reached' | 'gainers' | 'losers', among: readonly Published[]): ShownColumn[] =>
    among.flatMap(each => {
      const counts = each[measure]
      return counts === undefined ? [] : [{ counts, hidden: each.hidden }]
    })
  const all: ShownColumn = {
    counts: of('households'),
    hidden: hiddenCells([{ counts: of('households'), against: [] }]),
  }
  const law = { by, reached: of('reachedBefore') }
  const reachedBefore = { counts: law.reached, against: [all, ...columnsOf('reached', earlier)] }
  const before: Published = { ...law, hidden: asShown(law, earlier) ?? hiddenCells([reachedBefore], whole.before) }
  const known = [before, ...earlier]
  const scenario = { by, reached: of('reached'), gainers: of('gainers'), losers: of('losers') }
  const hide = () =>
    hiddenCells(
      [
        { counts: scenario.reached, against: [all, ...columnsOf('reached', known)] },
        { counts: scenario.gainers, against: columnsOf('gainers', known) },
        { counts: scenario.losers, against: columnsOf('losers', known) },
      ],
      whole.now,
      // Who was reached follows from who is, who gains and who loses.
      before.hidden,
    )
  const now: Published = { ...scenario, hidden: asShown(scenario, known) ?? hide() }
  return { households: all.hidden as readonly boolean[], before, now }
}

/** What was hidden of the same column where it was shown before. */
function asShown(column: Published, earlier: readonly Published[]): readonly boolean[] | undefined {
  const same = (one: readonly number[], other: readonly number[] | undefined) =>
    one.every((count, cell) => Math.abs(count - (other?.[cell] ?? 0)) < 1e-6)
  const found = earlier.find(
    each =>
      each.hidden !== undefined &&
      same(column.reached, each.reached) &&
      same(column.gainers ?? [], each.gainers) &&
      same(column.losers ?? [], each.losers),
  )
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
