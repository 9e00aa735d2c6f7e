// From sums to figures that may be shown: rounded to whole households and minor units, small ones hidden.
import type { Words } from '#kernel'
import type { Box } from './dimensions.ts'
import { hiddenCells, LEAST } from './disclosure.ts'
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

/** Counts of a table as they were, by which a later study on the same households is held back. */
export type Published = { readonly by: Table['by']; readonly reached: readonly number[] }

/** The nation as a whole. */
export function overall(tally: Tally): Shown & { readonly undetermined: number } {
  const sums = total(tally)
  const small = (count: number) => count > 0 && count < LEAST
  const hidden = { households: false, before: small(sums.reachedBefore), now: small(sums.reached) }
  return {
    ...shown(sums, { ...hidden, gainers: small(sums.gainers), losers: small(sums.losers) }),
    undetermined: Math.round(sums.undetermined),
  }
}

/** A table for each dimension; groups in which nobody lives are left out. */
export function tables(box: Omit<Box, 'place'>, tally: Tally, published: readonly Published[] = []): Table[] {
  return box.dimensions.map(({ name, groups }, dimension): Table => {
    const sums = along(box, tally, dimension)
    const earlier = published.filter(({ by }) => by === name).map(({ reached }) => reached)
    const hide = (measure: keyof Figures, before: readonly (readonly number[])[] = []) =>
      hiddenCells(
        sums.map(each => each[measure]),
        before,
      )
    const hidden = {
      households: hide('households'),
      before: hide('reachedBefore'),
      now: hide('reached', [sums.map(each => each.reachedBefore), ...earlier]),
      gainers: hide('gainers'),
      losers: hide('losers'),
    }
    const rows = groups.flatMap(({ code, words }, group): Row[] => {
      const each = sums[group] as Figures
      if (each.households === 0) return []
      const at = {
        households: hidden.households[group] as boolean,
        before: hidden.before[group] as boolean,
        now: hidden.now[group] as boolean,
        gainers: hidden.gainers[group] as boolean,
        losers: hidden.losers[group] as boolean,
      }
      return [{ code, words, ...shown(each, at) }]
    })
    return { by: name, rows }
  })
}

/** What a study shows of each dimension, to hold later ones against. */
export function publishedOf(box: Omit<Box, 'place'>, tally: Tally): Published[] {
  return box.dimensions.map(({ name }, dimension) => ({
    by: name,
    reached: along(box, tally, dimension).map(({ reached }) => reached),
  }))
}

type Hidden = Readonly<Record<'households' | 'before' | 'now' | 'gainers' | 'losers', boolean>>

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
    gainers: count(sums.gainers, hidden.gainers),
    losers: count(sums.losers, hidden.losers),
    gained: money(sums.gained, hidden.gainers),
    lost: money(sums.lost, hidden.losers),
  }
}
