import type { Fact } from './catalogue.ts'
import type { Expr } from './expression.ts'
import type { Form, Formula, Pack, Parameter, Step } from './pack.ts'
import { formulasOf, isOfMembers, stepsOf } from './pack-parts.ts'
import type { ReadFormula } from './read-formula.ts'
import type { ReadPack } from './read-pack.ts'
import { checkExpression } from './typing/check-expression.ts'
import {
  ANY,
  codeType,
  either,
  isAny,
  isNumeric,
  listType,
  recordType,
  say,
  type Type,
  type TypeScope,
  typeOf,
  withNull,
} from './typing/type.ts'
import { isNumber, type Value } from './value.ts'

/** What the steps of packs already checked are, for those that use them. */
export type StepTypes = ReadonlyMap<string, ReadonlyMap<string, Type>>

/**
 * Checks the types of every formula of a pack: an expression never meets a value of the wrong kind, and no unknown is taken for
 * no. Answers with the types of its steps.
 */
export function checkTypes(read: ReadPack, used: StepTypes): ReadonlyMap<string, Type> {
  const types = new PackTypes(read.pack, used)
  for (const formula of read.formulas) checkFormula(formula, types)
  const places = new Map(read.formulas.map(each => [each.formula, each]))
  for (const step of stepsOf(read.pack)) checkForm(step, types, places)
  for (const refusal of read.pack.refusals) {
    if (refusal.pack === read.pack.id) expect(refusal.when, 'a condition', isCondition, types, places)
  }
  if (read.pack.covered) expect(read.pack.covered, 'a condition', isCondition, types, places)
  if (read.pack.amount) expect(read.pack.amount.value, 'an amount', isNumeric, types, places)
  for (const line of read.pack.lines) {
    for (const condition of [line.where, ...line.otherCodes.map(other => other.when)]) {
      expect(condition, 'a condition', isCondition, types, places)
    }
    expect(line.value, 'an amount', isNumeric, types, places)
  }
  return new Map([...read.pack.steps.keys()].map(name => [name, types.ofStep(name)]))
}

function checkFormula(read: ReadFormula, types: PackTypes): void {
  const { formula, cursor, of, subject } = read
  const scope = types.scope(of, subject)
  for (const problem of checkExpression(formula.written, scope, { sealed: true }).problems) {
    const place = cursor.placeOf(problem)
    const text = formula.written.kind === 'name' ? formula.written.name : null
    const name = text ?? nameAt(formula.written, problem.from, problem.to)
    const elsewhere = problem.code === 'unknown_name' && name !== null && types.isOfMembers(name)
    cursor.source.report(
      place.from,
      place.to,
      elsewhere ? 'member_name' : problem.code,
      elsewhere ? `${name} is of each member; here the household is meant` : problem.message,
      elsewhere
        ? { expected: 'count, share, total or first over the members, or "some m in members satisfies …"' }
        : { expected: problem.expected, suggestion: problem.suggestion },
    )
  }
}

function nameAt(expr: Expr, from: number, to: number): string | null {
  if (expr.kind === 'name' && expr.from === from && expr.to === to) return expr.name
  for (const child of Object.values(expr)) {
    for (const each of Array.isArray(child) ? child : [child]) {
      if (typeof each !== 'object' || each === null || !('kind' in each)) continue
      const found = nameAt(each as Expr, from, to)
      if (found !== null) return found
    }
  }
  return null
}

type Places = ReadonlyMap<Formula, ReadFormula>

/** The kinds that a form takes for its parts: conditions, numbers, keys with an order. */
function checkForm({ form, ...step }: Step, types: PackTypes, places: Places): void {
  const of = isOfMembers({ form, ...step }) ? 'member' : step.of
  const takes = (formula: Formula | null, what: string, fits: (type: Type) => boolean) => {
    if (formula !== null) expectFormula(formula, types.ofFormula(formula, of), what, fits, places)
  }
  switch (form.kind) {
    case 'choose':
      for (const { when } of form.choices) takes(when, 'a condition', isCondition)
      break
    case 'count':
    case 'first':
      takes(form.where, 'a condition on the member', isCondition)
      break
    case 'share':
      takes(form.where, 'a condition on the member', isCondition)
      takes(form.among, 'a condition on the member', isCondition)
      break
    case 'total':
      takes(form.each, 'a number', isNumeric)
      takes(form.where, 'a condition on the member', isCondition)
      break
    case 'rank':
      takes(form.among, 'a condition on the member', isCondition)
      takes(form.by, 'a number or a date', isKey)
      break
    case 'weighted_sum':
      takes(form.start, 'a number', isNumeric)
      break
    case 'value':
    case 'score':
    case 'taken':
      break
  }
}

function expect(step: Step, what: string, fits: (type: Type) => boolean, types: PackTypes, places: Places): void {
  const type = types.ofForm(step)
  const formula = formulasOf(step.form).at(-1)
  if (formula) expectFormula(formula, type, what, fits, places)
}

function expectFormula(
  formula: Formula,
  type: Type,
  what: string,
  fits: (type: Type) => boolean,
  places: Places,
): void {
  if (isAny(type) || type.shape.kind === 'null' || fits(type)) return
  const read = places.get(formula)
  if (read === undefined) return
  const place = read.cursor.placeOf({ from: 0, to: formula.text.length })
  read.cursor.source.report(place.from, place.to, 'wrong_type', `this is ${say(type)}`, { expected: what })
}

function isCondition({ shape }: Type): boolean {
  return shape.kind === 'boolean'
}

function isKey(type: Type): boolean {
  return isNumeric(type) || type.shape.kind === 'date'
}

/** The types of the names of one pack; those of its steps follow from their formulas. */
class PackTypes {
  readonly #pack: Omit<Pack, 'version'>
  readonly #used: StepTypes
  readonly #steps = new Map<string, Type>()
  readonly #facts: ReadonlyMap<string, Fact>
  readonly #ofMembers: ReadonlySet<string>
  readonly #member: Type
  readonly #formulas = new Map<Formula, Type>()

  constructor(pack: Omit<Pack, 'version'>, used: StepTypes) {
    this.#pack = pack
    this.#used = used
    this.#facts = new Map(pack.facts.map(fact => [fact.name, fact]))
    this.#ofMembers = new Set(memberNames(pack))
    this.#member = recordType('member', new LazyFields(this.#ofMembers, name => this.#named(name) ?? ANY))
  }

  scope(of: 'household' | 'member', subject: Formula | null = null): TypeScope {
    return {
      find: name => {
        if (name === '?' && subject !== null) return this.ofFormula(subject, of)
        if (name === 'members') return listType(this.#member)
        if (name === 'head') return this.#member
        if (name === 'month_start') return typeOf('date')
        return of === 'household' && this.isOfMembers(name) ? undefined : this.#named(name)
      },
      names: () => [...this.#names(of), 'members', 'head', 'month_start'],
    }
  }

  isOfMembers(name: string): boolean {
    return this.#ofMembers.has(name)
  }

  ofFormula(formula: Formula, of: 'household' | 'member'): Type {
    const found = this.#formulas.get(formula)
    if (found) return found
    const { type } = checkExpression(formula.written, this.scope(of), { sealed: true })
    this.#formulas.set(formula, type)
    return type
  }

  ofStep(name: string): Type {
    const found = this.#steps.get(name)
    if (found) return found
    const step = this.#pack.steps.get(name)
    if (step === undefined) return ANY
    // A circle is told apart; while one is followed the step is of any type.
    this.#steps.set(name, ANY)
    const type = this.ofForm(step)
    this.#steps.set(name, type)
    return type
  }

  ofForm({ form, of }: Step): Type {
    switch (form.kind) {
      case 'value':
        return this.ofFormula(form.formula, of)
      case 'choose':
        return this.#ofChoices(form, of)
      case 'first':
        return withNull(this.#member, true)
      case 'taken':
        return this.#used.get(form.pack)?.get(form.step) ?? ANY
      case 'total':
        return withNull(this.ofFormula(form.each, 'member'), true)
      case 'count':
      case 'share':
      case 'rank':
      case 'weighted_sum':
      case 'score':
        return typeOf('number', true)
    }
  }

  #ofChoices(form: Form & { kind: 'choose' }, of: 'household' | 'member'): Type {
    const gives = [...form.choices.map(choice => choice.gives), ...(form.otherwise ? [form.otherwise] : [])]
    return withNull(
      gives.map(formula => this.ofFormula(formula, of)).reduce(either, gives.length > 0 ? typeNull() : ANY),
      true,
    )
  }

  #named(name: string): Type | undefined {
    const fact = this.#facts.get(name)
    if (fact) return typeOfFact(fact)
    if (this.#pack.steps.has(name)) return this.ofStep(name)
    const parameter = this.#pack.parameters.get(name)
    return parameter === undefined ? undefined : typeOfParameter(parameter)
  }

  #names(of: 'household' | 'member'): string[] {
    const all = [...this.#facts.keys(), ...this.#pack.steps.keys(), ...this.#pack.parameters.keys()]
    return of === 'member' ? all : all.filter(name => !this.isOfMembers(name))
  }
}

function memberNames(pack: Omit<Pack, 'version'>): string[] {
  return [
    ...pack.facts.filter(fact => fact.of === 'member').map(fact => fact.name),
    ...[...pack.steps.values()].filter(step => step.of === 'member').map(step => step.name),
    ...[...pack.parameters.values()].filter(each => each.of === 'member').map(each => each.name),
  ]
}

function typeNull(): Type {
  return { shape: { kind: 'null' }, nullable: true }
}

/** Fields whose types are worked out when they are read, since a step may read other steps of the member. */
class LazyFields extends Map<string, Type> {
  readonly #typeOf: (name: string) => Type

  constructor(names: ReadonlySet<string>, typeOf: (name: string) => Type) {
    super([...names].map(name => [name, ANY]))
    this.#typeOf = typeOf
  }

  override get(name: string): Type | undefined {
    return this.has(name) ? this.#typeOf(name) : undefined
  }

  override *[Symbol.iterator](): MapIterator<[string, Type]> {
    for (const name of this.keys()) yield [name, this.#typeOf(name)]
  }
}

/** What a fact is in an expression; it may be unknown unless the catalogue gives what stands for its absence. */
export function typeOfFact({ type, name, codes, fallback }: Fact): Type {
  const nullable = fallback === null
  switch (type) {
    case 'boolean':
    case 'date':
    case 'money':
      return typeOf(type, nullable)
    case 'integer':
    case 'decimal':
      return typeOf('number', nullable)
    case 'territory':
      return typeOf('string', nullable)
    case 'code':
      return codeType(name, codes.keys(), nullable)
  }
}

/** What its values are; unknown where one is empty or a key may not be listed. */
function typeOfParameter({ values }: Parameter): Type {
  const worths = values.flatMap(({ value }): Value[] => {
    if (value.kind === 'single') return [value.value]
    return [null, ...(value.kind === 'list' ? value.entries.values() : value.brackets.map(bracket => bracket.value))]
  })
  return worths.map(typeOfValue).reduce(either, typeNull())
}

function typeOfValue(value: Value): Type {
  if (value === null) return typeNull()
  if (typeof value === 'boolean') return typeOf('boolean')
  if (typeof value === 'string') return typeOf('string')
  return isNumber(value) ? typeOf('number') : typeOf('date')
}
