import { CST, type Document, Lexer, type LineCounter, Parser, parseDocument, visit } from 'yaml'
import { err, ok, type Result } from '#kernel'

/** A file of a pack has some tens of thousands of characters. */
const LONGEST = 1 << 20
const DEEPEST = 40

export type YamlProblem = {
  readonly from: number
  readonly to: number
  readonly code: string
  readonly message: string
}

/**
 * Reads YAML that people wrote: at most a million characters, 40 levels deep, and nothing by reference. An alias would let
 * a few lines stand for gigabytes, and hide from a reader what is said where.
 */
export function parseYaml(
  text: string,
  lineCounter?: LineCounter,
): {
  readonly root: Document.Parsed['contents']
  readonly problems: readonly YamlProblem[]
  readonly data: () => unknown
} {
  const refused = (code: string, message: string, from = 0) => ({
    root: null,
    problems: [{ from, to: from + 1, code, message }],
    data: () => undefined,
  })
  if (text.length > LONGEST) return refused('too_large', `longer than ${LONGEST >> 20} million characters`)
  const deep = tooDeep(text)
  if (deep !== undefined) return refused('too_deep', `nested more than ${DEEPEST} deep`, deep)
  const document = parseDocument(text, { ...(lineCounter && { lineCounter }), prettyErrors: false, strict: true })
  const problems = document.errors.map(({ pos: [from, to], message }) => {
    return { from, to, code: 'not_yaml', message: message.split('\n')[0] as string }
  })
  if (problems.length === 0) {
    visit(document, {
      Alias: (_, { source, range }) => {
        const from = range?.[0] ?? 0
        problems.push({ from, to: from + 1, code: 'alias', message: `*${source} points elsewhere; say it here` })
        return visit.BREAK
      },
    })
  }
  return { root: document.contents, problems, data: () => document.toJS() }
}

/** The same as plain values, or every mistake in a sentence. */
export function readYamlData(text: string): Result<unknown, readonly string[]> {
  const { problems, data } = parseYaml(text)
  return problems.length > 0 ? err(problems.map(({ message }) => message)) : ok(data())
}

/**
 * Where the text is first nested too deep. Asked while the bare tokens are read: what composes them into nodes goes as deep
 * as the stack allows, and that differs between machines.
 */
function tooDeep(text: string): number | undefined {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEEPEST && parser.stack.filter(CST.isCollection).length > DEEPEST)
      return parser.offset - 1
  }
  return undefined
}
