import type { Month } from '#kernel'

export const FINDINGS = ['met', 'unmet', 'unknown', 'waived'] as const
export type Finding = (typeof FINDINGS)[number]

/** What was found of one member (or of the household, `of` null) in a month. Months of which nothing is said were met. */
export type Found = { readonly of: string | null; readonly month: Month; readonly finding: Finding }

export type ConditionStep = 'warned' | 'suspended' | 'restored'
/** What a family is told: a step, or that a warning is taken back. */
export type ConditionNotice = ConditionStep | 'withdrawn'

/**
 * Months in a row in which a condition was not met, up to a month: what is unknown or waived neither counts nor starts anew,
 * what was met starts anew. Findings of one member, in the order of months;
 */
export function breachesOf(findings: readonly Found[], upTo: Month, next: (month: Month) => Month): number {
  let breaches = 0
  let last: Month | undefined
  for (const { month, finding } of findings) {
    if (month > upTo) break
    // A month between two of which nothing was written was met.
    if (last !== undefined && month !== next(last)) breaches = 0
    if (finding === 'met') breaches = 0
    if (finding === 'unmet') breaches += 1
    last = month
  }
  return last === undefined || (last !== upTo && next(last) <= upTo) ? 0 : breaches
}

/**
 * What follows for a household in a month: a warning where the condition is not met or nobody can tell, a suspension once a member
 * reaches the number of months that the programme states (never without one), the return once nobody breaches it. `before`: the
 * step that stands.
 */
export function decideStep(
  findings: readonly Found[],
  month: Month,
  asked: {
    readonly suspendAfter: number | null
    readonly before: ConditionStep | null
    readonly next: (month: Month) => Month
  },
): { readonly step: ConditionStep; readonly breaches: number } | undefined {
  const now = findings.filter(each => each.month === month)
  const members = [...new Set(findings.map(each => each.of))]
  const breaches = Math.max(
    0,
    ...members.map(of =>
      breachesOf(
        findings.filter(each => each.of === of),
        month,
        asked.next,
      ),
    ),
  )
  const isBroken = now.some(each => each.finding === 'unmet')
  const isOpen = now.some(each => each.finding === 'unknown')
  if (asked.before === 'suspended') {
    // Who is suspended comes back when the condition is met or waived, not because nobody knows.
    return isBroken || isOpen ? undefined : { step: 'restored', breaches: 0 }
  }
  if (isBroken && asked.suspendAfter !== null && breaches >= asked.suspendAfter) {
    // Nobody is suspended who was not warned first, unless one month is enough by the programme's own text.
    if (asked.before === 'warned' || asked.suspendAfter === 1) return { step: 'suspended', breaches }
  }
  return isBroken || isOpen ? { step: 'warned', breaches } : undefined
}
