import { placesOf } from '#kernel'
import { decide, missingFacts, scoresGiven } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { Pack, RuleBook } from '../pack.ts'
import { caseAt } from './case-at.ts'
import type { Columns } from './columns.ts'
import type { Arrays, Code } from './compile-pack.ts'
import { decisionFrom, decisionTextFrom, type LineVisitor, visitLinesOf } from './decision-from.ts'
import { OUTCOMES } from './outcome.ts'
import { linesOf } from './score-lines.ts'

/** What a pack decided on columns: arrays by household, and figures over them. */
export class Results {
  readonly columns: Columns
  readonly pack: Pack
  /** Places in `OUTCOMES`: 0 eligible, 1 not eligible, 2 undetermined, 3 scored. */
  readonly outcome: Uint8Array
  /** Minor units; NaN where the household has no amount. Null where the pack sets none. */
  readonly amount: Float64Array | null
  /** Households whose numbers were too large or too fine for the compiled integers, decided by the interpreter. */
  readonly exact: number
  readonly arrays: Arrays
  readonly #book: RuleBook
  readonly #code: Code | null
  readonly #decisions: ReadonlyMap<number, Decision>
  readonly #scores: readonly string[]

  /** @param code null where only outcomes, amounts and scores were asked for */
  constructor(
    book: RuleBook,
    pack: Pack,
    columns: Columns,
    code: Code | null,
    arrays: Arrays,
    decisions: ReadonlyMap<number, Decision>,
  ) {
    this.#book = book
    this.#code = code
    this.#decisions = decisions
    this.#scores = scoresGiven(book, pack)
    this.pack = pack
    this.columns = columns
    this.arrays = arrays
    this.exact = decisions.size
    this.outcome = arrays.get('outcome') as Uint8Array
    this.amount = (arrays.get('amount') as Float64Array | undefined) ?? null
    for (const [household, decision] of decisions) this.#write(household, decision)
  }

  /** A decision of the interpreter, written among the others. */
  #write(household: number, decision: Decision): void {
    this.outcome[household] = OUTCOMES.indexOf(decision.outcome)
    if (this.amount !== null) {
      this.amount[household] = smallestParts(decision.amount?.value ?? null)
    }
    decision.reasons.forEach(({ holds }, index) => {
      const states = this.arrays.get(`refusal${index}`)
      if (states !== undefined) states[household] = holds === null ? 2 : holds ? 1 : 0
    })
    this.#scores.forEach((id, index) => {
      const text = decision.scores[id] ?? null
      const scores = this.arrays.get(`score${index}`)
      if (scores !== undefined) scores[household] = smallestParts(text)
    })
  }

  /** The text by which a pack of the same law decided here. */
  versionOf(packId: string): string | undefined {
    return this.#book.packs.get(packId)?.version
  }

  /** The packs whose scores stand here. */
  get scoreIds(): readonly string[] {
    return this.#scores
  }

  /** A score of every household, in ten-millionths; NaN where it is unknown. Null where the pack has no such score. */
  scores(packId: string): Float64Array | null {
    const at = this.#scores.indexOf(packId)
    return at === -1 ? null : ((this.arrays.get(`score${at}`) as Float64Array | undefined) ?? null)
  }

  /** Every score with its 7 decimals as text, a line per household; an empty line where it is unknown. */
  scoreLines(packId: string): Uint8Array | null {
    const scores = this.scores(packId)
    return scores === null ? null : linesOf(scores)
  }

  /** For every household whether a refusal holds: 0 no, 1 yes, 2 unknown. */
  refusals(code: string): Uint8Array | null {
    const at = this.pack.refusals.findIndex(refusal => refusal.code === code)
    return at === -1 ? null : ((this.arrays.get(`refusal${at}`) as Uint8Array | undefined) ?? null)
  }

  /** How many households have each outcome. */
  counts(): Record<Decision['outcome'], number> {
    const counts = new Float64Array(OUTCOMES.length)
    const { outcome } = this
    for (let h = 0; h < outcome.length; h++) counts[outcome[h] as number] = (counts[outcome[h] as number] as number) + 1
    return Object.fromEntries(OUTCOMES.map((name, index) => [name, counts[index] as number])) as Record<
      Decision['outcome'],
      number
    >
  }

  /** For each refusal, in the pack's order, how many households it refuses and for how many it is unknown. */
  refusalCounts(): { readonly code: string; readonly holds: number; readonly unknown: number }[] {
    return this.pack.refusals.map(({ code }) => {
      const states = this.refusals(code) ?? new Uint8Array(0)
      let [holds, unknown] = [0, 0]
      for (let h = 0; h < states.length; h++) {
        if (states[h] === 1) holds++
        else if (states[h] === 2) unknown++
      }
      return { code, holds, unknown }
    })
  }

  /** The sum of all amounts, in minor units. */
  total(): bigint {
    let [total, part] = [0n, 0]
    const amount = this.amount ?? new Float64Array(0)
    for (let h = 0; h < amount.length; h++) {
      const value = amount[h] as number
      if (Number.isNaN(value)) continue
      part += value
      if (part < 2 ** 52) continue
      total += BigInt(part)
      part = 0
    }
    return total + BigInt(part)
  }

  /**
   * Eligible households and their amounts by a fact of the household: its codes, or territories up to a number of
   * characters (`digits` 2 gives regions). Households whose fact is unknown stand under the empty text.
   */
  amountsBy(fact: string, digits?: number): Map<string, { readonly households: number; readonly amount: bigint }> {
    const column = this.columns.household.get(fact)
    if (column === undefined || (column.fact.type !== 'code' && column.fact.type !== 'territory')) {
      throw new RangeError(`${fact} is not a coded fact of the household`)
    }
    const words = column.fact.type === 'code' ? [...column.fact.codes.keys()] : column.words
    const groups = [...new Set(words.map(word => word.slice(0, digits))), '']
    const groupOf = Int32Array.from(words, word => groups.indexOf(word.slice(0, digits)))
    const households = new Float64Array(groups.length)
    const sums = new Float64Array(groups.length)
    const wide = new Map<number, bigint>()
    for (let h = 0; h < this.outcome.length; h++) {
      if (this.outcome[h] !== 0) continue
      const group = groupOf[column.data[h] as number] ?? groups.length - 1
      households[group] = (households[group] as number) + 1
      const value = this.amount === null ? Number.NaN : (this.amount[h] as number)
      if (Number.isNaN(value)) continue
      const sum = (sums[group] as number) + value
      sums[group] = sum < 2 ** 52 ? sum : 0
      if (sum >= 2 ** 52) wide.set(group, (wide.get(group) ?? 0n) + BigInt(sum))
    }
    return new Map(
      groups.flatMap((name, group) =>
        households[group] === 0
          ? []
          : [
              [
                name,
                {
                  households: households[group] as number,
                  amount: (wide.get(group) ?? 0n) + BigInt(sums[group] as number),
                },
              ] as const,
            ],
      ),
    )
  }

  /** One bit per household, the lowest of each byte first: 1 where the household has the outcome. */
  bitmap(outcome: Decision['outcome']): Uint8Array {
    const wanted = OUTCOMES.indexOf(outcome)
    const bits = new Uint8Array((this.outcome.length + 7) >> 3)
    for (let h = 0; h < this.outcome.length; h++) {
      if (this.outcome[h] === wanted) bits[h >> 3] = (bits[h >> 3] as number) | (1 << (h & 7))
    }
    return bits
  }

  /**
   * The whole decision of one household, the same as `decide` gives. Where the outcome is undetermined it is the
   * interpreter that says what is missing, from what is unknown alone.
   */
  decisionAt(household: number): Decision {
    const decided = this.#decidedAt(household)
    if (decided !== null) return decided
    return decisionFrom(this, this.#code as Code, this.#scores, household, this.#missingAt(household))
  }

  /** The same decision written as JSON. */
  decisionTextAt(household: number): string {
    const decided = this.#decidedAt(household)
    if (decided !== null) return JSON.stringify(decided)
    return decisionTextFrom(this, this.#code as Code, this.#scores, household, this.#missingAt(household))
  }

  /** What the interpreter decided, or has to decide; null where the arrays say it. */
  #decidedAt(household: number): Decision | null {
    return this.#decisions.get(household) ?? (this.#code === null ? this.interpretedAt(household) : null)
  }

  /** Whether the arrays say all of a household's decision but what is missing: filled in detail, and not by the interpreter. */
  isWholeAt(household: number): boolean {
    return this.#code !== null && !this.#decisions.has(household)
  }

  /** The lines of a household's decision without a text or an object for each, where `isWholeAt`. */
  visitLines(household: number, visit: LineVisitor): void {
    if (this.outcome[household] === 1) return
    const { offsets } = this.columns
    const members = { first: offsets[household] as number, last: offsets[household + 1] as number }
    this.pack.lines.forEach((rule, index) => {
      visitLinesOf(this, rule, index, members, visit)
    })
  }

  #missingAt(household: number): string[] {
    if (this.outcome[household] !== 2) return []
    const { refusals, score, amount } = this.pack
    const isUnknown = (name: string) => this.arrays.get(name)?.[household] === 2
    const open = refusals.flatMap(({ when }, index) => (isUnknown(`refusal${index}`) ? [when] : []))
    if (score !== null) open.push(score)
    if (amount !== null && isUnknown('owed')) open.push(amount.value)
    return missingFacts(this.#book, this.pack, caseAt(this.columns, household), open)
  }

  /** The same decision by the interpreter, from the case that stands in the columns. */
  interpretedAt(household: number): Decision {
    return decide(this.#book, this.pack.id, caseAt(this.columns, household))
  }

  get places(): number {
    return placesOf(this.pack.currency)
  }
}

/** `500.00` as 50000, the form of the columns; NaN where there is none. */
function smallestParts(text: string | null): number {
  return text === null ? Number.NaN : Number(text.replace('.', ''))
}
