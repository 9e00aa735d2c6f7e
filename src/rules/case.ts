import { err, type Month, ok, parseMonth, placesOf, type Result, type TerritoryTree } from '#kernel'
import type { Catalogue, Fact } from './catalogue.ts'
import { parseDate } from './date.ts'
import { nearest } from './diagnostic.ts'
import { decimal, parseNumber, whole } from './number.ts'
import type { Value } from './value.ts'

/** The facts of one household in one month: what `decide` decides on. */
export type Case = {
  readonly id: string
  readonly at: Month
  readonly household: Facts
  readonly members: readonly CaseMember[]
}

export type CaseMember = { readonly id: string; readonly facts: Facts }

/** Facts by name, as values of the language. A fact that is not there is unknown. */
export type Facts = Pick<ReadonlyMap<string, Value>, 'get' | 'has' | typeof Symbol.iterator>

/** Where a case is wrong (`members.m2.birth_date`) and what is accepted there. */
export type CaseProblem = { readonly path: string; readonly message: string }

class Refused extends Error {
  readonly path: string
  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/**
 * Reads one case as it comes on the wire, strictly: an unknown fact, a wrong type, a code outside its list, no head or two
 * heads are refused with the place and what is accepted. A fact that is null or absent is unknown.
 */
export function parseCase(json: unknown, catalogue: Catalogue, territories: TerritoryTree): Result<Case, CaseProblem> {
  try {
    return ok(readCase(json, catalogue, territories))
  } catch (error) {
    if (error instanceof Refused) return err({ path: error.path, message: error.message })
    throw error
  }
}

function readCase(json: unknown, catalogue: Catalogue, territories: TerritoryTree): Case {
  const top = object(json, 'case')
  onlyKeys(top, ['id', 'at', 'household', 'members'], 'case')
  const { id } = top
  if (typeof id !== 'string' || id === '') throw new Refused('id', 'a text that names the case is expected')
  const at = typeof top.at === 'string' ? parseMonth(top.at) : undefined
  if (at === undefined)
    throw new Refused('at', `${show(top.at)} is not a month; accepted: YYYY-MM, for example 2026-12`)
  const household = readFacts(
    object(top.household ?? {}, 'household'),
    catalogue.household,
    'household',
    catalogue,
    territories,
  )
  return { id, at, household, members: readMembers(top.members, catalogue, territories) }
}

function readMembers(json: unknown, catalogue: Catalogue, territories: TerritoryTree): CaseMember[] {
  const { head } = catalogue
  if (head === null) {
    if (json === undefined || (Array.isArray(json) && json.length === 0)) return []
    throw new Refused('members', 'the facts of this country are of households alone; accepted: no members')
  }
  if (!Array.isArray(json)) throw new Refused('members', 'a list with one entry per member is expected')
  const ids = new Set<string>()
  const members = json.map((entry, index): CaseMember => {
    const { id, ...facts } = object(entry, `members[${index}]`)
    if (typeof id !== 'string' || id === '')
      throw new Refused(`members[${index}].id`, 'a text that names the member is expected')
    if (ids.has(id)) throw new Refused(`members[${index}].id`, `two members are named ${id}; each needs its own id`)
    ids.add(id)
    return { id, facts: readFacts(facts, catalogue.member, `members.${id}`, catalogue, territories) }
  })
  const heads = members.filter(member => member.facts.get(head.fact) === head.code)
  if (heads.length !== 1) {
    const found =
      heads.length === 0 ? 'no member is the head' : `${heads.map(member => member.id).join(' and ')} are heads`
    throw new Refused('members', `${found}; exactly one member has ${head.fact} ${head.code}`)
  }
  return members
}

function readFacts(
  json: Record<string, unknown>,
  facts: ReadonlyMap<string, Fact>,
  path: string,
  catalogue: Catalogue,
  territories: TerritoryTree,
): Facts {
  const values = new Map<string, Value>()
  for (const name in json) {
    const fact = facts.get(name)
    if (fact === undefined) {
      const near = nearest(name, facts.keys())
      const hint = near === null ? 'accepted: the facts of the catalogue' : `did you mean ${near}?`
      throw new Refused(
        `${path}.${name}`,
        `${name} is not a fact of a ${path === 'household' ? 'household' : 'member'}; ${hint}`,
      )
    }
    const raw = json[name]
    if (raw === null) continue
    const value = readValue(raw, fact, catalogue, territories)
    if (value === undefined) {
      throw new Refused(`${path}.${name}`, `${show(raw)} is not accepted; accepted: ${accepted(fact, catalogue)}`)
    }
    values.set(name, value)
  }
  return values
}

/** The value of a fact as the language holds it, or undefined where the wire form is not the one of its type. */
export function readValue(
  raw: unknown,
  fact: Fact,
  catalogue: Catalogue,
  territories: TerritoryTree,
): Value | undefined {
  switch (fact.type) {
    case 'boolean':
      return typeof raw === 'boolean' ? raw : undefined
    case 'integer':
      return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= fact.min ? whole(raw) : undefined
    case 'money':
      return typeof raw === 'string' ? readMoney(raw, fact, placesOf(catalogue.currency)) : undefined
    case 'decimal':
      return readDecimal(raw, fact)
    case 'date':
      return typeof raw === 'string' && /^\d{4}-/.test(raw) ? (parseDate(raw) ?? undefined) : undefined
    case 'code':
      return typeof raw === 'string' && fact.codes.has(raw) ? raw : undefined
    case 'territory':
      return typeof raw === 'string' && isTerritory(raw, catalogue, territories) ? raw : undefined
  }
}

function readMoney(raw: string, fact: Fact, places: number): Value | undefined {
  const match = /^(-?\d{1,18})(?:\.(\d+))?$/.exec(raw)
  if (!match || (match[2] ?? '').length > places) return undefined
  const value = decimal(BigInt(`${match[1]}${(match[2] ?? '').padEnd(places, '0')}`), places)
  return value.units < BigInt(fact.min) * 10n ** BigInt(places) ? undefined : value
}

function readDecimal(raw: unknown, fact: Fact): Value | undefined {
  if (typeof raw !== 'string' || !/^-?\d+(\.\d+)?$/.test(raw) || Number(raw) < fact.min) return undefined
  return parseNumber(raw) ?? undefined
}

function isTerritory(text: string, catalogue: Catalogue, territories: TerritoryTree): boolean {
  if (catalogue.territoryForms.length === 0) return territories.find(text) !== undefined
  const form = catalogue.territoryForms.find(({ written }) => hasForm(text, written))
  if (form === undefined) return false
  if (form.listed) return territories.find(text) !== undefined
  return territories.find(text.split('.')[0] as string) !== undefined
}

const FORMS = new Map<string, RegExp>()

/** Capital letters of a form stand for digits, everything else for itself; a final dot may be left out. */
function hasForm(text: string, written: string): boolean {
  let pattern = FORMS.get(written)
  if (pattern === undefined) {
    const body = written.replace(/\.$/, '').replaceAll('.', '\\.').replace(/[A-Z]/g, '\\d')
    pattern = new RegExp(`^${body}${written.endsWith('.') ? '\\.?' : ''}$`)
    FORMS.set(written, pattern)
  }
  return pattern.test(text)
}

/** What a fact accepts, for people: `one of urban, rural`. */
export function accepted(fact: Fact, catalogue: Catalogue): string {
  const places = placesOf(catalogue.currency)
  switch (fact.type) {
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number from ${fact.min}`
    case 'money':
      return `a text such as ${places === 0 ? '"1250"' : '"1250.50"'}, at most ${places} decimals, from ${fact.min}`
    case 'decimal':
      return `a text such as "0.25", from ${fact.min}`
    case 'date':
      return 'a date that exists, YYYY-MM-DD'
    case 'code':
      return `one of ${[...fact.codes.keys()].join(', ')}`
    case 'territory':
      if (catalogue.territoryForms.length === 0) return 'a code of the list of territories'
      return catalogue.territoryForms
        .map(({ written, listed }) => `${written}${listed ? ' that exists' : ''}`)
        .join(' or ')
  }
}

function object(json: unknown, path: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  throw new Refused(path, `${show(json)} is not accepted; accepted: an object with names and values`)
}

function onlyKeys(json: Record<string, unknown>, keys: readonly string[], path: string): void {
  for (const key in json) {
    if (!keys.includes(key)) throw new Refused(key, `${key} has no meaning in a ${path}; accepted: ${keys.join(', ')}`)
  }
}

function show(json: unknown): string {
  if (json === undefined) return 'nothing'
  const text = JSON.stringify(json)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
