import { type Document, isAlias, isCollection, isPair, type LineCounter, parseDocument } from 'yaml'
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
  let document: Document.Parsed
  try {
    document = parseDocument(text, { ...(lineCounter && { lineCounter }), prettyErrors: false, strict: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refused('too_deep', `nested more than ${DEEPEST} deep`)
  }
  const problems = document.errors.map(({ pos: [from, to], message }) => {
    return { from, to, code: 'not_yaml', message: message.split('\n')[0] as string }
  })
  if (problems.length === 0) {
    const unsafe = unsafeNode(document.contents)
    if (unsafe) return refused(unsafe.code, unsafe.message, unsafe.from)
  }
  return { root: document.contents, problems, data: () => document.toJS() }
}

/** The same as plain values, or every mistake in a sentence. */
export function readYamlData(text: string): Result<unknown, readonly string[]> {
  const { problems, data } = parseYaml(text)
  return problems.length > 0 ? err(problems.map(({ message }) => message)) : ok(data())
}

/** The first node that stands too deep or only points at another. Without recursion, since depth is what it looks for. */
function unsafeNode(root: unknown): { code: string; message: string; from: number } | undefined {
  const waiting: { node: unknown; depth: number }[] = [{ node: root, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next
    if (isPair(node)) waiting.push({ node: node.value, depth }, { node: node.key, depth })
    if (isAlias(node)) {
      return { code: 'alias', message: `*${node.source} points elsewhere; say it here`, from: node.range?.[0] ?? 0 }
    }
    if (!isCollection(node)) continue
    if (depth === DEEPEST) {
      return { code: 'too_deep', message: `nested more than ${DEEPEST} deep`, from: node.range?.[0] ?? 0 }
    }
    for (const item of node.items) waiting.push({ node: item, depth: depth + 1 })
  }
  return undefined
}
