import { err, ok, type Result } from '#kernel'
import type { CellRead, FactColumn } from './cell.ts'
import { columnsOf, type Origin, type TableMapping } from './mapping.ts'

/** Columns that are not facts of the catalogue: they identify, weigh or name. */
const ownColumns = {
  households: {
    required: ['source_id'],
    optional: ['weight', 'effective_on', 'recipient'],
  },
  members: {
    required: ['household_source_id', 'source_id'],
    optional: ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'phone', 'unique_number', 'alias'],
  },
} as const

export type TableKind = keyof typeof ownColumns

/** Why a header is refused. Each names the columns at fault. */
export type HeaderRefusal =
  | { readonly code: 'column_twice'; readonly columns: readonly string[] }
  | { readonly code: 'column_missing'; readonly columns: readonly string[] }
  | { readonly code: 'column_unknown'; readonly columns: readonly string[]; readonly known: readonly string[] }
  | { readonly code: 'target_unknown'; readonly columns: readonly string[]; readonly known: readonly string[] }

/** Reads the text of one target from the cells of a row; a refusal says which values the mapping lists. */
export type Reader = (cells: readonly string[]) => Result<string, { readonly accepted: string }>

export type Target = {
  readonly name: string
  /** The file's own column or columns, for messages. */
  readonly column: string
  readonly read: Reader
  /** The raw text, for messages. */
  readonly raw: (cells: readonly string[]) => string
}

/** How a file's columns become what the register takes. Facts stand in order of name, as they are digested. */
export type Plan = {
  readonly kind: TableKind
  readonly width: number
  readonly own: ReadonlyMap<string, Target>
  readonly facts: readonly PlannedFact[]
}

export type PlannedFact = {
  readonly fact: FactColumn
  readonly target: Target
  /** What cells of this column were read as: most columns hold the same few texts again and again. */
  readonly remembered: Map<string, CellRead>
}

/**
 * Matches a header to the catalogue. Without a mapping, a column is called by the fact's own name. Every column must be
 * used or ignored on purpose: a misspelt header must not lose a fact silently.
 */
export function planColumns(
  kind: TableKind,
  header: readonly string[],
  facts: readonly FactColumn[],
  mapping?: TableMapping,
): Result<Plan, HeaderRefusal> {
  const names = header.map(name => name.trim())
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  if (twice.length > 0) return err({ code: 'column_twice', columns: [...new Set(twice)] })

  const own = [...ownColumns[kind].required, ...ownColumns[kind].optional]
  const known = [...own, ...facts.map(fact => fact.name)]
  const origins: Record<string, Origin> = mapping
    ? mapping.columns
    : Object.fromEntries(names.filter(name => known.includes(name)).map(name => [name, name]))

  const strange = Object.keys(origins).filter(name => !known.includes(name))
  if (strange.length > 0) return err({ code: 'target_unknown', columns: strange, known })
  const used = new Set(Object.values(origins).flatMap(columnsOf))
  const missing = [
    ...[...used].filter(name => !names.includes(name)),
    ...ownColumns[kind].required.filter(name => !(name in origins)),
    ...(kind === 'households' && territoryIsMissing(facts, origins) ? ['territory'] : []),
  ]
  if (missing.length > 0) return err({ code: 'column_missing', columns: missing })
  const unused = names.filter(name => !used.has(name) && !mapping?.ignore?.includes(name))
  if (unused.length > 0) return err({ code: 'column_unknown', columns: unused, known })

  const target = (name: string): Target => targetOf(name, origins[name] as Origin, names)
  return ok({
    kind,
    width: names.length,
    own: new Map(own.filter(name => name in origins).map(name => [name, target(name)])),
    facts: facts
      .filter(fact => fact.name in origins)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(fact => ({ fact, target: target(fact.name), remembered: new Map() })),
  })
}

/** A household lives somewhere: who may see it depends on it. */
function territoryIsMissing(facts: readonly FactColumn[], origins: Record<string, Origin>): boolean {
  return facts.some(fact => fact.type === 'territory' && !(fact.name in origins))
}

function targetOf(name: string, from: Origin, header: readonly string[]): Target {
  const columns = columnsOf(from)
  const places = columns.map(column => header.indexOf(column))
  const cell = (cells: readonly string[], i: number) => cells[places[i] as number] ?? ''
  const column = columns.join(' + ') || name
  const raw = (cells: readonly string[]) => columns.map((_, i) => cell(cells, i)).join(' + ')
  if (typeof from === 'string') return { name, column, raw, read: cells => ok(cell(cells, 0)) }
  if ('always' in from) return { name, column, raw: () => from.always, read: () => ok(from.always) }
  if ('join' in from) return { name, column, raw, read: cells => join(columns, i => cell(cells, i), from.with) }
  const { first, values } = from
  return {
    name,
    column,
    raw,
    read: cells => {
      const text = cell(cells, 0).trim()
      const part = first === undefined ? text : text.slice(0, first)
      if (!values || part === '') return ok(part)
      const value = Object.hasOwn(values, part) ? values[part] : undefined
      return value === undefined ? err({ accepted: `one of ${Object.keys(values).join(', ')}` }) : ok(value)
    },
  }
}

/** A joined identifier needs all its parts: with one missing, two different rows could look the same. */
function join(columns: readonly string[], cell: (i: number) => string, by: string): ReturnType<Reader> {
  const parts = columns.map((_, i) => cell(i).trim())
  if (parts.some(part => part === '')) return err({ accepted: `a value in each of ${columns.join(', ')}` })
  return ok(parts.join(by))
}
