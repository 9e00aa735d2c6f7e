import type { Form, Formula, Pack, Parameter, Step } from './pack.ts'

/** Every step that a pack evaluates, with those that stand inside refusals, lines, sums, the amount and the notes. */
export function stepsOf(pack: Omit<Pack, 'version'>): Step[] {
  const named = [...pack.steps.values()]
  const roots = [
    ...pack.refusals.filter(refusal => refusal.pack === pack.id).map(refusal => refusal.when),
    ...pack.lines.flatMap(line => [
      line.where,
      line.value,
      ...(line.order ? [line.order] : []),
      ...line.otherCodes.map(other => other.when),
    ]),
    ...(pack.score ? [pack.score] : []),
    ...(pack.covered ? [pack.covered] : []),
    ...(pack.amount ? [pack.amount.value] : []),
    ...pack.notes,
  ]
  return [...named, ...roots].flatMap(step => [step, ...termSteps(step.form)])
}

function termSteps(form: Form): Step[] {
  return form.kind === 'weighted_sum' ? form.terms.map(term => term.variable) : []
}

/** The formulas written in a form itself; those of the terms of a sum belong to the terms. */
export function formulasOf(form: Form): Formula[] {
  switch (form.kind) {
    case 'value':
      return [form.formula]
    case 'choose':
      return [
        ...form.choices.flatMap(choice => [choice.when, choice.gives]),
        ...(form.otherwise ? [form.otherwise] : []),
      ]
    case 'count':
    case 'first':
      return [form.where]
    case 'share':
      return form.among ? [form.where, form.among] : [form.where]
    case 'total':
      return form.where ? [form.each, form.where] : [form.each]
    case 'rank':
      return [form.by, form.among]
    case 'weighted_sum':
      return [form.start]
    case 'score':
    case 'taken':
      return []
  }
}

/** Whether a form's formulas are about each member, whatever the step itself is of. */
export function isOfMembers(step: Step): boolean {
  return step.of === 'member' || ['count', 'share', 'total', 'first', 'rank'].includes(step.form.kind)
}

/** Every parameter of a pack, the coefficients of its sums included. */
export function parametersOf(pack: Omit<Pack, 'version'>): Parameter[] {
  const coefficients = [...pack.steps.values()].flatMap(step =>
    step.form.kind === 'weighted_sum' ? step.form.terms.map(term => term.coefficient) : [],
  )
  return [...pack.parameters.values(), ...coefficients]
}
