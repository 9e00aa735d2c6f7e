import { z } from 'zod'
import { err, ok, type Result, type Words } from '#kernel'
import { type Catalogue, type RuleBook, readYamlData } from '#rules'
import type { CountryProblem } from './problem.ts'

export const FEED_KINDS = ['school', 'vaccination', 'civil'] as const
export type FeedKind = (typeof FEED_KINDS)[number]

/** Facts of a member that a register of some kind tells. */
export type FeedTerms = {
  /** Of one month and no other. */
  readonly month: readonly string[]
  /** True until the register says something else. */
  readonly standing: readonly string[]
  /** Births and deaths come with it. */
  readonly events: boolean
}

/** A condition of a programme that is followed month by month. The pack decides whether it is met; this says where to look. */
export type ConditionTerms = {
  readonly programme: string
  readonly code: string
  readonly label: Words
  readonly feed: FeedKind
  /** The condition is not met where the decision has a line of this code for the member. */
  readonly line: string | null
  /** The condition is not met where the decision refuses the household so. */
  readonly refusal: string | null
  /** Nobody can tell while one of these is unknown. */
  readonly facts: readonly string[]
  /** Months in a row, not met, after which the programme suspends; null: no source says, so nothing is suspended. */
  readonly suspendAfter: number | null
  readonly source: string | null
  /** What follows where no source gives the number. */
  readonly without: Words | null
}

/** What other registers tell, and what programmes ask for: `packs/<country>/conditions.yaml`. */
export type Conditions = {
  readonly feeds: Readonly<Partial<Record<FeedKind, FeedTerms>>>
  readonly conditions: readonly ConditionTerms[]
}

const words = z.strictObject({ fr: z.string().min(1), ar: z.string().min(1), en: z.string().min(1) })
const facts = z.array(z.string()).default([])
const feed = z.strictObject({ month: facts, standing: facts, events: z.boolean().default(false) })
const shape = z.strictObject({
  feeds: z.strictObject({ school: feed.optional(), vaccination: feed.optional(), civil: feed.optional() }),
  conditions: z
    .array(
      z.strictObject({
        programme: z.string(),
        code: z.string().regex(/^[a-z_]+$/),
        label: words,
        feed: z.enum(FEED_KINDS),
        line: z.string().nullable().default(null),
        refusal: z.string().nullable().default(null),
        facts: z.array(z.string()).min(1),
        suspend_after: z.int().min(1).max(60).nullable(),
        source: z.string().nullable().default(null),
        without: words.nullable().default(null),
      }),
    )
    .default([]),
})

/** Reads what a country's programmes ask month by month. Every mistake at once: unknown facts, packs, refusals, a number without its source. */
export function parseConditions(
  text: string,
  file: string,
  catalogue: Catalogue,
  book: RuleBook,
): Result<Conditions, CountryProblem[]> {
  const refused = (messages: readonly string[]) =>
    err(messages.map(message => ({ file, message: `${file}: ${message}` })))
  const data = readYamlData(text)
  if (!data.ok) return refused(data.refusal)
  const parsed = shape.safeParse(data.value)
  if (!parsed.success) return refused(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  const conditions = parsed.data.conditions.map(({ suspend_after, ...each }) => ({
    ...each,
    suspendAfter: suspend_after,
  }))
  const feeds = Object.fromEntries(Object.entries(parsed.data.feeds).filter(([, terms]) => terms !== undefined))
  const told = { feeds, conditions } as Conditions
  const problems = [...unknownFacts(told, catalogue), ...conditions.flatMap(each => faultsOf(each, told, book))]
  return problems.length > 0 ? refused(problems) : ok(told)
}

function unknownFacts({ feeds, conditions }: Conditions, catalogue: Catalogue): string[] {
  const named = [
    ...Object.entries(feeds).flatMap(([kind, { month, standing }]) =>
      [...month, ...standing].map(fact => [`feeds.${kind}`, fact] as const),
    ),
    ...conditions.flatMap(each => each.facts.map(fact => [`conditions.${each.code}`, fact] as const)),
  ]
  return named
    .filter(([, fact]) => !catalogue.member.has(fact))
    .map(([where, fact]) => `${where}: ${fact} is no fact of a member`)
}

function faultsOf(condition: ConditionTerms, { feeds }: Conditions, book: RuleBook): string[] {
  const { programme, code, line, refusal, suspendAfter, source, without } = condition
  const at = `conditions.${code}`
  const pack = book.packs.get(programme)
  if (!pack) return [`${at}: there is no pack ${programme}`]
  return [
    ...(feeds[condition.feed] ? [] : [`${at}: no feed ${condition.feed} is described`]),
    ...((line === null) === (refusal === null) ? [`${at}: give the code of a line or of a refusal, one of them`] : []),
    ...(refusal !== null && !pack.refusals.some(each => each.code === refusal)
      ? [`${at}: ${programme} has no refusal ${refusal}`]
      : []),
    ...(suspendAfter !== null && source === null ? [`${at}: suspend_after without its source`] : []),
    ...(suspendAfter === null && without === null
      ? [`${at}: say under without what follows while no source gives it`]
      : []),
  ]
}
