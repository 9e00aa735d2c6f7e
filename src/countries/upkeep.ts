import { z } from 'zod'
import { err, ok, type Result, type Words } from '#kernel'
import { type Catalogue, readYamlData } from '#rules'
import type { CountryProblem } from './problem.ts'

/** From which number on something is doubted, and from which it is refused; either may be left out. */
export type Limit = { readonly warning?: number | undefined; readonly error?: number | undefined }

/** Codes or values of a fact that hold only within ages, in completed years, both ends included. */
export type AgesOfValue = {
  readonly fact: string
  readonly values: readonly (string | number | boolean)[]
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly severity: 'warning' | 'error'
}

/** Two answers of one member, or of one household, that cannot both be true. */
export type Contradiction = {
  readonly name: string
  readonly of: 'household' | 'member'
  readonly when: Readonly<Record<string, readonly (string | number | boolean)[]>>
  /** Facts that then have none of these values; an empty list: that are then not said at all. */
  readonly never: Readonly<Record<string, readonly (string | number | boolean)[]>>
  readonly severity: 'warning' | 'error'
}

/** Thresholds of plausibility. None of them is law: they are chosen, and say so. What is absent is not checked. */
export type CheckTerms = {
  /** Codes of the relation to the head, by what they mean. */
  readonly relations: {
    readonly spouse: readonly string[]
    readonly child: readonly string[]
    readonly parent: readonly string[]
    readonly grandchild: readonly string[]
  } | null
  readonly members: Limit
  readonly age: Limit
  readonly headAgeUnder: Limit
  readonly spouseAgeUnder: Limit
  readonly childGapUnder: Limit
  readonly motherGap: Limit
  readonly fatherGap: Limit
  readonly grandchildGapUnder: Limit
  readonly spouseGap: Limit
  readonly spouses: Limit
  readonly nuclei: { readonly fact: string; readonly adult: number } | null
  readonly ages: readonly AgesOfValue[]
  readonly contradictions: readonly Contradiction[]
  readonly numbers: readonly ({ readonly of: 'household' | 'member'; readonly fact: string } & Limit)[]
  /** Facts without an answer, of those that the form asks, in percent. */
  readonly unknownPercent: Limit
  /** Households of which one telephone is the number. */
  readonly phoneHouseholds: Limit
  /** Persons of other households at the same address in words, in the same territory, these included. */
  readonly addressPersons: Limit
  /** Other households of the same agent that gave all the same answers, and how many answers make it count. */
  readonly copies: Limit & { readonly leastAnswers: number; readonly days: number }
  /** Facts of a member that do not change in a life: another answer contradicts what was said before. */
  readonly fixed: readonly string[]
}

/** What each thing takes away from a declaration's hundred points. */
export type QualityTerms = {
  readonly allUnknown: number
  readonly error: number
  readonly warning: number
  readonly explained: number
  readonly contradiction: number
  readonly yearOld: number
  /** The most that age alone takes. */
  readonly oldest: number
}

/** When an agent's declarations are worth a look; each is a share in percent, or a factor over the median of the others. */
export type AgentTerms = {
  /** Fewer declarations than this say nothing about who took them. */
  readonly leastDeclarations: number
  readonly warningsPercent: number
  readonly unknownPercent: number
  /** Of adults' ages that end in 0 or 5, where 20 in 100 would. */
  readonly roundAgesPercent: number
  /** Declarations recorded in the busiest hour. */
  readonly hourMost: number
}

export type VisitTerms = {
  /** Of a sample, drawn among the riskiest rather than at random. */
  readonly riskPercent: number
  /** Below this quality a declaration is of the risky ones. */
  readonly riskBelow: number
}

export type Validity = {
  /** Codes of household facts that it is for; none: every household that no earlier line is for. */
  readonly where: Readonly<Record<string, string>>
  /** Null: no source says how long, so nothing is due and nothing expires. */
  readonly months: number | null
  readonly source: string | null
  readonly confidence: 'read' | 'secondary' | 'to_confirm' | 'chosen' | null
}

export type RenewalTerms = {
  /** The first that fits counts. */
  readonly validity: readonly Validity[]
  /** Days before the end of validity at which the family is told; the first opens the renewal. */
  readonly remindBefore: readonly number[]
  /** Days after the end before the facts are too old to decide on; null: they never are. */
  readonly graceDays: number | null
}

export type MembersNumbered = {
  /** True: a household is registered once every member has a number in the population register. */
  readonly required: boolean
  /** Whether one household may go on without, where an agent says why: nobody is lost for lack of a number. Chosen. */
  readonly waiver: 'none' | 'explained'
  readonly source: string | null
  readonly confidence: 'read' | 'secondary' | 'to_confirm' | 'chosen'
  readonly says: Words
}

/** How the register stays true between censuses: `packs/<country>/upkeep.yaml`. */
export type Upkeep = {
  /** Who chose what no source gives; shown wherever a threshold is. */
  readonly chosen: Words
  readonly sources: Readonly<Record<string, string>>
  readonly checks: CheckTerms
  readonly quality: QualityTerms
  readonly agents: AgentTerms
  readonly visits: VisitTerms
  readonly renewal: RenewalTerms
  readonly membersNumbered: MembersNumbered
}

const words = z.strictObject({ fr: z.string().min(1), ar: z.string().min(1), en: z.string().min(1) })
const count = z.int().min(0).max(1_000_000)
const percent = z.int().min(0).max(100)
const limit = z.strictObject({ warning: count.optional(), error: count.optional() })
const noLimit = limit.default({})
const value = z.union([z.string(), z.number(), z.boolean()])
const severity = z.enum(['warning', 'error']).default('warning')
const of = z.enum(['household', 'member'])
const answers = z.record(z.string(), z.array(value))
const codes = z.array(z.string()).default([])

const checks = z.strictObject({
  relations: z.strictObject({ spouse: codes, child: codes, parent: codes, grandchild: codes }).nullable().default(null),
  members: noLimit,
  age: noLimit,
  head_age_under: noLimit,
  spouse_age_under: noLimit,
  child_gap_under: noLimit,
  mother_gap: noLimit,
  father_gap: noLimit,
  grandchild_gap_under: noLimit,
  spouse_gap: noLimit,
  spouses: noLimit,
  nuclei: z.strictObject({ fact: z.string(), adult: count }).nullable().default(null),
  ages: z
    .array(
      z.strictObject({
        fact: z.string(),
        values: z.array(value).min(1),
        from: count.optional(),
        to: count.optional(),
        severity,
      }),
    )
    .default([]),
  contradictions: z
    .array(z.strictObject({ name: z.string().regex(/^[a-z_]+$/), of, when: answers, never: answers, severity }))
    .default([]),
  numbers: z
    .array(z.strictObject({ of, fact: z.string(), warning: count.optional(), error: count.optional() }))
    .default([]),
  unknown_percent: noLimit,
  phone_households: noLimit,
  address_persons: noLimit,
  copies: z
    .strictObject({
      warning: count.optional(),
      error: count.optional(),
      least_answers: count.default(10),
      days: count.default(31),
    })
    .default({ least_answers: 10, days: 31 }),
  fixed: z.array(z.string()).default([]),
})

const confidence = z.enum(['read', 'secondary', 'to_confirm', 'chosen'])
const shape = z.strictObject({
  chosen: words,
  sources: z.record(z.string(), z.string().min(1)).default({}),
  checks,
  quality: z.strictObject({
    all_unknown: percent,
    error: percent,
    warning: percent,
    explained: percent,
    contradiction: percent,
    year_old: percent,
    oldest: percent,
  }),
  agents: z.strictObject({
    least_declarations: count,
    warnings_percent: percent,
    unknown_percent: percent,
    round_ages_percent: percent,
    hour_most: count,
  }),
  visits: z.strictObject({ risk_percent: percent, risk_below: percent }),
  renewal: z.strictObject({
    validity: z.array(
      z.strictObject({
        where: z.record(z.string(), z.string()).default({}),
        months: z.int().min(1).max(240).nullable(),
        source: z.string().nullable().default(null),
        confidence: confidence.nullable().default(null),
      }),
    ),
    remind_before: z.array(count).min(1),
    grace_days: count.nullable(),
  }),
  members_numbered: z.strictObject({
    required: z.boolean(),
    waiver: z.enum(['none', 'explained']),
    source: z.string().nullable(),
    confidence,
    says: words,
  }),
})

/** Reads how a country keeps its register. Every mistake at once: an unknown fact, code or source, a value without its origin. */
export function parseUpkeep(text: string, file: string, catalogue: Catalogue): Result<Upkeep, CountryProblem[]> {
  const refused = (messages: readonly string[]) =>
    err(messages.map(message => ({ file, message: `${file}: ${message}` })))
  const data = readYamlData(text)
  if (!data.ok) return refused(data.refusal)
  const parsed = shape.safeParse(data.value)
  if (!parsed.success) return refused(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  const problems = [...unknownFacts(parsed.data.checks, catalogue), ...unsourced(parsed.data)]
  return problems.length > 0 ? refused(problems) : ok(upkeepOf(parsed.data))
}

type Told = z.infer<typeof shape>

function upkeepOf(told: Told): Upkeep {
  const { checks, quality, agents, visits, renewal } = told
  return {
    chosen: told.chosen,
    sources: told.sources,
    checks: checksOf(checks),
    quality: {
      allUnknown: quality.all_unknown,
      error: quality.error,
      warning: quality.warning,
      explained: quality.explained,
      contradiction: quality.contradiction,
      yearOld: quality.year_old,
      oldest: quality.oldest,
    },
    agents: {
      leastDeclarations: agents.least_declarations,
      warningsPercent: agents.warnings_percent,
      unknownPercent: agents.unknown_percent,
      roundAgesPercent: agents.round_ages_percent,
      hourMost: agents.hour_most,
    },
    visits: { riskPercent: visits.risk_percent, riskBelow: visits.risk_below },
    renewal: {
      validity: renewal.validity,
      remindBefore: [...renewal.remind_before].sort((a, b) => b - a),
      graceDays: renewal.grace_days,
    },
    membersNumbered: told.members_numbered,
  }
}

function checksOf(checks: Told['checks']): CheckTerms {
  const { relations, members, age, nuclei, ages, contradictions, numbers, spouses, fixed, copies } = checks
  return {
    relations,
    members,
    age,
    nuclei,
    ages,
    contradictions,
    numbers,
    spouses,
    fixed,
    headAgeUnder: checks.head_age_under,
    spouseAgeUnder: checks.spouse_age_under,
    childGapUnder: checks.child_gap_under,
    motherGap: checks.mother_gap,
    fatherGap: checks.father_gap,
    grandchildGapUnder: checks.grandchild_gap_under,
    spouseGap: checks.spouse_gap,
    unknownPercent: checks.unknown_percent,
    phoneHouseholds: checks.phone_households,
    addressPersons: checks.address_persons,
    copies: { warning: copies.warning, error: copies.error, leastAnswers: copies.least_answers, days: copies.days },
  }
}

type Named = { readonly of: 'household' | 'member'; readonly fact: string; readonly values: readonly unknown[] }

function unknownFacts(checks: Told['checks'], catalogue: Catalogue): string[] {
  const { relations, nuclei, ages, contradictions, numbers, fixed } = checks
  const answered = (of: Named['of'], facts: Readonly<Record<string, readonly unknown[]>>): Named[] =>
    Object.entries(facts).map(([fact, values]) => ({ of, fact, values }))
  const named: Named[] = [
    ...(nuclei ? [{ of: 'household' as const, fact: nuclei.fact, values: [] }] : []),
    ...ages.map(({ fact, values }) => ({ of: 'member' as const, fact, values })),
    ...contradictions.flatMap(({ of, when, never }) => [...answered(of, when), ...answered(of, never)]),
    ...numbers.map(({ of, fact }) => ({ of, fact, values: [] })),
    ...fixed.map(fact => ({ of: 'member' as const, fact, values: [] })),
    ...(relations && catalogue.head
      ? [{ of: 'member' as const, fact: catalogue.head.fact, values: Object.values(relations).flat() }]
      : []),
  ]
  const withoutHead = relations && !catalogue.head ? ['checks.relations: the catalogue has no head'] : []
  return [...withoutHead, ...named.flatMap(each => unknownValues(each, catalogue))]
}

function unknownValues({ of, fact, values }: Named, catalogue: Catalogue): string[] {
  const known = catalogue[of].get(fact)
  if (!known) return [`checks: ${fact} is no fact of a ${of}`]
  // What was doubted is shown to whoever opens the file.
  if (known.sensitive) return [`checks: ${fact} tells of illness or disability, and no check rests on it`]
  if (known.type !== 'code') return []
  return values
    .filter(each => !known.codes.has(String(each)))
    .map(each => `checks: ${String(each)} is no code of ${fact}`)
}

function unsourced({ sources, renewal, members_numbered }: Told): string[] {
  const cited = [...renewal.validity.map(each => each.source), members_numbered.source].filter(
    source => source !== null,
  )
  return [
    ...cited.filter(source => sources[source] === undefined).map(source => `${source} is not one of sources`),
    ...renewal.validity
      .filter(({ months, source, confidence }) =>
        months === null
          ? source !== null || confidence !== null
          : confidence === null || (source === null) !== (confidence === 'chosen'),
      )
      .map(() => 'renewal.validity: months come with a source, or are chosen; no months come with neither'),
    ...((members_numbered.source === null) === (members_numbered.confidence === 'chosen')
      ? []
      : ['members_numbered: it comes with a source, or is chosen']),
  ]
}
