import { type Language, languages, type Words } from '#kernel'
import type { Decision, Direction, Per } from './decision.ts'
import { type ExactNumber, numberToText } from './number.ts'

/** What joins digits: French and Arabic as written in Morocco, English. */
const DIGITS: Readonly<Record<Language, { readonly point: string; readonly group: string }>> = {
  fr: { point: ',', group: ' ' },
  ar: { point: ',', group: ' ' },
  en: { point: '.', group: ',' },
}

const PER: Readonly<Record<Per, Words>> = {
  month: { fr: 'par mois', ar: 'في الشهر', en: 'per month' },
  quarter: { fr: 'par trimestre', ar: 'كل ثلاثة أشهر', en: 'per quarter' },
  year: { fr: 'par an', ar: 'في السنة', en: 'per year' },
  once: { fr: 'en une fois', ar: 'دفعة واحدة', en: 'once' },
  instalment: { fr: 'par versement', ar: 'عن كل دفعة', en: 'per instalment' },
}

const GETS: Readonly<Record<Direction, Words>> = {
  receives: { fr: 'Le ménage reçoit', ar: 'تتلقى الأسرة', en: 'The household receives' },
  pays: { fr: 'Le ménage paie', ar: 'تؤدي الأسرة', en: 'The household pays' },
}

const FRAMES = {
  eligible: {
    fr: 'Le ménage a droit à « {name} ».',
    ar: 'للأسرة الحق في «{name}».',
    en: 'The household is entitled to {name}.',
  },
  not_eligible: {
    fr: 'Le ménage n’a pas droit à « {name} ».',
    ar: 'ليس للأسرة الحق في «{name}».',
    en: 'The household is not entitled to {name}.',
  },
  applies: {
    fr: '« {name} » s’applique.',
    ar: '«{name}» سارٍ.',
    en: '{name} applies.',
  },
  applies_not: {
    fr: '« {name} » ne s’applique pas.',
    ar: '«{name}» لا يسري.',
    en: '{name} does not apply.',
  },
  undetermined: {
    fr: 'La décision sur « {name} » ne peut pas être prise : il manque {missing}.',
    ar: 'لا يمكن البت في «{name}»، إذ ينقص: {missing}.',
    en: 'The decision on {name} cannot be taken: {missing} is missing.',
  },
  scored: {
    fr: '{name} : {score}.',
    ar: '{name}: {score}.',
    en: '{name}: {score}.',
  },
  not_in_force: {
    fr: '« {name} » n’est pas en vigueur en {month}.',
    ar: '«{name}» غير سار في {month}.',
    en: '{name} is not in force in {month}.',
  },
  covered: {
    fr: 'Personnes couvertes : {count}.',
    ar: 'عدد الأشخاص المشمولين: {count}.',
    en: 'Persons covered: {count}.',
  },
  nothing: { fr: 'un fait', ar: 'معطى', en: 'a fact' },
} as const satisfies Record<string, Words>

/** The decision in a sentence or two, in every language. `because` says the refusals that hold, `missing` the facts. */
export function sentenceOf(
  decision: Decision,
  name: Words,
  because: readonly Words[],
  missing: readonly Words[],
  direction: Direction = 'receives',
): Words {
  return inEach(language => {
    const frame = frameOf(decision, direction)
    const absent = missing.length > 0 ? missing.map(words => words[language]) : [FRAMES.nothing[language]]
    const first = FRAMES[frame][language]
      .replace('{name}', name[language])
      .replace('{month}', decision.at)
      .replace('{missing}', absent.join(language === 'ar' ? '، ' : ', '))
      .replace(
        '{score}',
        Object.values(decision.scores)
          .map(score => localDigits(score ?? '?', language))
          .join(' '),
      )
    return [first, ...because.map(words => words[language]), ...consequences(decision, language)].join(' ')
  })
}

/** What is paid applies or not; what is received is a right. */
function frameOf({ outcome, reasons }: Decision, direction: Direction): keyof typeof FRAMES {
  if (reasons.some(reason => reason.code === 'programme_not_in_force')) return 'not_in_force'
  if (direction === 'receives' || outcome === 'scored' || outcome === 'undetermined') return outcome
  return outcome === 'eligible' ? 'applies' : 'applies_not'
}

function consequences({ amount, covered }: Decision, language: Language): string[] {
  const sentences: string[] = []
  if (amount !== null) {
    const value = `${localDigits(amount.value, language)} ${amount.currency}`
    sentences.push(`${GETS[amount.direction][language]} ${value} ${PER[amount.per][language]}.`)
  }
  if (covered.length > 0) sentences.push(FRAMES.covered[language].replace('{count}', String(covered.length)))
  return sentences
}

export function inEach(say: (language: Language) => string): Words {
  return Object.fromEntries(languages.map(language => [language, say(language)])) as Words
}

/** A decimal text with the signs of a language: `1234.56` is `1 234,56` in French. */
export function localDigits(text: string, language: Language): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return text
  const { point, group } = DIGITS[language]
  const whole = (match[2] as string).replace(/\B(?=(\d{3})+$)/g, group)
  return `${match[1] === '-' ? '−' : ''}${whole}${match[3] === undefined ? '' : point + match[3]}`
}

export function localNumber(value: ExactNumber, language: Language): string {
  return localDigits(numberToText(value), language)
}
