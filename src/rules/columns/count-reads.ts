import { scorePacks } from '../decide.ts'
import type { Expr } from '../expression.ts'
import type { Form, Pack, RuleBook, Step } from '../pack.ts'
import { formulasOf } from '../pack-parts.ts'
import { readsOf } from '../reads.ts'

/**
 * How often each step is read by what is asked for, itself or through others. A step that is read once is worked out where
 * it is read; the others are kept. Too high a count costs an array, too low a count some repeated code, never another value.
 * @param detail whether lines, covered members and notes are asked for too
 */
export function countReads(book: RuleBook, asked: Pack, detail: boolean): ReadonlyMap<Step, number> {
  const counts = new Map<Step, number>()
  const read = (step: Step | null | undefined) => {
    if (!step) return
    const before = counts.get(step) ?? 0
    counts.set(step, before + 1)
    if (before === 0) for (const each of readBy(book, step)) read(each)
  }
  for (const step of roots(asked, detail)) read(step)
  for (const id of scorePacks(book, asked)) read(book.packs.get(id)?.score)
  return counts
}

/** The steps that a step reads, each as often as its text names it; those behind a parameter among them. */
function readBy(book: RuleBook, { form, pack: id }: Step): (Step | null | undefined)[] {
  const pack = book.packs.get(id) as Pack
  const members = new Set(['head', 'item'])
  for (const step of pack.steps.values()) if (step.form.kind === 'first') members.add(step.name)
  const named = (written: Expr): (Step | undefined)[] =>
    readsOf(written, members).flatMap(({ name }) => {
      const by = pack.parameters.get(name)?.by
      return by ? named(by.written) : [pack.steps.get(name)]
    })
  return [...stepsBehind(book, form), ...formulasOf(form).flatMap(({ written }) => named(written))]
}

function stepsBehind(book: RuleBook, form: Form): (Step | null | undefined)[] {
  if (form.kind === 'score') return [book.packs.get(form.pack)?.score]
  if (form.kind === 'taken') return [book.packs.get(form.pack)?.steps.get(form.step)]
  return form.kind === 'weighted_sum' ? form.terms.map(term => term.variable) : []
}

function roots(pack: Pack, detail: boolean): (Step | null)[] {
  const figures = [...pack.refusals.map(refusal => refusal.when), pack.score, pack.amount?.value ?? null]
  if (!detail) return figures
  const lines = pack.lines.flatMap(line => [
    line.where,
    line.value,
    line.order,
    ...line.otherCodes.map(other => other.when),
  ])
  return [...figures, ...lines, pack.covered, ...pack.notes]
}
