// A part of a nation in memory, and what one thread does with it.
import type { Country } from '#countries'
import { readRows, type Snapshot, type SnapshotRefusal, type SnapshotRows } from '#households'
import { type Month, ok, type Result } from '#kernel'
import {
  type Columns,
  type CompiledPack,
  checkPacks,
  compilePack,
  type Pack,
  type PolicyFile,
  type Results,
  type RuleBook,
} from '#rules'
import { assumed, drawsOf, holdersOf, type Standing, standingOf } from './assume.ts'
import { type Box, boxOf, dimensionsOf } from './dimensions.ts'
import { type Marks, marksOf } from './marks.ts'
import type { FactAssumption, Reference } from './scenario.ts'
import { type Decided, type Sums, sumsOf, type Tally, tallyOf, tallyOfLaw } from './tally.ts'

export type SliceTerms = {
  readonly country: Country
  readonly pack: string
  readonly month: Month
  readonly beside: readonly string[]
}

/** Weights of households by score: `bins` of one width from `low` to `high`. */
export type Histogram = { readonly low: number; readonly high: number; readonly weights: Float64Array }

export type Tried = {
  /** The law tried: null for that of the country. */
  readonly policy: readonly PolicyFile[] | null
  readonly facts: readonly { readonly assumption: FactAssumption; readonly standing: Standing }[]
}

export type Counted = {
  readonly sums: Sums
  readonly marks: Marks
  /** Households by what they had and have of the programmes watched: bit p of before × 2^programmes + after. */
  readonly moves: Float64Array
}

export class Slice {
  readonly #terms: SliceTerms
  readonly #rows: SnapshotRows
  readonly #compiled: ReadonlyMap<string, CompiledPack>
  readonly #base: ReadonlyMap<string, Results>
  #box: Box | null = null
  #meant: Uint8Array | null = null
  /** Sums of the law as it stands, by the cells of the box. */
  #law: Tally | null = null
  /** Those of the scenario before, to be written over. */
  #tally: Tally | undefined
  /** Decisions of the scenario before, to be written over: a nation's are large, and giving them back takes time. */
  #spare: ReadonlyMap<string, Results> = new Map()
  #draws: Uint32Array | null = null
  /** What a limit is looked for among: scores, and the worth of each household if the limit let everybody in. */
  #open: { readonly scores: Float64Array; readonly amounts: Float64Array } | null = null

  constructor(terms: SliceTerms, rows: SnapshotRows) {
    this.#terms = terms
    this.#rows = rows
    const { country, pack, month, beside } = terms
    this.#compiled = new Map([pack, ...beside].map(id => [id, compilePack(country.book, id, month)]))
    this.#base = new Map([...this.#compiled].map(([id, compiled]) => [id, compiled.run(rows.columns)]))
  }

  /** Reads a part: the files given, of a snapshot. */
  static read(terms: SliceTerms, snapshot: Snapshot, paths: readonly string[]): Result<Slice, SnapshotRefusal> {
    const rows = readRows(snapshot, terms.country, { paths, month: terms.month })
    return rows.ok ? ok(new Slice(terms, rows.value)) : rows
  }

  get columns(): Columns {
    return this.#rows.columns
  }

  /** The score by which deciles are cut: the first that the programme reads. */
  get scored(): string | undefined {
    return scoreOf(this.#terms.country.book, this.#terms.pack)
  }

  /** How households lie between two scores, in ten-millionths. */
  histogram(pack: string, low: number, high: number, bins: number): Histogram {
    const weights = new Float64Array(bins)
    const scores = this.#scores(pack)
    const width = (high - low) / bins
    for (let h = 0; h < scores.length; h++) {
      const score = scores[h] as number
      if (Number.isNaN(score)) continue
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((score - low) / width)))
      weights[bin] = (weights[bin] as number) + (this.#rows.weights[h] as number)
    }
    return { low, high, weights }
  }

  /** Lowest and highest score; null where nobody has one. */
  scoreRange(pack: string): { readonly low: number; readonly high: number } | null {
    const scores = this.#scores(pack)
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let h = 0; h < scores.length; h++) {
      const score = scores[h] as number
      if (score < low) low = score
      if (score > high) high = score
    }
    return low > high ? null : { low, high }
  }

  /** Gives every household its cell, and says who is meant. `poorest`: the highest score of those meant. */
  prepare(cuts: readonly number[], reference: Reference | undefined, poorest: number): void {
    const { country } = this.#terms
    const scored = this.scored
    const dimensions = dimensionsOf(country, scored !== undefined)
    this.#box = boxOf(this.#rows, dimensions, scored === undefined ? null : this.#scores(scored), cuts)
    this.#meant = reference === undefined ? null : this.#meantBy(reference, poorest)
    this.#tally = undefined
    this.#law = tallyOfLaw(this.#part(this.#box), this.#base.get(this.#terms.pack) as Results)
    this.#draws ??= drawsOf(this.#rows.households)
  }

  #part(box: Box) {
    return { box, offsets: this.#rows.columns.offsets, weights: this.#rows.weights, meant: this.#meant }
  }

  standing(assumption: FactAssumption): Standing {
    return standingOf(this.#rows.columns, assumption)
  }

  /** Decides by what is tried and compares with the law. */
  count(tried: Tried): Counted {
    if (this.#box === null || this.#law === null || this.#draws === null) {
      throw new Error('prepare comes before count')
    }
    const after = this.#tried(tried)
    const { pack } = this.#terms
    const [was, is] = [this.#base.get(pack), after.get(pack)] as [Results, Results]
    const part = { ...this.#part(this.#box), sign: signOf(is.pack) }
    const marks = marksOf(this.#box, this.#draws, was, is)
    this.#tally = tallyOf(part, this.#law, was, is, this.#tally)
    return { sums: sumsOf(this.#box, this.#tally), marks, moves: this.#moves(after) }
  }

  /** Keeps what everybody would get if a limit on the score let all in, and says what that costs. */
  open(tried: Tried, score: string): number {
    const results = this.#tried(tried).get(this.#terms.pack) as Results
    const scores = results.scores(score) ?? new Float64Array(0)
    // They are read until the limit is found.
    this.#spare = new Map()
    this.#open = { scores, amounts: worthOf(results, this.#rows.weights) }
    return this.costUpTo(Number.POSITIVE_INFINITY)
  }

  /** What a limit on the score would cost, in minor units. */
  costUpTo(limit: number): number {
    const { scores, amounts } = this.#open ?? { scores: new Float64Array(0), amounts: new Float64Array(0) }
    let cost = 0
    for (let h = 0; h < scores.length; h++) if ((scores[h] as number) <= limit) cost += amounts[h] as number
    return cost
  }

  /** What the law tried costs, in minor units. */
  cost(tried: Tried): number {
    const results = this.#tried(tried).get(this.#terms.pack) as Results
    return worthOf(results, this.#rows.weights).reduce((sum, each) => sum + each, 0)
  }

  #tried({ policy, facts }: Tried): ReadonlyMap<string, Results> {
    const { country, pack, beside } = this.#terms
    let { columns } = this.#rows
    for (const { assumption, standing } of facts) columns = assumed(this.#rows, columns, assumption, standing)
    const book = policy === null ? country.book : bookOf(policy, country, [pack, ...beside])
    const decided = this.#decide(book, columns)
    this.#spare = new Map([...decided].filter(([id, results]) => results !== this.#base.get(id)))
    return decided
  }

  /** Decides each programme watched, once for each text of its law and facts. */
  #decide(book: RuleBook, columns: Columns): Map<string, Results> {
    const { month } = this.#terms
    return new Map(
      [...this.#base].map(([id, known]) => {
        if (known.columns === columns && known.pack.version === book.packs.get(id)?.version) return [id, known]
        const over = this.#spare.get(id)
        const law = this.#compiled.get(id) as CompiledPack
        const compiled = law.pack.version === book.packs.get(id)?.version ? law : compilePack(book, id, month, law)
        return [id, compiled.run(columns, { known, ...(over && { over }) })]
      }),
    )
  }

  #scores(pack: string): Float64Array {
    for (const results of this.#base.values()) {
      const scores = results.scores(pack)
      if (scores !== null) return scores
    }
    const { country, month } = this.#terms
    return compilePack(country.book, pack, month).run(this.#rows.columns).scores(pack) ?? new Float64Array(0)
  }

  #meantBy(reference: Reference, poorest: number): Uint8Array {
    const { columns } = this.#rows
    const meant = new Uint8Array(columns.households)
    if ('poorest' in reference) {
      const scores = this.#scores(reference.by)
      for (let h = 0; h < meant.length; h++) meant[h] = (scores[h] as number) <= poorest ? 1 : 0
      return meant
    }
    meant.fill(1)
    for (const [fact, code] of Object.entries(reference.where)) {
      const has = holdersOf(columns, fact, code)
      for (let h = 0; h < meant.length; h++) if (has[h] === 0) meant[h] = 0
    }
    return meant
  }

  #moves(after: ReadonlyMap<string, Results>): Float64Array {
    const { pack, beside } = this.#terms
    const watched = [pack, ...beside]
    const side = 2 ** watched.length
    const moves = new Float64Array(side * side)
    if (beside.length === 0) return moves
    // What one programme gives and takes is in its own figures.
    if (watched.length < 2) return moves
    const before = watched.map(id => (this.#base.get(id) as Results).outcome)
    const now = watched.map(id => (after.get(id) as Results).outcome)
    const { weights } = this.#rows
    for (let h = 0; h < weights.length; h++) {
      let [was, is] = [0, 0]
      for (let p = 0; p < watched.length; p++) {
        if (before[p]?.[h] === 0) was |= 1 << p
        if (now[p]?.[h] === 0) is |= 1 << p
      }
      const cell = was * side + is
      moves[cell] = (moves[cell] as number) + (weights[h] as number)
    }
    return moves
  }
}

/** The score by which a programme's figures are cut into deciles. */
export function scoreOf(book: RuleBook, pack: string): string | undefined {
  const found = book.packs.get(pack)
  if (found === undefined) return undefined
  if (found.score !== null) return found.id
  return [...found.uses.values()].find(id => book.packs.get(id)?.score !== null)
}

function signOf({ amount }: Pack): 1 | -1 {
  return amount?.direction === 'pays' ? -1 : 1
}

/** The packs asked for and those they use: the rest of the country's law was checked before and decides nothing here. */
function bookOf(policy: readonly PolicyFile[], { book, catalogue }: Country, asked: readonly string[]): RuleBook {
  const needed = new Set<string>()
  const need = (id: string) => {
    needed.add(id)
    for (const used of book.packs.get(id)?.uses.values() ?? []) need(used)
  }
  asked.forEach(need)
  const texts = policy.filter(({ path }) => !path.endsWith('/facts.yaml'))
  const few = checkPacks(
    texts.filter(
      ({ path }) => !/^packs\/[^/]+\/[^/]+\//.test(path) || needed.has(path.split('/').slice(1, 3).join('/')),
    ),
    catalogue,
  )
  // A text that was changed may use what it did not use before.
  const checked = few.ok ? few : checkPacks(texts, catalogue)
  if (!checked.ok) throw new Error('a law that was checked before is refused now')
  return checked.value
}

function worthOf({ outcome, amount }: Decided, weights: Float64Array): Float64Array {
  const worth = new Float64Array(outcome.length)
  if (amount === null) return worth
  for (let h = 0; h < worth.length; h++)
    if (outcome[h] === 0) worth[h] = ((amount[h] as number) || 0) * (weights[h] as number)
  return worth
}
