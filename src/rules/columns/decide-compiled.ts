import { type Month, parseMonth, type Refused, type Result, type TerritoryTree } from '#kernel'
import { type Case, type CaseProblem, parseCase } from '../case.ts'
import { decide } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { RuleBook } from '../pack.ts'
import { ColumnsBuilder } from './columns-builder.ts'
import { type CompiledPack, compilePack } from './compiled-pack.ts'
import { JsonRows } from './json-rows.ts'
import { COMMA, LineCursor, OPEN_OBJECT } from './line-cursor.ts'
import { LineRows } from './line-rows.ts'
import type { Results } from './results.ts'

/** Cases of a month that the interpreter decides before the pack is compiled for that month. */
const CASES_BEFORE_COMPILING = 64

/** What was decided on a case of a batch: where it stands in the results of its month, or what was refused. */
type Place = Refused<CaseProblem> | { readonly month: OneMonth; readonly row: number } | Decision

type OneMonth = {
  readonly compiled: CompiledPack
  readonly builder: ColumnsBuilder
  readonly rows: JsonRows
  readonly lines: LineRows
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
  readonly #line = new LineCursor()
  #places: Place[] = []

  constructor(book: RuleBook, pack: string, territories: TerritoryTree) {
    this.#book = book
    this.#pack = pack
    this.#territories = territories
  }

  /** The answers stay valid until the next call. */
  decide(cases: readonly unknown[]): Result<Decision, CaseProblem>[] {
    this.begin()
    for (const json of cases) this.add(json)
    return this.#answers(
      (results, row) => results.decisionAt(row),
      decision => decision,
    )
  }

  /** Forgets the cases added so far. */
  begin(): void {
    for (const { builder } of this.#months.values()) builder.clear()
    this.#places = []
  }

  add(json: unknown): void {
    this.#places.push(this.#place(json))
  }

  /** Adds the case that stands in some bytes, a line of JSON; false where that is left to `add`, and nothing was added. */
  addLine(bytes: Uint8Array, from: number, to: number): boolean {
    const line = this.#line
    line.open(bytes, from, to)
    if (!line.is(OPEN_OBJECT) || !line.named('id')) return false
    const id = line.text()
    if (id === null || id === '' || !line.is(COMMA) || !line.named('at')) return false
    const at = line.text()
    const month = at === null ? undefined : this.#months.get(at)
    if (month === undefined || month.seen < CASES_BEFORE_COMPILING) return false
    if (!line.is(COMMA) || !line.named('household')) return false
    const row = month.builder.households
    if (!month.lines.append(id, line)) return false
    this.#places.push({ month, row })
    return true
  }

  /** The decisions on the cases added, each written as JSON. */
  texts(): Result<string, CaseProblem>[] {
    return this.#answers(
      (results, row) => results.decisionTextAt(row),
      decision => JSON.stringify(decision),
    )
  }

  #answers<Answer>(
    onColumns: (results: Results, row: number) => Answer,
    interpreted: (decision: Decision) => Answer,
  ): Result<Answer, CaseProblem>[] {
    for (const month of this.#months.values()) {
      const { builder } = month
      month.results = builder.households === 0 ? null : month.compiled.run(builder.columns(), { detail: true })
    }
    return this.#places.map(place => {
      if ('ok' in place) return place
      const value = 'month' in place ? onColumns(place.month.results as Results, place.row) : interpreted(place)
      return { ok: true, value }
    })
  }

  #place(json: unknown): Place {
    const month = this.#month(json)
    if (month !== null && month.seen >= CASES_BEFORE_COMPILING) {
      const row = month.builder.households
      if (month.rows.append(json)) return { month, row }
    }
    const subject = parseCase(json, this.#book.catalogue, this.#territories)
    if (!subject.ok) return subject
    if (month === null || month.seen < CASES_BEFORE_COMPILING) return this.#interpreted(month, subject.value)
    const row = month.builder.households
    month.builder.append(subject.value)
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
    const builder = new ColumnsBuilder(this.#book.catalogue, at)
    const month: OneMonth = {
      compiled: compilePack(this.#book, this.#pack, at),
      builder,
      rows: new JsonRows(builder),
      lines: new LineRows(builder),
      seen: 0,
      results: null,
    }
    this.#months.set(at, month)
    return month
  }
}
