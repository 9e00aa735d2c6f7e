import { performance } from 'node:perf_hooks'
import type { Country } from '#countries'
import { factsLacking, type Snapshot, type SnapshotRefusal } from '#households'
import { type Currency, err, lastDay, type Month, ok, parseMoney, type Result } from '#kernel'
import { factsRead, type Pack, type PolicyFile, type RuleBook } from '#rules'
import { type AssumptionProblem, conditionProblem, problemOf, type Standing } from './assume.ts'
import { type BudgetRefusal, findLimit } from './budget.ts'
import { type Dimension, dimensionsOf } from './dimensions.ts'
import { type DraftRefusal, draftOf } from './draft.ts'
import { markedBy, overall, type Published, type Table, tables } from './figures.ts'
import { joinedMarks } from './marks.ts'
import { type Move, movesOf, type Reach, reachOf } from './moves.ts'
import type { Nation } from './nation.ts'
import { type Projected, project } from './projection.ts'
import type { FactAssumption, ParameterChange, Reference, Scenario, Study } from './scenario.ts'
import { scoreOf, type Tried } from './slice.ts'
import { joined, total } from './tally.ts'

export type SimulationRefusal =
  | DraftRefusal
  | SnapshotRefusal
  | { readonly code: 'not_in_force'; readonly pack: string; readonly from: Month | null; readonly to: Month | null }
  | { readonly code: 'snapshot_later'; readonly effectiveOn: string; readonly month: Month }
  | { readonly code: 'facts_lacking'; readonly pack: string; readonly facts: readonly string[] }
  | { readonly code: 'assumption_refused'; readonly scenario: string; readonly problem: AssumptionProblem }
  | { readonly code: 'reference_refused'; readonly says: string }
  | BudgetRefusal

export type ScenarioResult = {
  readonly name: string
  /** Hash of the law tried; that of the country where only facts are assumed. */
  readonly version: string
  readonly overall: ReturnType<typeof overall>
  readonly perYear: { readonly before: bigint | null; readonly now: bigint | null }
  readonly tables: readonly Table[]
  readonly reach: Reach | null
  readonly moves: readonly Move[]
  /** The value found for a budget. */
  readonly limit: { readonly parameter: string; readonly value: string; readonly cost: bigint | null } | null
  readonly projection: readonly Projected[]
  /** Texts that differ from the country's: the draft of a law. */
  readonly draft: readonly PolicyFile[]
  /** What it took to decide and count, without reading. */
  readonly seconds: number
  readonly published: readonly Published[]
}

export type StudyResult = {
  readonly country: string
  readonly pack: string
  /** Hash of the programme as it stands; studies saved before it was kept have none. */
  readonly version?: string
  readonly month: Month
  readonly currency: Currency
  /** Decisions of the programme in a year. */
  readonly periodsPerYear: number
  readonly snapshot: Pick<Snapshot['manifest'], 'hash' | 'asOf' | 'effectiveOn' | 'households' | 'members' | 'modelled'>
  readonly scenarios: readonly ScenarioResult[]
}

export type Plan = {
  readonly scenario: Scenario
  readonly policy: readonly PolicyFile[] | null
  readonly draft: readonly PolicyFile[]
  readonly version: string
}

/** Checks everything that can be checked without reading households. */
export function planned(country: Country, { manifest }: Snapshot, study: Study): Result<Plan[], SimulationRefusal> {
  const { pack: id, month, beside, reference } = study
  for (const each of [id, ...beside]) {
    const pack = country.book.packs.get(each)
    if (pack === undefined) return err({ code: 'pack_unknown', pack: each, known: [...country.book.packs.keys()] })
    const { from, to } = pack.life
    if ((from !== null && month < from) || (to !== null && month > to))
      return err({ code: 'not_in_force', pack: each, from, to })
    const facts = factsLacking(manifest.catalogue, factsRead(country.book, pack))
    if (facts.length > 0) return err({ code: 'facts_lacking', pack: each, facts })
  }
  if (manifest.effectiveOn > lastDay(month))
    return err({ code: 'snapshot_later', effectiveOn: manifest.effectiveOn, month })
  const refused = reference && referenceProblem(country, reference)
  if (refused) return err({ code: 'reference_refused', says: refused })
  const plans: Plan[] = []
  for (const scenario of study.scenarios) {
    for (const assumption of scenario.facts) {
      const problem = problemOf(country.catalogue, assumption)
      if (problem) return err({ code: 'assumption_refused', scenario: scenario.name, problem })
    }
    const plan = planOf(country, scenario, id, month)
    if (!plan.ok) return plan
    plans.push(plan.value)
  }
  return ok(plans)
}

function planOf(country: Country, scenario: Scenario, pack: string, month: Month): Result<Plan, SimulationRefusal> {
  if (scenario.budget !== undefined) {
    const { parameter, pack: of, perMonth } = scenario.budget
    const written = country.book.packs.get(of ?? pack)?.parameters.get(parameter)
    if (written === undefined)
      return err({ code: 'parameter_unknown', pack: of ?? pack, name: parameter, meant: undefined })
    if (written.by !== null)
      return err({
        code: 'budget_refused',
        scenario: scenario.name,
        says: `${parameter} is a list or a scale, not one value`,
      })
    const money = parseMoney(perMonth, country.currency)
    if (!money.ok)
      return err({
        code: 'budget_refused',
        scenario: scenario.name,
        says: `${perMonth} ${country.currency} is no amount`,
      })
    if (country.book.packs.get(pack)?.amount?.direction !== 'receives') {
      return err({ code: 'budget_refused', scenario: scenario.name, says: `${pack} gives no amount` })
    }
  }
  const draft = draftOf(country, scenario, pack, month)
  if (!draft.ok) return draft
  const { book, files, changed } = draft.value
  return ok({
    scenario,
    policy: changed.length === 0 ? null : files,
    draft: changed,
    version: book.packs.get(pack)?.version ?? '',
  })
}

function referenceProblem(country: Country, reference: Reference): string | undefined {
  if ('poorest' in reference) {
    const pack = country.book.packs.get(reference.by)
    return pack?.score ? undefined : `${reference.by} is no score; scores: ${scoresIn(country.book).join(', ')}`
  }
  const entries = Object.entries(reference.where)
  if (entries.length === 0) return 'it names no fact'
  return entries.map(([fact, code]) => conditionProblem(country.catalogue, fact, code)).find(each => each !== undefined)
    ?.says
}

function scoresIn(book: RuleBook): string[] {
  return [...book.packs.values()].filter(({ score }) => score !== null).map(({ id }) => id)
}

const BINS = 2 ** 20

/** Cuts deciles, finds the poorest, and gives every household its cell. */
export async function prepare(
  nation: Nation,
  country: Country,
  { pack, reference }: Study,
): Promise<readonly Dimension[]> {
  const scored = scoreOf(country.book, pack)
  const cuts = scored === undefined ? [] : await cutsOf(nation, scored, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
  const poorest =
    reference !== undefined && 'poorest' in reference
      ? ((await cutsOf(nation, reference.by, [reference.poorest / 100]))[0] ?? Number.NEGATIVE_INFINITY)
      : 0
  await nation.ask('prepare', cuts, reference, poorest)
  return dimensionsOf(country, scored !== undefined)
}

/** The scores up to which given shares of the households lie, to a millionth of the range of scores. */
async function cutsOf(nation: Nation, pack: string, shares: readonly number[]): Promise<number[]> {
  const ranges = (await nation.ask('scoreRange', pack)).filter(range => range !== null)
  if (ranges.length === 0) return []
  const low = Math.min(...ranges.map(range => range.low))
  const high = Math.max(...ranges.map(range => range.high)) + 1
  const parts = await nation.ask('histogram', pack, low, high, BINS)
  const weights = joined(parts.map(part => part.weights))
  const sum = weights.reduce((all, each) => all + each, 0)
  let [bin, below] = [0, 0]
  return shares.map(share => {
    while (bin < BINS && below + (weights[bin] as number) <= share * sum) below += weights[bin++] as number
    return low + (bin * (high - low)) / BINS
  })
}

export async function tried(
  nation: Nation,
  country: Country,
  study: Study,
  plan: Plan,
  dimensions: readonly Dimension[],
  earlier: readonly Published[],
): Promise<Result<ScenarioResult, SimulationRefusal>> {
  const started = performance.now()
  const facts = await standings(nation, plan.scenario.facts)
  let chosen = plan
  let limit: ScenarioResult['limit'] = null
  if (plan.scenario.budget !== undefined) {
    const found = await limitFor(nation, country, study, plan.scenario, facts)
    if (!found.ok) return found
    chosen = found.value.plan
    limit = found.value.limit
  }
  const counted = await nation.ask('count', { policy: chosen.policy, facts })
  const sums = joined(counted.map(each => each.sums))
  // Held against studies of the same law alone: what is otherwise than one law says nothing of what is otherwise than another.
  const law = country.book.packs.get(study.pack)?.version ?? ''
  const marked = { law, marks: joinedMarks(counted.map(each => each.marks)) }
  const all = total(dimensions, sums)
  const whole = overall(all, earlier, markedBy(dimensions, all, marked, 0))
  const shown = tables(dimensions, sums, earlier, marked)
  const periods = periodsIn(country.book.packs.get(study.pack) as Pack)
  const perYear = {
    before: whole.amountBefore === null ? null : whole.amountBefore * BigInt(periods),
    now: whole.amount === null ? null : whole.amount * BigInt(periods),
  }
  const { reached, meant, meantBefore, meantReached, reachedBefore } = all
  const reach =
    study.reference === undefined
      ? null
      : reachOf(meant, { reached: reachedBefore, meant: meantBefore }, { reached, meant: meantReached }, earlier)
  const hidden = { before: whole.reachedBefore === null, now: whole.reached === null }
  const moves = movesOf(
    [study.pack, ...study.beside],
    counted.map(each => each.moves),
    hidden,
    earlier,
  )
  return ok({
    name: plan.scenario.name,
    version: chosen.version,
    overall: whole,
    perYear,
    tables: shown.tables,
    reach: reach?.reach ?? null,
    moves: moves.moves,
    // What it costs tells as much as the amount.
    limit: limit && { ...limit, cost: whole.amount === null ? null : limit.cost },
    // Years ahead of a hidden number would tell it, or say nothing were reached.
    projection:
      study.projection === undefined || whole.reached === null || perYear.now === null
        ? []
        : project(whole.reached, perYear.now, study.projection),
    draft: chosen.draft,
    seconds: (performance.now() - started) / 1000,
    published: [...shown.published, ...moves.published, ...(reach?.published ?? [])],
  })
}

async function standings(nation: Nation, facts: readonly FactAssumption[]): Promise<Tried['facts'][number][]> {
  const found: { assumption: FactAssumption; standing: Standing }[] = []
  for (const assumption of facts) {
    const parts = 'share' in assumption ? await nation.ask('standing', assumption) : []
    const standing = {
      concerned: parts.reduce((sum, each) => sum + each.concerned, 0),
      having: parts.reduce((sum, each) => sum + each.having, 0),
    }
    found.push({ assumption, standing })
  }
  return found
}

async function limitFor(
  nation: Nation,
  country: Country,
  { pack, month }: Study,
  scenario: Scenario,
  facts: Tried['facts'],
): Promise<Result<{ plan: Plan; limit: NonNullable<ScenarioResult['limit']> }, SimulationRefusal>> {
  const { parameter, pack: of, perMonth } = scenario.budget as NonNullable<Scenario['budget']>
  const budget = parseMoney(perMonth, country.currency)
  if (!budget.ok) throw new Error('an amount that was read before')
  const planWith = (value: string) => {
    const change: ParameterChange = { pack: of, name: parameter, value: Number(value) }
    const parameters = [...scenario.parameters.filter(each => each.name !== parameter || each.pack !== of), change]
    return planOf(country, { ...scenario, parameters, budget: undefined }, pack, month)
  }
  const score = scoreOf(country.book, pack)
  const found = await findLimit(nation, scenario.name, score, facts, budget.value.minor, planWith)
  if (!found.ok) return found
  const { plan, value, cost } = found.value
  return ok({ plan, limit: { parameter, value, cost } })
}

/** Decisions of a programme in a year. */
export function periodsIn({ amount }: Pack): number {
  return amount?.per === 'month' ? 12 : amount?.per === 'quarter' ? 4 : 1
}
