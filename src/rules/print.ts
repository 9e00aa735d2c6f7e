import type { Expr } from './expression.ts'
import { numberToText } from './number.ts'
import { isList, isNumber, type Value } from './value.ts'

/** What stands for a name in the printed text: its value, or null to leave the name. `path` is `head.age` for a path. */
export type Shown = (path: string) => string | null

const SIGNS: Readonly<Record<string, string>> = { '*': '×', '/': '÷', '-': '−', '<=': '≤', '>=': '≥', '!=': '≠' }

/** Binding strength, weakest first: what stands inside something stronger is put in brackets. */
const STRENGTH: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  comparison: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '**': 6,
}

/** An expression as a person writes it, with values in the place of names: `size / rooms` as `5 ÷ 2`. */
export function printExpression(expr: Expr, shown: Shown = () => null): string {
  return print(expr, 0, shown)
}

function print(expr: Expr, outside: number, shown: Shown): string {
  switch (expr.kind) {
    case 'literal':
      return valueText(expr.value)
    case 'name':
      return shown(expr.name) ?? expr.name
    case 'path':
      return (
        (expr.subject.kind === 'name' ? shown(`${expr.subject.name}.${expr.key}`) : null) ??
        `${print(expr.subject, 9, shown)}.${expr.key}`
      )
    case 'arithmetic': {
      const strength = STRENGTH[expr.operator] ?? 0
      const right = print(expr.right, strength + 1, shown)
      const left = print(expr.left, strength, shown)
      if (expr.operator === '**' && right === '2') return `${print(expr.left, 9, shown)}²`
      return bracketed(`${left} ${SIGNS[expr.operator] ?? expr.operator} ${right}`, strength, outside)
    }
    case 'negation':
      return `−${print(expr.operand, 9, shown)}`
    case 'comparison': {
      const operator = SIGNS[expr.operator] ?? expr.operator
      return bracketed(`${print(expr.left, 4, shown)} ${operator} ${print(expr.right, 4, shown)}`, 3, outside)
    }
    case 'logic': {
      const strength = STRENGTH[expr.operator] ?? 0
      const text = `${print(expr.left, strength, shown)} ${expr.operator} ${print(expr.right, strength + 1, shown)}`
      return bracketed(text, strength, outside)
    }
    case 'between': {
      const [subject, low, high] = [expr.subject, expr.low, expr.high].map(part => print(part, 4, shown))
      return bracketed(`${subject} between ${low} and ${high}`, 3, outside)
    }
    case 'membership': {
      const tests = expr.tests.map(test => print(test, 0, shown)).join(', ')
      const list = expr.tests.length === 1 && expr.tests[0]?.kind === 'range' ? tests : `(${tests})`
      return bracketed(`${print(expr.subject, 4, shown)} in ${list}`, 3, outside)
    }
    case 'conditional': {
      const [condition, yes, no] = [expr.condition, expr.whenTrue, expr.otherwise].map(part => print(part, 0, shown))
      return bracketed(`if ${condition} then ${yes} else ${no}`, 0, outside)
    }
    case 'call':
      return `${print(expr.callee, 9, () => null)}(${expr.args.map(arg => print(arg, 0, shown)).join(', ')})`
    case 'list':
      return `[${expr.items.map(item => print(item, 0, shown)).join(', ')}]`
    case 'range': {
      const [open, close] = [expr.startIncluded ? '[' : '(', expr.endIncluded ? ']' : ')']
      return `${open}${print(expr.start, 0, shown)}..${print(expr.end, 0, shown)}${close}`
    }
    case 'unary_test':
      return `${SIGNS[expr.operator] ?? expr.operator} ${print(expr.operand, 4, shown)}`
    case 'filter':
      return `${print(expr.subject, 9, shown)}[${print(expr.condition, 0, shown)}]`
    case 'quantified': {
      const bindings = expr.bindings.map(({ name, source }) => `${name} in ${print(source, 0, shown)}`).join(', ')
      return bracketed(`${expr.quantifier} ${bindings} satisfies ${print(expr.condition, 0, shown)}`, 0, outside)
    }
    case 'for': {
      const bindings = expr.bindings.map(({ name, source }) => `${name} in ${print(source, 0, shown)}`).join(', ')
      return bracketed(`for ${bindings} return ${print(expr.body, 0, shown)}`, 0, outside)
    }
    case 'context':
    case 'function':
    case 'instance_of':
    case 'table':
      // Outside the language of packs: never printed.
      return '…'
  }
}

function bracketed(text: string, strength: number, outside: number): string {
  return strength < outside ? `(${text})` : text
}

/** A value as it is written in a rule; what is unknown is a question mark. */
export function valueText(value: Value): string {
  if (value === null) return '?'
  if (typeof value === 'string') return `"${value}"`
  if (isNumber(value)) return numberToText(value)
  if (isList(value)) return `[${value.map(valueText).join(', ')}]`
  return String(value)
}
