import { z } from 'zod'

/**
 * The calibration of a country's modelled households, as its files under packs/<country>/model/ say it. Every block names
 * the source of its figures, or says that they are ours (`modelled: true`) and why. Shares are per mille unless a name says
 * otherwise; a curve is one number, or values from the poorest to the richest rank of wealth.
 */
const provenance = { source: z.string().optional(), modelled: z.literal(true).optional(), why: z.string().optional() }

const unsourced = 'names neither a source nor (modelled: true, why)'

function sourced(value: object): boolean {
  const { source, modelled, why } = value as { source?: string; modelled?: true; why?: string }
  return source !== undefined || (modelled === true && why !== undefined)
}

function block<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...provenance, ...shape }).refine(sourced, unsourced)
}

const whole = z.int()
const curve = z.union([whole, z.array(whole).min(2)])
const perMille = z.int().min(0).max(1000)
const weights = z.record(z.string(), z.int().min(0))
const byArea = <Value extends z.ZodType>(value: Value) => z.strictObject({ urban: value, rural: value })
const bySex = <Value extends z.ZodType>(value: Value) => z.strictObject({ female: value, male: value })
/** Rows by age: each holds from the end of the one before up to and with `until`. */
const byAge = <Value extends z.ZodType>(value: Value) =>
  z.array(z.strictObject({ until: whole, urban: bySex(value), rural: bySex(value) })).min(1)
const range = z.tuple([whole, whole])
/** Shares of having at least one; of those, at least two; and so on. */
const chain = z.array(curve)
const ageBands = z.array(z.tuple([whole, whole, whole])).min(1)
/** Values by the household's setting: its area, and `farm` where some member runs a farm. */
const bySetting = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ urban: value, rural: value, farm: value.optional() })

const code = z.string()

export const populationFile = z.strictObject({
  country: code,
  as_of: block({ date: z.iso.date() }),
  money_places: block({ places: z.int().min(0).max(2) }),
  households: block(byArea(whole).shape),
  mean_size_hundredths: block(byArea(whole).shape),
  regions: z
    .array(block({ code, population: whole, urban_per_mille: perMille, wealth_shift: whole.default(0) }))
    .min(1),
  places: block({ weights: z.record(code, range) }),
  wealth_shift: block({ by_kind: z.record(z.string(), whole) }),
})

const kinds = z.strictObject({
  alone: curve,
  couple: curve,
  nuclear: curve,
  lone_parent: curve,
  extended: curve,
  grandparent: curve,
})
export type Kind = keyof z.infer<typeof kinds>

export const familiesFile = z.strictObject({
  kinds: block(byArea(kinds).shape),
  heads: block({
    age: z.strictObject({
      alone: ageBands,
      couple: ageBands,
      nuclear: ageBands,
      lone_parent: ageBands,
      extended: ageBands,
      grandparent: ageBands,
    }),
    woman_alone: byArea(perMille),
    woman_in_couple: byArea(perMille),
    woman_lone_parent: byArea(perMille),
  }),
  marriage: block({
    wife_younger: range,
    further_wives: byArea(z.array(perMille)),
    alone: z.array(z.strictObject({ until: whole, female: weights, male: weights })),
    lone_parent: z.array(z.strictObject({ until: whole, female: weights, male: weights })),
  }),
  births: block({
    first_at: byArea(range),
    spacing_days: byArea(range),
    last_at: whole,
    twins: perMille,
    by_wealth: byArea(curve),
    numbers: z.array(z.strictObject({ mother_until: whole, urban: z.array(whole), rural: z.array(whole) })),
  }),
  home: block({ rows: byAge(perMille) }),
  kin: block({
    parent: byArea(perMille),
    both_parents: perMille,
    siblings: byArea(chain),
    married_children: byArea(chain),
    daughter_with_children: byArea(perMille),
    elders_until: whole,
    other: byArea(chain),
    other_age: range,
    kafala: byArea(perMille),
    father_deceased_kafala: perMille,
    father_deceased_with_grandparents: perMille,
    father_deceased: perMille,
  }),
})

const sexedCurve = byAge(curve)

export const peopleFile = z.strictObject({
  school: block({
    enrolled: sexedCurve,
    ladder: z
      .array(z.strictObject({ level: code, age: whole, reached: code, vocational: z.literal(true).optional() }))
      .min(1),
    /** The level that a pupil of 18 and over follows when the learning rank allows it, and the one otherwise. */
    advanced: z.strictObject({
      level: code,
      from: whole,
      rank: byArea(perMille),
      otherwise: code,
      otherwise_until: whole,
    }),
    vocational: z.strictObject({ from: whole, until: whole, level: code, chance: byArea(perMille) }),
    repeated: z.array(perMille),
    private: byArea(curve).default({ urban: 0, rural: 0 }),
    kinds: z.strictObject({ public: code, private: code, vocational: code, none: code }),
    /** Where some of those go whom school does not enrol: Koranic schools. */
    elsewhere: z.strictObject({ code, ages: range, share: byArea(bySex(perMille)) }).optional(),
    /** Share of children whose parents enrol all or none, by one draw of the household. */
    siblings_alike: perMille.default(0),
    absences: chain.default([]),
    absences_health_when_disabled: perMille.default(0),
  }),
  education: block({
    levels: z.array(z.strictObject({ level: code, from: whole, literate: perMille.default(1000) })).min(2),
    /** Cumulated shares below each level after the first. */
    below: byAge(z.array(perMille)),
    young_reaches: z.strictObject({ from: whole, level: code }),
    diplomas: z.strictObject({ from: whole, by_level: z.record(code, weights), after_school: weights }).optional(),
  }),
  work: block({
    employed: sexedCurve,
    head_bonus: bySex(whole),
    in_school: perMille,
    occupations: byArea(z.record(code, weights)),
    women_percent: z.record(code, whole).default({}),
    none: code,
    employer: z.record(code, curve).default({}),
    farmers: z.array(code),
    retired_from: whole,
    retired: byArea(bySex(curve)),
    rentier: curve.default(0),
  }),
  protection: block({
    formal: z.record(code, curve),
    formal_area_percent: byArea(whole),
    /** Health cover, where the country's catalogue has it. */
    cover: z
      .strictObject({
        schemes: z.array(z.strictObject({ cover: code, chance: z.record(code, perMille), otherwise: perMille })).min(1),
        informal: byArea(z.record(code, curve)),
        student_until: whole,
      })
      .optional(),
    child_until: whole.default(20),
    family_allowance: perMille.default(0),
    pension_when_retired: byArea(perMille),
    pension_widow: byArea(curve),
    /** What the catalogue calls those who live on a pension, where it lists them among the trades. */
    pensioners: z.strictObject({ retired: code, widowed: code }).optional(),
    income_tax: z.record(code, curve).default({}),
    other_aid_student: perMille.default(0),
    other_aid: perMille.default(0),
  }),
  disability: block({
    codes: z.strictObject({ none: code, moderate: code, severe: code }),
    rows: z.array(z.strictObject({ until: whole, moderate: curve, severe: curve })),
  }).optional(),
})

const factSpec = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...provenance,
      kind: z.literal('chance'),
      of: bySetting(curve),
      needs: z.enum(['informal_head']).optional(),
      /** Another fact, drawn before: where it is not true, this one is false (a date: absent). */
      given: z.string().optional(),
    }),
    z.strictObject({ ...provenance, kind: z.literal('chain'), of: bySetting(chain) }),
    z.strictObject({
      ...provenance,
      kind: z.literal('persons'),
      from_age: whole,
      of: bySetting(curve),
      at_least_one: perMille,
    }),
    z.strictObject({
      ...provenance,
      kind: z.literal('quantity'),
      /** Hundredths for the household, and for each member. */
      base: bySetting(curve),
      member: bySetting(curve),
      spread_percent: whole,
      min: whole,
      max: whole,
    }),
    z.strictObject({
      ...provenance,
      kind: z.literal('money'),
      base: bySetting(curve),
      member: bySetting(curve),
      spread_percent: whole,
      nothing: bySetting(curve).optional(),
      step: whole,
    }),
    z.strictObject({ ...provenance, kind: z.literal('choice'), of: bySetting(z.record(code, curve)) }),
    z.strictObject({
      ...provenance,
      kind: z.literal('date'),
      of: bySetting(curve),
      given: z.string().optional(),
      from: z.iso.date(),
      to: z.iso.date(),
    }),
    z.strictObject({ ...provenance, kind: z.literal('built_in') }),
  ])
  .refine(sourced, unsourced)
export type FactSpec = z.infer<typeof factSpec>

/** Whose the fact is: others have `otherwise`, or nothing. */
const owners = {
  ages: range.default([0, 120]),
  among: z.enum(['everyone', 'declared_workers', 'pupils', 'pensioners', 'disabled']).default('everyone'),
  occupations: z.array(code).optional(),
  /** One draw for the whole household: its members have it all, or none. */
  together: z.literal(true).optional(),
  otherwise: z.union([z.boolean(), z.string()]).optional(),
}
const memberSpec = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...provenance, ...owners, kind: z.literal('chance'), of: bySetting(curve) }),
    z.strictObject({ ...provenance, ...owners, kind: z.literal('choice'), of: bySetting(z.record(code, curve)) }),
    z.strictObject({
      ...provenance,
      ...owners,
      kind: z.enum(['money', 'number']),
      of: bySetting(curve),
      spread_percent: whole,
      step: whole,
    }),
  ])
  .refine(sourced, unsourced)
export type MemberSpec = z.infer<typeof memberSpec>

export const factsFile = z.strictObject({
  household: z.record(z.string(), factSpec),
  /** The catalogue's codes for the model's relations, where they differ. */
  relations: z.record(z.string(), code).default({}),
  /** Facts that the model computes on the person's life, by the catalogue's names. */
  member: z.array(z.string()),
  /** The country's other facts of a member. */
  member_more: z.record(z.string(), memberSpec).default({}),
  grant: block({ months: whole, asked: perMille, counted_from: z.iso.date() }).optional(),
  unknown: block({ households: perMille, household: z.array(z.string()), member: z.array(z.string()) }),
})

export const contactsFile = z.strictObject({
  names: block({ variant: perMille, surname_variant: perMille, decay: whole }),
  recipient: block({ wife: byArea(perMille) }),
  phones: block({ prefix: z.string(), digits: whole, spouse: perMille }),
  accounts: block({ of: byArea(z.record(z.enum(['bank', 'mobile_money', 'cash']), curve)), bank_code: z.string() }),
})

/** One line of packs/<country>/names/given.csv and surnames.csv. `era` says when the name was usual. */
export const nameRow = z.object({
  sex: z.enum(['female', 'male', '']),
  latin: z.string().min(1),
  arabic: z.string(),
  variants: z.string(),
  era: z.enum(['old', 'any', 'young', '']),
})

export type Weights = z.infer<typeof weights>
export type ByArea<Value> = { urban: Value; rural: Value }
export type BySetting<Value> = { urban: Value; rural: Value; farm?: Value | undefined }
export type Area = keyof ByArea<unknown>
export type Population = z.infer<typeof populationFile>
export type Families = z.infer<typeof familiesFile>
export type People = z.infer<typeof peopleFile>
export type Facts = z.infer<typeof factsFile>
export type Contacts = z.infer<typeof contactsFile>
export type NameRow = z.infer<typeof nameRow>
