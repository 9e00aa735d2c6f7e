import { placesOf } from '#kernel'
import { scorePacks } from '../decide.ts'
import type { LineRule, Pack, Step } from '../pack.ts'
import { branch } from './branches.ts'
import { SCORE_PLACES } from './given.ts'
import { rounded } from './numbers.ts'
import { NOTHING, NotCompilable, type Operand, unknownOf } from './operand.ts'
import type { Options, Program } from './program.ts'
import { asTruth } from './truths.ts'

/** Outcomes as they stand in the results. */
export const OUTCOMES = ['eligible', 'not_eligible', 'undetermined', 'scored'] as const

/** An array of the results that the generated code fills. */
export type Filled = {
  readonly name: string
  readonly type: 'Uint8Array' | 'Int32Array' | 'Float64Array'
  readonly of: 'household' | 'member'
}

/** Arrays of a batch: households that are refused, those of which it is unknown, parameters noted on the way. */
type Refusals = { readonly refused: string; readonly open: string; readonly notes: string | null }

/** Writes the last function: what is decided, into the arrays of the results. */
export class Outcome {
  readonly filled: Filled[] = []
  /** Scores whose ten-millionths say all there is of them: what reads one may be given it. */
  readonly whole = new Set<string>()
  readonly #program: Program
  readonly #pack: Pack
  readonly #detail: boolean

  constructor(program: Program, { detail }: Options) {
    this.#program = program
    this.#pack = program.asked
    this.#detail = detail
  }

  write(): void {
    const program = this.#program
    const { score } = this.#pack
    if (score !== null) {
      program.stage('household', () => {
        this.#score(score, this.#pack.id)
        this.#noted()
      })
      return
    }
    const refusals = this.#refusals()
    const { settled } = program
    program.settled = refusals.refused
    // The last function goes over every household, but what only it reads is worked out for those that nothing refuses.
    program.stage('household', () => {
      this.#programme(refusals)
      this.#noted()
      program.settled = settled
    })
  }

  /** The refusals, and whether one holds or is unknown, kept for the last function; the scores, which every decision has. */
  #refusals(): Refusals {
    const program = this.#program
    const { store } = program
    const refused = store.array('Uint8Array', 'household')
    const open = store.array('Uint8Array', 'household')
    let notes: string | null = null
    program.stage('household', () => {
      const { out } = program
      const states = this.#pack.refusals.map(({ when }, index) => {
        const operand = program.readStep(this.#pack, when, null)
        if (operand.kind !== 'truth' && operand.kind !== 'nothing') {
          throw new NotCompilable(`a refusal that is a ${operand.kind}`)
        }
        const state = out.hold(asTruth(operand).code)
        this.#put(`refusal${index}`, 'Uint8Array', 'household', state)
        return state
      })
      this.#scores()
      const some = states.map(state => `${state} === 1`).join(' || ')
      out.line(`${refused}[j] = ${states.length === 0 ? '0' : `${some} ? 1 : 0`}`)
      out.line(`${open}[j] = ${states.length === 0 ? '0' : `(${states.join(' | ')}) >> 1`}`)
      if (!out.notes) return
      notes = store.array('Int32Array', 'household')
      out.line(`${notes}[j] = noted`)
    })
    return { refused, open, notes }
  }

  #put(name: string, type: Filled['type'], of: Filled['of'], code: string, index = 'row'): void {
    if (!this.filled.some(each => each.name === name)) this.filled.push({ name, type, of })
    this.#program.out.line(`R_${name}[${index}] = ${code}`)
  }

  #noted(): void {
    if (!this.#detail) return
    this.#program.out.notes = true
    this.#put('noted', 'Int32Array', 'household', 'noted')
  }

  #score(score: Step, id: string): void {
    const value = this.#program.readStep(this.#pack, score, null)
    const [code, unknown] = this.#scoreCode(value, id)
    this.#put('outcome', 'Uint8Array', 'household', `${unknown} ? 2 : 3`)
    this.#put('score0', 'Float64Array', 'household', `${unknown} ? NaN : ${code}`)
  }

  #scoreCode(value: Operand, id: string): readonly [string, string] {
    if (value.kind === 'nothing') return ['0', '1']
    if (value.kind !== 'number') throw new NotCompilable(`a score that is a ${value.kind}`)
    const { out } = this.#program
    if (value.divisors.length === 0 && 10 ** SCORE_PLACES % value.den === 0) this.whole.add(id)
    return [rounded(value, SCORE_PLACES, 'half_up', out).code, out.hold(value.unknown)]
  }

  #programme(kept: Refusals): void {
    const program = this.#program
    const pack = this.#pack
    const { out } = program
    const refused = out.hold(`${kept.refused}[j]`)
    const open = out.hold(`${kept.open}[j]`)
    if (kept.notes !== null) out.line(`noted |= ${kept.notes}[j]`)
    const unlessRefused = (work: () => Operand) =>
      branch(`${refused} === 0`, work, () => NOTHING, out, program.dictionary)
    const { amount } = pack
    const value = amount === null ? null : unlessRefused(() => program.readStep(pack, amount.value, null))
    const unknown = value === null ? '0' : `${unknownOf(value)}`
    const outcome = out.hold(`(${refused} === 1 ? 1 : ${open} | ${unknown} ? 2 : 0)`)
    this.#put('outcome', 'Uint8Array', 'household', outcome)
    if (value !== null) {
      this.#put('amount', 'Float64Array', 'household', 'NaN')
      if (value.kind !== 'nothing') {
        out.inside(`if (${outcome} === 0)`, () => this.#put('amount', 'Float64Array', 'household', this.#units(value)))
      }
    }
    if (!this.#detail) return
    if (value !== null) this.#put('owed', 'Uint8Array', 'household', `${unknown} ? 2 : 1`)
    pack.lines.forEach((line, index) => {
      const piece = out.apart(() => out.eachMember(member => this.#line(line, index, member)))
      out.place(`if (${refused} === 0)`, piece.lines)
    })
    const { covered } = pack
    if (covered !== null) {
      const piece = out.apart(() =>
        out.eachMember(member => {
          const holds = asTruth(program.readStep(pack, covered, member))
          this.#put('covered', 'Uint8Array', 'member', `${holds.code} === 1 ? 1 : 0`, `${member} + base`)
        }),
      )
      out.place(`if (${outcome} === 0)`, piece.lines)
    }
    pack.notes.forEach((note, index) => {
      const said = unlessRefused(() => program.readStep(pack, note, null))
      if (said.kind !== 'text' && said.kind !== 'nothing') throw new NotCompilable(`a note that is a ${said.kind}`)
      const code = said.kind === 'nothing' ? '-1' : `${said.unknown} ? -1 : ${said.code}`
      this.#put(`note${index}`, 'Int32Array', 'household', code)
    })
  }

  #scores(): void {
    const program = this.#program
    scorePacks(program.book, this.#pack).forEach((id, index) => {
      const used = program.pack(id)
      const [code, unknown] = this.#scoreCode(program.readStep(used, used.score as Step, null), id)
      this.#put(`score${index}`, 'Float64Array', 'household', `${unknown} ? NaN : ${code}`)
    })
  }

  /** An amount in minor units. One with more decimals than its currency is a mistake of the pack, for the exact path to say. */
  #units(value: Operand): string {
    if (value.kind !== 'number') throw new NotCompilable(`an amount that is a ${value.kind}`)
    const { out } = this.#program
    const places = placesOf(this.#pack.currency)
    const units = rounded(value, places, 'floor', out)
    if (value.divisors.length > 0 || 10 ** places % value.den !== 0) {
      const above = rounded(value, places, 'ceiling', out)
      out.line(`if (${units.code} !== ${above.code}) exact[row] = 1`)
    }
    return units.code
  }

  /** State 0: no line; 1: one of unknown value; 2: the line's own code; 3 and on: one of its other codes. */
  #line(rule: LineRule, index: number, member: string): void {
    const program = this.#program
    const { out } = program
    const at = `${member} + base`
    const put = (name: string, type: Filled['type'], code: string) =>
      this.#put(`line${index}_${name}`, type, 'member', code, at)
    const where = asTruth(program.readStep(this.#pack, rule.where, member))
    out.inside(`if (${where.code} === 1)`, () => {
      if (rule.order !== null) {
        const order = program.readStep(this.#pack, rule.order, member)
        if (order.kind !== 'number' || order.den !== 1 || order.divisors.length > 0) {
          throw new NotCompilable('lines in an order that is not whole')
        }
        put('order', 'Float64Array', `${order.unknown} ? 0 : ${order.code}`)
      }
      const value = program.readStep(this.#pack, rule.value, member)
      put('state', 'Uint8Array', '1')
      if (value.kind === 'nothing') return
      out.inside(`if (!${unknownOf(value)})`, () => {
        put('value', 'Float64Array', this.#units(value))
        put('state', 'Uint8Array', '2')
        this.#otherCodes(rule, 0, member, put)
      })
    })
  }

  #otherCodes(
    rule: LineRule,
    at: number,
    member: string,
    put: (name: string, type: Filled['type'], code: string) => void,
  ): void {
    const other = rule.otherCodes[at]
    if (other === undefined) return
    const { out } = this.#program
    const holds = out.hold(asTruth(this.#program.readStep(this.#pack, other.when, member)).code)
    out.inside(`if (${holds} === 1)`, () => put('state', 'Uint8Array', `${3 + at}`))
    const rest = out.apart(() => this.#otherCodes(rule, at + 1, member, put))
    if (rest.lines.length > 0) out.place('else', rest.lines)
  }
}
