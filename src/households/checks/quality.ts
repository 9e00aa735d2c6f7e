import type { QualityTerms } from '#countries'
import type { ExplainedDoubt } from './accept-warnings.ts'

/** What takes points from a declaration: how often, and how many points in all. */
export type QualityTerm = {
  readonly term: 'unknown' | 'errors' | 'warnings' | 'explained' | 'contradictions'
  readonly count: number
  readonly points: number
}

export type Quality = {
  /** Points left of a hundred. */
  readonly value: number
  readonly terms: readonly QualityTerm[]
  readonly asked: number
  readonly unanswered: number
  readonly warnings: number
  readonly errors: number
}

/**
 * How good a declaration is, of a hundred points: unanswered questions take points in proportion, each error, warning,
 * explained warning and contradiction of what was said before a fixed number (`quality` of the country's upkeep.yaml).
 * The age of what was said is apart, for it grows: {@link qualityToday}.
 */
export function qualityOf(
  answers: { readonly asked: number; readonly unanswered: number },
  doubts: readonly ExplainedDoubt[],
  terms: QualityTerms,
): Quality {
  const { asked, unanswered } = answers
  const contradictions = doubts.filter(doubt => doubt.code === 'fixed_changed').length
  const errors = doubts.filter(doubt => doubt.severity === 'error').length
  const warnings = doubts.filter(doubt => doubt.severity === 'warning')
  const others = warnings.filter(doubt => doubt.code !== 'fixed_changed')
  const explained = others.filter(doubt => doubt.says !== null).length
  const all: QualityTerm[] = [
    {
      term: 'unknown',
      count: unanswered,
      points: asked === 0 ? 0 : Math.floor((terms.allUnknown * unanswered) / asked),
    },
    { term: 'errors', count: errors, points: errors * terms.error },
    { term: 'warnings', count: others.length - explained, points: (others.length - explained) * terms.warning },
    { term: 'explained', count: explained, points: explained * terms.explained },
    { term: 'contradictions', count: contradictions, points: contradictions * terms.contradiction },
  ]
  const taken = all.filter(({ count }) => count > 0)
  const lost = taken.reduce((sum, { points }) => sum + points, 0)
  return { value: Math.max(0, 100 - lost), terms: taken, asked, unanswered, warnings: warnings.length, errors }
}

/** Points that age takes: in proportion to the months since what was said was true, up to a most. */
export function agePoints(monthsOld: number, terms: QualityTerms): number {
  return Math.min(terms.oldest, Math.floor((terms.yearOld * Math.max(0, monthsOld)) / 12))
}

/** Points left today. */
export function qualityToday(value: number, monthsOld: number, terms: QualityTerms): number {
  return Math.max(0, value - agePoints(monthsOld, terms))
}
