import type { Result, TerritoryTree, Words } from '#kernel'
import {
  accepted,
  type Catalogue,
  type Cursor,
  type Diagnostic,
  type Fact,
  nearest,
  readCondition,
  readValue,
  readYaml,
} from '#rules'
import type { DeclarationForm, FormCheck, FormSection, Question } from './form.ts'

const KEYS = ['web', 'papers', 'sections', 'checks', 'not_asked'] as const

/** Reads `form.yaml` against the catalogue. Every mistake at once, with its line, its column and what was probably meant. */
export function parseForm(
  text: string,
  file: string,
  catalogue: Catalogue,
  territories: TerritoryTree,
): Result<DeclarationForm, Diagnostic[]> {
  return readYaml(text, file, root => new FormReader(catalogue, territories).read(root))
}

class FormReader {
  readonly #catalogue: Catalogue
  readonly #territories: TerritoryTree
  /** Facts asked so far: what a condition may read. */
  readonly #asked = new Set<Fact>()

  constructor(catalogue: Catalogue, territories: TerritoryTree) {
    this.#catalogue = catalogue
    this.#territories = territories
  }

  read(root: Cursor): DeclarationForm {
    const map = root.map(KEYS)
    const sections = (map.sections?.items() ?? []).map(cursor => this.#section(cursor))
    if (map.sections === undefined) root.missing('sections', 'a list of sections', null)
    const notAsked = this.#notAsked(map.not_asked)
    const checks = (map.checks?.items() ?? []).map(cursor => this.#check(cursor))
    this.#unmentioned(map.sections ?? root, notAsked)
    return {
      web: map.web === undefined ? 'confirm' : map.web.oneOf(['counts', 'confirm']),
      papers: new Map((map.papers?.entries() ?? []).map(([code, words]) => [code, words.words()])),
      sections,
      checks,
      notAsked,
    }
  }

  #section(cursor: Cursor): FormSection {
    const map = cursor.map(['section', 'of', 'label', 'says', 'asks'])
    const of = (map.of ?? cursor).oneOf(['household', 'member'], map.of === undefined ? 'of' : null)
    const asks = cursor.part(map.asks, 'asks', 'facts of the catalogue, in the order of the questions')
    return {
      name: cursor.part(map.section, 'section', 'a name in snake_case').text(),
      of,
      label: cursor.part(map.label, 'label', 'a title in fr, ar and en').words(),
      says: map.says?.words() ?? null,
      questions: asks.entries().flatMap(([name, each]) => this.#question(name, of, each)),
    }
  }

  #question(name: string, of: FormSection['of'], cursor: Cursor): Question[] {
    const fact = this.#fact(name, of, cursor)
    if (fact === undefined) return []
    if (this.#asked.has(fact)) cursor.reportKey('asked_twice', `${name} is asked already`)
    const map = cursor.map(['when', 'otherwise', 'required', 'help'])
    const because = 'is asked later: a condition reads what was asked before'
    const known = (each: Fact) => this.#asked.has(each)
    const when = map.when && readCondition(map.when, { catalogue: this.#catalogue, of, known, because })
    const otherwise = map.otherwise === undefined ? null : this.#value(fact, map.otherwise)
    if (map.otherwise && !map.when) map.otherwise.reportKey('always_asked', `${name} is always asked, nothing follows`)
    this.#asked.add(fact)
    return [
      {
        fact,
        when: when ?? null,
        otherwise,
        required: map.required?.oneOf(['true', 'false']) === 'true',
        help: map.help?.words() ?? null,
      },
    ]
  }

  #fact(name: string, of: FormSection['of'], cursor: Cursor): Fact | undefined {
    const facts = this.#catalogue[of]
    const fact = facts.get(name)
    if (fact) return fact
    const elsewhere = this.#catalogue[of === 'member' ? 'household' : 'member'].has(name)
    cursor.reportKey(
      'unknown_name',
      elsewhere ? `${name} is not of the ${of}` : `no fact of the ${of} is called ${name}`,
      { expected: 'a fact of facts.yaml', suggestion: nearest(name, facts.keys()) },
    )
    return undefined
  }

  /** A value as it travels, of the fact's own type. */
  #value(fact: Fact, cursor: Cursor): Question['otherwise'] {
    const text = cursor.text()
    const raw =
      fact.type === 'boolean' && (text === 'true' || text === 'false')
        ? text === 'true'
        : fact.type === 'integer'
          ? Number(text)
          : text
    if (readValue(raw, fact, this.#catalogue, this.#territories) !== undefined) return raw
    cursor.report('not_accepted', `${text} is not accepted for ${fact.name}`, {
      expected: accepted(fact, this.#catalogue),
      suggestion: nearest(text, fact.codes.keys()),
    })
    return null
  }

  #notAsked(cursor: Cursor | undefined): ReadonlyMap<string, Words> {
    const said = new Map<string, Words>()
    for (const [name, each] of cursor?.entries() ?? []) {
      const fact = this.#catalogue.household.get(name) ?? this.#catalogue.member.get(name)
      if (fact === undefined) this.#fact(name, 'household', each)
      else if (this.#asked.has(fact)) each.reportKey('asked_twice', `${name} is asked above`)
      said.set(name, each.words())
    }
    return said
  }

  #check(cursor: Cursor): FormCheck {
    const map = cursor.map(['code', 'of', 'about', 'holds', 'fault', 'words'])
    const of = (map.of ?? cursor).oneOf(['household', 'member'], map.of === undefined ? 'of' : null)
    const about = cursor.part(map.about, 'about', 'facts beside which the fault is told')
    const places = about.isList ? about.items() : [about]
    const because = 'is not asked by this form'
    const holds = cursor.part(map.holds, 'holds', 'a condition that is true when nothing is wrong')
    return {
      code: cursor.part(map.code, 'code', 'a name in snake_case').text(),
      of,
      about: places.map(place => {
        const name = place.text()
        if (name !== '' && !this.#catalogue[of].has(name)) {
          place.report('unknown_name', `no fact of the ${of} is called ${name}`, {
            suggestion: nearest(name, this.#catalogue[of].keys()),
          })
        }
        return name
      }),
      holds: readCondition(holds, { catalogue: this.#catalogue, of, known: each => this.#asked.has(each), because }),
      fault: (map.fault ?? cursor).oneOf(['error', 'warning'], map.fault === undefined ? 'fault' : null),
      words: cursor.part(map.words, 'words', 'what is wrong, in fr, ar and en').words(),
    }
  }

  /** A fact that nobody asks and nobody explains is a fact forgotten. */
  #unmentioned(cursor: Cursor, notAsked: ReadonlyMap<string, Words>): void {
    for (const fact of [...this.#catalogue.household.values(), ...this.#catalogue.member.values()]) {
      if (this.#asked.has(fact) || notAsked.has(fact.name)) continue
      cursor.reportKey('not_asked', `${fact.name} is a fact of the catalogue that no section asks`, {
        expected: 'a section that asks it, or its name under not_asked with who says it',
      })
    }
  }
}
