// packs/pack.schema.json is what editors complete and underline by: it must accept every pack, and refuse what the reader
// refuses as a key. Read here by the few words of JSON Schema that it uses.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'

type Schema = {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  pattern?: string
  oneOf?: Schema[]
  items?: Schema
  minItems?: number
  properties?: Record<string, Schema>
  propertyNames?: Schema
  required?: string[]
  additionalProperties?: boolean | Schema
}

const root = JSON.parse(readFileSync('packs/pack.schema.json', 'utf8')) as Schema

function problems(value: unknown, schema: Schema, path: string): string[] {
  if (schema.$ref) return problems(value, root.$defs?.[schema.$ref.split('/').at(-1) as string] as Schema, path)
  if (schema.oneOf) {
    const fits = schema.oneOf.filter(each => problems(value, each, path).length === 0)
    return fits.length === 1 ? [] : [`${path}: fits ${fits.length} of the choices`]
  }
  if ('const' in schema) return value === schema.const ? [] : [`${path}: is not ${schema.const}`]
  if (schema.enum) return schema.enum.includes(value) ? [] : [`${path}: ${value} is not one of ${schema.enum}`]
  if (schema.type && ![schema.type].flat().includes(typeName(value))) return [`${path}: is ${typeName(value)}`]
  if (schema.pattern && !new RegExp(schema.pattern).test(String(value))) return [`${path}: ${value} has not the form`]
  if (Array.isArray(value)) return inList(value, schema, path)
  return typeof value === 'object' && value !== null ? inObject(value as Record<string, unknown>, schema, path) : []
}

function inList(values: unknown[], { items, minItems = 0 }: Schema, path: string): string[] {
  if (values.length < minItems) return [`${path}: is too short`]
  return items ? values.flatMap((each, index) => problems(each, items, `${path}[${index}]`)) : []
}

function inObject(values: Record<string, unknown>, schema: Schema, path: string): string[] {
  const absent = (schema.required ?? []).filter(key => !(key in values)).map(key => `${path}: ${key} is missing`)
  const inside = Object.entries(values).flatMap(([key, each]) => {
    const own = schema.properties?.[key]
    if (own) return problems(each, own, `${path}.${key}`)
    if (schema.additionalProperties === false) return [`${path}: ${key} has no meaning`]
    const named = schema.propertyNames ? problems(key, schema.propertyNames, `${path}.${key}`) : []
    const rest = schema.additionalProperties
    return [...named, ...(typeof rest === 'object' ? problems(each, rest, `${path}.${key}`) : [])]
  })
  return [...absent, ...inside]
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

for (const file of globSync('packs/*/*/pack.yaml')) {
  test(`${file} fits the schema`, () => {
    assert.deepEqual(problems(parse(readFileSync(file, 'utf8')), root, 'pack'), [])
  })
}

test('what has no meaning, or is missing, does not fit', () => {
  const pack = () => parse(readFileSync('packs/ma/asd/pack.yaml', 'utf8')) as Record<string, Record<string, unknown>>
  const broken: [string, (pack: Record<string, Record<string, unknown>>) => void, RegExp][] = [
    ['a key that is mistyped', each => { each.refusal = {} }, /refusal has no meaning/],
    ['no names', each => { delete each.names }, /names is missing/],
    ['a period that does not exist', each => { each.amount = { ...each.amount, per: 'moth' } }, /moth is not one of/],
    ['a name with a capital', each => { each.steps = { Size: { label: { fr: '', ar: '', en: '' }, value: 1 } } }, /has not the form/],
    ['words without Arabic', each => { each.names = { fr: 'A', en: 'A' } }, /ar is missing/],
  ] // biome-ignore format: one row each
  for (const [says, breakIt, expected] of broken) {
    const each = pack()
    breakIt(each)
    assert.match(problems(each, root, 'pack').join('\n'), expected, says)
  }
})
