import { Composer, CST, type Document, Lexer, type LineCounter, Parser } from 'yaml'
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
  const read = tokensOf(text, lineCounter)
  if (!read.ok) {
    const { code, says, from } = read.refusal
    return refused(code, says, from)
  }
  const composer = new Composer({ ...(lineCounter && { lineCounter }), prettyErrors: false, strict: true })
  const [document, another] = composer.compose(read.value, true, text.length)
  if (document === undefined) throw new Error('no document was composed, though one was asked for')
  if (another !== undefined) return refused('not_yaml', 'a second document begins here', another.range[0])
  const problems = document.errors.map(({ pos: [from, to], message }) => {
    return { from, to, code: 'not_yaml', message: message.split('\n')[0] as string }
  })
  return { root: document.contents, problems, data: () => document.toJS() }
}

/** The same as plain values, or every mistake in a sentence. */
export function readYamlData(text: string): Result<unknown, readonly string[]> {
  const { problems, data } = parseYaml(text)
  return problems.length > 0 ? err(problems.map(({ message }) => message)) : ok(data())
}

/**
 * The tokens of a text, or where it first does what is not taken here. Asked while they are read: what composes them into nodes
 * goes as deep as the stack allows, and that differs between machines.
 */
function tokensOf(
  text: string,
  lineCounter: LineCounter | undefined,
): Result<readonly CST.Token[], { readonly code: 'alias' | 'too_deep'; readonly says: string; readonly from: number }> {
  const parser = new Parser(lineCounter?.addNewLine)
  const tokens: CST.Token[] = []
  lineCounter?.addNewLine(0)
  let scalar = false
  for (const lexeme of new Lexer().lex(text)) {
    if (!scalar && CST.tokenType(lexeme) === 'alias') {
      return err({ code: 'alias', says: `${lexeme} points elsewhere; say it here`, from: parser.offset })
    }
    // What follows the mark of a scalar is its text, whatever it begins with.
    scalar = !scalar && lexeme === CST.SCALAR
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > DEEPEST && parser.stack.filter(CST.isCollection).length > DEEPEST) {
      return err({ code: 'too_deep', says: `nested more than ${DEEPEST} deep`, from: parser.offset - 1 })
    }
  }
  tokens.push(...parser.end())
  return ok(tokens)
}
