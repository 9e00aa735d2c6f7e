import { err, ok, type Result } from '#kernel'
import { type Doubt, doubtKey } from './doubt.ts'

/** A doubt with the word that whoever recorded the declaration gave for it; null where nothing was doubted hard enough to need one. */
export type ExplainedDoubt = Doubt & { readonly says: string | null }

export type WarningRefusal =
  | { readonly code: 'errors_found'; readonly doubts: readonly Doubt[] }
  | { readonly code: 'explanation_missing'; readonly doubts: readonly Doubt[] }
  | { readonly code: 'explanation_too_long'; readonly doubts: readonly Doubt[]; readonly most: number }

/** Characters that explain a warning at most. */
export const LONGEST_WORD = 500

/**
 * Whether a declaration with these doubts may be recorded: never with an error, with a warning once it is explained in
 * `words`, by {@link doubtKey}.
 */
export function decideDoubts(
  doubts: readonly Doubt[],
  words: Readonly<Record<string, string>>,
): Result<ExplainedDoubt[], WarningRefusal> {
  const errors = doubts.filter(doubt => doubt.severity === 'error')
  if (errors.length > 0) return err({ code: 'errors_found', doubts: errors })
  const explained = doubts.map(doubt => ({ ...doubt, says: words[doubtKey(doubt)]?.trim() || null }))
  const without = doubts.filter((_, index) => explained[index]!.says === null)
  if (without.length > 0) return err({ code: 'explanation_missing', doubts: without })
  const long = doubts.filter((_, index) => explained[index]!.says!.length > LONGEST_WORD)
  if (long.length > 0) return err({ code: 'explanation_too_long', doubts: long, most: LONGEST_WORD })
  return ok(explained)
}
