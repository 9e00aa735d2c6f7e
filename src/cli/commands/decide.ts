import { type Country, listCountries, readCountry } from '#countries'
import { err, ok, type Refused, type Result } from '#kernel'
import { type CaseProblem, CompiledDecider, type Decision, decide, parseCase, UnwritableAmount } from '#rules'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { readJson } from '../json-text.ts'
import { type Line, lineBatchesOf, linesOf, textOf } from '../lines.ts'
import { readOptions, required } from '../options.ts'

/** Lines decided together, and written between two waits for the reader. */
const LINES_AT_ONCE = 500

/** What a case begins with. */
const OPENED = 123

const ENGINES = ['interpreted', 'compiled'] as const
export type EngineName = (typeof ENGINES)[number]

export const command: Command = {
  summary: 'Decides one household, or a file of them, from facts alone.',
  usage: [
    'decide --pack PACK [--explain] [--engine ENGINE] < case.json',
    'decide --pack PACK --lines [--explain] [--engine ENGINE] < cases.jsonl',
  ],
  help: `Reads a case (id, at, household, members) on standard input and writes the decision. No database is needed.
  --pack     the programme or score that decides, for example ma/asd
  --lines    reads one case per line and writes one decision per line, in the same order; a case that cannot be read gives
             a line { id, error: { path, message } } and the exit code 1, the others are still decided
  --explain  adds the explanation: the tree of steps with facts, parameters, sources, and the sentence in fr, ar and en;
             the score of a single case is always explained
  --engine   interpreted or compiled; both write the same bytes. Without it a single case is interpreted, and a file of
             cases is compiled to columns; an explanation is always the interpreter's
A case that cannot be read without --lines: one sentence and the exit code 2.`,
  examples: [
    { call: 'npx socle decide --pack ma/asd < case.json', says: 'decides one household' },
    { call: 'npx socle decide --pack ma/ise --explain < case.json', says: 'its score, term by term' },
    {
      call: 'npx socle decide --pack ma/asd --lines < cases.jsonl > decisions.jsonl',
      says: 'decides every line of a file',
    },
  ],
  async run(args, io) {
    const { options, words } = readOptions(args, { pack: 'text', lines: 'flag', explain: 'flag', engine: 'text' })
    if (words.length > 0) throw new UsageError(`cases are read on standard input; ${words[0]} is one word too many`)
    const pack = required(options.pack, 'pack', 'ma/asd')
    const country = openCountryOf(pack)
    const engine = engineOf(options.engine, options.lines ? 'compiled' : 'interpreted')
    // A score alone is asked for its terms: one case is always explained, a file of them where it is asked for.
    const explain = options.explain || (!options.lines && country.book.packs.get(pack)?.score !== null)
    if (engine === 'interpreted' || explain) {
      const decider = interpreter(country, pack, { explain })
      return options.lines ? decideLines(lines => textsOf(lines, decider), io) : decideSingle(decider, io)
    }
    const decider = new CompiledDecider(country.book, pack, country.territories)
    if (!options.lines) return decideSingle(cases => decider.decide(cases), io)
    return decideLines(lines => compiledTexts(lines, decider), io)
  },
}

/** The country of a pack, or a sentence that says which packs there are. */
export function openCountryOf(pack: string): Country {
  const code = pack.split('/')[0] as string
  if (!listCountries().includes(code)) {
    throw new UsageError(
      `--pack takes country/name, and there is no country ${code}; countries: ${listCountries().join(', ')}`,
    )
  }
  const country = readCountry(code)
  if (!country.ok)
    throw new UsageError(`the packs of ${code} hold mistakes\n${country.refusal.map(each => each.message).join('\n')}`)
  if (!country.value.book.packs.has(pack)) {
    throw new UsageError(`there is no pack ${pack}; packs: ${[...country.value.book.packs.keys()].join(', ')}`)
  }
  return country.value
}

/** The engine that a call names, or the usual one. */
export function engineOf(given: string | undefined, usual: EngineName): EngineName {
  const engine = ENGINES.find(each => each === (given ?? usual))
  if (engine === undefined) throw new UsageError(`--engine takes ${ENGINES.join(' or ')}, not ${given}`)
  return engine
}

/** Decides cases as they come on the wire, in their order. */
type Decider = (cases: readonly unknown[]) => Result<Decision, CaseProblem>[]

function interpreter(country: Country, pack: string, options: { readonly explain: boolean }): Decider {
  const { book, catalogue, territories } = country
  return cases =>
    cases.map(json => {
      const subject = parseCase(json, catalogue, territories)
      return subject.ok ? ok(decide(book, pack, subject.value, options)) : subject
    })
}

function idOf(json: unknown): string | null {
  const id = typeof json === 'object' && json !== null ? (json as { id?: unknown }).id : null
  return typeof id === 'string' ? id : null
}

/** A text of the input and the line on which it begins; a single case is no line. */
type Text = { readonly text: string; readonly line?: number }
type Answer<Value = Decision> = { readonly id: string | null; readonly result: Result<Value, CaseProblem> }

function answersTo(texts: readonly Text[], decider: Decider): Answer[] {
  const read = texts.map(({ text }) => readJson(text))
  const results = decideEach(
    read.flatMap(each => (each.ok ? [each.value] : [])),
    decider,
  )
  let decided = 0
  return read.map((each, index) => {
    if (!each.ok) return { id: null, result: unreadable(each.refusal, texts[index]?.line) }
    return answer(each.value, results[decided++] as Result<Decision, CaseProblem>, texts[index]?.line)
  })
}

function answer<Value>(json: unknown, result: Result<Value, CaseProblem>, line: number | undefined): Answer<Value> {
  const id = idOf(json)
  return { id, result: result.ok || id !== null ? result : onLine(result.refusal, line) }
}

/** A line of a file of cases, counted from 1. */
type CaseLine = Line & { readonly line: number }
/** What is written for some lines, each a decision or a refusal. */
type Texts = (lines: readonly CaseLine[]) => { readonly text: string; readonly refused: boolean }[]

function textsOf(lines: readonly CaseLine[], decider: Decider): ReturnType<Texts> {
  const texts = lines.map(line => ({ text: textOf(line), line: line.line }))
  return answersTo(texts, decider).map(({ id, result }) =>
    written(id, result.ok ? { ok: true, value: JSON.stringify(result.value) } : result),
  )
}

function written(id: string | null, result: Result<string, CaseProblem>): ReturnType<Texts>[number] {
  if (result.ok) return { text: result.value, refused: false }
  return { text: JSON.stringify({ id, error: result.refusal }), refused: true }
}

/** The same on columns: most lines go there from their bytes, the others are read as JSON. */
function compiledTexts(lines: readonly CaseLine[], decider: CompiledDecider): ReturnType<Texts> {
  try {
    decider.begin()
    const read = lines.map(line => {
      if (decider.addLine(line.bytes, line.from, line.to)) return null
      const json = readJson(textOf(line))
      if (json.ok) decider.add(json.value)
      return json
    })
    const results = decider.texts()
    let decided = 0
    return read.map((json, index) => {
      const line = lines[index]?.line
      if (json !== null && !json.ok) return written(null, unreadable(json.refusal, line))
      const result = results[decided++] as Result<string, CaseProblem>
      if (json === null) return written(null, result)
      const { id, result: said } = answer(json.value, result, line)
      return written(id, said)
    })
  } catch (error) {
    if (!(error instanceof UnwritableAmount)) throw error
    return textsOf(lines, cases => decider.decide(cases))
  }
}

function unreadable(why: string, line: number | undefined): Refused<CaseProblem> {
  return onLine({ path: 'case', message: `${why}; accepted: one object with id, at, household, members` }, line)
}

/** Where a case has no id to be found by, its line tells which one it is. */
function onLine({ path, message }: CaseProblem, line: number | undefined): Refused<CaseProblem> {
  return err({ path, message: line === undefined ? message : `line ${line}: ${message}` })
}

/** Decides together; one case whose amount cannot be written is refused alone, and the others are decided. */
function decideEach(cases: readonly unknown[], decider: Decider): Result<Decision, CaseProblem>[] {
  try {
    return decider(cases)
  } catch (error) {
    if (!(error instanceof UnwritableAmount)) throw error
    if (cases.length === 1) return [err({ path: 'amount', message: error.message })]
    const half = cases.length >> 1
    return [...decideEach(cases.slice(0, half), decider), ...decideEach(cases.slice(half), decider)]
  }
}

async function decideSingle(decider: Decider, io: Io): Promise<ExitCode> {
  const texts: string[] = []
  for await (const line of linesOf(io.stdin)) texts.push(line)
  const [{ id, result }] = answersTo([{ text: texts.join('\n') }], decider) as [Answer]
  if (result.ok) {
    io.out(`${JSON.stringify(result.value)}\n`)
    return 0
  }
  io.err(`case ${id ?? '(without id)'}: ${result.refusal.path}: ${result.refusal.message}\n`)
  return 2
}

async function decideLines(texts: Texts, io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  let pending: CaseLine[] = []
  let count = 0
  const write = () => {
    if (pending.length === 0) return
    let out = ''
    for (const { text, refused } of texts(pending)) {
      out += `${text}\n`
      if (refused) code = 1
    }
    pending = []
    io.out(out)
  }
  for await (const lines of lineBatchesOf(io.stdin)) {
    for (const { bytes, from, to } of lines) {
      const line = { bytes, from, to, line: ++count }
      if (bytes[from] !== OPENED && textOf(line).trim() === '') continue
      pending.push(line)
      if (pending.length < LINES_AT_ONCE) continue
      write()
      await io.flush()
      if (io.signal.aborted) return 1
    }
  }
  write()
  return code
}
