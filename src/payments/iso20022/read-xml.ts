import { XmlElement as ParsedElement, ParseOption, XmlDocument, XmlParseError, XmlText } from 'libxml2-wasm'
import { err, ok, type Result } from '#kernel'
import { boundedXml, elementsNamed, type Stretch, usualLimits, type XmlLimits, type XmlRefusal } from './xml-bounds.ts'

/** An element of a message, as plain data. Text is what stands between its tags, children and comments left out. */
export type XmlElement = {
  /** Without its prefix. */
  readonly name: string
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Nothing is fetched, nothing is replaced, nothing is repaired: the bounds have refused what would ask for it. */
const STRICT =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOCDATA

/**
 * The one way in for XML from outside: answers of banks and payment providers (ADR 0040). Reads a whole message of XML 1.0
 * with namespaces in UTF-8, or says why not and where. What the elements mean, and whether the message is one that was
 * waited for, is for whoever asked.
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = usualLimits): Result<XmlElement, XmlRefusal> {
  const text = boundedXml(bytes, limits)
  return text.ok ? parseXml(text.value) : text
}

/**
 * Reads a text that is bounded some of its elements of a name at a time: each answer is the message with at most `most` of them, in
 * their order, and with everything else that it holds. A parser is never given more than the usual bounds; lines are those of the
 * whole. A message with few of them is read at once.
 */
export function* readXmlByPieces(text: string, name: string, most: number): Generator<Result<XmlElement, XmlRefusal>> {
  const found = elementsNamed(text, name) ?? []
  const chunks = found.length > most ? chunksOf(text, found, most) : undefined
  const rest = chunks
    ? chunks.blanks.reduce((sum, blank) => sum + blank.length, chunks.head.length + chunks.tail.length)
    : 0
  if (!chunks || rest > LARGEST_REST) {
    yield text.length > usualLimits.bytes ? err({ code: 'too_large', limit: usualLimits.bytes }) : parseXml(text)
    return
  }
  const { head, blanks, tail } = chunks
  for (const [index, chunk] of chunks.whole.entries()) {
    const piece = [head, ...blanks.with(index, text.slice(chunk.from, chunk.to)), tail].join('')
    if (piece.length > usualLimits.bytes) {
      yield err({ code: 'too_large', limit: usualLimits.bytes })
      return
    }
    const read = parseXml(piece)
    yield read
    if (!read.ok) return
  }
}

/** Most of what stands around the elements, which is parsed again with each piece. */
const LARGEST_REST = 4_000_000

/** A text cut into stretches with `most` elements each, and what is left of each stretch without them: its lines stay. */
function chunksOf(text: string, found: readonly Stretch[], most: number) {
  const whole: Stretch[] = []
  const blanks: string[] = []
  for (let at = 0; at < found.length; at += most) {
    const last = at + most < found.length ? found[at + most]!.from : found.at(-1)!.to
    whole.push({ from: found[at]!.from, to: last })
    const parts = found.slice(at, at + most).map(({ from, to }, index) => {
      const next = found[at + index + 1]?.from ?? to
      return linesOf(text, from, to) + text.slice(to, Math.min(next, last))
    })
    blanks.push(parts.join(''))
  }
  return { head: text.slice(0, found[0]!.from), whole, blanks, tail: text.slice(found.at(-1)!.to) }
}

function linesOf(text: string, from: number, to: number): string {
  const part = text.slice(from, to)
  let lines = 0
  for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) lines++
  return '\n'.repeat(lines)
}

export function parseXml(text: string): Result<XmlElement, XmlRefusal> {
  let document: XmlDocument
  try {
    document = XmlDocument.fromString(text, { option: STRICT })
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error
    const [first] = error.details
    return err({ code: 'malformed', line: first?.line ?? 1, message: (first?.message ?? error.message).trim() })
  }
  try {
    return ok(plain(document.root))
  } finally {
    document.dispose()
  }
}

function plain(element: ParsedElement): XmlElement {
  const attributes = new Map<string, string>()
  for (const attribute of element.attrs) attributes.set(attribute.name, attribute.content)
  const children: XmlElement[] = []
  let text = ''
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof ParsedElement) children.push(plain(node))
    else if (node instanceof XmlText) text += node.content
  }
  return { name: element.name, namespace: element.namespaceUri, attributes, children, text }
}
