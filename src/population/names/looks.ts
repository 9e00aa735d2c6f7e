/**
 * A part of names of the register that answers to a part that was asked, and how well, from 0 to 1; with about how many of the
 * register bear it where they are many, else 0.
 */
export type Answer = { readonly folded: string; readonly weight: number; readonly bearers: number }

/** The first look is for so many of the whole register at least, of whom a region of twelve has a thousand; each later one for more. */
const LOOKED_FOR = 12_000
const MORE = 4
/** What each answer weighs less than the one before it, so that a look ends between any two. */
const STEP = 0.0001

/**
 * One part alone, the beginning of a name perhaps, may be that of half the country: its answers, the nearest first, are
 * looked for some at a time. Answers the same with weights that go down at each, and the least weight of every look.
 */
export function looksFor(answers: readonly Answer[]): { answers: Answer[]; levels: number[] } {
  const stepped = answers.map((each, at) => (each.weight === 1 ? each : { ...each, weight: each.weight - at * STEP }))
  const levels = [1]
  let bearers = 0
  let wanted = LOOKED_FOR
  for (const { weight, bearers: more } of stepped) {
    bearers += weight === 1 ? 0 : more
    if (bearers < wanted) continue
    levels.push(weight)
    bearers = 0
    wanted *= MORE
  }
  return { answers: stepped, levels: [...levels, 0] }
}
