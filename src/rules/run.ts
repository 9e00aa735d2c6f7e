import { firstDay, type Month } from '#kernel'
import type { Case, CaseMember } from './case.ts'
import type { Fact } from './catalogue.ts'
import { type CivilDate, parseDate } from './date.ts'
import { datedValue, entryOf } from './dated-value.ts'
import { evaluate } from './evaluate.ts'
import { type Meaning, type Meanings, meaningsIn } from './meanings.ts'
import { HouseholdScope, MemberScope, type Names } from './member-scope.ts'
import { add, divide, type ExactNumber, multiply, ONE, whole, ZERO } from './number.ts'
import { order } from './operators/comparison.ts'
import { within } from './operators/membership.ts'
import type { DatedValue, Form, Formula, Pack, Parameter, RuleBook, Step } from './pack.ts'
import { isNumber, Range, type Value } from './value.ts'

/** What was read on the way to a value, kept where an explanation is asked for. */
export type Reading =
  | { readonly kind: 'fact'; readonly path: string; readonly fact: Fact; readonly value: Value }
  | {
      readonly kind: 'parameter'
      readonly parameter: Parameter
      readonly dated: DatedValue | null
      readonly value: Value
    }
  | { readonly kind: 'step'; readonly run: Run; readonly step: Step; readonly member: number | null }

/** A step's value, the unknown facts that it is unknown for, and what it read. */
export type Computed = {
  readonly value: Value
  readonly unknown: ReadonlySet<string> | null
  readonly readings: ReadonlyMap<string, Reading> | null
}

/** What is being computed: unknown facts met so far, and readings where somebody wants to know. */
type Frame = { unknown: Set<string> | null; readings: Map<string, Reading> | null }

/** The months decided last: a file of cases is of one or two. */
const STARTS = new Map<Month, CivilDate>()

function startOf(month: Month): CivilDate {
  const found = STARTS.get(month)
  if (found !== undefined) return found
  if (STARTS.size > 100) STARTS.clear()
  const start = parseDate(firstDay(month)) as CivilDate
  STARTS.set(month, start)
  return start
}

/** All the runs of one decision: one per pack, over the same case. */
export class Runs {
  readonly book: RuleBook
  readonly case: Case
  readonly explained: boolean
  /** Parameters read whose value is still to be confirmed, as `name` or `pack:name` for packs used. */
  readonly unconfirmed = new Set<string>()
  readonly monthStart: CivilDate
  readonly headIndex: number
  readonly #runs = new Map<string, Run>()

  constructor(book: RuleBook, subject: Case, explained: boolean) {
    this.book = book
    this.case = subject
    this.explained = explained
    this.monthStart = startOf(subject.at)
    const { head } = book.catalogue
    this.headIndex = head === null ? -1 : subject.members.findIndex(member => member.facts.get(head.fact) === head.code)
  }

  of(id: string, asked: string): Run {
    const found = this.#runs.get(id)
    if (found) return found
    const pack = this.book.packs.get(id)
    if (pack === undefined) throw new RangeError(`no pack ${id} in this book`)
    const run = new Run(this, pack, id === asked)
    this.#runs.set(id, run)
    return run
  }

  forPack(id: string): Run {
    return this.#runs.get(id) ?? this.of(id, '')
  }
}

/**
 * One pack at work on one case. Steps are computed when first read and kept; unknown facts are followed to the steps that
 * they leave unknown, so that `missing` names what would settle the decision.
 */
export class Run implements Names {
  readonly runs: Runs
  readonly pack: Pack
  readonly #asked: boolean
  readonly #names: Meanings
  readonly #household: HouseholdScope
  readonly #members: MemberScope[]
  readonly #kept = new Map<string, Computed>()
  readonly #keptOfMembers: Map<string, Computed>[] = []
  readonly #parameters = new Map<Parameter, Value>()
  #frame: Frame = { unknown: null, readings: null }

  constructor(runs: Runs, pack: Pack, asked: boolean) {
    this.runs = runs
    this.pack = pack
    this.#asked = asked
    this.#names = meaningsIn(pack)
    this.#household = new HouseholdScope(this)
    this.#members = runs.case.members.map((_, index) => new MemberScope(this, index, this.#household))
  }

  /** The value of a step, for a member where it is of members, with what it read. */
  compute(step: Step, member: number | null): Computed {
    if (step.pack !== this.pack.id) return this.runs.forPack(step.pack).compute(step, member)
    const kept = step.of === 'member' && member !== null ? this.#keptOf(member) : this.#kept
    const found = kept.get(step.name)
    if (found) return found
    const outer = this.#frame
    const frame: Frame = { unknown: null, readings: this.runs.explained ? new Map() : null }
    this.#frame = frame
    const value = this.#valueOf(step, member)
    this.#frame = outer
    const computed: Computed = { value, unknown: value === null ? frame.unknown : null, readings: frame.readings }
    kept.set(step.name, computed)
    return computed
  }

  #keptOf(member: number): Map<string, Computed> {
    this.#keptOfMembers[member] ??= new Map()
    return this.#keptOfMembers[member]
  }

  /** The value of a step as another one reads it: what is unknown for it is unknown for the reader. */
  read(step: Step, member: number | null): Value {
    const computed = this.compute(step, member)
    this.#note(step.name, member, () => ({ kind: 'step', run: this, step, member }))
    this.#absorb(computed.unknown)
    return computed.value
  }

  householdFact(fact: Fact): Value {
    return this.#fact(fact, this.runs.case.household.get(fact.name), null)
  }

  memberFact(fact: Fact, index: number): Value {
    const member = this.runs.case.members[index] as CaseMember
    return this.#fact(fact, member.facts.get(fact.name), member)
  }

  #fact(fact: Fact, raw: Value | undefined, owner: CaseMember | null): Value {
    const value = raw ?? fallbackOf(fact)
    const unknown = value === null && fact.absentMeans === null
    if (!unknown && !this.runs.explained) return value
    const path = owner === null ? `household.${fact.name}` : `members.${owner.id}.${fact.name}`
    if (unknown) {
      this.#frame.unknown ??= new Set()
      this.#frame.unknown.add(path)
    }
    this.#note(path, null, () => ({ kind: 'fact', path, fact, value }))
    return value
  }

  /** A member's own names: its facts, parameters chosen by them, its steps. Undefined where there is no such name. */
  memberName(name: string, index: number): Value | undefined {
    const meaning = this.#names.member.get(name)
    return meaning === undefined ? undefined : this.#valueBehind(meaning, index)
  }

  householdName(name: string): Value | undefined {
    const meaning = this.#names.household.get(name)
    if (meaning !== undefined) return this.#valueBehind(meaning, null)
    if (name === 'members') return this.#members.map(scope => scope.context)
    if (name === 'head') return this.#members[this.runs.headIndex]?.context ?? null
    return name === 'month_start' ? this.runs.monthStart : undefined
  }

  #valueBehind(meaning: Meaning, member: number | null): Value {
    if (meaning.kind === 'fact') {
      return member === null ? this.householdFact(meaning.fact) : this.memberFact(meaning.fact, member)
    }
    if (meaning.kind === 'parameter') return this.parameter(meaning.parameter, member)
    const { step } = meaning
    return member === null && step.form.kind === 'first' ? this.#first(step) : this.read(step, member)
  }

  /** A parameter's value in the month of the case. */
  parameter(parameter: Parameter, member: number | null): Value {
    const kept = parameter.by === null ? this.#parameters.get(parameter) : undefined
    if (kept !== undefined && this.#frame.readings === null) return kept
    const dated = datedValue(parameter, this.runs.case.at)
    if (dated?.confidence === 'to_confirm') {
      this.runs.unconfirmed.add(this.#asked ? parameter.name : `${this.pack.id}:${parameter.name}`)
    }
    const value = kept ?? (dated === null ? null : this.#chosen(dated, parameter, member))
    if (parameter.by === null) this.#parameters.set(parameter, value)
    const key = member === null ? parameter.name : `${member}.${parameter.name}`
    this.#note(`parameter ${key}`, null, () => ({ kind: 'parameter', parameter, dated, value }))
    return value
  }

  #chosen({ value }: DatedValue, { by }: Parameter, member: number | null): Value {
    if (value.kind === 'single') return value.value
    const key = by === null ? null : this.#evaluate(by, member)
    if (key === null) return null
    if (value.kind === 'list') return entryOf(value.entries, String(key))
    for (const { low, lowIncluded, high, highIncluded, value: worth } of value.brackets) {
      if (within(key, new Range(low ?? undefined, high ?? undefined, lowIncluded, highIncluded)) === true) return worth
    }
    return null
  }

  #evaluate(formula: Formula, member: number | null): Value {
    return evaluate(formula.expr, member === null ? this.#household : (this.#members[member] as MemberScope))
  }

  /** A condition or amount of one member: what it does not know counts only if it leaves the answer unknown. */
  #ofMember(formula: Formula, member: number): Value {
    const frame = this.#frame
    const before = frame.unknown
    frame.unknown = null
    const value = this.#evaluate(formula, member)
    const met = frame.unknown
    frame.unknown = before
    if (value === null) this.#absorb(met)
    return value
  }

  #valueOf(step: Step, member: number | null): Value {
    const { form } = step
    switch (form.kind) {
      case 'value':
        return this.#evaluate(form.formula, member)
      case 'choose':
        return this.#choose(form, member)
      case 'count':
        return this.#count(form.where, null)
      case 'share':
        return this.#share(form.where, form.among)
      case 'total':
        return this.#total(form)
      case 'rank':
        return this.#ranks(step, form)[member as number] ?? null
      case 'weighted_sum':
        return this.#weightedSum(form)
      case 'score': {
        const run = this.runs.forPack(form.pack)
        return this.#from(run, run.pack.score as Step, null)
      }
      case 'taken': {
        const run = this.runs.forPack(form.pack)
        return this.#from(run, run.pack.steps.get(form.step) as Step, member)
      }
      case 'first':
        return null
    }
  }

  #from(run: Run, step: Step, member: number | null): Value {
    const computed = run.compute(step, member)
    this.#note(`${run.pack.id} ${step.name}`, member, () => ({ kind: 'step', run, step, member }))
    this.#absorb(computed.unknown)
    return computed.value
  }

  #choose(form: Form & { kind: 'choose' }, member: number | null): Value {
    let chosen: Formula | null = null
    for (const { when, gives } of form.choices) {
      const holds = this.#evaluate(when, member)
      if (holds === null) return null
      if (holds !== true) continue
      if (!form.unique) return this.#evaluate(gives, member)
      if (chosen !== null) return null
      chosen = gives
    }
    const last = chosen ?? form.otherwise
    return last === null ? null : this.#evaluate(last, member)
  }

  /** Members that fulfil both conditions; null as soon as it is unknown for one. */
  #count(where: Formula, among: Formula | null): ExactNumber | null {
    let count = 0
    let unknown = false
    for (let member = 0; member < this.#members.length; member++) {
      const inside = among === null ? true : this.#ofMember(among, member)
      if (inside === false) continue
      const holds = this.#ofMember(where, member)
      if (holds === false) continue
      if (holds === true && inside === true) count++
      else unknown = true
    }
    return unknown ? null : whole(count)
  }

  #share(where: Formula, among: Formula | null): Value {
    const all = among === null ? whole(this.#members.length) : this.#count(among, null)
    const part = this.#count(where, among)
    if (all === null || part === null) return null
    return all.units === 0n ? ZERO : divide(part, all)
  }

  #total(form: Form & { kind: 'total' }): Value {
    let total: ExactNumber | null = ZERO
    for (let member = 0; member < this.#members.length; member++) {
      const inside = form.where === null ? true : this.#ofMember(form.where, member)
      if (inside === false) continue
      const value = inside === true ? this.#ofMember(form.each, member) : null
      total = total !== null && isNumber(value) ? add(total, value) : null
    }
    return total
  }

  /** The place of every member among those ranked; all unknown as soon as one's belonging or key is. */
  #ranks(step: Step, form: Form & { kind: 'rank' }): readonly Value[] {
    const name = `${step.name} of all`
    const found = this.#kept.get(name)
    if (found) {
      this.#absorb(found.unknown)
      return found.value as readonly Value[]
    }
    const ranks = this.#rankAll(form)
    this.#kept.set(name, { value: ranks, unknown: this.#frame.unknown, readings: null })
    return ranks
  }

  #rankAll(form: Form & { kind: 'rank' }): readonly Value[] {
    const keys: { member: number; key: Value }[] = []
    let unknown = false
    for (let member = 0; member < this.#members.length; member++) {
      const inside = this.#ofMember(form.among, member)
      if (inside === false) continue
      const key = inside === true ? this.#ofMember(form.by, member) : null
      if (key === null) unknown = true
      keys.push({ member, key })
    }
    const ranks: Value[] = this.#members.map(() => null)
    if (unknown) return ranks
    const sign = form.descending ? -1 : 1
    keys.sort((a, b) => sign * (order(a.key, b.key) ?? 0) || a.member - b.member)
    keys.forEach(({ member }, index) => {
      ranks[member] = whole(index + 1)
    })
    return ranks
  }

  /** The first member that fulfils it. Unknown where it is unknown for an earlier one, since that one may be the first. */
  #first(step: Step): Value {
    const form = step.form as Form & { kind: 'first' }
    for (let member = 0; member < this.#members.length; member++) {
      const holds = this.#ofMember(form.where, member)
      if (holds === null) return null
      if (holds === true) return (this.#members[member] as MemberScope).context
    }
    return null
  }

  #weightedSum(form: Form & { kind: 'weighted_sum' }): Value {
    const start = this.#evaluate(form.start, null)
    let sum = isNumber(start) ? start : null
    for (const { variable, coefficient } of form.terms) {
      const weight = this.parameter(coefficient, null)
      // A coefficient that no source gives adds nothing, and its variable is not asked for.
      if (!isNumber(weight)) continue
      const value = asNumber(this.read(variable, null))
      sum = sum === null || value === null ? null : add(sum, multiply(weight, value))
    }
    return sum
  }

  /** The value of a formula for a member or the household, for those who show how a value came about. */
  valueOf(formula: Formula, member: number | null): Value {
    return member === null ? this.#evaluate(formula, null) : this.#ofMember(formula, member)
  }

  #absorb(unknown: ReadonlySet<string> | null): void {
    if (unknown === null) return
    this.#frame.unknown ??= new Set()
    for (const path of unknown) this.#frame.unknown.add(path)
  }

  #note(name: string, member: number | null, reading: () => Reading): void {
    const { readings } = this.#frame
    if (readings === null) return
    const key = member === null ? name : `${member} ${name}`
    if (!readings.has(key)) readings.set(key, reading())
  }
}

/** True counts for 1 and false for 0 in a sum; what is unknown stays unknown. */
export function asNumber(value: Value): ExactNumber | null {
  if (value === true) return ONE
  if (value === false) return ZERO
  return isNumber(value) ? value : null
}

function fallbackOf({ fallback }: Fact): Value {
  return typeof fallback === 'number' ? whole(fallback) : fallback
}
