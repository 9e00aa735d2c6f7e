import { firstDay, type Month, placesOf } from '#kernel'
import type { Fact } from '../catalogue.ts'
import { type CivilDate, parseDate } from '../date.ts'
import type { Form, Pack, Parameter, RuleBook, Step } from '../pack.ts'
import type { Dictionary } from './branches.ts'
import { DECIMAL_PLACES } from './columns.ts'
import { countReads } from './count-reads.ts'
import { Emitter, isPlain, withoutUnused } from './emitter.ts'
import { compileFirst, compileForm, compileRanks } from './forms.ts'
import { steady } from './formula.ts'
import { type Given, SCORE_PLACES, scoreName } from './given.ts'
import { type Limits, MEMBERS_MAX } from './limits.ts'
import {
  bound,
  constant,
  integer,
  type List,
  NotCompilable,
  type Numeric,
  type Operand,
  type Text,
  type Words,
} from './operand.ts'
import { parameterOf } from './parameters.ts'
import { Store, type Stored } from './store.ts'

/** A table made when the columns are given: a number for each text of a dictionary. */
export type LookUp = {
  readonly name: string
  /** The territory column whose texts it follows; null where the texts are known. */
  readonly column: string | null
  readonly known: readonly string[]
  readonly figureOf: (word: string) => number
}

/** The place of a text in a column's dictionary, found when the columns are given. */
export type PlaceOfText = { readonly name: string; readonly column: string; readonly text: string }

export type Options = {
  readonly limits: Limits
  /** Takes facts as known, and marks the households that lack one. */
  readonly trusting: boolean
  /** Also what a whole decision needs. */
  readonly detail: boolean
  /** Scores of packs used that are worked out already, with the least and the greatest, in ten-millionths. */
  readonly given: ReadonlyMap<string, Given>
}

/** What one pack becomes for one month: stages over batches of households. */
export class Program {
  readonly book: RuleBook
  readonly asked: Pack
  readonly at: Month
  readonly monthStart: CivilDate
  readonly limits: Limits
  /** Whether facts are taken as known: a household that lacks one that is read is marked in `doubts`, to be decided again. */
  readonly trusting: boolean
  readonly dictionary: Dictionary = { known: [] }
  /** Code for one household each, in the order in which they run. */
  readonly stages: (readonly string[])[] = []
  readonly store = new Store()
  readonly lookUps: LookUp[] = []
  readonly places: PlaceOfText[] = []
  /** Columns read: `household.rooms`, `member.birth_date`. */
  readonly columns = new Set<string>()
  /** Unconfirmed parameters, each with one bit in the order of this list. */
  readonly unconfirmed: string[] = []
  readonly members: List
  readonly size: Numeric = integer('size', 1, MEMBERS_MAX)
  out: Emitter
  /** Where set, an array that is 1 for households of the batch that stages written from now on leave out. */
  settled: string | null = null
  readonly #detail: boolean
  readonly #given: ReadonlyMap<Step, { readonly id: string } & Given>
  readonly #reads: ReadonlyMap<Step, number>
  readonly #kept = new Map<Step, Stored>()
  #level: 'household' | 'member' = 'household'
  #names = 0

  constructor(book: RuleBook, asked: Pack, at: Month, options: Options) {
    const { limits, trusting, detail, given } = options
    this.book = book
    this.asked = asked
    this.at = at
    this.limits = limits
    this.trusting = trusting
    this.#detail = detail
    this.#given = new Map([...given].map(([id, score]) => [this.pack(id).score as Step, { id, ...score }]))
    this.monthStart = parseDate(firstDay(at)) as CivilDate
    this.#reads = countReads(book, asked, detail)
    this.out = new Emitter(this.#next)
    this.members = {
      kind: 'list',
      each: use => this.out.eachMember(member => use({ kind: 'member', code: member, unknown: '0' })),
    }
    if (book.catalogue.head === null) this.size = integer('size', 0, MEMBERS_MAX)
  }

  readonly #next = () => ++this.#names

  pack(id: string): Pack {
    const pack = this.book.packs.get(id)
    if (pack === undefined) throw new RangeError(`no pack ${id} in this book`)
    return pack
  }

  /** Writes a stage; `work` writes what is done for the household or for each member. */
  stage(level: 'household' | 'member', work: (member: string | null) => void): void {
    const [outer, outerLevel] = [this.out, this.#level]
    const out = new Emitter(this.#next)
    this.out = out
    this.#level = level
    out.loops = level === 'member' ? 1 : 0
    const member = level === 'member' ? out.name('i') : null
    work(member)
    this.out = outer
    this.#level = outerLevel
    const lines = [...(out.notes ? ['let noted = 0'] : []), ...withoutUnused(out.lines)]
    this.stages.push([
      this.settled === null ? '{' : `if (${this.settled}[j] === 0) {`,
      ...(member === null ? lines : [`for (let ${member} = first; ${member} < last; ${member}++) {`, ...lines, '}']),
      '}',
    ])
  }

  /** What a member's own name stands for: its facts, its steps, parameters chosen by it. */
  memberName(pack: Pack, name: string, member: string): Operand | undefined {
    const fact = pack.facts.find(each => each.of === 'member' && each.name === name)
    if (fact !== undefined) return this.readFact(fact, member)
    const step = pack.steps.get(name)
    if (step?.of === 'member') return this.readStep(pack, step, member)
    const parameter = pack.parameters.get(name)
    return parameter?.of === 'member' ? this.readParameter(pack, parameter, member) : undefined
  }

  householdName(pack: Pack, name: string): Operand | undefined {
    const step = pack.steps.get(name)
    if (step?.of === 'household') return this.readStep(pack, step, null)
    const fact = pack.facts.find(each => each.of === 'household' && each.name === name)
    if (fact !== undefined) return this.readFact(fact, null)
    const parameter = pack.parameters.get(name)
    if (parameter?.of === 'household') return this.readParameter(pack, parameter, null)
    if (name === 'members') return this.members
    if (name === 'head') {
      if (this.book.catalogue.head === null) throw new NotCompilable('a head where there are no members')
      return this.out.once('head', () => ({ kind: 'member', code: this.out.hold('heads[row] - base'), unknown: '0' }))
    }
    return name === 'month_start' ? constant(this.monthStart) : undefined
  }

  /** A fact as it stands in its column, at a member or the household at hand. */
  readFact(fact: Fact, member: string | null): Operand {
    this.columns.add(`${fact.of}.${fact.name}`)
    const column = `${fact.of}_${fact.name}`
    return this.out.once(`fact ${column} ${member}`, () => {
      const raw = this.out.hold(`${column}[${member === null ? 'row' : `${member} + base`}]`)
      return this.trusting && fact.absentMeans === null && fact.fallback === null
        ? this.#trusted(fact, raw, column)
        : this.#fact(fact, raw, column)
    })
  }

  /** A fact taken as known. Each kind's unknown sets one bit, which is shifted to the sign of `gap`. */
  #trusted(fact: Fact, raw: string, column: string): Operand {
    const { out } = this
    out.line(`gap |= ${signOfUnknown(fact.type, raw)}`)
    const operand = this.#fact(fact, raw, column)
    return operand.kind === 'truth' ? { ...operand, nullable: false } : ({ ...operand, unknown: '0' } as Operand)
  }

  #fact(fact: Fact, raw: string, column: string): Operand {
    const { out } = this
    if (fact.type === 'boolean') {
      if (fact.fallback === null) return { kind: 'truth', code: raw, nullable: true }
      return { kind: 'truth', code: out.hold(`(${raw} === 2 ? ${fact.fallback ? 1 : 0} : ${raw})`), nullable: false }
    }
    const missing = out.hold(`+(${absence(fact.type, raw)})`)
    if (fact.fallback !== null && fact.type !== 'integer') throw new NotCompilable(`the default of ${fact.name}`)
    switch (fact.type) {
      case 'integer': {
        const { fallback } = fact
        if (fallback === null) return integer(raw, fact.min, this.limits.integer, missing)
        const code = out.hold(`(${missing} ? ${Number(fallback)} : ${raw})`)
        return integer(code, Math.min(fact.min, Number(fallback)), Math.max(this.limits.integer, Number(fallback)))
      }
      case 'money':
      case 'decimal': {
        const places = fact.type === 'money' ? placesOf(this.book.catalogue.currency) : DECIMAL_PLACES
        const den = 10 ** places
        return { ...integer(raw, fact.min * den, this.limits.scaled, missing), den }
      }
      case 'date':
        return { kind: 'day', code: raw, unknown: missing }
      case 'code':
        return text(raw, missing, { known: [...fact.codes.keys()] })
      case 'territory':
        return text(raw, missing, { column })
    }
  }

  /** The value of a step: computed where it stands if nothing else reads it, otherwise by a function of its own, before. */
  readStep(reader: Pack, step: Step, member: string | null): Operand {
    if (step.pack !== reader.id) return this.readStep(this.pack(step.pack), step, member)
    const at = step.of === 'member' ? member : null
    if (step.of === 'member' && at === null) throw new NotCompilable(`${step.name} of no member`)
    const key = `step ${step.pack} ${step.name} ${at}`
    const given = this.#given.get(step)
    if (given !== undefined) return this.out.once(key, () => this.#readGiven(given))
    return this.out.once(key, () => this.#standing(reader, step, at) ?? this.#readKept(reader, step, at))
  }

  /** A score that stands in an array: whole ten-millionths. */
  #readGiven({ id, low, high }: { readonly id: string } & Given): Operand {
    const raw = this.out.hold(`given_${scoreName(id)}[row]`)
    bound(low, high)
    const score = { kind: 'number', code: raw, low, high, den: 10 ** SCORE_PLACES, divisors: [] } as const
    if (!this.trusting) return { ...score, unknown: this.out.hold(`+(${raw} !== ${raw})`) }
    this.out.line(`gap |= -(${raw} !== ${raw})`)
    return { ...score, unknown: '0' }
  }

  /** The step worked out here, if this is where it is read once or if it is short; null where it is better kept. */
  #standing(reader: Pack, step: Step, at: string | null): Operand | null {
    const { form } = step
    if (form.kind === 'rank' || form.kind === 'first' || this.#kept.has(step)) return null
    if (form.kind === 'value' && isName(form.formula.expr)) return compileForm(this, reader, step, at)
    if (step.of === 'household' && (this.#level === 'member' || this.out.loops > 0)) return null
    const piece = this.out.apart(() => steady(compileForm(this, reader, step, at), this.out))
    if (this.#reads.get(step) !== 1 && !isPlain(piece)) return null
    this.out.unfold(piece)
    return piece.worth
  }

  #readKept(reader: Pack, step: Step, at: string | null): Operand {
    const kept = this.#kept.get(step) ?? this.#keep(reader, step)
    return this.store.read(kept, at ?? 'j', this.out)
  }

  #keep(pack: Pack, step: Step): Stored {
    if (step.form.kind === 'rank') return this.#keepRanks(pack, step, step.form)
    let kept: Stored | undefined
    this.stage(step.of, member => {
      kept =
        step.form.kind === 'first'
          ? this.store.write(compileFirst(this, pack, step.form), 'j', 'household', this.out)
          : this.store.write(compileForm(this, pack, step, member), member ?? 'j', step.of, this.out)
    })
    this.#kept.set(step, kept as Stored)
    return kept as Stored
  }

  #keepRanks(pack: Pack, step: Step, form: Form & { readonly kind: 'rank' }): Stored {
    const value = this.store.array('Uint8Array', 'member')
    let notes: string | null = null
    this.stage('household', () => {
      const { out } = this
      compileRanks(this, pack, form, value)
      if (!out.notes) return
      notes = this.store.array('Int32Array', 'member')
      out.eachMember(member => out.line(`${notes}[${member}] = noted`))
    })
    const kept: Stored = { form: integer('0', 0, MEMBERS_MAX), value, unknown: value, divisor: null, notes }
    this.#kept.set(step, kept)
    return kept
  }

  /** The value of a parameter in the month, chosen by a member or the household at hand. */
  readParameter(pack: Pack, parameter: Parameter, member: string | null): Operand {
    return this.out.once(`parameter ${pack.id} ${parameter.name} ${member}`, () =>
      parameterOf(this, pack, parameter, member),
    )
  }

  /** A decision that comes here names this parameter among those to confirm. */
  noteUnconfirmed(pack: Pack, name: string): void {
    const full = pack.id === this.asked.id ? name : `${pack.id}:${name}`
    const known = this.unconfirmed.indexOf(full)
    const at = known === -1 ? this.unconfirmed.push(full) - 1 : known
    if (at > 30) throw new NotCompilable('more than 31 unconfirmed parameters')
    if (!this.#detail) return
    this.out.line(`noted |= ${1 << at}`)
    this.out.notes = true
  }

  /** A table over a dictionary, with its first place for the unknown. */
  table(words: Words, figureOf: (word: string) => number): string {
    const name = `table${this.lookUps.length}`
    const column = 'column' in words ? words.column : null
    this.lookUps.push({ name, column, known: 'known' in words ? words.known : [], figureOf })
    return name
  }

  readonly placeOf = (column: string, literal: string): string => {
    const found = this.places.find(each => each.column === column && each.text === literal)
    if (found !== undefined) return found.name
    const name = `place${this.places.length}`
    this.places.push({ name, column, text: literal })
    return name
  }
}

/** Code whose sign bit is set where the fact is unknown: −2³¹ and −1, bit 7 of 255, bit 1 of 2. */
function signOfUnknown(type: Fact['type'], raw: string): string {
  switch (type) {
    case 'boolean':
      return `${raw} << 30`
    case 'code':
      return `${raw} << 24`
    case 'money':
    case 'decimal':
      return `-(${raw} !== ${raw})`
    default:
      return raw
  }
}

function absence(type: Fact['type'], raw: string): string {
  switch (type) {
    case 'code':
      return `${raw} === 255`
    case 'territory':
      return `${raw} < 0`
    case 'money':
    case 'decimal':
      return `${raw} !== ${raw}`
    default:
      return `${raw} === -2147483648`
  }
}

function text(code: string, unknown: string, words: Words): Text {
  return { kind: 'text', code, unknown, literal: null, words }
}

/** A step that only gives a name to something already at hand. */
function isName(expr: { readonly kind: string }): boolean {
  if (expr.kind === 'name' || expr.kind === 'literal') return true
  const call = expr as {
    kind: string
    callee?: { kind: string; name?: string }
    args?: readonly { kind: string; name?: string }[]
  }
  return (
    call.kind === 'call' && call.callee?.name === 'count' && call.args?.length === 1 && call.args[0]?.name === 'members'
  )
}
