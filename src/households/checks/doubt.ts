/** What a check of plausibility can say, in order of precedence. */
export const DOUBTS = [
  'no_members',
  'head_missing',
  'several_heads',
  'person_twice',
  'member_alike',
  'person_elsewhere',
  'too_many_members',
  'too_many_spouses',
  'birth_in_future',
  'too_old',
  'head_too_young',
  'spouse_too_young',
  'child_too_close',
  'child_after_mother',
  'child_after_father',
  'parent_too_close',
  'grandchild_too_close',
  'spouses_far_apart',
  'age_against_answer',
  'contradiction',
  'more_nuclei_than_adults',
  'number_unusual',
  'much_unknown',
  'phone_shared',
  'address_shared',
  'copied_answers',
  'fixed_changed',
] as const
export type DoubtCode = (typeof DOUBTS)[number]

/** `error`: cannot be as said. `warning`: it may be, with a word of explanation. */
export type Severity = 'error' | 'warning'

/**
 * Something in a declaration that is hard to believe: what, where, and what it rests on. `member` is the id under which the
 * declaration names the member; null: it is about the household. `facts` holds the numbers and codes that matter, no names.
 */
export type Doubt = {
  readonly code: DoubtCode
  readonly severity: Severity
  readonly member: string | null
  /** The fact of the catalogue to look at; null where it is not one answer. */
  readonly fact: string | null
  readonly facts: Readonly<Record<string, string | number>>
}

/** Two doubts with the same key are the same doubt: an explanation given once holds while the facts stay what they are. */
export function doubtKey({ code, member, fact, facts }: Doubt): string {
  const rest = Object.keys(facts)
    .sort()
    .map(name => `${name}=${facts[name]}`)
  return [code, member ?? '', fact ?? '', ...rest].join('|')
}

/** Errors first, then in the order of {@link DOUBTS}, then as the declaration names members. */
export function inOrder(doubts: readonly Doubt[]): Doubt[] {
  const rank = (doubt: Doubt) => (doubt.severity === 'error' ? 0 : 1)
  return doubts.toSorted((a, b) => rank(a) - rank(b) || DOUBTS.indexOf(a.code) - DOUBTS.indexOf(b.code))
}
