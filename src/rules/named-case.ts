import { addMonths, err, type Month, ok, parseMonth, type Result, type TerritoryTree } from '#kernel'
import { type Case, parseCase } from './case.ts'
import type { Catalogue, Fact } from './catalogue.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { type Diagnostic, nearest, sortDiagnostics } from './diagnostic.ts'
import type { RuleBook } from './pack.ts'
import { type Cursor, YamlSource } from './yaml-source.ts'

/** A situation of `cases.yaml`: a sentence of law, the household it is about and what the pack must answer. */
export type NamedCase = {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly pack: string
  readonly case: Case
  readonly gives: Expectation
}

/** What a case says of the decision; what it does not say is not compared. */
export type Expectation = {
  readonly outcome: string
  readonly amount?: string
  /** Exactly the refusals that hold. */
  readonly refused?: readonly string[]
  /** Exactly the refusals of which it is not known. */
  readonly open?: readonly string[]
  readonly score?: string
  /** Exactly the lines, by member. */
  readonly lines?: ReadonlyMap<string, string>
  readonly covered?: readonly string[]
  readonly notes?: ReadonlyMap<string, string>
  readonly missing?: readonly string[]
  readonly to_confirm?: readonly string[]
}

/** Runs one named case; the differences between what it says and what was decided, none when they agree. */
export function runCase(book: RuleBook, named: NamedCase, decided = decide(book, named.pack, named.case)): string[] {
  return differences(named.gives, decided)
}

function differences(gives: Expectation, decision: Decision): string[] {
  const found: Record<keyof Expectation, string> = {
    outcome: decision.outcome,
    amount: decision.amount?.value ?? 'none',
    refused: list(decision.reasons.filter(reason => reason.holds === true).map(reason => reason.code)),
    open: list(decision.reasons.filter(reason => reason.holds === null).map(reason => reason.code)),
    score: Object.values(decision.scores).map(String).join(', '),
    lines: list(decision.lines.map(({ member, code, value }) => `${member}: ${value === null ? code : value}`).sort()),
    covered: list(decision.covered),
    notes: list(Object.entries(decision.notes).map(([name, value]) => `${name}: ${value}`)),
    missing: list(decision.missing),
    to_confirm: list(decision.to_confirm),
  }
  const said = Object.entries(gives) as [keyof Expectation, NonNullable<Expectation[keyof Expectation]>][]
  return said.flatMap(([key, value]) => {
    const wanted =
      typeof value === 'string'
        ? value
        : list(value instanceof Map ? [...value].map(([a, b]) => `${a}: ${b}`).sort() : [...value])
    return wanted === found[key] ? [] : [`${key}: expected ${wanted}, got ${found[key]}`]
  })
}

function list(items: readonly (string | readonly string[])[]): string {
  return items.length === 0 ? 'none' : items.join(', ')
}

/**
 * Reads `cases.yaml` of a pack. Facts that a case does not give are those of `usual.yaml`; `age: 12` stands for the birth
 * date of somebody who turns 12 on the first day of the month.
 */
export function parseCases(
  text: string,
  file: string,
  usual: string,
  catalogue: Catalogue,
  territories: TerritoryTree,
): Result<NamedCase[], Diagnostic[]> {
  const source = new YamlSource(text, file)
  const defaults = new YamlSource(usual, file.replace(/[^/]+\/cases\.yaml$/, 'usual.yaml'))
  const reader = new CaseReader(catalogue, territories, defaults.root)
  const cases = source.problems.length > 0 ? [] : reader.read(source.root)
  const problems = [...source.problems, ...defaults.problems]
  return problems.length > 0 ? err(sortDiagnostics(problems)) : ok(cases)
}

const GIVES = [
  'outcome',
  'amount',
  'refused',
  'open',
  'score',
  'lines',
  'covered',
  'notes',
  'missing',
  'to_confirm',
] as const

type Wire = Record<string, unknown>

class CaseReader {
  readonly #catalogue: Catalogue
  readonly #territories: TerritoryTree
  readonly #household: Wire
  readonly #member: Wire
  readonly #as: ReadonlyMap<string, Wire>

  constructor(catalogue: Catalogue, territories: TerritoryTree, usual: Cursor) {
    this.#catalogue = catalogue
    this.#territories = territories
    const map = usual.map(['household', 'member', 'as'])
    this.#household = this.#facts(map.household, catalogue.household)
    this.#member = this.#facts(map.member, catalogue.member)
    this.#as = new Map((map.as?.entries() ?? []).map(([code, cursor]) => [code, this.#facts(cursor, catalogue.member)]))
  }

  read(root: Cursor): NamedCase[] {
    const map = root.map(['pack', 'cases'])
    const pack = root.part(map.pack, 'pack', 'the id of the pack').text()
    const names = new Set<string>()
    return (map.cases?.items() ?? []).flatMap(item => {
      const named = this.#readCase(item, pack)
      if (named === null) return []
      if (names.has(named.name)) item.report('name_taken', 'two cases have this name')
      names.add(named.name)
      return [named]
    })
  }

  #readCase(item: Cursor, pack: string): NamedCase | null {
    const map = item.map(['name', 'at', 'household', 'members', 'unknown', 'gives'])
    const name = item.part(map.name, 'name', 'a sentence of law').text()
    const at = parseMonth(map.at?.text() ?? '')
    if (at === undefined) {
      item.report('not_a_month', 'a case is of one month', { expected: 'at: YYYY-MM' })
      return null
    }
    const household = { ...this.#household, ...this.#facts(map.household, this.#catalogue.household) }
    const members = (map.members?.items() ?? []).map((member, index) => this.#readMember(member, index, at))
    for (const unknown of map.unknown?.items() ?? []) forget(unknown, household, members)
    const json = { id: name, at, household, ...(this.#catalogue.head === null ? {} : { members }) }
    const subject = parseCase(json, this.#catalogue, this.#territories)
    if (!subject.ok) {
      item.report('not_a_case', `${subject.refusal.path}: ${subject.refusal.message}`)
      return null
    }
    const gives = this.#readGives(item.part(map.gives, 'gives', 'what the pack must answer'))
    return { name, file: item.source.file, line: item.line, pack, case: subject.value, gives }
  }

  #readMember(cursor: Cursor, index: number, at: Month): Wire {
    const own = this.#facts(cursor, this.#catalogue.member, true)
    const relation = String(own[this.#catalogue.head?.fact ?? ''] ?? '')
    const { age, ...facts }: Wire = { ...this.#member, ...this.#as.get(relation), ...own }
    const born =
      facts.birth_date === undefined && age !== undefined
        ? { birth_date: `${addMonths(at, -12 * Number(age))}-01` }
        : {}
    return { id: `m${index + 1}`, ...facts, ...born }
  }

  #facts(cursor: Cursor | undefined, facts: ReadonlyMap<string, Fact>, named = false): Wire {
    const wire: Wire = {}
    for (const [name, value] of cursor?.entries() ?? []) {
      const fact = facts.get(name)
      if (fact === undefined && name !== 'age' && !(named && name === 'id')) {
        value.reportKey('unknown_fact', `${name} is not in the fact catalogue`, {
          suggestion: nearest(name, facts.keys()),
        })
        continue
      }
      wire[name] = fact === undefined ? value.text() : wireValue(value, fact)
    }
    return wire
  }

  #readGives(cursor: Cursor): Expectation {
    const map = cursor.map(GIVES)
    const texts = (key: (typeof GIVES)[number]) =>
      map[key] === undefined ? {} : { [key]: map[key].items().map(item => item.text()) }
    const pairs = (key: (typeof GIVES)[number]) =>
      map[key] === undefined ? {} : { [key]: new Map(map[key].entries().map(([name, value]) => [name, value.text()])) }
    const text = (key: (typeof GIVES)[number]) => (map[key] === undefined ? {} : { [key]: map[key].text() })
    return {
      outcome: (map.outcome ?? cursor).oneOf(
        ['eligible', 'not_eligible', 'undetermined', 'scored'],
        map.outcome ? null : 'outcome',
      ),
      ...text('amount'),
      ...text('score'),
      ...texts('refused'),
      ...texts('open'),
      ...texts('covered'),
      ...texts('missing'),
      ...texts('to_confirm'),
      ...pairs('lines'),
      ...pairs('notes'),
    }
  }
}

/** A fact as it goes on the wire: money and dates are texts, numbers numbers. */
function wireValue(cursor: Cursor, fact: Fact): unknown {
  if (cursor.isEmpty) return null
  const text = cursor.text()
  if (fact.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return fact.type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text
}

/** Makes a fact unknown: `household.rooms`, `members.m2.schooling`. */
function forget(cursor: Cursor, household: Wire, members: readonly Wire[]): void {
  const path = cursor.text()
  const [owner, second = '', third = ''] = path.split('.')
  const facts = owner === 'household' ? household : members.find(member => member.id === second)
  const name = owner === 'household' ? second : third
  if (facts === undefined || !(name in facts)) {
    cursor.report('unknown_path', `${path} is no fact of this case`, { expected: 'household.FACT or members.ID.FACT' })
    return
  }
  delete facts[name]
}
