import type { Country, Expansion } from '#countries'
import {
  addMonths,
  type Currency,
  err,
  type Id,
  isWithin,
  type Month,
  monthsBetween,
  ok,
  parseMoney,
  type Result,
} from '#kernel'
import { MOST_SAID, type ProposalId } from '#security'

export type ShockId = Id<'Shock'>

export const SHOCK_KINDS = ['drought', 'flood', 'earthquake', 'epidemic', 'prices'] as const
export type ShockKind = (typeof SHOCK_KINDS)[number]

/** A pack that pays because of a shock, with the amounts that no text gives: decimal text by parameter. */
export type ExpansionAsked = { readonly pack: string; readonly values: Readonly<Record<string, string>> }

export type ShockTerms = {
  readonly name: string
  readonly kind: ShockKind
  /** Where, each with all below it; none within another. '' is the whole country. */
  readonly territories: readonly string[]
  readonly from: Month
  readonly until: Month
  /** What shows that it happened: a report, an observation, a date. */
  readonly evidence: string
  /** Text that gives the amounts: a decision, its number and day. */
  readonly reference: string
  readonly expansions: readonly ExpansionAsked[]
  /** Conditions of programmes do not count there and then. */
  readonly waives: boolean
}

/** `id`: of the proposal, made by who proposes. `says`: why. */
export type ShockAsked = ShockTerms & { readonly id: ProposalId; readonly says: string }

/** A shock as it stands: `until` is that of the last change. */
export type Shock = ShockTerms & {
  readonly id: ShockId
  readonly country: string
  readonly says: string
  /** Last month as it was declared. */
  readonly declaredUntil: Month
  readonly declaredAt: Date
  readonly declaredBy: string
  readonly changes: readonly ShockChange[]
}

/** An end moved, by two persons. */
export type ShockChange = {
  readonly until: Month
  readonly says: string
  readonly at: Date
  readonly by: string
}

/** Longest time for which a shock is declared at once; it may be lengthened. Chosen. */
export const SHOCK_MONTHS = 12
/** Months back from which it may count: what is owed of them comes late. Chosen. */
export const SHOCK_MONTHS_BACK = 6
export const LONGEST_NAME = 120

/** Why a shock is not declared, in order of precedence. */
export type ShockRefusal =
  | { readonly code: 'name_missing' }
  | { readonly code: 'name_too_long'; readonly most: number }
  | { readonly code: 'kind_unknown'; readonly known: readonly ShockKind[] }
  | { readonly code: 'territory_missing' }
  | { readonly code: 'territory_unknown'; readonly territory: string }
  /** One place holds the other: its households would be counted twice. */
  | { readonly code: 'territory_within'; readonly territory: string; readonly within: string }
  | { readonly code: 'months_reversed' }
  | { readonly code: 'month_past'; readonly first: Month }
  | { readonly code: 'too_long'; readonly most: number }
  | { readonly code: 'nothing_follows' }
  | { readonly code: 'pack_unknown'; readonly pack: string; readonly known: readonly string[] }
  | { readonly code: 'pack_twice'; readonly pack: string }
  | { readonly code: 'value_missing'; readonly pack: string; readonly parameter: string }
  | { readonly code: 'value_refused'; readonly pack: string; readonly parameter: string }
  | { readonly code: 'value_unexpected'; readonly pack: string; readonly parameter: string }
  /** Amounts are somebody's decision, with a number and a day. */
  | { readonly code: 'reference_missing' }
  | { readonly code: 'evidence_missing' }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }
  /** A shock of that name counts in some of the months already. */
  | { readonly code: 'name_taken'; readonly shock: ShockId }
  /** Another shock pays by that pack in some of the months, with other amounts. */
  | { readonly code: 'pack_in_use'; readonly pack: string; readonly shock: ShockId; readonly name: string }

/** May this shock be declared, beside those that stand, in the month that it is now? */
export function decideShock(
  country: Country,
  asked: ShockAsked,
  standing: readonly Shock[],
  now: Month,
): Result<undefined, ShockRefusal> {
  const refusal =
    whatRefused(asked) ??
    whereRefused(country, asked.territories) ??
    whenRefused(asked, now) ??
    paidRefused(country, asked) ??
    saidRefused(asked) ??
    besideRefused(asked, standing)
  return refusal ? err(refusal) : ok(undefined)
}

function whatRefused({ name, kind }: ShockTerms): ShockRefusal | undefined {
  if (name.trim() === '') return { code: 'name_missing' }
  if (name.length > LONGEST_NAME) return { code: 'name_too_long', most: LONGEST_NAME }
  return SHOCK_KINDS.includes(kind) ? undefined : { code: 'kind_unknown', known: SHOCK_KINDS }
}

function whereRefused(country: Country, territories: readonly string[]): ShockRefusal | undefined {
  if (territories.length === 0) return { code: 'territory_missing' }
  for (const territory of territories) {
    if (territory !== '' && country.territories.find(territory) === undefined)
      return { code: 'territory_unknown', territory }
  }
  for (const [at, territory] of territories.entries()) {
    const within = territories.find((other, place) => place !== at && isInside(territory, other))
    if (within !== undefined) return { code: 'territory_within', territory, within }
  }
  return undefined
}

function whenRefused({ from, until }: ShockTerms, now: Month): ShockRefusal | undefined {
  if (until < from) return { code: 'months_reversed' }
  const first = addMonths(now, -SHOCK_MONTHS_BACK)
  if (from < first) return { code: 'month_past', first }
  return monthsBetween(from, until) >= SHOCK_MONTHS ? { code: 'too_long', most: SHOCK_MONTHS } : undefined
}

function paidRefused(country: Country, { expansions, waives }: ShockTerms): ShockRefusal | undefined {
  if (expansions.length === 0 && !waives) return { code: 'nothing_follows' }
  const known = country.shocks.map(each => each.pack)
  for (const [at, { pack, values }] of expansions.entries()) {
    const terms = country.shocks.find(each => each.pack === pack)
    if (terms === undefined) return { code: 'pack_unknown', pack, known }
    if (expansions.findIndex(each => each.pack === pack) !== at) return { code: 'pack_twice', pack }
    const refused = valuesRefused(country, terms, values)
    if (refused) return refused
  }
  return undefined
}

function valuesRefused(
  country: Country,
  { pack, asks }: Expansion,
  values: ExpansionAsked['values'],
): ShockRefusal | undefined {
  for (const parameter of asks) {
    const said = values[parameter]?.trim() ?? ''
    if (said === '') return { code: 'value_missing', pack, parameter }
    const amount = parseMoney(said, country.currency as Currency)
    if (!amount.ok || amount.value.minor <= 0n || said.length > 15) return { code: 'value_refused', pack, parameter }
  }
  const unexpected = Object.keys(values).find(name => !asks.includes(name))
  return unexpected === undefined ? undefined : { code: 'value_unexpected', pack, parameter: unexpected }
}

function saidRefused({ expansions, reference, evidence, says }: ShockAsked): ShockRefusal | undefined {
  if (reference.trim() === '' && expansions.length > 0) return { code: 'reference_missing' }
  if (evidence.trim() === '') return { code: 'evidence_missing' }
  if (says.trim() === '') return { code: 'reason_missing' }
  const longest = Math.max(reference.length, evidence.length, says.length)
  return longest > MOST_SAID ? { code: 'reason_too_long', most: MOST_SAID } : undefined
}

function besideRefused(asked: ShockTerms, standing: readonly Shock[]): ShockRefusal | undefined {
  const beside = standing.filter(({ from, until }) => from <= asked.until && asked.from <= until)
  const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase()
  const taken = beside.find(({ name }) => same(name, asked.name))
  if (taken) return { code: 'name_taken', shock: taken.id }
  for (const { pack, values } of asked.expansions) {
    const other = beside.find(each => each.expansions.some(one => one.pack === pack && !sameValues(one.values, values)))
    if (other) return { code: 'pack_in_use', pack, shock: other.id, name: other.name }
  }
  return undefined
}

/** Amounts are compared as money: 500 is 500.00. */
function sameValues(one: ExpansionAsked['values'], other: ExpansionAsked['values']): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every(name => plain(one[name]) === plain(other[name]))
}

const plain = (text: string | undefined) => {
  const said = (text ?? '').trim()
  return said.includes('.') ? said.replace(/\.?0+$/, '') : said
}

/** Why the end of a shock is not moved, in order of precedence. */
export type ShockEndRefusal =
  | { readonly code: 'shock_unknown' }
  | { readonly code: 'same_end'; readonly until: Month }
  /** It is over: another one is declared. */
  | { readonly code: 'shock_over'; readonly until: Month }
  /** What a month under way gives is not taken back. */
  | { readonly code: 'month_past'; readonly first: Month }
  | { readonly code: 'months_reversed' }
  | { readonly code: 'too_long'; readonly most: number }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }
  | { readonly code: 'pack_in_use'; readonly pack: string; readonly shock: ShockId; readonly name: string }
  | { readonly code: 'name_taken'; readonly shock: ShockId }

/** May the end of a shock be moved, earlier or later? */
export function decideShockEnd(
  shock: Shock | undefined,
  asked: { readonly until: Month; readonly says: string },
  standing: readonly Shock[],
  now: Month,
): Result<undefined, ShockEndRefusal> {
  if (!shock) return err({ code: 'shock_unknown' })
  const { until, says } = asked
  if (until === shock.until) return err({ code: 'same_end', until })
  if (shock.until < now) return err({ code: 'shock_over', until: shock.until })
  if (until < now) return err({ code: 'month_past', first: now })
  if (until < shock.from) return err({ code: 'months_reversed' })
  if (until > shock.until && monthsBetween(shock.until, until) > SHOCK_MONTHS) {
    return err({ code: 'too_long', most: SHOCK_MONTHS })
  }
  if (says.trim() === '') return err({ code: 'reason_missing' })
  if (says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  const others = standing.filter(({ id }) => id !== shock.id)
  const refused = besideRefused({ ...shock, until }, others) as ShockEndRefusal | undefined
  return refused ? err(refused) : ok(undefined)
}

/** The shocks by which a pack pays in a month: their places together are where it does. */
export function shocksPaying(shocks: readonly Shock[], pack: string, month: Month): readonly Shock[] {
  return shocks.filter(
    ({ from, until, expansions }) => from <= month && month <= until && expansions.some(each => each.pack === pack),
  )
}

/** Whether a place lies in another; everything lies in the country. */
export const isInside = (place: string, other: string): boolean => other === '' || isWithin(place, other)

/** The least territory that holds all of some: '' is the country. Who decides on a shock decides there. */
export function holding(territories: readonly string[]): string {
  const [first = '', ...others] = territories.map(each => each.split('.'))
  let shared = [...first]
  for (const parts of others) {
    const apart = shared.findIndex((part, place) => parts[place] !== part)
    if (apart >= 0) shared = shared.slice(0, apart)
  }
  return shared.join('.')
}
