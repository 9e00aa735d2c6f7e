import { type Currency, isCurrency, type Result, type Words } from '#kernel'
import type { Diagnostic } from './diagnostic.ts'
import { type Cursor, readYaml } from './yaml-source.ts'

export type FactType = 'boolean' | 'integer' | 'decimal' | 'money' | 'date' | 'territory' | 'code'

/** Something a household declares or a register knows. Rules may use nothing else. */
export type Fact = {
  readonly name: string
  readonly of: 'household' | 'member'
  readonly type: FactType
  readonly label: Words
  /** What is meant, where the label is not enough. */
  readonly says: Words | null
  /** How a form asks for it. */
  readonly question: Words | null
  /** The part of the form in which it is asked. */
  readonly section: string | null
  /** Smallest number accepted; 0 unless the catalogue says otherwise. */
  readonly min: number
  /** The closed list of a coded fact, in order; empty for other types. */
  readonly codes: ReadonlyMap<string, Words>
  /** What the absence of the fact means; null where an absent fact is unknown. */
  readonly absentMeans: Words | null
  /** The value taken when the fact is absent. */
  readonly fallback: boolean | number | string | null
  /** True for what tells of illness or disability: shown to those alone whose grant says so. */
  readonly sensitive: boolean
}

/** How a territory code may be written: `RR.PPP`, each letter a digit. */
export type TerritoryForm = {
  readonly written: string
  /** True where the code must stand in the country's list of territories. */
  readonly listed: boolean
}

/** The facts of a country, named once. Households alone where `member` is empty. */
export type Catalogue = {
  readonly country: string
  readonly currency: Currency
  readonly household: ReadonlyMap<string, Fact>
  readonly member: ReadonlyMap<string, Fact>
  /** The member fact and code that mark the head; null where the catalogue has no members. */
  readonly head: { readonly fact: string; readonly code: string } | null
  /** Where there is none, a territory is any code of the country's list. */
  readonly territoryForms: readonly TerritoryForm[]
}

const TYPES: readonly FactType[] = ['boolean', 'integer', 'decimal', 'money', 'date', 'territory', 'code']

/** Reads `facts.yaml`. Every mistake is reported at once. */
export function parseCatalogue(text: string, file: string): Result<Catalogue, Diagnostic[]> {
  return readYaml(text, file, root => {
    const map = root.map(['country', 'currency', 'head', 'territory_forms', 'household', 'member'])
    const currency = map.currency?.text() ?? ''
    if (!isCurrency(currency))
      (map.currency ?? root).report('unknown_currency', `${currency} is not a currency known here`)
    const household = readFacts(map.household, 'household')
    const member = readFacts(map.member, 'member')
    return {
      country: root.part(map.country, 'country', 'the code of the country, for example ma').text(),
      currency: currency as Currency,
      household,
      member,
      head: readHead(map.head, member),
      territoryForms: map.territory_forms?.items().map(readForm) ?? [],
    }
  })
}

function readFacts(section: Cursor | undefined, of: Fact['of']): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  for (const [name, cursor] of section?.entries() ?? []) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) cursor.report('bad_name', `${name} is not snake_case`)
    facts.set(name, readFact(name, of, cursor))
  }
  return facts
}

function readFact(name: string, of: Fact['of'], cursor: Cursor): Fact {
  const map = cursor.map([
    'type',
    'label',
    'says',
    'question',
    'section',
    'min',
    'codes',
    'absent_means',
    'default',
    'sensitive',
  ])
  const type = (map.type ?? cursor).oneOf(TYPES, map.type === undefined ? 'type' : null)
  const codes = new Map<string, Words>()
  for (const [code, words] of map.codes?.entries() ?? []) codes.set(code, words.words())
  if (type === 'code' && codes.size === 0) cursor.report('codes_missing', `${name} is a code without its list of codes`)
  if (type !== 'code' && map.codes) map.codes.report('codes_not_taken', `only a fact of type code has codes`)
  return {
    name,
    of,
    type,
    label: cursor.part(map.label, 'label', 'a label in fr, ar and en').words(),
    says: map.says?.words() ?? null,
    question: map.question?.words() ?? null,
    section: map.section?.text() ?? null,
    min: map.min === undefined ? 0 : Number(map.min.text()),
    codes,
    absentMeans: map.absent_means?.words() ?? null,
    fallback: readFallback(map.default, type),
    sensitive: map.sensitive?.text() === 'true',
  }
}

function readFallback(cursor: Cursor | undefined, type: FactType): Fact['fallback'] {
  if (cursor === undefined) return null
  const text = cursor.text()
  if (type === 'boolean') return text === 'true'
  return type === 'integer' ? Number(text) : text
}

function readHead(cursor: Cursor | undefined, member: ReadonlyMap<string, Fact>): Catalogue['head'] {
  if (cursor === undefined) return null
  const map = cursor.map(['fact', 'code'])
  const head = { fact: map.fact?.text() ?? '', code: map.code?.text() ?? '' }
  if (!member.get(head.fact)?.codes.has(head.code)) {
    cursor.report('unknown_head', 'the head is marked by a coded fact of the members and one of its codes')
  }
  return head
}

function readForm(cursor: Cursor): TerritoryForm {
  const map = cursor.map(['written', 'listed'])
  return {
    written: cursor.part(map.written, 'written', 'a form such as RR.PPP').text(),
    listed: map.listed?.text() !== 'false',
  }
}
