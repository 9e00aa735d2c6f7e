import { err, ok, type Result } from '#kernel'
import {
  compileExpression,
  EMPTY_SCOPE,
  type Engine,
  evalTckLine,
  evaluate,
  OutsideLanguage,
  parseExpression,
  type TckLine,
  valueToText,
} from '#rules'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { readJson } from '../json-text.ts'
import { linesOf } from '../lines.ts'
import { readOptions } from '../options.ts'

/** What `socle help rules` says of it. */
export const rulesEvalForms = {
  usage: ['rules eval EXPRESSION [--engine ENGINE]', 'rules eval --lines [--engine ENGINE] < FILE'],
  help: `eval prints the value of a FEEL expression, in the full language (packs keep to a part of it).
  --lines   reads JSON Lines in the form of the DMN conformance suite on standard input and writes one answer per line:
            { suite, case, decision, value } or { suite, case, decision, refused }
  --engine  interpreted (the default) or compiled: both give the same values`,
}

/**
 * `socle rules eval EXPRESSION` prints the value of a FEEL expression; `socle rules eval --lines` reads the JSON Lines of a
 * DMN conformance suite and writes one answer per line: a value, or why it is refused.
 */
export async function rulesEval(args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, words } = readOptions(args, { lines: 'flag', engine: 'text' })
  const engine = readEngine(options.engine)
  if (options.lines) {
    if (words.length > 0) throw new UsageError(`--lines reads from standard input; ${words[0]} is one word too many`)
    return evalLines(engine, io)
  }
  if (words.length === 0)
    throw new UsageError('an expression is missing; for example socle rules eval "0.1 + 0.2 = 0.3"')
  return evalText(words.join(' '), engine, io)
}

function readEngine(text: string | undefined): Engine {
  if (text === undefined || text === 'interpreted' || text === 'compiled') return text ?? 'interpreted'
  throw new UsageError(`--engine takes interpreted or compiled, not ${text}`)
}

function evalText(text: string, engine: Engine, io: Io): ExitCode {
  const parsed = parseExpression(text)
  if (!parsed.ok) {
    for (const { from, to, message, expected, suggestion } of parsed.refusal) {
      io.err(`${message}\n  ${text}\n  ${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))}\n`)
      if (expected !== null) io.err(`  expected: ${expected}\n`)
      if (suggestion !== null) io.err(`  did you mean ${suggestion}?\n`)
    }
    return 1
  }
  try {
    const value =
      engine === 'compiled' ? compileExpression(parsed.value)(EMPTY_SCOPE) : evaluate(parsed.value, EMPTY_SCOPE)
    io.out(`${valueToText(value)}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof OutsideLanguage)) throw error
    io.err(`${error.message}\n`)
    return 1
  }
}

/** A refused expression is an answer, so the exit code stays 0; a line that is no JSON makes it 1, the others are answered. */
async function evalLines(engine: Engine, io: Io): Promise<ExitCode> {
  let number = 0
  let code: ExitCode = 0
  for await (const text of linesOf(io.stdin)) {
    number++
    if (text.trim() === '') continue
    const line = readLine(text)
    if (!line.ok) {
      io.err(`line ${number} cannot be read: ${line.refusal}\n`)
      code = 1
    } else io.out(`${JSON.stringify(evalTckLine(line.value, engine))}\n`)
    if (number % 500 === 0) await io.flush()
  }
  return code
}

function readLine(text: string): Result<TckLine, string> {
  const json = readJson(text)
  if (!json.ok) return json
  const line = json.value as Partial<TckLine> | null
  if (line === null || typeof line !== 'object' || typeof line.expr !== 'object' || line.expr === null) {
    return err('this is no JSON object of the suite (suite, case, decision, inputs, expr …)')
  }
  const { resultType = null, inputs = {}, inputTypes = {}, deps = [] } = line
  return ok({ ...line, resultType, inputs, inputTypes, deps } as TckLine)
}
