import { type Country, listCountries, readCountry } from '#countries'
import { type CaseProblem, decide, parseCase } from '#rules'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { linesOf } from '../lines.ts'
import { readOptions, required } from '../options.ts'

/** Lines written between two waits for the reader. */
const LINES_PER_FLUSH = 500

export const command: Command = {
  summary: 'Decides one household, or a file of them, from facts alone.',
  usage: ['decide --pack PACK [--explain] < case.json', 'decide --pack PACK --lines [--explain] < cases.jsonl'],
  help: `Reads a case (id, at, household, members) on standard input and writes the decision. No database is needed.
  --pack     the programme or score that decides, for example ma/asd
  --lines    reads one case per line and writes one decision per line, in the same order; a case that cannot be read gives
             a line { id, error: { path, message } } and the exit code 1, the others are still decided
  --explain  adds the explanation: the tree of steps with facts, parameters, sources, and the sentence in fr, ar and en
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
    const { options, words } = readOptions(args, { pack: 'text', lines: 'flag', explain: 'flag' })
    if (words.length > 0) throw new UsageError(`cases are read on standard input; ${words[0]} is one word too many`)
    const pack = required(options.pack, 'pack', 'ma/asd')
    const country = openCountryOf(pack)
    const answer = (json: unknown) => decideOne(country, pack, json, options.explain)
    return options.lines ? decideLines(answer, io) : decideSingle(answer, io)
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

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly id: string | null; readonly error: CaseProblem }

function decideOne(country: Country, pack: string, json: unknown, explain: boolean): Answer {
  const subject = parseCase(json, country.catalogue, country.territories)
  if (!subject.ok) return { ok: false, id: idOf(json), error: subject.refusal }
  return { ok: true, text: JSON.stringify(decide(country.book, pack, subject.value, { explain })) }
}

function idOf(json: unknown): string | null {
  const id = typeof json === 'object' && json !== null ? (json as { id?: unknown }).id : null
  return typeof id === 'string' ? id : null
}

const MALFORMED: CaseProblem = {
  path: 'case',
  message: 'this is not JSON; accepted: one object with id, at, household, members',
}

function parseJson(text: string): { ok: true; json: unknown } | { ok: false } {
  try {
    return { ok: true, json: JSON.parse(text) }
  } catch {
    return { ok: false }
  }
}

async function decideSingle(answer: (json: unknown) => Answer, io: Io): Promise<ExitCode> {
  const texts: string[] = []
  for await (const line of linesOf(io.stdin)) texts.push(line)
  const parsed = parseJson(texts.join('\n'))
  const result: Answer = parsed.ok ? answer(parsed.json) : { ok: false, id: null, error: MALFORMED }
  if (result.ok) {
    io.out(`${result.text}\n`)
    return 0
  }
  io.err(`case ${result.id ?? '(without id)'}: ${result.error.path}: ${result.error.message}\n`)
  return 2
}

async function decideLines(answer: (json: unknown) => Answer, io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  let pending: string[] = []
  for await (const line of linesOf(io.stdin)) {
    if (line.trim() === '') continue
    const parsed = parseJson(line)
    const result: Answer = parsed.ok ? answer(parsed.json) : { ok: false, id: null, error: MALFORMED }
    if (!result.ok) code = 1
    pending.push(result.ok ? result.text : JSON.stringify({ id: result.id, error: result.error }))
    if (pending.length < LINES_PER_FLUSH) continue
    io.out(`${pending.join('\n')}\n`)
    pending = []
    await io.flush()
    if (io.signal.aborted) return 1
  }
  if (pending.length > 0) io.out(`${pending.join('\n')}\n`)
  return code
}
