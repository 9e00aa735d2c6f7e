import type { Expr, Membership, Place } from './expression.ts'

/** Tells whether the null of an expression is a known answer (`absent_means` in the catalogue), not an unknown. */
export type MeansSomething = (expr: Expr) => boolean

/**
 * A rule must not take "unknown" for "no". FEEL's own `null = 1` is false, `null in ("a", "b")` is false, and
 * `if null then a else b` is b, so a pack's expression is rewritten, in FEEL itself: each of these becomes null where what it
 * looks at is unknown. `ramed_card_until = null`, and facts whose absence has a meaning, stay as they are written.
 */
export function seal(expr: Expr, meansSomething: MeansSomething): Expr {
  const inside = mapChildren(expr, child => seal(child, meansSomething))
  switch (inside.kind) {
    case 'comparison':
      if (inside.operator !== '=' && inside.operator !== '!=') return inside
      if (isNull(inside.left) || isNull(inside.right)) return inside
      return nullWhereUnknown(inside, [inside.left, inside.right], meansSomething)
    case 'membership':
      return nullWhereUnknown(withoutBareValues(inside, meansSomething), [inside.subject], meansSomething)
    case 'conditional':
      return isNullTest(inside.condition) ? inside : nullWhereUnknown(inside, [inside.condition], meansSomething)
    default:
      return inside
  }
}

function nullWhereUnknown(expr: Expr, parts: readonly Expr[], meansSomething: MeansSomething): Expr {
  const place: Place = { from: expr.from, to: expr.to }
  const nothing: Expr = { ...place, kind: 'literal', value: null }
  const tests = parts
    .filter(part => part.kind !== 'literal' && !meansSomething(part))
    .map((part): Expr => ({ ...place, kind: 'comparison', operator: '=', left: part, right: nothing }))
  if (tests.length === 0) return expr
  const condition = tests.reduce((left, right): Expr => ({ ...place, kind: 'logic', operator: 'or', left, right }))
  return { ...place, kind: 'conditional', condition, whenTrue: nothing, otherwise: expr }
}

/** `role in ("head", other)` as `role in ("head") or role = other`: the unknown one leaves open only what the rest does. */
function withoutBareValues(expr: Membership, meansSomething: MeansSomething): Expr {
  const place: Place = { from: expr.from, to: expr.to }
  const rest = expr.tests.filter(test => !isBareValue(test))
  const equalities = expr.tests.filter(isBareValue).map((test): Expr => {
    const equality: Expr = { ...place, kind: 'comparison', operator: '=', left: expr.subject, right: test }
    return nullWhereUnknown(equality, [test], meansSomething)
  })
  const parts = rest.length > 0 ? [{ ...expr, tests: rest }, ...equalities] : equalities
  return parts.reduce((left, right): Expr => ({ ...place, kind: 'logic', operator: 'or', left, right }))
}

/** A test of `in` that is compared by `=`; ranges and half comparisons already answer null on an unknown. */
function isBareValue(test: Expr): boolean {
  return test.kind !== 'range' && test.kind !== 'unary_test' && test.kind !== 'list' && test.kind !== 'literal'
}

function isNull(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.value === null
}

function isNullTest(expr: Expr): boolean {
  if (expr.kind === 'logic') return isNullTest(expr.left) && isNullTest(expr.right)
  return expr.kind === 'comparison' && (isNull(expr.left) || isNull(expr.right))
}

/** The same node over other children. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'literal':
    case 'name':
    case 'table':
      return expr
    case 'path':
    case 'instance_of':
      return { ...expr, subject: map(expr.subject) }
    case 'filter':
      return { ...expr, subject: map(expr.subject), condition: map(expr.condition) }
    case 'arithmetic':
    case 'comparison':
    case 'logic':
      return { ...expr, left: map(expr.left), right: map(expr.right) }
    case 'negation':
    case 'unary_test':
      return { ...expr, operand: map(expr.operand) }
    case 'conditional':
      return { ...expr, condition: map(expr.condition), whenTrue: map(expr.whenTrue), otherwise: map(expr.otherwise) }
    case 'between':
      return { ...expr, subject: map(expr.subject), low: map(expr.low), high: map(expr.high) }
    case 'membership':
      return { ...expr, subject: map(expr.subject), tests: expr.tests.map(map) }
    case 'list':
      return { ...expr, items: expr.items.map(map) }
    case 'context':
      return { ...expr, entries: expr.entries.map(entry => ({ ...entry, value: map(entry.value) })) }
    case 'range':
      return { ...expr, start: map(expr.start), end: map(expr.end) }
    case 'quantified':
      return {
        ...expr,
        bindings: expr.bindings.map(binding => ({ ...binding, source: map(binding.source) })),
        condition: map(expr.condition),
      }
    case 'for':
      return {
        ...expr,
        bindings: expr.bindings.map(binding => ({ ...binding, source: map(binding.source) })),
        body: map(expr.body),
      }
    case 'call':
      return { ...expr, args: expr.args.map(map) }
    case 'function':
      return { ...expr, body: map(expr.body) }
  }
}
