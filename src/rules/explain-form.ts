import { absolute, numberToText } from './number.ts'
import type { Form, Formula, Step } from './pack.ts'
import { printExpression, type Shown, valueText } from './print.ts'
import { asNumber, type Run } from './run.ts'
import { isNumber, type Value } from './value.ts'

/** A form as one line of FEEL-like text. */
export function describeRule(form: Form): string {
  switch (form.kind) {
    case 'value':
      return form.formula.text
    case 'choose': {
      const rows = form.choices.map(({ when, gives }) => `if ${when.text} then ${gives.text}`)
      return [...rows, ...(form.otherwise ? [form.otherwise.text] : [])].join(' else ')
    }
    case 'count':
      return `count(members[${form.where.text}])`
    case 'share':
      return form.among === null
        ? `count(members[${form.where.text}]) / count(members)`
        : `count(members[${form.among.text} and ${form.where.text}]) / count(members[${form.among.text}])`
    case 'total':
      return `sum(for m in members${form.where === null ? '' : `[${form.where.text}]`} return ${form.each.text})`
    case 'first':
      return `members[${form.where.text}][1]`
    case 'rank':
      return `rank by ${form.by.text} among members[${form.among.text}]`
    case 'weighted_sum':
      return `${form.start.text} + sum of coefficient × variable over ${form.terms.length} terms`
    case 'score':
      return form.pack
    case 'taken':
      return `${form.step} of ${form.pack}`
  }
}

/** A step's arithmetic with this household's values. */
export function arithmeticOf(run: Run, step: Step, member: number | null, shown: Shown): string {
  const { form } = step
  const value = run.compute(step, member).value
  const print = (formula: Formula) => printExpression(formula.written, shown)
  switch (form.kind) {
    case 'value':
      return equals(print(form.formula), value)
    case 'choose': {
      const row = form.choices.find(({ when }) => run.valueOf(when, member) !== false)
      const gives = row === undefined ? form.otherwise : row.gives
      return gives === null ? valueText(value) : equals(print(gives), value)
    }
    case 'count':
      return valueText(value)
    case 'share': {
      const count = (formulas: readonly Formula[]) =>
        run.runs.case.members.filter((_, index) => formulas.every(each => run.valueOf(each, index) === true)).length
      const among = form.among === null ? [] : [form.among]
      return equals(`${count([...among, form.where])} ÷ ${count(among)}`, value)
    }
    case 'total': {
      const { where, each } = form
      const inside = run.runs.case.members.flatMap((_, index) =>
        where === null || run.valueOf(where, index) === true ? [valueText(run.valueOf(each, index))] : [],
      )
      return equals(inside.length === 0 ? '0' : inside.join(' + '), value)
    }
    case 'weighted_sum':
      return equals([print(form.start), ...productsOf(run, form)].join(' '), value)
    case 'first':
    case 'rank':
    case 'score':
    case 'taken':
      return valueText(value)
  }
}

/** The terms that add something, as products. */
function productsOf(run: Run, form: Form & { kind: 'weighted_sum' }): string[] {
  return form.terms.flatMap(({ variable, coefficient }) => {
    const weight = run.parameter(coefficient, null)
    if (!isNumber(weight)) return []
    const value = asNumber(run.compute(variable, null).value)
    if (value !== null && value.units === 0n) return []
    const product = `${numberToText(absolute(weight))} × ${value === null ? '?' : numberToText(value)}`
    return [`${weight.units < 0n ? '−' : '+'} ${product}`]
  })
}

function equals(left: string, value: Value): string {
  const right = valueText(value)
  return left === right || typeof value === 'boolean' ? left : `${left} = ${right}`
}
