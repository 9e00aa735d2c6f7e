import type { Words } from '#kernel'
import type { Choice, DatedValue, Form, Formula, Parameter, Step, Term } from './pack.ts'
import { EMPTY, type FormulaReader } from './read-formula.ts'
import { readConstant, readDatedValues, readDating, readWithout, type Sources } from './read-parameter.ts'
import type { Cursor } from './yaml-source.ts'

/** The keys that say how a step is computed; exactly one of the first group stands in a step. */
const FORMS = ['value', 'choose', 'table', 'count', 'share', 'total', 'first', 'rank by', 'weighted sum'] as const
export const FORM_KEYS = [...FORMS, 'otherwise', 'where', 'among', 'descending'] as const

type FormMap = { readonly [Key in (typeof FORM_KEYS)[number]]?: Cursor }

/** What a form is read with: the formulas of the pack, the files beside it, the country's sources. */
export type FormContext = {
  readonly pack: string
  readonly formulas: FormulaReader
  readonly sources: Sources
  /** Another file of the pack's folder, or null where there is none of that name. */
  readonly fileBeside: (name: string) => Cursor | null
}

/** Reads how a step of the household, or of each member, is computed. */
export function readForm(cursor: Cursor, map: FormMap, name: string, of: Step['of'], context: FormContext): Form {
  const present = FORMS.filter(key => map[key] !== undefined)
  if (present.length !== 1) {
    const found =
      present.length === 0
        ? 'nothing says how this is computed'
        : `both ${present.join(' and ')} say how this is computed`
    cursor.reportKey('bad_form', found, { expected: `one of ${FORMS.join(', ')}` })
  }
  const { formulas } = context
  const asked = (key: keyof FormMap, each: Step['of']): Formula => formulas.read(map[key] ?? cursor, each)
  switch (present[0]) {
    case 'choose':
      return {
        kind: 'choose',
        unique: false,
        choices: readChoices(map.choose, of, formulas),
        otherwise: otherwise(map, of, formulas),
      }
    case 'table':
      return readTable(map.table ?? cursor, otherwise(map, of, formulas), of, formulas)
    case 'count':
      return { kind: 'count', where: asked('count', 'member') }
    case 'share':
      return { kind: 'share', where: asked('share', 'member'), among: map.among ? asked('among', 'member') : null }
    case 'total':
      return { kind: 'total', each: asked('total', 'member'), where: map.where ? asked('where', 'member') : null }
    case 'first':
      return { kind: 'first', where: asked('first', 'member') }
    case 'rank by':
      if (of === 'household')
        cursor.reportKey('bad_form', 'a rank is computed for each member', { expected: 'this step under members' })
      return {
        kind: 'rank',
        by: asked('rank by', 'member'),
        descending: map.descending?.oneOf(['true', 'false']) === 'true',
        among: formulas.read(cursor.part(map.among, 'among', 'a condition: who is ranked'), 'member'),
      }
    case 'weighted sum':
      return readWeightedSum(map['weighted sum'] ?? cursor, name, context)
    default:
      return { kind: 'value', formula: map.value ? asked('value', of) : EMPTY }
  }
}

function otherwise(map: FormMap, of: Step['of'], formulas: FormulaReader): Formula | null {
  return map.otherwise ? formulas.read(map.otherwise, of) : null
}

function readChoices(cursor: Cursor | undefined, of: Step['of'], formulas: FormulaReader): Choice[] {
  return (cursor?.items() ?? []).map(item => {
    const map = item.map(['when', 'then'])
    return {
      when: formulas.read(item.part(map.when, 'when', 'a condition'), of),
      gives: formulas.read(item.part(map.then, 'then', 'a value'), of),
    }
  })
}

/** A decision table becomes choices: a row's condition is that each of its cells holds. */
function readTable(cursor: Cursor, other: Formula | null, of: Step['of'], formulas: FormulaReader): Form {
  const map = cursor.map(['hit', 'inputs', 'rows'])
  const hit = (map.hit ?? cursor).oneOf(['UNIQUE', 'FIRST'], map.hit ? null : 'hit')
  const inputs = (map.inputs?.items() ?? []).map(input => formulas.read(input, of))
  const choices = (map.rows?.items() ?? []).map((item): Choice => {
    const row = item.map(['if', 'then'])
    const cells = row.if?.items() ?? []
    if (cells.length !== inputs.length) {
      item.report('bad_row', `${cells.length} cells for ${inputs.length} inputs`, {
        expected: 'one cell per input, "-" for any',
      })
    }
    return {
      when: formulas.readRow(cells, inputs, of),
      gives: formulas.read(item.part(row.then, 'then', 'a value'), of),
    }
  })
  return { kind: 'choose', unique: hit === 'UNIQUE', choices, otherwise: other }
}

/** `start` and the file of terms: each with its label, its coefficient and the form of its variable. */
function readWeightedSum(cursor: Cursor, name: string, context: FormContext): Form {
  const map = cursor.map(['start', 'terms'])
  const start = context.formulas.read(cursor.part(map.start, 'start', 'what the terms are added to'), 'household')
  const terms = cursor.part(map.terms, 'terms', 'a file of terms')
  const file = terms.text()
  const beside = context.fileBeside(file)
  if (beside === null) {
    terms.report('unknown_file', `there is no file ${file} beside this pack`)
    return { kind: 'weighted_sum', start, terms: [] }
  }
  return { kind: 'weighted_sum', start, terms: readTerms(beside, name, context) }
}

function readTerms(file: Cursor, sum: string, context: FormContext): Term[] {
  const map = file.map(['source', 'source_rank', 'from', 'terms'])
  return (map.terms?.entries() ?? []).map(([name, cursor]): Term => {
    const term = cursor.map(['label', 'coefficient', 'coefficients', 'without', ...FORM_KEYS])
    const label = cursor.part(term.label, 'label', 'a label in fr, ar and en').words()
    const full = `${sum}.${name}`
    const form = readForm(cursor, term, full, 'household', context)
    return {
      name,
      label,
      variable: { name: full, label, of: 'household', pack: context.pack, form },
      coefficient: readCoefficient(full, label, cursor, term, map, file, context.sources),
    }
  })
}

type Dated = { readonly source?: Cursor; readonly source_rank?: Cursor; readonly from?: Cursor }

/** A term's own dated `coefficients`, or the single one whose date and source stand at the head of the file. */
function readCoefficient(
  name: string,
  label: Words,
  cursor: Cursor,
  term: { readonly coefficient?: Cursor; readonly coefficients?: Cursor; readonly without?: Cursor },
  head: Dated,
  file: Cursor,
  sources: Sources,
): Parameter {
  const values = term.coefficients
    ? readDatedValues(term.coefficients, sources)
    : [readSingle(cursor, term.coefficient, head, file, sources)]
  return { name, label, by: null, of: 'household', values, without: readWithout(cursor, term.without, values) }
}

function readSingle(
  cursor: Cursor,
  found: Cursor | undefined,
  head: Dated,
  file: Cursor,
  sources: Sources,
): DatedValue {
  const value = found
    ? readConstant(found)
    : cursor.missing('coefficient', 'a number, or nothing if it is unknown', null)
  return { ...readDating(file, head, sources, value === null), value: { kind: 'single', value } }
}
