import { type Month, ok, parseMonth, type Refused, type Result, type TerritoryTree } from '#kernel'
import { type Case, type CaseProblem, parseCase } from '../case.ts'
import { decide } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { RuleBook } from '../pack.ts'
import { ColumnsBuilder } from './columns-builder.ts'
import { type CompiledPack, compilePack } from './compiled-pack.ts'
import { JsonRows } from './json-rows.ts'
import type { Results } from './results.ts'

/** Cases of a month that the interpreter decides before the pack is compiled for that month. */
const CASES_BEFORE_COMPILING = 64

/** What was decided on a case of a batch: where it stands in the results of its month, or what was refused. */
type Place = Refused<CaseProblem> | { readonly month: OneMonth; readonly row: number } | Decision

type OneMonth = {
  readonly compiled: CompiledPack
  readonly rows: JsonRows
  seen: number
  results: Results | null
}

/**
 * Decides cases as they come on the wire, many at a time, on columns: the same decisions and refusals as `parseCase` and
 * `decide`, in the order of the cases.
 */
export class CompiledDecider {
  readonly #book: RuleBook
  readonly #pack: string
  readonly #territories: TerritoryTree
  readonly #months = new Map<unknown, OneMonth>()

  constructor(book: RuleBook, pack: string, territories: TerritoryTree) {
    this.#book = book
    this.#pack = pack
    this.#territories = territories
  }

  /** The answers stay valid until the next call. */
  decide(cases: readonly unknown[]): Result<Decision, CaseProblem>[] {
    for (const { rows } of this.#months.values()) rows.builder.clear()
    const places = cases.map(json => this.#place(json))
    for (const month of this.#months.values()) {
      month.results =
        month.rows.builder.households === 0 ? null : month.compiled.run(month.rows.builder.columns(), { detail: true })
    }
    return places.map(place => {
      if ('ok' in place) return place
      if (!('month' in place)) return ok(place)
      return ok((place.month.results as Results).decisionAt(place.row))
    })
  }

  #place(json: unknown): Place {
    const month = this.#month(json)
    if (month !== null && month.seen >= CASES_BEFORE_COMPILING) {
      const row = month.rows.builder.households
      if (month.rows.append(json)) return { month, row }
    }
    const subject = parseCase(json, this.#book.catalogue, this.#territories)
    if (!subject.ok) return subject
    if (month === null || month.seen < CASES_BEFORE_COMPILING) return this.#interpreted(month, subject.value)
    const row = month.rows.builder.households
    month.rows.builder.append(subject.value)
    return { month, row }
  }

  #interpreted(month: OneMonth | null, subject: Case): Decision {
    if (month !== null) month.seen++
    return decide(this.#book, this.#pack, subject)
  }

  #month(json: unknown): OneMonth | null {
    const at = typeof json === 'object' && json !== null ? (json as { at?: unknown }).at : undefined
    if (typeof at !== 'string') return null
    const found = this.#months.get(at)
    if (found !== undefined) return found
    const month = parseMonth(at)
    return month === undefined ? null : this.#open(month)
  }

  #open(at: Month): OneMonth {
    const rows = new JsonRows(new ColumnsBuilder(this.#book.catalogue, at))
    const month: OneMonth = { compiled: compilePack(this.#book, this.#pack, at), rows, seen: 0, results: null }
    this.#months.set(at, month)
    return month
  }
}
