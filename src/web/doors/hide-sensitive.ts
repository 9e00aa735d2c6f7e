import type { Catalogue, Decision, ExplainedFact, ExplainedReason, ExplainedStep, Explanation } from '#rules'
import type { Hidden } from '../hidden.ts'

/**
 * A decision for a reader whose grant does not reach what is sensitive. Its outcome, amount and reasons stay; the value of
 * a sensitive fact, of every step that was worked out from one and of the lines that come from them is taken out and
 * marked hidden. Whatever the value was, the same is hidden: that something is missing tells nothing.
 */
export function hideSensitive(decision: Decision, catalogue: Catalogue): Decision & Hidden {
  const { explanation } = decision
  if (!explanation) return decision
  const hiding = new Hiding(catalogue, explanation)
  if (!hiding.hidesAnything) return decision
  return { ...decision, ...hiding.outputs(decision), explanation: hiding.explanation(explanation), hidden: true }
}

class Hiding {
  readonly #catalogue: Catalogue
  /** Steps that read something sensitive, themselves or below. A step told twice has its working once: it is known by its name. */
  readonly #touched = new Set<string>()
  /** Parameters that a step took which reads something sensitive. */
  readonly #taken = new Set<string>()

  constructor(catalogue: Catalogue, explanation: Explanation) {
    this.#catalogue = catalogue
    // Until nothing is added: a step may stand, as its value alone, before the place where its working is told.
    for (let before = -1; before < this.#touched.size; ) {
      before = this.#touched.size
      for (const step of rootsOf(explanation)) this.#touch(step)
    }
  }

  get hidesAnything(): boolean {
    return this.#touched.size > 0
  }

  explanation(explanation: Explanation): Explanation {
    const { amount } = explanation
    return {
      ...explanation,
      reasons: explanation.reasons.map((reason): ExplainedReason => ({ ...reason, step: this.#root(reason.step) })),
      scores: explanation.scores.map(step => this.#root(step)),
      amount: amount && this.#root(amount),
      lines: explanation.lines.map(step => this.#step(step)),
      covered: explanation.covered.map(step => this.#root(step)),
      notes: explanation.notes.map(step => this.#step(step)),
    }
  }

  outputs({ lines, notes, to_confirm, explanation }: Decision): Pick<Decision, 'lines' | 'notes' | 'to_confirm'> {
    const hidden = (explanation?.notes ?? []).filter(step => this.#isTouched(step)).map(step => step.name)
    return {
      lines: lines.map((line, index) => {
        const step = explanation?.lines[index]
        return step && !this.#isTouched(step) ? line : { ...line, value: null, hidden: true }
      }),
      to_confirm: to_confirm.filter(name => !this.#taken.has(name)),
      notes: Object.fromEntries(Object.entries(notes).filter(([name]) => !hidden.includes(`note.${name}`))),
    }
  }

  #touch(step: ExplainedStep): boolean {
    const below = step.steps.map(inner => this.#touch(inner))
    if (this.#reads(step)) for (const { name } of step.parameters) this.#taken.add(name)
    const touches = below.includes(true) || this.#reads(step) || this.#isTouched(step)
    if (touches) this.#touched.add(keyOf(step))
    return touches
  }

  #isTouched(step: ExplainedStep): boolean {
    return this.#touched.has(keyOf(step))
  }

  #reads(step: ExplainedStep): boolean {
    return step.facts.some(fact => this.#isSensitive(fact))
  }

  #isSensitive({ path }: ExplainedFact): boolean {
    const [of, ...rest] = path.split('.')
    const name = rest.at(-1) ?? ''
    return (of === 'household' ? this.#catalogue.household : this.#catalogue.member).get(name)?.sensitive === true
  }

  /** The step whose value is the decision's own: it stays, how it came about does not. */
  #root(step: ExplainedStep): ExplainedStep {
    return this.#isTouched(step) ? { ...this.#working(step), value: step.value } : step
  }

  #step(step: ExplainedStep): ExplainedStep & Hidden {
    return this.#isTouched(step) ? { ...this.#working(step), value: null, hidden: true } : step
  }

  #working(step: ExplainedStep): ExplainedStep {
    const hidden = { value: null, hidden: true } as const
    // Which parameter was taken, and which other fact was then asked, tells what the sensitive one was.
    const reads = this.#reads(step)
    const facts = reads ? step.facts.filter(fact => this.#isSensitive(fact)) : step.facts
    return {
      ...step,
      arithmetic: step.rule,
      facts: reads ? facts.map(fact => ({ ...fact, ...hidden, words: null })) : facts,
      terms: step.terms.map(term => ({ ...term, ...hidden, contribution: null })),
      parameters: reads ? [] : step.parameters,
      steps: reads ? [] : step.steps.map(inner => this.#step(inner)),
    }
  }
}

function rootsOf(explanation: Explanation): ExplainedStep[] {
  const { reasons, scores, amount, lines, covered, notes } = explanation
  return [...reasons.map(reason => reason.step), ...scores, ...(amount ? [amount] : []), ...lines, ...covered, ...notes]
}

function keyOf({ name, member }: ExplainedStep): string {
  return `${name} ${member ?? ''}`
}
