import type { Language } from '#kernel'
import type { ExplainedFact, ExplainedParameter, ExplainedStep, Explanation } from './decision.ts'
import { localDigits } from './sentences.ts'

/** An explanation as plain lines, indented as its tree: for terminals, letters and whoever cannot open a page. */
export function explanationText(explanation: Explanation, language: Language): string {
  const say = (words: Readonly<Record<Language, string>>) => words[language]
  const lines = [say(explanation.sentence), '']
  for (const reason of explanation.reasons) {
    const mark = reason.holds === null ? '?' : reason.holds ? '×' : '✓'
    lines.push(`${mark} ${reason.code}: ${reason.step.arithmetic}`, ...factsAndParameters(reason.step, 1, language))
    lines.push(...reason.step.steps.flatMap(step => stepLines(step, 1, language)))
  }
  const parts = [
    ...explanation.scores,
    ...(explanation.amount ? [explanation.amount] : []),
    ...explanation.lines,
    ...explanation.covered,
  ]
  for (const step of parts) lines.push('', ...stepLines(step, 0, language))
  if (explanation.remarks.length > 0) lines.push('', ...explanation.remarks.map(remark => `* ${say(remark)}`))
  return `${lines.join('\n')}\n`
}

function stepLines(step: ExplainedStep, depth: number, language: Language): string[] {
  const indent = '  '.repeat(depth)
  const who = step.member === null ? '' : ` (${step.member})`
  const value = step.value === null ? '?' : localDigits(step.value, language)
  const how = step.arithmetic === '' || step.arithmetic === step.value ? '' : `   ${step.arithmetic}`
  return [
    `${indent}${step.label[language] || step.name}${who}: ${value}${how}`,
    ...factsAndParameters(step, depth + 1, language),
    ...step.terms.map(term => {
      const product = `${term.value ?? '?'} × ${term.coefficient ?? '?'} = ${term.contribution ?? '0'}`
      return `${indent}  ${term.label[language]}: ${product}${cited(term)}`
    }),
    ...step.steps.flatMap(inner => stepLines(inner, depth + 1, language)),
  ]
}

function factsAndParameters(step: ExplainedStep, depth: number, language: Language): string[] {
  const indent = '  '.repeat(depth)
  return [
    ...step.facts.map(fact => `${indent}${fact.label[language]} [${fact.path}]: ${factText(fact, language)}`),
    ...step.parameters.map(
      parameter => `${indent}${parameter.label[language]}: ${parameter.value ?? '?'}${cited(parameter)}`,
    ),
  ]
}

function factText(fact: ExplainedFact, language: Language): string {
  const origin = fact.source === null ? '' : ` (${fact.source}, ${fact.date})`
  return `${fact.words?.[language] ?? fact.value ?? '?'}${origin}`
}

function cited({
  valid_from,
  sources,
  confidence,
}: Pick<ExplainedParameter, 'valid_from' | 'sources' | 'confidence'>): string {
  const parts = [...sources.map(source => source.code), ...(valid_from === null ? [] : [valid_from])]
  return ` [${[...parts, ...(confidence === 'verified' ? [] : [confidence.replace('_', ' ')])].join(', ')}]`
}
