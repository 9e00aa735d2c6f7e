import type { Country, FeedKind } from '#countries'
import { err, ok, type Result } from '#kernel'
import type { Fact } from '#rules'
import type { FeedRefusal } from './feed.ts'

const IDENTITY = ['unique_number', 'token', 'document', 'source_person'] as const
const NAMES = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'birth_date', 'sex'] as const
const CHILD = [
  'child_given_name',
  'child_family_name',
  'child_given_name_ar',
  'child_family_name_ar',
  'child_sex',
] as const

/** How the columns of a feed become what is told. */
export type FeedPlan = {
  readonly kind: FeedKind
  readonly month: readonly Fact[]
  readonly standing: readonly Fact[]
  readonly events: boolean
}

/**
 * Holds a header against what the country says of such a feed. Every column is known: a misspelt one must not lose a fact
 * silently. `month`: given for all rows, so that no column need say it.
 */
export function planFeed(
  country: Country,
  kind: FeedKind,
  header: readonly string[],
  given: { readonly month: boolean },
): Result<FeedPlan, FeedRefusal> {
  const terms = country.conditions.feeds[kind]
  if (!terms) return err({ code: 'feed_unknown', kind, known: Object.keys(country.conditions.feeds) })
  const names = header.map(name => name.trim())
  const twice = names.filter((name, at) => names.indexOf(name) !== at)
  if (twice.length > 0) return err({ code: 'column_twice', columns: [...new Set(twice)] })
  const known = columnsOfFeed(country, kind)
  const strange = names.filter(name => !known.includes(name))
  if (strange.length > 0) return err({ code: 'column_unknown', columns: strange, known })
  const has = (name: string) => names.includes(name)
  const facts = (of: readonly string[]) => of.filter(has).map(name => country.catalogue.member.get(name) as Fact)
  const plan = {
    kind,
    month: facts(terms.month),
    standing: facts(terms.standing),
    events: terms.events && has('event'),
  }
  const named = has('birth_date') && (has('given_name') || has('given_name_ar'))
  if (!IDENTITY.some(has) && !named) return err({ code: 'column_missing', columns: [...IDENTITY, 'birth_date'] })
  if (plan.month.length + plan.standing.length === 0 && !plan.events) {
    return err({
      code: 'column_missing',
      columns: [...terms.month, ...terms.standing, ...(terms.events ? ['event'] : [])],
    })
  }
  if (plan.month.length > 0 && !has('month') && !given.month) return err({ code: 'column_missing', columns: ['month'] })
  const dated = has('effective_on') || has('month') || given.month
  if ((plan.standing.length > 0 || plan.events) && !dated)
    return err({ code: 'column_missing', columns: ['effective_on'] })
  return ok(plan)
}

/** Every column that such a feed may have. */
export function columnsOfFeed(country: Country, kind: FeedKind): string[] {
  const terms = country.conditions.feeds[kind]
  if (!terms) return []
  const events = terms.events ? ['event', ...CHILD] : []
  return [...IDENTITY, ...NAMES, 'school', 'month', 'effective_on', ...terms.month, ...terms.standing, ...events]
}
