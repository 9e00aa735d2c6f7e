import type { Expr } from '../expression.ts'
import { branch, joined } from './branches.ts'
import { isPlain } from './emitter.ts'
import type { Spot } from './formula.ts'
import { anyUnknown, NOTHING, NotCompilable, type Operand, type Truth, unknownOf } from './operand.ts'
import { asTruth, logicCode } from './truths.ts'

/** The operands of `a = null or b = null`; null where a condition is something else. */
export function nullTests(condition: Expr): readonly Expr[] | null {
  if (condition.kind === 'logic' && condition.operator === 'or') {
    const [left, right] = [nullTests(condition.left), nullTests(condition.right)]
    return left === null || right === null ? null : [...left, ...right]
  }
  return condition.kind === 'comparison' && condition.operator === '=' && isNull(condition.right)
    ? [condition.left]
    : null
}

export function isNull(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.value === null
}

/** `if a = null or b = null then null else …`: inside, `a` and `b` are known. */
export function unlessUnknown(operands: readonly Operand[], otherwise: () => Operand, spot: Spot): Operand {
  const { out, dictionary } = spot.program
  const unknowns = operands.map(unknownOf)
  const any = out.hold(anyUnknown(...unknowns))
  if (any === '1') return NOTHING
  if (any === '0') return otherwise()
  const piece = out.apart(() => {
    out.settle(unknowns)
    return otherwise()
  })
  const { worth } = piece
  if (!isPlain(piece)) return joined(`${any} === 1`, [out.apart(() => NOTHING), piece], out, dictionary)
  for (const line of piece.lines) out.line(line)
  if (worth.kind === 'nothing') return NOTHING
  if (worth.kind === 'list') throw new NotCompilable('a list that may be unknown')
  if (worth.kind === 'truth') return { kind: 'truth', code: out.hold(`(${any} ? 2 : ${worth.code})`), nullable: true }
  return { ...worth, unknown: out.hold(anyUnknown(any, worth.unknown)) }
}

/** An operand of which somebody asked before whether it is unknown. */
export function settled(operand: Operand, spot: Spot): Operand {
  if (operand.kind === 'nothing' || operand.kind === 'list') return operand
  const unknown = unknownOf(operand)
  if (unknown === '0' || !spot.program.out.isSettled(unknown)) return operand
  return operand.kind === 'truth' ? { ...operand, nullable: false } : { ...operand, unknown: '0' }
}

/** Kleene's `and` and `or`; the right side is not worked out where the left settles it, if it takes any work. */
export function logic(operator: 'and' | 'or', leftOperand: Operand, right: () => Operand, spot: Spot): Operand {
  const { out } = spot.program
  const left = asTruth(leftOperand)
  const held: Truth = { ...left, code: out.hold(left.code) }
  const decisive = operator === 'and' ? 0 : 1
  if (held.code === `${decisive}`) return held
  if (held.code === `${1 - decisive}`) return asTruth(right())
  const piece = out.apart(() => {
    const worth = asTruth(right())
    return { ...worth, code: out.hold(worth.code) }
  })
  const nullable = held.nullable || piece.worth.nullable
  const code = logicCode(operator, held, piece.worth)
  if (isPlain(piece)) {
    out.unfold(piece)
    return { kind: 'truth', code, nullable }
  }
  const result = out.name()
  out.line(`let ${result} = ${decisive}`)
  out.place(`if (${held.code} !== ${decisive})`, [...piece.lines, `${result} = ${code}`])
  return { kind: 'truth', code: result, nullable }
}

export function conditional(condition: Truth, whenTrue: () => Operand, otherwise: () => Operand, spot: Spot): Operand {
  const { out, dictionary } = spot.program
  if (condition.code === '1') return whenTrue()
  if (condition.code === '0' || condition.code === '2') return otherwise()
  return branch(`${condition.code} === 1`, whenTrue, otherwise, out, dictionary)
}
