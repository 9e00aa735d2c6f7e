import { z } from 'zod'
import { err, ok, parseDate, type Result } from '#kernel'
import { readYamlData } from '#rules'

/** Where a value comes from: one column, several joined, a part of one, or the same text for every row. */
const origin = z.union([
  z.string(),
  z.strictObject({
    column: z.string(),
    /** Keeps the first characters only. */
    first: z.int().positive().optional(),
    /** Cell of the file to value of the catalogue. A cell that is not listed is refused. */
    values: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ join: z.array(z.string()).min(2), with: z.string().min(1) }),
  z.strictObject({ always: z.string() }),
])

const tableMapping = z.strictObject({
  /** Target (a fact, source_id, weight …) to where it comes from. */
  columns: z.record(z.string(), origin),
  /** Columns of the file that are left out on purpose. Any other column that nothing uses is refused. */
  ignore: z.array(z.string()).optional(),
})

const mapping = z.strictObject({
  /** Name of the register or survey that the file comes from. */
  source: z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/),
  /** Day from which what the file says is true, where the file tells it for all its rows. */
  effective_on: z
    .string()
    .refine(text => parseDate(text) !== undefined, 'a day written YYYY-MM-DD')
    .optional(),
  households: tableMapping,
  members: tableMapping.optional(),
})

export type Origin = z.infer<typeof origin>
export type TableMapping = z.infer<typeof tableMapping>
export type Mapping = z.infer<typeof mapping>

/** Reads a mapping file; every mistake is told with its path. */
export function readMapping(text: string): Result<Mapping, { readonly problems: readonly string[] }> {
  const data = readYamlData(text)
  if (!data.ok) return err({ problems: data.refusal })
  const read = mapping.safeParse(data.value)
  if (read.success) return ok(read.data)
  return err({ problems: read.error.issues.map(issue => `${issue.path.join('.') || 'file'}: ${issue.message}`) })
}

/** The columns of the file that an origin reads. */
export function columnsOf(from: Origin): readonly string[] {
  if (typeof from === 'string') return [from]
  if ('column' in from) return [from.column]
  return 'join' in from ? from.join : []
}
