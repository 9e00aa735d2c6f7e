import type { Words } from '#kernel'
import { datedValue } from './dated-value.ts'
import { lineMembers, scorePacks, scoreText } from './decide.ts'
import type {
  Decision,
  ExplainedFact,
  ExplainedParameter,
  ExplainedReason,
  ExplainedStep,
  ExplainedTerm,
  Explanation,
  FactOrigin,
} from './decision.ts'
import { arithmeticOf, describeRule } from './explain-form.ts'
import { multiply, numberToText } from './number.ts'
import type { DatedValue, Parameter, Refusal, Step, Template } from './pack.ts'
import { printExpression, valueText } from './print.ts'
import { asNumber, type Reading, type Run } from './run.ts'
import { inEach, localNumber, sentenceOf } from './sentences.ts'
import { isNumber, type Value } from './value.ts'

type OriginOf = (path: string) => FactOrigin | null

/** The tree of steps behind a decision: read from what the run kept while it computed. */
export function explain(run: Run, decision: Decision, originOf: OriginOf): Explanation {
  return new Explainer(run, originOf).explain(decision)
}

/** For a month in which the programme is not in force there is nothing to explain but that. */
export function explainNotInForce(
  version: string,
  name: Words,
  remarks: readonly Words[],
  decision: Decision,
): Explanation {
  const sentence = sentenceOf(decision, name, [], [])
  return { version, name, sentence, reasons: [], scores: [], amount: null, lines: [], covered: [], notes: [], remarks }
}

class Explainer {
  readonly #run: Run
  readonly #originOf: OriginOf
  /** Steps already told in full: told again, they are their value alone. */
  readonly #told = new Set<string>()

  constructor(run: Run, originOf: OriginOf) {
    this.#run = run
    this.#originOf = originOf
  }

  explain(decision: Decision): Explanation {
    const { pack, runs } = this.#run
    const refused = decision.outcome === 'not_eligible'
    const reasons = pack.refusals.map((refusal, index) => this.#reason(refusal, decision.reasons[index]?.holds ?? null))
    const because = reasons
      .filter(reason => reason.holds === true)
      .flatMap(reason => [reason.words, ...(reason.otherwise ? [reason.otherwise] : [])])
    const everyMember = runs.case.members.map((_, index) => index)
    const remarks = [pack, ...scorePacks(runs.book, pack).map(id => runs.forPack(id).pack)].flatMap(
      each => each.remarks,
    )
    return {
      version: pack.version,
      name: pack.names,
      sentence: sentenceOf(
        decision,
        pack.names,
        because,
        decision.missing.map(path => this.#labelOf(path)),
        pack.amount?.direction,
      ),
      reasons,
      scores: this.#scores(),
      amount: pack.amount === null || refused ? null : this.#step(this.#run, pack.amount.value, null),
      lines: refused
        ? []
        : pack.lines.flatMap(line =>
            lineMembers(this.#run, line).map(index => this.#step(this.#run, line.value, index)),
          ),
      covered:
        pack.covered === null || decision.outcome !== 'eligible'
          ? []
          : everyMember.map(index => this.#step(this.#run, pack.covered as Step, index)),
      notes: refused ? [] : pack.notes.map(note => this.#step(this.#run, note, null)),
      remarks,
    }
  }

  #scores(): ExplainedStep[] {
    const { pack, runs } = this.#run
    if (pack.score !== null) return [this.#step(this.#run, pack.score, null)]
    return scorePacks(runs.book, pack).map(id => {
      const used = runs.forPack(id)
      return this.#step(used, used.pack.score as Step, null)
    })
  }

  #reason(refusal: Refusal, holds: boolean | null): ExplainedReason {
    const run = this.#run.runs.forPack(refusal.pack)
    const words = wordsOf(refusal.words, run)
    return {
      code: refusal.code,
      holds,
      words,
      otherwise: holds === true && refusal.otherwise !== null ? wordsOf(refusal.otherwise, run) : null,
      step: { ...this.#step(run, refusal.when, null), label: words },
    }
  }

  #step(run: Run, step: Step, member: number | null): ExplainedStep {
    if (step.form.kind === 'taken') {
      const used = run.runs.forPack(step.form.pack)
      return this.#step(used, used.pack.steps.get(step.form.step) as Step, member)
    }
    const { value, readings } = run.compute(step, member)
    const key = `${run.pack.id} ${step.name} ${member ?? ''}`
    const told = this.#told.has(key)
    this.#told.add(key)
    const memberId = member === null ? null : (run.runs.case.members[member]?.id ?? null)
    const arithmetic = told ? '' : arithmeticOf(run, step, member, shownBy(run, readings, member))
    const inside = [...(readings?.values() ?? [])]
    return {
      name: step.name,
      label: step.label,
      member: memberId,
      value: run.pack.score === step ? scoreText(value) : plainText(value),
      rule: describeRule(step.form),
      arithmetic,
      facts: inside.flatMap(reading => (reading.kind === 'fact' ? [this.#fact(reading)] : [])),
      parameters: inside.flatMap(reading =>
        reading.kind === 'parameter' && !reading.parameter.name.includes('.') ? [explainedParameter(reading)] : [],
      ),
      terms:
        told || step.form.kind !== 'weighted_sum'
          ? []
          : step.form.terms.map(term => explainedTerm(run, term.variable, term.coefficient)),
      steps: told ? [] : this.#steps(inside, step),
    }
  }

  #steps(readings: readonly Reading[], of: Step): ExplainedStep[] {
    const seen = new Set<string>()
    return this.#allSteps(readings, of).filter(({ name, member }) => {
      const key = `${name} ${member ?? ''}`
      return seen.has(key) ? false : seen.add(key)
    })
  }

  #allSteps(readings: readonly Reading[], of: Step): ExplainedStep[] {
    return readings.flatMap(reading => {
      if (reading.kind !== 'step' || reading.run.pack.score === reading.step) return []
      // The score is told once, beside the reasons; the terms of a sum are told as terms.
      if (reading.step.form.kind === 'score') return []
      if (of.form.kind === 'weighted_sum' && reading.step.name.startsWith(`${of.name}.`)) {
        return this.#allSteps([...(reading.run.compute(reading.step, null).readings?.values() ?? [])], reading.step)
      }
      return [this.#step(reading.run, reading.step, reading.member)]
    })
  }

  #fact({ path, fact, value }: Reading & { kind: 'fact' }): ExplainedFact {
    const origin = this.#originOf(path)
    const text = plainText(value)
    return {
      path,
      label: fact.label,
      value: text,
      words: wordsOfFact(value, fact.codes, fact.absentMeans),
      source: origin?.source ?? null,
      date: origin?.date ?? null,
    }
  }

  #labelOf(path: string): Words {
    const name = path.slice(path.lastIndexOf('.') + 1)
    const { household, member } = this.#run.runs.book.catalogue
    const label = (path.startsWith('household.') ? household : member).get(name)?.label
    const id = path.startsWith('members.') ? path.slice('members.'.length, path.lastIndexOf('.')) : null
    return inEach(language => `${label?.[language] ?? name}${id === null ? '' : ` (${id})`}`)
  }
}

const TRUTH = {
  true: { fr: 'oui', ar: 'نعم', en: 'yes' },
  false: { fr: 'non', ar: 'لا', en: 'no' },
} as const satisfies Record<string, Words>

function wordsOfFact(value: Value, codes: ReadonlyMap<string, Words>, absentMeans: Words | null): Words | null {
  if (value === null) return absentMeans
  if (typeof value === 'boolean') return TRUTH[value ? 'true' : 'false']
  if (typeof value === 'string') return codes.get(value) ?? null
  return isNumber(value) ? inEach(language => localNumber(value, language)) : null
}

function explainedParameter({ parameter, dated, value }: Reading & { kind: 'parameter' }): ExplainedParameter {
  return { name: parameter.name, label: parameter.label, value: plainText(value), ...citedBy(dated) }
}

function citedBy(dated: DatedValue | null) {
  return {
    valid_from: dated?.from ?? null,
    sources: dated?.sources ?? [],
    confidence: dated?.confidence ?? ('unknown' as const),
  }
}

/** One term of a sum, the variable shown even where no coefficient is known. */
function explainedTerm(run: Run, variable: Step, coefficient: Parameter): ExplainedTerm {
  const dated = datedValue(coefficient, run.runs.case.at)
  const weight = dated?.value.kind === 'single' ? dated.value.value : null
  const { value } = run.compute(variable, null)
  const number = asNumber(value)
  const contribution = isNumber(weight) && number !== null ? multiply(weight, number) : null
  return {
    name: coefficient.name.slice(coefficient.name.indexOf('.') + 1),
    label: coefficient.label,
    rule: describeRule(variable.form),
    value: number === null ? null : numberToText(number),
    coefficient: isNumber(weight) ? numberToText(weight) : null,
    contribution: contribution === null ? null : numberToText(contribution),
    ...citedBy(dated),
  }
}

/** The words of a refusal with this household's figures in them. */
function wordsOf(template: Template, run: Run): Words {
  return inEach(language =>
    template[language]
      .map(part => {
        if (typeof part === 'string') return part
        const value = run.valueOf(part, null)
        return isNumber(value) ? localNumber(value, language) : printExpression(part.written, () => plainText(value))
      })
      .join(''),
  )
}

/** The value that a name had where it was read: of the member itself, of the household, or of the head behind a dot. */
function shownBy(
  run: Run,
  readings: ReadonlyMap<string, Reading> | null,
  member: number | null,
): (path: string) => string | null {
  const { case: subject, headIndex } = run.runs
  const own = member === null ? null : subject.members[member]?.id
  const head = subject.members[headIndex]?.id
  const byName = new Map<string, string>()
  for (const reading of readings?.values() ?? []) {
    const value = reading.kind === 'step' ? reading.run.compute(reading.step, reading.member).value : reading.value
    const text = valueText(value)
    if (reading.kind === 'parameter') byName.set(reading.parameter.name, text)
    else if (reading.kind === 'step') {
      if (reading.member === null || reading.member === member) byName.set(reading.step.name, text)
      else if (reading.member === headIndex) byName.set(`head.${reading.step.name}`, text)
    } else {
      const name = reading.fact.name
      if (reading.path === `household.${name}` || reading.path === `members.${own}.${name}`) byName.set(name, text)
      if (reading.path === `members.${head}.${name}`) byName.set(`head.${name}`, text)
    }
  }
  return path => byName.get(path) ?? null
}

function plainText(value: Value): string | null {
  return value === null ? null : isNumber(value) ? numberToText(value) : String(value)
}
