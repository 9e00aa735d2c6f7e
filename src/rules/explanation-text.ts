import type { Language, Words } from '#kernel'
import type { ExplainedFact, ExplainedParameter, ExplainedReason, ExplainedStep, Explanation } from './decision.ts'
import { localDigits } from './sentences.ts'

/** Before the words of a refusal: whether it stands against this household. */
const VERDICTS = {
  true: { fr: '×', ar: '×', en: '×' },
  false: { fr: '✓ Ce refus ne s’applique pas :', ar: '✓ هذا الرفض لا يسري:', en: '✓ This refusal does not apply:' },
  null: { fr: '? On ne sait pas encore :', ar: '؟ لم يعرف بعد:', en: '? It is not known yet:' },
} as const satisfies Record<string, Words>

/** Words of the language that a person says too: functions of an arithmetic, truths. */
const SAID: Readonly<Record<string, Words>> = {
  max: { fr: 'le plus grand de ', ar: 'الأكبر من ', en: 'the greatest of ' },
  min: { fr: 'le plus petit de ', ar: 'الأصغر من ', en: 'the least of ' },
  true: { fr: 'oui', ar: 'نعم', en: 'yes' },
  false: { fr: 'non', ar: 'لا', en: 'no' },
}
/** Between the numbers that a function takes. */
const BETWEEN: Words = { fr: ' ; ', ar: '؛ ', en: '; ' }
const COLON: Words = { fr: ' : ', ar: ': ', en: ': ' }
const SINCE: Words = { fr: 'depuis le', ar: 'منذ', en: 'since' }
const UNKNOWN: Words = { fr: 'inconnu', ar: 'غير معروف', en: 'unknown' }

const CONFIDENCE = {
  verified: null,
  secondary: { fr: 'source secondaire', ar: 'مصدر ثانوي', en: 'secondary source' },
  to_confirm: { fr: 'à confirmer', ar: 'في انتظار التأكيد', en: 'to confirm' },
  unknown: { fr: 'valeur inconnue', ar: 'قيمة غير معروفة', en: 'value unknown' },
} as const satisfies Record<ExplainedParameter['confidence'], Words | null>

/** What a comparison that does not hold says instead. */
const OPPOSITES: Readonly<Record<string, string>> = { '>': '≤', '≥': '<', '<': '≥', '≤': '>', '=': '≠', '≠': '=' }
/** Digits behind the point that a reader is shown; the score itself has fewer. */
const DIGITS_SHOWN = 10

/**
 * An explanation as plain lines, indented as its tree: for terminals, letters and whoever cannot open a page. The formulas of
 * the pack stay in the explanation itself: here stand words, and arithmetic with the figures of the household.
 */
export function explanationText(explanation: Explanation, language: Language): string {
  const lines = [explanation.sentence[language], '']
  for (const reason of explanation.reasons) lines.push(...reasonLines(reason, language))
  const parts = [
    ...explanation.scores,
    ...(explanation.amount ? [explanation.amount] : []),
    ...explanation.lines,
    ...explanation.covered,
  ]
  for (const step of parts) lines.push('', ...stepLines(step, 0, language))
  const remarks = explanation.remarks.map(remark => `* ${remark[language]}`)
  if (remarks.length > 0) lines.push('', ...remarks)
  return `${lines.join('\n')}\n`
}

function reasonLines({ holds, words, step }: ExplainedReason, language: Language): string[] {
  const verdict = VERDICTS[holds === null ? 'null' : holds ? 'true' : 'false'][language]
  const how = spoken(step, language)
  return [
    `${verdict} ${words[language]}${how === '' ? '' : ` (${how})`}`,
    ...factsAndParameters(step, 1, language),
    ...step.steps.flatMap(inner => stepLines(inner, 1, language)),
  ]
}

function stepLines(step: ExplainedStep, depth: number, language: Language): string[] {
  const indent = '  '.repeat(depth)
  const [how, value] = [spoken(step, language), said(step.value, language)]
  return [
    `${indent}${named(step.label[language] || step.name, step.member)}${COLON[language]}${value}${
      how === '' || how === value ? '' : `   ${how}`
    }`,
    ...factsAndParameters(step, depth + 1, language),
    ...step.terms.map(term => {
      const [one, other, product] = [term.value, term.coefficient, term.contribution ?? '0'].map(number =>
        said(number, language),
      )
      return `${indent}  ${term.label[language]}${COLON[language]}${one} × ${other} = ${product}${cited(term, language)}`
    }),
    ...step.steps.flatMap(inner => stepLines(inner, depth + 1, language)),
  ]
}

function named(label: string, member: string | null): string {
  return member === null ? label : `${label} (${member})`
}

/** The arithmetic of a step as a person writes it; empty where there is none but the formula of the pack. */
function spoken({ arithmetic, value }: ExplainedStep, language: Language): string {
  if (/[A-Za-z_"]/.test(arithmetic.replace(/\b(max|min)\b/g, ''))) return ''
  const shown = value === 'false' ? opposite(arithmetic) : arithmetic
  return shown
    .replaceAll(', ', BETWEEN[language])
    .replace(/[a-z]+|\d+(\.\d+)?/g, part => SAID[part]?.[language] ?? shortened(part, language))
}

/** `9.1 > 9.7`, which does not hold, as `9.1 ≤ 9.7`. */
function opposite(comparison: string): string {
  return comparison.replace(/ ([<>≤≥=≠]) /, (_, sign: string) => ` ${OPPOSITES[sign]} `)
}

/** A value in the words and digits of a language. */
function said(value: string | null, language: Language): string {
  if (value === null) return UNKNOWN[language]
  return SAID[value]?.[language] ?? shortened(value, language)
}

/** A number with as many decimals as are read; an ellipsis says that there are more. */
function shortened(text: string, language: Language): string {
  const cut = text.indexOf('.') + 1 + DIGITS_SHOWN
  const long = /^-?\d+\.\d+$/.test(text) && text.length > cut
  return long ? `${localDigits(text.slice(0, cut), language)}…` : localDigits(text, language)
}

function factsAndParameters(step: ExplainedStep, depth: number, language: Language): string[] {
  const indent = '  '.repeat(depth)
  return [
    ...step.facts.map(fact => {
      const member = /^members\.(.*)\.[^.]*$/.exec(fact.path)?.[1] ?? null
      return `${indent}${named(fact.label[language], member)}${COLON[language]}${factText(fact, language)}`
    }),
    ...step.parameters.map(
      parameter =>
        `${indent}${parameter.label[language]}${COLON[language]}${said(parameter.value, language)}${cited(parameter, language)}`,
    ),
  ]
}

function factText(fact: ExplainedFact, language: Language): string {
  const origin = fact.source === null ? '' : ` (${fact.source}, ${fact.date})`
  return `${fact.words?.[language] ?? fact.value ?? UNKNOWN[language]}${origin}`
}

type Cited = Pick<ExplainedParameter, 'valid_from' | 'sources' | 'confidence'>

function cited({ valid_from, sources, confidence }: Cited, language: Language): string {
  const parts = [
    ...sources.map(source => source.code),
    ...(valid_from === null ? [] : [`${SINCE[language]} ${valid_from}`]),
    ...(CONFIDENCE[confidence] === null ? [] : [CONFIDENCE[confidence][language]]),
  ]
  return ` [${parts.join(', ')}]`
}
