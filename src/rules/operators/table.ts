import type { Expr, HitPolicy, Table } from '../expression.ts'
import { add, ExactNumber, whole } from '../number.ts'
import type { Value } from '../value.ts'
import { equal, order } from './comparison.ts'

/** What a table gives from the results of the rules that matched, in the order of the rules (DMN 1.5, section 8.2.8). */
export type TableShape = {
  readonly hitPolicy: HitPolicy
  /** One name per output; a table with one output gives the bare value. */
  readonly names: readonly (string | null)[]
  /** Per output, the values it may take, best first. */
  readonly priorities: readonly (readonly Value[] | null)[]
}

export type Row = readonly Value[]

export function shapeOf(table: Table, evaluated: (expr: Expr) => Value): TableShape {
  return {
    hitPolicy: table.hitPolicy,
    names: table.outputs.map(output => output.name),
    priorities: table.outputs.map(output => output.values?.map(evaluated) ?? null),
  }
}

/** The default of every output, or null where none has one. */
export function fallbackOf({ outputs }: Table, evaluated: (expr: Expr) => Value): Row | null {
  if (outputs.every(output => output.fallback === null)) return null
  return outputs.map(output => (output.fallback ? evaluated(output.fallback) : null))
}

/** `fallback` is what the table gives where no rule matches: the outputs' default values, or null. */
export function settle(
  { hitPolicy, names, priorities }: TableShape,
  matched: readonly Row[],
  fallback: Row | null,
): Value {
  const value = (row: Row) => rowValue(row, names)
  if (matched.length === 0 && fallback) return value(fallback)
  const first = matched[0]
  switch (hitPolicy) {
    case 'UNIQUE':
      return first && matched.length === 1 ? value(first) : null
    case 'FIRST':
      return first ? value(first) : null
    case 'ANY':
      return first && matched.every(row => row.every((item, i) => equal(item, first[i] as Value) === true))
        ? value(first)
        : null
    case 'PRIORITY': {
      const best = byPriority(matched, priorities)[0]
      return best ? value(best) : null
    }
    case 'OUTPUT ORDER':
      return first ? byPriority(matched, priorities).map(value) : null
    case 'RULE ORDER':
    case 'COLLECT':
      return first ? matched.map(value) : null
    case 'COLLECT COUNT':
      return first ? whole(matched.length) : null
    case 'COLLECT SUM':
      return byColumn(matched, names, total)
    case 'COLLECT MIN':
      return byColumn(matched, names, column => extreme(column, sign => sign < 0))
    case 'COLLECT MAX':
      return byColumn(matched, names, column => extreme(column, sign => sign > 0))
  }
}

function rowValue(row: Row, names: readonly (string | null)[]): Value {
  if (row.length === 1) return row[0] as Value
  return new Map(row.map((item, index) => [names[index] ?? '', item]))
}

/** A figure over each output's results. */
function byColumn(
  rows: readonly Row[],
  names: readonly (string | null)[],
  figure: (column: readonly Value[]) => Value,
): Value {
  return rowValue(
    names.map((_, index) => figure(rows.map(row => row[index] as Value))),
    names,
  )
}

/** Best first: by the first output's order of values, then the second's; rules equal in all keep their order. */
function byPriority(rows: readonly Row[], priorities: TableShape['priorities']): readonly Row[] {
  const ranks = rows.map(row => row.map((item, index) => rank(item, priorities[index] ?? null)))
  const sorted = rows.map((row, index) => ({ row, ranks: ranks[index] as number[] }))
  sorted.sort((a, b) => {
    for (const [index, own] of a.ranks.entries()) {
      const gap = own - (b.ranks[index] as number)
      if (gap !== 0) return gap
    }
    return 0
  })
  return sorted.map(({ row }) => row)
}

function rank(value: Value, priorities: readonly Value[] | null): number {
  const index = priorities?.findIndex(item => equal(item, value) === true) ?? 0
  return index === -1 ? Number.MAX_SAFE_INTEGER : index
}

function total(values: readonly Value[]): Value {
  const numbers = values.filter(value => value instanceof ExactNumber)
  return numbers.length === 0 || numbers.length < values.length ? null : numbers.reduce(add)
}

function extreme(values: readonly Value[], better: (sign: number) => boolean): Value {
  let best = values[0] ?? null
  for (const value of values) {
    const sign = order(value, best)
    if (sign === null) return null
    if (better(sign)) best = value
  }
  return best
}
