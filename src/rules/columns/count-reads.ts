import { scorePacks } from '../decide.ts'
import type { Form, Pack, RuleBook, Step } from '../pack.ts'
import { formulasOf, stepsOf } from '../pack-parts.ts'
import { readsOf } from '../reads.ts'

/**
 * How often each step is read by the formulas of a pack and of those it uses. A step that is read once is worked out where
 * it is read; the others are kept. Too high a count costs an array, too low a count some repeated code, never another value.
 */
export function countReads(book: RuleBook, asked: Pack): ReadonlyMap<Step, number> {
  const counts = new Map<Step, number>()
  const read = (step: Step | null | undefined) => {
    if (step) counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  for (const pack of withUsed(book, asked)) {
    const members = new Set(['head', 'item'])
    for (const step of pack.steps.values()) if (step.form.kind === 'first') members.add(step.name)
    for (const step of stepsOf(pack)) {
      for (const used of stepsBehind(book, step.form)) read(used)
      for (const { written } of formulasOf(step.form)) {
        for (const { name } of readsOf(written, members)) read(pack.steps.get(name))
      }
    }
    for (const { by } of pack.parameters.values()) {
      for (const { name } of by === null ? [] : readsOf(by.written, members)) read(pack.steps.get(name))
    }
  }
  for (const step of roots(asked)) read(step)
  for (const id of scorePacks(book, asked)) read(book.packs.get(id)?.score)
  return counts
}

/** A pack and all those it uses, itself or through others. */
export function withUsed(book: RuleBook, pack: Pack): Set<Pack> {
  const all = new Set([pack])
  for (const id of pack.uses.values()) {
    for (const used of withUsed(book, book.packs.get(id) as Pack)) all.add(used)
  }
  return all
}

function stepsBehind(book: RuleBook, form: Form): (Step | null | undefined)[] {
  if (form.kind === 'score') return [book.packs.get(form.pack)?.score]
  if (form.kind === 'taken') return [book.packs.get(form.pack)?.steps.get(form.step)]
  return form.kind === 'weighted_sum' ? form.terms.map(term => term.variable) : []
}

function roots(pack: Pack): (Step | null)[] {
  return [
    ...pack.refusals.map(refusal => refusal.when),
    ...pack.lines.flatMap(line => [line.where, line.value, line.order, ...line.otherCodes.map(other => other.when)]),
    pack.score,
    pack.covered,
    pack.amount?.value ?? null,
    ...pack.notes,
  ]
}
