import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { err, type Month, ok, parseMonth, type Result } from '#kernel'

/** A value of the law tried from the month of the simulation on, in place of what the pack says from then. */
export type ParameterChange = {
  /** The pack that writes the parameter; the one simulated unless given. */
  readonly pack: string | undefined
  readonly name: string
} & (
  | { readonly value: number | string | boolean }
  | { readonly list: Readonly<Record<string, number | string | boolean>> }
  | { readonly brackets: readonly unknown[] }
)

/** What is assumed of a fact: all its values multiplied, or a share of those who lack a value given it. */
export type FactAssumption = {
  /** `household.telecom_annual`, `member.schooling`. */
  readonly fact: string
  /** Only where another fact of the same household or member has this code. */
  readonly where: Readonly<Record<string, string | boolean>>
  /** Only members of these ages, both included, on the first day of the month. */
  readonly ages: readonly [number, number] | undefined
} & (
  | { readonly times: string }
  /** Of those concerned, the share that has the value afterwards. Those who have it keep it. */
  | { readonly value: string | boolean; readonly share: string }
)

export type Scenario = {
  readonly name: string
  readonly parameters: readonly ParameterChange[]
  readonly facts: readonly FactAssumption[]
  /** Texts of the law in place of the country's, by their path: `packs/ma/asd/pack.yaml`. */
  readonly texts: Readonly<Record<string, string>>
  /** Find the value of a parameter for which a month costs at most this, in units of the currency. */
  readonly budget:
    | { readonly pack: string | undefined; readonly parameter: string; readonly perMonth: string }
    | undefined
}

/** Whom a programme should reach: the poorest by a score, or those with some facts. */
export type Reference =
  | { readonly poorest: number; readonly by: string }
  | { readonly where: Readonly<Record<string, string | boolean>> }

export type Projection = {
  readonly years: number
  /** Growth in percent a year. */
  readonly households: string
  readonly amounts: string
}

export type Study = {
  readonly pack: string
  readonly month: Month
  /** A folder; the latest of the country unless given. */
  readonly snapshot: string | undefined
  /** Programmes whose meeting is watched: who leaves one and enters another. */
  readonly beside: readonly string[]
  readonly reference: Reference | undefined
  readonly projection: Projection | undefined
  readonly scenarios: readonly Scenario[]
}

export type StudyRefusal = { readonly code: 'study_refused'; readonly problems: readonly string[] }

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name in snake_case')
const packId = z.string().regex(/^[a-z]{2}\/[a-z0-9-]+$/, 'a pack such as ma/asd')
const fact = z
  .string()
  .regex(/^(household|member)\.[a-z][a-z0-9_]*$/, 'a fact such as household.area or member.schooling')
const code = z.union([z.string(), z.boolean()])
const scalar = z.union([z.number(), z.string(), z.boolean()])
const decimal = z
  .union([z.number(), z.string()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d+(\.\d+)?$/, 'a decimal number such as 1.08'))
const share = decimal.refine(text => Number(text) >= 0 && Number(text) <= 1, 'a share from 0 to 1')

const parameter = z.union([
  z.strictObject({ pack: packId.optional(), name, value: scalar }),
  z.strictObject({ pack: packId.optional(), name, list: z.record(z.string(), scalar) }),
  z.strictObject({ pack: packId.optional(), name, brackets: z.array(z.unknown()).min(1) }),
])
const among = {
  fact,
  where: z.record(name, code).default({}),
  ages: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).optional(),
}
const assumption = z.union([
  z.strictObject({ ...among, times: decimal }),
  z.strictObject({ ...among, value: code, share }),
])
const scenario = z.strictObject({
  name: z.string().min(1).max(200),
  parameters: z.array(parameter).default([]),
  facts: z.array(assumption).default([]),
  texts: z.record(z.string(), z.string()).default({}),
  budget: z
    .strictObject({ pack: packId.optional(), parameter: name, per_month: decimal })
    .transform(({ per_month, ...rest }) => ({ ...rest, perMonth: per_month }))
    .optional(),
})
const study = z.strictObject({
  pack: packId,
  month: z.string().transform((text, context): Month => {
    const month = parseMonth(text)
    if (month === undefined) context.addIssue('a month such as 2027-01')
    return month ?? (text as Month)
  }),
  snapshot: z.string().optional(),
  beside: z.array(packId).default([]),
  reference: z
    .union([
      z.strictObject({ poorest: z.number().gt(0).lt(100), by: packId }),
      z.strictObject({ where: z.record(fact, code) }),
    ])
    .optional(),
  projection: z
    .strictObject({
      years: z.int().min(1).max(30).default(5),
      households: decimal.default('0'),
      amounts: decimal.default('0'),
    })
    .optional(),
  scenarios: z.array(scenario).min(1).max(20),
})

/** Reads a study from YAML. Every mistake is said at once, with its place. */
export function readStudy(text: string): Result<Study, StudyRefusal> {
  let data: unknown
  try {
    data = parse(text, { maxAliasCount: 0 })
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error
    return err({ code: 'study_refused', problems: [error.message] })
  }
  const parsed = study.safeParse(data)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
    return err({ code: 'study_refused', problems })
  }
  const names = parsed.data.scenarios.map(each => each.name)
  const twice = names.find((each, index) => names.indexOf(each) !== index)
  if (twice !== undefined) return err({ code: 'study_refused', problems: [`two scenarios are named ${twice}`] })
  return ok({
    snapshot: undefined,
    reference: undefined,
    projection: undefined,
    ...parsed.data,
    // One set in one order: moves are held against those shown before of the same programmes.
    beside: [...new Set(parsed.data.beside)].filter(id => id !== parsed.data.pack).sort(),
    scenarios: parsed.data.scenarios as Scenario[],
  })
}
