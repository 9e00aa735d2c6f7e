import type { Catalogue } from './catalogue.ts'
import type { Expr } from './expression.ts'
import type { Formula } from './pack.ts'
import { parseExpression, parseUnaryTests } from './parse.ts'
import type { SyntaxProblem } from './problem.ts'
import { mapChildren, seal } from './seal.ts'
import type { Cursor } from './yaml-source.ts'

/** A formula read in a pack, and where it stands, for the checks that need the whole pack. */
export type ReadFormula = {
  readonly formula: Formula
  readonly cursor: Cursor
  readonly of: 'household' | 'member'
  /** What `?` stands for, in the cell of a decision table. */
  readonly subject: Formula | null
}

const NOTHING: Expr = { kind: 'literal', value: null, from: 0, to: 0 }

/** Where a formula is missing, which is reported where it should stand. */
export const EMPTY: Formula = { text: '', written: NOTHING, expr: NOTHING }

/** Reads the FEEL texts of a pack and keeps each with its place. */
export class FormulaReader {
  readonly all: ReadFormula[] = []
  readonly #catalogue: Catalogue

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  read(cursor: Cursor, of: 'household' | 'member'): Formula {
    const text = cursor.text()
    if (text === '') return EMPTY
    const result = parseExpression(text, { mode: 'pack' })
    if (!result.ok) reportSyntax(cursor, result.refusal)
    return this.#keep(text, result.ok ? result.value : NOTHING, cursor, of)
  }

  /** A formula inside a text: `{ise - threshold}`; places are counted from the start of the text. */
  readPart(cursor: Cursor, text: string, at: number): Formula {
    const result = parseExpression(text, { mode: 'pack' })
    if (!result.ok) {
      reportSyntax(
        cursor,
        result.refusal.map(problem => ({ ...problem, from: problem.from + at, to: problem.to + at })),
      )
    }
    return this.#keep(text, result.ok ? shifted(result.value, at) : NOTHING, cursor, 'household')
  }

  /** The condition of one row of a decision table: every cell holds for its input. A dash is no condition. */
  readRow(cells: readonly Cursor[], inputs: readonly Formula[], of: 'household' | 'member'): Formula {
    const parts = cells.flatMap((cell, index) => {
      const input = inputs[index]
      const text = cell.text()
      if (text === '-' || text === '' || input === undefined) return []
      return [this.#readCell(cell, text, input, of)]
    })
    const [first = { text: 'true', written: { kind: 'literal', value: true, from: 0, to: 0 } as Expr }, ...rest] = parts
    const row = rest.reduce(
      (left, right) => ({
        text: `${left.text} and ${right.text}`,
        written: { kind: 'logic', operator: 'and', left: left.written, right: right.written, from: 0, to: 0 } as Expr,
      }),
      first,
    )
    return { ...row, expr: this.#sealed(row.written) }
  }

  #readCell(cell: Cursor, text: string, input: Formula, of: 'household' | 'member'): { text: string; written: Expr } {
    if (text === 'true') return { text: input.text, written: input.written }
    if (text === 'false') return { text: `not(${input.text})`, written: negated(input.written) }
    const result = parseUnaryTests(text, { mode: 'pack' })
    if (!result.ok) {
      reportSyntax(cell, result.refusal)
      return { text, written: NOTHING }
    }
    const written = withSubject(result.value, input.written)
    this.#keep(text, result.value, cell, of, input)
    const comparison = /^(<=|>=|<|>|!=|=)/.test(text)
    return { text: comparison ? `${input.text} ${text}` : `${input.text} in (${text})`, written }
  }

  #keep(
    text: string,
    written: Expr,
    cursor: Cursor,
    of: 'household' | 'member',
    subject: Formula | null = null,
  ): Formula {
    const formula = { text, written, expr: this.#sealed(written) }
    this.all.push({ formula, cursor, of, subject })
    return formula
  }

  #sealed(written: Expr): Expr {
    return sealedOver(written, this.#catalogue)
  }
}

/** Unknown kept unknown, but for the facts whose absence has a meaning in the catalogue. */
export function sealedOver(written: Expr, catalogue: Catalogue): Expr {
  return seal(written, expr => {
    const name = expr.kind === 'name' ? expr.name : expr.kind === 'path' ? expr.key : null
    if (name === null) return false
    const fact = catalogue.member.get(name) ?? catalogue.household.get(name)
    return fact !== undefined && fact.absentMeans !== null
  })
}

export function reportSyntax(cursor: Cursor, problems: readonly SyntaxProblem[]): void {
  for (const { from, to, message, expected, suggestion } of problems) {
    const place = cursor.placeOf({ from, to })
    cursor.source.report(place.from, place.to, 'not_feel', message, { expected, suggestion })
  }
}

function negated(written: Expr): Expr {
  const { from, to } = written
  return { kind: 'call', callee: { kind: 'name', name: 'not', from, to }, args: [written], names: null, from, to }
}

/** A cell's test is about `?`; here it is about the column's input. */
function withSubject(expr: Expr, subject: Expr): Expr {
  if (expr.kind === 'name' && expr.name === '?') return subject
  return mapChildren(expr, child => withSubject(child, subject))
}

function shifted(expr: Expr, by: number): Expr {
  const moved = mapChildren(expr, child => shifted(child, by))
  return { ...moved, from: moved.from + by, to: moved.to + by }
}
