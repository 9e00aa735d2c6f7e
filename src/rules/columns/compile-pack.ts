import type { Month } from '#kernel'
import type { Pack, RuleBook } from '../pack.ts'
import type { Columns } from './columns.ts'
import { type Given, scoreName } from './given.ts'
import { type Limits, narrower, WIDEST } from './limits.ts'
import { BoundExceeded, NotCompilable } from './operand.ts'
import { type Filled, Outcome } from './outcome.ts'
import { addPackedMonths, packedMonthsBetween } from './packed-date.ts'
import { type Options, Program } from './program.ts'
import type { Scratch } from './store.ts'

/** Households worked on at once: what lies between two functions stays in the processor's nearest memory. */
const BATCH = 1_024

/** V8 leaves functions of more than 60 kB of bytecode to its interpreter; a character of ours becomes less than a byte. */
const FUNCTION_TEXT_MAX = 40_000

export type Arrays = ReadonlyMap<string, Uint8Array | Int32Array | Float64Array>

/** The code of a pack for one month, ready for any columns whose facts keep to `limits`. */
export type Code = {
  readonly limits: Limits
  readonly filled: readonly Filled[]
  /** Packs whose score's ten-millionths say all there is of it. */
  readonly whole: ReadonlySet<string>
  readonly unconfirmed: readonly string[]
  /** The texts of notes, by the place that stands in the results. */
  readonly dictionary: readonly string[]
  /** Names of the columns read: `household.rooms`. */
  readonly columns: ReadonlySet<string>
  /** The generated JavaScript, for tests and for whoever wants to read it. */
  readonly source: string
  /** Decides every household of the columns into the arrays; `exact` is set to 1 for those it cannot decide. */
  readonly run: (columns: Columns, results: Arrays, exact: Uint8Array) => void
}

/** The pack as code, or why the columns engine has no form for it. */
export type Compilation = { readonly ok: true; readonly code: Code } | { readonly ok: false; readonly reason: string }

/**
 * Writes a pack as JavaScript over columns. Facts are first allowed to be very large; as long as some integer of the
 * calculation could then leave those of a double, the limits are narrowed.
 */
export function compileCode(
  book: RuleBook,
  pack: Pack,
  at: Month,
  detail: boolean,
  given: ReadonlyMap<string, Given> = new Map(),
  from: Limits = WIDEST,
): Compilation {
  for (let limits: Limits | null = from; limits !== null; limits = narrower(limits)) {
    try {
      return { ok: true, code: codeFor(book, pack, at, { detail, limits, given }) }
    } catch (error) {
      if (error instanceof NotCompilable) return { ok: false, reason: error.message }
      if (!(error instanceof BoundExceeded)) throw error
    }
  }
  return { ok: false, reason: 'its integers leave those of a double for ordinary facts' }
}

/**
 * Two texts of one law. The careful one carries the unknown through every step. Where figures alone are asked for, a trusting
 * one goes before it: it takes the facts it reads as known, which leaves little to ask, and gives the households for
 * which that was wrong to the careful one. Everything it wrote about those is written again.
 */
function codeFor(book: RuleBook, pack: Pack, at: Month, options: Omit<Options, 'trusting'>): Code {
  const careful = writtenFor(book, pack, at, { ...options, trusting: false })
  const trusting = options.detail ? null : writtenFor(book, pack, at, { ...options, trusting: true })
  const { program, filled, whole } = careful
  return {
    limits: options.limits,
    filled,
    whole,
    unconfirmed: program.unconfirmed,
    dictionary: program.dictionary.known,
    columns: program.columns,
    source: `${trusting?.source ?? ''}\n${careful.source}`,
    run: (columns, results, exact) => {
      const doubts = new Uint8Array(BATCH)
      const carefully = careful.bind(columns, results, exact, doubts)
      if (trusting === null) return inBatches(columns, carefully)
      const quickly = trusting.bind(columns, results, exact, doubts)
      inBatches(columns, (start, end) => {
        quickly(start, end)
        for (let at = doubts.indexOf(1); at !== -1; at = doubts.indexOf(1, at + 1))
          carefully(start + at, start + at + 1)
        doubts.fill(0)
      })
    },
  }
}

type Batch = (start: number, end: number) => void

type Written = {
  readonly program: Program
  readonly filled: readonly Filled[]
  readonly whole: ReadonlySet<string>
  readonly source: string
  readonly bind: (columns: Columns, results: Arrays, exact: Uint8Array, doubts: Uint8Array) => Batch
}

function writtenFor(book: RuleBook, pack: Pack, at: Month, options: Options): Written {
  const program = new Program(book, pack, at, options)
  const outcome = new Outcome(program, options)
  outcome.write()
  const { filled, whole } = outcome
  const given = [...options.given].map(([id, { scores }]) => ({ name: `given_${scoreName(id)}`, scores }))
  const source = sourceOf(program, filled)
  // The text holds no word of a user: names of facts and codes are those of the checked catalogue, and appear as
  // identifiers (snake_case, by the catalogue's rule) or as numbers; texts reach the code as places in tables.
  const bound = new Function(
    'C',
    'R',
    'exact',
    'doubts',
    'tables',
    'places',
    ...Object.keys(CALLED),
    ...given.map(({ name }) => name),
    source,
  )
  return {
    program,
    filled,
    whole,
    source,
    bind: (columns, results, exact, doubts) => {
      const tables = program.lookUps.map(({ column, known, figureOf }) => {
        const words = column === null ? known : wordsOf(columns, column)
        return Float64Array.from([Number.NaN, ...words.map(figureOf)])
      })
      const places = program.places.map(({ column, text }) => {
        const at = wordsOf(columns, column).indexOf(text)
        return at === -1 ? -9 : at
      })
      const most = largestBatch(columns)
      const passed = [...Object.values(CALLED), ...given.map(({ scores }) => scores)]
      return bound({ ...columns, most }, results, exact, doubts, tables, places, ...passed) as Batch
    },
  }
}

function inBatches({ households }: Columns, batch: Batch): void {
  for (let start = 0; start < households; start += BATCH) batch(start, Math.min(start + BATCH, households))
}

/** `household_territory` names the column `territory` of the households. */
function wordsOf(columns: Columns, name: string): readonly string[] {
  const [of, fact] = split(name, '_')
  return (of === 'household' ? columns.household : columns.member).get(fact)?.words ?? []
}

function split(name: string, by: string): readonly [string, string] {
  const at = name.indexOf(by)
  return [name.slice(0, at), name.slice(at + 1)]
}

function sourceOf(program: Program, filled: readonly Filled[]): string {
  const columns = [...program.columns].map(name => {
    const [of, fact] = split(name, '.')
    return `const ${of}_${fact} = C.${of}.get('${fact}').data`
  })
  const functions = fused(program.stages)
  return [
    "'use strict'",
    'const offsets = C.offsets, heads = C.heads',
    ...columns,
    ...program.lookUps.map(({ name }, index) => `const ${name} = tables[${index}]`),
    ...program.places.map(({ name }, index) => `const ${name} = places[${index}]`),
    ...program.store.arrays.map(
      ({ name, type, of }: Scratch) => `const ${name} = new ${type}(${of === 'household' ? BATCH : 'C.most'})`,
    ),
    ...filled.map(({ name }) => `const R_${name} = R.get('${name}')`),
    ...functions.map((stages, index) =>
      [
        `function f${index}(start, end, base) {`,
        'for (let row = start, j = 0; row < end; row++, j++) {',
        'const first = offsets[row] - base, last = offsets[row + 1] - base, size = last - first',
        ...(program.trusting ? ['let gap = 0'] : []),
        ...stages.flat(),
        ...(program.trusting ? ['if (gap < 0) doubts[j] = 1'] : []),
        '}',
        '}',
      ].join('\n'),
    ),
    'return function batch(start, end) {',
    'const base = offsets[start]',
    ...functions.map((_, index) => `f${index}(start, end, base)`),
    '}',
  ].join('\n')
}

/** Stages that run one after the other for a household, as long as their text stays one that the engine optimises. */
function fused(stages: readonly (readonly string[])[]): (readonly string[])[][] {
  const functions: (readonly string[])[][] = []
  let length = FUNCTION_TEXT_MAX
  for (const stage of stages) {
    const own = stage.reduce((all, line) => all + line.length, 0)
    length += own
    if (length > FUNCTION_TEXT_MAX) {
      functions.push([])
      length = own
    }
    functions.at(-1)?.push(stage)
  }
  return functions
}

function largestBatch({ offsets, households }: Columns): number {
  let largest = 0
  for (let start = 0; start < households; start += BATCH) {
    const end = Math.min(start + BATCH, households)
    largest = Math.max(largest, (offsets[end] as number) - (offsets[start] as number))
  }
  return largest
}

/** What generated code may call, by the names it has there. */
const CALLED = { monthsBetween: packedMonthsBetween, addMonths: addPackedMonths, halfEven }

/** `size / by` to the nearest whole number, ties to the even one. */
function halfEven(size: number, by: number): number {
  const nearest = Math.floor((2 * size + by) / (2 * by))
  return nearest % 2 === 1 && nearest * 2 * by === 2 * size + by ? nearest - 1 : nearest
}
