import { err, ok, type Result } from '#kernel'

export const SETTLINGS = ['same', 'different', 'later', 'undo'] as const
export type Settling = (typeof SETTLINGS)[number]

/** What somebody says of two persons. */
export type SettlingAsked = {
  readonly decision: Settling
  /** Who stands for both, where they are the same. */
  readonly kept?: string
}

/** What is so when it is said. Both persons are locked. */
export type SettlingFound = {
  readonly one: string
  readonly other: string
  /** Who stands for each of the two now. */
  readonly standsFor: ReadonlyMap<string, string>
  /** Those of the two who stand for somebody besides the other. */
  readonly standForOthers: ReadonlySet<string>
  readonly last: Settling | undefined
}

export type SettlingRefusal =
  | { readonly code: 'kept_is_neither' }
  | { readonly code: 'nothing_to_undo' }
  | { readonly code: 'already_same' }
  | { readonly code: 'merged_elsewhere'; readonly person: string; readonly into: string }
  | { readonly code: 'stands_for_others'; readonly person: string }

/** What a decision does to who stands for whom; the first refusal that applies. */
export type SettlingEffect =
  | { readonly merge: 'none' }
  | { readonly merge: 'make'; readonly merged: string; readonly kept: string }
  | { readonly merge: 'undo'; readonly merged: string }

export function decideSettling(asked: SettlingAsked, found: SettlingFound): Result<SettlingEffect, SettlingRefusal> {
  const { one, other, standsFor, standForOthers, last } = found
  const mergedHere = [one, other].find(person => [one, other].includes(standsFor.get(person) ?? ''))
  if (asked.decision === 'undo') {
    if (last === undefined || last === 'undo') return err({ code: 'nothing_to_undo' })
    return ok(mergedHere === undefined ? { merge: 'none' } : { merge: 'undo', merged: mergedHere })
  }
  if (mergedHere !== undefined) return err({ code: 'already_same' })
  if (asked.decision !== 'same') return ok({ merge: 'none' })
  const kept = asked.kept
  if (kept !== one && kept !== other) return err({ code: 'kept_is_neither' })
  const merged = kept === one ? other : one
  for (const person of [one, other]) {
    const into = standsFor.get(person)
    if (into !== undefined) return err({ code: 'merged_elsewhere', person, into })
  }
  if (standForOthers.has(merged)) return err({ code: 'stands_for_others', person: merged })
  return ok({ merge: 'make', merged, kept })
}
