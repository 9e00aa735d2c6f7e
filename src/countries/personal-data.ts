import { z } from 'zod'
import { err, ok, type Result, type Words } from '#kernel'
import { type Catalogue, readYamlData } from '#rules'
import type { CountryProblem } from './problem.ts'

/** What can be held on a person. The same list in every country: which column belongs where does not change with the law. */
export const dataCategories = [
  'identity',
  'identifiers',
  'contact',
  'residence',
  'family',
  'circumstances',
  'sensitive',
  'decisions',
  'accounts',
  'payments',
  'trace',
] as const
export type DataCategory = (typeof dataCategories)[number]

/** Categories with a time of their own, and the event from which it runs. The others end with identity, the trace never. */
export const retainedFrom = {
  identity: 'last_activity',
  contact: 'last_activity',
  sensitive: 'last_activity',
  accounts: 'last_activity',
  payments: 'paid',
} as const satisfies Partial<Record<DataCategory, string>>
export type RetainedCategory = keyof typeof retainedFrom

/** How sure the citation is: the text itself was read, it was quoted elsewhere, or somebody has still to read it. */
export type Confidence = 'read' | 'secondary' | 'to_confirm'

export type Retention = {
  readonly from: (typeof retainedFrom)[RetainedCategory]
  /** Null: set by nobody yet, and then nothing is anonymised. */
  readonly months: number | null
  readonly source: string | null
}

export type Processing = {
  readonly category: DataCategory
  readonly sensitive: boolean
  readonly purpose: Words
  readonly basis: { readonly source: string; readonly article: string | null; readonly confidence: Confidence }
  readonly recipients: readonly Words[]
  /** Null where the category ends with another. */
  readonly retention: Retention | null
}

/** A country's register of processing: `packs/<country>/personal-data.yaml`. */
export type PersonalData = {
  readonly law: { readonly name: Words; readonly source: string; readonly confidence: Confidence }
  /** Code to text, as the citations name them. */
  readonly sources: Readonly<Record<string, string>>
  /** Facts that the catalogue calls sensitive: health, disability. */
  readonly sensitiveFacts: readonly { readonly of: 'household' | 'member'; readonly name: string }[]
  /** One for each category, in their order. */
  readonly processings: readonly Processing[]
}

const words = z.strictObject({ fr: z.string().min(1), ar: z.string().min(1), en: z.string().min(1) })
const confidence = z.enum(['read', 'secondary', 'to_confirm'])
const shape = z.strictObject({
  sources: z.record(z.string(), z.string().min(1)),
  law: z.strictObject({ name: words, source: z.string(), confidence }),
  recipients: z.record(z.string(), words),
  categories: z.strictObject(
    Object.fromEntries(dataCategories.map(category => [category, processingShape(category)])) as Record<
      DataCategory,
      ReturnType<typeof processingShape>
    >,
  ),
})

function processingShape(category: DataCategory) {
  return z.strictObject({
    sensitivity: z.enum(['ordinary', 'sensitive']),
    purpose: words,
    basis: z.strictObject({ source: z.string(), article: z.string().min(1).nullable(), confidence }),
    recipients: z.array(z.string()).min(1),
    retention:
      category in retainedFrom
        ? z.strictObject({
            from: z.literal(retainedFrom[category as RetainedCategory]),
            months: z.int().min(1).max(1200).nullable(),
            source: z.string().nullable(),
          })
        : z.undefined(`${category} has no time of its own`).optional(),
  })
}

/** Reads the register of processing. Every mistake at once: a category missing, a source that nobody knows. */
export function parsePersonalData(
  text: string,
  file: string,
  catalogue: Catalogue,
): Result<PersonalData, CountryProblem[]> {
  const data = readYamlData(text)
  if (!data.ok) return err(data.refusal.map(message => ({ file, message: `${file}: ${message}` })))
  const parsed = shape.safeParse(data.value)
  if (!parsed.success) {
    return err(
      parsed.error.issues.map(issue => ({ file, message: `${file}: ${issue.path.join('.')}: ${issue.message}` })),
    )
  }
  const told = parsed.data
  const problems = unknownNames(told)
  if (problems.length > 0) return err(problems.map(message => ({ file, message: `${file}: ${message}` })))
  return ok({
    law: told.law,
    sources: told.sources,
    sensitiveFacts: (['household', 'member'] as const).flatMap(of =>
      [...catalogue[of].values()].filter(fact => fact.sensitive).map(({ name }) => ({ of, name })),
    ),
    processings: dataCategories.map(category => {
      const { sensitivity, recipients, retention, ...rest } = told.categories[category]
      return {
        ...rest,
        category,
        sensitive: sensitivity === 'sensitive',
        recipients: recipients.map(name => told.recipients[name]!),
        retention: retention ?? null,
      }
    }),
  })
}

function unknownNames(told: z.infer<typeof shape>): string[] {
  const cited = [
    { at: 'law', source: told.law.source },
    ...dataCategories.flatMap(category => {
      const { basis, retention } = told.categories[category]
      const own = retention?.source ?? undefined
      return [
        { at: `categories.${category}.basis`, source: basis.source },
        ...(own === undefined ? [] : [{ at: `categories.${category}.retention`, source: own }]),
      ]
    }),
  ]
  const withoutSource = dataCategories.filter(category => {
    const { retention } = told.categories[category]
    return retention !== undefined && (retention.months === null) !== (retention.source === null)
  })
  return [
    ...cited
      .filter(({ source }) => told.sources[source] === undefined)
      .map(({ at, source }) => `${at}: ${source} is not one of sources: ${Object.keys(told.sources).join(', ')}`),
    ...withoutSource.map(category => `categories.${category}.retention: months and source go together`),
    ...dataCategories.flatMap(category =>
      told.categories[category].recipients
        .filter(name => told.recipients[name] === undefined)
        .map(
          name => `categories.${category}.recipients: ${name} is not one of ${Object.keys(told.recipients).join(', ')}`,
        ),
    ),
  ]
}
