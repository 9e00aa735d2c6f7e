// Holds a value against a schema of an OpenAPI document, as far as the specifications that we hold ourselves to use one: types,
// properties, items, enumerations, lengths, patterns, references, allOf, anyOf and oneOf. Answers what is wrong, with its place.
type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

export function schemaFaults(document: unknown, schema: Schema, value: unknown, at = ''): string[] {
  if (schema.$ref !== undefined) return schemaFaults(document, referred(document, schema.$ref), value, at)
  const within = (each: Schema) => schemaFaults(document, each, value, at)
  const faults = (schema.allOf ?? []).flatMap(within)
  for (const choice of [schema.anyOf, schema.oneOf]) {
    const answers = choice?.map(within) ?? []
    const first = answers.find(answer => answer.length > 0)
    if (first && !answers.some(answer => answer.length === 0)) faults.push(...first)
  }
  if (schema.type !== undefined && !isOf(schema.type, value)) return [...faults, `${at}: not ${schema.type}`]
  if (schema.enum && !schema.enum.includes(value)) faults.push(`${at}: ${String(value)} is not among ${schema.enum}`)
  if (typeof value === 'string') faults.push(...textFaults(schema, value, at))
  if (Array.isArray(value) && schema.items) {
    for (const [index, one] of value.entries())
      faults.push(...schemaFaults(document, schema.items, one, `${at}.${index}`))
  } else if (typeof value === 'object' && value !== null) {
    const held = value as Readonly<Record<string, unknown>>
    for (const name of schema.required ?? []) if (!(name in held)) faults.push(`${at}: lacks ${name}`)
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      if (name in held) faults.push(...schemaFaults(document, each, held[name], `${at}.${name}`))
    }
  }
  return faults
}

function referred(document: unknown, reference: string): Schema {
  let here = document as Readonly<Record<string, unknown>>
  for (const name of reference.replace(/^#\//, '').split('/')) here = here[name] as typeof here
  if (here === undefined) throw new Error(`${reference} leads nowhere`)
  return here as Schema
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function textFaults({ maxLength, pattern, format }: Schema, value: string, at: string): string[] {
  const faults: string[] = []
  if (maxLength !== undefined && value.length > maxLength) faults.push(`${at}: longer than ${maxLength}`)
  if (pattern !== undefined && !new RegExp(pattern).test(value)) faults.push(`${at}: not like ${pattern}`)
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) faults.push(`${at}: no instant`)
  return faults
}
