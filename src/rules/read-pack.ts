import { type Currency, isCurrency, type Month, parseMonth, type Words } from '#kernel'
import type { Catalogue, Fact } from './catalogue.ts'
import type { Direction, Per } from './decision.ts'
import { nearest } from './diagnostic.ts'
import type { AmountRule, Formula, LineRule, Pack, Parameter, Refusal, Step, Template } from './pack.ts'
import { parametersOf } from './pack-parts.ts'
import { FORM_KEYS, type FormContext, readForm } from './read-form.ts'
import { FormulaReader, type ReadFormula } from './read-formula.ts'
import { readDatedValues, readSources, readWithout, type Sources } from './read-parameter.ts'
import type { Cursor } from './yaml-source.ts'

const PACK_KEYS = [
  'pack', 'names', 'says', 'unit', 'period', 'life', 'currency', 'legal', 'uses', 'facts', 'parameters', 'members', 'steps',
  'score', 'refusals', 'lines', 'covered', 'amount', 'notes', 'remarks',
] as const // biome-ignore format: one list

export type PackMap = { readonly [Key in (typeof PACK_KEYS)[number]]?: Cursor }

/** A pack as its own file says it; what needs the rest of the pack, or other packs, is checked by check-packs.ts. */
export type ReadPack = {
  readonly pack: Omit<Pack, 'version'>
  readonly root: Cursor
  readonly formulas: readonly ReadFormula[]
  /** Where each name of the pack was given, for what is said about it. */
  readonly places: ReadonlyMap<string, Cursor>
}

type Around = {
  readonly catalogue: Catalogue
  readonly sources: Sources
  /** Packs already read, by id. */
  readonly packs: ReadonlyMap<string, Omit<Pack, 'version'>>
  readonly fileBeside: (name: string) => Cursor | null
}

/** The id of a pack and the packs it uses, read before anything else so that packs are read in order. */
export function readHeader(root: Cursor): { id: string; map: PackMap; uses: [alias: string, id: string, Cursor][] } {
  const map = root.map(PACK_KEYS)
  const uses = (map.uses?.entries() ?? []).map(([alias, cursor]): [string, string, Cursor] => {
    if (cursor.isText) return [alias, cursor.text(), cursor]
    const used = cursor.map(['pack', 'takes'])
    return [alias, cursor.part(used.pack, 'pack', 'the pack used').text(), cursor]
  })
  return { id: root.part(map.pack, 'pack', 'the id of the pack: country/name').text(), map, uses }
}

export function readPack(root: Cursor, around: Around): ReadPack {
  return new PackReader(root, around).read()
}

class PackReader {
  readonly #root: Cursor
  readonly #around: Around
  readonly #formulas: FormulaReader
  readonly #places = new Map<string, Cursor>()
  readonly #parameters = new Map<string, Parameter>()
  readonly #steps = new Map<string, Step>()
  #id = ''
  #context: FormContext

  constructor(root: Cursor, around: Around) {
    this.#root = root
    this.#around = around
    this.#formulas = new FormulaReader(around.catalogue)
    this.#context = { pack: '', formulas: this.#formulas, sources: around.sources, fileBeside: around.fileBeside }
  }

  read(): ReadPack {
    const { id, map, uses } = readHeader(this.#root)
    this.#id = id
    this.#context = { ...this.#context, pack: id }
    const facts = this.#readFacts(map.facts)
    this.#readUses(uses)
    this.#readParameters(map.parameters)
    for (const [name, cursor] of map.members?.entries() ?? []) this.#readNamedStep(name, cursor, 'member')
    for (const [name, cursor] of map.steps?.entries() ?? []) this.#readNamedStep(name, cursor, 'household')
    const pack: Omit<Pack, 'version'> = {
      id,
      file: this.#root.source.file,
      names: this.#root.part(map.names, 'names', 'the name of the programme in fr, ar and en').words(),
      says: this.#root.part(map.says, 'says', 'what the programme is, in a sentence').words(),
      unit: this.#root.part(map.unit, 'unit', 'household or person').oneOf(['household', 'person']),
      period: map.period?.oneOf(['month', 'quarter', 'school_year', 'year', 'once']) ?? 'month',
      life: this.#readLife(map.life),
      currency: this.#readCurrency(map.currency),
      legal: (map.legal?.items() ?? []).map(item => this.#readLegal(item)),
      uses: new Map(uses.map(([alias, used]) => [alias, used])),
      facts,
      parameters: this.#parameters,
      steps: this.#steps,
      score: map.score ? this.#readStep('result.score', map.score, 'household', []) : null,
      refusals: this.#readRefusals(map.refusals?.items() ?? []),
      lines: (map.lines?.items() ?? []).map((item, index) => this.#readLine(item, index)),
      covered: map.covered ? this.#readStep('result.covered', map.covered, 'member', []) : null,
      amount: map.amount ? this.#readAmount(map.amount) : null,
      notes: (map.notes?.entries() ?? []).map(([name, cursor]) =>
        this.#readStep(`note.${name}`, cursor, 'household', []),
      ),
      remarks: (map.remarks?.items() ?? []).map(item => item.words()),
    }
    const remarks = [...pack.remarks, ...parametersOf(pack).flatMap(({ without }) => without ?? [])]
    return { pack: { ...pack, remarks }, root: this.#root, formulas: this.#formulas.all, places: this.#places }
  }

  #readLegal(item: Cursor): Pack['legal'][number] {
    const map = item.map(['text', 'source'])
    return {
      text: item.part(map.text, 'text', 'the law or decree').text(),
      sources: map.source ? readSources(map.source, this.#around.sources) : [],
    }
  }

  #readLife(cursor: Cursor | undefined): Pack['life'] {
    const map = cursor?.map(['from', 'to']) ?? {}
    return { from: map.from ? month(map.from) : null, to: map.to ? month(map.to) : null }
  }

  #readCurrency(cursor: Cursor | undefined): Currency {
    const text = cursor?.text() ?? this.#around.catalogue.currency
    if (!isCurrency(text)) cursor?.report('unknown_currency', `${text} is not a currency known here`)
    return text as Currency
  }

  #readFacts(cursor: Cursor | undefined): Fact[] {
    const map = cursor?.map(['household', 'member']) ?? {}
    const read = (list: Cursor | undefined, facts: ReadonlyMap<string, Fact>): Fact[] =>
      (list?.items() ?? []).flatMap(item => {
        const name = item.text()
        const fact = facts.get(name)
        this.#name(name, item)
        if (fact === undefined) {
          item.report('unknown_fact', `${name} is not in the fact catalogue`, {
            suggestion: nearest(name, facts.keys()),
          })
        }
        return fact ? [fact] : []
      })
    const { household, member } = this.#around.catalogue
    return [...read(map.household, household), ...read(map.member, member)]
  }

  /** A score is used under its alias; of a decision, the steps named by `takes` are used as they stand. */
  #readUses(uses: readonly (readonly [string, string, Cursor])[]): void {
    for (const [alias, id, cursor] of uses) {
      const used = this.#around.packs.get(id)
      if (used === undefined) continue
      const takes = cursor.isText ? [] : (cursor.map(['pack', 'takes']).takes?.items() ?? [])
      if (used.score !== null) {
        this.#name(alias, cursor)
        const form = { kind: 'score', pack: id } as const
        this.#steps.set(alias, { name: alias, label: used.score.label, of: 'household', pack: this.#id, form })
      }
      for (const item of takes) {
        const name = item.text()
        const step = used.steps.get(name)
        this.#name(name, item)
        if (step === undefined) {
          item.report('unknown_step', `${id} has no step ${name}`, { suggestion: nearest(name, used.steps.keys()) })
          continue
        }
        this.#steps.set(name, { ...step, pack: this.#id, form: { kind: 'taken', pack: id, step: name } })
      }
    }
  }

  #readParameters(cursor: Cursor | undefined): void {
    for (const [name, item] of cursor?.entries() ?? []) {
      this.#name(name, item)
      const map = item.map(['label', 'by', 'of', 'values', 'without'])
      const of = map.of?.oneOf(['household', 'member']) ?? 'household'
      const values = map.values
        ? readDatedValues(map.values, this.#around.sources)
        : item.missing('values', 'dated values: from, value, source', [])
      this.#parameters.set(name, {
        name,
        label: item.part(map.label, 'label', 'a label in fr, ar and en').words(),
        by: map.by ? this.#formulas.read(map.by, of) : null,
        of,
        values,
        without: readWithout(item, map.without, values),
      })
    }
  }

  #readNamedStep(name: string, cursor: Cursor, of: Step['of']): void {
    this.#name(name, cursor)
    this.#steps.set(name, this.#readStep(name, cursor, of, []))
  }

  #readStep(name: string, cursor: Cursor, of: Step['of'], also: readonly string[]): Step {
    const map = cursor.map(['label', ...FORM_KEYS, ...also] as readonly ((typeof FORM_KEYS)[number] | 'label')[])
    return {
      name,
      label: cursor.part(map.label, 'label', 'a label in fr, ar and en').words(),
      of,
      pack: this.#id,
      form: readForm(cursor, map, name, of, this.#context),
    }
  }

  #readRefusals(items: readonly Cursor[]): Refusal[] {
    const codes = new Set<string>()
    return items.flatMap(item => {
      const refusals = this.#readRefusal(item)
      for (const { code } of refusals) {
        if (codes.has(code)) item.report('name_taken', `${code} is already the code of a refusal of this pack`)
        codes.add(code)
      }
      return refusals
    })
  }

  /** `from: asd` stands for every refusal of that pack, in its order. */
  #readRefusal(item: Cursor): Refusal[] {
    const map = item.map(['from', 'code', 'when', 'words', 'otherwise'])
    if (map.from) return this.#refusalsOf(map.from)
    const code = item.part(map.code, 'code', 'a snake_case code').text()
    const formula = this.#formulas.read(item.part(map.when, 'when', 'a condition'), 'household')
    const words = this.#readTemplate(item.part(map.words, 'words', 'what the household is told, in fr, ar and en'))
    const label = map.words?.words() ?? EMPTY
    return [
      {
        code,
        pack: this.#id,
        when: { name: `refusal.${code}`, label, of: 'household', pack: this.#id, form: { kind: 'value', formula } },
        words,
        otherwise: map.otherwise ? this.#readTemplate(map.otherwise) : null,
      },
    ]
  }

  #refusalsOf(cursor: Cursor): Refusal[] {
    const alias = cursor.text()
    const header = readHeader(this.#root)
    const id = header.uses.find(([name]) => name === alias)?.[1]
    const used = id === undefined ? undefined : this.#around.packs.get(id)
    if (used === undefined) {
      cursor.report('unknown_pack', `${alias} is not a pack used here`, { expected: 'a name under uses' })
      return []
    }
    return [...used.refusals]
  }

  #readTemplate(cursor: Cursor): Template {
    const map = cursor.map(['fr', 'ar', 'en'])
    cursor.words()
    const read = (language: 'fr' | 'ar' | 'en') => {
      const words = map[language]
      return words?.isText ? this.#readWords(words) : []
    }
    return { fr: read('fr'), ar: read('ar'), en: read('en') }
  }

  #readWords(cursor: Cursor): (string | Formula)[] {
    const text = cursor.text()
    const parts: (string | Formula)[] = []
    let at = 0
    for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
      if (match.index > at) parts.push(text.slice(at, match.index))
      parts.push(this.#formulas.readPart(cursor, match[1] as string, match.index + 1))
      at = match.index + match[0].length
    }
    if (at < text.length) parts.push(text.slice(at))
    return parts
  }

  #readLine(item: Cursor, index: number): LineRule {
    const map = item.map(['code', 'other codes', 'for', 'value', 'order', 'label'])
    const code = item.part(map.code, 'code', 'a snake_case code').text()
    const label = map.label?.words() ?? this.#labelOf(map.value)
    const step = (name: string, cursor: Cursor): Step => ({
      name: `line.${index}.${name}`,
      label,
      of: 'member',
      pack: this.#id,
      form: { kind: 'value', formula: this.#formulas.read(cursor, 'member') },
    })
    return {
      code,
      otherCodes: (map['other codes']?.entries() ?? []).map(([other, cursor]) => ({
        code: other,
        when: step(`code.${other}`, cursor),
      })),
      where: step('for', item.part(map.for, 'for', 'a condition on the member')),
      value: step('value', item.part(map.value, 'value', 'an amount')),
      order: map.order ? step('order', map.order) : null,
    }
  }

  /** A line is called as the step or parameter that is its value, where it has no label of its own. */
  #labelOf(value: Cursor | undefined): Words {
    const name = value?.isText ? value.text() : ''
    return this.#steps.get(name)?.label ?? this.#parameters.get(name)?.label ?? EMPTY
  }

  #readAmount(cursor: Cursor): AmountRule {
    const map = cursor.map(['label', ...FORM_KEYS, 'per', 'direction'])
    return {
      value: this.#readStep('result.amount', cursor, 'household', ['per', 'direction']),
      per: (map.per ?? cursor).oneOf<Per>(['month', 'quarter', 'year', 'once', 'instalment'], map.per ? null : 'per'),
      direction: (map.direction ?? cursor).oneOf<Direction>(['receives', 'pays'], map.direction ? null : 'direction'),
    }
  }

  /** Facts, parameters, scores and steps share one namespace. */
  #name(name: string, cursor: Cursor): void {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) cursor.reportKey('bad_name', `${name} is not snake_case`)
    if (RESERVED.has(name)) cursor.reportKey('reserved_name', `${name} has a meaning of its own in every pack`)
    else if (this.#places.has(name))
      cursor.reportKey('name_taken', `${name} is already the name of a fact, parameter, score or step of this pack`)
    this.#places.set(name, cursor)
  }
}

/** Names that every pack knows. */
export const RESERVED: ReadonlySet<string> = new Set(['members', 'head', 'month_start'])

const EMPTY: Words = { fr: '', ar: '', en: '' }

function month(cursor: Cursor): Month | null {
  const text = cursor.text()
  const value = parseMonth(text)
  if (value === undefined) cursor.report('not_a_month', `${text} is not a month`, { expected: 'YYYY-MM' })
  return value ?? null
}
