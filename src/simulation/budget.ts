// The limit that costs no more than a budget.
import { err, ok, type Result } from '#kernel'
import type { PolicyFile } from '#rules'
import type { Nation } from './nation.ts'
import type { Tried } from './slice.ts'

/** Digits behind the point of a limit on a score. */
const PLACES = 7
const UNIT = 10 ** PLACES

/** Why no value can be found, in words. */
export type BudgetRefusal = { readonly code: 'budget_refused'; readonly scenario: string; readonly says: string }

type Planned = { readonly policy: readonly PolicyFile[] | null }
type Found<Plan> = { readonly plan: Plan; readonly value: string; readonly cost: bigint }

/**
 * The highest value of a parameter for which a month costs at most `budget` (minor units), to seven decimals. It takes the
 * parameter for the highest score that is let in, looks for the value among the scores, and then decides the nation by it: what
 * it answers is a cost that was worked out, never one that was assumed. Where the parameter is no such limit it says so.
 */
export async function findLimit<Plan extends Planned, Refusal>(
  nation: Nation,
  scenario: string,
  score: string | undefined,
  facts: Tried['facts'],
  budget: bigint,
  planWith: (value: string) => Result<Plan, Refusal>,
): Promise<Result<Found<Plan>, Refusal | BudgetRefusal>> {
  if (score === undefined)
    return err({ code: 'budget_refused', scenario, says: 'the programme reads no score to put a limit on' })
  const ranges = (await nation.ask('scoreRange', score)).filter(range => range !== null)
  if (ranges.length === 0) return err({ code: 'budget_refused', scenario, says: 'no household has a score' })
  const low = Math.min(...ranges.map(range => range.low))
  const high = Math.max(...ranges.map(range => range.high))
  const open = planWith(text(high + UNIT))
  if (!open.ok) return open
  const all = sum(await nation.ask('open', { policy: open.value.policy, facts }, score))
  const costUpTo = async (limit: number) => sum(await nation.ask('costUpTo', limit))
  if ((await costUpTo(low - 1)) > 0n)
    return err({
      code: 'budget_refused',
      scenario,
      says: 'the parameter is no limit on the score: some are let in whatever it is',
    })
  // The highest limit within the budget, by halving.
  let [within, beyond] = [low - 1, high + 1]
  if (all <= budget) within = high
  else {
    while (beyond - within > 1) {
      const middle = Math.floor((within + beyond) / 2)
      if ((await costUpTo(middle)) <= budget) within = middle
      else beyond = middle
    }
  }
  return decided(nation, scenario, facts, budget, within, planWith, await costUpTo(within))
}

/** Decides by a limit: whether it is `score <= limit` or `score < limit` is the law's own choice, and shows in the cost. */
async function decided<Plan extends Planned, Refusal>(
  nation: Nation,
  scenario: string,
  facts: Tried['facts'],
  budget: bigint,
  limit: number,
  planWith: (value: string) => Result<Plan, Refusal>,
  expected: bigint,
): Promise<Result<Found<Plan>, Refusal | BudgetRefusal>> {
  for (const value of [limit + 1, limit]) {
    const plan = planWith(text(value))
    if (!plan.ok) return plan
    const cost = sum(await nation.ask('cost', { policy: plan.value.policy, facts }))
    if (cost <= budget && cost >= expected) return ok({ plan: plan.value, value: text(value), cost })
  }
  return err({
    code: 'budget_refused',
    scenario,
    says: 'the parameter is no limit on the score: the cost does not follow it',
  })
}

function text(tenMillionths: number): string {
  const sign = tenMillionths < 0 ? '-' : ''
  const digits = Math.abs(Math.round(tenMillionths))
    .toString()
    .padStart(PLACES + 1, '0')
  return `${sign}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`
}

/** Parts are whole minor units, exact as numbers below 2⁵³. */
function sum(parts: readonly number[]): bigint {
  return parts.reduce((all, each) => all + BigInt(Math.round(each)), 0n)
}
