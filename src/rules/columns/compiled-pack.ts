import type { Month } from '#kernel'
import { decide, inForce, scoresGiven } from '../decide.ts'
import { factsRead } from '../facts-read.ts'
import type { Pack, RuleBook } from '../pack.ts'
import { caseAt } from './case-at.ts'
import type { Column, Columns } from './columns.ts'
import { type Arrays, type Code, type Compilation, compileCode } from './compile-pack.ts'
import { type Given, givenOf } from './given.ts'
import { MEMBERS_MAX, WIDEST } from './limits.ts'
import { Results } from './results.ts'

/** A pack in one month, ready for columns. The same answers as `decide`, for a nation in seconds. */
export class CompiledPack {
  readonly book: RuleBook
  readonly pack: Pack
  readonly at: Month
  readonly #compiled = new Map<boolean, Compilation>()
  readonly #like: CompiledPack | undefined

  constructor(book: RuleBook, pack: Pack, at: Month, like?: CompiledPack) {
    this.book = book
    this.pack = pack
    this.at = at
    this.#like = like
  }

  /** Why the interpreter decides every household of this pack; null where the pack is compiled. */
  get reason(): string | null {
    if (!inForce(this.pack, this.at)) return null
    const compilation = this.#compilation(false)
    return compilation.ok ? null : compilation.reason
  }

  /** The generated JavaScript; null where there is none. */
  get source(): string | null {
    const compilation = this.#compilation(false)
    return compilation.ok ? compilation.code.source : null
  }

  /**
   * Decides every household of the columns.
   * @param detail also what a whole `Decision` needs: lines, covered members, notes, parameters to confirm
   * @param known results for the same households in the same month, of a law whose packs used are partly these: a score of
   * a pack that has not changed, nor any column it reads, is taken from them
   * @param over results that nobody reads any more: what is decided is written over them, where it fits. They are worth nothing after
   */
  run(
    columns: Columns,
    {
      detail = false,
      known,
      over,
    }: { readonly detail?: boolean; readonly known?: Results; readonly over?: Results } = {},
  ): Results {
    if (columns.at !== this.at) throw new RangeError(`columns of ${columns.at} for a pack compiled for ${this.at}`)
    const { book, pack } = this
    if (!inForce(pack, this.at)) return new Results(book, pack, columns, null, empty(columns, book, pack), new Map())
    const given = detail || known === undefined ? NONE : this.#given(known, columns)
    const compilation = given.size === 0 ? this.#compilation(detail) : compileCode(book, pack, this.at, false, given)
    const exact = new Uint8Array(columns.households)
    if (!compilation.ok) {
      exact.fill(1)
      return this.#settled(columns, null, empty(columns, book, pack), exact)
    }
    const { code } = compilation
    // Without detail every household is written, so that nothing of what an array held before is left.
    const spare: Arrays = detail || over === undefined ? new Map() : over.arrays
    const arrays: Arrays = new Map(
      code.filled.map(({ name, type, of }) => {
        const length = of === 'household' ? columns.households : columns.members
        const held = spare.get(name)
        const fits = held?.length === length && held.constructor.name === type
        return [name, fits ? held : arrayOf(type, length)]
      }),
    )
    markBeyond(columns, code, exact)
    code.run(columns, arrays, exact)
    return this.#settled(columns, detail ? code : null, arrays, exact)
  }

  /** What the compiled integers are not proven for is decided by the interpreter, whose numbers have no bound. */
  #settled(columns: Columns, code: Code | null, arrays: Arrays, exact: Uint8Array): Results {
    const decisions = new Map<number, ReturnType<typeof decide>>()
    for (let household = exact.indexOf(1); household !== -1; household = exact.indexOf(1, household + 1)) {
      decisions.set(household, decide(this.book, this.pack.id, caseAt(columns, household)))
    }
    return new Results(this.book, this.pack, columns, code, arrays, decisions)
  }

  /** Scores of packs used that stand in other results, of the same text and exact as they stand. */
  #given(known: Results, columns: Columns): ReadonlyMap<string, Given> {
    const compilation = this.#compilation(false)
    if (!compilation.ok || this.pack.score !== null) return NONE
    return new Map(
      scoresGiven(this.book, this.pack).flatMap(id => {
        const scores = known.scores(id)
        const used = this.book.packs.get(id) as Pack
        const same = known.versionOf(id) === used.version && readsTheSame(this.book, used, known.columns, columns)
        return same && scores !== null && compilation.code.whole.has(id) ? [[id, givenOf(scores)] as const] : []
      }),
    )
  }

  #compilation(detail: boolean): Compilation {
    const found = this.#compiled.get(detail)
    if (found !== undefined) return found
    const like = this.#like === undefined ? undefined : this.#like.#compiled.get(detail)
    const compilation = compileCode(this.book, this.pack, this.at, detail, NONE, like?.ok ? like.code.limits : WIDEST)
    this.#compiled.set(detail, compilation)
    return compilation
  }
}

const NONE: ReadonlyMap<string, Given> = new Map()

/**
 * Compiles a pack for a month; a pack that is not in the book is a bug of the caller.
 * @param like the same pack of a law that differs little: its limits are those tried first
 */
export function compilePack(book: RuleBook, packId: string, at: Month, like?: CompiledPack): CompiledPack {
  const pack = book.packs.get(packId)
  if (pack === undefined) throw new RangeError(`no pack ${packId} in this book`)
  return new CompiledPack(book, pack, at, like)
}

/** Whether all that a pack reads of some columns is held by others, not copied. */
function readsTheSame(book: RuleBook, pack: Pack, one: Columns, other: Columns): boolean {
  if (one === other) return true
  if (one.offsets !== other.offsets || one.heads !== other.heads || one.beyond !== other.beyond) return false
  return [...factsRead(book, pack)].every(name => {
    const [of, fact] = name.split('.') as ['household' | 'member', string]
    return one[of].get(fact) === other[of].get(fact)
  })
}

/** Results without code: filled from decisions alone. */
function empty({ households }: Columns, book: RuleBook, pack: Pack): Arrays {
  const scores = scoresGiven(book, pack)
  return new Map<string, Uint8Array | Float64Array>([
    ['outcome', new Uint8Array(households).fill(1)],
    ...pack.refusals.map((_, index) => [`refusal${index}`, new Uint8Array(households)] as const),
    ...scores.map((_, index) => [`score${index}`, new Float64Array(households).fill(Number.NaN)] as const),
    ...(pack.amount === null ? [] : [['amount', new Float64Array(households).fill(Number.NaN)] as const]),
  ])
}

function arrayOf(type: 'Uint8Array' | 'Int32Array' | 'Float64Array', length: number) {
  if (type === 'Uint8Array') return new Uint8Array(length)
  return type === 'Int32Array' ? new Int32Array(length) : new Float64Array(length)
}

/** Households that the code is not proven for: too many members, or a fact beyond the limits or its column. */
function markBeyond(columns: Columns, { limits, columns: read }: Code, exact: Uint8Array): void {
  for (const household of columns.beyond.keys()) exact[household] = 1
  const { offsets, households } = columns
  const least = columns.catalogue.head === null ? 0 : 1
  if (columns.largest > MEMBERS_MAX || columns.smallest < least) {
    for (let h = 0; h < households; h++) {
      const size = (offsets[h + 1] as number) - (offsets[h] as number)
      if (size > MEMBERS_MAX || size < least) exact[h] = 1
    }
  }
  for (const [name, column] of columns.household) {
    if (read.has(`household.${name}`)) markLarge(column, limits, row => row, exact)
  }
  for (const [name, column] of columns.member) {
    if (read.has(`member.${name}`)) markLarge(column, limits, row => householdOf(offsets, row, households), exact)
  }
}

function markLarge(
  { fact, data, low, high }: Column,
  limits: { readonly integer: number; readonly scaled: number },
  householdAt: (row: number) => number,
  exact: Uint8Array,
): void {
  const most = fact.type === 'integer' ? limits.integer : limits.scaled
  // A number under the least that the catalogue accepts cannot come from a case, but may stand in a file.
  if (high <= most && low >= Math.min(fact.min, 0)) return
  for (let row = 0; row < data.length; row++) {
    const value = data[row] as number
    if (value > most || (value < 0 && value !== -2_147_483_648)) exact[householdAt(row)] = 1
  }
}

/** The household that holds a member, by halving. */
function householdOf(offsets: Int32Array, member: number, households: number): number {
  let [low, high] = [0, households - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((offsets[middle] as number) <= member) low = middle
    else high = middle - 1
  }
  return low
}
