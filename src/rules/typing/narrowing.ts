import type { Expr } from '../expression.ts'
import { recordType, type Type, type TypeScope, withNull } from './type.ts'

/** The names and paths (`age`, `m.age`) that cannot be null where a condition came out true, and where it came out false. */
export type Known = { readonly whenTrue: ReadonlySet<string>; readonly whenFalse: ReadonlySet<string> }

const NOTHING: ReadonlySet<string> = new Set()

/** What a condition says of nulls: `age != null and age > 3` knows of `age` where it holds. */
export function knownFrom(condition: Expr): Known {
  if (condition.kind === 'logic') {
    const left = knownFrom(condition.left)
    const right = knownFrom(condition.right)
    return condition.operator === 'and'
      ? { whenTrue: left.whenTrue.union(right.whenTrue), whenFalse: left.whenFalse.intersection(right.whenFalse) }
      : { whenTrue: left.whenTrue.intersection(right.whenTrue), whenFalse: left.whenFalse.union(right.whenFalse) }
  }
  if (condition.kind !== 'comparison') return { whenTrue: NOTHING, whenFalse: NOTHING }
  const { operator, left, right } = condition
  const named = [left, right].map(refOf).filter(ref => ref !== null)
  if (!isNull(left) && !isNull(right)) {
    // An order holds, or fails, only between two known values.
    const ordered = operator !== '=' && operator !== '!=' ? new Set(named) : NOTHING
    return { whenTrue: ordered, whenFalse: NOTHING }
  }
  const about = new Set(named)
  if (operator === '!=') return { whenTrue: about, whenFalse: NOTHING }
  return { whenTrue: NOTHING, whenFalse: operator === '=' ? about : NOTHING }
}

function isNull(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.value === null
}

/** `age` or `m.age`: what a null test can be about. */
function refOf(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name
  return expr.kind === 'path' && expr.subject.kind === 'name' ? `${expr.subject.name}.${expr.key}` : null
}

/** The same names, some of them now known not to be null. */
export function narrowed(scope: TypeScope, known: ReadonlySet<string>): TypeScope {
  if (known.size === 0) return scope
  return {
    find(name) {
      const type = scope.find(name)
      if (type === undefined) return undefined
      return withKnownFields(known.has(name) ? withNull(type, false) : type, key => known.has(`${name}.${key}`))
    },
    names: () => scope.names(),
  }
}

/** A record some of whose facts are known: an item that passed a filter. */
export function withKnownFields(type: Type, isKnown: (key: string) => boolean): Type {
  if (type.shape.kind !== 'record' || ![...type.shape.fields.keys()].some(isKnown)) return type
  const { name, fields } = type.shape
  return recordType(
    name,
    new Map([...fields].map(([key, field]) => [key, isKnown(key) ? withNull(field, false) : field])),
  )
}
